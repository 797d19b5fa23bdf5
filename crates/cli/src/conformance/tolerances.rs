//! Where a peer computed in floats or in rounded decimals, how far its digits are trusted.
//!
//! Floats are used here only, to compare; nothing in the engine reads this file.

use super::verdict::{Mismatch, Outcome, Verdict};
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

/// Half of the last digit of the peer's decimals.
const HALF_DIGIT: f64 = 0.5e-16;

fn float(ratio: Ratio) -> f64 {
    ratio.numerator() as f64 / ratio.denominator() as f64
}

/// rate^k and (1 - rate)^rest.
fn powers((k, rest): (u64, u64), rate: Ratio) -> [f64; 2] {
    let rate = float(rate);
    [rate.powf(k as f64), (1.0 - rate).powf(rest as f64)]
}

/// Whether Gonka's `BinomialPValue` is 0 at k of k + rest, whatever the tail: one of the powers is
/// below half a digit.
pub(super) fn binomial_vanishes(counts: (u64, u64), rate: Ratio) -> bool {
    counts.0 > 0 && powers(counts, rate).iter().any(|power| *power < HALF_DIGIT)
}

/// What part of the tail at k of k + rest Gonka's `BinomialPValue` may miss it by. It rounds rate^k
/// and (1 - rate)^rest to 16 decimals before it multiplies them by C(k + rest, k), and each
/// quotient on the way to 16 digits.
pub(super) fn binomial_part(counts: (u64, u64), rate: Ratio) -> f64 {
    if counts.0 == 0 {
        return 0.0;
    }
    let [of_rate, of_rest] = powers(counts, rate).map(|power| HALF_DIGIT / power);
    let of_quotients = (counts.0 as f64 + counts.1 as f64) * 1e-15;
    of_rate + of_rest + of_rate * of_rest + of_quotients
}

/// The tails for which the peer's value, which is off by at most this part, may be `value`.
pub(super) fn binomial_tail(value: Ratio, part: f64) -> Tolerance {
    let absolute = if part < 1.0 {
        float(value) * part / (1.0 - part) + HALF_DIGIT / (1.0 - part)
    } else {
        1.0
    };
    Tolerance { absolute, reason: "powers and quotients rounded to 16 decimals" }
}

/// How far a result of Blyan's floats may be from the exact one: this much of the larger of it and
/// 1, and that much whatever it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floats {
    /// Part of the result, 1 / this.
    part: u128,
    /// In any case, 1 / this.
    any: u128,
}

/// `policy.py` rounds to 4 decimals what it computed in floats of 52 bits.
pub(super) const FOUR_DECIMALS: Floats = Floats { part: 1 << 50, any: 10_000 };
/// `governance.py` and `safety.py` round nothing: floats of 52 bits, and a logarithm.
pub(super) const UNROUNDED: Floats = Floats { part: 1_000_000_000, any: 1_000_000_000 };

/// ModernTensor's Python: sums and products of a few floats of 52 bits, around 1.
pub(super) const PYTHON: Floats = Floats { part: 1 << 50, any: 1_000_000_000_000_000 };

/// Status answers show 2 decimals.
pub(super) const CENTS: Floats = Floats { part: 1 << 50, any: 200 };

/// Digits to which both values are rounded before they are compared.
const DIGITS: u8 = 15;

impl Floats {
    /// Passed if `ours` is as close to `theirs` as that.
    pub(super) fn compare(self, what: &str, ours: Ratio, theirs: Ratio) -> Outcome {
        let (one, other) = (ours.rounded_half_up(DIGITS)?, theirs.rounded_half_up(DIGITS)?);
        let (low, high) = (one.min(other), one.max(other));
        let part = theirs.checked_mul(Ratio::new(1, self.part)?)?;
        if high.checked_sub(low)? <= part.max(Ratio::new(1, self.any)?) {
            return Ok(Verdict::Passed);
        }
        let (ours, theirs) = (ours.to_decimal_string(DIGITS), theirs.to_decimal_string(DIGITS));
        Err(Mismatch::new(format!("{what}: ours {ours}, theirs {theirs}")))
    }
}
