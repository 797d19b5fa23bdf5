//! `[stake]`, `[stake.slashing]`, `[attestation]`, `[[attestation.tiers]]`.

use super::{NESTED, Section, key};

pub(super) const STAKE: Section = Section {
    name: "stake",
    list: false,
    keys: &[
        key("asset", "", "the asset that providers stake"),
        key("minimum", "$", "a provider with less takes no jobs and has no staking power"),
        key("full_lock", "duration", "the lock with which stake counts twice"),
        key("most_lock", "ratio", "most that a lock multiplies"),
        key("unbonding", "duration", "how long a withdrawal stays slashable"),
        key("max_withdrawals", "withdrawals", "that a provider may have under way"),
        key("unstake_burn", "ratio", "share of a released withdrawal that is burned"),
        key("capacity", "units per $", "units of work an epoch that staked money backs"),
        key("slashing", NESTED, "fractions of stake taken for offences"),
    ],
};

pub(super) const SLASHING: Section = Section {
    name: "stake.slashing",
    list: false,
    keys: &[
        key("sla_least", "ratio", "of stake, for an SLA just missed"),
        key("sla_most", "ratio", "of stake, for an SLA missed completely"),
        key("attestation", "ratio", "of stake, for refuted evidence of a tier"),
        key("malice", "ratio", "of stake, for malice that judges found"),
    ],
};

pub(super) const ATTESTATION: Section = Section {
    name: "attestation",
    list: false,
    keys: &[
        key("quorum", "attestors", "that must agree"),
        key("validity", "duration", "how long an attested tier lasts"),
        key("probes_per_epoch", "probes", "of whether providers answer"),
        key("tiers", NESTED, "privacy tiers, from 0 on"),
    ],
};

pub(super) const TIERS: Section = Section {
    name: "attestation.tiers",
    list: true,
    keys: &[
        key("name", "", "the tier's name"),
        key("multiplier", "ratio", "of payments and of staking power"),
    ],
};
