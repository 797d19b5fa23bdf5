//! Messages, reports and evidence in one line each.

use crate::kit::*;
use borsh::BorshSerialize;
use workmint_core::modules::market::OpenDeposit;
use workmint_core::modules::parameters::ModelId;
use workmint_core::modules::registry::{ConfirmValidator, RegisterNode, RegisterParticipant};
use workmint_core::modules::work::{
    Attest, Challenge, Judge, ReportKey, ReportRef, SubmitComputeProof, SubmitSummary, Usage,
    Window,
};
use workmint_core::modules::{collateral, settlement};
use workmint_core::{Error, Hash, Message, merkle};

pub(crate) fn join(owner: &str, validator: Option<&str>) -> Message {
    Message::RegisterParticipant(RegisterParticipant {
        owner: address(owner),
        validator: validator.map(address),
    })
}

/// A validator confirms its participant.
pub(crate) fn confirm(participant: &str) -> Message {
    Message::ConfirmValidator(ConfirmValidator { participant: address(participant) })
}

pub(crate) fn node(node: u32, models: &[u16]) -> Message {
    let models = models.iter().copied().map(ModelId).collect();
    Message::RegisterNode(RegisterNode { node, models })
}

pub(crate) fn proof(epoch: u64, model: u16, weight: u64) -> SubmitComputeProof {
    let (model, window) = (ModelId(model), Window::default());
    SubmitComputeProof { epoch, node: 1, model, weight, evidence: Hash::ZERO, window }
}

/// Usage is (customer, requests, units), in any order.
pub(crate) fn summary(
    epoch: u64,
    model: u16,
    usage: &[(&str, u64, u64)],
    missed: u64,
) -> SubmitSummary {
    let of = |(customer, requests, units): &(&str, u64, u64)| Usage {
        customer: address(customer),
        requests: *requests,
        units: *units,
    };
    let mut usage: Vec<Usage> = usage.iter().map(of).collect();
    usage.sort_by_key(|usage| usage.customer);
    SubmitSummary {
        epoch,
        node: 1,
        model: ModelId(model),
        usage,
        missed,
        latency_ms: 100,
        quality_permille: 1_000,
        requests_root: Hash::ZERO,
    }
}

pub(crate) fn key(epoch: u64, who: &str, model: u16) -> ReportKey {
    ReportKey { epoch, participant: address(who), node: 1, model: ModelId(model) }
}

/// What a reporter vouches for, computed from the message alone.
pub(crate) fn content(kind: &str, report: &impl BorshSerialize) -> Hash {
    let bytes = borsh::to_vec(report).unwrap();
    Hash::of("workmint report v1", &[kind.as_bytes(), &bytes])
}

pub(crate) fn report_of_proof(who: &str, proof: &SubmitComputeProof) -> (ReportRef, Hash) {
    let key = key(proof.epoch, who, proof.model.0);
    let content = content("proof", &(address(who), proof));
    (ReportRef::Proof(key), content)
}

pub(crate) fn report_of_summary(who: &str, summary: &SubmitSummary) -> (ReportRef, Hash) {
    let key = key(summary.epoch, who, summary.model.0);
    let content = content("summary", &(address(who), summary));
    (ReportRef::Summary(key), content)
}

pub(crate) fn attest(mut reports: Vec<(ReportRef, Hash)>) -> Message {
    reports.sort();
    let leaves = reports.iter().map(|(_, content)| merkle::leaf(&content.0));
    Message::Attest(Attest {
        root: merkle::root(leaves.collect()),
        reports: reports.into_iter().map(|(report, _)| report).collect(),
    })
}

pub(crate) fn prepay(model: u16, units: u128) -> Message {
    Message::OpenDeposit(OpenDeposit {
        model: ModelId(model),
        amount: amount(units),
        max_price: amount(1_000),
    })
}

pub(crate) fn put_collateral(units: u128) -> Message {
    Message::DepositCollateral(collateral::Deposit { amount: amount(units) })
}

pub(crate) fn withdraw_collateral(units: u128) -> Message {
    Message::WithdrawCollateral(collateral::Withdraw { amount: amount(units) })
}

pub(crate) fn challenge(summary: ReportKey, bond: u128) -> Message {
    Message::Challenge(Challenge { summary, bond: amount(bond), evidence: Hash::ZERO })
}

pub(crate) fn judge(summary: ReportKey, refuted: bool) -> Message {
    Message::Judge(Judge { summary, refuted })
}

pub(crate) fn claim(epoch: u64) -> Message {
    Message::Claim(settlement::Claim { epoch })
}

pub(crate) fn fault(
    validator: &str,
    fraction: &str,
    id: u8,
    time_ms: u64,
) -> workmint_core::Evidence {
    workmint_core::Evidence::ValidatorSlashed {
        validator: address(validator),
        fraction: ratio(fraction),
        fault: Hash([id; 32]),
        time_ms,
    }
}

/// The code of a result; 0 if it succeeded.
pub(crate) fn code(result: &Result<(), Error>) -> u16 {
    result.as_ref().map_or_else(Error::code, |()| 0)
}
