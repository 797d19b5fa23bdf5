//! Exponential decay: Gonka tokenomics V2 (document 000 §4.2).

use workmint_amounts::{Amount, ArithmeticError, SignedRatio, exp_decay_floor};

/// `floor(initial * e^(rate * offset))`, base units of epoch number `offset` from the emission's
/// genesis epoch; rounded toward zero and exact.
pub(in super::super) fn amount(
    initial: Amount,
    rate: SignedRatio,
    offset: u64,
) -> Result<Amount, ArithmeticError> {
    exp_decay_floor(initial.get(), rate, offset).map(Amount::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `reference/simulation-and-ux.md` §3.1, made with another program; ngonka.
    const PUBLISHED: [(u64, u128, u128); 11] = [
        (0, 285_000_000_000_000, 323_000_000_000_000),
        (1, 284_864_657_146_472, 322_846_611_432_668),
        (99, 271_908_110_525_520, 308_162_525_262_256),
        (180, 261_645_145_770_435, 296_531_165_206_493),
        (365, 239_634_340_501_633, 271_585_585_901_851),
        (1_459, 142_517_411_793_461, 161_519_733_365_923),
        (1_460, 142_449_732_098_060, 161_443_029_711_134),
        (2_920, 71_199_740_964_242, 80_693_039_759_474),
        (3_650, 50_336_938_945_936, 57_048_530_805_394),
        (7_300, 8_890_552_359_462, 10_075_959_340_724),
        (14_600, 277_340_074_583, 314_318_751_194),
    ];

    #[test]
    fn published_rewards() {
        let rate = "-0.000475".parse().unwrap();
        for (offset, document, mainnet) in PUBLISHED {
            let of = |initial| amount(Amount::new(initial), rate, offset).unwrap().get();
            assert_eq!(of(285_000_000_000_000), document, "285,000 at {offset}");
            assert_eq!(of(323_000_000_000_000), mainnet, "323,000 at {offset}");
        }
    }

    #[test]
    fn edges() {
        let cases: [(u128, &str, u64, u128); 7] = [
            (0, "-0.5", 3, 0),
            (1_000, "0", 9, 1_000),
            (1_000, "-1", 0, 1_000),
            (1_000, "-1", 1, 367),
            (1_000, "-1", u64::MAX, 0),
            (285_000_000_000_000, "-0.000475", 70_070, 1),
            (285_000_000_000_000, "-0.000475", 70_071, 0),
        ];
        for (initial, rate, offset, expected) in cases {
            let got = amount(Amount::new(initial), rate.parse().unwrap(), offset).unwrap();
            assert_eq!(got.get(), expected, "{initial} x exp({rate} x {offset})");
        }
    }
}
