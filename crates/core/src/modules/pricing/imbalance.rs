//! `imbalance`: a price moves by what is asked beyond what is offered (document 003,
//! `update_price`), in steps of equal time, within bounds, and without dividing by a supply of 0.

use super::FinePrice;
use crate::modules::parameters::Imbalance;
use workmint_amounts::{ArithmeticError, Ratio};

/// The price after one step: price x (1 + elasticity x (demand - supply) / supply), changed by at
/// most `largest_step`, to the nearest 10^-9 base units, half up, then within minimum and maximum.
/// Demand and supply are units of that step. Without supply a price rises by the largest step if
/// anything is asked, and stays if nothing is. A rise and a fall by the same share do not cancel:
/// that is the document's formula, and docs/spec/pricing.md says what it costs.
///
/// # Errors
/// Overflow of the price, or of the product of elasticity and excess.
pub fn imbalance_step(
    rules: &Imbalance,
    price: FinePrice,
    (demand, supply): (Ratio, Ratio),
) -> Result<FinePrice, ArithmeticError> {
    let most = rules.moves.largest_step;
    let rises = demand > supply;
    let share = if demand == supply {
        Ratio::ZERO
    } else if supply.is_zero() {
        most
    } else {
        let asked = demand.checked_div(supply)?;
        let distance = if rises { asked.checked_sub(Ratio::ONE)? } else { asked.complement()? };
        share_of(rules.elasticity, distance, most)?
    };
    price.changed(rises, share)?.within((&rules.moves).into())
}

/// elasticity x distance, at most `most`: compared before it is multiplied, so that no distance
/// is too far.
fn share_of(elasticity: Ratio, distance: Ratio, most: Ratio) -> Result<Ratio, ArithmeticError> {
    if elasticity.is_zero() {
        return Ok(Ratio::ZERO);
    }
    if distance >= most.checked_div(elasticity)? {
        return Ok(most);
    }
    elasticity.checked_mul(distance)
}
