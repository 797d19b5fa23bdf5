//! Proposals and votes.

use crate::names::AssetId;
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Proposals and votes (document 003, governance).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Governance {
    /// The asset of deposits, and of the balances and stakes that vote.
    pub asset: AssetId,
    /// What gives power.
    pub power: PowerRule,
    /// Balance plus stake below this has no power under `sqrt` and `linear`, base units.
    pub least_power: Amount,
    /// Locked with a proposal, base units; returned if it met its quorum and yes was at least a
    /// third of yes and no.
    pub deposit: Amount,
    /// From the end of a vote to its execution.
    pub timelock: Duration,
    /// Proposals of a kind open at a time; 1 to 64.
    pub max_open: u32,
    /// Rules of a change of parameters.
    pub parameters: ProposalRules,
    /// Rules of spending from the treasury.
    pub treasury: ProposalRules,
    /// Rules of an upgrade of the software.
    pub upgrade: ProposalRules,
}

/// Rules of one kind of proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ProposalRules {
    /// Power that voted, abstentions included, is at least this share of all power; 0 to 1.
    pub quorum: Ratio,
    /// yes / (yes + no) is above this; 0 to below 1.
    pub approval: Ratio,
    /// How long a vote lasts.
    pub voting: Duration,
}

/// What gives power. It is read at the close that opens the vote; pots, the treasury and unvested
/// tokens have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum PowerRule {
    /// floor(sqrt(spendable balance)) + 2 floor(sqrt(stake)), of base units (document 003).
    Sqrt,
    /// Active stake, base units.
    Linear,
    /// Effective weight (Gonka).
    EffectiveWeight,
}
