//! What happened in `stake`.

use crate::address::Address;
use crate::hash::Hash;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::{Amount, Ratio};

/// Why stake is slashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Offence {
    /// A job's service level was missed.
    ServiceLevel,
    /// A quorum of attestors found the evidence of a tier false.
    Attestation,
    /// Judges found malice.
    Malice,
}

impl fmt::Display for Offence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ServiceLevel => "service level missed",
            Self::Attestation => "false evidence of a tier",
            Self::Malice => "malice",
        })
    }
}

/// What happened in `stake`. Amounts are base units of the staked asset.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Stake was added.
    Staked {
        /// The provider.
        account: Address,
        /// Added.
        amount: Amount,
        /// Staked afterwards.
        active: Amount,
        /// When the lock of all of it is over, milliseconds of block time.
        locked_until_ms: u64,
    },
    /// A withdrawal began.
    WithdrawalBegan {
        /// The provider.
        account: Address,
        /// Withdrawn.
        amount: Amount,
        /// When it is released.
        completes: Deadline,
    },
    /// A withdrawal was released.
    Released {
        /// The provider.
        account: Address,
        /// What it may spend again.
        amount: Amount,
        /// Burned of the withdrawal.
        burned: Amount,
    },
    /// Stake was slashed.
    Slashed {
        /// The provider.
        account: Address,
        /// Why.
        offence: Offence,
        /// Fraction of active and unbonding stake.
        fraction: Ratio,
        /// Taken in total.
        amount: Amount,
        /// Of which from withdrawals under way.
        from_unbonding: Amount,
        /// Of which to a beneficiary.
        bounty: Amount,
    },
    /// A judge found malice.
    MaliceSaid {
        /// The provider.
        account: Address,
        /// The judge.
        judge: Address,
        /// The case.
        case: Hash,
    },
    /// More than half of all judges found malice; the slash follows.
    MaliceFound {
        /// The provider.
        account: Address,
        /// The case.
        case: Hash,
    },
    /// A provider's reputation changed.
    ReputationChanged {
        /// The provider.
        account: Address,
        /// Points now, 0 to 1,000.
        points: u16,
    },
}

impl Event {
    /// The accounts it is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<Address> {
        match self {
            Self::MaliceSaid { account, judge, .. } => vec![*account, *judge],
            Self::Staked { account, .. }
            | Self::WithdrawalBegan { account, .. }
            | Self::Released { account, .. }
            | Self::Slashed { account, .. }
            | Self::MaliceFound { account, .. }
            | Self::ReputationChanged { account, .. } => vec![*account],
        }
    }
}
