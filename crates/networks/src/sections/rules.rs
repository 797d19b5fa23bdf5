//! `[weights]`, `[collateral]`, `[slashing]`, `[work]`.

use super::scalars::{Unit, Units};
use crate::choices::{DESTINATIONS, MISS_RULES, MissRule, ROUNDINGS};
use crate::reader::{Reader, Section};
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{Collateral, MissedRequests, Slashing, Weights, Work};

/// Both, because weight is counted in units of the collateral.
pub(super) fn weights_and_collateral(
    reader: &mut Reader<'_>,
    units: &Units,
) -> (Option<Weights>, Option<Collateral>) {
    let weights = reader.section(None, "weights");
    let collateral = reader.section(None, "collateral");
    let unit = collateral.as_ref().and_then(|section| reader.asset(section, "asset", units));
    let weights = weights.and_then(|section| self::weights(reader, &section, unit.as_ref()));
    let collateral = collateral.and_then(|section| {
        let unbonding = reader.duration(&section, "unbonding");
        let max_withdrawals = reader.count(&section, "max_withdrawals");
        Some(Collateral {
            asset: unit?.id,
            unbonding: unbonding?,
            max_withdrawals: max_withdrawals?,
        })
    });
    (weights, collateral)
}

fn weights<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Weights> {
    let base_weight_ratio = reader.ratio(section, "base_weight_ratio");
    let per_unit = reader.ratio(section, "collateral_per_weight_unit");
    let grace = match section.optional("grace_until_epoch") {
        Some(_) => reader.count(section, "grace_until_epoch").map(Some),
        None => Some(None),
    };
    let per_unit = per_unit.zip(unit).and_then(|(ratio, unit)| {
        let base_units = base_units(ratio, unit.decimals);
        if base_units.is_none() {
            let field = reader.field(section, "collateral_per_weight_unit")?;
            let message = format!("\"{ratio}\" has too many digits");
            reader.wrong(&field, message, "a number below 2^128 base units");
        }
        base_units
    });
    Some(Weights {
        base_weight_ratio: base_weight_ratio?,
        collateral_per_weight_unit: per_unit?,
        grace_until_epoch: grace?,
        power_cap: None,
        confirmation: None,
        participation: None,
        kept_share: Ratio::ZERO,
    })
}

/// Display units to base units; a fraction of a base unit stays a fraction.
fn base_units(ratio: Ratio, decimals: u8) -> Option<Ratio> {
    let unit = Ratio::from_integer(10_u128.checked_pow(u32::from(decimals))?);
    ratio.checked_mul(unit).ok()
}

pub(super) fn slashing(reader: &mut Reader<'_>) -> Option<Slashing> {
    let section = reader.section(None, "slashing")?;
    let invalid_work = reader.ratio(&section, "invalid_work");
    let downtime = reader.ratio(&section, "downtime");
    let reporter_share = reader.ratio(&section, "reporter_share");
    let destination = reader.choice(&section, "destination", DESTINATIONS);
    let rounding = reader.choice(&section, "rounding", ROUNDINGS);
    let evidence_max_age = reader.duration(&section, "evidence_max_age");
    Some(Slashing {
        invalid_work: invalid_work?,
        downtime: downtime?,
        reporter_share: reporter_share?,
        destination: destination?,
        rounding: rounding?,
        base: workmint_core::modules::parameters::SlashBase::All,
        evidence_max_age: evidence_max_age?,
    })
}

/// `unit` is what the market is paid in.
pub(super) fn work(reader: &mut Reader<'_>, unit: Option<&Unit>) -> Option<Work> {
    let section = reader.section(None, "work")?;
    let quorum = reader.count(&section, "quorum");
    let challenge_window = reader.duration(&section, "challenge_window");
    let challenge_bond_minimum = reader.amount(&section, "challenge_bond_minimum", unit);
    let challenge_bond_ratio = reader.ratio(&section, "challenge_bond_ratio");
    let decision_window = reader.duration(&section, "decision_window");
    let max_customers_per_summary = reader.count(&section, "max_customers_per_summary");
    let checks_per_epoch = reader.count(&section, "checks_per_epoch");
    let missed_requests = missed_requests(reader, &section);
    Some(Work {
        quorum: quorum?,
        challenge_window: challenge_window?,
        challenge_bond_minimum: challenge_bond_minimum?,
        challenge_bond_ratio: challenge_bond_ratio?,
        decision_window: decision_window?,
        max_customers_per_summary: max_customers_per_summary?,
        checks_per_epoch: checks_per_epoch?,
        missed_requests: missed_requests?,
        sampling: None,
        missed_consequence: workmint_core::modules::parameters::MissConsequence::Slash,
        status: None,
        reputation: None,
        quorum_weight: None,
        proof_window_ms: None,
    })
}

fn missed_requests<'a>(reader: &mut Reader<'a>, work: &Section<'a>) -> Option<MissedRequests> {
    let section = reader.section(Some(work), "missed_requests")?;
    match reader.choice(&section, "rule", MISS_RULES)? {
        MissRule::Ratio => {
            reader.unused(&section, &["rate", "significance"], "rule \"ratio\"");
            Some(MissedRequests::Ratio { threshold: reader.ratio(&section, "threshold")? })
        }
        MissRule::Binomial => {
            reader.unused(&section, &["threshold"], "rule \"binomial\"");
            let rate = reader.ratio(&section, "rate");
            let significance = reader.ratio(&section, "significance");
            Some(MissedRequests::Binomial { rate: rate?, significance: significance? })
        }
    }
}
