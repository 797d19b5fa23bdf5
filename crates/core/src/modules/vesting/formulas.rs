//! How much of a grant has vested.

use crate::error::Error;
use workmint_amounts::{Amount, mul_div_floor};

/// floor(total x elapsed / length), everything once `elapsed` reaches `length`. Epochs; rounds
/// down, so that the last epoch releases the remainder.
pub fn vested(total: Amount, elapsed: u64, length: u64) -> Result<Amount, Error> {
    if elapsed >= length {
        return Ok(total);
    }
    Ok(Amount::new(mul_div_floor(total.get(), u128::from(elapsed), u128::from(length))?))
}
