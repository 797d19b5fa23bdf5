//! What contributions earned an account, in networks that pay nothing by weight or work.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::parameters::{Asset, Parameters, Score, Source};
use workmint_protocol::rewards::rated;

use crate::error::AnswerError;
use crate::explain::facts;
use crate::network::Network;
use crate::text::amount_json;

/// Settled epochs that are told.
const EPOCHS: usize = 5;

/// What contributions earned an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributed {
    /// The last settled epochs, newest first, and what each paid the account, base units.
    pub earned: Vec<(u64, Amount)>,
    /// What streams owe it, base units before decay.
    pub owed: Amount,
}

/// Whether contributions are paid and nothing by weight or work.
pub(super) fn is_all(parameters: &Parameters) -> bool {
    let measured = parameters.streams.iter().any(|stream| {
        matches!(stream.source, Source::Emission { .. })
            && matches!(stream.score, Score::PocWeight(_) | Score::WorkDone)
    });
    !measured && rated(parameters).is_ok()
}

/// From the settled epochs and the state.
pub(super) fn gather(
    network: &impl Network,
    account: &Address,
) -> Result<Contributed, AnswerError> {
    let (epochs, owed) = network.read(|state| {
        let headers = state.settlement.headers(..).rev().take(EPOCHS);
        let epochs: Vec<u64> = headers.map(|header| header.epoch).collect();
        let handle = state.ledger.handle(account);
        let owed = state.rewards.backpay().filter(|((_, _, to), _)| Some(*to) == handle);
        (epochs, Amount::sum(owed.map(|(_, owed)| owed.amount)))
    });
    let mut earned = Vec::new();
    for epoch in epochs {
        let facts = facts::gather(network, epoch, account)?;
        let paid = facts.map(|facts| super::live::exact(&facts)).transpose()?;
        earned.push((epoch, paid.map_or(Amount::ZERO, |paid| paid.rewards)));
    }
    Ok(Contributed { earned, owed: owed.map_err(AnswerError::damage)? })
}

impl Contributed {
    pub(super) fn document(&self, asset: &Asset) -> Value {
        let earned = self.earned.iter().map(|(epoch, paid)| {
            json!({ "epoch": epoch.to_string(), "rewards": amount_json(*paid, asset) })
        });
        json!({
            "earned": earned.collect::<Vec<Value>>(),
            "owed": amount_json(self.owed, asset),
        })
    }
}
