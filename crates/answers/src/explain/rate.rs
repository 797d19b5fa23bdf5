//! A stream with a rate: contributions, the bucket, backpay.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::explain::StreamStep;

use super::facts::Facts;
use crate::buckets::bucket_json;
use crate::contribution::{found, plain_quantity, rate_of, rated_by, unit};
use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// For machines; null for a stream without a rate.
pub(super) fn as_json(facts: &Facts, step: &StreamStep) -> Result<Value, AnswerError> {
    let asset = asset_of(&facts.parameters, step.asset)?;
    let of = |amount: Amount| amount_json(amount, asset);
    let rule = rate_of(&facts.parameters, step.name.as_str());
    let Some((rate, rule)) = step.rate.as_ref().zip(rule) else {
        return Ok(Value::Null);
    };
    let mut plans = facts.plan.streams.iter();
    let plan = plans.find(|plan| plan.name == step.name).and_then(|plan| plan.bucket.as_ref());
    let contributions = rate.contributions.iter().map(|one| {
        json!({
            "epoch": one.epoch.to_string(),
            "id": one.id.to_string(),
            "quantity": plain_quantity(rule.kind, one.quantity),
            "unit": unit(rule.kind).0,
            "multipliers": found(rule.kind, (one.first, one.second)),
            "worth": of(one.worth),
        })
    });
    let backpay = rate
        .backpay
        .iter()
        .map(|row| json!({ "owed_for": row.epoch.to_string(), "paid": of(row.amount) }));
    let unpaid = rate.unpaid.iter().map(|row| {
        json!({
            "owed_for": row.epoch.to_string(),
            "amount": of(row.amount),
            "reason": row.reason.to_string(),
        })
    });
    let owed = rate
        .owed
        .iter()
        .map(|row| json!({ "owed_for": row.epoch.to_string(), "owed": of(row.owed) }));
    Ok(json!({
        "rate": of(rule.rate),
        "rated_by": rated_by(rule.kind),
        "bucket": plan.map(|plan| bucket_json(&plan.line, asset)),
        "contributions": contributions.collect::<Vec<Value>>(),
        "worth": of(rate.worth),
        "paid_now": of(rate.paid_now),
        "backpay": backpay.collect::<Vec<Value>>(),
        "closed_unpaid": unpaid.collect::<Vec<Value>>(),
        "owed": owed.collect::<Vec<Value>>(),
    }))
}
