//! Answers that turn out worthless, and the debts they leave.

use super::apply::find;
use super::{Due, Error, Event, RefuteEscrow, RequestId, Return, Stage};
use crate::charge::Answered;
use crate::error::Error as AnyError;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Pot, Reason};
use crate::modules::registry::Role;
use crate::names::ModelId;
use crate::state::{Context, State};
use workmint_amounts::Amount;

/// A refuted answer: the caller no longer counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefutedAnswer {
    /// What it had counted.
    pub answered: Answered,
    /// The epoch it had counted in.
    pub epoch: u64,
    /// Names the request.
    pub request: RequestId,
    /// What the customer has not got back, base units of the market's asset.
    pub missing: Amount,
}

/// Counts a judge's vote against a paid answer. With the votes of more than half of all judges it
/// is refuted: the customer gets back what it paid, at once if nobody was paid from it yet. What is
/// missing after that the caller takes from the provider, and then calls `conclude_refutation`.
pub fn apply_refute_escrow(
    state: &mut State,
    context: &Context,
    message: &RefuteEscrow,
) -> Result<Option<RefutedAnswer>, AnyError> {
    let judge = context.sender;
    if !state.registry.has_role(judge, Role::Judge) {
        return Err(Error::NotJudge {}.into());
    }
    let customer = state.ledger.handle(&message.customer).ok_or(Error::NotRefutable {})?;
    let key = (customer, message.id);
    let mut request = state.market.requests.get(&key).cloned().ok_or(Error::NotRefutable {})?;
    let Stage::Answered { epoch, units, paid, refutable, ref mut refuted_by } = request.stage
    else {
        return Err(Error::NotRefutable {}.into());
    };
    if refutable.is_over(&context.now) {
        return Err(Error::NotRefutable {}.into());
    }
    for party in [request.provider, customer] {
        if state.registry.related(&state.ledger, judge, party) {
            return Err(Error::ConflictOfInterest { with: state.ledger.address(party) }.into());
        }
    }
    if refuted_by.contains(&judge) {
        return Err(Error::AlreadyVoted {}.into());
    }
    refuted_by.push(judge);
    let votes = refuted_by.len();
    let others = state.registry.holders(Role::Judge).count().checked_sub(votes);
    if others.is_some_and(|others| votes <= others) {
        state.market.requests.put(key, request);
        return Ok(None);
    }
    let (provider, model) = (request.provider, request.model);
    request.stage = Stage::Refuted { forgotten: refutable };
    state.market.requests.put(key, request);
    let missing = if epoch == context.now.epoch {
        give_back(state, context, (customer, model), paid)?;
        Amount::ZERO
    } else {
        paid
    };
    let answered = Answered { provider, model, units, paid };
    Ok(Some(RefutedAnswer { answered, epoch, request: key, missing }))
}

/// What the customer could not be repaid from what the provider had not claimed becomes a debt.
pub(crate) fn conclude_refutation(
    state: &mut State,
    context: &Context,
    refuted: &RefutedAnswer,
    missing: Amount,
) -> Result<(), AnyError> {
    let RefutedAnswer { answered, request: (customer, id), .. } = *refuted;
    let returned = owe(state, context, (answered.provider, customer), missing)?;
    state.emit(Event::AnswerRefuted {
        customer: state.ledger.address(customer),
        id,
        provider: state.ledger.address(answered.provider),
        amount: answered.paid,
        missing,
        returned,
    });
    Ok(())
}

/// From the payments of the open epoch back into the deposit they came from: deposits end at closes
/// only.
fn give_back(
    state: &mut State,
    context: &Context,
    key: (AccountHandle, ModelId),
    amount: Amount,
) -> Result<(), AnyError> {
    // Free work was paid from nothing.
    if amount.is_zero() {
        return Ok(());
    }
    let asset = context.parameters.market.asset;
    let mut deposit = find(state, key)?;
    deposit.paid = deposit.paid.checked_sub(amount)?;
    let total = state.market.totals.get().checked_add(amount)?;
    let (from, to) = (Holder::Pot(Pot::Payments), Holder::Account(key.0));
    state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Restitution })?;
    state.ledger.lock(key.0, asset, LockKind::Deposit, amount)?;
    state.market.deposits.put(key, deposit);
    state.market.totals.set(total);
    Ok(())
}

/// The provider owes what it was paid. Rewards can only repay it in their own asset.
fn owe(
    state: &mut State,
    context: &Context,
    (debtor, creditor): (AccountHandle, AccountHandle),
    amount: Amount,
) -> Result<Return, AnyError> {
    if amount.is_zero() {
        return Ok(Return::Paid);
    }
    if context.parameters.market.asset != context.parameters.emission.asset {
        return Ok(Return::Lost);
    }
    let key = (debtor, context.now.epoch, creditor);
    let owed = state.market.debts.get(&key).copied().unwrap_or_default();
    state.market.debts.put(key, owed.checked_add(amount)?);
    // What is owed altogether must stay an amount.
    state.market.debt(debtor)?;
    Ok(Return::Owed)
}

/// At a close: notes what the pot of restitution has received from a debtor's reward.
pub(crate) fn note_recovered(
    state: &mut State,
    debtor: AccountHandle,
    amount: Amount,
) -> Result<(), AnyError> {
    let held = state.market.recovered.get(&debtor).copied().unwrap_or_default();
    state.market.recovered.put(debtor, held.checked_add(amount)?);
    Ok(())
}

/// At a close: passes on what the pot of restitution holds, each debtor's to its creditors. What
/// fails is put back, and tried again at the next close.
pub(crate) fn pay_debts(state: &mut State, context: &Context) {
    let held: Vec<AccountHandle> = state.market.recovered.iter().map(|(of, _)| *of).collect();
    for debtor in held {
        state.isolate("restitution", |state| pay_debts_of(state, context, debtor));
    }
}

/// Oldest debt first. An error if more was recovered than is owed.
fn pay_debts_of(
    state: &mut State,
    context: &Context,
    debtor: AccountHandle,
) -> Result<(), AnyError> {
    let asset = context.parameters.emission.asset;
    let debts: Vec<(u64, AccountHandle, Amount)> = state.market.debts(debtor).collect();
    let mut rest = state.market.recovered.get(&debtor).copied().unwrap_or_default();
    state.market.recovered.remove(&debtor);
    for (epoch, creditor, owed) in debts {
        let amount = owed.min(rest);
        if amount.is_zero() {
            break;
        }
        rest = rest.checked_sub(amount)?;
        let left = owed.checked_sub(amount)?;
        let (from, to) = (Holder::Pot(Pot::Restitution), Holder::Account(creditor));
        state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Restitution })?;
        let key = (debtor, epoch, creditor);
        if left.is_zero() {
            state.market.debts.remove(&key);
        } else {
            state.market.debts.put(key, left);
        }
        let (debtor, creditor) = (state.ledger.address(debtor), state.ledger.address(creditor));
        state.emit(Event::DebtPaid { debtor, creditor, amount, left });
    }
    if rest.is_zero() {
        return Ok(());
    }
    Err(AnyError::Inconsistent { what: "more was recovered than is owed" })
}

/// Whether a request has the entry among what is due that its stage asks for.
pub(super) fn deadline_of(stage: &Stage, key: RequestId) -> (crate::time::Deadline, Due) {
    let deadline = match stage {
        Stage::Open { expires, .. } => *expires,
        Stage::Answered { refutable, .. } => *refutable,
        Stage::Refuted { forgotten } => *forgotten,
    };
    (deadline, Due::Request(key))
}
