//! `[opinions]` with its nested sections.

use super::scalars::{Unit, Units};
use crate::choices::{DESTINATIONS, OPINION_POWERS, YUMA_KINDS, YUMA_MODES};
use crate::reader::{Reader, Section};
use workmint_core::Address;
use workmint_core::modules::parameters::{
    AssetId, ChildRules, LiquidAlpha, OpinionPower, Opinions, SeatRegistration, Weighing, Yuma,
};

/// The assets that may back opinions; `None`: the network has not got it.
#[derive(Clone, Copy)]
pub(super) struct Powers {
    pub(super) bonded: Option<AssetId>,
    pub(super) collateral: Option<AssetId>,
    pub(super) stake: Option<AssetId>,
}

/// `emitted` is what seats are paid in.
pub(super) fn opinions(
    reader: &mut Reader<'_>,
    units: &Units,
    emitted: Option<&Unit>,
    powers: Powers,
) -> Option<Option<Opinions>> {
    let Some(section) = reader.optional_section(None, "opinions")? else {
        return Some(None);
    };
    let seats = reader.count(&section, "seats");
    let owner = match section.optional("owner") {
        Some(_) => owner(reader, &section).map(Some),
        None => Some(None),
    };
    let power = reader.choice(&section, "power", OPINION_POWERS);
    let asset = match power {
        Some(OpinionPower::Bonded) => powers.bonded,
        Some(OpinionPower::Collateral) => powers.collateral,
        Some(OpinionPower::Stake) => powers.stake,
        None => None,
    };
    // Power of what the network has not got is refused by the checker, in any unit.
    let unit = asset.or(powers.collateral).and_then(|id| units.known.iter().find(|of| of.id == id));
    let least_power = reader.amount(&section, "least_power", unit);
    let most_validators = reader.count(&section, "most_validators");
    let activity_cutoff_blocks = reader.blocks(&section, "activity_cutoff");
    let registration = registration(reader, &section, emitted);
    let weighing = weighing(reader, &section);
    let yuma = yuma(reader, &section);
    let children = children(reader, &section);
    Some(Some(Opinions {
        seats: seats?,
        owner: owner?,
        power: power?,
        least_power: least_power?,
        most_validators: most_validators?,
        activity_cutoff_blocks: activity_cutoff_blocks?,
        registration: registration?,
        weighing: weighing?,
        yuma: yuma?,
        children: children?,
    }))
}

fn owner<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<Address> {
    let account = reader.account(section, "owner")?;
    if account.is_none() {
        let field = reader.field(section, "owner")?;
        reader.wrong(&field, "the treasury has no seat", "an address or a name");
    }
    account
}

fn registration<'a>(
    reader: &mut Reader<'a>,
    opinions: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<SeatRegistration> {
    let section = reader.section(Some(opinions), "registration")?;
    let initial = reader.amount(&section, "initial", unit);
    let minimum = reader.amount(&section, "minimum", unit);
    let maximum = reader.amount(&section, "maximum", unit);
    let half_life_blocks = reader.blocks(&section, "half_life");
    let rise = reader.ratio(&section, "rise");
    let burned_share = reader.ratio(&section, "burned_share");
    let rest = reader.choice(&section, "rest", DESTINATIONS);
    let immunity_blocks = reader.blocks(&section, "immunity");
    Some(SeatRegistration {
        initial: initial?,
        minimum: minimum?,
        maximum: maximum?,
        half_life_blocks: half_life_blocks?,
        rise: rise?,
        burned_share: burned_share?,
        rest: rest?,
        immunity_blocks: immunity_blocks?,
    })
}

fn weighing<'a>(reader: &mut Reader<'a>, opinions: &Section<'a>) -> Option<Weighing> {
    let section = reader.section(Some(opinions), "weighing")?;
    let minimum_count = reader.count(&section, "minimum_count");
    let rate_limit_blocks = reader.blocks(&section, "rate_limit");
    let reveal_epochs = match section.optional("reveal") {
        Some(_) => reader.epochs(&section, "reveal").map(Some),
        None => Some(None),
    };
    let most_commitments = reader.count(&section, "most_commitments");
    Some(Weighing {
        minimum_count: minimum_count?,
        rate_limit_blocks: rate_limit_blocks?,
        reveal_epochs: reveal_epochs?,
        most_commitments: most_commitments?,
    })
}

fn yuma<'a>(reader: &mut Reader<'a>, opinions: &Section<'a>) -> Option<Option<Yuma>> {
    let Some(section) = reader.optional_section(Some(opinions), "yuma")? else {
        return Some(None);
    };
    let mode = reader.choice(&section, "mode", YUMA_MODES);
    let kind = reader.choice(&section, "kind", YUMA_KINDS);
    let kappa = reader.count(&section, "kappa");
    let bonds_penalty = reader.count(&section, "bonds_penalty");
    let bonds_moving_average = reader.count(&section, "bonds_moving_average");
    let liquid = liquid(reader, &section);
    Some(Some(Yuma {
        mode: mode?,
        kind: kind?,
        kappa: kappa?,
        bonds_penalty: bonds_penalty?,
        bonds_moving_average: bonds_moving_average?,
        liquid: liquid?,
    }))
}

fn liquid<'a>(reader: &mut Reader<'a>, yuma: &Section<'a>) -> Option<Option<LiquidAlpha>> {
    let Some(section) = reader.optional_section(Some(yuma), "liquid")? else {
        return Some(None);
    };
    let low = reader.count(&section, "low");
    let high = reader.count(&section, "high");
    let steepness = reader.signed_count(&section, "steepness");
    Some(Some(LiquidAlpha { low: low?, high: high?, steepness: steepness? }))
}

fn children<'a>(reader: &mut Reader<'a>, opinions: &Section<'a>) -> Option<Option<ChildRules>> {
    let Some(section) = reader.optional_section(Some(opinions), "children")? else {
        return Some(None);
    };
    let most = reader.count(&section, "most");
    let most_take = reader.ratio(&section, "most_take");
    let delay_epochs = reader.epochs(&section, "delay");
    Some(Some(ChildRules { most: most?, most_take: most_take?, delay_epochs: delay_epochs? }))
}
