//! Where a peer computed in floats or in rounded decimals, how far its digits are trusted.
//!
//! Floats are used here only, to compare; nothing in the engine reads this file.

use super::verdict::Mismatch;
use workmint_amounts::Ratio;

/// How far a peer's value may be from ours, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    /// Absolute difference allowed.
    pub(super) absolute: f64,
    /// Why the peer's digits end there.
    pub(super) reason: &'static str,
}

impl Tolerance {
    /// The ends of what a value allows: the lower one if it is above 0, and the upper one.
    pub(super) fn around(&self, value: Ratio) -> Result<(Option<Ratio>, Ratio), Mismatch> {
        let why = |error: &dyn std::fmt::Display| {
            Mismatch::new(format!("tolerance {} ({}): {error}", self.absolute, self.reason))
        };
        let text = format!("{:.30}", self.absolute.min(1.0));
        let width: Ratio = text.parse().map_err(|error| why(&error))?;
        let below = value.checked_sub(width).ok().filter(|below| !below.is_zero());
        Ok((below, value.checked_add(width).map_err(|error| why(&error))?))
    }
}

/// Gonka's `BinomialPValue` rounds rate^k and (1 - rate)^rest to 16 decimals before it multiplies
/// them by C(k + rest, k), and each quotient on the way to 16 digits.
pub(super) fn binomial_tail(tail: Ratio, (k, rest): (u64, u64), rate: Ratio) -> Tolerance {
    let float = |ratio: Ratio| ratio.numerator() as f64 / ratio.denominator() as f64;
    let (tail, rate) = (float(tail), float(rate));
    let half_digit = 0.5e-16;
    let of_powers = half_digit * (rate.powf(-(k as f64)) + (1.0 - rate).powf(-(rest as f64)));
    let of_quotients = (k + rest) as f64 * 1e-15;
    Tolerance {
        absolute: tail * (of_powers + of_quotients) + half_digit,
        reason: "powers and quotients rounded to 16 decimals",
    }
}
