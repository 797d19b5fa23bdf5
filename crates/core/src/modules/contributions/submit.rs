//! Submitting contributions.

use super::formulas::reputation_points;
use super::{
    Contribution, ContributionId, ContributionKey, Error, Event, Pace, Stage, SubmitContribution,
};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::hash::Hash;
use crate::modules::parameters::{
    ContributionKind, Contributions, ContributorReputation, MAX_QUANTITY, Parameters, RateLimit,
};
use crate::modules::{registry, work};
use crate::names::ModelId;
use crate::state::{Context, State};
use crate::time::Now;

/// The hash of everything a contributor claims: what verifiers vouch for, and what a repetition
/// must equal.
pub fn submission_hash(
    contributor: &Address,
    message: &SubmitContribution,
) -> Result<Hash, AnyError> {
    work::content("contribution", &(contributor, message))
}

/// The rules of contributions; the error if the network has none.
pub(super) fn rules_of(parameters: &Parameters) -> Result<&Contributions, AnyError> {
    parameters.contributions.as_ref().ok_or_else(|| Error::NotInForce {}.into())
}

/// Takes a contribution. A repetition changes nothing, whatever has become of the first submission,
/// and counts against no limit.
pub fn apply_submit(
    state: &mut State,
    context: &Context,
    message: &SubmitContribution,
) -> Result<(), AnyError> {
    let rules = rules_of(&context.parameters)?;
    let contributor = state.ledger.address(context.sender);
    let SubmitContribution { epoch, id: number, node, model, quantity, content, .. } = *message;
    let id = ContributionId { epoch, contributor: context.sender, id: number };
    let contribution = ContributionKey { epoch, contributor, id: number };
    let submission = submission_hash(&contributor, message)?;
    if let Some(row) = state.contributions.rows.get(&id) {
        if row.submission != submission {
            return Err(Error::IdUsed { contribution }.into());
        }
        state.emit(Event::Repeated { contribution });
        return Ok(());
    }
    require_period(state, context, rules, epoch)?;
    let kind = require_sound(state, context, message)?;
    if let Some(rule) = &rules.reputation {
        require_standing(state, context, rule)?;
    }
    let old = state.contributions.pace(context.sender, node);
    let pace = rules.rate_limit.map(|limit| next_pace(limit, old, &context.now)).transpose()?;
    let until = rules.verify_window.after(&context.now)?;
    let stage = Stage::Submitted { verdicts: Vec::new(), until };
    let stream = message.stream.clone();
    let rows = &mut state.contributions;
    let number = *rows.submissions.get();
    rows.submissions.set(number.checked_add(1).ok_or(OVERFLOW)?);
    let row =
        Contribution { stream, kind, node, model, quantity, content, submission, number, stage };
    rows.rows.put(id, row);
    rows.due.put((until, id), ());
    rows.evidence.put((context.sender, content), id);
    if kind == ContributionKind::Dataset {
        rows.open_datasets.put((content, number), id);
    }
    if let Some(pace) = pace {
        rows.paces.put((context.sender, node), pace);
    }
    if rules.reputation.is_some() {
        rows.note_start(context.sender, context.now.time_ms);
    }
    let stream = message.stream.clone();
    state.emit(Event::Submitted { contribution, stream, quantity });
    Ok(())
}

/// The error if work of `epoch` cannot be submitted now.
fn require_period(
    state: &State,
    context: &Context,
    rules: &Contributions,
    epoch: u64,
) -> Result<(), AnyError> {
    let open = context.now.epoch;
    let horizon = state.contributions.horizon();
    let window = open.checked_sub(rules.submit_window_epochs);
    let from = window.map_or(horizon, |first| first.max(horizon));
    if (from..=open).contains(&epoch) {
        return Ok(());
    }
    Err(Error::WrongEpoch { epoch, from, open }.into())
}

/// What the stream pays for, if the submission is one of that.
fn require_sound(
    state: &State,
    context: &Context,
    message: &SubmitContribution,
) -> Result<ContributionKind, AnyError> {
    let SubmitContribution { node, model, quantity, .. } = *message;
    let score = context.parameters.rate_score(&message.stream);
    let kind = score.ok_or_else(|| Error::NoSuchStream { stream: message.stream.clone() })?.kind;
    if !(1..=MAX_QUANTITY).contains(&quantity) {
        return Err(Error::OutOfRange { rule: "the quantity is 1 to 2^48" }.into());
    }
    match (kind, model) {
        (ContributionKind::Tokens, Some(model)) => {
            state.registry.require_node(&state.ledger, context.sender, (node, model))?;
        }
        (ContributionKind::Improvement, Some(model)) => {
            require_any_node(state, context, node)?;
            require_lower(state, context, (model, quantity))?;
        }
        (ContributionKind::Tasks | ContributionKind::Dataset, None) => {
            require_any_node(state, context, node)?;
        }
        (ContributionKind::Tokens | ContributionKind::Improvement, None) => {
            return Err(Error::WrongModel { rule: "tokens and improvements name a model" }.into());
        }
        (ContributionKind::Tasks | ContributionKind::Dataset, Some(_)) => {
            return Err(Error::WrongModel { rule: "tasks and datasets name no model" }.into());
        }
    }
    if kind == ContributionKind::Dataset
        && let Some(first) = state.contributions.dataset(&message.content)
    {
        return Err(Error::DuplicateDataset { contribution: first.key(&state.ledger) }.into());
    }
    if let Some(first) = state.contributions.evidence.get(&(context.sender, message.content)) {
        return Err(Error::EvidenceUsed { contribution: first.key(&state.ledger) }.into());
    }
    Ok(kind)
}

/// The error if the sender is not a participant with this node.
fn require_any_node(state: &State, context: &Context, node: u32) -> Result<(), AnyError> {
    if state.registry.participant(context.sender).is_none() {
        let account = state.ledger.address(context.sender);
        return Err(registry::Error::NotRegistered { account }.into());
    }
    if !state.registry.nodes.contains(&(context.sender, node)) {
        return Err(registry::Error::UnknownNode { node }.into());
    }
    Ok(())
}

/// The error if a loss does not improve on the model's recorded one.
fn require_lower(
    state: &State,
    context: &Context,
    (model, loss): (ModelId, u64),
) -> Result<(), AnyError> {
    if context.parameters.model(model).is_none() {
        return Err(registry::Error::UnknownModel { model }.into());
    }
    let recorded = state.contributions.recorded_loss(&context.parameters, model);
    if loss >= recorded.ok_or(Error::NoRecordedLoss {})? {
        let rule = "an improvement's loss is below the model's recorded loss";
        return Err(Error::OutOfRange { rule }.into());
    }
    Ok(())
}

/// The error if the sender has too little collateral or reputation.
fn require_standing(
    state: &State,
    context: &Context,
    rule: &ContributorReputation,
) -> Result<(), AnyError> {
    let stake = state.collateral.active(context.sender);
    let least = rule.least_stake;
    if stake < least {
        return Err(Error::LowStake { stake, least }.into());
    }
    let least = rule.least;
    if least.is_zero() {
        return Ok(());
    }
    let conduct = state.contributions.conduct(context.sender);
    let asset = context.parameters.asset(context.parameters.collateral.asset);
    let decimals = asset.map_or(0, |asset| asset.decimals);
    let points = reputation_points(rule, &conduct, stake, decimals, context.now.time_ms)?;
    if points < least {
        return Err(Error::LowReputation { points, least }.into());
    }
    Ok(())
}

/// A node's pace after one submission more; the error if it must wait. An interval begins with its
/// first submission; once it is used up, the next begins when it and the cooldown are over.
fn next_pace(limit: RateLimit, old: Option<Pace>, now: &Now) -> Result<Pace, AnyError> {
    let now_ms = now.time_ms;
    let first = Pace { from_ms: now_ms, count: 1, last_ms: now_ms };
    let Some(old) = old else {
        return Ok(first);
    };
    let again_ms = old.again_ms(limit)?;
    if now_ms >= again_ms {
        return Ok(first);
    }
    if old.count >= limit.most {
        return Err(Error::TooMany { most: limit.most, again_ms }.into());
    }
    let count = old.count.checked_add(1).ok_or(OVERFLOW)?;
    Ok(Pace { count, last_ms: now_ms, ..old })
}

impl Pace {
    /// From when on a new interval can begin, milliseconds.
    pub fn again_ms(&self, limit: RateLimit) -> Result<u64, AnyError> {
        let over = self.from_ms.checked_add(limit.interval_ms).ok_or(OVERFLOW)?;
        if self.count < limit.most {
            return Ok(over);
        }
        let rested = self.last_ms.checked_add(limit.cooldown_ms).ok_or(OVERFLOW)?;
        Ok(over.max(rested))
    }
}
