//! `IAttestation`.

use alloy_sol_types::SolCall;

use workmint_core::modules::attestation::{AttestHeartbeats, AttestTier, RefuteTier, RequestTier};
use workmint_core::{Message, Report};

use super::faults;
use super::relays::relayed;
use super::values::{EthAddress, address, hash, of_address, of_hash, strict};
use crate::wire::abi::IAttestation::{self, IAttestationCalls as Calls};
use crate::wire::chain::ChainSpec;
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8], chain: &ChainSpec) -> Result<Message, Refusal> {
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
        Calls::attestHeartbeats(call) => {
            Message::AttestHeartbeats(heartbeats(call.probe, call.answered))
        }
        Calls::relayHeartbeats(call) => {
            let word = call.heartbeats;
            let report = heartbeats(word.probe, word.answered);
            let report = Report::AttestHeartbeats { epoch: word.epoch, report };
            relayed(address(call.by), report, &call.signature, chain)?
        }
        Calls::tierOf(_) => return Err(faults::view("IAttestation", input)),
    })
}

fn heartbeats(probe: u16, answered: Vec<EthAddress>) -> AttestHeartbeats {
    AttestHeartbeats { probe, answered: answered.into_iter().map(address).collect() }
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

pub(super) fn attest_heartbeats(message: &AttestHeartbeats) -> Vec<u8> {
    let answered = addresses(message);
    IAttestation::attestHeartbeatsCall { probe: message.probe, answered }.abi_encode()
}

pub(crate) fn of_heartbeats(epoch: u64, message: &AttestHeartbeats) -> IAttestation::Heartbeats {
    IAttestation::Heartbeats { epoch, probe: message.probe, answered: addresses(message) }
}

fn addresses(message: &AttestHeartbeats) -> Vec<EthAddress> {
    message.answered.iter().copied().map(of_address).collect()
}
