//! Section of single jobs.

use super::{Section, key};

pub(super) const JOBS: Section = Section {
    name: "market.jobs",
    list: false,
    keys: &[
        key("accept_window", "duration", "how long a provider has to accept"),
        key("result_window", "duration", "how long it has from then on to reveal a result"),
        key("dispute_window", "duration", "how long the customer may then dispute it"),
        key("evidence_window", "duration", "how long a disputed provider has for evidence"),
        key("decision_window", "duration", "how long judges have then; undecided, it is paid"),
        key("bond_minimum", "$", "a bond, of provider or of who disputes, is at least this"),
        key("bond_ratio", "ratio", "and at least this share of the deposit, rounded up"),
        key("least_quality", "ratio", "attested quality counts at least this"),
        key("most_quality", "ratio", "it counts at most this; deposits are for it"),
        key("max_units", "units", "most of one job"),
        key("counts_from", "$", "a job of this payment or more raises reputation, opens pots"),
    ],
};
