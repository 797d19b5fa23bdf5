//! Exact numbers for Workmint.
//!
//! Everything the engine settles is an integer of base units ([`Amount`]) or an exact fraction
//! ([`Ratio`]). This crate holds those two types, the rounding rules that turn one into the other,
//! apportionment of a total over weights, and the exact floors of `exp`, powers and square roots.
//!
//! It owns no state and knows no clock, file, float, hash map or randomness. Nothing in it wraps,
//! saturates or panics: what cannot be represented is an [`ArithmeticError`]. The rules are written
//! down in `docs/spec/amounts.md`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::let_underscore_must_use,
        clippy::wildcard_enum_match_arm,
        clippy::match_wildcard_for_single_variants,
        clippy::disallowed_types,
        clippy::disallowed_methods
    )
)]

mod amount;
mod apportion;
mod binomial;
mod constant_product;
mod decimal;
mod digits;
mod errors;
mod exp;
mod fixed;
mod half_life;
mod interval;
mod ln;
mod mul_div;
mod pow;
mod ratio;
mod share;
mod signed_ratio;
mod split;
mod sqrt;
mod weighted;

pub use amount::Amount;
pub use apportion::{Apportionment, apportion, apportion_over};
pub use binomial::binomial_critical;
pub use constant_product::{compare_products, constant_product_in, constant_product_out};
pub use errors::{ArithmeticError, Operation, ParseAmountError, ParseRatioError};
pub use exp::{exp_decay_floor, exp_floor};
pub use fixed::Fixed;
pub use half_life::halving_floor;
pub use ln::ln_rounded;
pub use mul_div::{
    floor_of_product, floor_of_products, floor_of_sum, mul_div_ceil, mul_div_floor,
    mul_div_half_even, mul_div_remainder,
};
pub use pow::pow_floor;
pub use ratio::Ratio;
pub use share::{ProportionalShare, share_by_long_division};
pub use signed_ratio::SignedRatio;
pub use split::{cumulative_ceil, split_cumulative, spread};
pub use sqrt::{sqrt_floor, sqrt_ratio_floor};
pub use weighted::{floor_of_shortfall, floor_of_weighted_sum, ratio_of_sums};
