//! What a network's author should know about the schedule. Facts only: what is wrong is found by
//! `parameters::check`, which may not look ahead in time.

use super::formulas::{Bound, block_reward, counts_blocks, is_endless};
use super::projection::{Row, project, stages};
use super::schedules::{exponential, geometric};
use crate::error::Error;
use crate::modules::parameters::{
    Asset, Emission, EpochLength, Finding, Limit, Parameters, Schedule, Source,
};
use crate::time::DAY_MS;
use workmint_amounts::{Amount, ArithmeticError, Operation, Ratio, SignedRatio};

/// Epochs looked at, from the emission's genesis epoch on.
const HORIZON_EPOCHS: u64 = 100_000;

/// ln 2 rounded down, in units of 10^-30.
const LN_2: u128 = 693_147_180_559_945_309_417_232_121_458;
const LN_2_UNIT: u128 = 1_000_000_000_000_000_000_000_000_000_000;

/// Length of a block assumed in epochs that end by time, milliseconds.
const BLOCK_MS: u64 = 1_000;

/// True statements about the schedule of `parameters`: when allocation or cap binds, what it would
/// mint without them, when it halves and when it ends. `genesis_issued` is what exists of the
/// emitted asset at genesis, base units. Empty if the parameters themselves do not hold together.
#[must_use]
pub fn findings(parameters: &Parameters, genesis_issued: Amount) -> Vec<Finding> {
    let emission = &parameters.emission;
    let Some(asset) = parameters.asset(emission.asset) else {
        return Vec::new();
    };
    let view = View { parameters, emission, asset, length: parameters.network.epoch_length };
    // A sum that leaves 128 bits has no statement worth making.
    let found = match emission.schedule {
        Schedule::WorkSubsidy { .. } => view.of_work(parameters),
        Schedule::Exponential { .. }
        | Schedule::FixedPerBlock { .. }
        | Schedule::RemainingFraction { .. }
        | Schedule::Geometric { .. }
        | Schedule::Halving { .. }
        | Schedule::HalvingByIssuance { .. }
        | Schedule::Inflation { .. } => view.all(genesis_issued),
    };
    found.unwrap_or_default()
}

fn fact(key: &str, message: String) -> Finding {
    Finding::fact(&format!("emission.{key}"), message)
}

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Add };

/// Stages of a subsidy of work that are looked at, and rates that are shown.
const MOST_STAGES: usize = SHOWN_RATES + 1;
const SHOWN_RATES: usize = 12;

struct View<'a> {
    parameters: &'a Parameters,
    emission: &'a Emission,
    asset: &'a Asset,
    length: EpochLength,
}

/// What the projection showed.
#[derive(Default)]
struct Outlook {
    /// First row that allocation or cap held down.
    bound: Option<Row>,
    /// Sum of the schedule without limits; `None` if it does not end inside the horizon.
    unlimited: Option<Amount>,
    /// Last row that mints anything; `None` if it does not end inside the horizon.
    last: Option<Row>,
}

impl View<'_> {
    fn all(&self, genesis_issued: Amount) -> Result<Vec<Finding>, Error> {
        let outlook = self.outlook(genesis_issued)?;
        let mut found = Vec::new();
        if let Some(row) = outlook.bound {
            found.push(fact("allocation", self.overrun(&row, outlook.unlimited)?));
        } else if let Some(row) = outlook.last {
            let (minted, of) = (self.shown(row.cumulative), self.shown(self.emission.allocation));
            let when = self.when(row.epoch);
            let text = format!("the schedule mints {minted} of {of} in all, the last {when}");
            found.push(fact("allocation", text));
        } else {
            let text = format!("the schedule still mints after {HORIZON_EPOCHS} epochs");
            found.push(fact("schedule", text));
        }
        found.extend(self.assumed().map(|text| fact("schedule", text)));
        if let Schedule::Exponential { initial, rate } = self.emission.schedule {
            found.extend(self.half_life(initial, rate)?.map(|text| fact("rate", text)));
        }
        if let Schedule::Inflation { dynamic: Some(rule), .. } = &self.emission.schedule {
            let text = format!(
                "statements about the schedule assume {} active contributors and no backlog; an \
                 epoch gets {} to {} of the inflation of the base",
                grouped(rule.full_activity),
                rule.least,
                rule.most
            );
            found.push(fact("schedule", text));
        }
        if let Schedule::Geometric { initial, factor, period_epochs } = self.emission.schedule {
            let text = half_period(initial, factor, period_epochs)?;
            found.extend(text.map(|text| fact("factor", text)));
        }
        Ok(found)
    }

    /// What the projection supposes about blocks and use.
    fn assumed(&self) -> Option<String> {
        let pays = !block_reward(self.parameters).is_zero();
        let by_block = pays || counts_blocks(&self.emission.schedule);
        let mut all = Vec::new();
        if by_block && matches!(self.length, EpochLength::Time(_)) {
            all.push("one block a second");
        }
        if pays {
            all.push("that validators propose every block");
        }
        if self.emission.utility.is_some() {
            all.push("a utility of 1");
        }
        if self.emission.reference_weight > 0 {
            all.push("the reference weight");
        }
        if !self.emission.quota.is_zero() {
            all.push("that the quota is met");
        }
        let assumed = all.join(", ");
        (!all.is_empty()).then(|| format!("statements about the schedule assume {assumed}"))
    }

    /// What can be said of a subsidy of work without knowing the work.
    fn of_work(&self, parameters: &Parameters) -> Result<Vec<Finding>, Error> {
        let mut found = Vec::new();
        let mut rates = Vec::new();
        for stage in stages(self.emission).take(MOST_STAGES) {
            let stage = stage?;
            if rates.is_empty() {
                found.extend(self.self_dealing(parameters, stage.per_unit));
                let unit = self.shown(stage.until);
                rates.push(format!("for every {unit} minted the rate falls: {}", stage.rate));
            } else if rates.len() < SHOWN_RATES {
                rates.push(stage.rate.to_string());
            } else if rates.len() == SHOWN_RATES {
                rates.push("...".to_owned());
            }
        }
        if !rates.is_empty() {
            found.push(fact("interval", rates.join(", ")));
        }
        let text = "what an epoch mints depends on its work: when the allocation is used up nobody \
                    can say";
        found.push(fact("schedule", text.to_owned()));
        Ok(found)
    }

    /// A subsidy of work pays those who buy their own work, unless burned fees limit it.
    fn self_dealing(&self, parameters: &Parameters, per_unit: Ratio) -> Option<Finding> {
        let emits = |source: &Source| matches!(source, Source::Emission { .. });
        let mut streams = parameters.streams.iter().filter(|stream| emits(&stream.source));
        if streams.all(|stream| stream.limit == Limit::BurnedFees) {
            return None;
        }
        let gain = per_unit.to_decimal_string(2);
        let (gain, symbol) = (gain.strip_suffix(".00").unwrap_or(&gain), &self.asset.symbol);
        Some(fact(
            "rate",
            format!(
                "work_subsidy mints 1 / (1 - rate) = {gain} {symbol} for each {symbol} paid for \
                 work: a provider that is its own customer gets its payment back and earns {gain} \
                 {symbol} besides"
            ),
        ))
    }

    /// Walks the projection until nothing more is minted.
    fn outlook(&self, genesis_issued: Amount) -> Result<Outlook, Error> {
        let mut outlook = Outlook::default();
        let mut sum = Some(Amount::ZERO);
        let mut minting = None;
        let blocks = match self.length {
            EpochLength::Blocks(blocks) => blocks,
            EpochLength::Time(length) => length.checked_div(BLOCK_MS).unwrap_or(0),
        };
        let end = self.emission.genesis_epoch.checked_add(HORIZON_EPOCHS);
        for row in project(self.parameters, genesis_issued, blocks) {
            let row = row?;
            if outlook.bound.is_none() && row.bound_by != Bound::Schedule {
                outlook.bound = Some(row);
            }
            if !row.minted.is_zero() {
                minting = Some(row);
            }
            if row.ended {
                outlook.unlimited = sum;
                outlook.last = minting;
                break;
            }
            sum = sum.and_then(|sum| sum.checked_add(row.scheduled).ok());
            let endless = is_endless(self.parameters);
            if Some(row.epoch) >= end || (endless && outlook.bound.is_some()) {
                break;
            }
        }
        Ok(outlook)
    }

    fn overrun(&self, row: &Row, unlimited: Option<Amount>) -> Result<String, ArithmeticError> {
        let limit = match row.bound_by {
            Bound::Cap => format!("the cap {}", self.shown(self.asset.cap)),
            Bound::Allocation | Bound::Schedule => {
                format!("the allocation {}", self.shown(self.emission.allocation))
            }
        };
        let what = if block_reward(self.parameters).is_zero() {
            "the schedule overruns"
        } else {
            "the schedule and the rewards of blocks together exhaust"
        };
        let unlimited = match unlimited {
            Some(sum) => format!("unlimited it would mint {}", self.shown(sum)),
            None => "unlimited it would mint on".to_owned(),
        };
        let lost = row.scheduled.checked_sub(row.minted)?;
        let offset = row.epoch.checked_sub(self.emission.genesis_epoch);
        let offset = offset.ok_or(ArithmeticError::Underflow)?;
        Ok(format!(
            "{what} {limit}: {unlimited}; the limit binds at epoch offset {} \
             ({}), which mints {} and leaves {} unminted; later epochs mint nothing",
            grouped(offset),
            self.when(row.epoch),
            self.shown(row.minted),
            self.shown(lost),
        ))
    }

    /// When an exponential schedule has halved.
    fn half_life(
        &self,
        initial: Amount,
        rate: SignedRatio,
    ) -> Result<Option<String>, ArithmeticError> {
        if !rate.is_negative() || initial.is_zero() {
            return Ok(None);
        }
        let exact = Ratio::new(LN_2, LN_2_UNIT)?.checked_div(rate.magnitude())?;
        // Two digits, rounded to the nearest.
        let shown = exact.checked_add(Ratio::new(5, 1_000)?)?.to_decimal_string(2);
        let (whole, fraction) = shown.split_once('.').unwrap_or((&shown, "00"));
        let Ok(whole) = whole.parse::<u64>() else {
            return Ok(None);
        };
        let first_below = first_below_half(initial, rate, whole)?;
        Ok(Some(format!(
            "the half-life is ln 2 / {} = {}.{fraction} epochs; the first epoch below half of the \
             first is offset {}",
            rate.magnitude(),
            grouped(whole),
            grouped(first_below),
        )))
    }

    /// "epoch 17,570, year 48.10".
    fn when(&self, epoch: u64) -> String {
        let name = format!("epoch {}", grouped(epoch));
        let years = |length: u64| {
            let year = u128::from(DAY_MS).checked_mul(36_525)?;
            let spent = u128::from(epoch).checked_mul(u128::from(length))?.checked_mul(100)?;
            Some(Ratio::new(spent, year).ok()?.to_decimal_string(2))
        };
        match self.length {
            EpochLength::Time(length) => match years(length) {
                Some(years) => format!("{name}, after {years} years"),
                None => name,
            },
            EpochLength::Blocks(_) => name,
        }
    }

    fn shown(&self, amount: Amount) -> String {
        let digits = amount.to_decimal(self.asset.decimals);
        let fraction = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let fraction = u8::try_from(fraction).unwrap_or(self.asset.decimals);
        format!("{} {}", amount.to_grouped(self.asset.decimals, fraction), self.asset.symbol)
    }
}

/// The first offset of an exponential schedule below half of `initial`. Rounding down can only
/// bring that offset forward from `half_life` rounded up.
fn first_below_half(
    initial: Amount,
    rate: SignedRatio,
    half_life: u64,
) -> Result<u64, ArithmeticError> {
    let high = half_life.checked_add(1).ok_or(OVERFLOW)?;
    bisect(initial, high, |offset| exponential::amount(initial, rate, offset))
}

/// When a falling geometric schedule has halved.
fn half_period(
    initial: Amount,
    factor: Ratio,
    period_epochs: u64,
) -> Result<Option<String>, ArithmeticError> {
    if factor >= Ratio::ONE || initial.is_zero() {
        return Ok(None);
    }
    let amount = |period| geometric::of_period(initial, factor, period);
    let mut high = 1_u64;
    while !is_below_half(initial, amount(high)?) {
        let Some(next) = high.checked_mul(2) else { return Ok(None) };
        high = next;
    }
    let period = bisect(initial, high, amount)?;
    let offset = period.checked_mul(period_epochs).ok_or(OVERFLOW)?;
    let first = if period_epochs == 1 { "epoch" } else { "period" };
    Ok(Some(format!(
        "the first {first} below half of the first begins at offset {}",
        grouped(offset)
    )))
}

/// The first number up to `high` whose amount is below half of `initial`; the amounts never rise,
/// and that of `high` is.
fn bisect(
    initial: Amount,
    mut high: u64,
    amount: impl Fn(u64) -> Result<Amount, ArithmeticError>,
) -> Result<u64, ArithmeticError> {
    let mut low = 0;
    while low < high {
        let middle = low.midpoint(high);
        if is_below_half(initial, amount(middle)?) {
            high = middle;
        } else {
            low = middle.checked_add(1).ok_or(OVERFLOW)?;
        }
    }
    Ok(high)
}

fn is_below_half(initial: Amount, amount: Amount) -> bool {
    amount.checked_add(amount).is_ok_and(|twice| twice < initial)
}

fn grouped(number: u64) -> String {
    Amount::new(u128::from(number)).to_grouped(0, 0)
}
