//! Events of `stake`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::stake::{Event, Offence};
use workmint_core::time::Deadline;
use workmint_core::{Address, Hash};

events! {
    "IStakeEvents" at addresses::STAKE, of Event;

    Staked { account: Address, amount: Amount, active: Amount, locked_until_ms: u64 }
    WithdrawalBegan { account: Address, amount: Amount, completes: Deadline }
    Released { account: Address, amount: Amount, burned: Amount }
    Slashed {
        account: Address,
        offence: Offence,
        fraction: Ratio,
        amount: Amount,
        from_unbonding: Amount,
        bounty: Amount,
    }
    MaliceSaid { account: Address, judge: Address, case: Hash }
    MaliceFound { account: Address, case: Hash }
    ReputationChanged { account: Address, points: u16 }
}
