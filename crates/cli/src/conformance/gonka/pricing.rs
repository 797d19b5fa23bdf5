//! Adapters: dynamic prices, utilisation, the price of a unit of compute.

use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{PriceRounding, PriceStep, StabilityZone};
use workmint_core::modules::pricing::{
    FinePrice, capacity_of_step, mean_load, next_price, price_at, slide, stepped, utilisation,
    weighted_median,
};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter {
        file: "dynamic_pricing",
        function: "CalculateModelDynamicPrice",
        run: price_of_keeper_test,
    },
    Adapter { file: "", function: "CalculateModelDynamicPrice", run: price },
    Adapter { file: "", function: "Utilization", run: utilisation_of_window },
    Adapter { file: "", function: "RollingWindow", run: rolling_window },
    Adapter { file: "", function: "UpdateDynamicPricing", run: update },
    Adapter { file: "", function: "WeightedMedian", run: median },
];

/// The peer's prices are whole units of 64 bits.
const MAXIMUM: Amount = Amount::new(u64::MAX as u128);

/// The rules of the peer's keeper tests, which name their fields in small letters.
fn rules_of_keeper_test(input: &Node<'_>) -> Result<StabilityZone, Mismatch> {
    Ok(StabilityZone {
        lower: input.at("stability_zone_lower_bound").ratio()?,
        upper: input.at("stability_zone_upper_bound").ratio()?,
        elasticity: input.at("price_elasticity").ratio()?,
        step: PriceStep::Block,
        window: 1,
        minimum: input.at("min_per_token_price").amount()?,
        maximum: MAXIMUM,
        grace_end_epoch: input.at("grace_period_end_epoch").number()?,
        grace_price: Amount::ZERO,
        rounding: PriceRounding::Truncate,
    })
}

fn rules(params: &Node<'_>) -> Result<StabilityZone, Mismatch> {
    Ok(StabilityZone {
        lower: params.at("StabilityZoneLowerBound").ratio()?,
        upper: params.at("StabilityZoneUpperBound").ratio()?,
        elasticity: params.at("PriceElasticity").ratio()?,
        step: PriceStep::Block,
        window: 1,
        minimum: params.at("MinPerTokenPrice").amount()?,
        maximum: MAXIMUM,
        grace_end_epoch: params.at("GracePeriodEndEpoch").number()?,
        grace_price: params.at("GracePeriodPerTokenPrice").amount()?,
        rounding: PriceRounding::Truncate,
    })
}

fn price(case: &Case) -> Outcome {
    let input = case.input();
    let rules = rules(&input.at("dpParams"))?;
    let old = FinePrice::of(input.at("currentPrice").amount()?)?;
    let new = next_price(&rules, old, input.at("utilization").ratio()?)?;
    same("price", new.quoted(), case.expected().at("result").amount()?)
}

fn price_of_keeper_test(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let rules = rules_of_keeper_test(&input)?;
    let moved = match input.has("current_price") {
        true => Some(FinePrice::of(input.at("current_price").amount()?)?),
        false => None,
    };
    // No epoch is said: any one after the grace.
    let old = price_at(&rules, u64::MAX, input.at("base_per_token_price").amount()?, moved)?;
    let new = next_price(&rules, old, input.at("utilization").ratio()?)?;
    require("old price", old.quoted(), expected.at("old_price").amount()?)?;
    if expected.has("changed") {
        return same("changed", new != old, expected.at("changed").flag()?);
    }
    same("new price", new.quoted(), expected.at("new_price").amount()?)
}

/// The sum of a window into which these loads came, one a step.
fn window_of(loads: &[u64], window: u32) -> Result<u128, Mismatch> {
    let mut sum = 0;
    for (at, load) in loads.iter().enumerate() {
        let leaving = at.checked_sub(usize::try_from(window)?).and_then(|at| loads.get(at));
        sum = slide(sum, *load, leaving.copied())?;
    }
    Ok(sum)
}

fn loads(list: &Node<'_>, key: &str) -> Result<Vec<u64>, Mismatch> {
    list.list()?
        .iter()
        .map(|node| if key.is_empty() { node.number() } else { node.at(key).number() })
        .collect()
}

fn utilisation_of_window(case: &Case) -> Outcome {
    let input = case.input();
    let loads = loads(&input.at("windowLoads"), "")?;
    let window = u32::try_from(loads.len())?;
    // The peer counts capacity in tokens a second, loads in tokens a block of 5 seconds.
    let capacity = capacity_of_step(input.at("capacityTokensPerSecond").number()?, 5, 1)?;
    let ours = utilisation(window_of(&loads, window)?, window, capacity)?;
    same("utilisation", ours, case.expected().at("result").ratio()?)
}

fn rolling_window(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let pushes = input.at("pushes");
    let window: u32 = input.at("window_blocks").number()?;
    let mean = mean_load(window_of(&loads(&pushes, "load")?, window)?, window)?;
    require("mean load", mean, expected.at("average_load_per_block").ratio()?)?;
    let count_window = input.at("count_window_blocks").number()?;
    let counted = window_of(&loads(&pushes, "count")?, count_window)?;
    same("count", counted, expected.at("count_sum").number()?)
}

fn update(case: &Case) -> Outcome {
    let input = case.input();
    let loads = loads(&input.at("window_loads"), "")?;
    let window = u32::try_from(loads.len())?;
    let rules = StabilityZone { window, ..rules_of_keeper_test(&input)? };
    let seconds = input.at("block_seconds").number()?;
    let weight = input.at("capacity_tokens_per_second").number()?;
    let capacity: Ratio = capacity_of_step(weight, seconds, 1)?;
    let base = input.at("current_price").amount()?;
    let sum = window_of(&loads, window)?;
    let epoch = input.at("epoch").number()?;
    let moved = stepped(&rules, epoch, (base, None), (sum, capacity))?;
    let new = price_at(&rules, epoch, base, moved)?;
    same("new price", new.quoted(), case.expected().at("new_price").amount()?)
}

fn median(case: &Case) -> Outcome {
    let mut proposals = Vec::new();
    for proposal in case.input().at("proposals").list()? {
        let weight = proposal.at("Weight");
        if weight.integer()? < 0 {
            return Ok(Verdict::NotCovered(
                "the peer's weights are signed; here no weight is below 0",
            ));
        }
        proposals.push((proposal.at("Price").amount()?, weight.number()?));
    }
    let theirs = case.expected().at("result").amount()?;
    match weighted_median(&proposals)? {
        Some(ours) => same("median", ours, theirs),
        None => {
            require("price without a weight", Amount::ZERO, theirs)?;
            Ok(Verdict::Deviates(Decision::PriceKeptWithoutWeights))
        }
    }
}
