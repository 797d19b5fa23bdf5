//! Its part of a close: absence, release, the next epoch's active set.

use super::slash::{remove, slash};
use super::{Active, Event, Fault, Pool, Unbonding, Why, Wish, absence_fraction};
use crate::address::Address;
use crate::due::take_due;
use crate::error::{Error, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::{Parameters, Validators};
use crate::state::{Context, State};
use crate::time::Deadline;
use std::cmp::Reverse;
use workmint_amounts::Amount;

/// Slashes who signed too few of the epoch's blocks. Before anything is released or scored.
pub(crate) fn judge_absent(state: &mut State, context: &Context) {
    let Some(rules) = context.parameters.validators.clone() else {
        return;
    };
    let active: Vec<AccountHandle> = state.validators.active().map(|(one, _)| one).collect();
    for validator in active {
        state.isolate("absence slash", |state| {
            let duty = state.validators.duty(validator, context.now.epoch)?;
            let fraction = absence_fraction(&rules, duty.signed, duty.due)?;
            if fraction.is_zero() {
                return Ok(());
            }
            slash(state, context, validator, (Fault::Absence, fraction)).map(|_| ())
        });
    }
}

/// After slashing: what is due can be slashed no more. Who withdrew takes it when it likes.
pub(crate) fn release_due(state: &mut State, context: &Context) {
    let over = |deadline: Deadline| deadline.is_over_at_close(&context.now);
    for (deadline, validator) in take_due(&state.validators.due, AccountHandle(0), over) {
        state.validators.due.remove(&(deadline, validator));
        let place = (validator, deadline);
        match state.validators.unbonding.get(&place).copied() {
            Some(row) if row.shares > 0 => {
                state.validators.unbonding.put(place, Unbonding { released: true, ..row });
            }
            Some(_) => {
                state.validators.unbonding.remove(&place);
                state.validators.remove_if_done(validator);
            }
            None => {}
        }
    }
}

/// A validator that may be active, as the choice sees it: the strongest comes first, of equals the
/// one with the lowest address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    power: Reverse<Amount>,
    address: Address,
    validator: AccountHandle,
}

/// What a close finds of who is active and who would be.
#[derive(Default)]
struct Field {
    /// Active and staying, if nobody stronger comes; strongest first.
    staying: Vec<Candidate>,
    /// Not active, and may be; strongest first.
    waiting: Vec<Candidate>,
    /// Active, and would leave; since when.
    retiring: Vec<(u64, Candidate)>,
    /// Active with too little of its own; weakest last.
    lacking: Vec<Candidate>,
    /// Active with nothing bonded.
    empty: Vec<Candidate>,
}

/// Chooses who is active in the epoch that opens, by the parameters it runs under.
pub(crate) fn choose_active(
    state: &mut State,
    context: &Context,
    parameters: &Parameters,
    next: u64,
) {
    let Some(rules) = &parameters.validators else {
        return;
    };
    state.validators.churn.set((0, 0));
    state.isolate("choice of active validators", |state| choose(state, context, rules, next));
}

fn choose(
    state: &mut State,
    context: &Context,
    rules: &Validators,
    next: u64,
) -> Result<(), Error> {
    let mut field = survey(state, context, rules)?;
    for one in &field.empty {
        remove(state, one.validator, Why::Empty);
    }
    let mut churn = Churn { limit: rules.churn_limit, joined: 0, left: 0 };
    let retiring = field.retiring.iter().map(|(_, one)| (*one, Why::Retired));
    // The weakest first.
    let lacking = field.lacking.iter().rev().map(|one| (*one, Why::Displaced));
    for (one, why) in retiring.chain(lacking) {
        churn.leave(state, &one, why)?;
    }
    let most = usize::try_from(rules.most_active).unwrap_or(usize::MAX);
    // A limit that was lowered is reached within the churn, too.
    while state.validators.active.len() > most && churn.may_leave() {
        let Some(weakest) = field.staying.pop() else { break };
        churn.leave(state, &weakest, Why::Displaced)?;
    }
    for one in &field.waiting {
        let full = state.validators.active.len() == most;
        if full
            && churn.may_join()
            && churn.may_leave()
            && let Some(weakest) = field.staying.pop_if(|weakest| one < weakest)
        {
            churn.leave(state, &weakest, Why::Displaced)?;
        }
        if state.validators.active.len() >= most || !churn.may_join() {
            break;
        }
        churn.join(state, one, next)?;
    }
    state.validators.churn.set((churn.joined, churn.left));
    refresh_powers(state)
}

/// How much of the set has changed at this close.
struct Churn {
    limit: u32,
    joined: u32,
    left: u32,
}

impl Churn {
    fn may_leave(&self) -> bool {
        self.left < self.limit
    }

    fn may_join(&self) -> bool {
        self.joined < self.limit
    }

    /// Takes one out, if the limit allows it.
    fn leave(&mut self, state: &mut State, one: &Candidate, why: Why) -> Result<(), Error> {
        if !self.may_leave() {
            return Ok(());
        }
        remove(state, one.validator, why);
        if why == Why::Retired
            && let Some(pool) = state.validators.pool(one.validator).copied()
        {
            state.validators.pools.put(one.validator, Pool { wish: Wish::Rest, ..pool });
        }
        self.left = self.left.checked_add(1).ok_or(OVERFLOW)?;
        Ok(())
    }

    fn join(&mut self, state: &mut State, one: &Candidate, next: u64) -> Result<(), Error> {
        let row = Active { since: next, power: one.power.0 };
        state.validators.active.put(one.validator, row);
        state.emit(Event::Joined { validator: one.address, power: row.power });
        self.joined = self.joined.checked_add(1).ok_or(OVERFLOW)?;
        Ok(())
    }
}

fn survey(state: &State, context: &Context, rules: &Validators) -> Result<Field, Error> {
    let mut field = Field::default();
    for (validator, pool) in state.validators.pools() {
        let active = state.validators.is_active(validator);
        if !active && matches!(pool.wish, Wish::Rest) {
            continue;
        }
        let address = state.ledger.address(validator);
        let one = Candidate { power: Reverse(pool.tokens), address, validator };
        let enough = pool.own_worth()? >= rules.minimum;
        let asked_early = |asked: u64| {
            let first = asked.checked_add(rules.activation_delay_epochs);
            first.is_some_and(|first| first <= context.now.epoch)
        };
        match pool.wish {
            _ if active && pool.tokens.is_zero() => field.empty.push(one),
            Wish::Leave(since) if active => field.retiring.push((since, one)),
            _ if active && !enough => field.lacking.push(one),
            _ if active => field.staying.push(one),
            Wish::Serve(asked) if enough && asked_early(asked) => field.waiting.push(one),
            Wish::Serve(_) | Wish::Leave(_) | Wish::Rest => {}
        }
    }
    field.staying.sort_unstable();
    field.waiting.sort_unstable();
    field.lacking.sort_unstable();
    field.retiring.sort_unstable_by_key(|(since, one)| (*since, one.address));
    Ok(field)
}

/// What is bonded now is what the epoch's proposers are drawn by.
fn refresh_powers(state: &mut State) -> Result<(), Error> {
    let rows: Vec<(AccountHandle, Active)> =
        state.validators.active().map(|(validator, row)| (validator, *row)).collect();
    for (validator, row) in rows {
        let power = state.validators.pool(validator).map_or(Amount::ZERO, |pool| pool.tokens);
        if power != row.power {
            state.validators.active.put(validator, Active { power, ..row });
        }
    }
    Ok(())
}

/// The epoch's blocks are counted anew.
pub(crate) fn end_close(state: &mut State) {
    state.validators.missed.clear();
    state.validators.proposed.clear();
    if *state.validators.blocks.get() > 0 {
        state.validators.blocks.set(0);
    }
}
