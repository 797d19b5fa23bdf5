//! Single requests: opened by the customer, answered by the provider, refunded when overdue.

use super::{
    Answer, Dealings, Due, Error, Event, FinishEscrow, OpenEscrow, Payment, Request, RequestId,
    Stage, Terms, WaitingAnswer, pay, release, reserve,
};
use crate::address::Address;
use crate::charge::{Answered, Charge};
use crate::due::take_due;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::modules::pricing;
use crate::names::ModelId;
use crate::state::{Context, State};
use crate::time::Deadline;
use workmint_amounts::Amount;

/// Most units of a request's question and answer together: only 2^32 requests in one epoch reach
/// 2^64.
const MAX_UNITS: u64 = 1 << 32;

/// Opens a request: locks its price, reserves its largest cost. An answer that was there first is
/// paid at once; the caller counts it.
pub fn apply_open_escrow(
    state: &mut State,
    context: &Context,
    message: &OpenEscrow,
) -> Result<Option<Answered>, AnyError> {
    let OpenEscrow { id, model, provider, prompt_units, max_units } = *message;
    let rules = context.parameters.market.escrow.as_ref().ok_or(Error::NoEscrow {})?;
    if context.parameters.model(model).is_none() {
        return Err(Error::UnknownModel {}.into());
    }
    let max_units = max_units.unwrap_or(rules.default_max_units);
    let units = prompt_units.checked_add(max_units).ok_or(OVERFLOW)?;
    if !(1..=MAX_UNITS).contains(&units) {
        return Err(Error::OutOfRange { rule: "a request reserves 1 to 2^32 units" }.into());
    }
    let provider = serving(state, provider, model)?;
    require_unrelated(state, context.sender, provider)?;
    require_unrelated(state, provider, context.sender)?;
    let price = pricing::price(state, &context.parameters, model)?;
    let terms = Terms { price, prompt_units, max_units };
    let (key, waiting_key) = ((context.sender, id), (context.sender, id, provider));
    let waiting = state.market.answers.get(&waiting_key).copied();
    let known = state.market.requests.get(&key);
    let most = state.ledger.cap(context.parameters.market.asset);
    let opening = terms.open(known, waiting.map(|row| row.answer), most)?;
    let escrow = opening.escrow;
    reserve(state, context, &[Charge { customer: context.sender, model, price, amount: escrow }])?;
    let expires = rules.expiry.after(&context.now)?;
    let request = Request { model, provider, terms, stage: Stage::Open { escrow, expires } };
    state.market.requests.put(key, request.clone());
    state.market.due.put((expires, Due::Request(key)), ());
    let (customer, provider) =
        (state.ledger.address(context.sender), state.ledger.address(provider));
    state.emit(Event::Opened { customer, id, provider, model, price, escrow });
    let (Some(waiting), Some(payment)) = (waiting, opening.payment) else {
        return Ok(None);
    };
    state.market.answers.remove(&waiting_key);
    state.market.due.remove(&(waiting.expires, Due::Answer(waiting_key)));
    settle(state, context, key, request, payment).map(Some)
}

/// The handle of a participant that has a node for the model.
fn serving(state: &State, provider: Address, model: ModelId) -> Result<AccountHandle, AnyError> {
    let handle = state.ledger.handle(&provider).ok_or(Error::NotServed { provider })?;
    let registered = state.registry.participant(handle).is_some();
    let serves = |(_, node): (u32, &crate::modules::registry::Node)| node.models.contains(&model);
    if registered && state.registry.nodes(handle).any(serves) {
        Ok(handle)
    } else {
        Err(Error::NotServed { provider }.into())
    }
}

/// The error if they are related: who pays itself could count work and answers as it likes.
pub(super) fn require_unrelated(
    state: &State,
    sender: AccountHandle,
    other: AccountHandle,
) -> Result<(), AnyError> {
    if state.registry.related(&state.ledger, sender, other) {
        return Err(Error::ConflictOfInterest { with: state.ledger.address(other) }.into());
    }
    Ok(())
}

/// Takes in an answer. It pays at once, or waits for its request; the caller counts what is paid.
pub fn apply_finish_escrow(
    state: &mut State,
    context: &Context,
    message: &FinishEscrow,
) -> Result<Option<Answered>, AnyError> {
    let FinishEscrow { customer, id, prompt_units, answer_units } = *message;
    if prompt_units > MAX_UNITS || answer_units > MAX_UNITS {
        return Err(
            Error::OutOfRange { rule: "question and answer have at most 2^32 units each" }.into()
        );
    }
    let customer = state.ledger.handle(&customer).ok_or(Error::UnknownCustomer { customer })?;
    let (key, answer) = ((customer, id), Answer { prompt_units, answer_units });
    // Only what both confirmed or the provider says: a customer cannot void its request by it.
    require_unrelated(state, context.sender, customer)?;
    let Some(request) = state.market.requests.get(&key).cloned() else {
        return wait(state, context, key, answer).map(|()| None);
    };
    if request.provider != context.sender {
        return Err(Error::NotProvider {}.into());
    }
    if !matches!(request.stage, Stage::Open { .. }) {
        return Err(Error::AlreadyAnswered {}.into());
    }
    let most = state.ledger.cap(context.parameters.market.asset);
    let payment = request.terms.settle(answer, most)?;
    settle(state, context, key, request, payment).map(Some)
}

/// Keeps an answer that came before its request. Another provider's does not stand in its way.
fn wait(
    state: &mut State,
    context: &Context,
    (customer, id): RequestId,
    answer: Answer,
) -> Result<(), AnyError> {
    let rules = context.parameters.market.escrow.as_ref().ok_or(Error::NoEscrow {})?;
    let provider = state.ledger.address(context.sender);
    if state.registry.participant(context.sender).is_none() {
        return Err(Error::NotServed { provider }.into());
    }
    let key = (customer, id, context.sender);
    if state.market.answers.contains(&key) {
        return Err(Error::AlreadyAnswered {}.into());
    }
    let expires = rules.expiry.after(&context.now)?;
    state.market.answers.put(key, WaitingAnswer { answer, expires });
    state.market.due.put((expires, Due::Answer(key)), ());
    let customer = state.ledger.address(customer);
    state.emit(Event::AnswerWaits { customer, id, provider });
    Ok(())
}

/// Pays an open request from its escrow and frees the rest. It is remembered while it can be
/// refuted.
fn settle(
    state: &mut State,
    context: &Context,
    key: RequestId,
    mut request: Request,
    payment: Payment,
) -> Result<Answered, AnyError> {
    let Stage::Open { expires, .. } = request.stage else {
        return Err(Error::AlreadyAnswered {}.into());
    };
    let (model, provider, price) = (request.model, request.provider, request.terms.price);
    let Payment { units, paid, refunded, .. } = payment;
    let charge = |amount| [Charge { customer: key.0, model, price, amount }];
    release(state, &charge(refunded))?;
    pay(state, context, &charge(paid))?;
    let refutable = context.parameters.work.challenge_window.after(&context.now)?;
    count_dealing(state, (provider, key.0), |dealings| &mut dealings.answered)?;
    let epoch = context.now.epoch;
    request.stage = Stage::Answered { epoch, units, paid, refutable, refuted_by: Vec::new() };
    state.market.requests.put(key, request);
    state.market.due.remove(&(expires, Due::Request(key)));
    state.market.due.put((refutable, Due::Request(key)), ());
    state.emit(Event::Answered {
        customer: state.ledger.address(key.0),
        id: key.1,
        provider: state.ledger.address(provider),
        units,
        paid,
        refunded,
    });
    Ok(Answered { provider, model, units, paid })
}

fn count_dealing(
    state: &mut State,
    key: (AccountHandle, AccountHandle),
    field: impl FnOnce(&mut Dealings) -> &mut u64,
) -> Result<(), AnyError> {
    let mut dealings = state.market.dealings.get(&key).copied().unwrap_or_default();
    let count = field(&mut dealings);
    *count = count.checked_add(1).ok_or(OVERFLOW)?;
    state.market.dealings.put(key, dealings);
    Ok(())
}

/// What is due: its deadline is over. Ascending, and no more is looked at than that, nor than one
/// block ends.
pub(crate) fn due(state: &State, over: impl Fn(Deadline) -> bool) -> Vec<(Deadline, Due)> {
    let lowest = Due::Request((AccountHandle(0), crate::Hash::ZERO));
    take_due(&state.market.due, lowest, over)
}

/// Ends what is due: an unanswered request is refunded in full, everything else is forgotten.
/// Returns the provider if it missed a request. A customer can say that it asked and never have:
/// so no more of its requests are missed in an epoch than the provider answered it before.
pub(crate) fn end_due(
    state: &mut State,
    (deadline, due): (Deadline, Due),
) -> Result<Option<AccountHandle>, AnyError> {
    state.market.due.remove(&(deadline, due));
    let key = match due {
        Due::Request(key) => key,
        Due::Answer(key) => {
            state.market.answers.remove(&key);
            return Ok(None);
        }
    };
    let Some(request) = state.market.requests.get(&key).cloned() else {
        return Ok(None);
    };
    state.market.requests.remove(&key);
    let Stage::Open { escrow, .. } = request.stage else {
        return Ok(None);
    };
    let Request { model, provider, terms, .. } = request;
    release(state, &[Charge { customer: key.0, model, price: terms.price, amount: escrow }])?;
    let dealings = state.market.dealings(provider, key.0);
    let counts = dealings.missed < dealings.answered;
    if counts {
        count_dealing(state, (provider, key.0), |dealings| &mut dealings.missed)?;
    }
    state.emit(Event::Missed {
        customer: state.ledger.address(key.0),
        id: key.1,
        provider: state.ledger.address(provider),
        refunded: escrow,
        counts,
    });
    Ok(counts.then_some(provider))
}

/// The oldest epoch of which an answer can still be refuted.
pub(crate) fn oldest_answer(state: &State) -> Option<u64> {
    let requests = state.market.requests.iter();
    let epochs = requests.filter_map(|(_, request)| match request.stage {
        Stage::Answered { epoch, .. } => Some(epoch),
        Stage::Open { .. } | Stage::Refuted { .. } => None,
    });
    epochs.min()
}

/// At a close: who answered whom is counted anew.
pub(crate) fn end_close(state: &mut State) {
    state.market.dealings.clear();
}

/// What open requests reserve, by deposit.
pub(crate) fn escrowed(state: &State) -> impl Iterator<Item = ((AccountHandle, ModelId), Amount)> {
    state.market.requests.iter().filter_map(|((customer, _), request)| match request.stage {
        Stage::Open { escrow, .. } => Some(((*customer, request.model), escrow)),
        Stage::Answered { .. } | Stage::Refuted { .. } => None,
    })
}
