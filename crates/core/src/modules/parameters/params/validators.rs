//! Validators: what is bonded, who is active, what faults cost.

use super::super::Score;
use crate::names::AssetId;
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Validators that bond their own money and that of others (document 004 §3.1).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Validators {
    /// The asset bonded.
    pub asset: AssetId,
    /// Least that a validator bonds of its own to be active, base units; at least 1.
    pub minimum: Amount,
    /// Least that may be delegated to one validator, base units; at least 1.
    pub minimum_delegation: Amount,
    /// Most that are active at a time; 1 to 1,024.
    pub most_active: u32,
    /// Whole epochs between asking to be active and being it; 0 to 1,024.
    pub activation_delay_epochs: u64,
    /// Most that become active, and most that stop being active by their own will or because
    /// others bonded more, at one close; 1 to `most_active`. The jailed leave besides.
    pub churn_limit: u32,
    /// How long a withdrawal stays slashable before it is released.
    pub unbonding: Duration,
    /// Withdrawals one account may have under way from one validator; 1 to 256.
    pub max_withdrawals: u32,
    /// Most of its delegators' rewards that a validator may keep; 0 to 1.
    pub most_commission: Ratio,
    /// Most by which a commission may rise in one epoch; 0 to 1.
    pub commission_step: Ratio,
    /// Share of an epoch's blocks a validator must have signed; below it, it is slashed; 0 to 1.
    pub least_signed: Ratio,
    /// Slashed of a validator that signed just too few, of its bonds; 0 to `absence_most`.
    pub absence_least: Ratio,
    /// Slashed of one that signed none; in between by how much it missed; at most 1.
    pub absence_most: Ratio,
    /// No slash is smaller, unless less is bonded, base units.
    pub least_slash: Amount,
    /// Epochs that a validator with a fault of consensus is kept out; 0 to 100,000.
    pub jail_epochs: u64,
}

impl Score {
    /// Whether validators are scored: they share what it pays with who delegated to them.
    #[must_use]
    pub const fn is_of_validators(&self) -> bool {
        matches!(self, Self::BondedStake | Self::BlocksProposed | Self::YumaDividends)
    }
}
