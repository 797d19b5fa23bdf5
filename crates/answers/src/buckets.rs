//! Budgets of streams that pay at a rate.

use std::sync::Arc;

use serde_json::{Value, json};
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::modules::rewards::BucketLine;
use workmint_protocol::rewards::{Buckets, rated};

use crate::error::AnswerError;
use crate::network::Network;
use crate::text::amount_json;

/// The buckets of the open epoch, as if nothing more happened in it, and its parameters: what
/// protocol's `rewards` answers from. It takes a preview of the close ([`Network::preview`]) and a
/// look at what is owed.
///
/// # Errors
/// [`AnswerError::BadInput`] if the network pays nothing at a rate; damage.
pub fn of_network(network: &impl Network) -> Result<(Arc<Parameters>, Buckets), AnswerError> {
    // Without a rate there is no need of a close.
    rated(&*network.parameters()?)?;
    let preview = network.preview()?;
    let (parameters, inputs) = (Arc::clone(&preview.closed.parameters), &preview.closed.inputs);
    let buckets = network.read(|state| Buckets::of_inputs(&parameters, inputs, state))?;
    Ok((parameters, buckets))
}

/// The account of a bucket for machines.
#[must_use]
pub fn bucket_json(line: &BucketLine, asset: &Asset) -> Value {
    let of = |amount| amount_json(amount, asset);
    json!({
        "target": of(line.target),
        "floor": of(line.floor),
        "ceiling": of(line.ceiling),
        "rolled_in": of(line.rolled_in),
        "expired": of(line.expired),
        "demand": of(line.demand),
        "due": of(line.due),
        "lent": of(line.lent),
        "borrowed": of(line.borrowed),
        "paid_new": of(line.paid_new),
        "paid_backpay": of(line.paid_backpay),
        "newly_owed": of(line.newly_owed),
        "closed": of(line.closed),
        "owed": of(line.owed),
        "rolled_out": of(line.rolled_out),
    })
}
