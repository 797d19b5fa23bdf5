//! An amount per block that halves as what is issued nears its limit (reference/bittensor.md §1.8).

use workmint_amounts::Amount;

/// Halvings that `issued` has passed: the largest k with (of - issued) x 2^k <= of. `None` once
/// everything is issued, or at `most`.
fn halvings(of: Amount, issued: Amount, most: u32) -> Option<u32> {
    let left = of.checked_sub(issued).ok().filter(|left| !left.is_zero())?;
    // left x 2^k <= of is left <= floor(of / 2^k), and needs no more than 128 bits.
    let passed = (1..=most).take_while(|k| of.get().checked_shr(*k).unwrap_or(0) >= left.get());
    let passed = u32::try_from(passed.count()).unwrap_or(u32::MAX);
    (passed < most).then_some(passed)
}

/// What `blocks` blocks get, each issuing what it gets before the next, base units; 2^128 - 1 if it
/// is more. A step for each halving on the way, not for each block.
pub(in super::super) fn amount(
    (initial, of, most): (Amount, Amount, u32),
    issued: Amount,
    blocks: u64,
) -> Amount {
    let steps = || {
        let (mut left, mut sum) = (u128::from(blocks), 0_u128);
        while left > 0 {
            let now = issued.get().checked_add(sum)?;
            let Some(passed) = halvings(of, Amount::new(now), most) else { break };
            let reward = initial.get().checked_shr(passed).unwrap_or(0);
            if reward == 0 {
                break;
            }
            // Blocks until what is issued reaches the next halving.
            let after = of.get().checked_shr(passed.checked_add(1)?).unwrap_or(0);
            let until = of.get().checked_sub(after)?.checked_sub(now)?.div_ceil(reward);
            let here = left.min(until);
            sum = sum.checked_add(here.checked_mul(reward)?)?;
            left = left.checked_sub(here)?;
        }
        Some(sum)
    };
    steps().map_or(Amount::MAX, Amount::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const TAO: u128 = 1_000_000_000;
    /// Bittensor: a block gives 1 TAO, 21 M are approached, nothing is left after 30 halvings.
    const BITTENSOR: (Amount, Amount, u32) = (Amount::new(TAO), Amount::new(21_000_000 * TAO), 30);

    /// reference/bittensor.md §1.8 word for word: k = max{k: (of - i) x 2^k <= of}.
    fn closed_form((initial, of, most): (Amount, Amount, u32), issued: u128) -> u128 {
        let Some(left) = of.get().checked_sub(issued).filter(|left| *left > 0) else { return 0 };
        let mut k = 0;
        while left * 2_u128.pow(k + 1) <= of.get() {
            k += 1;
        }
        if k >= most { 0 } else { initial.get() >> k }
    }

    fn by_blocks(rule: (Amount, Amount, u32), issued: u128, blocks: u64) -> u128 {
        (0..blocks).fold(0, |sum, _| sum + closed_form(rule, issued + sum))
    }

    /// Around every threshold ceil(of x (1 - 2^-k)), by one block.
    #[test]
    fn every_threshold_of_bittensor() {
        let of = BITTENSOR.1.get();
        let mut seen = BTreeMap::new();
        for k in 1..=31_u32 {
            let left = of / 2_u128.pow(k);
            let threshold = of - left;
            for issued in threshold - 2..=threshold + 2 {
                let got = amount(BITTENSOR, Amount::new(issued), 1).get();
                assert_eq!(got, closed_form(BITTENSOR, issued), "{issued}");
                let passed = if issued < threshold { k - 1 } else { k };
                let expected = if passed >= 30 { 0 } else { TAO >> passed };
                assert_eq!(got, expected, "halving {k}, {issued}");
                seen.insert(issued, got);
            }
        }
        assert_eq!(seen[&10_499_999_999_999_999], TAO);
        assert_eq!(seen[&10_500_000_000_000_000], TAO / 2);
        assert_eq!(seen[&15_750_000_000_000_000], TAO / 4);
        for (issued, expected) in [(0, TAO), (of - 1, 0), (of, 0), (of + 1, 0), (u128::MAX, 0)] {
            assert_eq!(amount(BITTENSOR, Amount::new(issued), 1).get(), expected, "{issued}");
        }
    }

    /// An epoch over one threshold, over several, up to the end and beyond.
    #[test]
    fn an_epoch_is_its_blocks() {
        let rule = |initial, of, most| (Amount::new(initial), Amount::new(of), most);
        let rules = [
            rule(7, 100, 30),
            rule(64, 1_000, 4),
            rule(1_000, 1_000, 30),
            rule(5_000, 1_000, 3),
            rule(1, 50, 127),
            rule(0, 50, 30),
            rule(10, 1, 1),
        ];
        for rule in rules {
            for issued in 0..rule.1.get() + 3 {
                for blocks in [0, 1, 2, 3, 10, 100, 1_000] {
                    let got = amount(rule, Amount::new(issued), blocks).get();
                    assert_eq!(got, by_blocks(rule, issued, blocks), "{rule:?} {issued} {blocks}");
                }
            }
        }
        let half = 10_500_000 * TAO;
        let got = amount(BITTENSOR, Amount::new(half - 3 * TAO + 1), 360).get();
        assert_eq!(got, 3 * TAO + 357 * TAO / 2);
        assert_eq!(amount(BITTENSOR, Amount::new(0), 10_500_000).get(), half);
        assert_eq!(amount(BITTENSOR, Amount::new(0), 10_500_001).get(), half + TAO / 2);
    }

    #[test]
    fn what_leaves_128_bits_is_the_most() {
        let rule = (Amount::MAX, Amount::MAX, 30);
        assert_eq!(amount(rule, Amount::new(1), 1), Amount::MAX);
        let rule = (Amount::MAX, Amount::MAX, 1);
        assert_eq!(amount(rule, Amount::ZERO, 5), Amount::MAX, "the first takes everything");
        assert_eq!(amount(rule, Amount::ZERO, u64::MAX), Amount::MAX);
    }
}
