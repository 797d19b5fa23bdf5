//! Section of the power cap.

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
