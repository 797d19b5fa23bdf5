//! What happened in `contributions`.

use super::ContributionKey;
use crate::address::Address;
use crate::names::Name;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::Amount;

/// Why a contribution is closed unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ClosedReason {
    /// Verifiers found it wrong, or were not sure enough.
    Rejected,
    /// Too few verifiers answered in time.
    Unverified,
    /// Judges found it wrong.
    Refuted,
    /// The same dataset was submitted earlier, and became final.
    DuplicateDataset,
    /// The model's recorded loss is not improved enough.
    NoImprovement,
    /// Its stream is no more, or pays no rate any more.
    StreamEnded,
}

impl fmt::Display for ClosedReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rejected => "verifiers rejected it",
            Self::Unverified => "too few verifiers answered in time",
            Self::Refuted => "it lost a challenge",
            Self::DuplicateDataset => "the same dataset was submitted earlier and became final",
            Self::NoImprovement => "it does not improve the model's recorded loss enough",
            Self::StreamEnded => "its stream ended",
        })
    }
}

/// What happened in `contributions`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Submitted.
    Submitted {
        /// The contribution.
        contribution: ContributionKey,
        /// Its stream.
        stream: Name,
        /// Tokens; loss in 10^-9; tasks; bytes.
        quantity: u64,
    },
    /// Submitted again with the same content: nothing happened.
    Repeated {
        /// The contribution.
        contribution: ContributionKey,
    },
    /// A verifier gave its verdict.
    Verified {
        /// The contribution.
        contribution: ContributionKey,
        /// Who.
        verifier: Address,
        /// Whether it counts for it: the verifier approves and is sure enough.
        approved: bool,
        /// How sure the verifier is, 10^-6.
        confidence: u32,
        /// Quantity measured, in the submission's unit.
        quantity: u64,
        /// First multiplier measured, 10^-6.
        first: u32,
        /// Second multiplier measured, 10^-6.
        second: u32,
    },
    /// Enough verifiers approved.
    Accepted {
        /// The contribution.
        contribution: ContributionKey,
        /// Its stream.
        stream: Name,
        /// Quantity that counts, in the submission's unit.
        quantity: u64,
        /// First multiplier, 10^-6.
        first: u32,
        /// Second multiplier, 10^-6.
        second: u32,
    },
    /// Challenged.
    Challenged {
        /// The contribution.
        contribution: ContributionKey,
        /// By whom.
        challenger: Address,
        /// Bond, base units of the emission's asset.
        bond: Amount,
    },
    /// A judge voted on the challenge.
    Judged {
        /// The contribution.
        contribution: ContributionKey,
        /// Who.
        judge: Address,
        /// Whether the vote is that it is refuted.
        refuted: bool,
    },
    /// The challenge was lost: the contribution stands.
    Upheld {
        /// The contribution.
        contribution: ContributionKey,
        /// Who loses its bond.
        challenger: Address,
        /// Bond, base units.
        bond: Amount,
    },
    /// Judges did not decide in time: the contribution stands, the bond returned.
    Undecided {
        /// The contribution.
        contribution: ContributionKey,
    },
    /// Closed unpaid.
    Closed {
        /// The contribution.
        contribution: ContributionKey,
        /// Why.
        reason: ClosedReason,
    },
    /// Final: settled with this epoch.
    Settled {
        /// The contribution.
        contribution: ContributionKey,
        /// Its stream.
        stream: Name,
        /// The epoch.
        epoch: u64,
        /// Tokens; improvement in 10^-9 of the recorded loss; tasks; bytes.
        quantity: u64,
        /// The model's recorded loss that an improvement was measured against, 10^-9.
        recorded_loss: Option<u64>,
    },
}
