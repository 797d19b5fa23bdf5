//! The power cap: no participant above a share of all capped weights.

use crate::error::OVERFLOW;
use crate::modules::parameters::PowerCap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use workmint_amounts::{ArithmeticError, Ratio, mul_div_floor};

/// Cuts every weight above the cap down to it and returns the cap; `None`: nothing was cut.
/// Weights of 0 count for nobody. What is cut off is given to nobody.
pub fn apply_power_cap(
    rules: &PowerCap,
    weights: &mut [u64],
) -> Result<Option<u64>, ArithmeticError> {
    let cap = match weights.iter().filter(|weight| **weight > 0).count() {
        0 | 1 => None,
        2 => optimal_cap(weights, rules.of_two)?,
        3 => optimal_cap(weights, rules.of_three)?,
        _ => optimal_cap(weights, rules.of_many)?,
    };
    if let Some(cap) = cap {
        weights.iter_mut().for_each(|weight| *weight = cap.min(*weight));
    }
    Ok(cap)
}

/// The largest cap such that no weight, cut to it, exceeds `share` of the sum of all cut weights:
/// the one solution of x = share x sum of min(weight, x), rounded down. `None` if no weight
/// exceeds it, or if no cap above 0 would do (fewer than 1 / share participants: issue 1395).
///
/// Ascending by weight, the first weight w with w > share x (lower + w x from_here_on) is the
/// smallest one above the cap, and the cap is share x lower / (1 - share x from_here_on); `lower`
/// is the sum of the weights before it. Once that holds, it holds for every larger weight, and it
/// needs share x from_here_on < 1: only the largest few weights are looked at, so the cost is
/// linear. The peer divides with 16 decimals; for a share of fewer than 16 decimals the quotient is
/// never that close to the next whole number, so its integer part is this floor
/// (`docs/spec/rewards.md`).
pub fn optimal_cap(weights: &[u64], share: Ratio) -> Result<Option<u64>, ArithmeticError> {
    let (part, whole) = (share.numerator(), share.denominator());
    let Some(above) = whole.checked_sub(1).and_then(|rest| rest.checked_div(part)) else {
        return Ok(None);
    };
    let (mut lower, largest) = separate(weights, usize::try_from(above).unwrap_or(usize::MAX))?;
    let mut from_here_on = largest.len() as u128;
    for weight in largest {
        let total = u128::from(weight)
            .checked_mul(from_here_on)
            .and_then(|upper| upper.checked_add(lower))
            .ok_or(OVERFLOW)?;
        if Ratio::new(u128::from(weight), total)? > share {
            let taken = part.checked_mul(from_here_on).ok_or(OVERFLOW)?;
            let left = whole.checked_sub(taken).ok_or(ArithmeticError::Underflow)?;
            let cap = mul_div_floor(lower, part, left)?;
            return Ok(u64::try_from(cap).ok().filter(|cap| *cap > 0));
        }
        lower = lower.checked_add(u128::from(weight)).ok_or(OVERFLOW)?;
        from_here_on = from_here_on.checked_sub(1).ok_or(OVERFLOW)?;
    }
    Ok(None)
}

/// The `count` largest weights above 0, ascending, and the sum of all others.
fn separate(weights: &[u64], count: usize) -> Result<(u128, Vec<u64>), ArithmeticError> {
    let mut largest: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
    let mut lower = 0_u128;
    for weight in weights.iter().copied().filter(|weight| *weight > 0) {
        let mut smaller = weight;
        if largest.len() < count {
            largest.push(Reverse(weight));
            continue;
        }
        if let Some(mut least) = largest.peek_mut()
            && least.0 < weight
        {
            smaller = std::mem::replace(&mut least.0, weight);
        }
        lower = lower.checked_add(u128::from(smaller)).ok_or(OVERFLOW)?;
    }
    let mut largest: Vec<u64> = largest.into_iter().map(|Reverse(weight)| weight).collect();
    largest.sort_unstable();
    Ok((lower, largest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cap(weights: &[u64], share: &str) -> Option<u64> {
        optimal_cap(weights, share.parse().unwrap()).unwrap()
    }

    /// The definition, by trying every cap: the largest c with c <= share x sum of min(weight, c)
    /// that cuts something.
    fn by_trial(weights: &[u64], (part, whole): (u64, u64)) -> Option<u64> {
        let most = weights.iter().copied().max()?;
        let holds = |cap: u64| {
            let sum: u64 = weights.iter().map(|weight| cap.min(*weight)).sum();
            cap * whole <= part * sum
        };
        let cap = (0..=most).rev().find(|cap| holds(*cap))?;
        (cap > 0 && cap < most).then_some(cap)
    }

    #[test]
    fn examples_of_the_peer() {
        assert_eq!(cap(&[100, 200, 300, 400], "0.3"), Some(225));
        assert_eq!(cap(&[50, 50, 900], "0.3"), None, "three cannot be below 30 % each");
        assert_eq!(cap(&[10, 10, 10, 970], "0.3"), Some(12));
        assert_eq!(cap(&[700, 200, 100], "0.4"), Some(200));
        assert_eq!(cap(&[0, 0, 7], "1"), None);
        assert_eq!(cap(&[5, 7], "0"), None);
        assert_eq!(cap(&[], "0.3"), None);
    }

    #[test]
    fn rule_by_number_of_positive_weights() {
        let rules = PowerCap {
            of_two: "0.5".parse().unwrap(),
            of_three: "0.4".parse().unwrap(),
            of_many: "0.3".parse().unwrap(),
        };
        let capped = |weights: &[u64]| {
            let mut weights = weights.to_vec();
            let cap = apply_power_cap(&rules, &mut weights).unwrap();
            (cap, weights)
        };
        assert_eq!(capped(&[0, 9, 0]), (None, vec![0, 9, 0]), "one alone is never capped");
        assert_eq!(capped(&[600, 0, 400]), (Some(400), vec![400, 0, 400]));
        let zero = capped(&[0, 10_238, 34_658, 36_806]);
        assert_eq!(zero, (Some(20_476), vec![0, 10_238, 20_476, 20_476]), "issue 1395");
        let huge = capped(&[u64::MAX, u64::MAX, u64::MAX, 1, 1]);
        assert_eq!(huge, (Some(6), vec![6, 6, 6, 1, 1]));
    }

    #[test]
    fn the_definition_by_trial() {
        let mut seed = 7_u64;
        let mut next = move |bound: u64| {
            seed = seed * 48_271 % 0x7fff_ffff;
            seed % bound
        };
        let mut cut = 0;
        for _ in 0..3_000 {
            let count = next(9);
            let spread = [3, 30, 400][next(3) as usize];
            let weights: Vec<u64> = (0..count).map(|_| next(spread)).collect();
            let whole = 1 + next(40);
            let part = 1 + next(whole);
            let share = Ratio::new(u128::from(part), u128::from(whole)).unwrap();
            let expected = by_trial(&weights, (part, whole));
            assert_eq!(optimal_cap(&weights, share).unwrap(), expected, "{weights:?} {share}");
            cut += u32::from(expected.is_some());
        }
        assert!(cut > 200, "{cut} of 3,000 were capped");
    }
}
