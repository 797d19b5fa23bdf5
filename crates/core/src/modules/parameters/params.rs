//! What a network's file says, and what governance may change: units and ranges beside each field.

use crate::address::Address;
use crate::names::{AssetId, ModelId, Name};
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio, SignedRatio};

/// Everything a network runs by. Amounts are base units of the asset named beside them.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Name, chain id, epoch length.
    pub network: Network,
    /// The assets, by [`AssetId`]: 1 to 16 of them.
    pub assets: Vec<Asset>,
    /// The models customers may ask for, by [`ModelId`]: at most 1,024.
    pub models: Vec<Model>,
    /// What is minted when.
    pub emission: Emission,
    /// How budgets become rewards, in the file's order: at most 64.
    pub streams: Vec<Stream>,
    /// How potential weight becomes effective weight.
    pub weights: Weights,
    /// Deposits that back weight.
    pub collateral: Collateral,
    /// Fractions taken for offences.
    pub slashing: Slashing,
    /// Reports, quorum, challenges, duties, missed requests.
    pub work: Work,
    /// Prepaid deposits of customers.
    pub market: Market,
    /// How the price of a unit of work moves.
    pub pricing: Pricing,
    /// The flat fee of a transaction.
    pub fees: Fees,
    /// How settled rewards reach their owners.
    pub claims: Claims,
}

/// Identity of the network. Never votable.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Network {
    /// The network's name.
    pub name: Name,
    /// Bound into the genesis hash and every signature; at least 1.
    pub chain_id: u64,
    /// How long an epoch is.
    pub epoch_length: EpochLength,
}

/// How an epoch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum EpochLength {
    /// After this many milliseconds, 1 s to 366 days.
    Time(u64),
    /// After this many blocks, at least 1.
    Blocks(u64),
}

/// A token. Never votable.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Asset {
    /// Ticker, for people.
    pub symbol: Name,
    /// Display unit = 10^decimals base units; 0 to 18.
    pub decimals: u8,
    /// Most that may ever be issued, genesis included, burned units not given back.
    pub cap: Amount,
}

/// A model that providers serve.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Model {
    /// The model's id, as customers write it.
    pub id: Name,
    /// Units of work that one unit of confirmed node weight can do in an epoch; at least 1.
    pub units_per_weight: u64,
    /// Price of one unit (one token), base units of the market's asset; under a pricing rule that
    /// moves, the price the model starts with.
    pub price_per_unit: Amount,
    /// Weight that one unit of an accepted proof's weight counts, so that models compare; 0 to
    /// 1,000,000.
    pub weight_factor: Ratio,
    /// Units of compute in one unit of work, for [`Pricing::UnitOfCompute`]; 1 to 10^9.
    pub compute_per_unit: u64,
}

/// What is minted when.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Emission {
    /// The asset minted.
    pub asset: AssetId,
    /// The rule that gives an epoch's amount.
    pub schedule: Schedule,
    /// Most that emission may ever mint.
    pub allocation: Amount,
    /// The first epoch that emits; earlier epochs emit nothing.
    pub genesis_epoch: u64,
}

/// An emission schedule. `n` counts epochs from the emission's genesis epoch.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Schedule {
    /// floor(initial x exp(rate x n)): Gonka tokenomics V2 (document 000 §4.2).
    Exponential {
        /// Amount of epoch n = 0.
        initial: Amount,
        /// Decay per epoch, -1 to 0.
        rate: SignedRatio,
    },
    /// `reward` for each block of the epoch, minted at its close.
    FixedPerBlock {
        /// Amount per block.
        reward: Amount,
    },
    /// floor((allocation - issued) x rate).
    RemainingFraction {
        /// Share of what is left, above 0, at most 1.
        rate: Ratio,
    },
    /// floor(initial x factor^k) for the k-th period, spread over its epochs by cumulative floor
    /// (Gonka's mainnet: periods of one epoch; Hanzo: of a year).
    Geometric {
        /// Amount of period k = 0.
        initial: Amount,
        /// Each period's amount as a share of the last one's, 0 to 2.
        factor: Ratio,
        /// Epochs of a period, at least 1.
        period_epochs: u64,
    },
    /// Gonka's rewards before document 000 (§2.2, §7.4): a subsidy in proportion to the epoch's
    /// work, work / (1 - rate), whose rate falls at each cut-off of the allocation.
    WorkSubsidy {
        /// Rate before the first cut-off, 0 to below 1.
        rate: Ratio,
        /// Distance of cut-offs as a share of the allocation, above 0, at most 1.
        interval: Ratio,
        /// Share of the rate that a cut-off removes, 0 to 1; the rest is rounded to 4 decimals.
        reduction: Ratio,
    },
}

/// One way a budget becomes rewards: source, score rule, split rule, destinations.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stream {
    /// The stream's name, unique.
    pub name: Name,
    /// Where its budget comes from.
    pub source: Source,
    /// What is scored.
    pub score: Score,
    /// How the budget is split by scores.
    pub split: Split,
    /// Which scores the budget is divided by.
    pub denominator: Denominator,
    /// An upper limit of the budget.
    pub limit: Limit,
    /// Where goes what penalties removed.
    pub forfeits: Destination,
    /// Where goes what rounding left.
    pub remainder: Remainder,
    /// How a budget cut by allocation or cap reaches the shares.
    pub clip: Clip,
}

/// Where goes what rounding left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Remainder {
    /// To the stream's next epoch.
    Carry,
    /// Where forfeits go (Gonka's mainnet).
    Forfeits,
}

/// How a budget of emission that allocation or cap cut reaches the shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Clip {
    /// The smaller budget is split.
    Budget,
    /// The uncut budget is split and each share scaled down, rounded down again (Gonka's mainnet).
    Shares,
}

/// Where a stream's budget comes from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Source {
    /// This share of the epoch's emission. Shares of all emission streams sum to exactly 1.
    Emission {
        /// Above 0, at most 1.
        share: Ratio,
    },
    /// Everything in the pot of payments for accepted work.
    Payments,
}

/// What a stream scores.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Score {
    /// Effective weight of compute proofs x utilisation bonus x coverage bonus (document 000 §3.2).
    PocWeight(Bonuses),
    /// Accepted units x the price locked at acceptance (document 000 §2.2, WorkCoins).
    WorkDone,
    /// One account takes the whole budget (with [`Split::Direct`]).
    FixedAccount {
        /// The account.
        account: Payee,
    },
}

/// The bonuses of document 000 §5 and §6. All zero and coverage 1: no bonus.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Bonuses {
    /// A node's weight counts 1 + utilisation of its model x this; 0 to 10.
    pub utilisation_factor: Ratio,
    /// Multiplier of a participant with a node for every model; 1 to 10.
    pub full_coverage: Ratio,
    /// Otherwise 1 + (models served / models) x this; 0 to 10.
    pub partial_coverage: Ratio,
}

/// Who a [`Score::FixedAccount`] stream pays.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Payee {
    /// The treasury pot.
    Treasury,
    /// An account.
    Account(Address),
}

/// How a stream's budget is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Split {
    /// floor(budget x score / denominator); dust is carried to the stream's next epoch.
    Proportional,
    /// The whole budget to one account.
    Direct,
}

/// Which scores a budget is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Denominator {
    /// All scores before penalties: what a penalty removes is a forfeit.
    Full,
    /// Scores after penalties: the others share it.
    Paid,
}

/// An upper limit of a stream's budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Limit {
    /// None.
    None,
    /// The fees burned in the same epoch, so that self-dealing never pays.
    BurnedFees,
}

/// Where money without an owner goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Destination {
    /// Burned; if it was never minted, it is not minted.
    Burn,
    /// The treasury pot.
    Treasury,
    /// The recycling pool, re-issued before anything is minted.
    Recycling,
}

/// Document 001 §2.1: how potential weight becomes effective weight.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Weights {
    /// Share of potential weight that needs no collateral; 0 to 1.
    pub base_weight_ratio: Ratio,
    /// Collateral (base units) that activates one unit of weight; above 0.
    pub collateral_per_weight_unit: Ratio,
    /// Up to and including this epoch all potential weight is effective.
    pub grace_until_epoch: Option<u64>,
    /// No participant's weight may exceed a share of all; `None`: no limit.
    pub power_cap: Option<PowerCap>,
    /// Confirmation of weights while they count; `None`: there is none.
    pub confirmation: Option<Confirmation>,
    /// What models a participant does not serve cost it; `None`: nothing.
    pub participation: Option<Participation>,
    /// Share of nodes that go on serving while others prove their compute, and keep their weight;
    /// 0 to 0.5.
    pub kept_share: Ratio,
}

/// Largest share of all capped weights that one participant may have, by the number of
/// participants with a weight. One alone is never capped. What is cut off is given to nobody.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PowerCap {
    /// Of two participants; 0.5 to 1.
    pub of_two: Ratio,
    /// Of three; 1/3 to 1.
    pub of_three: Ratio,
    /// Of four and more; 0.25 to 1.
    pub of_many: Ratio,
}

/// Readings of a participant's weight during the epoch. The smallest one counts; whoever falls
/// too far behind its weight is inactive.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Confirmation {
    /// Inactive below this share of the weight it should have; 0 to 1.
    pub inactive_below: Ratio,
    /// A reading is divided by this before it is compared: measuring costs some; above 0, at
    /// most 1.
    pub tolerance: Ratio,
}

/// What a model costs a participant that does not serve it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Participation {
    /// Share of reward weight lost for a model it refused; 0 to 1.
    pub refused: Ratio,
    /// Share lost for a model it neither serves, delegates nor refused; 0 to 1.
    pub absent: Ratio,
    /// Share that goes to whom it delegated the model; 0 to 1.
    pub delegated: Ratio,
}

/// Document 001 §2.2: deposits that back weight.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Collateral {
    /// The asset deposited.
    pub asset: AssetId,
    /// How long a withdrawal stays slashable before it is released.
    pub unbonding: Duration,
    /// Withdrawals a participant may have under way at a time; 1 to 256.
    pub max_withdrawals: u32,
}

/// Document 001 §2.3: fractions of active and unbonding collateral taken for offences; 0 to 1.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Slashing {
    /// For a refuted report.
    pub invalid_work: Ratio,
    /// For failing the missed-request test.
    pub downtime: Ratio,
    /// Most of a slash that a successful challenger receives; 0 to 0.5.
    pub reporter_share: Ratio,
    /// Where the rest goes.
    pub destination: Destination,
    /// How the sum is rounded.
    pub rounding: SlashRounding,
    /// What the fraction is taken of.
    pub base: SlashBase,
    /// Evidence of a consensus fault older than this is refused.
    pub evidence_max_age: Duration,
}

/// How a slash is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum SlashRounding {
    /// Up, on the sum of active and unbonding, then spread over the holdings.
    UpOnSum,
    /// Down, on each holding.
    DownPerHolding,
}

/// What a slash fraction is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum SlashBase {
    /// All active and unbonding collateral.
    All,
    /// As much of it as the participant's weight requires, spread over all holdings; all of it
    /// while nothing is required (Gonka's mainnet). The share of each holding is a multiple of
    /// 10^-18, rounded half to even.
    Required,
}

/// Reports, quorum, challenges, duties, missed requests.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Work {
    /// Reporters that must attest a report; 1 to 64, at most as many as there are reporters.
    pub quorum: u32,
    /// How long an accepted summary can be challenged.
    pub challenge_window: Duration,
    /// Smallest challenge bond, base units of the market's asset.
    pub challenge_bond_minimum: Amount,
    /// The bond is at least this share of the receipt's value; 0 to 1.
    pub challenge_bond_ratio: Ratio,
    /// How long judges have; undecided, the receipt stands.
    pub decision_window: Duration,
    /// Customers that one summary may list; 1 to 4,096.
    pub max_customers_per_summary: u32,
    /// Sampled checks each validator owes of the closed epoch's receipts; 0 switches duties off.
    /// With `sampling`, the most it owes.
    pub checks_per_epoch: u32,
    /// How checks are drawn; `None`: `checks_per_epoch` equal draws, and every one is due.
    pub sampling: Option<Sampling>,
    /// The test of missed requests.
    pub missed_requests: MissedRequests,
    /// What failing it costs.
    pub missed_consequence: MissConsequence,
    /// The sequential test of a participant's conduct; `None`: a lost challenge is punished at
    /// once, and nothing else makes a participant inactive.
    pub status: Option<StatusTest>,
    /// How reputation is earned; `None`: nobody has any.
    pub reputation: Option<ReputationRule>,
    /// Attesting weight must be above this share of all weight, and reporters are not counted, in
    /// epochs in which all of them together have so much; `None`: they are always counted. Above
    /// 0, below 1.
    pub quorum_weight: Option<Ratio>,
    /// How long a compute proof is meant to measure, milliseconds: the weight of one that measured
    /// for another time is scaled to this; `None`: weights count as attested.
    pub proof_window_ms: Option<u64>,
}

/// Each receipt is drawn with a probability that falls with its provider's reputation and with
/// traffic and rises with the validator's weight; undone checks are judged by the missed-request
/// test (Gonka's mainnet). Validations expected of one receipt, summed over all validators, are
/// `maximum` for a provider without reputation and the minimum for full reputation. That minimum
/// falls with traffic, piecewise linearly, from `maximum` through `halfway` to `minimum`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sampling {
    /// At full traffic; 0 to `halfway`.
    pub minimum: Ratio,
    /// 0 to 100.
    pub maximum: Ratio,
    /// The minimum at half of full traffic; up to `maximum`.
    pub halfway: Ratio,
    /// Requests of an epoch from which the minimum is `minimum`.
    pub full_traffic: u64,
    /// Requests of an epoch up to which the minimum is `maximum`; below half of full traffic.
    pub low_traffic: u64,
}

/// What failing the missed-request test costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum MissConsequence {
    /// The downtime fraction of collateral.
    Slash,
    /// The epoch's reward.
    Forfeit,
}

/// Sequential probability ratio tests of an epoch's validated and invalidated work and of its
/// answered and missed requests, and a limit of failures in a row (Gonka's mainnet).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StatusTest {
    /// Rate of invalidations of a good provider; above 0, below `bad_invalid`.
    pub good_invalid: Ratio,
    /// Rate of a bad one; below 1.
    pub bad_invalid: Ratio,
    /// Log likelihood ratio from which a provider is invalid; above 0, at most 1,000.
    pub invalid_threshold: Ratio,
    /// Rate of misses of a good provider; above 0, below `bad_downtime`.
    pub good_downtime: Ratio,
    /// Rate of a bad one; below 1.
    pub bad_downtime: Ratio,
    /// Log likelihood ratio from which a provider is inactive; above 0, at most 1,000.
    pub downtime_threshold: Ratio,
    /// Invalid when so many failures in a row are less likely than this for a good provider; 0
    /// switches it off; below 1.
    pub quick_failure: Ratio,
}

/// Reputation 0 to 100: epochs served, less the misses of bad ones.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ReputationRule {
    /// Faultless epochs until full reputation; 1 to 10,000.
    pub epochs_to_full: u64,
    /// An epoch whose share of misses is above this costs; 0 to 1.
    pub miss_cutoff: Ratio,
    /// What such an epoch costs for each share of misses, in epochs of `epochs_to_full`; 0 to 100.
    pub miss_penalty: Ratio,
}

/// When a participant fails its duty to answer. A participant with no request passes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum MissedRequests {
    /// Fails when missed / total is above this (document 001 §2.3 as v0.2.0 of Gonka runs it).
    Ratio {
        /// 0 to 1.
        threshold: Ratio,
    },
    /// Fails when so many misses are less likely than `significance` at a true rate of `rate`.
    Binomial {
        /// The rate of misses that is still good service; above 0, below 1.
        rate: Ratio,
        /// Above 0, below 1; 0.05 is customary.
        significance: Ratio,
    },
    /// Gonka's mainnet: tables of critical values for six rates, significance 0.05; other rates
    /// above 0.5 by the exact binomial tail.
    Tables {
        /// The rate of misses that is still good service; above 0, below 1.
        rate: Ratio,
        /// Whether the rate follows what the whole network missed in the epoch, when that is
        /// worse.
        follows_network: bool,
    },
}

/// Prepaid deposits of customers.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Market {
    /// The asset customers pay in.
    pub asset: AssetId,
    /// How long a deposit stays chargeable after its owner closes it.
    pub close_window: Duration,
    /// Escrow of single requests on deposits; `None`: there is none.
    pub escrow: Option<EscrowRules>,
}

/// Escrow of single requests.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct EscrowRules {
    /// Units of answer that a request without a limit reserves; at least 1.
    pub default_max_units: u64,
    /// How long a provider has to answer; then all of it is refunded and the request is missed.
    pub expiry: Duration,
}

/// How the price of a unit of work moves.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Pricing {
    /// Not at all: each model's `price_per_unit`.
    Fixed,
    /// Per model, by utilisation (Gonka's dynamic pricing).
    StabilityZone(StabilityZone),
    /// A unit of compute costs the median of what providers ask, weighted by effective weight; a
    /// unit of work `compute_per_unit` times as much.
    UnitOfCompute {
        /// Price of a unit of compute until somebody asks another, base units.
        initial: Amount,
    },
}

/// Within the zone a price stays; outside it moves by `elasticity` x the distance, each step.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StabilityZone {
    /// Lower bound of utilisation; 0 to `upper`.
    pub lower: Ratio,
    /// Upper bound of utilisation; at most 1.
    pub upper: Ratio,
    /// Share of the price for each unit of distance; 0 to 1.
    pub elasticity: Ratio,
    /// When prices move.
    pub step: PriceStep,
    /// Steps over which utilisation is averaged; 1 to 10,000.
    pub window: u32,
    /// The price never falls below this, base units; at least 1.
    pub minimum: Amount,
    /// It never rises above this, base units.
    pub maximum: Amount,
    /// Before this epoch the price is `grace_price`; in it, each model's `price_per_unit`.
    pub grace_end_epoch: u64,
    /// Base units.
    pub grace_price: Amount,
    /// What happens to fractions of a base unit.
    pub rounding: PriceRounding,
}

/// When prices move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum PriceStep {
    /// With every block; needs epochs counted in blocks.
    Block,
    /// At every close.
    Epoch,
}

/// What happens to fractions of a base unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum PriceRounding {
    /// They are kept, to 10^-9 base units, and a price is quoted rounded up: it can rise from 1.
    Keep,
    /// They are cut off each step: below 50 base units a price can never rise (Gonka's mainnet,
    /// issue 1450).
    Truncate,
}

/// The flat fee of a transaction, the same for every message.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Fees {
    /// The asset it is paid in.
    pub asset: AssetId,
    /// Base units; may be 0 in a local network.
    pub flat: Amount,
    /// Where it goes.
    pub destination: Destination,
}

/// How settled rewards reach their owners.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Claims {
    /// Pull: the owner claims. Push: paid at the close.
    pub mode: ClaimMode,
    /// Epochs after the settled one at whose last close a claim expires; 1 to 1,024.
    pub window_epochs: u64,
    /// Where expired claims go.
    pub unclaimed: Destination,
    /// Epochs over which a claimed reward vests; 0 pays at once; at most 3,650.
    pub vesting_epochs: u64,
    /// When what does not divide by the epochs vests, of claims and genesis allocations. Grants
    /// keep the rule they were made under.
    pub vesting_remainder: VestingRemainder,
}

/// See [`Claims::vesting_remainder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum VestingRemainder {
    /// Spread over the epochs: by epoch k, floor(amount x k / epochs) has vested.
    Spread,
    /// With the first epoch; each epoch floor(amount / epochs) (Gonka's mainnet).
    First,
}

/// See [`Claims::mode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ClaimMode {
    /// The owner claims.
    Pull,
    /// Paid at the close, through the same record.
    Push,
}

impl Parameters {
    /// The asset with this number.
    #[must_use]
    pub fn asset(&self, id: AssetId) -> Option<&Asset> {
        self.assets.get(usize::from(id.0))
    }

    /// The model with this number.
    #[must_use]
    pub fn model(&self, id: ModelId) -> Option<&Model> {
        self.models.get(usize::from(id.0))
    }

    /// The number of the model with this id.
    #[must_use]
    pub fn model_id(&self, id: &str) -> Option<ModelId> {
        let at = self.models.iter().position(|model| model.id.as_str() == id)?;
        u16::try_from(at).ok().map(ModelId)
    }
}
