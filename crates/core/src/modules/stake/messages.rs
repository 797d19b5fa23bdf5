//! What providers and judges can ask.

use crate::address::Address;
use crate::hash::Hash;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Add to the sender's stake and lock all of it from now on.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DepositStake {
    /// Base units of the staked asset, at least 1.
    pub amount: Amount,
    /// How long everything staked is locked from now on, milliseconds; 0 to 10 years of 366 days.
    /// It must not end before the lock there is.
    pub lock_ms: u64,
}

/// Begin to withdraw stake.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct WithdrawStake {
    /// Base units of the staked asset, at least 1.
    pub amount: Amount,
}

/// Say, as a judge, that a provider acted with malice.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FindMalice {
    /// The provider.
    pub account: Address,
    /// Hash of what shows it: names the case.
    pub case: Hash,
}
