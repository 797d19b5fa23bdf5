//! What a unit of weight takes of collateral, following what a unit of weight earned.

use super::Event;
use crate::error::{Error, OVERFLOW};
use crate::modules::parameters::{PRICE_UNIT, UnitPrice, Weights};
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio, floor_of_product};

/// What an epoch paid for weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Earned {
    /// Paid by streams of emission that score weights, base units.
    pub paid: Amount,
    /// All effective weight of the epoch; above 0.
    pub weight: u128,
}

/// The price after a close: towards multiple x (sum paid / sum weight) within the rule's bounds,
/// but by at most floor(price x largest step). In 10^-9 base units, each rounded down; where no
/// weight was, it stays as it is.
///
/// # Errors
/// Overflow if a sum leaves 128 bits.
pub fn next_unit_price(
    rule: &UnitPrice,
    price: Ratio,
    window: impl IntoIterator<Item = Earned>,
) -> Result<Ratio, Error> {
    let mut sums = Earned::default();
    for epoch in window {
        sums.paid = sums.paid.checked_add(epoch.paid)?;
        sums.weight = sums.weight.checked_add(epoch.weight).ok_or(OVERFLOW)?;
    }
    if sums.weight == 0 {
        return Ok(price);
    }
    let unit = Ratio::new(PRICE_UNIT, sums.weight)?;
    // A target beyond 128 bits is beyond every maximum.
    let target = floor_of_product(sums.paid.get(), rule.multiple, unit).unwrap_or(u128::MAX);
    let bounded =
        target.max(rule.minimum.ceil_mul(PRICE_UNIT)?).min(rule.maximum.floor_mul(PRICE_UNIT)?);
    let now = price.floor_mul(PRICE_UNIT)?;
    let step = rule.largest_step.floor_mul(now)?;
    let lowest = now.checked_sub(step).ok_or(OVERFLOW)?;
    let highest = now.checked_add(step).ok_or(OVERFLOW)?;
    Ok(Ratio::new(bounded.max(lowest).min(highest), PRICE_UNIT)?)
}

impl Weights {
    /// The same rules with what a unit of weight takes now; `None`: as the file says.
    #[must_use]
    pub fn at_price(&self, unit_price: Option<Ratio>) -> Self {
        let collateral_per_weight_unit = unit_price.unwrap_or(self.collateral_per_weight_unit);
        Self { collateral_per_weight_unit, ..self.clone() }
    }
}

/// At a close, before the next epoch's weights are fixed: moves the price by what the closing epoch
/// paid for its weight. An epoch without weight leaves it. Without a rule what was known of earlier
/// epochs is forgotten. `rules` are those of the epoch that opens.
pub(crate) fn move_unit_price(
    state: &mut State,
    context: &Context,
    rules: &Weights,
    closing: Earned,
) -> Result<(), Error> {
    let Some(rule) = &rules.unit_price else {
        state.collateral.earned.clear();
        state.collateral.unit_price.set(None);
        return Ok(());
    };
    let epoch = context.now.epoch;
    if closing.weight > 0 {
        state.collateral.earned.put(epoch, closing);
    }
    let rows = state.collateral.earned.iter().map(|(epoch, _)| *epoch);
    let window = u64::from(rule.window_epochs);
    let old: Vec<u64> =
        rows.take_while(|of| epoch.checked_sub(*of).is_some_and(|age| age >= window)).collect();
    old.iter().for_each(|epoch| state.collateral.earned.remove(epoch));
    let from = state.collateral.unit_price().unwrap_or(rules.collateral_per_weight_unit);
    let to = if closing.weight == 0 {
        from
    } else {
        next_unit_price(rule, from, state.collateral.earned().map(|(_, row)| row))?
    };
    state.collateral.unit_price.set(Some(to));
    if from != to {
        state.emit(Event::UnitPriceMoved { from, to });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> UnitPrice {
        UnitPrice {
            window_epochs: 3,
            multiple: "20".parse().unwrap(),
            largest_step: "0.1".parse().unwrap(),
            minimum: "50".parse().unwrap(),
            maximum: "1000".parse().unwrap(),
        }
    }

    fn moved(from: &str, window: &[(u128, u128)]) -> String {
        let rows = window.iter();
        let rows = rows.map(|(paid, weight)| Earned { paid: Amount::new(*paid), weight: *weight });
        next_unit_price(&rule(), from.parse().unwrap(), rows).unwrap().to_string()
    }

    #[test]
    fn it_follows_the_mean_of_the_window_a_step_a_close() {
        // 20 x 3,000 / 600 = 100.
        assert_eq!(moved("95", &[(1_000, 300), (2_000, 300)]), "100");
        assert_eq!(moved("80", &[(1_000, 300), (2_000, 300)]), "88", "at most a tenth more");
        assert_eq!(moved("200", &[(3_000, 600)]), "180", "at most a tenth less");
        // 20 x 1,000 / 999 = 20.02.. is below the minimum.
        assert_eq!(moved("51", &[(1_000, 999)]), "50");
        assert_eq!(moved("980", &[(1_000, 1)]), "1000");
        // 20 x 2^127 / 2: far beyond what 128 bits hold in 10^-9.
        assert_eq!(moved("900", &[(1 << 127, 2)]), "990", "too large a target is the maximum");
        // 20 x 10 / 3 = 66.666..., cut off.
        assert_eq!(moved("70", &[(10, 3)]), "66.666666666");
    }

    /// A window by sums: an epoch in which next to nobody had weight says next to nothing.
    #[test]
    fn a_lone_node_does_not_move_it() {
        assert_eq!(moved("100", &[(5_000, 1_000), (5_000, 1)]), "110");
        assert_eq!(moved("100", &[(5_000, 1_000), (5, 1)]), "100");
        assert_eq!(moved("100", &[]), "100");
        assert_eq!(moved("33.3333333337", &[]), "33.3333333337", "not even rounded");
    }

    /// Bounds that governance moved are reached step by step.
    #[test]
    fn new_bounds_are_no_jump() {
        assert_eq!(moved("20", &[(1, 1)]), "22");
        assert_eq!(moved("2000", &[(1_000, 1)]), "1800");
    }
}
