//! The price of a seat: it halves with time and rises with each registration.

use super::state::PriceAt;
use crate::error::OVERFLOW;
use crate::modules::parameters::SeatRegistration;
use crate::state::State;
use workmint_amounts::{Amount, ArithmeticError, halving_floor};

/// floor(price x 2^(-blocks / half-life)), at least the minimum and at most the maximum, base
/// units. Computed from the last registration, however often it is asked: rounded down once.
///
/// # Errors
/// An error for a height before that of the price, or a half-life of 0.
pub fn price_at(
    rules: &SeatRegistration,
    last: PriceAt,
    height: u64,
) -> Result<Amount, ArithmeticError> {
    let blocks = height.checked_sub(last.height).ok_or(OVERFLOW)?;
    let left = halving_floor(last.price.get(), blocks, rules.half_life_blocks)?;
    Ok(clamp(rules, Amount::new(left)))
}

/// The price after a registration at `price`: floor(price x rise), within the limits.
///
/// # Errors
/// Overflow if the product exceeds 128 bits.
pub fn risen(rules: &SeatRegistration, price: Amount) -> Result<Amount, ArithmeticError> {
    Ok(clamp(rules, rules.rise.apply_floor(price)?))
}

pub(super) fn clamp(rules: &SeatRegistration, price: Amount) -> Amount {
    price.max(rules.minimum).min(rules.maximum)
}

/// The price of a seat now, base units of the emission's asset; `None` where there are no seats.
///
/// # Errors
/// None for a state with a genesis.
pub fn price(state: &State) -> Result<Option<Amount>, ArithmeticError> {
    let parameters = state.active_parameters();
    let rules = parameters.as_ref().and_then(|all| all.opinions.as_ref());
    let at = |rules| price_at(rules, *state.opinions.price.get(), state.chain().height);
    rules.map(|rules| at(&rules.registration)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::parameters::Destination;
    use workmint_amounts::Ratio;

    fn rules() -> SeatRegistration {
        SeatRegistration {
            initial: Amount::new(1_000),
            minimum: Amount::new(10),
            maximum: Amount::new(5_000),
            half_life_blocks: 360,
            rise: "1.26".parse().unwrap(),
            burned_share: Ratio::ONE,
            rest: Destination::Burn,
            immunity_blocks: 0,
        }
    }

    #[test]
    fn halves_stays_within_limits_and_rises() {
        let last = PriceAt { price: Amount::new(1_000), height: 100 };
        let at = |height| price_at(&rules(), last, height).unwrap().get();
        // 1,000 x 2^(-1/360) = 998.07; x 2^(-1/2) = 707.1; whole half-lives are exact.
        assert_eq!(
            [100, 101, 280, 460, 820, 2_620, 9_999].map(at),
            [1000, 998, 707, 500, 250, 10, 10]
        );
        assert!(price_at(&rules(), last, 99).is_err());
        let up = |price| risen(&rules(), Amount::new(price)).unwrap().get();
        assert_eq!([10, 1_001, 4_000, 5_000].map(up), [12, 1_261, 5_000, 5_000]);
    }
}
