//! Money that accounts will need, and the founder's transfers.

use super::draft::Draft;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_amounts::{Amount, ArithmeticError};
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::{Fees, Parameters};
use workmint_core::names::AssetId;
use workmint_core::{Address, Message, State};

/// An account that needs money is sent so many times what it needs now.
const TRANSFER_FACTOR: u128 = 4;
/// Fees an account should be able to pay where it sends few messages in an epoch.
pub(super) const FEES_NEEDED: u128 = 64;

/// Bytes of a transaction that accounts can pay for: a report of many customers is larger than a
/// transfer.
const BYTES: u128 = 1_000;
/// Rows an account can pay the storage deposit of: itself as a participant, nodes, offers.
const ROWS: u128 = 16;

/// What a transaction of [`BYTES`] costs of the dearest kind.
fn dearest(fees: &Fees) -> Result<Amount, ArithmeticError> {
    let of_kinds = fees.kinds.iter().map(|(_, fee)| *fee);
    let of_kind = of_kinds.fold(fees.flat, Amount::max);
    of_kind.checked_add(fees.per_byte.checked_mul(BYTES)?)
}

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

    /// All of these will send up to so many transactions before they are sent money again.
    pub(super) fn add_fees(
        &mut self,
        parameters: &Parameters,
        senders: impl Iterator<Item = Address>,
        count: u128,
    ) -> Result<(), Failure> {
        let fees = &parameters.fees;
        let each = dearest(fees).map_err(Failure::damage)?;
        let rows = fees.storage_deposit.checked_mul(ROWS).map_err(Failure::damage)?;
        for sender in senders {
            if !each.is_zero() {
                let amount = each.checked_mul(count).map_err(Failure::damage)?;
                self.add(sender, fees.asset, amount)?;
            }
            if !rows.is_zero() {
                self.add_once(sender, fees.asset, rows)?;
            }
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
