//! Upper tails of the binomial distribution: how many failures are still likely.

use ruint::Uint;

use crate::{ArithmeticError, Operation, Ratio};

/// 256 bits of fraction, a 128-bit factor and a 64-bit factor fit 512 bits.
type Wide = Uint<512, 8>;

/// Bits after the point.
const FRACTION_BITS: usize = 256;

/// For each number of trials from 0 to `limit` the largest `k` with
/// `P(X >= k) >= significance`, `X ~ B(trials, rate)`.
///
/// One trial more moves the critical value by 0 or 1, so the distribution is followed at that value
/// only: its tail and the probability of exactly `k`, in steps of 2^-256, two of each for a trial
/// rounded down. With `f` the smallest such probability met, the tail is off by less than
/// `8 limit^2 / f` steps; `f` is about `significance / sqrt(limit)`. At `limit` 10,000 and
/// significance 0.05 that is below 10^-64: whatever is further from the significance is decided
/// right.
///
/// # Errors
/// [`ArithmeticError::RatioAboveOne`] if `rate` is above 1; [`ArithmeticError::Overflow`] if a
/// number leaves 512 bits, which a `limit` below 2^48 does not reach.
pub fn binomial_critical(
    limit: u64,
    rate: Ratio,
    significance: Ratio,
) -> Result<Vec<u64>, ArithmeticError> {
    const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Power };
    let mut tail = Tail::of_no_trial(rate)?;
    if tail.miss.is_zero() {
        return Ok((0..=limit).collect());
    }
    let mut critical = vec![0];
    for _ in 0..limit {
        tail.add_trial().ok_or(OVERFLOW)?;
        if tail.next_reaches(significance).ok_or(OVERFLOW)? {
            tail.advance().ok_or(OVERFLOW)?;
        }
        critical.push(tail.critical);
    }
    Ok(critical)
}

/// The distribution after some trials, at one value.
struct Tail {
    trials: u64,
    critical: u64,
    /// P(X >= critical).
    at_least: Wide,
    /// P(X = critical).
    exactly: Wide,
    /// Numerators of the rate and of its complement, over `denominator`.
    hit: Wide,
    miss: Wide,
    denominator: Wide,
}

impl Tail {
    fn of_no_trial(rate: Ratio) -> Result<Self, ArithmeticError> {
        let miss = rate.denominator().checked_sub(rate.numerator());
        let one = Wide::ONE.overflowing_shl(FRACTION_BITS).0;
        Ok(Self {
            trials: 0,
            critical: 0,
            at_least: one,
            exactly: one,
            hit: Wide::from(rate.numerator()),
            miss: Wide::from(miss.ok_or(ArithmeticError::RatioAboveOne)?),
            denominator: Wide::from(rate.denominator()),
        })
    }

    /// One trial more, the same value:
    /// `P(X' >= k) = P(X >= k) + rate P(X = k - 1)` and
    /// `P(X' = k) = P(X = k) (1 - rate) (n + 1) / (n + 1 - k)`, with
    /// `rate P(X = k - 1) = P(X = k) (1 - rate) k / (n + 1 - k)`.
    fn add_trial(&mut self) -> Option<()> {
        let trials = self.trials.checked_add(1)?;
        let rest = Wide::from(trials.checked_sub(self.critical)?);
        let divisor = rest.checked_mul(self.denominator)?;
        let scaled = |factor: u64| {
            let factor = Wide::from(factor).checked_mul(self.miss)?;
            self.exactly.checked_mul(factor)?.checked_div(divisor)
        };
        let (gained, exactly) = (scaled(self.critical)?, scaled(trials)?);
        self.at_least = self.at_least.checked_add(gained)?;
        self.exactly = exactly;
        self.trials = trials;
        Some(())
    }

    /// Whether `P(X >= k + 1) >= significance`.
    fn next_reaches(&self, significance: Ratio) -> Option<bool> {
        // Rounding may leave the tail of a certain event a step below its one value.
        let next = self.at_least.checked_sub(self.exactly.min(self.at_least))?;
        let needed = Wide::from(significance.numerator()).checked_shl(FRACTION_BITS)?;
        Some(next.checked_mul(Wide::from(significance.denominator()))? >= needed)
    }

    /// The next value: `P(X = k + 1) = P(X = k) (n - k) rate / ((k + 1) (1 - rate))`.
    fn advance(&mut self) -> Option<()> {
        self.at_least = self.at_least.checked_sub(self.exactly.min(self.at_least))?;
        let rest = Wide::from(self.trials.checked_sub(self.critical)?);
        self.critical = self.critical.checked_add(1)?;
        let factor = rest.checked_mul(self.hit)?;
        let divisor = Wide::from(self.critical).checked_mul(self.miss)?;
        self.exactly = self.exactly.checked_mul(factor)?.checked_div(divisor)?;
        Some(())
    }
}
