//! Events of `attestation`.

use super::events;
use crate::wire::addresses;
use workmint_core::modules::attestation::Event;
use workmint_core::time::Deadline;
use workmint_core::{Address, Hash};

events! {
    "IAttestationEvents" at addresses::ATTESTATION, of Event;

    TierRequested { account: Address, tier: u8, evidence: Hash }
    TierAttested { account: Address, attestor: Address, approve: bool }
    TierGranted { account: Address, tier: u8, until: Deadline }
    TierRejected { account: Address, tier: u8 }
    TierRefuted { account: Address, evidence: Hash }
    ProbeHeld { probe: u16 }
}
