//! What a close does: count votes that are over, carry out what passed, open new votes.

use super::apply::check_kind;
use super::formulas::{outcome, plus, power};
use super::{Error, Event, Frozen, Kind, PowerSnapshot, Proposal, Stage, Tally};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Pot, Reason};
use crate::modules::parameters::{self, Governance, Parameters, PowerRule};
use crate::modules::stake;
use crate::state::{Context, State};
use std::collections::BTreeSet;
use std::sync::Arc;
use workmint_amounts::Amount;

/// What a change of parameters must pass beside its check: it holds against what is issued, and
/// plans the inputs just frozen.
type Trial<'a> = &'a dyn Fn(&State, &Parameters) -> Result<(), AnyError>;

/// Runs after the close's payments and releases and before parameters are activated: what is
/// decided here for parameters is active from `next` on, and passed its `trial` here, so that what
/// is executed does become active. At most 64 proposals of each kind are open.
pub(crate) fn close(state: &mut State, context: &Context, next: u64, trial: Trial<'_>) {
    let numbers: Vec<u64> = state.governance.proposals.iter().map(|(number, _)| *number).collect();
    for number in &numbers {
        state.isolate("count of a vote", |state| count(state, context, *number));
    }
    for number in &numbers {
        state.isolate("execution of a proposal", |state| {
            execute(state, context, *number, (next, trial))
        });
    }
    state.isolate("opening of votes", |state| open_votes(state, context));
    forget_snapshots(state);
}

/// A change of parameters took governance away: every proposal ends, whatever its stage, and what
/// is still locked for it returns.
pub(crate) fn abolish(state: &mut State) {
    let numbers: Vec<u64> = state.governance.proposals().map(|(number, _)| number).collect();
    for number in numbers {
        state.isolate("end of a proposal", |state| {
            let mut proposal = load(state, number)?;
            if !proposal.deposit.is_zero() {
                settle_deposit(state, number, &mut proposal, true)?;
            }
            end(state, number)?;
            state.emit(Event::Failed { proposal: number, code: Error::NoGovernance {}.code() });
            Ok(())
        });
    }
    forget_snapshots(state);
}

fn stage(state: &State, number: u64) -> Option<Stage> {
    state.governance.proposal(number).map(|proposal| proposal.stage)
}

fn load(state: &State, number: u64) -> Result<Proposal, AnyError> {
    let found = state.governance.proposals.get(&number).cloned();
    found.ok_or(AnyError::Inconsistent { what: "a proposal without a row" })
}

/// Counts a vote that is over: the deposit returns if the quorum was met and not nearly everybody
/// was against it, else the treasury has it.
fn count(state: &mut State, context: &Context, number: u64) -> Result<(), AnyError> {
    let Some(Stage::Voting { total, ends, .. }) = stage(state, number) else {
        return Ok(());
    };
    if !ends.is_over_at_close(&context.now) {
        return Ok(());
    }
    let mut proposal = load(state, number)?;
    let tally = state.governance.tally(number).unwrap_or_default();
    let outcome = outcome(&proposal.rules, total, &tally)?;
    settle_deposit(state, number, &mut proposal, outcome.returned)?;
    if !outcome.passed {
        end(state, number)?;
        let quorum = outcome.quorum;
        state.emit(Event::Rejected { proposal: number, tally, total, quorum });
        return Ok(());
    }
    let executes = proposal.timelock.after(&context.now)?;
    proposal.stage = Stage::Passed { executes };
    state.governance.proposals.put(number, proposal);
    state.governance.tallies.remove(&number);
    state.emit(Event::Passed { proposal: number, tally, executes });
    Ok(())
}

fn settle_deposit(
    state: &mut State,
    number: u64,
    proposal: &mut Proposal,
    returned: bool,
) -> Result<(), AnyError> {
    let (from, asset, amount) = (proposal.proposer, proposal.asset, proposal.deposit);
    let account = state.ledger.address(from);
    if returned {
        state.ledger.unlock(from, asset, LockKind::Proposal, amount)?;
        state.emit(Event::DepositReturned { proposal: number, account, asset, amount });
    } else {
        let (to, reason) = (Holder::Pot(Pot::Treasury), Reason::LostDeposit);
        let posting = Posting { asset, from: Holder::Account(from), to, amount, reason };
        state.ledger.post_locked(LockKind::Proposal, from, posting)?;
        state.emit(Event::DepositLost { proposal: number, account, asset, amount });
    }
    proposal.deposit = Amount::ZERO;
    Ok(())
}

/// Removes the proposal and its ballots, and frees the stake they bound: it can never be counted or
/// carried out again.
fn end(state: &mut State, number: u64) -> Result<(), AnyError> {
    let voters: Vec<AccountHandle> =
        state.governance.ballots(number).map(|(voter, _)| voter).collect();
    for voter in voters {
        state.governance.ballots.remove(&(number, voter));
        stake::unbind(state, voter)?;
    }
    state.governance.proposals.remove(&number);
    state.governance.tallies.remove(&number);
    Ok(())
}

/// Carries out what passed once its timelock is over. Whether it works or not, it ends.
fn execute(
    state: &mut State,
    context: &Context,
    number: u64,
    change: (u64, Trial<'_>),
) -> Result<(), AnyError> {
    let Some(Stage::Passed { executes }) = stage(state, number) else {
        return Ok(());
    };
    if !executes.is_over_at_close(&context.now) {
        return Ok(());
    }
    let proposal = load(state, number)?;
    end(state, number)?;
    let mark = state.mark();
    let event = match carry_out(state, context, (number, &proposal.kind), change) {
        Ok(()) => Event::Executed { proposal: number },
        Err(error) => {
            state.rollback_to(&mark);
            Event::Failed { proposal: number, code: error.code() }
        }
    };
    state.emit(event);
    Ok(())
}

fn carry_out(
    state: &mut State,
    context: &Context,
    (number, kind): (u64, &Kind),
    (next, trial): (u64, Trial<'_>),
) -> Result<(), AnyError> {
    check_kind(state, context, kind)?;
    match kind {
        Kind::Parameters { base, parameters } => {
            if state.parameters.scheduled.range(..=next).next().is_some() {
                return Err(Error::OtherVersion { base: *base, active: *base }.into());
            }
            trial(state, parameters)?;
            parameters::schedule(state, next, parameters)
        }
        Kind::Spend { to, asset, amount } => {
            let recipient = state.ledger.open(*to)?;
            state.ledger.post(Posting {
                asset: *asset,
                from: Holder::Pot(Pot::Treasury),
                to: Holder::Account(recipient),
                amount: *amount,
                reason: Reason::TreasurySpend,
            })?;
            let (to, asset, amount) = (*to, *asset, *amount);
            state.emit(Event::TreasurySpent { proposal: number, to, asset, amount });
            Ok(())
        }
        Kind::Upgrade { version, height } => {
            let (version, height) = (*version, *height);
            state.governance.decide_upgrade(context.now.height, height, version);
            state.emit(Event::UpgradeScheduled { proposal: number, version, height });
            Ok(())
        }
    }
}

/// Freezes the power of this close, once, for all proposals that wait for their vote.
fn open_votes(state: &mut State, context: &Context) -> Result<(), AnyError> {
    let is_waiting = |proposal: &Proposal| matches!(proposal.stage, Stage::Waiting);
    let waiting: Vec<u64> = state
        .governance
        .proposals()
        .filter(|(_, proposal)| is_waiting(proposal))
        .map(|(number, _)| number)
        .collect();
    let Some(rules) = context.parameters.governance.as_ref().filter(|_| !waiting.is_empty()) else {
        return Ok(());
    };
    let powers = Arc::new(freeze(state, rules)?);
    let (snapshot, total) = (context.now.epoch, powers.total);
    state.governance.snapshots.put(snapshot, powers);
    for number in waiting {
        let mut proposal = load(state, number)?;
        let ends = proposal.rules.voting.after(&context.now)?;
        proposal.stage = Stage::Voting { snapshot, total, ends };
        state.governance.proposals.put(number, proposal);
        state.governance.tallies.put(number, Tally::default());
        state.emit(Event::VoteOpened { proposal: number, total, ends });
    }
    Ok(())
}

/// What everybody has now. Pots and the treasury are no accounts; what is locked, as unvested
/// tokens are, is not spendable. Who owns less than the least has no power: accounts cost nothing,
/// and square roots favour many small ones.
fn freeze(state: &State, rules: &Governance) -> Result<PowerSnapshot, AnyError> {
    let weights = Arc::clone(state.weights.current());
    let frozen = |account: AccountHandle| -> Result<Frozen, AnyError> {
        if rules.power == PowerRule::EffectiveWeight {
            let held = u128::from(weights.effective_of(&state.ledger.address(account)));
            return Ok(Frozen { held, stake: Amount::ZERO });
        }
        let spendable = state.ledger.spendable(account, rules.asset);
        let stake = staked(state, rules, account)?;
        let enough = spendable.checked_add(stake)? >= rules.least_power;
        let held = if enough { spendable.get() } else { 0 };
        Ok(Frozen { held, stake: if enough { stake } else { Amount::ZERO } })
    };
    let mut powers = PowerSnapshot { rule: rules.power, accounts: Vec::new(), total: 0 };
    // Account 0 is the engine's own: it owns nothing.
    for handle in 1..state.ledger.account_count() {
        let account = AccountHandle(handle);
        let frozen = frozen(account)?;
        let power = power(rules.power, frozen);
        if power > 0 {
            powers.total = plus(powers.total, power).map_err(|_| OVERFLOW)?;
            powers.accounts.push((account, frozen));
        }
    }
    Ok(powers)
}

/// What votes by being locked: active stake, and what is bonded to validators in the same asset.
pub(super) fn staked(
    state: &State,
    rules: &Governance,
    account: AccountHandle,
) -> Result<Amount, AnyError> {
    let stake = stake::active(state, account);
    let active = state.active_parameters();
    let bonds = active.as_ref().and_then(|active| active.validators.as_ref());
    match bonds.filter(|bonds| bonds.asset == rules.asset) {
        Some(_) => Ok(stake.checked_add(state.validators.bonded_by(account)?)?),
        None => Ok(stake),
    }
}

fn forget_snapshots(state: &mut State) {
    let needed: BTreeSet<u64> = state
        .governance
        .proposals
        .iter()
        .filter_map(|(_, proposal)| match proposal.stage {
            Stage::Voting { snapshot, .. } => Some(snapshot),
            Stage::Waiting | Stage::Passed { .. } => None,
        })
        .collect();
    let unused = state.governance.snapshots.iter().map(|(epoch, _)| *epoch);
    let unused: Vec<u64> = unused.filter(|epoch| !needed.contains(epoch)).collect();
    for epoch in unused {
        state.governance.snapshots.remove(&epoch);
    }
}
