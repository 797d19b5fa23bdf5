//! `[exchange]`.

use super::{Section, key};

pub(super) const EXCHANGE: Section = Section {
    name: "exchange",
    list: false,
    keys: &[
        key("first_asset", "", "an asset of the pool"),
        key("second_asset", "", "its other asset"),
        key("fee", "ratio", "share of what a swap puts in that is not exchanged"),
        key("locked_shares", "shares", "of the first deposit, which nobody owns"),
        key("first_seed", "$", "what the treasury puts in at genesis"),
        key("second_seed", "$", "what it puts in of the other asset"),
    ],
};
