//! How sessions end: closed by one of the two, or expired.

use super::apply::{emit, find};
use super::{CloseSession, Session, SessionEvent, SessionId};
use crate::due::take_due;
use crate::error::Error as AnyError;
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::market::Error;
use crate::state::{Context, State};
use crate::time::Deadline;

/// Ends a session at once if the sender is its provider; if it is the customer, begins to.
pub fn apply_close_session(
    state: &mut State,
    context: &Context,
    message: &CloseSession,
) -> Result<(), AnyError> {
    let CloseSession { customer, session: number } = *message;
    let handle = state.ledger.handle(&customer).ok_or(Error::UnknownCustomer { customer })?;
    let id = (handle, number);
    let mut session = find(state, id)?;
    if context.sender == session.provider {
        return end(state, context, id, &session);
    }
    if context.sender != handle {
        return Err(Error::NotSessionParty {}.into());
    }
    if session.closes.is_some() {
        return Err(Error::SessionClosing {}.into());
    }
    let ends = session.close_window.after(&context.now)?;
    session.closes = Some(ends);
    state.market.sessions.put(id, session);
    state.market.session_due.put((ends, id), ());
    let provider = state.ledger.address(session.provider);
    emit(state, SessionEvent::Closing { customer, session: number, provider, ends });
    Ok(())
}

/// Returns the rest to the customer and forgets the session.
fn end(
    state: &mut State,
    context: &Context,
    id: SessionId,
    session: &Session,
) -> Result<(), AnyError> {
    let refunded = session.left()?;
    let mut totals = state.market.session_totals();
    totals.refunded = totals.refunded.checked_add(refunded)?;
    state.ledger.unlock(id.0, context.parameters.market.asset, LockKind::Session, refunded)?;
    for deadline in session.deadlines() {
        state.market.session_due.remove(&(deadline, id));
    }
    state.market.sessions.remove(&id);
    state.market.session_totals.set(totals);
    let (customer, provider) = (state.ledger.address(id.0), state.ledger.address(session.provider));
    let paid = session.taken.checked_sub(session.fee)?;
    let (session, fee) = (id.1, session.fee);
    emit(state, SessionEvent::Ended { customer, session, provider, paid, fee, refunded });
    Ok(())
}

/// Ends the sessions whose deadline is over, at most as many as one block may; the others end in
/// the next ones.
pub(crate) fn end_due_sessions(
    state: &mut State,
    context: &Context,
    over: impl Fn(Deadline) -> bool,
) {
    let lowest = (AccountHandle(0), 0);
    for (_, id) in take_due(&state.market.session_due, lowest, over) {
        // A session with both of its deadlines over ends with the first.
        let Some(session) = state.market.sessions.get(&id).copied() else {
            continue;
        };
        state.isolate("session past its end", |state| end(state, context, id, &session));
    }
}
