//! `attestation`: privacy tiers and heartbeats of providers, both said by attestors (document 003).
//!
//! A provider asks for a tier with the hash of its evidence; a quorum of attestors that are not
//! related to it approves, and the tier holds until it lapses or its evidence is refuted. Tier 0
//! needs nobody. Attestors report which providers answered a probe; a probe is held when a quorum
//! reported it. Never touches money: what a refuted tier costs is `stake`'s part.
//!
//! Invariants (INV-48): no attestor counts twice for one thing; nobody answered more probes than
//! were held; the counts of an epoch are exactly what attestors named in it.

mod apply;
mod close;
mod errors;
mod events;
mod heartbeats;
mod invariants;
mod messages;
mod refute;
mod state;

pub use apply::{apply_attest_tier, apply_request_tier};
pub(crate) use close::end_close;
pub use errors::Error;
pub use events::Event;
pub use heartbeats::apply_heartbeats;
pub(crate) use heartbeats::require_open_epoch;
pub(crate) use invariants::recount;
pub use messages::{AttestHeartbeats, AttestTier, RefuteTier, RequestTier};
pub use refute::apply_refute_tier;
pub use state::{
    AttestationState, Evidence, HeldTier, TierRequest, held, multiplier, tier, uptime,
};
