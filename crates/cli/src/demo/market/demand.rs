//! The requests of one hour, made one by one: who asks what of which model, and up to which price.

use super::timeline;
use crate::demo::calendar::HOURS;
use crate::demo::random::Draws;
use crate::demo::requests::Source;
use crate::demo::settings::Settings;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::ModelId;

/// How busy the models are, in proportion; by model, repeating.
const POPULARITY: [u64; 3] = [6, 9, 3];
/// What requests are worth to customers, per mille of the model's listed price: between two
/// neighbours lies a sixteenth of all. Each eighth of a doubling is as likely as another, from a
/// quarter to four times the price: half of all are worth the listed price, a quarter twice it.
const WORTH: [u64; 17] = [
    250, 297, 354, 420, 500, 595, 707, 841, 1_000, 1_189, 1_414, 1_682, 2_000, 2_378, 2_828, 3_364,
    4_000,
];
/// Parts of 1 that worth is counted in.
const PERMILLE: u128 = 1_000;

/// A request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want {
    /// The customer's number.
    pub(super) customer: usize,
    pub(super) model: ModelId,
    /// Context and generated.
    pub(super) tokens: u64,
    /// Per mille of the model's listed price.
    worth: u64,
}

impl Want {
    /// Whether it is worth this price of a token.
    pub(super) fn is_worth(&self, price: Amount, parameters: &Parameters) -> bool {
        let listed =
            parameters.model(self.model).map_or(Amount::ZERO, |model| model.price_per_unit);
        let most = listed.get().saturating_mul(u128::from(self.worth)) / PERMILLE;
        price.get() <= most
    }
}

/// Where requests come from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand<'a> {
    pub(super) settings: &'a Settings,
    pub(super) source: &'a Source,
    pub(super) customers: usize,
    pub(super) models: usize,
}

impl Demand<'_> {
    /// The requests of an hour.
    pub(super) fn hour(&self, epoch: u64, hour: u8) -> Vec<Want> {
        self.wants(epoch, hour, timeline::mood(epoch))
    }

    /// The requests of an ordinary epoch, as its first one would have them.
    pub(super) fn ordinary(&self) -> impl Iterator<Item = Want> {
        (0..HOURS).flat_map(|hour| self.wants(0, hour, 100))
    }

    fn wants(&self, epoch: u64, hour: u8, per_cent: u64) -> Vec<Want> {
        let ordinary = self.settings.requests_per_epoch;
        let requests = ordinary.saturating_mul(per_cent) / 100;
        let seed = self.settings.seed;
        let mut draws = Draws::new(seed, epoch, u64::from(hour), "requests of the market");
        let customers = self.customers as u64;
        let mut want = |number: u64| {
            // Small numbers come more often: some customers are larger than others.
            let customer = draws.below(customers).min(draws.below(customers));
            let model = self.model(draws.next());
            let sizes = (draws.next(), draws.next());
            let (context, generated) = self.source.size((epoch, ordinary, number), sizes);
            Want {
                customer: usize::try_from(customer).unwrap_or(0),
                model,
                tokens: context + generated,
                worth: worth(draws.next()),
            }
        };
        timeline::numbers(requests, hour).map(&mut want).collect()
    }

    fn model(&self, draw: u64) -> ModelId {
        let busy = |at: usize| POPULARITY[at % POPULARITY.len()];
        let all: u64 = (0..self.models).map(busy).sum();
        let mut left = u64::try_from((u128::from(draw) * u128::from(all)) >> 64).unwrap_or(0);
        for at in 0..self.models {
            if left < busy(at) {
                return ModelId(u16::try_from(at).unwrap_or(0));
            }
            left -= busy(at);
        }
        ModelId(0)
    }
}

/// Inverse distribution function of [`WORTH`], linear between its points, rounded down.
fn worth(draw: u64) -> u64 {
    let position = u128::from(draw) * (WORTH.len() as u128 - 1);
    let at = usize::try_from(position >> 64).unwrap_or(0).min(WORTH.len() - 2);
    let rest = position & u128::from(u64::MAX);
    let rise = u128::from(WORTH[at + 1] - WORTH[at]) * rest;
    WORTH[at] + u64::try_from(rise >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_all_requests_are_worth_the_listed_price() {
        assert_eq!((worth(0), worth(1 << 63), worth(u64::MAX)), (250, 1_000, 3_999));
        let mut draws = Draws::new(1, 0, 0, "worth");
        let (mut listed, mut doubled) = (0, 0);
        for _ in 0..40_000 {
            let worth = worth(draws.next());
            listed += u32::from(worth >= 1_000);
            doubled += u32::from(worth >= 2_000);
        }
        assert!(listed.abs_diff(20_000) < 500 && doubled.abs_diff(10_000) < 500);
    }

    #[test]
    fn an_hour_is_the_same_whenever_it_is_asked_for() {
        let settings = Settings::new("hanzo".to_owned(), (8, 2_000, 7), None);
        let source = Source::Fitted;
        let demand = Demand { settings: &settings, source: &source, customers: 8, models: 2 };
        let tokens = |epoch, hour| {
            demand.hour(epoch, hour).iter().map(|want| want.tokens).collect::<Vec<u64>>()
        };
        assert_eq!(tokens(4, 9), tokens(4, 9));
        assert_ne!(tokens(4, 9), tokens(4, 10));
        let of_day = |epoch| (0..24).map(|hour| demand.hour(epoch, hour).len()).sum::<usize>();
        assert_eq!((of_day(0), of_day(4), of_day(8)), (2_000, 4_800, 1_200));
        let small = demand.ordinary().filter(|want| want.model == ModelId(0)).count();
        // Popularity 6 to 9.
        assert!(small.abs_diff(800) < 90, "{small}");
    }
}
