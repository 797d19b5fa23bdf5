//! `[weights.unit_price]`: collateral that follows rewards.

use super::super::{PRICE_UNIT, Score, Source, UnitPrice};
use super::checker::{Checker, brief};
use workmint_amounts::Ratio;

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let Some(rule) = &parameters.weights.unit_price else {
        return;
    };
    let path = |key: &str| format!("weights.unit_price.{key}");
    let UnitPrice { window_epochs, multiple, largest_step, minimum, maximum } = *rule;
    checker.count(&path("window"), u64::from(window_epochs), 1, 1_024);
    let most = Ratio::from_integer(10_000);
    let holds = !multiple.is_zero() && multiple <= most;
    checker.ratio(holds, &path("multiple"), multiple, "above 0, at most 10000");
    let holds = !largest_step.is_zero() && largest_step < Ratio::ONE;
    checker.ratio(holds, &path("largest_step"), largest_step, "above 0, below 1");
    checker.ratio(!minimum.is_zero(), &path("minimum"), minimum, "above 0");
    checker.ratio(minimum <= maximum, &path("maximum"), maximum, "at least the minimum");
    let start = parameters.weights.collateral_per_weight_unit;
    if !(minimum..=maximum).contains(&start) {
        let message = "it starts outside its bounds";
        let allowed = format!("minimum {minimum} to maximum {maximum} base units");
        checker.error("weights.collateral_per_weight_unit", message, &allowed);
    }
    let step = minimum.floor_mul(PRICE_UNIT).and_then(|least| largest_step.floor_mul(least));
    if step.is_ok_and(|step| step == 0) {
        let message = "at the minimum a step is below 10^-9 base units: the price would stay there";
        checker.error(&path("minimum"), message, "minimum x largest_step of 10^-9 or more");
    }
    assets(checker);
    let message = format!(
        "a unit of weight takes {} epochs of what it earned, by the mean of the last \
         {window_epochs}; a close moves that by at most {}",
        brief(multiple),
        brief(largest_step)
    );
    checker.fact("weights.unit_price", message);
}

/// Rewards are compared with collateral, and there must be some.
fn assets(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let (emitted, deposited) = (parameters.emission.asset, parameters.collateral.asset);
    if emitted != deposited {
        let (paid, taken) = (checker.symbol(emitted), checker.symbol(deposited));
        let message = format!("rewards are in {paid}, collateral is in {taken}");
        checker.error("weights.unit_price", message, "one asset for both");
    }
    let by_weight = parameters.streams.iter().any(|stream| {
        matches!(stream.score, Score::PocWeight(_) | Score::ModelShares)
            && matches!(stream.source, Source::Emission { .. })
    });
    if !by_weight {
        let message = "no stream of emission pays weight: the price falls to its minimum";
        checker.warning("weights.unit_price", message);
    }
    if parameters.weights.base_weight_ratio == Ratio::ONE {
        checker.warning("weights.unit_price", "no weight needs collateral: the price is idle");
    }
}
