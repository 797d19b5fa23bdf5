//! What a unit of weight takes of collateral, followed from epoch to epoch.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio, floor_of_product};
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::parameters::{Parameters, Score, Source};

use super::{Fallible, failed};

/// Prices are multiples of 10^-9 base units.
const NANO: u128 = 1_000_000_000;

/// What the epochs so far give.
#[derive(Debug, Default)]
pub(super) struct UnitPrices {
    price: Option<Ratio>,
    /// Paid for weight, and all weight, by epoch.
    earned: BTreeMap<u64, (Amount, u128)>,
    /// The epoch that closed last, and all weight in it.
    last: Option<(u64, u128)>,
}

impl UnitPrices {
    /// Compares what the inputs say with what the epochs before give, and takes in the closed one.
    pub(super) fn check(&mut self, closed: &ClosedEpoch) -> Fallible<()> {
        let inputs = &closed.inputs;
        if let Some((last, weight)) = self.last {
            self.price = self.moved(&closed.parameters, last, weight > 0)?;
        }
        if inputs.unit_price != self.price {
            let (found, expected) = (inputs.unit_price, self.price);
            return Err(format!(
                "a unit of weight took {found:?} by the inputs, {expected:?} by history"
            ));
        }
        let weight: u128 = inputs.participants.effective.iter().map(|of| u128::from(*of)).sum();
        let lines = closed.parameters.streams.iter().zip(&closed.record.header.streams);
        let by_weight = lines.filter(|(stream, _)| {
            matches!(stream.score, Score::PocWeight(_) | Score::ModelShares)
                && matches!(stream.source, Source::Emission { .. })
        });
        let paid = Amount::sum(by_weight.map(|(_, line)| line.paid)).map_err(failed)?;
        if weight > 0 {
            self.earned.insert(inputs.epoch, (paid, weight));
        }
        self.last = Some((inputs.epoch, weight));
        Ok(())
    }

    /// The price that the close of `last` gave, by the rules of the epoch that it opened.
    fn moved(
        &mut self,
        parameters: &Parameters,
        last: u64,
        weighed: bool,
    ) -> Fallible<Option<Ratio>> {
        let Some(rule) = &parameters.weights.unit_price else {
            self.earned.clear();
            return Ok(None);
        };
        let window = u64::from(rule.window_epochs);
        self.earned.retain(|epoch, _| epoch + window > last);
        let price = self.price.unwrap_or(parameters.weights.collateral_per_weight_unit);
        let weight: u128 = self.earned.values().map(|(_, weight)| weight).sum();
        if !weighed || weight == 0 {
            return Ok(Some(price));
        }
        let paid = Amount::sum(self.earned.values().map(|(paid, _)| *paid)).map_err(failed)?;
        let mean = Ratio::new(NANO, weight).map_err(failed)?;
        let target = floor_of_product(paid.get(), rule.multiple, mean).map_err(failed)?;
        let least = rule.minimum.ceil_mul(NANO).map_err(failed)?;
        let most = rule.maximum.floor_mul(NANO).map_err(failed)?;
        let target = if target > most { most } else { target };
        let target = if target < least { least } else { target };
        let now = price.floor_mul(NANO).map_err(failed)?;
        let step = rule.largest_step.floor_mul(now).map_err(failed)?;
        let next = match target.abs_diff(now) {
            far if far <= step => target,
            _ if target > now => now + step,
            _ => now - step,
        };
        Ratio::new(next, NANO).map(Some).map_err(failed)
    }
}
