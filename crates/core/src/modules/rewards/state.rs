//! Streams that could not be planned; what streams owe and roll over.

use crate::inputs::Utilisation;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Name;
use crate::table::Table;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What a stream owes one account for one epoch: a promise, no money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Owed {
    /// When that epoch closed, milliseconds.
    pub since_ms: u64,
    /// Base units, before decay; above 0.
    pub amount: Amount,
}

/// State of `rewards`. What streams carry is in their pots.
#[derive(Default)]
pub struct RewardState {
    /// Streams quarantined, with the epoch of their last failure; a stream leaves when it is
    /// planned again.
    pub(crate) quarantined: Table<Name, u64>,
    /// Backpay by stream, epoch and account.
    pub(crate) backpay: Table<(Name, u64, AccountHandle), Owed>,
    /// Unused budget by stream and epoch, base units, above 0.
    pub(crate) rollover: Table<(Name, u64), Amount>,
    /// Demand and supply by closed epoch, of no more epochs than the longest window.
    pub(crate) utilisation: Table<u64, Utilisation>,
}

impl RewardState {
    /// Streams that could not be planned at the last close.
    pub fn quarantined(&self) -> impl Iterator<Item = (&Name, u64)> {
        self.quarantined.iter().map(|(name, epoch)| (name, *epoch))
    }

    /// What is owed from a row on: its stream, the epoch it is owed of, whom.
    pub fn backpay_from(
        &self,
        first: (Name, u64, AccountHandle),
    ) -> impl Iterator<Item = (&(Name, u64, AccountHandle), Owed)> {
        self.backpay.range(first..).map(|(key, owed)| (key, *owed))
    }

    /// What is owed, by stream, epoch it is owed for, and account.
    pub fn backpay(&self) -> impl DoubleEndedIterator<Item = (&(Name, u64, AccountHandle), Owed)> {
        self.backpay.iter().map(|(key, owed)| (key, *owed))
    }

    /// Unused budget that rolled over, by stream and epoch it is left from; base units.
    pub fn rollover(&self) -> impl DoubleEndedIterator<Item = (&(Name, u64), Amount)> {
        self.rollover.iter().map(|(key, amount)| (key, *amount))
    }
}
