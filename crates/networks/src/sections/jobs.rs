//! `[market.jobs]`.

use super::scalars::Unit;
use crate::reader::{Reader, Section};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::JobRules;

/// `unit` is what the market is paid in.
pub(super) fn jobs<'a>(
    reader: &mut Reader<'a>,
    market: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Option<JobRules>> {
    let Some(section) = reader.optional_section(Some(market), "jobs")? else {
        return Some(None);
    };
    let accept_window = reader.duration(&section, "accept_window");
    let result_window = reader.duration(&section, "result_window");
    let dispute_window = reader.duration(&section, "dispute_window");
    let evidence_window = reader.duration(&section, "evidence_window");
    let decision_window = reader.duration(&section, "decision_window");
    let bond_minimum = reader.amount(&section, "bond_minimum", unit);
    let bond_ratio = reader.ratio(&section, "bond_ratio");
    let least_quality = reader.ratio(&section, "least_quality");
    let most_quality = reader.ratio(&section, "most_quality");
    let max_units = reader.count(&section, "max_units");
    let counts_from = match section.optional("counts_from") {
        Some(_) => reader.amount(&section, "counts_from", unit),
        None => Some(Amount::ZERO),
    };
    Some(Some(JobRules {
        accept_window: accept_window?,
        result_window: result_window?,
        dispute_window: dispute_window?,
        evidence_window: evidence_window?,
        decision_window: decision_window?,
        bond_minimum: bond_minimum?,
        bond_ratio: bond_ratio?,
        least_quality: least_quality?,
        most_quality: most_quality?,
        max_units: max_units?,
        counts_from: counts_from?,
    }))
}
