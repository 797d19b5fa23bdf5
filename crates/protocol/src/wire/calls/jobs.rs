//! `IJobs`.

use alloy_sol_types::SolCall;
use workmint_core::modules::market::jobs::{
    AcceptJob, AttestQuality, CancelJob, CreateJob, DisputeJob, JudgeJob, Message as Job,
    PostEvidence, PutOffer, RevealResult, WithdrawOffer,
};
use workmint_core::names::ModelId;
use workmint_core::{Message, Report};

use super::CallError;
use super::faults;
use super::relays::relayed;
use super::values::{
    address, amount, hash, named, of_address, of_amount, of_hash, of_named, strict,
};
use crate::wire::abi::IJobs::{self, IJobsCalls as Calls};
use crate::wire::chain::ChainSpec;
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8], chain: &ChainSpec) -> Result<Message, Refusal> {
    Ok(Message::Job(match strict::<Calls>("IJobs", input)? {
        Calls::putOffer(call) => Job::PutOffer(PutOffer {
            model: ModelId(call.model),
            tier: call.tier,
            capacity: call.capacity,
        }),
        Calls::withdrawOffer(call) => {
            Job::WithdrawOffer(WithdrawOffer { model: ModelId(call.model) })
        }
        Calls::createJob(call) => Job::CreateJob(CreateJob {
            model: ModelId(call.model),
            max_units: call.maxUnits,
            tier: call.tier,
            max_latency_ms: call.maxLatencyMs,
            max_spend: amount("maxSpend", call.maxSpend)?,
            commitment: hash(call.commitment),
            provider: named(call.provider),
        }),
        Calls::cancelJob(call) => Job::CancelJob(CancelJob { number: call.number }),
        Calls::acceptJob(call) => {
            Job::AcceptJob(AcceptJob { customer: address(call.customer), number: call.number })
        }
        Calls::revealResult(call) => Job::RevealResult(RevealResult {
            customer: address(call.customer),
            number: call.number,
            units: call.units,
            result: hash(call.result),
            seal: hash(call.seal),
        }),
        Calls::attestQuality(call) => Job::AttestQuality(quality(&call.quality)),
        Calls::relayQuality(call) => {
            let report = Report::AttestQuality(quality(&call.quality));
            return relayed(address(call.by), report, &call.signature, chain);
        }
        Calls::disputeJob(call) => {
            Job::DisputeJob(DisputeJob { number: call.number, grounds: hash(call.grounds) })
        }
        Calls::postEvidence(call) => Job::PostEvidence(PostEvidence {
            customer: address(call.customer),
            number: call.number,
            evidence: hash(call.evidence),
        }),
        Calls::judgeJob(call) => Job::JudgeJob(JudgeJob {
            customer: address(call.customer),
            number: call.number,
            for_customer: call.forCustomer,
        }),
        Calls::jobOf(_) | Calls::nextJob(_) => return Err(faults::view("IJobs", input)),
    }))
}

fn quality(call: &IJobs::Quality) -> AttestQuality {
    AttestQuality {
        customer: address(call.customer),
        number: call.number,
        latency_ms: call.latencyMs,
        quality_permille: call.qualityPermille,
    }
}

pub(super) fn encode(message: &Job) -> Result<Vec<u8>, CallError> {
    Ok(match message {
        Job::PutOffer(it) => {
            IJobs::putOfferCall { model: it.model.0, tier: it.tier, capacity: it.capacity }
                .abi_encode()
        }
        Job::WithdrawOffer(it) => IJobs::withdrawOfferCall { model: it.model.0 }.abi_encode(),
        Job::CreateJob(it) => create(it)?.abi_encode(),
        Job::CancelJob(it) => IJobs::cancelJobCall { number: it.number }.abi_encode(),
        Job::AcceptJob(it) => {
            let customer = of_address(it.customer);
            IJobs::acceptJobCall { customer, number: it.number }.abi_encode()
        }
        Job::RevealResult(it) => IJobs::revealResultCall {
            customer: of_address(it.customer),
            number: it.number,
            units: it.units,
            result: of_hash(it.result),
            seal: of_hash(it.seal),
        }
        .abi_encode(),
        Job::AttestQuality(it) => IJobs::attestQualityCall { quality: of_quality(it) }.abi_encode(),
        Job::DisputeJob(it) => {
            IJobs::disputeJobCall { number: it.number, grounds: of_hash(it.grounds) }.abi_encode()
        }
        Job::PostEvidence(it) => IJobs::postEvidenceCall {
            customer: of_address(it.customer),
            number: it.number,
            evidence: of_hash(it.evidence),
        }
        .abi_encode(),
        Job::JudgeJob(it) => IJobs::judgeJobCall {
            customer: of_address(it.customer),
            number: it.number,
            forCustomer: it.for_customer,
        }
        .abi_encode(),
    })
}

pub(crate) fn of_quality(message: &AttestQuality) -> IJobs::Quality {
    IJobs::Quality {
        customer: of_address(message.customer),
        number: message.number,
        latencyMs: message.latency_ms,
        qualityPermille: message.quality_permille,
    }
}

fn create(message: &CreateJob) -> Result<IJobs::createJobCall, CallError> {
    Ok(IJobs::createJobCall {
        model: message.model.0,
        maxUnits: message.max_units,
        tier: message.tier,
        maxLatencyMs: message.max_latency_ms,
        maxSpend: of_amount(message.max_spend),
        commitment: of_hash(message.commitment),
        provider: of_named("provider", message.provider)?,
    })
}
