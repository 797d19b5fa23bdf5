//! Where we differ from a peer on purpose. An adapter that says so checks the exact relation
//! between both values, whatever the input.

/// A decision, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Left for the remainder that upstream over-draws: ours is the budget less what is paid.
    ConservedRemainder,
    /// Without any weight there is no median: the price stays, the peer's becomes 0.
    PriceKeptWithoutWeights,
    /// Epochs that the peer's 32-bit exponent refuses have their exact reward.
    AnyEpoch,
    /// A share is rounded once, after the multiplication.
    ExactShares,
    /// A subsidy that leads past the supply is cut to what is left of it.
    WithinAllocation,
    /// Requests of those who have no weight move no rate.
    WeightlessDecideNothing,
    /// Work that customers paid for stays its provider's, whatever its status.
    WorkStaysPaid,
    /// A ratio from which no meaning follows is refused before anything is computed from it.
    RatiosChecked,
    /// A base ratio of exactly 1 is allowed, with a warning; the peer refuses it.
    WholeBaseRatio,
    /// No vesting epochs: the amount is free at once; the peer refuses the call.
    ZeroEpochsPayAtOnce,
    /// What a debt takes of a reward goes to the customers it is owed to.
    DebtsToCustomers,
    /// A tail is exact where the peer's 16 digits of a power are too few.
    ExactTail,
    /// Slashes and burns of stake are rounded up.
    StakeRoundsUp,
    /// Vesting has no cliff.
    VestsWithoutCliff,
    /// Totals are exact.
    ExactTotals,
    /// What is no number of at least 0 is refused, before anything is computed from it.
    NumbersOnly,
    /// A step is reached at its beginning, the peer's just above it.
    StepsBeginWhereTheySay,
    /// Rollover lasts so many epochs; the peer's balance stops at three hours of budget.
    RolloverByEpochs,
    /// A bucket answers the demand of a whole hour at once.
    DemandOfAnHour,
    /// Without supply a price stays, or rises by the largest step.
    NoSupplyNoDivision,
    /// A price has no velocity: it rests where demand is supply.
    PriceWithoutVelocity,
    /// Of a deposit only the part in the pool's proportion is taken.
    ProportionOnly,
    /// A fee is rounded up.
    FeeRoundsUp,
    /// Fees are split by cumulative floors; nothing is left over.
    FeesSplitWhole,
    /// A job locks all it can cost, within the customer's limit, or is not created.
    JobsCoverTheirCost,
    /// Stake is paid for the service it stands behind, not for waiting.
    StakeServes,
    /// Leaving stake burns its share.
    LeavingBurns,
    /// Stake may be locked for any time.
    AnyLock,
    /// A transfer delivers what was sent.
    TransfersWhole,
    /// Shares of the pool are paid whatever it was swapped into.
    SharesAlwaysPaid,
    /// Bonds of a seat that lost its permit are cleared.
    PermitHoldsBonds,
    /// Columns of seats have one entry per seat.
    OneEntryPerSeat,
    /// What is burned of a fee or slash is rounded up.
    BurnRoundsUp,
    /// Everything emitted counts, also after the last halving.
    TailIsCounted,
    /// An amount below the minimum is not emitted.
    NothingBelowTheMinimum,
    /// Utility is document 004's, 0 to 1.
    UtilityOfTheDocument,
    /// What neither waits nor vests is free from the start.
    FreeFromTheStart,
    /// The price of a seat halves exactly.
    ExactDecay,
    /// Shares are of whole numbers, not of fractions with 32 binary digits.
    WholeShares,
    /// Lent power is paid for in full: nothing of it is burned.
    LendersPaidWhole,
    /// A treasury is paid only when somebody is.
    TreasuryWithTheOthers,
    /// Shares of the whole are cumulative floors, and exact.
    SharesOfTheWhole,
    /// What rounding leaves is carried.
    DustIsCarried,
    /// Stake counts whole, whatever its size.
    StakeCountsWhole,
    /// A fraction of 0 takes nothing.
    NothingForNothing,
}

impl Decision {
    /// Where it was decided, and what it says.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::ConservedRemainder => {
                "DESIGN §1, promise 1: what governance receives is the budget less what was paid; \
                 the peer hands out more than it mints when the supply cap bites (issue 1522)"
            }
            Self::PriceKeptWithoutWeights => {
                "DESIGN §3, market and pricing: where nobody has a weight there is no median, and \
                 the price of compute stays what it was; the peer's falls to 0"
            }
            Self::FeesSplitWhole => FEES_WHOLE,
            Self::JobsCoverTheirCost => JOBS_COVER,
            Self::StakeServes => STAKE_SERVES,
            Self::LeavingBurns => LEAVING_BURNS,
            Self::AnyLock => ANY_LOCK,
            Self::TransfersWhole => TRANSFERS_WHOLE,
            Self::SharesAlwaysPaid => SHARES_PAID,
            Self::PermitHoldsBonds => PERMIT_HOLDS,
            Self::OneEntryPerSeat => ONE_PER_SEAT,
            Self::BurnRoundsUp => BURN_UP,
            Self::TailIsCounted => TAIL,
            Self::NothingBelowTheMinimum => MINIMUM,
            Self::UtilityOfTheDocument => UTILITY,
            Self::FreeFromTheStart => FREE,
            Self::ExactDecay => EXACT_DECAY,
            Self::WholeShares => WHOLE_SHARES,
            Self::LendersPaidWhole => LENDERS_WHOLE,
            Self::TreasuryWithTheOthers => TREASURY,
            Self::SharesOfTheWhole => OF_THE_WHOLE,
            Self::DustIsCarried => DUST,
            Self::StakeCountsWhole => COUNTS_WHOLE,
            Self::NothingForNothing => FOR_NOTHING,
            Self::FeeRoundsUp => FEE_UP,
            Self::AnyEpoch => ANY_EPOCH,
            Self::ExactShares => EXACT_SHARES,
            Self::WithinAllocation => WITHIN_ALLOCATION,
            Self::DebtsToCustomers => DEBTS,
            Self::ExactTail => EXACT_TAIL,
            Self::StakeRoundsUp => STAKE_UP,
            Self::VestsWithoutCliff => NO_CLIFF,
            Self::NumbersOnly => NUMBERS_ONLY,
            Self::StepsBeginWhereTheySay => STEPS_BEGIN,
            Self::RolloverByEpochs => ROLLOVER,
            Self::DemandOfAnHour => DEMAND,
            Self::NoSupplyNoDivision => NO_SUPPLY,
            Self::PriceWithoutVelocity => VELOCITY,
            Self::ProportionOnly => PROPORTION,
            Self::ExactTotals => {
                "DESIGN §1, promise 1: amounts are 128 bits wide and a sum is exact; the peer's \
                 stops at 2^63 - 1"
            }
            Self::WeightlessDecideNothing => WEIGHTLESS,
            Self::WorkStaysPaid => {
                "reference/gonka.md §4, pain 5: penalties take emission; what customers paid for \
                 accepted work stays the provider's, while the peer drops it from its books \
                 (issue 1746)"
            }
            Self::RatiosChecked => RATIOS_CHECKED,
            Self::WholeBaseRatio => WHOLE_BASE,
            Self::ZeroEpochsPayAtOnce => ZERO_EPOCHS,
        }
    }
}

const ANY_EPOCH: &str = "\
    DESIGN §8, exp and powers: the floor is exact for every epoch; the peer refuses \
    epochs from 2^31 - 1 on, whose power its exponent cannot hold, and mints nothing";

const PERMIT_HOLDS: &str = "\
    reference/bittensor.md §1.3: as upstream's production path, an epoch clears the bonds of a \
    seat without a permit; the dense path, which only its tests run, leaves them as they were";

const ONE_PER_SEAT: &str = "\
    docs/spec/yuma.md §2: columns of seats of different lengths are refused before anything is \
    computed; the peer computes with them";

const EXACT_DECAY: &str = "\
    docs/spec/opinions.md, price: a seat's price is floor(price x 2^(-blocks / half-life)), \
    rounded once however often it is read; the peer multiplies and rounds in every block, by a \
    factor of 32 binary digits, the exact one rounded down or up to 5 parts more: less by at most \
    a unit and a part of 2^31 a block, more by at most 6 parts of 2^31 a block";

const WHOLE_SHARES: &str = "\
    docs/spec/opinions.md, power and lenders: what is split is split over whole numbers and \
    rounded down once; the peer rounds every share to 32 binary digits first, so that it pays \
    less, or a part of 2^32 for each of those who share elsewhere";

const LENDERS_WHOLE: &str = "\
    docs/spec/opinions.md, lenders: what lent power earns is its lender's less the take of the \
    seat; the peer besides burns a share of it where parent and child have other owners. With what \
    it burns, its parents get the same but for 32 binary digits";

const DEBTS: &str = "\
    reference/gonka.md §1.2, finding B2: what a debt takes of a reward is kept for the customers \
    whose work was invalidated, and what it does not cover stays owed; the peer sends it to \
    governance and forgets the rest";

const NUMBERS_ONLY: &str = "\
    reference/blyan-hanzo-moderntensor.md §4, finding B6: a quantity or multiplier is a \
    number of at least 0, or the message is refused; the peer pays the largest multiplier \
    for what is no number, and negative amounts for negative ones";

const STEPS_BEGIN: &str = "\
    docs/networks/blyan.md, budgets: from the 7th day on a factor is that of the 7th to the \
    14th; the peer's table changes just after the day: at that very instant, and at no \
    other, its factor is still the one before";

const ROLLOVER: &str = "\
    docs/networks/blyan.md, budgets: unused budget stays usable for the 24 hours of document \
    002; the peer's balance stops at three hours of budget";

const DEMAND: &str = "\
    DESIGN §3, buckets: a bucket pays at the hour's end, all of the hour's demand by one \
    rule, lends and borrows, and pays what it owes; the peer grants in the order of arrival \
    and pays nobody what it queued. Fields, targets and bounds agree";

const NO_SUPPLY: &str = "\
    DESIGN §3, market and pricing: with a supply of 0 a price stays while nothing is asked and \
    rises by the largest step otherwise; the peer divides by zero";

const VELOCITY: &str = "\
    DESIGN §3, market and pricing: a price answers to excess and queue and rests where demand is \
    supply; the peer adds to the same step 95 % of the velocity before, never below 0, so that at \
    any constant utilisation but a half its price runs to a bound (reference \
    blyan-hanzo-moderntensor.md, H7), halves a price without supply, and cuts off fractions";

const PROPORTION: &str = "\
    docs/spec/exchange.md, adding: the shares are the peer's; of what is offered only the part \
    in the pool's proportion is taken, rounded up; the peer takes all of it, and what exceeds the \
    proportion is lost to the others";

const STAKE_UP: &str = "\
    DESIGN §8, rounding: slashes and the unstake burn are rounded up, so that no size \
    of stake escapes them; the document's formula cuts off, at most one base unit less";

const NO_CLIFF: &str = "\
    document 003, allocation: a grant vests linearly from its start; the peer's \
    contract pays nothing before a cliff, and after it exactly the same";

const FEE_UP: &str = "\
    docs/spec/jobs.md, fees: a fee is rounded up; with the document's floor whoever cuts a payment \
    into parts of at most 333 base units pays none";

const FEES_WHOLE: &str = "\
    DESIGN §3, market: fees are split by cumulative floors, which leave nothing over; \
    the document floors each part and says nothing of the rest";

const JOBS_COVER: &str = "\
    DESIGN §3, market: a job locks ceil(price x units x tier x largest quality), or is refused if \
    it costs nothing or more than the customer allows; the peer cuts off the price, then the \
    margin, and takes whatever the customer allows for the whole job (reference \
    blyan-hanzo-moderntensor.md, H7). What the job costs at quality 1 is the peer's estimate, cut \
    off to its unit";

const STAKE_SERVES: &str = "\
    DESIGN §3, streams: stake asks for a rate of itself in each epoch, for the share of probes it \
    answers, out of the epoch's emission; a lock raises staking power instead. The peer pays \
    interest for waiting, at a rate by lock, also after it, out of what others staked (reference \
    blyan-hanzo-moderntensor.md, H11). At the peer's rate who answers every probe asks for exactly \
    the same, who answers none for nothing";

const LEAVING_BURNS: &str = "\
    document 003, fee structure: leaving stake burns 0.1 %, here rounded up, and pays nothing \
    else; the peer burns nothing and pays the interest with it";

const ANY_LOCK: &str = "\
    DESIGN §3, stake: a lock of any length counts 1 + length / 365 d, at most 2; the peer knows \
    five lengths and refuses all others";

const TRANSFERS_WHOLE: &str = "\
    DESIGN §1, one engine: a transfer delivers exactly what was sent, and fees are taken by \
    [fees]; the peer burns 10 of 10,000 of it, cut off. What is received here is what is received \
    and burned there";

const SHARES_PAID: &str = "\
    docs/spec/exchange.md, removing: shares are paid in what the pool holds now; the peer takes \
    the resources out of what their owner once put in and underflows after a swap (reference \
    blyan-hanzo-moderntensor.md, H4)";

const WEIGHTLESS: &str = "\
    docs/spec/work.md, missed requests: the rate that the network missed is that of \
    participants with a weight; the peer counts everybody, so that requests sent to \
    accounts with nothing to lose switch the test off. By the peer's rate ours \
    decides as the peer does";

const BURN_UP: &str = "\
    docs/spec/fees.md: the burned part of a fee or slash is rounded up, so that no small one \
    escapes it; the peer cuts off, one base unit less unless the part is whole";

const TAIL: &str = "\
    DESIGN §3, emission: everything emitted counts against one allocation; the peer goes on paying \
    after its last halving and stops counting. Up to there the sums agree";

const MINIMUM: &str = "\
    document 004 §3.2 and the peer's own `halving.rs`: an amount below the minimum is not emitted; \
    `emission.rs` emits the minimum for ever instead (reference blyan-hanzo-moderntensor.md, 1C.3)";

const UTILITY: &str = "\
    DESIGN §3, emission: utility is document 004's, 0 to 1, and lifts no epoch above its schedule; \
    the peer's is another score of four metrics, which makes 85 % to 115 % of the same base";

const FREE: &str = "\
    docs/spec/vesting.md: an allocation with neither cliff nor vesting is free from the start; the \
    peer holds all but the part at once on the first day, and nothing from the day after";

const ZERO_EPOCHS: &str = "\
    DESIGN §3, a network is a file: vesting over 0 epochs is no vesting, the amount \
    is free at once; the peer's function returns an error and its caller does the same";

const WHOLE_BASE: &str = "\
    DESIGN §3, weights: a base weight ratio of exactly 1 means that nothing needs \
    collateral, which a network may want; the checker warns; the peer refuses it";

const RATIOS_CHECKED: &str = "\
    DESIGN §2, parameters: a base weight ratio outside 0 to 1 or a negative amount of \
    collateral per weight is refused by the checker; the peer computes with it \
    (issues 933 and 934)";

const EXACT_TAIL: &str = "\
    DESIGN §8, rounding: the tail of missed requests is exact at every rate; the peer \
    rounds rate^k and (1 - rate)^(n - k) to 16 decimals first, so that from about \
    80 requests on its tail is off, and 0 where one of them is below half a digit";

const WITHIN_ALLOCATION: &str = "\
    DESIGN §3, emission: cumulative minted never exceeds the allocation; the peer's \
    second part of a subsidy may lead past its supply";

const EXACT_SHARES: &str = "\
    DESIGN §8, rounding: a share is floor(subsidy x work / total); the peer rounds \
    work / total to 16 digits first, so that its shares may miss by a unit";

const TREASURY: &str = "\
    DESIGN §3, streams: a fixed account is paid only when some scored stream is, so that an epoch \
    without work mints nothing; the peer pays its DAO all the same";

const OF_THE_WHOLE: &str = "\
    DESIGN §8, rounding: pools are cumulative floors of the emission and shares exact floors of \
    them; the peer cuts off each pool and computes in floats, a unit and one in 2^52 apart at most";

const DUST: &str = "\
    DESIGN §8, rounding: what rounding leaves is carried to the stream's next epoch; the peer \
    rounds shares to 12 digits and gives what is left to the last address";

const COUNTS_WHOLE: &str = "\
    reference blyan-hanzo-moderntensor.md §4, M11: stake counts whole, as splitting it gains \
    nothing then; with the peer some larger stakes count less than smaller ones. The same scale \
    of stake gives the same shares here";

const FOR_NOTHING: &str = "\
    docs/spec/validators.md, slashing: a fraction of 0 is no offence and takes nothing; the peer \
    takes its least slash";
