//! The schedule's formula with an epoch's numbers.

use workmint_amounts::Ratio;
use workmint_core::modules::emission::work_subsidy_rate;
use workmint_core::modules::parameters::{Asset, DynamicBudget, Schedule};

use super::facts::Facts;
use crate::error::AnswerError;
use crate::text::{grouped, shown};

/// The schedule's formula with this epoch's numbers.
///
/// # Errors
/// Damage.
pub fn formula(facts: &Facts, asset: &Asset) -> Result<String, AnswerError> {
    let rules = &facts.parameters.emission;
    let Some(offset) = facts.explanation.epoch.checked_sub(rules.genesis_epoch) else {
        return Ok(format!("emission begins with epoch {}: 0", grouped(rules.genesis_epoch)));
    };
    let text = match &rules.schedule {
        Schedule::Exponential { initial, rate } => {
            format!("floor({} x exp({rate} x {}))", shown(*initial, asset), grouped(offset))
        }
        Schedule::FixedPerBlock { reward } => {
            format!("{} x {} blocks", shown(*reward, asset), grouped(facts.inputs.emission.blocks))
        }
        Schedule::RemainingFraction { rate } => format!(
            "floor(({} - {} minted before) x {rate})",
            shown(rules.allocation, asset),
            shown(facts.inputs.emission.minted, asset)
        ),
        Schedule::Geometric { initial, factor, period_epochs } => {
            let period = offset / period_epochs;
            let whole = format!("floor({} x {factor}^{})", shown(*initial, asset), grouped(period));
            let (at, all) = (offset % period_epochs, grouped(*period_epochs));
            match period_epochs {
                1 => whole,
                _ => format!(
                    "floor(A x {} / {all}) - floor(A x {} / {all}) with A = {whole}",
                    grouped(at + 1),
                    grouped(at)
                ),
            }
        }
        Schedule::Inflation { base, rate, year_epochs, dynamic } => {
            let supply = facts.inputs.emission.asset_issued;
            let of = dynamic.as_ref().filter(|rule| rule.of_supply).map_or(*base, |_| supply);
            let (at, all) = (offset % year_epochs, grouped(*year_epochs));
            let plain = format!(
                "floor(A x {} / {all}) - floor(A x {} / {all}) with A = floor({} x {rate})",
                grouped(at + 1),
                grouped(at),
                shown(of, asset)
            );
            match dynamic {
                None => plain,
                Some(rule) => format!("{plain}; {}", following(facts, asset, rule)),
            }
        }
        Schedule::Halving { .. } | Schedule::HalvingByIssuance { .. } => {
            halving(facts, asset, offset)
        }
        Schedule::WorkSubsidy { reduction, .. } => {
            let rate = work_subsidy_rate(&rules.schedule, facts.inputs.emission.reductions);
            let rate = rate.map_err(AnswerError::damage)?.unwrap_or_default();
            subsidy(facts, asset, (rate, *reduction))
        }
    };
    Ok(text)
}

/// What activity and backlog make of an epoch's inflation.
fn following(facts: &Facts, asset: &Asset, rule: &DynamicBudget) -> String {
    format!(
        "x activity ({} of {} contributors, {} to {}) x the factor of a backlog of {}; {} to {} of \
         the inflation of the base",
        grouped(facts.inputs.emission.active),
        grouped(rule.full_activity),
        rule.least_activity,
        rule.most_activity,
        shown(facts.inputs.emission.backpay, asset),
        rule.least,
        rule.most
    )
}

/// What work earned before a cut-off, and beyond it.
fn subsidy(facts: &Facts, asset: &Asset, (rate, reduction): (Ratio, Ratio)) -> String {
    let (minted, allocation) = (facts.inputs.emission.minted, facts.parameters.emission.allocation);
    let work = shown(facts.inputs.emission.work, asset);
    if minted >= allocation {
        return format!("the allocation of {} is used up: 0", shown(allocation, asset));
    }
    let Some(cutoff) = facts.plan.emission.cutoff else {
        return format!("floor({work} of work / (1 - {rate}))");
    };
    let until = format!("({} - {} minted before)", shown(cutoff, asset), shown(minted, asset));
    if cutoff >= allocation {
        return until;
    }
    format!(
        "{until} + floor(({work} of work - floor({until} x (1 - {rate}))) / (1 - {rate} x (1 - \
         {reduction})))"
    )
}

/// The formula of a schedule that halves; nothing of another one.
fn halving(facts: &Facts, asset: &Asset, offset: u64) -> String {
    match &facts.parameters.emission.schedule {
        Schedule::Halving { initial, interval_epochs, most_halvings, minimum } => {
            let halvings = offset.checked_div(*interval_epochs).unwrap_or(0);
            let halvings = halvings.min(u64::from(*most_halvings));
            let least = if minimum.is_zero() {
                String::new()
            } else {
                format!(", 0 below {}", shown(*minimum, asset))
            };
            format!("floor({} / 2^{halvings}){least}", shown(*initial, asset))
        }
        Schedule::HalvingByIssuance { initial, of, .. } => format!(
            "{} a block, halved as {} come near; {} blocks, {} issued, {} of it recycled",
            shown(*initial, asset),
            shown(*of, asset),
            grouped(facts.inputs.emission.blocks),
            shown(facts.inputs.emission.asset_issued, asset),
            shown(facts.inputs.emission.recycled, asset)
        ),
        _ => String::new(),
    }
}
