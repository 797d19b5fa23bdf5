//! What happened in `governance`.

use super::{Choice, Tally};
use crate::address::Address;
use crate::names::AssetId;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What happened in `governance`. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A proposal was made.
    Proposed {
        /// Its number.
        proposal: u64,
        /// Who made it.
        account: Address,
        /// The asset.
        asset: AssetId,
        /// Locked for it.
        deposit: Amount,
    },
    /// Power is frozen; ballots count from now on.
    VoteOpened {
        /// The proposal.
        proposal: u64,
        /// Sum of all power.
        total: u128,
        /// End of the vote.
        ends: Deadline,
    },
    /// A ballot.
    Voted {
        /// The proposal.
        proposal: u64,
        /// The voter.
        account: Address,
        /// What it says.
        choice: Choice,
        /// Its power.
        power: u128,
    },
    /// The deposit is free again.
    DepositReturned {
        /// The proposal.
        proposal: u64,
        /// Who made it.
        account: Address,
        /// The asset.
        asset: AssetId,
        /// Returned.
        amount: Amount,
    },
    /// The quorum was missed, or below a third was for it: the deposit went to the treasury.
    DepositLost {
        /// The proposal.
        proposal: u64,
        /// Who made it.
        account: Address,
        /// The asset.
        asset: AssetId,
        /// Lost.
        amount: Amount,
    },
    /// It passed and waits for its timelock.
    Passed {
        /// The proposal.
        proposal: u64,
        /// Ballots.
        tally: Tally,
        /// Carried out at the first close after this.
        executes: Deadline,
    },
    /// Too little power voted, or too little of it was for the proposal. It has ended.
    Rejected {
        /// The proposal.
        proposal: u64,
        /// Ballots.
        tally: Tally,
        /// Sum of all power.
        total: u128,
        /// Whether enough power voted.
        quorum: bool,
    },
    /// It was carried out and has ended.
    Executed {
        /// The proposal.
        proposal: u64,
    },
    /// It could not be carried out, changed nothing, and has ended.
    Failed {
        /// The proposal.
        proposal: u64,
        /// Code of the error.
        code: u16,
    },
    /// The treasury paid.
    TreasurySpent {
        /// The proposal.
        proposal: u64,
        /// Recipient.
        to: Address,
        /// The asset.
        asset: AssetId,
        /// Paid.
        amount: Amount,
    },
    /// Blocks from this height on follow this version of the rules.
    UpgradeScheduled {
        /// The proposal.
        proposal: u64,
        /// The version.
        version: u32,
        /// First height.
        height: u64,
    },
}

impl Event {
    /// The account it is about, if it is about one.
    pub(crate) fn account(&self) -> Option<Address> {
        match self {
            Self::Proposed { account, .. }
            | Self::Voted { account, .. }
            | Self::DepositReturned { account, .. }
            | Self::DepositLost { account, .. }
            | Self::TreasurySpent { to: account, .. } => Some(*account),
            Self::VoteOpened { .. }
            | Self::Passed { .. }
            | Self::Rejected { .. }
            | Self::Executed { .. }
            | Self::Failed { .. }
            | Self::UpgradeScheduled { .. } => None,
        }
    }
}
