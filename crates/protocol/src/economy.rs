//! Document 004's metrics of one epoch: what was emitted, for what use, to whom, what was burned.
//!
//! Computed from the frozen inputs by the functions that settle. Fields have the document's names;
//! amounts are decimal strings in base units of the emission's asset, with asset and decimals
//! beside them. What a network has not got is null, and `why_null` says why.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use workmint_amounts::{Amount, ArithmeticError};
use workmint_core::inputs::EpochInputs;
use workmint_core::modules::emission::of_utility;
use workmint_core::modules::ledger::Supply;
use workmint_core::modules::parameters::{Parameters, Payee, Score, Source, Stream};
use workmint_core::modules::rewards::{SettlementPlan, StreamPlan};

use crate::money::{Money, Unit, text};

/// Digits of the utility after the dot; the rest is cut off.
const DIGITS: u8 = 18;
/// One, in units of the last of those digits.
const ONE: Amount = Amount::new(1_000_000_000_000_000_000);

/// Why there are no metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The parameters do not define the emission's asset.
    NoAsset,
    /// A sum is too large: the record is not of this network.
    Arithmetic(ArithmeticError),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAsset => formatter.write_str("the parameters do not define the emitted asset"),
            Self::Arithmetic(error) => write!(formatter, "{error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<ArithmeticError> for Error {
    fn from(error: ArithmeticError) -> Self {
        Self::Arithmetic(error)
    }
}

/// Who is paid by a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// Who computes: miners, hosts, contributors, providers.
    Miners,
    /// Validators, and those who delegated to them.
    Validators,
    /// The treasury.
    Treasury,
    /// Stakers, holders of shares of the pool, single accounts.
    Others,
}

impl Receiver {
    /// Whom a stream pays, by its score rule.
    #[must_use]
    pub fn of(stream: &Stream) -> Self {
        match &stream.score {
            Score::PocWeight(_)
            | Score::WorkDone
            | Score::Rate(_)
            | Score::Availability(_)
            | Score::ModelShares
            | Score::Performance
            | Score::YumaIncentive => Self::Miners,
            Score::BondedStake | Score::BlocksProposed | Score::YumaDividends => Self::Validators,
            Score::FixedAccount { account: Payee::Treasury } => Self::Treasury,
            Score::FixedAccount { account: Payee::Account(_) }
            | Score::StakingPower(_)
            | Score::Liquidity => Self::Others,
        }
    }
}

/// What an epoch's close was computed from, and what there was of the asset around it.
#[derive(Clone, Copy, Debug)]
pub struct Closed<'a> {
    /// What it ran under.
    pub parameters: &'a Parameters,
    /// What it was computed from.
    pub inputs: &'a EpochInputs,
    /// What it paid.
    pub plan: &'a SettlementPlan,
    /// Of the emission's asset, after the last close before it, or at genesis.
    pub before: Supply,
    /// The same after this one.
    pub after: Supply,
    /// Whether it is a close that has not happened: that of the open epoch.
    pub open: bool,
}

/// The metrics of one epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EpochEconomy {
    /// The epoch.
    #[serde(serialize_with = "text")]
    pub epoch: u64,
    /// Whether it is still open: then what its close would give if nothing more happened.
    pub open: bool,
    /// What the network's use made of the schedule's amount, 0 to 1, 18 digits, rounded down; null
    /// where the emission does not follow it.
    pub utility_score: Option<String>,
    /// What the epoch could issue to streams of emission: by schedule, utility, quota and limits.
    pub emission_amount: Money,
    /// What blocks paid besides; null where no stream pays for blocks.
    pub block_rewards: Option<Money>,
    /// What existed after the close: issued - burned.
    pub total_supply: Money,
    /// Newly issued since the last close.
    pub minted_amount: Money,
    /// Burned since the last close: fees, seats, slashes, whatever a close burns.
    pub burned_amount: Money,
    /// New money paid to who computes; null where no stream of new money pays them.
    pub miner_rewards_total: Option<Money>,
    /// New money paid to validators and their delegators; null where no such stream pays them.
    pub validator_rewards_total: Option<Money>,
    /// Of which their delegators'; null as above.
    pub delegator_rewards_total: Option<Money>,
    /// New money paid to the treasury; null where no such stream pays it.
    pub dao_allocation: Option<Money>,
    /// New money paid to anybody else; null where no such stream pays anybody.
    pub other_rewards_total: Option<Money>,
    /// Why a field is null, by its name.
    pub why_null: BTreeMap<&'static str, &'static str>,
}

/// The metrics of a close.
///
/// # Errors
/// [`Error`]: only for what is no close of this network.
pub fn economy(closed: &Closed) -> Result<EpochEconomy, Error> {
    let Closed { parameters, inputs, plan, before, after, open } = *closed;
    let unit = Unit::of(parameters, parameters.emission.asset).ok_or(Error::NoAsset)?;
    let mut why_null = BTreeMap::new();
    let mut known = |field, found: Option<Amount>, why| {
        if found.is_none() {
            why_null.insert(field, why);
        }
        found.map(|amount| unit.money(amount))
    };
    let sums = Sums::new(parameters, plan)?;
    let none = "no stream of new money pays them";
    let validators = sums.of(Receiver::Validators);
    let all = validators.map(|sum| sum.paid.checked_add(sum.delegated)).transpose()?;
    let of = |receiver| sums.of(receiver).map(|sum| sum.paid);
    let blocks = known("block_rewards", sums.blocks, "no stream pays for blocks");
    let miners = known("miner_rewards_total", of(Receiver::Miners), none);
    let validator_rewards_total = known("validator_rewards_total", all, none);
    let delegated = validators.map(|sum| sum.delegated);
    let delegator_rewards_total = known("delegator_rewards_total", delegated, none);
    let dao = known("dao_allocation", of(Receiver::Treasury), "no stream pays the treasury");
    let others = known("other_rewards_total", of(Receiver::Others), "no stream pays others");
    let utility_score = match &parameters.emission.utility {
        Some(rule) => Some(of_utility(rule, &inputs.emission, ONE)?.to_decimal(DIGITS)),
        None => {
            why_null.insert("utility_score", "the emission does not follow the network's use");
            None
        }
    };
    Ok(EpochEconomy {
        epoch: inputs.epoch,
        open,
        utility_score,
        emission_amount: unit.money(plan.emission.budget),
        block_rewards: blocks,
        total_supply: unit.money(after.existing()),
        minted_amount: unit.money(after.issued.checked_sub(before.issued)?),
        burned_amount: unit.money(after.burned.checked_sub(before.burned)?),
        miner_rewards_total: miners,
        validator_rewards_total,
        delegator_rewards_total,
        dao_allocation: dao,
        other_rewards_total: others,
        why_null,
    })
}

/// What streams of new money paid to one kind of receiver, base units.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    paid: Amount,
    delegated: Amount,
}

struct Sums {
    by_receiver: Vec<(Receiver, Sum)>,
    /// Offered for blocks; `None`: no stream pays for them.
    blocks: Option<Amount>,
}

impl Sums {
    fn new(parameters: &Parameters, plan: &SettlementPlan) -> Result<Self, Error> {
        let mut sums = Self { by_receiver: Vec::new(), blocks: None };
        for (stream, planned) in parameters.streams.iter().zip(&plan.streams) {
            if !stream.source.mints() {
                continue;
            }
            sums.add(Receiver::of(stream), planned)?;
            if matches!(stream.source, Source::BlockRewards { .. }) {
                let blocks = sums.blocks.unwrap_or_default();
                sums.blocks = Some(blocks.checked_add(planned.fresh)?);
            }
        }
        Ok(sums)
    }

    fn add(&mut self, receiver: Receiver, planned: &StreamPlan) -> Result<(), Error> {
        let before = self.of(receiver).unwrap_or_default();
        let sum = Sum {
            paid: before.paid.checked_add(planned.paid)?,
            delegated: before.delegated.checked_add(planned.delegated)?,
        };
        self.by_receiver.retain(|(of, _)| *of != receiver);
        self.by_receiver.push((receiver, sum));
        Ok(())
    }

    fn of(&self, receiver: Receiver) -> Option<Sum> {
        let found = self.by_receiver.iter().find(|(of, _)| *of == receiver);
        found.map(|(_, sum)| *sum)
    }
}
