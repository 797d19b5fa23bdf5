//! `IAttestation`.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::attestation::{AttestHeartbeats, AttestTier, RefuteTier, RequestTier};

use super::values::{address, hash, of_address, of_hash, strict};
use crate::wire::abi::IAttestation::{self, IAttestationCalls as Calls};
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8]) -> Result<Message, Refusal> {
    Ok(match strict::<Calls>("IAttestation", input)? {
        Calls::requestTier(call) => {
            Message::RequestTier(RequestTier { tier: call.tier, evidence: hash(call.evidence) })
        }
        Calls::attestTier(call) => Message::AttestTier(AttestTier {
            account: address(call.account),
            tier: call.tier,
            evidence: hash(call.evidence),
            approve: call.approve,
        }),
        Calls::refuteTier(call) => Message::RefuteTier(RefuteTier {
            account: address(call.account),
            evidence: hash(call.evidence),
        }),
        Calls::attestHeartbeats(call) => Message::AttestHeartbeats(heartbeats(call)),
    })
}

fn heartbeats(call: IAttestation::attestHeartbeatsCall) -> AttestHeartbeats {
    let answered = call.answered.into_iter().map(address).collect();
    AttestHeartbeats { probe: call.probe, answered }
}

pub(super) fn request_tier(message: &RequestTier) -> Vec<u8> {
    let evidence = of_hash(message.evidence);
    IAttestation::requestTierCall { tier: message.tier, evidence }.abi_encode()
}

pub(super) fn attest_tier(message: &AttestTier) -> Vec<u8> {
    IAttestation::attestTierCall {
        account: of_address(message.account),
        tier: message.tier,
        evidence: of_hash(message.evidence),
        approve: message.approve,
    }
    .abi_encode()
}

pub(super) fn refute_tier(message: &RefuteTier) -> Vec<u8> {
    let account = of_address(message.account);
    IAttestation::refuteTierCall { account, evidence: of_hash(message.evidence) }.abi_encode()
}

pub(super) fn of_heartbeats(message: &AttestHeartbeats) -> IAttestation::attestHeartbeatsCall {
    let answered = message.answered.iter().copied().map(of_address).collect();
    IAttestation::attestHeartbeatsCall { probe: message.probe, answered }
}
