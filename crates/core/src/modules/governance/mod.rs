//! `governance`: proposals, votes, the treasury, upgrades (document 003, governance).
//!
//! A proposal locks a deposit. The first close after it freezes everybody's power and opens the
//! vote; the first close after the vote's end counts it; what passes waits for its timelock and is
//! carried out once, at a close. Parameters change through `parameters` alone, with its check, its
//! list of what is never votable and its dry run; the treasury's pot is spent here and nowhere
//! else; an upgrade names the height from which other rules hold and older software refuses blocks.
//! If a change takes governance away, every proposal ends and its deposit returns.
//!
//! Invariants (INV-40): the locks of deposits are exactly those of proposals not yet counted; the
//! sums of a vote are the powers of its ballots; an open vote has its snapshot of power; the votes
//! that bind an account are those of proposals not yet ended. A proposal ends once.

mod apply;
mod close;
mod errors;
mod events;
mod formulas;
mod invariants;
mod messages;
mod state;

pub use apply::{apply_propose, apply_vote};
pub(crate) use close::{abolish, close};
pub use errors::Error;
pub use events::Event;
use formulas::power;
pub use formulas::{Outcome, Tally, outcome, square_root_power};
pub(crate) use invariants::recount;
pub use messages::{Choice, Kind, Propose, Vote};
pub use state::{
    Ballot, FIRST_VERSION, Frozen, GovernanceState, PowerSnapshot, Proposal, Stage, UPGRADE_NOTICE,
};
