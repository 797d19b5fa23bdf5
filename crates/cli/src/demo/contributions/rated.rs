//! The streams that pay rates, and what an epoch's bucket holds.

use crate::failure::Failure;
use workmint_amounts::{Amount, Ratio, mul_div_floor};
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_core::modules::parameters::{Parameters, RateScore, Score, Source, Stream};
use workmint_core::modules::rewards::{MULTIPLIER_UNIT, worth_of};

/// Most of anything in one contribution that the demo submits.
const MOST: u128 = 1 << 47;

/// A stream with a rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rated<'a> {
    /// Its place in the parameters.
    pub(super) at: usize,
    pub(super) stream: &'a Stream,
    pub(super) rule: &'a RateScore,
    /// Its share of emission.
    pub(super) share: Ratio,
}

/// The streams with a rate, in the parameters' order.
pub(super) fn rated(parameters: &Parameters) -> impl Iterator<Item = Rated<'_>> {
    parameters.streams.iter().enumerate().filter_map(|(at, stream)| {
        match (&stream.score, &stream.source) {
            (Score::Rate(rule), Source::Emission { share }) => {
                Some(Rated { at, stream, rule, share: *share })
            }
            _ => None,
        }
    })
}

impl Rated<'_> {
    /// What the schedule gives the stream for the first epoch that emits, base units.
    pub(super) fn target(&self, parameters: &Parameters) -> Result<Amount, Failure> {
        let rules = &parameters.emission;
        let facts = Facts { epoch: rules.genesis_epoch, blocks: 1, ..Facts::default() };
        let budget = scheduled(rules, &facts).map_err(Failure::damage)?;
        self.share.apply_floor(budget).map_err(Failure::damage)
    }

    /// What the rule's multipliers make of what was found.
    pub(super) fn multipliers(&self, wanted: (u32, u32)) -> (u32, u32) {
        let within = |wanted: u32, min: Ratio, max: Ratio| {
            let unit = u128::from(MULTIPLIER_UNIT);
            let least = min.ceil_mul(unit).unwrap_or_default();
            let most = max.floor_mul(unit).unwrap_or_default();
            u32::try_from(u128::from(wanted).max(least).min(most)).unwrap_or(wanted)
        };
        let (first, second) = (&self.rule.first, &self.rule.second);
        (within(wanted.0, first.min, first.max), within(wanted.1, second.min, second.max))
    }

    /// The quantity that is worth about this much with these multipliers, as far as one
    /// contribution may be worth so much.
    pub(super) fn quantity_worth(
        &self,
        worth: Amount,
        (first, second): (u32, u32),
    ) -> Result<u64, Failure> {
        let unit = u128::from(MULTIPLIER_UNIT);
        let worth = worth.min(self.rule.maximum).get();
        let plain = |worth: u128, multiplier: u32| {
            mul_div_floor(worth, unit, u128::from(multiplier.max(1)))
        };
        let quantity = plain(worth, first)
            .and_then(|worth| plain(worth, second))
            .and_then(|worth| {
                let rate = self.rule.rate.get().max(1);
                mul_div_floor(worth, u128::from(self.rule.kind.unit()), rate)
            })
            .map_err(Failure::damage)?;
        u64::try_from(quantity.min(MOST)).map_err(Failure::damage)
    }

    /// What a quantity is worth with these multipliers, base units.
    pub(super) fn worth(&self, quantity: u64, multipliers: (u32, u32)) -> Result<Amount, Failure> {
        worth_of(self.rule, quantity, multipliers).map_err(Failure::damage)
    }
}
