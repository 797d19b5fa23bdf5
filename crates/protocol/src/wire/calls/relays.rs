//! Reports that somebody signed off-line and another account carries.

use alloy_primitives::Bytes;
use alloy_sol_types::SolCall;
use workmint_core::{Address, Message, Relayed, Report};

use super::values::of_address;
use super::{attestation, contributions, jobs, work};
use crate::wire::abi::{IAttestation, IContributions, IJobs, IWork};
use crate::wire::chain::ChainSpec;
use crate::wire::contracts::Contract;
use crate::wire::refusal::Refusal;
use crate::wire::typed;

/// A report whose signature is that of `by`.
pub(super) fn relayed(
    by: Address,
    report: Report,
    signature: &[u8],
    chain: &ChainSpec,
) -> Result<Message, Refusal> {
    typed::require(by, &typed::report_digest(&report, chain), signature)?;
    Ok(Message::Relayed(Box::new(Relayed { by, report })))
}

/// The call that carries a report.
pub(super) fn encode(message: &Relayed, signature: &[u8; 65]) -> (Contract, Vec<u8>) {
    let by = of_address(message.by);
    let signature = Bytes::copy_from_slice(signature);
    match &message.report {
        Report::SubmitSummary(it) => {
            let summary = work::of_summary(it);
            (Contract::Work, IWork::relaySummaryCall { by, summary, signature }.abi_encode())
        }
        Report::SubmitComputeProof(it) => {
            let proof = work::of_proof(it);
            (Contract::Work, IWork::relayComputeProofCall { by, proof, signature }.abi_encode())
        }
        Report::ReportMisses(it) => {
            let misses = work::of_misses(it);
            (Contract::Work, IWork::relayMissesCall { by, misses, signature }.abi_encode())
        }
        Report::ReportConfirmation(it) => {
            let reading = work::of_confirmation(it);
            (Contract::Work, IWork::relayConfirmationCall { by, reading, signature }.abi_encode())
        }
        Report::Attest(it) => {
            let attested = work::of_attested(it);
            (Contract::Work, IWork::relayAttestCall { by, attested, signature }.abi_encode())
        }
        Report::AttestHeartbeats { epoch, report } => {
            let heartbeats = attestation::of_heartbeats(*epoch, report);
            let call = IAttestation::relayHeartbeatsCall { by, heartbeats, signature };
            (Contract::Attestation, call.abi_encode())
        }
        Report::AttestQuality(it) => {
            let quality = jobs::of_quality(it);
            (Contract::Jobs, IJobs::relayQualityCall { by, quality, signature }.abi_encode())
        }
        Report::VerifyContributions(it) => {
            let verdicts = contributions::of_verdicts(it);
            let call = IContributions::relayVerdictsCall { by, verdicts, signature };
            (Contract::Contributions, call.abi_encode())
        }
    }
}
