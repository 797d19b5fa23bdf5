//! What happened in `collateral`.

use crate::address::Address;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// What happened in `collateral`. Amounts are base units of the collateral asset.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Collateral was added.
    Deposited {
        /// The participant.
        account: Address,
        /// Added.
        amount: Amount,
        /// Active afterwards.
        active: Amount,
    },
    /// A withdrawal began.
    WithdrawalBegan {
        /// The participant.
        account: Address,
        /// Withdrawn.
        amount: Amount,
        /// When it is released.
        completes: Deadline,
    },
    /// A withdrawal was released.
    Released {
        /// The participant.
        account: Address,
        /// Released.
        amount: Amount,
    },
    /// Collateral was slashed.
    Slashed {
        /// The participant.
        account: Address,
        /// Taken in total.
        amount: Amount,
        /// Of which from withdrawals under way.
        from_unbonding: Amount,
        /// Of which to the challenger.
        bounty: Amount,
    },
    /// The validator went inactive: collateral gives no weight.
    Suspended {
        /// The participant.
        account: Address,
    },
    /// The validator is active again.
    Restored {
        /// The participant.
        account: Address,
    },
    /// A unit of weight takes another collateral from the epoch on that opens, base units.
    UnitPriceMoved {
        /// Until now.
        from: Ratio,
        /// From now on.
        to: Ratio,
    },
}
