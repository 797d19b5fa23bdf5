//! Sections of fees.

use super::{Key, NESTED, Section, key};
use workmint_core::modules::parameters::MessageKind;

pub(super) const FEES: Section = Section {
    name: "fees",
    list: false,
    keys: &[
        key("asset", "", "the asset fees and storage deposits are paid in"),
        key("flat", "$", "fee of a transaction whose kind has none of its own"),
        key("kinds", NESTED, "fees of kinds of messages"),
        key("per_byte", "$", "for each byte of a transaction, besides"),
        key("storage_deposit", "$", "locked for each lasting row that a transaction adds"),
        key("free", "", "groups of messages that pay no fee"),
        key("burned_share", "ratio", "of fees and tips, burned"),
        key("destination", "", "where the rest goes"),
    ],
};

pub(super) const KINDS: Section = Section { name: "fees.kinds", list: false, keys: &OF_KINDS };

const OF_KINDS: [Key; MessageKind::ALL.len()] = of_kinds();

/// One key for each kind of message that the core knows.
const fn of_kinds() -> [Key; MessageKind::ALL.len()] {
    let mut keys =
        [key("", "$", "fee of a message of this kind, instead of flat"); MessageKind::ALL.len()];
    let mut at = 0;
    while at < keys.len() {
        keys[at].name = MessageKind::ALL[at].name();
        at += 1;
    }
    keys
}
