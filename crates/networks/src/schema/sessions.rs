//! Sections of sessions and of the market's fee.

use super::{NESTED, Section, key};

pub(super) const SESSIONS: Section = Section {
    name: "market.sessions",
    list: false,
    keys: &[
        key("close_window", "duration", "from a customer's close to the session's end"),
        key("max_length", "duration", "a session lasts at most this"),
    ],
};

pub(super) const FEE: Section = Section {
    name: "market.fee",
    list: false,
    keys: &[
        key("rate", "ratio", "share of a payment of a job or session, rounded down"),
        key("split", NESTED, "where it goes at each close"),
    ],
};

pub(super) const SPLIT: Section = Section {
    name: "market.fee.split",
    list: true,
    keys: &[
        key("to", "", "burn, treasury or a pot that a stream pays out"),
        key("pot", "", "name of the pot"),
        key("share", "ratio", "part of all fees of the epoch"),
    ],
};
