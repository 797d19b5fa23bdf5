//! Section of validators.

use super::{Section, key};

pub(super) const VALIDATORS: Section = Section {
    name: "validators",
    list: false,
    keys: &[
        key("asset", "", "the asset bonded"),
        key("minimum", "$", "least that a validator bonds of its own to be active"),
        key("minimum_delegation", "$", "least that may be delegated to one validator"),
        key("most_active", "validators", "that are active at a time"),
        key("activation_delay", "duration", "whole epochs from asking to be active to being it"),
        key("churn_limit", "validators", "that become active, and that stop, at one close"),
        key("unbonding", "duration", "how long a withdrawal stays slashable"),
        key("max_withdrawals", "withdrawals", "of an account from one validator under way"),
        key("most_commission", "ratio", "of its delegators' rewards that a validator may keep"),
        key("commission_step", "ratio", "most by which a commission may rise in one epoch"),
        key("least_signed", "ratio", "share of blocks to sign; below it a validator is slashed"),
        key("absence_least", "ratio", "of bonds, of one that signed just too few"),
        key("absence_most", "ratio", "of bonds, of one that signed none"),
        key("least_slash", "$", "no slash is smaller, unless less is bonded"),
        key("jail", "duration", "how long a validator with a fault of consensus is kept out"),
    ],
};
