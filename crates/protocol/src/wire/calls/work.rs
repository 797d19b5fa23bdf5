//! `IWork`: reports and what reporters say of them.

use alloy_sol_types::SolCall;
use workmint_core::modules::work::{
    Attest, Challenge, Check, CommitSeed, ConfirmationKey, Judge, MissKey, RecordChecks,
    ReportConfirmation, ReportKey, ReportMisses, ReportRef, RevealSeed, SubmitComputeProof,
    SubmitSummary, Usage, Window,
};
use workmint_core::names::ModelId;
use workmint_core::{Address, Message, Report};

use super::CallError;
use super::relays::relayed;
use super::values::{address, amount, hash, of_address, of_amount, of_hash, strict};
use crate::wire::abi::IWork::{self, IWorkCalls as Calls};
use crate::wire::chain::ChainSpec;
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8], chain: &ChainSpec) -> Result<Message, Refusal> {
    let signed = |by, report, signature: &[u8]| relayed(address(by), report, signature, chain);
    Ok(match strict::<Calls>("IWork", input)? {
        Calls::submitComputeProof(call) => Message::SubmitComputeProof(proof(&call.proof)),
        Calls::submitSummary(call) => Message::SubmitSummary(summary(&call.summary)),
        Calls::reportMisses(call) => Message::ReportMisses(misses(&call.misses)),
        Calls::reportConfirmation(call) => Message::ReportConfirmation(confirmation(&call.reading)),
        Calls::attest(call) => Message::Attest(attested(&call.attested)?),
        Calls::relayComputeProof(call) => {
            signed(call.by, Report::SubmitComputeProof(proof(&call.proof)), &call.signature)?
        }
        Calls::relaySummary(call) => {
            signed(call.by, Report::SubmitSummary(summary(&call.summary)), &call.signature)?
        }
        Calls::relayMisses(call) => {
            signed(call.by, Report::ReportMisses(misses(&call.misses)), &call.signature)?
        }
        Calls::relayConfirmation(call) => {
            let report = Report::ReportConfirmation(confirmation(&call.reading));
            signed(call.by, report, &call.signature)?
        }
        Calls::relayAttest(call) => {
            signed(call.by, Report::Attest(attested(&call.attested)?), &call.signature)?
        }
        Calls::challenge(call) => Message::Challenge(Challenge {
            summary: key(&call.summary),
            bond: amount("bond", call.bond)?,
            evidence: hash(call.evidence),
        }),
        Calls::judge(call) => {
            Message::Judge(Judge { summary: key(&call.summary), refuted: call.refuted })
        }
        Calls::commitSeed(call) => Message::CommitSeed(CommitSeed {
            epoch: call.epoch,
            commitment: hash(call.commitment),
            signature: call.signature.to_vec(),
        }),
        Calls::revealSeed(call) => {
            Message::RevealSeed(RevealSeed { epoch: call.epoch, seed: hash(call.seed) })
        }
        Calls::recordChecks(call) => Message::RecordChecks(RecordChecks {
            epoch: call.epoch,
            checks: call.checks.iter().map(check).collect(),
        }),
    })
}

fn proof(call: &IWork::ComputeProof) -> SubmitComputeProof {
    SubmitComputeProof {
        epoch: call.epoch,
        node: call.node,
        model: ModelId(call.model),
        weight: call.weight,
        evidence: hash(call.evidence),
        window: Window { from_ms: call.fromMs, to_ms: call.toMs },
    }
}

fn summary(call: &IWork::Summary) -> SubmitSummary {
    let usage = call.usage.iter().map(|usage| Usage {
        customer: address(usage.customer),
        requests: usage.requests,
        units: usage.units,
    });
    SubmitSummary {
        epoch: call.epoch,
        node: call.node,
        model: ModelId(call.model),
        usage: usage.collect(),
        missed: call.missed,
        latency_ms: call.latencyMs,
        quality_permille: call.qualityPermille,
        requests_root: hash(call.requestsRoot),
    }
}

fn misses(call: &IWork::Misses) -> ReportMisses {
    ReportMisses { epoch: call.epoch, participant: address(call.participant), missed: call.missed }
}

fn confirmation(call: &IWork::Confirmation) -> ReportConfirmation {
    ReportConfirmation {
        epoch: call.epoch,
        participant: address(call.participant),
        measured: call.measured,
        preserved: call.preserved,
    }
}

fn attested(call: &IWork::Attested) -> Result<Attest, Refusal> {
    let reports = call.reports.iter().enumerate().map(|(at, report)| reference(at, report));
    Ok(Attest { reports: reports.collect::<Result<_, _>>()?, root: hash(call.root) })
}

fn key(key: &IWork::ReportKey) -> ReportKey {
    ReportKey {
        epoch: key.epoch,
        participant: address(key.participant),
        node: key.node,
        model: ModelId(key.model),
    }
}

fn check(check: &IWork::Check) -> Check {
    Check { summary: key(&check.summary), valid: check.valid, evidence: hash(check.evidence) }
}

/// A report by its kind; what the kind does not have must be zero.
fn reference(at: usize, given: &IWork::ReportRef) -> Result<ReportRef, Refusal> {
    let of_node = given.kind < 2;
    let (epoch, participant) = (given.epoch, address(given.participant));
    let (node, model, reporter) = (given.node, ModelId(given.model), address(given.reporter));
    let field = |name: &str| format!("reports[{at}].{name}");
    if of_node && reporter != Address::ZERO {
        return Err(Refusal::range(
            field("reporter"),
            reporter,
            "the zero address in kinds 0 and 1",
        ));
    }
    if !of_node && node != 0 {
        return Err(Refusal::range(field("node"), node, "0 in kinds 2 and 3"));
    }
    if !of_node && model.0 != 0 {
        return Err(Refusal::range(field("model"), model.0, "0 in kinds 2 and 3"));
    }
    match given.kind {
        0 => Ok(ReportRef::Summary(ReportKey { epoch, participant, node, model })),
        1 => Ok(ReportRef::Proof(ReportKey { epoch, participant, node, model })),
        2 => Ok(ReportRef::Misses(MissKey { epoch, participant, reporter })),
        3 => Ok(ReportRef::Confirmation(ConfirmationKey { epoch, participant, reporter })),
        kind => Err(Refusal::range(field("kind"), kind, "0 to 3")),
    }
}

pub(crate) fn of_proof(message: &SubmitComputeProof) -> IWork::ComputeProof {
    IWork::ComputeProof {
        epoch: message.epoch,
        node: message.node,
        model: message.model.0,
        weight: message.weight,
        evidence: of_hash(message.evidence),
        fromMs: message.window.from_ms,
        toMs: message.window.to_ms,
    }
}

pub(crate) fn of_summary(message: &SubmitSummary) -> IWork::Summary {
    let usage = message.usage.iter().map(|usage| IWork::Usage {
        customer: of_address(usage.customer),
        requests: usage.requests,
        units: usage.units,
    });
    IWork::Summary {
        epoch: message.epoch,
        node: message.node,
        model: message.model.0,
        usage: usage.collect(),
        missed: message.missed,
        latencyMs: message.latency_ms,
        qualityPermille: message.quality_permille,
        requestsRoot: of_hash(message.requests_root),
    }
}

pub(crate) fn of_misses(message: &ReportMisses) -> IWork::Misses {
    IWork::Misses {
        epoch: message.epoch,
        participant: of_address(message.participant),
        missed: message.missed,
    }
}

pub(crate) fn of_confirmation(message: &ReportConfirmation) -> IWork::Confirmation {
    IWork::Confirmation {
        epoch: message.epoch,
        participant: of_address(message.participant),
        measured: message.measured,
        preserved: message.preserved,
    }
}

pub(crate) fn of_attested(message: &Attest) -> IWork::Attested {
    let reports = message.reports.iter().map(of_reference).collect();
    IWork::Attested { reports, root: of_hash(message.root) }
}

/// Of the messages of `work`.
pub(super) fn encode(message: &Message) -> Result<Vec<u8>, CallError> {
    Ok(match message {
        Message::SubmitComputeProof(it) => {
            IWork::submitComputeProofCall { proof: of_proof(it) }.abi_encode()
        }
        Message::SubmitSummary(it) => {
            IWork::submitSummaryCall { summary: of_summary(it) }.abi_encode()
        }
        Message::ReportMisses(it) => IWork::reportMissesCall { misses: of_misses(it) }.abi_encode(),
        Message::ReportConfirmation(it) => {
            IWork::reportConfirmationCall { reading: of_confirmation(it) }.abi_encode()
        }
        Message::Attest(it) => IWork::attestCall { attested: of_attested(it) }.abi_encode(),
        Message::Challenge(it) => challenge(it),
        Message::Judge(it) => judge(it),
        Message::CommitSeed(it) => commit_seed(it),
        Message::RevealSeed(it) => reveal_seed(it),
        Message::RecordChecks(it) => record_checks(it),
        _ => return Err(CallError::NoForm { field: "message", why: "it is not of IWork" }),
    })
}

fn challenge(message: &Challenge) -> Vec<u8> {
    IWork::challengeCall {
        summary: of_key(&message.summary),
        bond: of_amount(message.bond),
        evidence: of_hash(message.evidence),
    }
    .abi_encode()
}

fn judge(message: &Judge) -> Vec<u8> {
    let summary = of_key(&message.summary);
    IWork::judgeCall { summary, refuted: message.refuted }.abi_encode()
}

fn commit_seed(message: &CommitSeed) -> Vec<u8> {
    IWork::commitSeedCall {
        epoch: message.epoch,
        commitment: of_hash(message.commitment),
        signature: message.signature.clone().into(),
    }
    .abi_encode()
}

fn reveal_seed(message: &RevealSeed) -> Vec<u8> {
    IWork::revealSeedCall { epoch: message.epoch, seed: of_hash(message.seed) }.abi_encode()
}

fn record_checks(message: &RecordChecks) -> Vec<u8> {
    let checks = message.checks.iter().map(|check| IWork::Check {
        summary: of_key(&check.summary),
        valid: check.valid,
        evidence: of_hash(check.evidence),
    });
    IWork::recordChecksCall { epoch: message.epoch, checks: checks.collect() }.abi_encode()
}

fn of_key(key: &ReportKey) -> IWork::ReportKey {
    IWork::ReportKey {
        epoch: key.epoch,
        participant: of_address(key.participant),
        node: key.node,
        model: key.model.0,
    }
}

fn of_reference(report: &ReportRef) -> IWork::ReportRef {
    let of_node = |kind, key: &ReportKey| IWork::ReportRef {
        kind,
        epoch: key.epoch,
        participant: of_address(key.participant),
        node: key.node,
        model: key.model.0,
        reporter: of_address(Address::ZERO),
    };
    let of_reporter = |kind, epoch, participant, reporter| IWork::ReportRef {
        kind,
        epoch,
        participant: of_address(participant),
        node: 0,
        model: 0,
        reporter: of_address(reporter),
    };
    match report {
        ReportRef::Summary(key) => of_node(0, key),
        ReportRef::Proof(key) => of_node(1, key),
        ReportRef::Misses(key) => of_reporter(2, key.epoch, key.participant, key.reporter),
        ReportRef::Confirmation(key) => of_reporter(3, key.epoch, key.participant, key.reporter),
    }
}
