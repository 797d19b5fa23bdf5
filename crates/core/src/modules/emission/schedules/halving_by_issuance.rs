//! An amount per block that halves as what is issued nears its limit (reference/bittensor.md §1.8).

use workmint_amounts::{Amount, ArithmeticError, Operation};

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };

/// Halvings that `issued` has passed: the largest k with (of - issued) x 2^k <= of. `None` once
/// everything is issued, or at `most`.
fn halvings(of: Amount, issued: Amount, most: u32) -> Option<u32> {
    let left = of.checked_sub(issued).ok().filter(|left| !left.is_zero())?;
    // left x 2^k <= of is left <= floor(of / 2^k), and needs no more than 128 bits.
    let passed = (1..=most).take_while(|k| of.get().checked_shr(*k).unwrap_or(0) >= left.get());
    let passed = u32::try_from(passed.count()).unwrap_or(u32::MAX);
    (passed < most).then_some(passed)
}

/// What a block gets when `issued` exists: floor(initial / 2^k), base units.
pub(in super::super) fn of_block(initial: Amount, of: Amount, issued: Amount, most: u32) -> Amount {
    let amount = halvings(of, issued, most).and_then(|k| initial.get().checked_shr(k));
    Amount::new(amount.unwrap_or(0))
}

/// What `blocks` blocks get, each issuing what it gets before the next, base units.
///
/// # Errors
/// Overflow if it exceeds 128 bits, which no amount below `of` does.
pub(in super::super) fn amount(
    (initial, of, most): (Amount, Amount, u32),
    issued: Amount,
    blocks: u64,
) -> Result<Amount, ArithmeticError> {
    let (mut left, mut sum) = (u128::from(blocks), 0_u128);
    while left > 0 {
        let now = issued.checked_add(Amount::new(sum))?;
        let reward = of_block(initial, of, now, most).get();
        if reward == 0 {
            break;
        }
        // Blocks until what is issued passes the next halving, at least one.
        let passed = halvings(of, now, most).unwrap_or(0);
        let after = passed.checked_add(1).and_then(|k| of.get().checked_shr(k)).unwrap_or(0);
        let room = of.get().checked_sub(after).and_then(|next| next.checked_sub(now.get()));
        let until = room.unwrap_or(0).div_ceil(reward).max(1);
        let here = left.min(until);
        let paid = here.checked_mul(reward).ok_or(OVERFLOW)?;
        sum = sum.checked_add(paid).ok_or(OVERFLOW)?;
        left = left.checked_sub(here).ok_or(OVERFLOW)?;
    }
    Ok(Amount::new(sum))
}
