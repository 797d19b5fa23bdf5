//! A fixed share of what is left of the allocation.

use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// `floor((allocation - minted) * rate)`, base units; rounded toward zero. Nothing is left once
/// `minted` reaches the allocation, also if governance lowered the allocation below it.
///
/// What an epoch does not mint stays in the allocation and is offered again.
pub(in super::super) fn amount(
    allocation: Amount,
    minted: Amount,
    rate: Ratio,
) -> Result<Amount, ArithmeticError> {
    rate.apply_floor(allocation.checked_sub(minted).unwrap_or(Amount::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        let cases: [(u128, u128, &str, u128); 8] = [
            (1_000, 0, "0.1", 100),
            (1_000, 100, "0.1", 90),
            (1_000, 995, "0.1", 0),
            (1_000, 991, "0.1", 0),
            (1_000, 990, "0.1", 1),
            (1_000, 1_000, "1", 0),
            (1_000, 1_001, "1", 0),
            (u128::MAX, 0, "1", u128::MAX),
        ];
        for (allocation, minted, rate, expected) in cases {
            let rate = rate.parse().unwrap();
            let got = amount(Amount::new(allocation), Amount::new(minted), rate).unwrap();
            assert_eq!(got.get(), expected, "({allocation} - {minted}) x {rate}");
        }
    }
}
