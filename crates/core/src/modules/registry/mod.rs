//! `registry`: who takes part: participants, their nodes and models, validators, roles.
//!
//! Registration gives no weight: weight comes from accepted compute proofs only. Never touches
//! money.
//!
//! Invariants: a node belongs to a registered participant; a validator address belongs to at most
//! one participant, and both have said so.

mod apply;
mod errors;
mod events;
mod messages;
mod state;

pub use apply::{
    apply_confirm_tie, apply_confirm_validator, apply_register_node, apply_register_participant,
    apply_retire_node, apply_set_recipient,
};
pub use errors::Error;
pub use events::Event;
pub use messages::{
    ConfirmTie, ConfirmValidator, RegisterNode, RegisterParticipant, RetireNode, SetRecipient,
};
pub use state::{Node, Participant, Registry, Role};
