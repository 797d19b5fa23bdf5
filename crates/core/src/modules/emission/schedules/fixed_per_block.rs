//! A fixed amount for every block produced.

use workmint_amounts::Amount;

/// `reward * blocks`, base units of an epoch of so many blocks; exact. A product of 2^128 or more
/// gives 2^128 - 1: the allocation is smaller either way. It accrues with the blocks and is minted
/// at the epoch's close, so an epoch without a block mints nothing.
pub(in super::super) fn amount(reward: Amount, blocks: u64) -> Amount {
    reward.checked_mul(u128::from(blocks)).unwrap_or(Amount::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        let word = u128::from(u64::MAX);
        let cases = [
            (0, 9, 0),
            (7, 0, 0),
            (7, 1, 7),
            (7, 1_440, 10_080),
            (word, u64::MAX, word * word),
            (u128::MAX, 2, u128::MAX),
        ];
        for (reward, blocks, expected) in cases {
            assert_eq!(amount(Amount::new(reward), blocks).get(), expected, "{reward} x {blocks}");
        }
    }
}
