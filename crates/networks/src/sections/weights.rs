//! `[weights]` with its nested sections, `[collateral]`, `[slashing]`.

use super::scalars::{Unit, Units};
use crate::choices::{BASES, DESTINATIONS, ROUNDINGS};
use crate::reader::{Reader, Section};
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{
    Collateral, Confirmation, Participation, PowerCap, SlashBase, Slashing, UnitPrice, Weights,
};

/// Both, because weight is counted in units of the collateral; with that unit.
pub(super) fn weights_and_collateral(
    reader: &mut Reader<'_>,
    units: &Units,
) -> (Option<Weights>, Option<(Collateral, Unit)>) {
    let weights = reader.section(None, "weights");
    let collateral = reader.section(None, "collateral");
    let unit = collateral.as_ref().and_then(|section| reader.asset(section, "asset", units));
    let weights = weights.and_then(|section| self::weights(reader, &section, unit.as_ref()));
    let collateral = collateral.and_then(|section| {
        let unbonding = reader.duration(&section, "unbonding");
        let max_withdrawals = reader.count(&section, "max_withdrawals");
        let (unit, unbonding, max_withdrawals) = (unit?, unbonding?, max_withdrawals?);
        Some((Collateral { asset: unit.id, unbonding, max_withdrawals }, unit))
    });
    (weights, collateral)
}

fn weights<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Weights> {
    let base_weight_ratio = reader.ratio(section, "base_weight_ratio");
    let per_unit = reader.amount_per_unit(section, "collateral_per_weight_unit", unit);
    let grace = match section.optional("grace_until_epoch") {
        Some(_) => reader.count(section, "grace_until_epoch").map(Some),
        None => Some(None),
    };
    let power_cap = power_cap(reader, section);
    let confirmation = confirmation(reader, section);
    let participation = participation(reader, section);
    let unit_price = unit_price(reader, section, unit);
    let kept_share = reader.ratio_or(section, "kept_share", Ratio::ZERO);
    Some(Weights {
        base_weight_ratio: base_weight_ratio?,
        collateral_per_weight_unit: per_unit?,
        grace_until_epoch: grace?,
        power_cap: power_cap?,
        confirmation: confirmation?,
        participation: participation?,
        kept_share: kept_share?,
        unit_price: unit_price?,
    })
}

fn power_cap<'a>(reader: &mut Reader<'a>, weights: &Section<'a>) -> Option<Option<PowerCap>> {
    let Some(section) = reader.optional_section(Some(weights), "power_cap")? else {
        return Some(None);
    };
    let of_two = reader.ratio(&section, "of_two");
    let of_three = reader.ratio(&section, "of_three");
    let of_many = reader.ratio(&section, "of_many");
    Some(Some(PowerCap { of_two: of_two?, of_three: of_three?, of_many: of_many? }))
}

fn confirmation<'a>(
    reader: &mut Reader<'a>,
    weights: &Section<'a>,
) -> Option<Option<Confirmation>> {
    let Some(section) = reader.optional_section(Some(weights), "confirmation")? else {
        return Some(None);
    };
    let inactive_below = reader.ratio(&section, "inactive_below");
    let tolerance = reader.ratio(&section, "tolerance");
    Some(Some(Confirmation { inactive_below: inactive_below?, tolerance: tolerance? }))
}

fn participation<'a>(
    reader: &mut Reader<'a>,
    weights: &Section<'a>,
) -> Option<Option<Participation>> {
    let Some(section) = reader.optional_section(Some(weights), "participation")? else {
        return Some(None);
    };
    let refused = reader.ratio(&section, "refused");
    let absent = reader.ratio(&section, "absent");
    let delegated = reader.ratio(&section, "delegated");
    let minimum_members = reader.count(&section, "minimum_members");
    let minimum_share = reader.ratio(&section, "minimum_share");
    Some(Some(Participation {
        refused: refused?,
        absent: absent?,
        delegated: delegated?,
        minimum_members: minimum_members?,
        minimum_share: minimum_share?,
    }))
}

fn unit_price<'a>(
    reader: &mut Reader<'a>,
    weights: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Option<UnitPrice>> {
    let Some(section) = reader.optional_section(Some(weights), "unit_price")? else {
        return Some(None);
    };
    let window_epochs = reader.short_epochs(&section, "window");
    let multiple = reader.ratio(&section, "multiple");
    let largest_step = reader.ratio(&section, "largest_step");
    let minimum = reader.amount_per_unit(&section, "minimum", unit);
    let maximum = reader.amount_per_unit(&section, "maximum", unit);
    Some(Some(UnitPrice {
        window_epochs: window_epochs?,
        multiple: multiple?,
        largest_step: largest_step?,
        minimum: minimum?,
        maximum: maximum?,
    }))
}

pub(super) fn slashing(reader: &mut Reader<'_>) -> Option<Slashing> {
    let section = reader.section(None, "slashing")?;
    let invalid_work = reader.ratio(&section, "invalid_work");
    let downtime = reader.ratio(&section, "downtime");
    let downtime_most = reader.optional_ratio(&section, "downtime_most");
    let reporter_share = reader.ratio(&section, "reporter_share");
    let destination = reader.choice(&section, "destination", DESTINATIONS);
    let rounding = reader.choice(&section, "rounding", ROUNDINGS);
    let base = reader.choice_or(&section, "base", BASES, SlashBase::All);
    let evidence_max_age = reader.duration(&section, "evidence_max_age");
    Some(Slashing {
        invalid_work: invalid_work?,
        downtime: downtime?,
        downtime_most: downtime_most?,
        reporter_share: reporter_share?,
        destination: destination?,
        rounding: rounding?,
        base: base?,
        evidence_max_age: evidence_max_age?,
    })
}
