//! Opening, topping up, redeeming.

use super::{OpenSession, RedeemVoucher, Session, SessionEvent, SessionId, TopUpSession, Voucher};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Reason};
use crate::modules::market::escrow::require_unrelated;
use crate::modules::market::{Error, fee, jobs};
use crate::modules::parameters::SessionRules;
use crate::modules::pricing;
use crate::state::{Context, State};
use crate::time::Deadline;
use workmint_amounts::{Amount, cumulative_ceil};

/// Opens a session of the sender and locks its deposit.
pub fn apply_open_session(
    state: &mut State,
    context: &Context,
    message: &OpenSession,
) -> Result<(), AnyError> {
    let OpenSession { provider, model, deposit, max_price, expires } = *message;
    let market = &context.parameters.market;
    let rules = market.sessions.as_ref().ok_or(Error::NoSessions {})?;
    if deposit.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    if context.parameters.model(model).is_none() {
        return Err(Error::UnknownModel {}.into());
    }
    let worker = participant(state, message)?;
    require_unrelated(state, context.sender, worker)?;
    require_unrelated(state, worker, context.sender)?;
    let price = pricing::price(state, &context.parameters, model)?;
    if let Some(limit) = max_price.filter(|limit| price > *limit) {
        return Err(Error::PriceAboveLimit { price, limit }.into());
    }
    let expires = end_of(context, rules, expires)?;
    let number = state.market.next_session(context.sender);
    let next = number.checked_add(1).ok_or(OVERFLOW)?;
    let session = Session {
        provider: worker,
        model,
        price,
        deposit,
        taken: Amount::ZERO,
        fee: Amount::ZERO,
        rate: fee::rate(market.fee.as_ref()),
        close_window: rules.close_window,
        expires,
        closes: None,
        paid_in: None,
    };
    deposit_more(state, context, deposit)?;
    let id = (context.sender, number);
    state.market.sessions.put(id, session);
    state.market.session_due.put((expires, id), ());
    state.market.session_numbers.put(context.sender, next);
    let customer = state.ledger.address(context.sender);
    let session = number;
    emit(
        state,
        SessionEvent::Opened { customer, session, provider, model, price, deposit, expires },
    );
    Ok(())
}

pub(super) fn emit(state: &mut State, event: SessionEvent) {
    state.emit(crate::modules::market::Event::Session(event));
}

/// The handle of a provider that is a participant.
fn participant(state: &State, message: &OpenSession) -> Result<AccountHandle, AnyError> {
    let provider = message.provider;
    let handle = state.ledger.handle(&provider);
    let handle = handle.filter(|handle| state.registry.participant(*handle).is_some());
    Ok(handle.ok_or(Error::NotParticipant { provider })?)
}

/// The asked end, which must be in the future and no later than the longest session's.
fn end_of(
    context: &Context,
    rules: &SessionRules,
    asked: Option<Deadline>,
) -> Result<Deadline, AnyError> {
    let latest = rules.max_length.after(&context.now)?;
    let Some(asked) = asked else {
        return Ok(latest);
    };
    let fits = match (asked, latest) {
        (Deadline::Time(at), Deadline::Time(latest)) => at > context.now.time_ms && at <= latest,
        (Deadline::Epoch(at), Deadline::Epoch(latest)) => at >= context.now.epoch && at <= latest,
        (Deadline::Time(_), Deadline::Epoch(_)) | (Deadline::Epoch(_), Deadline::Time(_)) => false,
    };
    if fits { Ok(asked) } else { Err(Error::SessionEnd { asked, latest }.into()) }
}

/// Locks what the sender puts in.
fn deposit_more(state: &mut State, context: &Context, amount: Amount) -> Result<(), AnyError> {
    let mut totals = state.market.session_totals();
    totals.deposited = totals.deposited.checked_add(amount)?;
    let asset = context.parameters.market.asset;
    state.ledger.lock(context.sender, asset, LockKind::Session, amount)?;
    state.market.session_totals.set(totals);
    Ok(())
}

pub(super) fn find(state: &State, id: SessionId) -> Result<Session, AnyError> {
    let (customer, session) = (state.ledger.address(id.0), id.1);
    Ok(*state.market.sessions.get(&id).ok_or(Error::NoSession { customer, session })?)
}

/// Adds to the deposit of a session of the sender that is not being closed.
pub fn apply_top_up_session(
    state: &mut State,
    context: &Context,
    message: &TopUpSession,
) -> Result<(), AnyError> {
    let TopUpSession { session: number, amount } = *message;
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    let id = (context.sender, number);
    let mut session = find(state, id)?;
    if session.closes.is_some() || session.expires.is_over(&context.now) {
        return Err(Error::SessionClosing {}.into());
    }
    session.deposit = session.deposit.checked_add(amount)?;
    deposit_more(state, context, amount)?;
    state.market.sessions.put(id, session);
    let (customer, deposit) = (state.ledger.address(context.sender), session.deposit);
    emit(state, SessionEvent::ToppedUp { customer, session: number, amount, deposit });
    Ok(())
}

/// Pays the sender, the session's provider, up to a voucher's sum, but never above the deposit. It
/// works until the session has ended, so that one redeemed in the block of the deadline is in time.
pub fn apply_redeem_voucher(
    state: &mut State,
    context: &Context,
    message: &RedeemVoucher,
) -> Result<(), AnyError> {
    let RedeemVoucher { customer, voucher } = *message;
    let handle = state.ledger.handle(&customer).ok_or(Error::UnknownCustomer { customer })?;
    let id = (handle, voucher.session);
    let mut session = find(state, id)?;
    if session.provider != context.sender {
        return Err(Error::NotSessionParty {}.into());
    }
    require_own(state, message)?;
    let due = voucher.cumulative.min(session.deposit);
    if due <= session.taken {
        let Voucher { cumulative, .. } = voucher;
        let (taken, deposit) = (session.taken, session.deposit);
        return Err(Error::StaleVoucher { cumulative, taken, deposit }.into());
    }
    // The fee of the whole less what was taken: cutting a sum into vouchers saves nothing.
    let fee = cumulative_ceil(session.taken, due, session.rate)?;
    let paid = due.checked_sub(session.taken)?.checked_sub(fee)?;
    let is_job = session.paid_in != Some(context.now.epoch);
    let sale = sale_of(&session, due, is_job);
    session.paid_in = Some(context.now.epoch);
    session.taken = due;
    session.fee = session.fee.checked_add(fee)?;
    let mut totals = state.market.session_totals();
    totals.paid = totals.paid.checked_add(paid)?;
    totals.fees = totals.fees.checked_add(fee)?;
    fee::take(state, context, (handle, LockKind::Session), fee)?;
    let posting = Posting {
        asset: context.parameters.market.asset,
        from: Holder::Account(handle),
        to: Holder::Account(session.provider),
        amount: paid,
        reason: Reason::Payment,
    };
    state.ledger.post_locked(LockKind::Session, handle, posting)?;
    state.market.session_totals.set(totals);
    state.market.sessions.put(id, session);
    jobs::note_sale(state, (session.provider, handle), sale);
    let (provider, left) = (state.ledger.address(context.sender), session.left()?);
    let session = voucher.session;
    emit(state, SessionEvent::Redeemed { customer, session, provider, paid, fee, left });
    Ok(())
}

/// What a voucher up to `due` pays for: whole units at the session's price; of a free model none.
fn sale_of(session: &Session, due: Amount, is_job: bool) -> Result<jobs::Sale, AnyError> {
    let units_of = |sum: Amount| sum.get().checked_div(session.price.get()).unwrap_or(0);
    let units = units_of(due).checked_sub(units_of(session.taken)).ok_or(OVERFLOW)?;
    let units = u64::try_from(units).map_err(|_| OVERFLOW)?;
    let payment = due.checked_sub(session.taken)?;
    Ok(jobs::Sale { model: session.model, tier: 0, units, payment, is_job, is_merit: true })
}

/// The error unless the customer signed the voucher for this chain.
fn require_own(state: &State, message: &RedeemVoucher) -> Result<(), AnyError> {
    let RedeemVoucher { customer, voucher } = *message;
    if voucher.signer != customer {
        return Err(Error::WrongSigner { signer: voucher.signer, customer }.into());
    }
    let own = (state.chain_id(), state.chain().genesis);
    if (voucher.chain_id, voucher.genesis) != own {
        return Err(Error::OtherChain { chain_id: own.0, genesis: own.1 }.into());
    }
    Ok(())
}
