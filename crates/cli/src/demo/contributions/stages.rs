//! What each stage of an epoch puts into its block.

use super::cast::{Cast, Contributor};
use super::plan::{EpochPlan, Truth, Work};
use super::timeline::{Act, Timeline};
use super::verdicts;
use crate::demo::calendar::Stage;
use crate::demo::draft::Draft;

use crate::demo::funding::{FEES_NEEDED, Needs};
use crate::demo::judging::next_judge;
use crate::demo::settings::Settings;
use crate::failure::Failure;
use workmint_core::modules::collateral::Deposit;
use workmint_core::modules::contributions::{
    self, ChallengeContribution, ContributionId, ContributionKey, JudgeContribution,
    SubmitContribution,
};
use workmint_core::modules::parameters::{ContributionKind, Parameters, Score};
use workmint_core::modules::registry::{RegisterNode, RegisterParticipant};
use workmint_core::names::{ModelId, Name};
use workmint_core::{Hash, Message, State};

/// Everything a stage may look at.
pub(super) struct Scene<'a> {
    pub(super) state: &'a State,
    pub(super) parameters: &'a Parameters,
    pub(super) settings: &'a Settings,
    pub(super) cast: &'a Cast,
    pub(super) timeline: &'a Timeline,
    /// The open epoch.
    pub(super) epoch: u64,
    /// The plan of any epoch.
    pub(super) plans: &'a dyn Fn(u64) -> Result<EpochPlan, Failure>,
    /// That of the open epoch.
    pub(super) plan: &'a EpochPlan,
}

impl Scene<'_> {
    fn contributor(&self, number: usize) -> Option<&Contributor> {
        self.cast.contributors.get(number)
    }

    /// Whether an act happens in the open epoch.
    pub(super) fn has(&self, act: Act) -> bool {
        self.timeline.has(act, self.epoch)
    }

    /// What a contribution is called by people and by the state.
    fn names(&self, work: &Work) -> Option<(ContributionKey, ContributionId)> {
        let contributor = self.contributor(work.contributor)?.address;
        let (epoch, id) = (work.message.epoch, work.message.id);
        let handle = self.state.ledger.handle(&contributor)?;
        let key = ContributionKey { epoch, contributor, id };
        Some((key, ContributionId { epoch, contributor: handle, id }))
    }
}

/// Fills the block of a stage.
pub(super) fn fill(stage: Stage, scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    match stage {
        Stage::Funding => fund(scene, draft),
        Stage::Opening => join(scene, draft),
        Stage::Submitting => submit(scene, draft),
        Stage::Repeating => repeat(scene, draft),
        Stage::Verifying => verdicts::verify(scene, draft),
        Stage::Challenging => challenge(scene, draft),
        Stage::Judging => judge(scene, draft),
        // Of other stories.
        _ => Ok(()),
    }
}

/// Sends money to everyone who will need more in this epoch than it can spend.
fn fund(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let mut needs = Needs::default();
    let parameters = scene.parameters;
    if let Some(rules) = &parameters.contributions {
        for challenger in &scene.cast.challengers {
            needs.add(*challenger, parameters.emission.asset, rules.challenge_bond)?;
        }
    }
    if scene.epoch == 0 {
        let stake = stake(parameters);
        for contributor in &scene.cast.contributors {
            needs.add(contributor.address, parameters.collateral.asset, stake)?;
        }
    }
    needs.add_fees(parameters, scene.cast.senders(), FEES_NEEDED)?;
    needs.send(scene.state, &scene.cast.funders, draft)
}

/// Collateral without which nobody may contribute, base units.
fn stake(parameters: &Parameters) -> workmint_amounts::Amount {
    let rules = parameters.contributions.as_ref();
    let reputation = rules.and_then(|rules| rules.reputation.as_ref());
    reputation.map_or_else(Default::default, |rule| rule.least_stake)
}

/// In the first epoch: contributors register themselves, their node and their collateral.
fn join(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    if scene.epoch > 0 {
        return Ok(());
    }
    let count = u16::try_from(scene.parameters.models.len()).unwrap_or(u16::MAX);
    let models: Vec<ModelId> = (0..count).map(ModelId).collect();
    let amount = stake(scene.parameters);
    for contributor in &scene.cast.contributors {
        let sender = contributor.address;
        let message = RegisterParticipant { owner: contributor.owner, validator: None };
        draft.push(sender, Message::RegisterParticipant(message))?;
        let message = RegisterNode { node: 0, models: models.clone() };
        draft.push(sender, Message::RegisterNode(message))?;
        if !amount.is_zero() {
            draft.push(sender, Message::DepositCollateral(Deposit { amount }))?;
        }
    }
    Ok(())
}

/// Everything that is contributed in the epoch.
fn submit(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for work in &scene.plan.works {
        send(scene, draft, work.contributor, work.message.clone())?;
    }
    Ok(())
}

fn send(
    scene: &Scene,
    draft: &mut Draft,
    contributor: usize,
    message: SubmitContribution,
) -> Result<(), Failure> {
    match scene.contributor(contributor) {
        Some(of) => draft.push(of.address, Message::SubmitContribution(message)),
        None => Ok(()),
    }
}

/// Submissions that are refused, or only answered.
fn repeat(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let works = &scene.plan.works;
    let first = works.first().filter(|_| scene.has(Act::Replayed));
    if let Some(work) = first {
        send(scene, draft, work.contributor, work.message.clone())?;
        let more = work.message.quantity.saturating_add(1);
        let other = SubmitContribution { quantity: more, ..work.message.clone() };
        send(scene, draft, work.contributor, other)?;
    }
    let late = works.first().filter(|_| scene.has(Act::Belated));
    let window = scene.parameters.contributions.as_ref().map(|rules| rules.submit_window_epochs);
    let old = window.and_then(|window| scene.epoch.checked_sub(window)?.checked_sub(1));
    if let (Some(work), Some(epoch)) = (late, old) {
        let id = work.message.id.saturating_add(1 << 32);
        let message = SubmitContribution { epoch, id, ..work.message.clone() };
        send(scene, draft, work.contributor, message)?;
    }
    if scene.has(Act::Duplicated) {
        duplicate(scene, draft)?;
    }
    rush(scene, draft)
}

/// Whoever submitted too much tries the last one again, at once and an epoch later.
fn rush(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let epochs = [Some(scene.epoch), scene.epoch.checked_sub(1)];
    let rushed = |epoch: &u64| scene.timeline.has(Act::Rushed, *epoch);
    for epoch in epochs.into_iter().flatten().filter(rushed) {
        let plan = (scene.plans)(epoch)?;
        if let Some(work) = plan.above_limit(scene.parameters) {
            send(scene, draft, work.contributor, work.message.clone())?;
        }
    }
    Ok(())
}

/// Whoever provides the epoch's dataset also claims one that became final before.
fn duplicate(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let is_dataset = |name: &Name| {
        let mut streams = scene.parameters.streams.iter();
        let stream = streams.find(|stream| stream.name == *name);
        let kind = stream.map(|stream| match &stream.score {
            Score::Rate(rule) => Some(rule.kind),
            _ => None,
        });
        kind.flatten() == Some(ContributionKind::Dataset)
    };
    let earlier = scene.state.contributions.rows().rev().find(|(_, row)| {
        is_dataset(&row.stream) && scene.state.contributions.dataset(&row.content).is_some()
    });
    let mine = scene.plan.works.iter().find(|work| is_dataset(&work.message.stream));
    if let (Some(work), Some((_, row))) = (mine, earlier) {
        let id = work.message.id.saturating_add(1 << 32);
        let message = SubmitContribution { id, content: row.content, ..work.message.clone() };
        send(scene, draft, work.contributor, message)?;
    }
    Ok(())
}

/// Challengers take what nobody else saw, and what they wrongly accuse.
fn challenge(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(epoch) = scene.epoch.checked_sub(scene.timeline.until_challenged) else {
        return Ok(());
    };
    let acts = [(Act::Fooling, Truth::Hidden), (Act::Accused, Truth::Accused)];
    let Some(rules) = &scene.parameters.contributions else {
        return Ok(());
    };
    for ((act, truth), challenger) in acts.into_iter().zip(&scene.cast.challengers) {
        if !scene.timeline.has(act, epoch) {
            continue;
        }
        let plan = (scene.plans)(epoch)?;
        for work in plan.works.iter().filter(|work| work.truth == truth) {
            if let Some((contribution, id)) = scene.names(work)
                && let Some(row) = scene.state.contributions.get(&id)
                && matches!(row.stage, contributions::Stage::Accepted { .. })
                && scene.state.contributions.challenge(&id).is_none()
            {
                let evidence = Hash::of("workmint demo challenge", &[&row.submission.0]);
                let message =
                    ChallengeContribution { contribution, bond: rules.challenge_bond, evidence };
                draft.push(*challenger, Message::ChallengeContribution(message))?;
            }
        }
    }
    Ok(())
}

/// On each open challenge the next judge that has not voted says the truth.
fn judge(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let rows = scene.state.contributions.rows();
    let accepted =
        rows.filter(|(_, row)| matches!(row.stage, contributions::Stage::Accepted { .. }));
    for (id, _) in accepted {
        let Some(open) = scene.state.contributions.challenge(id) else {
            continue;
        };
        let contributor = scene.state.ledger.address(id.contributor);
        let contribution = ContributionKey { epoch: id.epoch, contributor, id: id.id };
        let plan = (scene.plans)(id.epoch)?;
        let work = plan.find(scene.cast, &contribution);
        let refuted = work.is_some_and(|work| work.truth == Truth::Hidden);
        let voted = [open.refuted_by.as_slice(), &open.upheld_by];
        if let Some(judge) = next_judge(scene.state, &scene.cast.judges, voted) {
            let message = JudgeContribution { contribution, refuted };
            draft.push(judge, Message::JudgeContribution(message))?;
        }
    }
    Ok(())
}
