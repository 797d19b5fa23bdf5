//! A toy network with contributions: four streams at document 002's rates, verifiers, and the words
//! to submit and verify.

use crate::kit::*;
use workmint_core::block::Applied;
use workmint_core::genesis::Genesis;
use workmint_core::modules::contributions::{
    ChallengeContribution, ClosedReason, Contribution, ContributionId, ContributionKey, Event,
    JudgeContribution, Stage, SubmitContribution, Verdict, VerifyContributions,
};
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::Role;
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Hash, Message};

/// Verifiers of a network with contributions.
pub(crate) const VERIFIERS: [&str; 4] = ["v1", "v2", "v3", "v4"];
/// Loss that improvements of model 0 start from, 10^-9.
pub(crate) const LOSS: u64 = 2_500_000_000;
/// 1 in a verdict.
pub(crate) const ONE: u32 = 1_000_000;

/// A multiplier that verifiers measure.
pub(crate) fn measured(min: &str, max: &str) -> Multiplier {
    Multiplier { min: ratio(min), max: ratio(max), rule: MultiplierRule::Measured }
}

/// A stream with a rate; nothing is worth less or more than the rate gives.
pub(crate) fn rate_stream(
    text: &str,
    (kind, rate): (ContributionKind, u128),
    (share, floor, ceiling, priority): (&str, &str, &str, u8),
    (first, second): (Multiplier, Multiplier),
) -> Stream {
    let score = RateScore {
        kind,
        rate: amount(rate),
        first,
        second,
        minimum: amount(0),
        maximum: amount(1_000_000_000),
        least_improvement: ratio(if kind == ContributionKind::Improvement { "0.001" } else { "0" }),
    };
    Stream {
        split: Split::Rate(Bucket { floor: ratio(floor), ceiling: ratio(ceiling), priority }),
        ..emission_stream(text, share, Score::Rate(Box::new(score)))
    }
}

/// The four streams: inference, learning, validation, dataset. 100 base units are one GNK.
pub(crate) fn four_rates() -> Vec<Stream> {
    use ContributionKind::{Dataset, Improvement, Tasks, Tokens};
    let one = || measured("1", "1");
    vec![
        rate_stream(
            "inference",
            (Tokens, 100),
            ("0.45", "0.30", "0.60", 4),
            (measured("0.5", "1.5"), one()),
        ),
        rate_stream(
            "learning",
            (Improvement, 50_000),
            ("0.35", "0.25", "0.50", 1),
            (measured("1", "3"), measured("0.8", "1.2")),
        ),
        rate_stream(
            "validation",
            (Tasks, 1_000),
            ("0.10", "0.05", "0.15", 2),
            (measured("1", "2"), one()),
        ),
        rate_stream(
            "dataset",
            (Dataset, 10_000),
            ("0.10", "0.05", "0.15", 3),
            (measured("0", "1"), measured("0", "2")),
        ),
    ]
}

/// The toy network with contributions instead of compute: epochs of a day with 1,000,000 base
/// units; 2 of 3 verifiers; all windows of a quarter of a day, so that what is submitted and
/// verified early in an epoch is settled with it. No limits, no reputation.
pub(crate) fn four_streams() -> Parameters {
    let mut parameters = parameters();
    parameters.assets[0].cap = amount(1_000_000_000_000);
    parameters.emission.allocation = amount(100_000_000_000);
    parameters.emission.schedule =
        Schedule::Exponential { initial: amount(1_000_000), rate: "0".parse().unwrap() };
    parameters.streams = four_rates();
    parameters.streams.push(work_stream());
    parameters.models[0].recorded_loss = LOSS;
    let quarter = Duration::Milliseconds(DAY_MS / 4);
    parameters.contributions = Some(Contributions {
        submit_window_epochs: 2,
        verifiers: 3,
        approvals: 2,
        confidence: ratio("0.95"),
        verify_window: quarter,
        challenge_window: quarter,
        challenge_bond: amount(1_000),
        decision_window: quarter,
        rate_limit: None,
        reputation: None,
    });
    parameters.buckets = Some(Buckets {
        rollover_epochs: 24,
        max_recipient_share: ratio("1"),
        backpay: None,
        alerts: None,
    });
    parameters
}

/// The genesis with four verifiers.
pub(crate) fn verified_genesis(parameters: Parameters) -> Genesis {
    let mut genesis = genesis(parameters);
    genesis.roles.extend(VERIFIERS.map(|who| (Role::Verifier, address(who))));
    genesis
}

/// alice, bob and carol have node 1 for models 0 and 1; epoch 0 is open.
pub(crate) fn contributors(parameters: Parameters) -> Chain {
    let mut chain = Chain::of(&verified_genesis(parameters));
    chain.register(&[("alice", &[0, 1]), ("bob", &[0, 1]), ("carol", &[0, 1])]);
    chain
}

fn submission(stream: &str, model: Option<u16>, (epoch, id, quantity): (u64, u64, u64)) -> Sub {
    let content =
        Hash::of("content", &[stream.as_bytes(), &id.to_le_bytes(), &epoch.to_le_bytes()]);
    let model = model.map(ModelId);
    SubmitContribution { epoch, id, stream: name(stream), node: 1, model, quantity, content }
}

/// Short for a submission.
pub(crate) type Sub = SubmitContribution;

/// Tokens of model 0.
pub(crate) fn tokens(epoch: u64, id: u64, quantity: u64) -> Sub {
    submission("inference", Some(0), (epoch, id, quantity))
}

/// A new loss of model 0, 10^-9.
pub(crate) fn improvement(epoch: u64, id: u64, loss: u64) -> Sub {
    submission("learning", Some(0), (epoch, id, loss))
}

/// Validation tasks.
pub(crate) fn tasks(epoch: u64, id: u64, quantity: u64) -> Sub {
    submission("validation", None, (epoch, id, quantity))
}

/// A dataset whose content follows from its epoch and id.
pub(crate) fn dataset(epoch: u64, id: u64, bytes: u64) -> Sub {
    submission("dataset", None, (epoch, id, bytes))
}

pub(crate) fn submit(sub: &Sub) -> Message {
    Message::SubmitContribution(sub.clone())
}

pub(crate) fn contribution(who: &str, sub: &Sub) -> ContributionKey {
    ContributionKey { epoch: sub.epoch, contributor: address(who), id: sub.id }
}

/// A sure verdict that everything is as submitted, multipliers 1.
pub(crate) fn approve(who: &str, sub: &Sub) -> Verdict {
    Verdict {
        contribution: contribution(who, sub),
        submission: content("contribution", &(address(who), sub)),
        approve: true,
        confidence: ONE,
        quantity: sub.quantity,
        first: ONE,
        second: ONE,
    }
}

/// The same verdict with these multipliers.
pub(crate) fn rated(verdict: Verdict, first: u32, second: u32) -> Verdict {
    Verdict { first, second, ..verdict }
}

/// A batch in the order it must have.
pub(crate) fn verify(mut verdicts: Vec<Verdict>) -> Message {
    verdicts.sort_by_key(|verdict| verdict.contribution);
    Message::VerifyContributions(VerifyContributions { verdicts })
}

pub(crate) fn contest(contribution: ContributionKey, bond: u128) -> Message {
    let (bond, evidence) = (amount(bond), Hash::ZERO);
    Message::ChallengeContribution(ChallengeContribution { contribution, bond, evidence })
}

pub(crate) fn rule_on(contribution: ContributionKey, refuted: bool) -> Message {
    Message::JudgeContribution(JudgeContribution { contribution, refuted })
}

impl Chain {
    /// Submits, and has v1, v2 and v3 approve all of it.
    pub(crate) fn contribute(&mut self, subs: &[(&str, Sub)]) -> Applied {
        self.block(subs.iter().map(|(who, sub)| (*who, submit(sub))).collect());
        let verdicts = || verify(subs.iter().map(|(who, sub)| approve(who, sub)).collect());
        self.block(vec![("v1", verdicts()), ("v2", verdicts()), ("v3", verdicts())])
    }

    /// The row of a contribution.
    pub(crate) fn row(&self, who: &str, sub: &Sub) -> Option<&Contribution> {
        let id = ContributionId { epoch: sub.epoch, contributor: self.handle(who), id: sub.id };
        self.state.contributions.get(&id)
    }

    /// How far it is; it must be kept.
    pub(crate) fn stage_of(&self, who: &str, sub: &Sub) -> &Stage {
        &self.row(who, sub).expect("the row is kept").stage
    }

    /// Whether, and why, it is closed unpaid.
    pub(crate) fn closed_as(&self, who: &str, sub: &Sub) -> Option<ClosedReason> {
        match self.stage_of(who, sub) {
            Stage::Closed { reason } => Some(*reason),
            _ => None,
        }
    }
}

/// What a block says of contributions.
pub(crate) fn contribution_events(applied: &Applied) -> Vec<Event> {
    let of = |event: &workmint_core::Event| match event {
        workmint_core::Event::Contributions(event) => Some(event.clone()),
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// What a close settled: contribution and quantity, in order.
pub(crate) fn settled(applied: &Applied) -> Vec<(ContributionKey, u64)> {
    let of = |event: Event| match event {
        Event::Settled { contribution, quantity, .. } => Some((contribution, quantity)),
        _ => None,
    };
    contribution_events(applied).into_iter().filter_map(of).collect()
}

/// The state's name of a contribution.
pub(crate) fn id_of(chain: &Chain, who: &str, sub: &Sub) -> ContributionId {
    ContributionId { epoch: sub.epoch, contributor: chain.handle(who), id: sub.id }
}

/// The governor schedules these parameters.
pub(crate) fn schedule_from(epoch: u64, parameters: Parameters) -> Message {
    Message::ScheduleParameters(ScheduleParameters { epoch, parameters: Box::new(parameters) })
}
