//! Events of `collateral`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::modules::collateral::Event;
use workmint_core::time::Deadline;

events! {
    "ICollateralEvents" at addresses::COLLATERAL, of Event;

    Deposited { account: Address, amount: Amount, active: Amount }
    WithdrawalBegan { account: Address, amount: Amount, completes: Deadline }
    Released { account: Address, amount: Amount }
    Slashed { account: Address, amount: Amount, from_unbonding: Amount, bounty: Amount }
    Suspended { account: Address }
    Restored { account: Address }
    UnitPriceMoved { from: Ratio, to: Ratio }
}
