//! Sections of the power cap and of the collateral of a unit of weight.

use super::{Section, key};

pub(super) const POWER_CAP: Section = Section {
    name: "weights.power_cap",
    list: false,
    keys: &[
        key("of_two", "ratio", "largest share of capped weights, of two participants"),
        key("of_three", "ratio", "of three participants"),
        key("of_many", "ratio", "of four and more participants"),
    ],
};

pub(super) const UNIT_PRICE: Section = Section {
    name: "weights.unit_price",
    list: false,
    keys: &[
        key("window", "duration", "epochs over which rewards are averaged"),
        key("multiple", "epochs", "of mean reward that a unit of weight must back"),
        key("largest_step", "ratio", "most that a close changes it by, of itself"),
        key("minimum", "$", "collateral of a unit of weight never falls below this"),
        key("maximum", "$", "nor rises above this"),
    ],
};
