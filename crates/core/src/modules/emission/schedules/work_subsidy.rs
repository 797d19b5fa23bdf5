//! Gonka's rewards before document 000 (§2.2, §7.4): a subsidy in proportion to the epoch's work
//! (reference/gonka.md §1.5).

use workmint_amounts::{Amount, ArithmeticError, Operation, Ratio, mul_div_remainder};

/// Digits of a reduced rate.
const RATE_DIGITS: u8 = 4;

/// The parameters.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Rules {
    /// Rate before the first cut-off.
    pub(in super::super) rate: Ratio,
    /// Distance of cut-offs as a share of the allocation.
    pub(in super::super) interval: Ratio,
    /// Share of the rate that a cut-off removes.
    pub(in super::super) reduction: Ratio,
}

/// An epoch's subsidy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Subsidy {
    /// Base units.
    pub(in super::super) amount: Amount,
    /// The cumulative amount at which the rate falls, if the subsidy passes it.
    pub(in super::super) cutoff: Option<Amount>,
}

/// The rate after so many cut-offs: each leaves rate x (1 - reduction), rounded to 4 decimals,
/// half-way cases up. A rate that no longer moves has stopped falling.
pub(in super::super) fn rate_after(
    rules: Rules,
    reductions: u32,
) -> Result<Ratio, ArithmeticError> {
    let kept = rules.reduction.complement()?;
    let mut rate = rules.rate;
    for _ in 0..reductions {
        let lower = rate.checked_mul(kept)?.rounded_half_up(RATE_DIGITS)?;
        if lower == rate {
            break;
        }
        rate = lower;
    }
    Ok(rate)
}

/// The subsidy of an epoch's work, base units, when `minted` of `allocation` is paid already:
/// floor(work / (1 - rate)) up to the next cut-off; work beyond it earns at the lower rate, not
/// yet rounded. One cut-off is passed in an epoch at most. Passing the last one ends at it; nothing
/// is left once `minted` reaches the allocation.
pub(in super::super) fn subsidy(
    rules: Rules,
    reductions: u32,
    (allocation, minted): (Amount, Amount),
    work: Amount,
) -> Result<Subsidy, ArithmeticError> {
    let without_cutoff = |amount| Ok(Subsidy { amount, cutoff: None });
    if minted >= allocation {
        return without_cutoff(Amount::ZERO);
    }
    let rate = rate_after(rules, reductions)?;
    let whole = earned(work, rate)?;
    let next = next_cutoff(allocation, minted, rules.interval)?;
    let until = next.checked_sub(minted)?;
    if whole <= until {
        return without_cutoff(whole);
    }
    if next >= allocation {
        return Ok(Subsidy { amount: until, cutoff: Some(next) });
    }
    let used = rate.complement()?.apply_floor(until)?;
    let lower = rate.checked_mul(rules.reduction.complement()?)?;
    let beyond = earned(work.checked_sub(used)?, lower)?;
    let amount = until.checked_add(beyond).unwrap_or(Amount::MAX);
    Ok(Subsidy { amount, cutoff: Some(next) })
}

/// floor(work / (1 - rate)), base units; rounded toward zero. 2^128 or more gives 2^128 - 1.
fn earned(work: Amount, rate: Ratio) -> Result<Amount, ArithmeticError> {
    Ok(per_unit(rate)?.apply_floor(work).unwrap_or(Amount::MAX))
}

/// 1 / (1 - rate), exactly: what a unit of work earns.
pub(in super::super) fn per_unit(rate: Ratio) -> Result<Ratio, ArithmeticError> {
    Ratio::ONE.checked_div(rate.complement()?)
}

/// The first multiple of round(allocation x interval), half-way cases up, above `minted`. A unit
/// that rounds to 0 leaves one cut-off, the allocation.
pub(in super::super) fn next_cutoff(
    allocation: Amount,
    minted: Amount,
    interval: Ratio,
) -> Result<Amount, ArithmeticError> {
    const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Add };
    let (numerator, denominator) = (interval.numerator(), interval.denominator());
    let (floor, rest) = mul_div_remainder(allocation.get(), numerator, denominator)?;
    let rounds_up = rest >= denominator.checked_sub(rest).ok_or(OVERFLOW)?;
    let unit = floor.checked_add(u128::from(rounds_up)).ok_or(OVERFLOW)?;
    let Some(passed) = minted.get().checked_div(unit) else {
        return Ok(allocation);
    };
    let next = passed.checked_add(1).and_then(|count| count.checked_mul(unit));
    Ok(next.map_or(allocation, Amount::new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(rate: &str, interval: &str, reduction: &str) -> Rules {
        let ratio = |text: &str| text.parse().unwrap();
        Rules { rate: ratio(rate), interval: ratio(interval), reduction: ratio(reduction) }
    }

    /// reference/gonka.md §1.5: the sequence of rates of v0.2.0.
    #[test]
    fn rates_fall_as_published() {
        let published = [
            "0.9", "0.72", "0.576", "0.4608", "0.3686", "0.2949", "0.2359", "0.1887", "0.1510",
            "0.1208", "0.0966", "0.0773",
        ];
        for (reductions, expected) in published.into_iter().enumerate() {
            let rate = rate_after(rules("0.9", "0.05", "0.2"), reductions as u32).unwrap();
            assert_eq!(rate, expected.parse().unwrap(), "{reductions}");
        }
        // 0.0002 x 0.8 = 0.00016, rounded 0.0002: it stays, however many cut-offs follow.
        let last = rate_after(rules("0.9", "0.05", "0.2"), u32::MAX).unwrap();
        assert_eq!(last.to_string(), "0.0002");
        assert_eq!(rate_after(rules("0.9", "0.05", "1"), 1).unwrap(), Ratio::ZERO);
        assert_eq!(rate_after(rules("0.9", "0.05", "0"), 9).unwrap().to_string(), "0.9");
    }

    type Case = (&'static str, (&'static str, &'static str, &'static str), [u128; 3], u128, u128);

    /// Name; rate, interval, reduction; allocation, minted, work; amount; cut-off (0: none).
    #[test]
    fn subsidies() {
        let usual = ("0.9", "0.05", "0.2");
        #[rustfmt::skip]
        let cases: [Case; 15] = [
            ("no work", usual, [200_000, 0, 0], 0, 0),
            ("ten for one", usual, [200_000, 0, 999], 9_990, 0),
            // Landing on a cut-off does not pass it; the rate stays for the next interval too.
            ("on the cut-off", usual, [200_000, 0, 1_000], 10_000, 0),
            ("from the cut-off", usual, [200_000, 10_000, 1_000], 10_000, 0),
            // 500 at 10 use 50 of 1,000 work; 950 / (1 - 0.72) = 3,392.8.
            ("one passed", usual, [200_000, 9_500, 1_000], 3_892, 10_000),
            // 500 x 0.28 = 140 work; 860 / (1 - 0.576) = 2,028.3.
            ("a second passed", ("0.72", "0.05", "0.2"), [200_000, 19_500, 1_000], 2_528, 20_000),
            // 1 x 0.1 rounds to no work used: 10 / (1 - 0.72) = 35.7 beyond.
            ("one unit left", usual, [200_000, 9_999, 10], 36, 10_000),
            // 10,000 used of 1,000,000 work; (1,000,000 - 1,000) / 0.28: far beyond the next ones.
            ("one only", usual, [200_000, 0, 1_000_000], 3_577_857, 10_000),
            ("the last", usual, [200_000, 199_500, 1_000], 500, 200_000),
            ("nothing left", usual, [200_000, 200_000, 1_000], 0, 0),
            ("allocation lowered", usual, [200_000, 200_001, 1_000], 0, 0),
            // The unit is round(5.15) = 5: the last cut-off, 105, lies above the allocation.
            ("uneven", usual, [103, 101, 9], 4, 105),
            // round(2.5) = 3, a half goes up.
            ("half a unit", ("0.5", "0.25", "0.2"), [10, 0, 2], 4, 3),
            // round(0.45) = 0: the allocation alone.
            ("no unit", usual, [9, 0, 100], 9, 9),
            ("rate 0", ("0", "1", "0.2"), [100, 0, 7], 7, 0),
        ];
        for (name, (rate, interval, reduction), [allocation, minted, work], amount, cutoff) in cases
        {
            let budget = (Amount::new(allocation), Amount::new(minted));
            let rules = rules(rate, interval, reduction);
            let got = subsidy(rules, 0, budget, Amount::new(work)).unwrap();
            let passed = got.cutoff.map_or(0, Amount::get);
            assert_eq!((got.amount.get(), passed), (amount, cutoff), "{name}");
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        let all = (Amount::MAX, Amount::ZERO);
        let got = subsidy(rules("0.9", "1", "0.2"), 0, all, Amount::MAX).unwrap();
        assert_eq!(got, Subsidy { amount: Amount::MAX, cutoff: None });
        let half = subsidy(rules("0.9", "0.5", "0.2"), 0, all, Amount::MAX).unwrap();
        assert_eq!(half, Subsidy { amount: Amount::MAX, cutoff: Some(Amount::new(1 << 127)) });
        assert!(subsidy(rules("1", "0.5", "0.2"), 0, all, Amount::new(1)).is_err());
    }
}
