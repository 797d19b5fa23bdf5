//! Events of `validators`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::modules::validators::{Event, Fault, Why};
use workmint_core::time::Deadline;

events! {
    "IValidatorsEvents" at addresses::VALIDATORS, of Event;

    Bonded { account: Address, validator: Address, amount: Amount, shares: u128 }
    WithdrawalBegan { account: Address, validator: Address, amount: Amount, completes: Deadline }
    Withdrawn { account: Address, validator: Address, amount: Amount }
    Collected { account: Address, validator: Address, amount: Amount }
    Credited { validator: Address, amount: Amount }
    CommissionSet { validator: Address, commission: Ratio, from: u64 }
    Asked { validator: Address, from: u64 }
    Retiring { validator: Address }
    Joined { validator: Address, power: Amount }
    Left { validator: Address, why: Why }
    Jailed { validator: Address, until: u64 }
    LeftJail { validator: Address }
    Slashed {
        validator: Address,
        fault: Fault,
        fraction: Ratio,
        amount: Amount,
        from_unbonding: Amount,
    }
}
