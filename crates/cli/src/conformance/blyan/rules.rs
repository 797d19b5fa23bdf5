//! The rules that Blyan's records run under: the network `blyan`, and what only its code has.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{
    AssetId, ContributionKind, ContributorReputation, DynamicBudget, Emission, Parameters,
    RateScore, Schedule, Score, Step, Steps,
};

use crate::conformance::case::Node;
use crate::conformance::chain::built_in;
use crate::conformance::verdict::Mismatch;

/// Decimals of BLY here: enough that no rate of a record loses a digit that counts.
pub(super) const DECIMALS: u8 = 18;
/// Base units of one BLY here.
const BLY: u128 = 1_000_000_000_000_000_000;
/// Upstream's budget of a day, BLY (`reward_policy.yaml`).
pub(super) const DAILY_BUDGET: u128 = 273_972;
/// Days of its year.
const YEAR_DAYS: u64 = 365;

/// The network.
pub(super) fn network() -> Result<Parameters, Mismatch> {
    built_in("blyan")
}

/// BLY as base units, rounded down.
pub(super) fn bly(amount: Ratio) -> Result<Amount, Mismatch> {
    Ok(Amount::new(amount.floor_mul(BLY)?))
}

/// Base units as BLY.
pub(super) fn in_bly(amount: Amount) -> Result<Ratio, Mismatch> {
    Ok(Ratio::new(amount.get(), BLY)?)
}

/// The network's rule for a kind, in BLY of [`DECIMALS`]; without the minimum that upstream's
/// configuration has and its code does not read, and the least improvement likewise.
pub(super) fn rate_of(kind: ContributionKind) -> Result<RateScore, Mismatch> {
    let parameters = network()?;
    let decimals = parameters.asset(parameters.emission.asset).map_or(0, |asset| asset.decimals);
    let finer = u128::from(DECIMALS.saturating_sub(decimals));
    let finer = 10_u128.pow(u32::try_from(finer)?);
    let mut rules = parameters.streams.iter().filter_map(|stream| match &stream.score {
        Score::Rate(rule) if rule.kind == kind => Some(rule.clone()),
        _ => None,
    });
    let rule = rules.next().ok_or_else(|| Mismatch::new("blyan has no stream of that kind"))?;
    Ok(RateScore {
        rate: rule.rate.checked_mul(finer)?,
        minimum: Amount::ZERO,
        maximum: rule.maximum.checked_mul(finer)?,
        least_improvement: Ratio::ZERO,
        ..*rule
    })
}

pub(super) fn ratio(text: &str) -> Result<Ratio, Mismatch> {
    Ok(text.parse()?)
}

/// A step function from what is written of it.
pub(super) fn steps(written: &[(&str, &str)]) -> Result<Steps, Mismatch> {
    let step = |(from, value): &(&str, &str)| Ok(Step { from: ratio(from)?, value: ratio(value)? });
    Ok(Steps { steps: written.iter().map(step).collect::<Result<_, Mismatch>>()? })
}

/// The same, but each step begins just above what is written, as the peer's comparisons with >. No
/// float lies between a number from 1 on and 10^-16 more.
pub(super) fn steps_above(written: &[(&str, &str)]) -> Result<Steps, Mismatch> {
    let mut steps = steps(written)?;
    for step in &mut steps.steps {
        if !step.from.is_zero() {
            step.from = step.from.checked_add(Ratio::new(1, 10_000_000_000_000_000)?)?;
        }
    }
    Ok(steps)
}

/// The factor by backlog, in days: `governance.py`, and REWARDS_GOVERNANCE.md.
pub(super) const BACKLOG: [(&str, &str); 3] = [("0", "1"), ("1", "0.9"), ("3", "0.8")];

/// `calculate_dynamic_budget`: 10 % a year of what exists, by days, following activity and backlog,
/// within 50 to 150 % of the fixed 273,972 BLY a day.
pub(super) fn dynamic_emission() -> Result<Emission, Mismatch> {
    let fixed_year = Ratio::from_integer(DAILY_BUDGET).checked_mul(Ratio::from(YEAR_DAYS))?;
    let rate = ratio("0.1")?;
    let schedule = Schedule::Inflation {
        base: bly(fixed_year.checked_div(rate)?)?,
        rate,
        year_epochs: YEAR_DAYS,
        dynamic: Some(DynamicBudget {
            of_supply: true,
            full_activity: 1_000,
            least_activity: ratio("0.5")?,
            most_activity: ratio("1.5")?,
            backlog: steps_above(&BACKLOG)?,
            least: ratio("0.5")?,
            most: ratio("1.5")?,
        }),
    };
    Ok(Emission {
        utility: None,
        quota: Ratio::ZERO,
        reference_weight: 0,
        asset: AssetId(0),
        schedule,
        allocation: Amount::MAX,
        genesis_epoch: 0,
    })
}

/// `safety.py`, `ReputationScore`.
pub(super) fn reputation() -> Result<ContributorReputation, Mismatch> {
    Ok(ContributorReputation {
        per_contribution: ratio("0.1")?,
        most_contributions: ratio("30")?,
        accuracy: ratio("20")?,
        per_stake_decade: ratio("5")?,
        most_stake: ratio("20")?,
        days_per_point: ratio("30")?,
        most_age: ratio("20")?,
        clean: ratio("10")?,
        per_violation: ratio("2")?,
        least: ratio("20")?,
        least_stake: Amount::ZERO,
    })
}

/// A number of a record, as it can be said here.
pub(super) enum Said {
    /// At least 0.
    Number(Ratio),
    /// Below 0.
    Negative,
    /// No number at all.
    Nothing,
}

/// Reads it; `default` where the case leaves it out.
pub(super) fn said(node: &Node<'_>, default: Ratio) -> Said {
    if node.is_null() {
        return Said::Number(default);
    }
    match node.decimal() {
        Ok(number) if number.is_negative() && !number.is_zero() => Said::Negative,
        Ok(number) => Said::Number(number.magnitude()),
        Err(_) => Said::Nothing,
    }
}
