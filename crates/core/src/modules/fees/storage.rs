//! Deposits for rows that the state keeps until somebody takes them back.

use super::{Error, FeeState};
use crate::error::Error as AnyError;
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::parameters::Fees;
use crate::names::AssetId;
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, mul_div_floor};

/// What an account has locked of one asset for rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stored {
    /// Rows it pays for, at least 1.
    pub rows: u64,
    /// Base units locked for all of them.
    pub amount: Amount,
}

impl FeeState {
    /// What an account has locked of an asset for rows; nothing is 0 rows.
    #[must_use]
    pub fn stored(&self, account: AccountHandle, asset: AssetId) -> Stored {
        self.stored.get(&(account, asset)).copied().unwrap_or_default()
    }

    /// What all accounts have locked for rows.
    pub fn all_stored(&self) -> impl Iterator<Item = (AccountHandle, AssetId, Stored)> {
        self.stored.iter().map(|((account, asset), stored)| (*account, *asset, *stored))
    }

    /// Whether rows have to be counted: a deposit is asked, or was.
    pub(crate) fn counts_rows(&self, fees: &Fees) -> bool {
        !fees.storage_deposit.is_zero() || !self.stored.is_empty()
    }
}

/// After a step of a transaction: locks the deposits of rows that it added to the state, or frees
/// the sender's own in proportion to rows that it removed.
pub(crate) fn settle_rows(
    state: &mut State,
    context: &Context,
    before: u64,
    after: u64,
) -> Result<(), AnyError> {
    match (after.checked_sub(before), before.checked_sub(after)) {
        (Some(0), _) => Ok(()),
        (Some(added), _) => lock(state, context, added),
        (None, Some(removed)) => free(state, context, removed),
        (None, None) => Ok(()),
    }
}

fn lock(state: &mut State, context: &Context, rows: u64) -> Result<(), AnyError> {
    let (account, fees) = (context.sender, &context.parameters.fees);
    let deposit = fees.storage_deposit.checked_mul(u128::from(rows))?;
    if deposit.is_zero() {
        return Ok(());
    }
    let spendable = state.ledger.spendable(account, fees.asset);
    if spendable < deposit {
        return Err(Error::CannotStore { rows, deposit, spendable }.into());
    }
    state.ledger.lock(account, fees.asset, LockKind::Storage, deposit)?;
    let Stored { rows: held, amount } = state.fees.stored(account, fees.asset);
    let rows = held.checked_add(rows).ok_or(crate::error::OVERFLOW)?;
    let stored = Stored { rows, amount: amount.checked_add(deposit)? };
    state.fees.stored.put((account, fees.asset), stored);
    Ok(())
}

/// Frees floor(amount x removed / rows), of each asset in the order of their numbers until all
/// removed rows are counted; what others locked stays.
fn free(state: &mut State, context: &Context, removed: u64) -> Result<(), AnyError> {
    let account = context.sender;
    let own = (account, AssetId(0))..=(account, AssetId(u16::MAX));
    let own: Vec<_> = state.fees.stored.range(own).map(|(key, row)| (*key, *row)).collect();
    let mut left = removed;
    for (key, stored) in own {
        let rows = left.min(stored.rows);
        let Some(rest) = stored.rows.checked_sub(rows).filter(|_| rows > 0) else {
            break;
        };
        let (part, all) = (u128::from(rows), u128::from(stored.rows));
        let amount = Amount::new(mul_div_floor(stored.amount.get(), part, all)?);
        state.ledger.unlock(account, key.1, LockKind::Storage, amount)?;
        if rest == 0 {
            state.fees.stored.remove(&key);
        } else {
            let amount = stored.amount.checked_sub(amount)?;
            state.fees.stored.put(key, Stored { rows: rest, amount });
        }
        left = left.checked_sub(rows).ok_or(crate::error::OVERFLOW)?;
    }
    Ok(())
}
