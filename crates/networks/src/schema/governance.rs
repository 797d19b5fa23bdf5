//! Sections of proposals and votes.

use super::{Key, NESTED, Section, key};

/// The rules of one kind of proposal.
const fn proposal(name: &'static str) -> Section {
    const KEYS: &[Key] = &[
        key("quorum", "ratio", "power that votes, abstentions included, of all power"),
        key("approval", "ratio", "yes / (yes + no) must be above this"),
        key("voting", "duration", "how long a vote lasts, from the close that opens it"),
    ];
    Section { name, list: false, keys: KEYS }
}

pub(super) const GOVERNANCE: Section = Section {
    name: "governance",
    list: false,
    keys: &[
        key("asset", "", "the asset of deposits, and of balances and stakes that vote"),
        key("power", "", "what gives power"),
        key("least_power", "$", "balance plus stake below this has no power"),
        key("deposit", "$", "locked with a proposal, returned with a quorum and a third of yes"),
        key("timelock", "duration", "from the count of a vote to its execution"),
        key("max_open", "proposals", "of a kind open at a time"),
        key("parameters", NESTED, "rules of a change of parameters"),
        key("treasury", NESTED, "rules of spending from the treasury"),
        key("upgrade", NESTED, "rules of an upgrade of the software"),
    ],
};

pub(super) const PARAMETERS: Section = proposal("governance.parameters");
pub(super) const TREASURY: Section = proposal("governance.treasury");
pub(super) const UPGRADE: Section = proposal("governance.upgrade");
