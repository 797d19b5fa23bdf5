//! `[stake]` with `[stake.slashing]`, `[attestation]` with `[[attestation.tiers]]`.

use super::scalars::Units;
use crate::reader::{Reader, Section};
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{Attestation, Stake, StakeSlashing, Tier};

pub(super) fn stake(reader: &mut Reader<'_>, units: &Units) -> Option<Option<Stake>> {
    let Some(section) = reader.optional_section(None, "stake")? else {
        return Some(None);
    };
    let unit = reader.asset(&section, "asset", units);
    let minimum = reader.amount(&section, "minimum", unit.as_ref());
    let full_lock_ms = reader.time(&section, "full_lock");
    let most_lock = reader.ratio(&section, "most_lock");
    let unbonding = reader.duration(&section, "unbonding");
    let max_withdrawals = reader.count(&section, "max_withdrawals");
    let unstake_burn = reader.ratio(&section, "unstake_burn");
    let capacity = match (section.optional("capacity"), &unit) {
        (Some(_), Some(unit)) => capacity(reader, &section, unit.decimals).map(Some),
        (Some(_), None) => None,
        (None, _) => Some(None),
    };
    let slashing = slashing(reader, &section);
    Some(Some(Stake {
        asset: unit?.id,
        minimum: minimum?,
        full_lock_ms: full_lock_ms?,
        most_lock: most_lock?,
        unbonding: unbonding?,
        max_withdrawals: max_withdrawals?,
        unstake_burn: unstake_burn?,
        capacity: capacity?,
        slashing: slashing?,
    }))
}

/// Units of work for each display unit, as each base unit backs them.
fn capacity<'a>(reader: &mut Reader<'a>, section: &Section<'a>, decimals: u8) -> Option<Ratio> {
    let ratio = reader.ratio(section, "capacity")?;
    let unit = 10_u128.checked_pow(u32::from(decimals)).map(Ratio::from_integer);
    let found = unit.and_then(|unit| ratio.checked_div(unit).ok());
    if found.is_none() {
        let field = reader.field(section, "capacity")?;
        reader.wrong(&field, format!("\"{ratio}\" has too many digits"), "fewer digits");
    }
    found
}

fn slashing<'a>(reader: &mut Reader<'a>, stake: &Section<'a>) -> Option<StakeSlashing> {
    let section = reader.section(Some(stake), "slashing")?;
    let sla_least = reader.ratio(&section, "sla_least");
    let sla_most = reader.ratio(&section, "sla_most");
    let attestation = reader.ratio(&section, "attestation");
    let malice = reader.ratio(&section, "malice");
    Some(StakeSlashing {
        sla_least: sla_least?,
        sla_most: sla_most?,
        attestation: attestation?,
        malice: malice?,
    })
}

pub(super) fn attestation(reader: &mut Reader<'_>) -> Option<Option<Attestation>> {
    let Some(section) = reader.optional_section(None, "attestation")? else {
        return Some(None);
    };
    let quorum = reader.count(&section, "quorum");
    let validity = reader.duration(&section, "validity");
    let probes_per_epoch = reader.count(&section, "probes_per_epoch");
    let mut tiers = Some(Vec::new());
    for one in reader.list(Some(&section), "tiers")? {
        let (name, multiplier) = (reader.name(&one, "name"), reader.ratio(&one, "multiplier"));
        let tier = name.zip(multiplier).map(|(name, multiplier)| Tier { name, multiplier });
        tiers = tiers.zip(tier).map(|(mut tiers, tier)| {
            tiers.push(tier);
            tiers
        });
    }
    Some(Some(Attestation {
        quorum: quorum?,
        validity: validity?,
        tiers: tiers?,
        probes_per_epoch: probes_per_epoch?,
    }))
}
