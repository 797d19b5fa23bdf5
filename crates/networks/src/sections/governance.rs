//! `[governance]` with the rules of each kind of proposal.

use super::scalars::Units;
use crate::choices::POWERS;
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{Governance, ProposalRules};

pub(super) fn governance(reader: &mut Reader<'_>, units: &Units) -> Option<Option<Governance>> {
    let Some(section) = reader.optional_section(None, "governance")? else {
        return Some(None);
    };
    let unit = reader.asset(&section, "asset", units);
    let power = reader.choice(&section, "power", POWERS);
    let least_power = reader.amount(&section, "least_power", unit.as_ref());
    let deposit = reader.amount(&section, "deposit", unit.as_ref());
    let timelock = reader.duration(&section, "timelock");
    let max_open = reader.count(&section, "max_open");
    let parameters = proposal(reader, &section, "parameters");
    let treasury = proposal(reader, &section, "treasury");
    let upgrade = proposal(reader, &section, "upgrade");
    Some(Some(Governance {
        asset: unit?.id,
        power: power?,
        least_power: least_power?,
        deposit: deposit?,
        timelock: timelock?,
        max_open: max_open?,
        parameters: parameters?,
        treasury: treasury?,
        upgrade: upgrade?,
    }))
}

fn proposal<'a>(
    reader: &mut Reader<'a>,
    parent: &Section<'a>,
    kind: &'static str,
) -> Option<ProposalRules> {
    let section = reader.section(Some(parent), kind)?;
    let quorum = reader.ratio(&section, "quorum");
    let approval = reader.ratio(&section, "approval");
    let voting = reader.duration(&section, "voting");
    Some(ProposalRules { quorum: quorum?, approval: approval?, voting: voting? })
}
