//! Sections of seats, validators' weights on miners, and Yuma consensus.

use super::{NESTED, Section, key};

pub(super) const OPINIONS: Section = Section {
    name: "opinions",
    list: false,
    keys: &[
        key("seats", "seats", "of miners and validators, numbered from 0"),
        key("owner", "", "its seat may weigh others without power or permit"),
        key("power", "", "what backs a seat's opinion"),
        key("least_power", "$", "a seat with less has no say; the owner's is exempt"),
        key("most_validators", "seats", "with the most power that may weigh others"),
        key("activity_cutoff", "duration", "without weights for so long a seat has no say"),
        key("registration", NESTED, "what a seat costs, and how long it is safe"),
        key("weighing", NESTED, "what weights may be, and how they come in"),
        key("yuma", NESTED, "consensus and bonds"),
        key("children", NESTED, "validators whose power counts for others"),
    ],
};

pub(super) const REGISTRATION: Section = Section {
    name: "opinions.registration",
    list: false,
    keys: &[
        key("initial", "$", "price of a seat at genesis"),
        key("minimum", "$", "the price never falls below this"),
        key("maximum", "$", "nor rises above this"),
        key("half_life", "duration", "after which the price has halved"),
        key("rise", "ratio", "what each registration multiplies the price by"),
        key("burned_share", "ratio", "of the price, burned"),
        key("rest", "", "where the rest goes"),
        key("immunity", "duration", "for which a new seat is kept while others can be taken"),
    ],
};

pub(super) const WEIGHING: Section = Section {
    name: "opinions.weighing",
    list: false,
    keys: &[
        key("minimum_count", "seats", "to weigh at least, or all; itself alone is allowed"),
        key("rate_limit", "duration", "between two settings of weights by one seat"),
        key("reveal", "duration", "epochs from the commitment to weights to their reveal"),
        key("most_commitments", "commitments", "that a seat may have open"),
    ],
};

pub(super) const YUMA: Section = Section {
    name: "opinions.yuma",
    list: false,
    keys: &[
        key("mode", "", "whose arithmetic"),
        key("kind", "", "which bonds: shares of stake, or each moving to its weight"),
        key("kappa", "/ 65,535", "share of stake that must agree"),
        key("bonds_penalty", "/ 65,535", "how far bonds go by clipped weights"),
        key("bonds_moving_average", "/ 1,000,000", "how much of a bond stays each epoch"),
        key("liquid", NESTED, "bonds that move faster where a validator is ahead of others"),
    ],
};

pub(super) const LIQUID: Section = Section {
    name: "opinions.yuma.liquid",
    list: false,
    keys: &[
        key("low", "/ 65,535", "how fast bonds move where all agree"),
        key("high", "/ 65,535", "where a validator differs most"),
        key("steepness", "/ 100", "of the curve between them"),
    ],
};

pub(super) const CHILDREN: Section = Section {
    name: "opinions.children",
    list: false,
    keys: &[
        key("most", "seats", "that one validator's power may count for"),
        key("most_take", "ratio", "of what is earned with others' power, kept at most"),
        key("delay", "duration", "whole epochs until a change takes effect"),
    ],
};
