//! Events of `work`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::work::{Event, ReportKey, ReportRef, Status, StatusReason};

events! {
    "IWorkEvents" at addresses::WORK, of Event;

    Reported { by: Address, report: ReportRef }
    Accepted { account: Address, report: ReportRef }
    Lapsed { report: ReportRef }
    Challenged { summary: ReportKey, challenger: Address, bond: Amount }
    Refuted { summary: ReportKey, challenger: Address }
    Upheld { summary: ReportKey, challenger: Address, bond: Amount }
    Undecided { summary: ReportKey }
    Tallied { summary: ReportKey, requests: u64, units: u64, value: Amount }
    SeedCommitted { account: Address, epoch: u64 }
    ChecksDue { account: Address, epoch: u64, checks: u32 }
    Checked { account: Address, summary: ReportKey, valid: bool }
    StatusFound { account: Address, status: Status, reason: StatusReason }
}
