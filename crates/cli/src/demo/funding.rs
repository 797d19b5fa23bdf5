//! Money that accounts will need, and the founder's transfers.

use super::draft::Draft;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::AssetId;
use workmint_core::{Address, Message, State};

/// An account that needs money is sent so many times what it needs now.
const TRANSFER_FACTOR: u128 = 4;
/// Flat fees an account should be able to pay where it sends few messages in an epoch.
pub(super) const FEES_NEEDED: u128 = 64;

/// Base units by account and asset.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// What will be needed again.
    needs: BTreeMap<(Address, AssetId), Amount>,
    /// What is needed once.
    once: BTreeMap<(Address, AssetId), Amount>,
}

impl Needs {
    /// An account needs this much more.
    pub(super) fn add(
        &mut self,
        who: Address,
        asset: AssetId,
        amount: Amount,
    ) -> Result<(), Failure> {
        let sum = self.needs.entry((who, asset)).or_default();
        *sum = sum.checked_add(amount).map_err(Failure::damage)?;
        Ok(())
    }

    /// An account needs this much more, and not again.
    pub(super) fn add_once(
        &mut self,
        who: Address,
        asset: AssetId,
        amount: Amount,
    ) -> Result<(), Failure> {
        self.needs.entry((who, asset)).or_default();
        let sum = self.once.entry((who, asset)).or_default();
        *sum = sum.checked_add(amount).map_err(Failure::damage)?;
        Ok(())
    }

    /// All of these will pay up to so many flat fees before they are sent money again.
    pub(super) fn add_fees(
        &mut self,
        parameters: &Parameters,
        senders: impl Iterator<Item = Address>,
        count: u128,
    ) -> Result<(), Failure> {
        let fees = &parameters.fees;
        if fees.flat.is_zero() {
            return Ok(());
        }
        for sender in senders {
            let amount = fees.flat.checked_mul(count).map_err(Failure::damage)?;
            self.add(sender, fees.asset, amount)?;
        }
        Ok(())
    }

    /// Sends money to everyone that cannot spend what it needs.
    pub(super) fn send(
        self,
        state: &State,
        funders: &BTreeMap<AssetId, Address>,
        draft: &mut Draft,
    ) -> Result<(), Failure> {
        for ((to, asset), again) in self.needs {
            let ledger = &state.ledger;
            let once = self.once.get(&(to, asset)).copied().unwrap_or_default();
            let needed = again.checked_add(once).map_err(Failure::damage)?;
            let spendable = ledger.handle(&to).map(|handle| ledger.spendable(handle, asset));
            let funder = funders.get(&asset).filter(|funder| **funder != to);
            if let (Some(funder), true) = (funder, spendable.unwrap_or_default() < needed) {
                let amount = again
                    .checked_mul(TRANSFER_FACTOR)
                    .and_then(|again| again.checked_add(once))
                    .map_err(Failure::damage)?;
                draft.push(*funder, Message::Transfer(Transfer { to, asset, amount }))?;
            }
        }
        Ok(())
    }
}
