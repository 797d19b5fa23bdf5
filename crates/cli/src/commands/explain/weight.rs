//! From accepted proofs to a score.

use workmint_amounts::Ratio;
use workmint_answers::explain::facts::Facts;
use workmint_answers::explain::weight::{model_name, per_unit};
use workmint_core::explain::NodeStep;
use workmint_core::modules::parameters::{Bonuses, Score};
use workmint_core::modules::rewards::ScoreBreakdown;
use workmint_core::names::ModelId;

use super::page::Page;
use super::steps;
use crate::failure::Failure;
use crate::output::{asset_of, grouped, nano, scaled, shown};

pub(super) fn tell(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    let explanation = &facts.explanation;
    let mut streams = facts.parameters.streams.iter();
    let weighs =
        streams.any(|stream| matches!(stream.score, Score::PocWeight(_) | Score::ModelShares));
    if explanation.row.potential == 0 && !weighs {
        return Ok(());
    }
    page.section("Weight: what your accepted compute proofs count")?;
    if explanation.row.potential == 0 {
        return page
            .say("No compute proof of yours was accepted for this epoch: your weight is 0.");
    }
    for node in &explanation.nodes {
        page.say(&format!(
            "Node {}, model {}: the accepted proof weighs {}.",
            node.node,
            model_name(&facts.parameters, node.model),
            grouped(node.weight)
        ))?;
    }
    potential(page, facts)?;
    collateral(page, facts)?;
    if let Some(cap) = explanation.capped_at {
        page.say(&format!("The network's power cap held it down to {}.", grouped(cap)))?;
    }
    steps::tell(page, facts)?;
    for (step, stream) in explanation.streams.iter().zip(&facts.parameters.streams) {
        if let (Some(breakdown), Score::PocWeight(bonuses)) = (&step.breakdown, &stream.score) {
            page.section(&format!("Score in the stream \"{}\"", step.name))?;
            score(page, facts, bonuses, breakdown)?;
        }
    }
    Ok(())
}

/// The sum of the nodes; by model and its factor where models do not count alike.
fn potential(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    let potential = grouped(facts.explanation.row.potential);
    let models = &facts.parameters.models;
    if models.iter().all(|model| model.weight_factor == Ratio::ONE) {
        return page.say(&format!("Potential weight: the sum, {potential}."));
    }
    let mut parts = Vec::new();
    for (number, model) in (0..).map(ModelId).zip(models) {
        let nodes = facts.explanation.nodes.iter().filter(|node| node.model == number);
        let sum: u128 = nodes.map(|node| u128::from(node.weight)).sum();
        if sum > 0 {
            parts.push(format!("floor({} x {})", grouped(sum), model.weight_factor));
        }
    }
    page.say("Potential weight: for each model the sum of your nodes x the model's factor,")?;
    page.sum(&format!("{} = {potential}", parts.join(" + ")))
}

fn collateral(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    let (explanation, rules) = (&facts.explanation, &facts.parameters.weights);
    let asset = asset_of(&facts.parameters, facts.parameters.collateral.asset)?;
    let (weight, row) = (&explanation.weight, &explanation.row);
    let (potential, ratio) = (grouped(row.potential), rules.base_weight_ratio);
    let last_grace = rules.grace_until_epoch;
    if last_grace.is_some_and(|last| explanation.epoch <= last) {
        return page.say(&format!(
            "Epoch {} lies in the grace period: all of it counts without collateral. Effective \
             weight: {}.",
            grouped(explanation.epoch),
            grouped(row.effective)
        ));
    }
    page.say(&format!(
        "Base: floor({potential} x {ratio}) = {} counts without collateral. Eligible: {potential} \
         - {} = {} counts only as far as collateral backs it.",
        grouped(weight.base),
        grouped(weight.base),
        grouped(weight.eligible)
    ))?;
    let (deposit, unit) =
        (shown(row.collateral, asset), per_unit(explanation.collateral_per_weight_unit, asset));
    if explanation.validator_active {
        page.say(&format!(
            "Your active collateral was {deposit}; one unit of weight takes {unit}. Activated: {}.",
            grouped(weight.activated)
        ))?;
        page.say("Effective weight: the smaller of potential weight and what is backed,")?;
        return page.sum(&format!(
            "floor(min({potential}, {potential} x {ratio} + {deposit} / {unit})) = {}",
            grouped(weight.effective)
        ));
    }
    page.say(&format!(
        "Your validator was inactive (unbonding or jailed) when the weights were fixed, so your \
         collateral of {deposit} activated nothing. Effective weight: the base, {}.",
        grouped(row.effective)
    ))
}

fn score(
    page: &mut Page,
    facts: &Facts,
    bonuses: &Bonuses,
    breakdown: &ScoreBreakdown,
) -> Result<(), Failure> {
    let row = &facts.explanation.row;
    let factor = bonuses.utilisation_factor;
    if factor.is_zero() {
        page.say("The network pays no bonus for utilisation.")?;
    } else {
        page.say(&format!(
            "Utilisation bonus: a node counts 1 + {factor} x utilisation of its model, where \
             utilisation is accepted units / capacity of all nodes of the network, at most 100 %."
        ))?;
        for node in &facts.explanation.nodes {
            utilisation(page, facts, node)?;
        }
    }
    let adjusted = nano(breakdown.adjusted);
    page.say(&format!("Together the nodes count {adjusted}."))?;
    if row.effective < row.potential {
        page.say("Of that only the effective part of the potential weight counts:")?;
        page.sum(&format!(
            "{adjusted} x {} / {} = {}",
            grouped(row.effective),
            grouped(row.potential),
            nano(limited(breakdown))
        ))?;
    }
    let models = facts.parameters.models.len();
    page.say(&format!(
        "Coverage: your nodes serve {} of {} models: x {} (all: {}; otherwise 1 + served / all x \
         {}).",
        breakdown.models_served,
        models,
        nano(breakdown.coverage),
        bonuses.full_coverage,
        bonuses.partial_coverage
    ))?;
    page.sum(&format!(
        "score = {} x {} = {}",
        nano(limited(breakdown)),
        nano(breakdown.coverage),
        scaled(breakdown.score, 18)
    ))
}

/// What counts before coverage, in 10^-9 of a weight.
fn limited(breakdown: &ScoreBreakdown) -> u128 {
    breakdown.score.checked_div(breakdown.coverage).unwrap_or(0)
}

fn utilisation(page: &mut Page, facts: &Facts, node: &NodeStep) -> Result<(), Failure> {
    let Some(bonus) = node.bonus else {
        return Ok(());
    };
    page.sum(&format!(
        "node {}, {}: {} / {} units = {} %: {} x {} = {}",
        node.node,
        model_name(&facts.parameters, node.model),
        grouped(bonus.units),
        grouped(bonus.capacity),
        scaled(bonus.utilisation, 7),
        grouped(node.weight),
        nano(bonus.multiplier),
        nano(u128::from(node.weight).saturating_mul(bonus.multiplier))
    ))
}
