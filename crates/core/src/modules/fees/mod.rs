//! `fees`: what a transaction costs by its kind and its bytes, and its tip.
//!
//! Charged before the message runs and kept if it fails. Counts the fees burned in the open epoch,
//! which can limit a stream's budget.
//!
//! Locks what accounts deposit for rows that they add to the state.
//!
//! Invariants: no fee exists without a transaction that carried it; the locks of storage deposits
//! are what the rows of accounts say (INV-24).

mod invariants;
mod storage;

pub(crate) use invariants::recount;
pub use storage::Stored;
pub(crate) use storage::settle_rows;

use crate::error::{Error as AnyError, OVERFLOW, numbered_errors};
use crate::modules::ledger::{AccountHandle, Holder, Posting, Pot, Reason};
use crate::modules::parameters::{Destination, Fees};
use crate::names::AssetId;
use crate::state::{Context, State};
use crate::table::{Single, Table};
use crate::transaction::Message;
use workmint_amounts::{Amount, ArithmeticError};

numbered_errors! {
    /// Why a fee could not be taken.
    400;
    /// The sender cannot pay fee and tip.
    1 CannotPayFee {
        /// Base units.
        fee: Amount,
        /// Base units the sender can spend.
        spendable: Amount,
    } => "fee and tip are {fee} base units, the sender can spend {spendable}";
    /// The fee is more than the sender allowed.
    2 AboveLimit {
        /// Base units.
        fee: Amount,
        /// Base units the sender allowed.
        limit: Amount,
    } => "the fee is {fee} base units, the transaction allows {limit}";
    /// The sender cannot lock the deposit for rows that it would add to the state.
    3 CannotStore {
        /// Rows added, less rows removed.
        rows: u64,
        /// Base units to lock.
        deposit: Amount,
        /// Base units the sender can spend.
        spendable: Amount,
    } => "{rows} new rows of the state lock {deposit} base units, the sender can spend {spendable}";
}

/// State of `fees`.
#[derive(Default)]
pub struct FeeState {
    /// Fees burned in the open epoch, base units of the fee asset.
    pub(crate) burned: Single<Amount>,
    /// What accounts locked for rows, by asset.
    pub(crate) stored: Table<(AccountHandle, AssetId), Stored>,
}

impl FeeState {
    /// Fees burned in the open epoch, base units of the fee asset.
    #[must_use]
    pub fn burned(&self) -> Amount {
        *self.burned.get()
    }
}

/// Who holds what goes to a destination; issuance means burned.
#[must_use]
pub fn holder_of(destination: Destination) -> Holder {
    match destination {
        Destination::Burn => Holder::Issuance,
        Destination::Treasury => Holder::Pot(Pot::Treasury),
        Destination::Recycling => Holder::Pot(Pot::Recycling),
    }
}

/// The fee of a message whose transaction has so many bytes as sent: that of its kind and that of
/// its bytes, or nothing if its group is free; base units of the fee asset.
pub fn due(fees: &Fees, message: &Message, bytes: usize) -> Result<Amount, ArithmeticError> {
    let kind = message.kind();
    if fees.frees(kind) {
        return Ok(Amount::ZERO);
    }
    let bytes = u128::try_from(bytes).map_err(|_| OVERFLOW)?;
    fees.of_kind(kind).checked_add(fees.per_byte.checked_mul(bytes)?)
}

/// Fee and tip together: the tip ends where the sender's limit does, which the fee must not exceed.
pub fn with_tip(fee: Amount, tip: Amount, limit: Amount) -> Result<Amount, AnyError> {
    let room = limit.checked_sub(fee).map_err(|_| Error::AboveLimit { fee, limit })?;
    Ok(fee.checked_add(tip.min(room))?)
}

/// Takes what a transaction owes from its sender.
pub(crate) fn charge(state: &mut State, context: &Context, due: Amount) -> Result<(), AnyError> {
    let fees = &context.parameters.fees;
    if due.is_zero() {
        return Ok(());
    }
    let spendable = state.ledger.spendable(context.sender, fees.asset);
    if spendable < due {
        return Err(Error::CannotPayFee { fee: due, spendable }.into());
    }
    let burned = burned_part(fees, due)?;
    let parts =
        [(Holder::Issuance, burned), (holder_of(fees.destination), due.checked_sub(burned)?)];
    for (to, amount) in parts.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        let (asset, from) = (fees.asset, Holder::Account(context.sender));
        state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Fee })?;
    }
    if !burned.is_zero() {
        count_burned(state, context, (fees.asset, burned))?;
    }
    Ok(())
}

/// What is burned of a fee, rounded up: all of it where the rest would be burned too.
pub fn burned_part(fees: &Fees, due: Amount) -> Result<Amount, ArithmeticError> {
    match fees.destination {
        Destination::Burn => Ok(due),
        Destination::Treasury | Destination::Recycling => fees.burned_share.apply_ceil(due),
    }
}

/// Counts a fee burned in the open epoch. Only the fee asset counts: streams of another one cannot
/// be limited by it.
pub(crate) fn count_burned(
    state: &mut State,
    context: &Context,
    (asset, amount): (AssetId, Amount),
) -> Result<(), AnyError> {
    if asset == context.parameters.fees.asset {
        let burned = state.fees.burned().checked_add(amount)?;
        state.fees.burned.set(burned);
    }
    Ok(())
}

/// At the close: the next epoch starts counting from zero.
pub(crate) fn reset(state: &mut State) {
    if !state.fees.burned().is_zero() {
        state.fees.burned.set(Amount::ZERO);
    }
}
