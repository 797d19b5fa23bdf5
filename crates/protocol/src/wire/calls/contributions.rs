//! `IContributions`.

use alloy_sol_types::SolCall;
use workmint_core::modules::contributions::{
    ChallengeContribution, ContributionKey, JudgeContribution, SubmitContribution, Verdict,
    VerifyContributions,
};
use workmint_core::names::{ModelId, Name};
use workmint_core::{Message, Report};

use super::CallError;
use super::relays::relayed;
use super::values::{address, amount, hash, of_address, of_amount, of_hash, strict};
use crate::wire::abi::IContributions::{self, IContributionsCalls as Calls};
use crate::wire::chain::ChainSpec;
use crate::wire::refusal::Refusal;

/// Says that there is no model.
const NO_MODEL: u16 = u16::MAX;

pub(super) fn decode(input: &[u8], chain: &ChainSpec) -> Result<Message, Refusal> {
    Ok(match strict::<Calls>("IContributions", input)? {
        Calls::submitContribution(call) => Message::SubmitContribution(submission(call)?),
        Calls::verifyContributions(call) => Message::VerifyContributions(verdicts(&call.verdicts)),
        Calls::relayVerdicts(call) => {
            let report = Report::VerifyContributions(verdicts(&call.verdicts));
            relayed(address(call.by), report, &call.signature, chain)?
        }
        Calls::challengeContribution(call) => {
            Message::ChallengeContribution(ChallengeContribution {
                contribution: key(&call.contribution),
                bond: amount("bond", call.bond)?,
                evidence: hash(call.evidence),
            })
        }
        Calls::judgeContribution(call) => Message::JudgeContribution(JudgeContribution {
            contribution: key(&call.contribution),
            refuted: call.refuted,
        }),
    })
}

fn submission(call: IContributions::submitContributionCall) -> Result<SubmitContribution, Refusal> {
    let stream: Name = call
        .stream
        .parse()
        .map_err(|_| Refusal::range("stream", &call.stream, "1 to 64 of a-z A-Z 0-9 . _ / -"))?;
    Ok(SubmitContribution {
        epoch: call.epoch,
        id: call.id,
        stream,
        node: call.node,
        model: Some(ModelId(call.model)).filter(|model| model.0 != NO_MODEL),
        quantity: call.quantity,
        content: hash(call.content),
    })
}

fn verdicts(call: &IContributions::Verdicts) -> VerifyContributions {
    let verdicts = call.verdicts.iter().map(|verdict| Verdict {
        contribution: key(&verdict.contribution),
        submission: hash(verdict.submission),
        approve: verdict.approve,
        confidence: verdict.confidence,
        quantity: verdict.quantity,
        first: verdict.first,
        second: verdict.second,
    });
    VerifyContributions { verdicts: verdicts.collect() }
}

fn key(key: &IContributions::ContributionKey) -> ContributionKey {
    ContributionKey { epoch: key.epoch, contributor: address(key.contributor), id: key.id }
}

fn of_key(key: &ContributionKey) -> IContributions::ContributionKey {
    let contributor = of_address(key.contributor);
    IContributions::ContributionKey { epoch: key.epoch, contributor, id: key.id }
}

pub(super) fn submit(message: &SubmitContribution) -> Result<Vec<u8>, CallError> {
    if message.model == Some(ModelId(NO_MODEL)) {
        return Err(CallError::NoForm { field: "model", why: "65,535 says none" });
    }
    let call = IContributions::submitContributionCall {
        epoch: message.epoch,
        id: message.id,
        stream: message.stream.as_str().to_owned(),
        node: message.node,
        model: message.model.map_or(NO_MODEL, |model| model.0),
        quantity: message.quantity,
        content: of_hash(message.content),
    };
    Ok(call.abi_encode())
}

pub(crate) fn of_verdicts(message: &VerifyContributions) -> IContributions::Verdicts {
    let verdicts = message.verdicts.iter().map(|verdict| IContributions::Verdict {
        contribution: of_key(&verdict.contribution),
        submission: of_hash(verdict.submission),
        approve: verdict.approve,
        confidence: verdict.confidence,
        quantity: verdict.quantity,
        first: verdict.first,
        second: verdict.second,
    });
    IContributions::Verdicts { verdicts: verdicts.collect() }
}

pub(super) fn challenge(message: &ChallengeContribution) -> Vec<u8> {
    IContributions::challengeContributionCall {
        contribution: of_key(&message.contribution),
        bond: of_amount(message.bond),
        evidence: of_hash(message.evidence),
    }
    .abi_encode()
}

pub(super) fn judge(message: &JudgeContribution) -> Vec<u8> {
    let contribution = of_key(&message.contribution);
    IContributions::judgeContributionCall { contribution, refuted: message.refuted }.abi_encode()
}

pub(super) fn verify(message: &VerifyContributions) -> Vec<u8> {
    IContributions::verifyContributionsCall { verdicts: of_verdicts(message) }.abi_encode()
}
