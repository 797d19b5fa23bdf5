//! What happened in `validators`.

use crate::address::Address;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::{Amount, Ratio};

/// Why bonds are slashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Fault {
    /// The consensus layer found it.
    Consensus,
    /// Too few blocks of an epoch were signed.
    Absence,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Consensus => "a fault of consensus",
            Self::Absence => "blocks not signed",
        })
    }
}

/// Why a validator stops being active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Why {
    /// It asked to.
    Retired,
    /// Others bonded more, or it bonds too little of its own.
    Displaced,
    /// It is in jail.
    Jailed,
    /// Nothing is bonded to it any more.
    Empty,
    /// The consensus layer says that it left.
    Reported,
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Retired => "it retired",
            Self::Displaced => "others bonded more, or it bonds too little of its own",
            Self::Jailed => "it is in jail",
            Self::Empty => "nothing is bonded to it",
            Self::Reported => "the consensus layer says that it left",
        })
    }
}

/// What happened in `validators`. Amounts are base units of the bonded asset; rewards are base
/// units of the emission's.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Somebody bonded, a validator of its own or a delegator.
    Bonded {
        /// Who.
        account: Address,
        /// To whose pool.
        validator: Address,
        /// Added.
        amount: Amount,
        /// Shares of the pool it got.
        shares: u128,
    },
    /// A withdrawal began.
    WithdrawalBegan {
        /// Whose.
        account: Address,
        /// From whose pool.
        validator: Address,
        /// Base units.
        amount: Amount,
        /// When it is released.
        completes: Deadline,
    },
    /// What was released was taken.
    Withdrawn {
        /// By whom.
        account: Address,
        /// From whose pool.
        validator: Address,
        /// Base units.
        amount: Amount,
    },
    /// A delegator's rewards were paid to it, all of them; what vests of them is a grant.
    Collected {
        /// The delegator.
        account: Address,
        /// The validator.
        validator: Address,
        /// Base units of the emission's asset.
        amount: Amount,
    },
    /// A stream's reward went to a validator's delegators.
    Credited {
        /// The validator.
        validator: Address,
        /// Base units of the emission's asset.
        amount: Amount,
    },
    /// A commission will be another.
    CommissionSet {
        /// The validator.
        validator: Address,
        /// The commission.
        commission: Ratio,
        /// First epoch of it.
        from: u64,
    },
    /// A validator asked to be active.
    Asked {
        /// The validator.
        validator: Address,
        /// First epoch in which it can be.
        from: u64,
    },
    /// A validator asked to be active no more.
    Retiring {
        /// The validator.
        validator: Address,
    },
    /// It is active from the next epoch on.
    Joined {
        /// The validator.
        validator: Address,
        /// Bonded to it, base units.
        power: Amount,
    },
    /// It is active no more.
    Left {
        /// The validator.
        validator: Address,
        /// Why.
        why: Why,
    },
    /// It went to jail.
    Jailed {
        /// The validator.
        validator: Address,
        /// First epoch in which it can leave.
        until: u64,
    },
    /// It left the jail.
    LeftJail {
        /// The validator.
        validator: Address,
    },
    /// Bonds were slashed.
    Slashed {
        /// The validator.
        validator: Address,
        /// Why.
        fault: Fault,
        /// Fraction of what is bonded and on its way out.
        fraction: Ratio,
        /// Taken in total.
        amount: Amount,
        /// Of which on its way out.
        from_unbonding: Amount,
    },
}

impl Event {
    /// The accounts it is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<Address> {
        match self {
            Self::Bonded { account, validator, .. }
            | Self::WithdrawalBegan { account, validator, .. }
            | Self::Withdrawn { account, validator, .. }
            | Self::Collected { account, validator, .. } => {
                let other = (account != validator).then_some(*validator);
                [*account].into_iter().chain(other).collect()
            }
            Self::Credited { validator, .. }
            | Self::CommissionSet { validator, .. }
            | Self::Asked { validator, .. }
            | Self::Retiring { validator }
            | Self::Joined { validator, .. }
            | Self::Left { validator, .. }
            | Self::Jailed { validator, .. }
            | Self::LeftJail { validator }
            | Self::Slashed { validator, .. } => vec![*validator],
        }
    }
}
