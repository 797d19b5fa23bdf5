//! Adapters: emission and utility of the Python SDK.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::emission::{Facts, of_utility};
use workmint_core::modules::parameters::{Level, Schedule, Utility, check};

use super::{additive, budget_of, emission, near};
use crate::conformance::case::{Case, Node};
use crate::conformance::chain::built_in;
use crate::conformance::suite::Adapter;
use crate::conformance::tolerances::PYTHON;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};

/// Halvings at which no amount of 128 bits is left.
const ALL_HALVINGS: u32 = 127;
/// Parts in which a utility is read.
const WHOLE: u128 = 1_000_000_000_000_000_000;

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "calculate_epoch_emission", run: epoch_emission },
    Adapter { file: "", function: "calculate_utility_score", run: utility_score },
];

/// A score as the weight of tasks that are all done; the rest is for a difficulty of 0.
fn scored(score: Ratio) -> Result<Utility, Mismatch> {
    let rest = score.complement().unwrap_or(Ratio::ZERO);
    Ok(additive(1, [score, rest, Ratio::ZERO]))
}

fn epoch_emission(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let refused = expected.value()?.is_object();
    let score = input.at("utility_score").decimal()?;
    if score.is_negative() {
        // No parameter and no fact is below 0: the type has no such number.
        require("refused", true, refused)?;
        expected.at("error").text()?;
        return Ok(Verdict::Passed);
    }
    let (base, most) = (input.at("base_reward").amount()?, input.at("max_supply").amount()?);
    let halving = Schedule::Halving {
        initial: base,
        interval_epochs: input.at("halving_interval").number()?,
        most_halvings: ALL_HALVINGS,
        minimum: Amount::ZERO,
    };
    let rules = emission(halving, most);
    let rules = workmint_core::modules::parameters::Emission {
        utility: Some(scored(score.magnitude())?),
        ..rules
    };
    let mut network = built_in("gonka")?;
    network.emission.utility = rules.utility;
    let fault = check(&network)
        .into_iter()
        .find(|of| of.level == Level::Error && of.path.starts_with("emission.utility"));
    require("refused", fault.is_some(), refused)?;
    if refused {
        expected.at("error").text()?;
        return Ok(Verdict::Passed);
    }
    let minted = input.at("current_supply").amount()?;
    let facts = Facts {
        epoch: input.at("epoch").number()?,
        blocks: 1,
        minted,
        asset_issued: minted,
        tasks: 1,
        ..Facts::default()
    };
    let ours = budget_of(&rules, &facts)?;
    // A float that is whole may be written with an exponent.
    let theirs = Amount::new(expected.ratio()?.floor_mul(1)?);
    near("emission", (ours.budget, theirs), ours.budget)?;
    Ok(Verdict::Passed)
}

/// What somebody is told as a share of a whole: none if it is no share.
fn share(node: &Node<'_>) -> Result<Option<Ratio>, Mismatch> {
    let decimal = node.decimal()?;
    Ok((!decimal.is_negative() && decimal.magnitude().at_most_one()).then(|| decimal.magnitude()))
}

/// Document 004's sum. A difficulty beyond its range the checker refuses; participation is counted
/// from signed blocks, of which there are no fewer than none and no more than all.
fn utility_score(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let weights = input.at("weights").list()?;
    let [tasks, difficulty, participation] = &weights[..] else {
        return Err(Mismatch::new("there are not three weights"));
    };
    let weights = [tasks.ratio()?, difficulty.ratio()?, participation.ratio()?];
    let rule = additive(input.at("max_expected_tasks").number()?, weights);
    let difficulty = input.at("avg_task_difficulty");
    let hard = share(&difficulty)?;
    let mut network = built_in("gonka")?;
    network.models[0].difficulty = difficulty.decimal()?.magnitude();
    let fault = check(&network)
        .into_iter()
        .any(|of| of.level == Level::Error && of.path == "models[0].difficulty");
    let refused = expected.value()?.is_object();
    let taken = share(&input.at("validator_participation"))?;
    let (Some(hard), Some(taken)) = (hard, taken) else {
        require("a difficulty above 1 is refused", fault, hard.is_none())?;
        require("refused", true, refused)?;
        expected.at("error").text()?;
        return Ok(Verdict::Passed);
    };
    require("a difficulty in range is refused", fault, false)?;
    let facts = Facts {
        tasks: input.at("task_volume").number()?,
        difficulty: hard,
        participation: taken,
        ..Facts::default()
    };
    let ours = of_utility(&rule, &facts, Amount::new(WHOLE))?;
    PYTHON.compare("utility", Ratio::new(ours.get(), WHOLE)?, expected.ratio()?)
}
