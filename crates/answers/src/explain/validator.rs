//! Facts of a validator's score.

use serde_json::{Value, json};
use workmint_core::explain::StreamStep;
use workmint_core::names::AssetId;

use super::facts::Facts;
use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// The asset that is bonded.
#[must_use]
pub fn bonded_asset(facts: &Facts, step: &StreamStep) -> AssetId {
    facts.parameters.validators.as_ref().map_or(step.asset, |rules| rules.asset)
}

/// For machines; null for other streams.
pub(super) fn as_json(facts: &Facts, step: &StreamStep) -> Result<Value, AnswerError> {
    let Some(row) = &step.validator else {
        return Ok(Value::Null);
    };
    let asset = asset_of(&facts.parameters, bonded_asset(facts, step))?;
    Ok(json!({
        "bonded": amount_json(row.bonded, asset),
        "delegated": amount_json(row.delegated, asset),
        "commission": row.commission.to_string(),
        "blocks_signed": row.signed.to_string(),
        "blocks_to_sign": row.due.to_string(),
        "blocks_proposed": row.proposed.to_string(),
    }))
}
