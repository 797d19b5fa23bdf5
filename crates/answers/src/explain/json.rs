//! The explanation for machines: every number a decimal string.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::explain::{NodeStep, StreamStep};
use workmint_core::modules::emission::Bound;
use workmint_core::modules::parameters::{Denominator, Destination, Source};
use workmint_core::names::AssetId;

use super::claim::{Claims, Status};
use super::facts::Facts;
use super::formula::formula;
use super::steps;
use super::weight::model_name;
use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// The whole explanation of a participant's epoch.
///
/// # Errors
/// Damage.
pub(super) fn document(facts: &Facts, claims: &Claims) -> Result<Value, AnswerError> {
    let explanation = &facts.explanation;
    let (row, weight) = (&explanation.row, &explanation.weight);
    let parameters = &facts.parameters;
    let emission = asset_of(parameters, parameters.emission.asset)?;
    let collateral = asset_of(parameters, parameters.collateral.asset)?;
    let market = asset_of(parameters, parameters.market.asset)?;
    let nodes: Vec<Value> = explanation.nodes.iter().map(|node| of_node(facts, node)).collect();
    let streams: Result<Vec<Value>, AnswerError> =
        explanation.streams.iter().map(|step| of_stream(facts, step)).collect();
    let totals: Result<Vec<Value>, AnswerError> =
        explanation.totals.iter().map(|(asset, amount)| money(facts, *asset, *amount)).collect();
    Ok(json!({
        "network": parameters.network.name.as_str(),
        "epoch": explanation.epoch.to_string(),
        "account": row.account.to_string(),
        "preview": !facts.settled,
        "weight": {
            "nodes": nodes,
            "potential": row.potential.to_string(),
            "base": weight.base.to_string(),
            "eligible": weight.eligible.to_string(),
            "activated": weight.activated.to_string(),
            "effective": row.effective.to_string(),
            "base_weight_ratio": parameters.weights.base_weight_ratio.to_string(),
            "collateral": amount_json(row.collateral, collateral),
            "collateral_per_weight_unit":
                explanation.collateral_per_weight_unit.to_string(),
            "validator_active": explanation.validator_active,
            "capped_at": explanation.capped_at.map(|cap| cap.to_string()),
            "steps": steps::as_json(facts),
        },
        "emission": {
            "formula": formula(facts, emission)?,
            "by_schedule": amount_json(facts.plan.emission.plain, emission),
            "scheduled": amount_json(explanation.scheduled, emission),
            "unmet_quota": amount_json(facts.plan.emission.unmet, emission),
            "blocks": amount_json(facts.plan.emission.blocks, emission),
            "budget": amount_json(explanation.emission_budget, emission),
            "limited_by": match explanation.bound_by {
                Bound::Schedule => "schedule",
                Bound::Allocation => "allocation",
                Bound::Cap => "cap",
            },
        },
        "streams": streams?,
        "work": {
            "requests": row.requests.to_string(),
            "missed": row.missed.to_string(),
            "units": row.units.to_string(),
            "earned": amount_json(row.work, market),
            "missed_request_test": if explanation.missed_test_failed { "failed" } else { "passed" },
            "missed_allowed": explanation.missed_allowed.to_string(),
            "downtime_fraction": explanation.downtime_fraction.to_string(),
            "slashed": amount_json(row.slashed, collateral),
        },
        "penalty": row.penalty.to_string(),
        "totals": totals?,
        "claims": of_claims(facts, claims)?,
    }))
}

fn money(facts: &Facts, asset: AssetId, amount: Amount) -> Result<Value, AnswerError> {
    Ok(amount_json(amount, asset_of(&facts.parameters, asset)?))
}

fn of_node(facts: &Facts, node: &NodeStep) -> Value {
    let bonus = node.bonus.map(|bonus| {
        json!({
            "units": bonus.units.to_string(),
            "capacity": bonus.capacity.to_string(),
            "utilisation": Amount::new(bonus.utilisation).to_decimal(9),
            "multiplier": Amount::new(bonus.multiplier).to_decimal(9),
        })
    });
    json!({
        "node": node.node.to_string(),
        "model": model_name(&facts.parameters, node.model),
        "weight": node.weight.to_string(),
        "utilisation_bonus": bonus,
    })
}

fn source(facts: &Facts, step: &StreamStep) -> &'static str {
    let stream = facts.parameters.streams.iter().find(|stream| stream.name == step.name);
    match stream.map(|stream| &stream.source) {
        Some(Source::Pot { .. }) => "pot",
        _ if step.from_emission => "emission",
        _ => "payments",
    }
}

fn of_stream(facts: &Facts, step: &StreamStep) -> Result<Value, AnswerError> {
    let amount = |amount: Amount| money(facts, step.asset, amount);
    let breakdown = step.breakdown.map(|breakdown| {
        json!({
            "adjusted_weight": Amount::new(breakdown.adjusted).to_decimal(9),
            "models_served": breakdown.models_served.to_string(),
            "coverage": Amount::new(breakdown.coverage).to_decimal(9),
            "score": Amount::new(breakdown.score).to_decimal(18),
        })
    });
    Ok(json!({
        "stream": step.name.as_str(),
        "source": source(facts, step),
        "budget": amount(step.budget)?,
        "carried_in": amount(step.carried_in)?,
        "uncut_budget": amount(step.uncut)?,
        "score": step.score.to_string(),
        "counted_score": step.counted.to_string(),
        "score_breakdown": breakdown,
        "models": super::models::as_json(facts, step),
        "denominator": step.denominator.to_string(),
        "denominator_rule": match step.denominator_rule {
            Denominator::Full => "full",
            Denominator::Paid => "paid",
        },
        "share": amount(step.share)?,
        "forfeited": amount(step.forfeited)?,
        "recovered": amount(step.recovered)?,
        "delegated": amount(step.delegated)?,
        "paid": amount(step.paid)?,
        "rate": super::rate::as_json(facts, step)?,
        "provider": super::provider::as_json(facts, step)?,
        "validator": super::validator::as_json(facts, step)?,
        "seat": super::seat::as_json(facts, step)?,
        "quarantined": step.quarantined.map(|code| code.to_string()),
    }))
}

fn of_claims(facts: &Facts, claims: &Claims) -> Result<Value, AnswerError> {
    let mut entries = Vec::with_capacity(claims.entries.len());
    for (asset, amount, status) in &claims.entries {
        let (word, detail) = match status {
            Status::NotSettled => ("not settled", json!({})),
            Status::Open { until } => ("open", json!({ "until_close_of": until.to_string() })),
            Status::Claimed { recipient, locked, vesting } => (
                "claimed",
                json!({
                    "recipient": recipient.to_string(),
                    "vesting": money(facts, *asset, *locked)?,
                    "vesting_epochs": vesting.to_string(),
                }),
            ),
            Status::Forfeited => ("forfeited", json!({})),
            Status::Expired { after, to } => (
                "expired",
                json!({
                    "after_close_of": after.to_string(),
                    "to": match to {
                        Destination::Burn => "burn",
                        Destination::Treasury => "treasury",
                        Destination::Recycling => "recycling",
                    },
                }),
            ),
        };
        let paid = money(facts, *asset, *amount)?;
        entries.push(json!({ "amount": paid, "status": word, "detail": detail }));
    }
    let checks = claims.checks.map(|checks| {
        json!({
            "due": checks.due.map(|due| due.to_string()),
            "done": checks.done.to_string(),
        })
    });
    Ok(json!({ "entries": entries, "checks": checks }))
}
