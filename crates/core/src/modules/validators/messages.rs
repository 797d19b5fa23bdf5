//! What a user can ask of `validators`.

use crate::address::Address;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Everything a user can ask of `validators`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Message {
    /// Bond money of one's own; the first time makes the sender a validator.
    Bond(Bond),
    /// Take it out again; `None`: all of it.
    Unbond(Option<Amount>),
    /// Bond to another's pool.
    Delegate(Delegate),
    /// Take it out again.
    Undelegate(Undelegate),
    /// Set what the sender keeps of its delegators' rewards, from the next epoch on.
    SetCommission(Ratio),
    /// Ask to be active.
    Activate,
    /// Ask to be active no more.
    Retire,
    /// Leave the jail.
    LeaveJail,
    /// Collect the rewards of what the sender delegated to this validator.
    Collect(Address),
    /// Take what was released of the sender's withdrawals from this validator.
    Withdraw(Address),
}

/// Bond money of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Bond {
    /// Base units of the bonded asset, at least 1.
    pub amount: Amount,
    /// What the sender keeps of its delegators' rewards; given the first time and only then.
    pub commission: Option<Ratio>,
}

/// Bond to another's pool; it earns from the next epoch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Delegate {
    /// The validator.
    pub validator: Address,
    /// Base units of the bonded asset, at least 1.
    pub amount: Amount,
}

/// Take out of another's pool what was delegated to it; it earns nothing of the open epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Undelegate {
    /// The validator.
    pub validator: Address,
    /// Base units of the bonded asset, at least 1; `None`: all that is there.
    pub amount: Option<Amount>,
}
