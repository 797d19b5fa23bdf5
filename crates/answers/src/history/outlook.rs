//! What of an account's money still vests.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::modules::vesting::Outlook;
use workmint_core::{Address, State};

use crate::error::AnswerError;
use crate::text::{amount_json, asset_of, grouped, shown};
use workmint_core::names::AssetId;

/// The outlook of one asset, from the open epoch on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vesting {
    /// The asset.
    pub asset: Asset,
    /// The open epoch.
    pub open_epoch: u64,
    /// What is free and what follows, base units.
    pub outlook: Outlook,
}

/// One for each asset of which something vests.
pub(super) fn gather(
    state: &State,
    parameters: &Parameters,
    account: &Address,
) -> Result<Vec<Vesting>, AnswerError> {
    let Some(handle) = state.ledger.handle(account) else {
        return Ok(Vec::new());
    };
    let open_epoch = state.chain().epoch;
    let mut all = Vec::new();
    for at in 0..parameters.assets.len() {
        let id = AssetId(u16::try_from(at).map_err(AnswerError::damage)?);
        let outlook = state.vesting.outlook(handle, id, open_epoch).map_err(AnswerError::damage)?;
        if outlook != Outlook::default() {
            all.push(Vesting { asset: asset_of(parameters, id)?.clone(), open_epoch, outlook });
        }
    }
    Ok(all)
}

impl Vesting {
    /// In words.
    ///
    /// # Errors
    /// Damage: the sum leaves its range.
    pub fn sentence(&self) -> Result<String, AnswerError> {
        let Self { asset, open_epoch, outlook } = self;
        let mut parts = Vec::new();
        if !outlook.ready.is_zero() {
            parts.push(format!(
                "{} has vested and waits to be released",
                shown(outlook.ready, asset)
            ));
        }
        if let (Some(next), Some(last)) = (outlook.by_epoch.first(), self.last_epoch()) {
            let all = Amount::sum(outlook.by_epoch.iter().copied()).map_err(AnswerError::damage)?;
            parts.push(format!(
                "{} vests with the close of epoch {}, {} in all until the close of epoch {}",
                shown(*next, asset),
                grouped(*open_epoch),
                shown(all, asset),
                grouped(last)
            ));
        }
        Ok(format!("Vesting: {}.", parts.join("; ")))
    }

    /// For machines: stretches of epochs that release the same.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut epoch = self.open_epoch;
        let releases: Vec<Value> = self
            .outlook
            .by_epoch
            .chunk_by(|one, next| one == next)
            .map(|same| {
                let first = epoch;
                epoch += same.len() as u64;
                let each = same.first().copied().unwrap_or_default();
                json!({
                    "first_epoch": first.to_string(),
                    "last_epoch": (epoch - 1).to_string(),
                    "each": amount_json(each, &self.asset),
                })
            })
            .collect();
        json!({ "ready": amount_json(self.outlook.ready, &self.asset), "releases": releases })
    }

    /// The last epoch at whose close something vests.
    fn last_epoch(&self) -> Option<u64> {
        let after_the_open_one = self.outlook.by_epoch.len().checked_sub(1)?;
        Some(self.open_epoch + after_the_open_one as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_epochs_are_one_stretch() {
        let asset =
            Asset { symbol: "GNK".parse().unwrap(), decimals: 2, cap: Amount::new(1_000_000) };
        let by_epoch = [253, 250, 250, 250].map(Amount::new).to_vec();
        let outlook = Outlook { ready: Amount::new(120), by_epoch };
        let vesting = Vesting { asset, open_epoch: 7, outlook };
        assert_eq!(
            vesting.sentence().unwrap(),
            "Vesting: 1.2 GNK has vested and waits to be released; 2.53 GNK vests with the close \
             of epoch 7, 10.03 GNK in all until the close of epoch 10."
        );
        let json = vesting.document();
        assert_eq!(json["ready"]["amount"], "120");
        let stretches: Vec<[&str; 3]> = json["releases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| {
                [&part["first_epoch"], &part["last_epoch"], &part["each"]["amount"]]
                    .map(|text| text.as_str().unwrap())
            })
            .collect();
        assert_eq!(stretches, [["7", "7", "253"], ["8", "10", "250"]]);
    }
}
