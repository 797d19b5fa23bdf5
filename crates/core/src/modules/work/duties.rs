//! Sampled checks: committed, drawn, done.

use super::formulas::MAX_CHECKS;
use super::sampling::{MAX_POOL, Odds, Receipts};
use super::{
    Closed, CommitSeed, Duty, Error, Event, MissTest, RecordChecks, ReportId, RevealSeed, Seed,
    draw_checks, standing,
};
use crate::error::Error as AnyError;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Sampling;
use crate::modules::registry;
use crate::names::ModelId;
use crate::state::{Context, State};

/// Longest signature kept with a seed.
const MAX_SIGNATURE: usize = 96;

/// The commitment of a seed.
#[must_use]
pub fn commitment_of(seed: &Hash) -> Hash {
    Hash::of("workmint duty seed v1", &[&seed.0])
}

/// Commits the sender's seed of the open epoch, before the draw is known. `closes` says whether
/// this block closes the epoch.
pub fn apply_commit_seed(
    state: &mut State,
    context: &Context,
    message: &CommitSeed,
    closes: bool,
) -> Result<(), AnyError> {
    let (given, expected) = (message.epoch, context.now.epoch);
    if given != expected {
        return Err(Error::WrongEpoch { given, expected }.into());
    }
    if closes {
        return Err(Error::EpochCloses {}.into());
    }
    let account = state.ledger.address(context.sender);
    if state.registry.participant(context.sender).is_none() {
        return Err(registry::Error::NotRegistered { account }.into());
    }
    if message.signature.len() > MAX_SIGNATURE {
        return Err(Error::OutOfRange { rule: "a signature has at most 96 bytes" }.into());
    }
    let key = (message.epoch, context.sender);
    if state.work.seeds.contains(&key) {
        return Err(Error::AlreadyReported {}.into());
    }
    let (commitment, signature) = (message.commitment, message.signature.clone());
    state.work.seeds.put(key, Seed { commitment, signature });
    state.emit(Event::SeedCommitted { account, epoch: message.epoch });
    Ok(())
}

/// Reveals the sender's seed of the epoch just closed and draws its checks; sampled ones by the
/// weights of that epoch.
pub fn apply_reveal_seed(
    state: &mut State,
    context: &Context,
    message: &RevealSeed,
) -> Result<(), AnyError> {
    let key = (message.epoch, context.sender);
    let committed = state.work.seeds.get(&key).map(|seed| seed.commitment);
    if committed != Some(commitment_of(&message.seed)) {
        return Err(Error::SeedMismatch {}.into());
    }
    if state.work.duties.contains(&key) {
        return Err(Error::AlreadyRevealed {}.into());
    }
    // The last epoch that closed; after skipped epochs not the one before the open one.
    let (given, last) = (message.epoch, state.work.closed.iter().next_back());
    let wrong = |expected| Error::WrongEpoch { given, expected };
    let (expected, closed) = last.ok_or_else(|| wrong(context.now.epoch))?;
    if given != *expected {
        return Err(wrong(*expected).into());
    }
    let closed = closed.clone();
    let related = |participant: AccountHandle| {
        state.registry.related(&state.ledger, context.sender, participant)
    };
    let work = &context.parameters.work;
    let mut due = match &work.sampling {
        None => draw_checks(&message.seed, &closed, work.checks_per_epoch, related),
        Some(rules) => sample(state, context, (rules, &closed), message)?,
    };
    due.sort_unstable();
    let checks = u32::try_from(due.len()).unwrap_or(u32::MAX);
    state.work.duties.put(key, Duty { due, done: Vec::new() });
    let account = state.ledger.address(context.sender);
    state.emit(Event::ChecksDue { account, epoch: message.epoch, checks });
    Ok(())
}

/// The checks that sampling draws for the sender.
fn sample(
    state: &State,
    context: &Context,
    (rules, closed): (&Sampling, &Closed),
    message: &RevealSeed,
) -> Result<Vec<ReportId>, AnyError> {
    let validator = state.work.weight_in(message.epoch, context.sender);
    let Some(members) = state.work.members.get(&message.epoch).filter(|_| validator > 0) else {
        return Ok(Vec::new());
    };
    let odds = |provider| {
        let (provider, reputation) = members.weight_and_reputation(provider);
        Odds { traffic: closed.requests, reputation, validator, provider, total: members.total }
    };
    let receipts = Receipts {
        pool: closed.receipts.get(..MAX_POOL).unwrap_or(&closed.receipts),
        related: &|provider| state.registry.related(&state.ledger, context.sender, provider),
        odds: &odds,
        text: &|id| text_of(state, id),
    };
    let most = usize::try_from(context.parameters.work.checks_per_epoch).unwrap_or(MAX_CHECKS);
    receipts.sample(rules, &message.seed, most.min(MAX_CHECKS))
}

/// The text that a receipt is drawn by: "epoch/provider/node/model".
fn text_of(state: &State, id: &ReportId) -> String {
    let provider = state.ledger.address(id.participant);
    format!("{}/{provider}/{}/{}", id.epoch, id.node, id.model.0)
}

/// Records checks that were drawn for the sender.
pub fn apply_record_checks(
    state: &mut State,
    context: &Context,
    message: &RecordChecks,
) -> Result<(), AnyError> {
    let key = (message.epoch, context.sender);
    let account = state.ledger.address(context.sender);
    let mut duty = state.work.duties.get(&key).cloned().ok_or(Error::CheckNotDue {})?;
    if message.checks.is_empty() {
        return Err(Error::BadList { rule: "at least one check is recorded" }.into());
    }
    let rule = standing::rule_of(context)?;
    for check in &message.checks {
        let id = state.report_id(&check.summary)?;
        let Err(place) = duty.done.binary_search(&id) else {
            return Err(Error::CheckNotDue {}.into());
        };
        if duty.due.binary_search(&id).is_err() {
            return Err(Error::CheckNotDue {}.into());
        }
        duty.done.insert(place, id);
        let counted = (message.epoch, id);
        if let Some(rule) = &rule
            && check.valid
            && !state.work.validated.contains(&counted)
            && !state.registry.related(&state.ledger, context.sender, id.participant)
        {
            state.work.validated.put(counted, ());
            standing::count_valid(state, rule, id.participant)?;
        }
        state.emit(Event::Checked { account, summary: check.summary, valid: check.valid });
    }
    state.work.duties.put(key, duty);
    Ok(())
}

/// The error if the participant still owes checks of a closed epoch. Nobody owes any of an epoch
/// without receipts, or sampled ones of an epoch without a weight in it; whoever committed no seed
/// cannot have done them. Sampled checks left undone are judged by the missed-request test at its
/// own rate, as missed of all due.
pub(crate) fn require_done(
    state: &State,
    context: &Context,
    epoch: u64,
    account: AccountHandle,
) -> Result<(), AnyError> {
    let wanted = context.parameters.work.checks_per_epoch;
    // Whoever is no participant (the account of a direct stream) owes nothing.
    if state.registry.participant(account).is_none() {
        return Ok(());
    }
    let drawn_from = state.work.closed.get(&epoch).map_or(0, |closed| closed.receipts.len());
    if wanted == 0 || drawn_from == 0 {
        return Ok(());
    }
    if context.parameters.work.sampling.is_some() && state.work.weight_in(epoch, account) == 0 {
        return Ok(());
    }
    let due = usize::try_from(wanted).unwrap_or(usize::MAX).min(drawn_from);
    let Some(duty) = state.work.duties.get(&(epoch, account)) else {
        return Err(Error::DutyUndone { done: 0, due }.into());
    };
    let (done, due) = (duty.done.len(), duty.due.len());
    let undone = due.abs_diff(done) as u64;
    let failed = match &context.parameters.work.sampling {
        None => undone > 0,
        Some(_) if undone == 0 => false,
        Some(_) => {
            let test = MissTest::for_total(&context.parameters.work.missed_requests, due as u64)?;
            test.fails(undone, done as u64)?
        }
    };
    if failed { Err(Error::DutyUndone { done, due }.into()) } else { Ok(()) }
}

/// Forgets the duties of an epoch whose claims are over.
pub(crate) fn forget(state: &mut State, epoch: u64) {
    state.work.closed.remove(&epoch);
    state.work.members.remove(&epoch);
    let first = ReportId { epoch: 0, participant: AccountHandle(0), node: 0, model: ModelId(0) };
    let validated = state.work.validated.range((epoch, first)..);
    let validated: Vec<_> =
        validated.map(|(key, ())| *key).take_while(|(of, _)| *of == epoch).collect();
    validated.iter().for_each(|key| state.work.validated.remove(key));
    let range = (epoch, AccountHandle(0))..=(epoch, AccountHandle(u32::MAX));
    let duties: Vec<_> = state.work.duties.range(range.clone()).map(|(key, _)| *key).collect();
    duties.iter().for_each(|key| state.work.duties.remove(key));
    let seeds: Vec<_> = state.work.seeds.range(range).map(|(key, _)| *key).collect();
    seeds.iter().for_each(|key| state.work.seeds.remove(key));
}
