//! What the score of a provider, or of a holder of shares of the pool, came from.

use serde_json::{Value, json};
use workmint_core::explain::StreamStep;

use super::facts::Facts;
use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// For machines; null for other streams.
pub(super) fn as_json(facts: &Facts, step: &StreamStep) -> Result<Value, AnswerError> {
    let Some(found) = &step.provider else {
        return Ok(Value::Null);
    };
    let row = &found.row;
    let staked = facts.parameters.stake.as_ref().map_or(step.asset, |stake| stake.asset);
    let asset = asset_of(&facts.parameters, staked)?;
    Ok(json!({
        "stake": amount_json(row.stake, asset),
        "staking_power": amount_json(row.power, asset),
        "probes_answered": row.answered.to_string(),
        "probes_held": found.probes.to_string(),
        "jobs_paid": row.paid.to_string(),
        "pool_shares": row.shares.get().to_string(),
        "network_factor": found.factor.map(|factor| factor.to_string()),
    }))
}
