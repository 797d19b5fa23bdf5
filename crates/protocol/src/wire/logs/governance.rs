//! Events of `governance`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::governance::{Choice, Event, Tally};
use workmint_core::names::AssetId;
use workmint_core::time::Deadline;

events! {
    "IGovernanceEvents" at addresses::GOVERNANCE, of Event;

    Proposed { proposal: u64, account: Address, asset: AssetId, deposit: Amount }
    VoteOpened { proposal: u64, total: u128, ends: Deadline }
    Voted { proposal: u64, account: Address, choice: Choice, power: u128 }
    DepositReturned { proposal: u64, account: Address, asset: AssetId, amount: Amount }
    DepositLost { proposal: u64, account: Address, asset: AssetId, amount: Amount }
    Passed { proposal: u64, tally: Tally, executes: Deadline }
    Rejected { proposal: u64, tally: Tally, total: u128, quorum: bool }
    Executed { proposal: u64 }
    Failed { proposal: u64, code: u16 }
    TreasurySpent { proposal: u64, to: Address, asset: AssetId, amount: Amount }
    UpgradeScheduled { proposal: u64, version: u32, height: u64 }
}
