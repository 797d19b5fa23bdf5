//! Open sessions.

use crate::modules::ledger::AccountHandle;
use crate::modules::market::MarketState;
use crate::names::ModelId;
use crate::time::{Deadline, Duration};
use borsh::{BorshDeserialize, BorshSerialize};
use std::ops::RangeInclusive;
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// Names a session: its customer, and its number among all that customer ever opened.
pub type SessionId = (AccountHandle, u64);

/// An open session. Amounts are base units of the market's asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Session {
    /// Who works.
    pub provider: AccountHandle,
    /// The model.
    pub model: ModelId,
    /// Price of a unit when it was opened: what both count vouchers by.
    pub price: Amount,
    /// Ever put in.
    pub deposit: Amount,
    /// Ever taken by vouchers, fees included.
    pub taken: Amount,
    /// Fees of that: ceil(taken x rate).
    pub fee: Amount,
    /// The fee's rate when it was opened.
    pub rate: Ratio,
    /// From the customer's close to the end, when it was opened.
    pub close_window: Duration,
    /// When it ends by itself.
    pub expires: Deadline,
    /// When it ends because the customer closed it.
    pub closes: Option<Deadline>,
    /// The last epoch in which it paid.
    pub paid_in: Option<u64>,
}

impl Session {
    /// What it still holds: deposit - taken.
    pub fn left(&self) -> Result<Amount, ArithmeticError> {
        self.deposit.checked_sub(self.taken)
    }

    /// The deadlines it is in the queue with.
    pub(super) fn deadlines(&self) -> impl Iterator<Item = Deadline> {
        let second = self.closes.filter(|closes| *closes != self.expires);
        std::iter::once(self.expires).chain(second)
    }
}

/// All sessions since genesis, base units. deposited - paid - fees - refunded is what open ones
/// hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SessionTotals {
    /// Put in.
    pub deposited: Amount,
    /// Paid to providers, fees taken off.
    pub paid: Amount,
    /// Fees.
    pub fees: Amount,
    /// Returned to customers.
    pub refunded: Amount,
}

impl SessionTotals {
    /// What open sessions hold.
    pub fn held(&self) -> Result<Amount, ArithmeticError> {
        self.deposited.checked_sub(self.paid)?.checked_sub(self.fees)?.checked_sub(self.refunded)
    }
}

impl MarketState {
    /// An open session.
    #[must_use]
    pub fn session(&self, customer: AccountHandle, number: u64) -> Option<&Session> {
        self.sessions.get(&(customer, number))
    }

    /// All open sessions.
    pub fn sessions(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.sessions.iter().map(|(id, session)| (*id, session))
    }

    /// Open sessions, of these, by customer and number.
    pub fn sessions_in(
        &self,
        ids: RangeInclusive<SessionId>,
    ) -> impl DoubleEndedIterator<Item = (SessionId, &Session)> {
        self.sessions.range(ids).map(|(id, session)| (*id, session))
    }

    /// The number of the next session of a customer.
    #[must_use]
    pub fn next_session(&self, customer: AccountHandle) -> u64 {
        self.session_numbers.get(&customer).copied().unwrap_or(0)
    }

    /// All sessions since genesis.
    #[must_use]
    pub fn session_totals(&self) -> SessionTotals {
        *self.session_totals.get()
    }
}
