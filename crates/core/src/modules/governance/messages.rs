//! What a user can ask.

use crate::address::Address;
use crate::modules::parameters::Parameters;
use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What a proposal asks for.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// Other parameters.
    Parameters {
        /// Number of the active version they were written against. If another change becomes
        /// active first, the proposal fails: it would undo that change unseen.
        base: u64,
        /// All parameters, whole.
        parameters: Box<Parameters>,
    },
    /// Pay from the treasury.
    Spend {
        /// Recipient.
        to: Address,
        /// The asset.
        asset: AssetId,
        /// Base units, at least 1.
        amount: Amount,
    },
    /// The next version of the rules from a height on. Software that does not know them refuses the
    /// blocks. One that is decided and not reached is replaced.
    Upgrade {
        /// The version in force + 1.
        version: u32,
        /// Its first height, at least [`UPGRADE_NOTICE`](super::UPGRADE_NOTICE) blocks ahead.
        height: u64,
    },
}

/// Open a proposal; its deposit is locked until the vote is counted.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Propose {
    /// What it asks for.
    pub kind: Kind,
}

/// What a voter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Choice {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither; counts for the quorum.
    Abstain,
}

/// Vote with all of one's power; once, and never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Vote {
    /// Number of the proposal.
    pub proposal: u64,
    /// What the voter says.
    pub choice: Choice,
}
