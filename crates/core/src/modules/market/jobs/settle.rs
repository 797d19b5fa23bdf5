//! How jobs end: by a message, or by a deadline.

use super::{
    Delivery, Error, Event, Job, JobId, Outcome, Sale, Stage, Taken, TierSales, backing, capacity,
    lateness, median, payment, quality,
};
use crate::due::take_due;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::fees::holder_of;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Reason};
use crate::modules::market::take_fee;
use crate::modules::{pricing, stake};
use crate::state::{Context, State};
use crate::time::{Deadline, Duration};
use workmint_amounts::{Amount, Ratio};

/// What becomes of a bond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fate {
    /// It returns.
    #[default]
    Returned,
    /// It goes where slashed collateral goes.
    Lost,
    /// Half of it, rounded down, goes to the other side; the rest is burned.
    Split,
}

/// What an end moves. By default all of it returns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    /// Out of the deposit, fee included; at most the deposit.
    pub(super) payment: Option<Amount>,
    /// Of the provider.
    pub(super) bond: Fate,
    /// Of the customer.
    pub(super) dispute_bond: Fate,
}

/// Keeps a job at its new stage, whose deadline is `window` from now. Returns that deadline.
pub(super) fn renew(
    state: &mut State,
    context: &Context,
    id: JobId,
    mut job: Job,
    window: Duration,
) -> Result<Deadline, AnyError> {
    let deadline = window.after(&context.now)?;
    state.market.jobs.due.remove(&(job.deadline, id));
    state.market.jobs.due.put((deadline, id), ());
    job.deadline = deadline;
    state.market.jobs.rows.put(id, job);
    Ok(deadline)
}

/// Ends a job: paid + fee + refunded == deposited, every bond moves, the row is gone.
pub(super) fn end(
    state: &mut State,
    context: &Context,
    (id, job): (JobId, &Job),
    outcome: Outcome,
    parts: Parts,
) -> Result<(), AnyError> {
    let (customer, taken, asset) = (id.0, job.stage.taken(), context.parameters.market.asset);
    let dispute_bond = job.stage.dispute_bond();
    forget(state, id, job)?;
    let payment = parts.payment.unwrap_or(Amount::ZERO);
    let refunded = job.deposit.checked_sub(payment)?;
    let fee = take_fee(state, context, (customer, LockKind::Job), payment)?;
    let paid = payment.checked_sub(fee)?;
    state.ledger.unlock(customer, asset, LockKind::Job, refunded)?;
    if let Some(Taken { provider, bond }) = taken {
        let (from, to) = (Holder::Account(customer), Holder::Account(provider));
        let posting = Posting { asset, from, to, amount: paid, reason: Reason::Payment };
        state.ledger.post_locked(LockKind::Job, customer, posting)?;
        end_bond(state, context, (provider, customer), bond, parts.bond)?;
        end_bond(state, context, (customer, provider), dispute_bond, parts.dispute_bond)?;
        stake::unbind(state, provider)?;
    }
    let provider = taken.map(|taken| state.ledger.address(taken.provider));
    let (customer, number) = (state.ledger.address(customer), id.1);
    state.emit(Event::Ended { customer, number, provider, outcome, paid, fee, refunded });
    Ok(())
}

/// Takes a job out of the state; its money is moved by the caller.
fn forget(state: &mut State, id: JobId, job: &Job) -> Result<(), AnyError> {
    let mut totals = state.market.jobs.totals();
    let bond = job.stage.taken().map_or(Amount::ZERO, |taken| taken.bond);
    totals.deposits = totals.deposits.checked_sub(job.deposit)?;
    totals.bonds = totals.bonds.checked_sub(bond)?.checked_sub(job.stage.dispute_bond())?;
    state.market.jobs.totals.set(totals);
    state.market.jobs.due.remove(&(job.deadline, id));
    state.market.jobs.rows.remove(&id);
    Ok(())
}

fn end_bond(
    state: &mut State,
    context: &Context,
    (owner, other): (AccountHandle, AccountHandle),
    bond: Amount,
    fate: Fate,
) -> Result<(), AnyError> {
    let (asset, kind) = (context.parameters.market.asset, LockKind::JobBond);
    let given = Amount::new(bond.get() >> 1);
    let parts = match fate {
        Fate::Returned => return state.ledger.unlock(owner, asset, kind, bond),
        Fate::Lost => vec![(holder_of(context.parameters.slashing.destination), bond)],
        Fate::Split => {
            vec![(Holder::Account(other), given), (Holder::Issuance, bond.checked_sub(given)?)]
        }
    };
    for (to, amount) in parts {
        let from = Holder::Account(owner);
        let posting = Posting { asset, from, to, amount, reason: Reason::LostBond };
        state.ledger.post_locked(kind, owner, posting)?;
    }
    Ok(())
}

/// The medians of what reporters measured, once a quorum has: latency and quality.
fn medians(context: &Context, delivery: &Delivery) -> Option<(u32, u16)> {
    let quorum = usize::try_from(context.parameters.work.quorum).ok()?.max(1);
    if delivery.measures.len() < quorum {
        return None;
    }
    let latencies = delivery.measures.iter().map(|measure| measure.latency_ms).collect();
    let qualities = delivery.measures.iter().map(|measure| measure.quality_permille).collect();
    median(latencies).zip(median(qualities))
}

/// Pays a revealed job. A bond returns, unless judges found that the customer disputed wrongly. A
/// late result also costs stake.
pub(super) fn pay(
    state: &mut State,
    context: &Context,
    (id, job): (JobId, &Job),
    outcome: Outcome,
) -> Result<(), AnyError> {
    let (Stage::Revealed(taken, delivery) | Stage::Disputed(taken, delivery, _)) = &job.stage
    else {
        return Err(Error::WrongStage { stage: job.stage.name() }.into());
    };
    let measured = medians(context, delivery);
    let found = measured.map_or(Ok(Ratio::ONE), |(latency, permille)| {
        quality(&job.rules, permille, (latency, job.max_latency_ms))
    })?;
    let (cost, units) = ((job.price, delivery.units), delivery.units);
    let payment = payment(cost, job.multiplier, found, job.deposit)?;
    let dispute_bond = if outcome == Outcome::ProviderWon { Fate::Split } else { Fate::Returned };
    let parts = Parts { payment: Some(payment), bond: Fate::Returned, dispute_bond };
    end(state, context, (id, job), outcome, parts)?;
    let is_merit = outcome != Outcome::Undecided;
    let (model, tier) = (job.model, job.tier);
    let sale = Sale { model, tier, units, payment, is_job: true, is_merit };
    note_sale(state, (taken.provider, id.0), Ok(sale));
    let late =
        measured.map_or(Ok(Ratio::ZERO), |(latency, _)| lateness(latency, job.max_latency_ms))?;
    slash(state, context, taken.provider, late);
    Ok(())
}

/// What can be sold is never lost because a provider's stake cannot be slashed.
fn slash(state: &mut State, context: &Context, provider: AccountHandle, missed: Ratio) {
    state.isolate("slash for a missed service level", |state| {
        backing::slash(state, context, provider, missed)
    });
    capacity::prune(state, context, provider);
}

/// Counts work that a customer paid a provider for: units sold are demand of prices. A job of
/// merit that pays at least `counts_from` is one more of the provider's, which can raise its
/// reputation. What cannot be counted is paid all the same.
pub(crate) fn note_sale(
    state: &mut State,
    parties: (AccountHandle, AccountHandle),
    sale: Result<Sale, AnyError>,
) {
    state.isolate("count of a sale", |state| count_sale(state, parties, sale?));
}

fn count_sale(
    state: &mut State,
    (provider, customer): (AccountHandle, AccountHandle),
    Sale { model, tier, units, payment, is_job, is_merit }: Sale,
) -> Result<(), AnyError> {
    pricing::add_demand(state, model, units)?;
    pricing::add_load(state, model, units)?;
    let active = state.active_parameters();
    let rules = active.as_ref().and_then(|active| active.market.jobs.as_ref());
    let counts = is_job && is_merit && rules.is_none_or(|rules| payment >= rules.counts_from);
    if counts {
        stake::earn_reputation(state, provider, customer)?;
    }
    let jobs = &mut state.market.jobs;
    let more = u64::from(is_job);
    let mut sales = jobs.sales.get(&(model, tier)).copied().unwrap_or_default();
    sales.jobs = sales.jobs.checked_add(more).ok_or(OVERFLOW)?;
    sales.units = sales.units.checked_add(units).ok_or(OVERFLOW)?;
    sales.paid = sales.paid.checked_add(payment)?;
    if counts {
        let count = jobs.paid_jobs(provider).checked_add(1).ok_or(OVERFLOW)?;
        jobs.paid.put(provider, count);
    }
    jobs.sales.put((model, tier), sales);
    if !payment.is_zero() {
        let sold = jobs.sold.get(&provider).copied().unwrap_or_default();
        jobs.sold.put(provider, sold.checked_add(payment)?);
    }
    Ok(())
}

/// The customer is right: its money returns, the provider's bond is split, and it loses stake as if
/// it had delivered nothing.
pub(super) fn refund_disputed(
    state: &mut State,
    context: &Context,
    (id, job): (JobId, &Job),
    outcome: Outcome,
) -> Result<(), AnyError> {
    let parts = Parts { bond: Fate::Split, ..Parts::default() };
    let provider = job.stage.taken().map(|taken| taken.provider);
    end(state, context, (id, job), outcome, parts)?;
    // No cheaper than silence: else garbage is revealed where nothing was done.
    if let Some(provider) = provider {
        slash(state, context, provider, Ratio::ONE);
    }
    Ok(())
}

/// Jobs whose deadline is over. Ascending, and no more than one block ends.
pub(crate) fn due(state: &State, over: impl Fn(Deadline) -> bool) -> Vec<JobId> {
    let due = take_due(&state.market.jobs.due, (AccountHandle(0), 0), over);
    due.into_iter().map(|(_, id)| id).collect()
}

/// Ends a job whose stage took too long. If that fails, everybody gets back what is locked: a job
/// that cannot end must not keep money, nor its place among those that are due.
pub(crate) fn end_due(state: &mut State, context: &Context, id: JobId) {
    let Some(job) = state.market.jobs.rows.get(&id).cloned() else {
        return;
    };
    let ended = state.isolate("end of a job", |state| end_late(state, context, (id, &job)));
    if !ended {
        state.isolate("refund of a job", |state| {
            end(state, context, (id, &job), Outcome::Failed, Parts::default())
        });
    }
}

fn end_late(
    state: &mut State,
    context: &Context,
    (id, job): (JobId, &Job),
) -> Result<(), AnyError> {
    match &job.stage {
        Stage::Open => {
            end(state, context, (id, job), Outcome::NotAccepted, Parts::default())?;
            state.isolate("count of unmet demand", |state| count_unmet(state, job));
            Ok(())
        }
        Stage::Accepted(taken) => {
            let parts = Parts { bond: Fate::Lost, ..Parts::default() };
            end(state, context, (id, job), Outcome::NotDelivered, parts)?;
            slash(state, context, taken.provider, Ratio::ONE);
            Ok(())
        }
        Stage::Revealed(..) => pay(state, context, (id, job), Outcome::Paid),
        Stage::Disputed(_, _, dispute) if dispute.evidence.is_none() => {
            refund_disputed(state, context, (id, job), Outcome::NoEvidence)
        }
        Stage::Disputed(..) => pay(state, context, (id, job), Outcome::Undecided),
    }
}

/// Counts what offers had no room for of a job nobody took: demand that was not met. Of a job that
/// was taken back, named one provider, or that somebody had room for, nothing counts: asking costs
/// nothing, and would move prices.
fn count_unmet(state: &mut State, job: &Job) -> Result<(), AnyError> {
    let room = state.market.jobs.room(job.model);
    match job.max_units.checked_sub(room) {
        Some(unmet) if job.asked.is_none() => pricing::add_demand(state, job.model, unmet),
        Some(_) | None => Ok(()),
    }
}

/// At a close: says what was sold and offered in the epoch, and counts anew.
pub(crate) fn end_close(state: &mut State, context: &Context) {
    let sold = state.market.jobs.sales().map(|(model, tier, sales)| {
        let TierSales { jobs, units, paid } = sales;
        Event::Sold { model, tier, jobs, units, paid }
    });
    let offered = state.market.jobs.supplies().into_iter().map(|(model, units)| {
        let units = u64::try_from(units).unwrap_or(u64::MAX);
        Event::Capacity { model, units }
    });
    let facts: Vec<Event> = sold.chain(offered).collect();
    let active = u64::try_from(state.market.jobs.active_providers()).unwrap_or(u64::MAX);
    if active > 0 {
        state.emit(Event::Providers { active });
    }
    facts.into_iter().for_each(|event| state.emit(event));
    state.market.jobs.used.clear();
    state.market.jobs.peaks.clear();
    state.market.jobs.taken.clear();
    state.market.jobs.paid.clear();
    state.market.jobs.sales.clear();
    state.market.jobs.sold.clear();
    capacity::prune_all(state, context);
}
