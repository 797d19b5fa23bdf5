//! How one seat came to what it has: every validator's part in a miner's incentive, and every
//! miner's part in a validator's dividends. For explanations; pays nobody.

use super::masks::{Ignored, Silence};
use super::{Outcome, Run, strict, subtensor};
use crate::error::{Error, OVERFLOW};
use crate::modules::parameters::YumaMode;
use workmint_amounts::{ArithmeticError, mul_div_floor};

/// What one validator says of the miner. Parts are in the unit of the outcome, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Its seat.
    pub validator: u16,
    /// Base units of power behind it.
    pub power: u128,
    /// Its share of the power with a say.
    pub active_stake: u64,
    /// Why it has no say.
    pub silence: Option<Silence>,
    /// What it set, 0 to 65,535.
    pub set: u32,
    /// Why that does not count.
    pub ignored: Option<Ignored>,
    /// The weight as a part of all that count in its row; 0 if this one does not.
    pub weight: u64,
    /// As much of it as is within consensus.
    pub within: u64,
    /// Share of power x weight within consensus: its part in the miner's rank.
    pub rank: u64,
}

/// What came of a miner. Parts are in the unit of the outcome, rounded down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinerTrace {
    /// The weight that enough power agrees on.
    pub consensus: u64,
    /// Power with a say behind that weight or more, as a share.
    pub support: u64,
    /// Sum of what the votes add.
    pub rank: u64,
    /// Sum of all miners' ranks.
    pub all_ranks: u64,
    /// Its share of what miners earn: its rank of all ranks.
    pub incentive: u64,
    /// Those who set a weight on it, ascending by seat.
    pub votes: Vec<Vote>,
}

/// What a validator has from one miner. Parts are in the unit of the outcome, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BondLine {
    /// The miner's seat.
    pub miner: u16,
    /// Its bond before the run, in the units of the mode.
    pub before: u32,
    /// The bond after it, as a part of 1.
    pub bond: u64,
    /// The bond as a part of all validators' bonds of the miner.
    pub part: u64,
    /// The miner's incentive.
    pub incentive: u64,
    /// Part of bonds x incentive.
    pub earned: u64,
}

/// What came of a validator. Parts are in the unit of the outcome, rounded down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidatorTrace {
    /// Its share of all power.
    pub stake: u64,
    /// Its share of the power with a say.
    pub active_stake: u64,
    /// Why it has no say.
    pub silence: Option<Silence>,
    /// How much of its weights was within consensus.
    pub trust: u64,
    /// Its bonds and what they earn, ascending by miner; those of miners without incentive too.
    pub lines: Vec<BondLine>,
    /// Sum of what the lines earn. With `Yuma3` it counts times `active_stake`.
    pub earned: u64,
    /// Its share of what validators earn.
    pub dividends: u64,
    /// Whether it may weigh others until the next run; if not, its bonds are gone after this one.
    pub permit: bool,
}

/// One seat, as a miner and as a validator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The seat.
    pub seat: u16,
    /// What 1 is.
    pub unit: u64,
    /// As a miner.
    pub miner: MinerTrace,
    /// As a validator.
    pub validator: ValidatorTrace,
}

/// One seat of a run and what came of it.
///
/// # Errors
/// Those of the run; [`Error::Inconsistent`] if there is no such seat in the outcome.
pub fn trace(run: &Run<'_>, outcome: &Outcome, seat: u16) -> Result<Trace, Error> {
    let at = usize::from(seat);
    if at >= outcome.incentive.len().min(run.seats.power.len()) {
        return Err(Error::Inconsistent { what: "a trace of a seat that is not there" });
    }
    Ok(Trace {
        seat,
        unit: outcome.unit,
        miner: miner(run, outcome, seat)?,
        validator: validator(run, outcome, at)?,
    })
}

/// A bond after a run, parts of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bond {
    /// The miner.
    pub(super) miner: u16,
    /// As a part of 1.
    pub(super) value: u64,
    /// As a part of all validators' bonds of the miner.
    pub(super) part: u64,
}

fn of(column: &[u64], seat: usize) -> u64 {
    column.get(seat).copied().unwrap_or_default()
}

/// `floor(one x other / unit)`.
fn times(outcome: &Outcome, one: u64, other: u64) -> Result<u64, ArithmeticError> {
    let product = mul_div_floor(u128::from(one), u128::from(other), u128::from(outcome.unit))?;
    u64::try_from(product).map_err(|_| OVERFLOW)
}

fn plus(one: u64, other: u64) -> Result<u64, ArithmeticError> {
    one.checked_add(other).ok_or(OVERFLOW)
}

fn miner(run: &Run<'_>, outcome: &Outcome, seat: u16) -> Result<MinerTrace, ArithmeticError> {
    let at = usize::from(seat);
    let mut miner = MinerTrace {
        consensus: of(&outcome.consensus, at),
        incentive: of(&outcome.incentive, at),
        ..MinerTrace::default()
    };
    for (stake, trust) in outcome.active_stake.iter().zip(&outcome.trust) {
        // A validator's weights within consensus are its trust: so ranks sum up from either side.
        miner.all_ranks = plus(miner.all_ranks, times(outcome, *stake, *trust)?)?;
    }
    for validator in 0..run.seats.weights.rows() {
        let Some(vote) = vote(run, outcome, validator, seat)? else { continue };
        miner.rank = plus(miner.rank, vote.rank)?;
        if vote.weight >= miner.consensus {
            miner.support = plus(miner.support, vote.active_stake)?;
        }
        miner.votes.push(vote);
    }
    Ok(miner)
}

/// What a validator says of a miner; `None`: nothing.
fn vote(
    run: &Run<'_>,
    outcome: &Outcome,
    validator: usize,
    miner: u16,
) -> Result<Option<Vote>, ArithmeticError> {
    let entries = || run.seats.weights.entries_of(validator);
    let on_miner = entries().filter(|(column, weight)| *column == miner && *weight > 0);
    let Some(set) = on_miner.map(|(_, weight)| weight).max() else { return Ok(None) };
    let speaker = run.masks().speaker(validator);
    let ignored = speaker.ignored(miner);
    let mut weight = 0;
    if ignored.is_none() && run.masks().may_weigh(validator) {
        let mut sum = 0_u64;
        for (_, weight) in entries().filter(|(column, _)| speaker.ignored(*column).is_none()) {
            sum = plus(sum, u64::from(weight))?;
        }
        let part = mul_div_floor(u128::from(set), u128::from(outcome.unit), u128::from(sum))?;
        weight = u64::try_from(part).map_err(|_| OVERFLOW)?;
    }
    let within = weight.min(of(&outcome.consensus, usize::from(miner)));
    let active_stake = of(&outcome.active_stake, validator);
    Ok(Some(Vote {
        validator: u16::try_from(validator).map_err(|_| OVERFLOW)?,
        power: run.masks().counted_power(validator),
        active_stake,
        silence: run.masks().silence(validator),
        set,
        ignored,
        weight,
        within,
        rank: times(outcome, active_stake, within)?,
    }))
}

fn validator(run: &Run<'_>, outcome: &Outcome, seat: usize) -> Result<ValidatorTrace, Error> {
    let mut earned = 0_u64;
    let mut lines = Vec::new();
    for Bond { miner, value, part } in bonds_of(run, outcome, seat)? {
        let incentive = of(&outcome.incentive, usize::from(miner));
        let before = run.seats.bonds.entries_of(seat).filter(|(column, _)| *column == miner);
        let line = BondLine {
            miner,
            before: before.map(|(_, bond)| bond).max().unwrap_or_default(),
            bond: value,
            part,
            incentive,
            earned: times(outcome, part, incentive)?,
        };
        earned = plus(earned, line.earned)?;
        lines.push(line);
    }
    Ok(ValidatorTrace {
        stake: of(&outcome.stake, seat),
        active_stake: of(&outcome.active_stake, seat),
        silence: run.masks().silence(seat),
        trust: of(&outcome.trust, seat),
        lines,
        earned,
        dividends: of(&outcome.dividends, seat),
        permit: outcome.permit.get(seat) == Some(&true),
    })
}

/// A validator's bonds after the run; those too that it loses with its permit.
fn bonds_of(run: &Run<'_>, outcome: &Outcome, seat: usize) -> Result<Vec<Bond>, Error> {
    match run.rules.mode {
        YumaMode::Strict => strict::bonds_of(run, seat),
        YumaMode::Subtensor => {
            let stake = subtensor::Backing::of_powers(&run.seats.power)?;
            let bonds = subtensor::epoch(run, &stake)?.bonds;
            let mut sums = vec![0_u128; outcome.incentive.len()];
            for (column, bond) in bonds.iter().flatten() {
                let sum = sums.get_mut(usize::from(*column)).ok_or(OVERFLOW)?;
                let bond = u128::from(bond.to_bits().unsigned_abs());
                *sum = sum.checked_add(bond).ok_or(OVERFLOW)?;
            }
            let bond = |(miner, bond): &(u16, subtensor::fixed::I32F32)| {
                let value = bond.to_bits().unsigned_abs();
                let sum = sums.get(usize::from(*miner)).copied().unwrap_or_default();
                let part = mul_div_floor(u128::from(value), u128::from(outcome.unit), sum)?;
                Ok(Bond { miner: *miner, value, part: u64::try_from(part).map_err(|_| OVERFLOW)? })
            };
            bonds.get(seat).into_iter().flatten().map(bond).collect()
        }
    }
}
