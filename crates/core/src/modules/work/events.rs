//! What happened in `work`.

use super::{ReportKey, ReportRef, Status, StatusReason};
use crate::address::Address;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What happened in `work`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A report waits for its quorum.
    Reported {
        /// Who submitted it.
        by: Address,
        /// The report.
        report: ReportRef,
    },
    /// Its quorum is reached.
    Accepted {
        /// The provider.
        account: Address,
        /// The report.
        report: ReportRef,
    },
    /// No quorum in time: the report is worth nothing, its customers keep their money.
    Lapsed {
        /// The report.
        report: ReportRef,
    },
    /// A summary was challenged.
    Challenged {
        /// The summary.
        summary: ReportKey,
        /// By whom.
        challenger: Address,
        /// Bond, base units.
        bond: Amount,
    },
    /// The provider lost: slashed, its customers refunded, the bond returned.
    Refuted {
        /// The summary.
        summary: ReportKey,
        /// Who receives the bounty.
        challenger: Address,
    },
    /// The challenger lost its bond, half to the provider.
    Upheld {
        /// The summary.
        summary: ReportKey,
        /// Who lost.
        challenger: Address,
        /// Base units lost.
        bond: Amount,
    },
    /// The judges did not decide in time: the summary stands, the bond returned.
    Undecided {
        /// The summary.
        summary: ReportKey,
    },
    /// A summary became final and is paid.
    Tallied {
        /// The summary.
        summary: ReportKey,
        /// Requests answered.
        requests: u64,
        /// Units of work.
        units: u64,
        /// Payment, base units of the market's asset.
        value: Amount,
    },
    /// A seed was committed.
    SeedCommitted {
        /// The participant.
        account: Address,
        /// For which epoch.
        epoch: u64,
    },
    /// A seed was revealed; so many checks are due.
    ChecksDue {
        /// The participant.
        account: Address,
        /// The epoch whose receipts were drawn.
        epoch: u64,
        /// Number of checks.
        checks: u32,
    },
    /// A check was recorded.
    Checked {
        /// By whom.
        account: Address,
        /// Which summary.
        summary: ReportKey,
        /// The verdict.
        valid: bool,
    },
    /// The status test found a participant not to be active, until the epoch ends.
    StatusFound {
        /// The participant.
        account: Address,
        /// What it is.
        status: Status,
        /// Why.
        reason: StatusReason,
    },
}
