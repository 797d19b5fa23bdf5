//! Budgets of streams that pay at a rate.

use std::sync::Arc;

use workmint_core::modules::parameters::Parameters;
use workmint_protocol::rewards::{Buckets, rated};

use crate::error::AnswerError;
use crate::network::Network;

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
