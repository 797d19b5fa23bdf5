//! The close of an epoch: the one ordered list of steps. Its order is protocol.

use crate::block::epoch_number_at;
use crate::error::{Error, OVERFLOW};
use crate::event::Event;
use crate::freeze::freeze;
use crate::hash::Hash;
use crate::inputs::EpochInputs;
use crate::modules::ledger::{Holder, Posting, Pot, Reason};
use crate::modules::parameters::{EpochLength, FeeTo, Parameters, Source, Stream};
use crate::modules::rewards::{self, SettlementPlan};
use crate::modules::settlement::{self, Record};
use crate::modules::{
    attestation, collateral, contributions, fees, governance, market, opinions, parameters,
    pricing, slashing, stake, validators, vesting, weights, work,
};
use crate::names::{AssetId, Name};
use crate::relayed;
use crate::state::{Chain, Context, State};
use crate::time::{Deadline, Now};
use crate::verdicts;
pub use crate::what_if::{dry_run, settle as settle_with};
use std::sync::Arc;
use workmint_amounts::Amount;

/// What a close produced, beside its events.
#[derive(Clone, Debug)]
pub struct ClosedEpoch {
    /// What it was computed from.
    pub inputs: Arc<EpochInputs>,
    /// What it recorded.
    pub record: Arc<Record>,
    /// The parameters it ran under.
    pub parameters: Arc<Parameters>,
}

/// Whether this block closes the open epoch.
pub(crate) fn is_over(parameters: &Parameters, last: &Chain, now: &Now) -> bool {
    match parameters.network.epoch_length {
        EpochLength::Blocks(count) => {
            now.height.checked_sub(last.epoch_start_height).is_some_and(|blocks| blocks >= count)
        }
        EpochLength::Time(length) => epoch_number_at(length, last.genesis_time_ms, now.time_ms)
            .is_ok_and(|number| number > last.epoch),
    }
}

/// Closes the open epoch. `entropy` is that of the chain before this block.
pub(crate) fn close(
    state: &mut State,
    context: &Context,
    entropy: Hash,
) -> Result<ClosedEpoch, Error> {
    end_due_requests(state, |deadline| deadline.is_over_at_close(&context.now));
    market::end_due_sessions(state, context, |deadline| deadline.is_over_at_close(&context.now));
    end_due_jobs(state, context, |deadline| deadline.is_over_at_close(&context.now));
    close_work(state, context, entropy);
    contributions::close(state, context);
    // What an earlier close could not pay on must not be recovered again.
    market::pay_debts(state, context);
    let verdicts = verdicts::judge(state, context);
    validators::judge_absent(state, context);
    // Before the freeze: streams pay out of pots, and burned fees limit budgets.
    market::split_fees(state, context);
    let finals = state.contributions.final_now.iter();
    let inputs = Arc::new(freeze(state, context, &verdicts, finals)?);
    let judged = rewards::Judged::default();
    let plan = rewards::plan_judged(&context.parameters, &inputs, &judged)?;
    let record = settlement::carry_out(state, context, &inputs, &plan)?;
    settlement::pay_all(state, context, &record);
    note_recovered(state, &inputs, &plan);
    market::pay_debts(state, context);
    let next = next_epoch(state, context)?;
    let found = judged.outcome(&context.parameters, &inputs);
    opinions::close(state, context, (&inputs, found), next);
    vesting::release_ended(state, next);
    collateral::release_due(state, context);
    stake::release_due(state, context);
    validators::release_due(state, context);
    settlement::expire(state, context);
    market::refund_due(state, context);
    slashing::forget_old(state, context);
    rewards::note_utilisation(state, &context.parameters, context.now.epoch);
    move_prices(state, context, next);
    let trial = |state: &State, candidate: &Parameters| holds(state, context, candidate, &inputs);
    governance::close(state, context, next, &trial);
    activate_parameters(state, context, next, &trial)?;
    let parameters = state.active_parameters().unwrap_or_else(|| Arc::clone(&context.parameters));
    pricing::adopt(state, context, &parameters, next);
    move_unit_price(state, context, &parameters, &plan);
    weights::fix_next(state, context, &parameters, (next, entropy));
    let snapshot = Arc::clone(state.weights.current());
    state.isolate("weights of models", |state| {
        pricing::set_weights(state, &parameters, &snapshot.nodes)
    });
    let unsplit = |stream: &rewards::StreamPlan| {
        stream.quarantined.is_some() && matches!(stream.source, Source::Payments)
    };
    verdicts::end_epoch(state, context, &inputs);
    work::end_close(state, context, plan.streams.iter().any(unsplit));
    work::forget_refuted(state, market::oldest_answer(state));
    let unplanned = plan.streams.iter().filter(|stream| stream.quarantined.is_some());
    let unplanned: Vec<_> = unplanned.map(|stream| stream.name.clone()).collect();
    contributions::end_close(state, context, next, &unplanned);
    market::end_close(state);
    attestation::end_close(state);
    stake::end_close(state, context);
    validators::choose_active(state, context, &parameters, next);
    validators::end_close(state);
    market::jobs::end_close(state, context);
    fees::reset(state);
    relayed::end_close(state);
    open_epoch(state, context, next);
    Ok(ClosedEpoch { inputs, record, parameters: Arc::clone(&context.parameters) })
}

/// Ends the jobs whose stage took too long.
pub(crate) fn end_due_jobs(state: &mut State, context: &Context, over: impl Fn(Deadline) -> bool) {
    for id in market::jobs::due(state, over) {
        market::jobs::end_due(state, context, id);
    }
}

/// Ends the requests and answers whose deadlines are over; a request without an answer is refunded
/// and counts as missed.
pub(crate) fn end_due_requests(state: &mut State, over: impl Fn(Deadline) -> bool) {
    for due in market::due(state, over) {
        state.isolate("request past its deadline", |state| {
            let missed = market::end_due(state, due)?;
            if let Some(provider) = missed {
                work::count_miss(state, provider);
            }
            Ok(())
        });
    }
}

/// Decides overdue challenges, lets reports without a quorum lapse, tallies and pays final ones.
fn close_work(state: &mut State, context: &Context, randomness: Hash) {
    work::decide_overdue(state, context);
    for id in work::stale_receipts(state, context) {
        // Nothing was reserved for a summary without a quorum.
        work::lapse(state, id);
    }
    let mut counted = Vec::new();
    for id in work::ready_receipts(state, context) {
        let paid = state.isolate("final summary", |state| {
            let charges = work::tally(state, id)?;
            market::pay(state, context, &charges)
        });
        if paid {
            counted.push(id);
        } else {
            // What cannot be counted must not keep its customers' money reserved for ever.
            state.isolate("refund of a final summary", |state| {
                let charges = work::lapse(state, id);
                market::release(state, &charges)
            });
        }
    }
    work::begin_close(state, context, counted, randomness);
}

/// What the plan took from debtors' rewards is held for their creditors. A stream that is
/// quarantined took nothing.
fn note_recovered(state: &mut State, inputs: &EpochInputs, plan: &SettlementPlan) {
    let done = plan.streams.iter().filter(|stream| stream.quarantined.is_none());
    for (row, amount) in done.flat_map(|stream| &stream.recoveries) {
        let at = usize::try_from(*row).ok();
        let account = at.and_then(|at| inputs.participants.account.get(at));
        if let Some(debtor) = account.and_then(|account| state.ledger.handle(account)) {
            state.isolate("recovery", |state| market::note_recovered(state, debtor, *amount));
        }
    }
}

/// The prices of the epoch that opens, by the rules and members of the one that closes.
fn move_prices(state: &mut State, context: &Context, next: u64) {
    let snapshot = Arc::clone(state.weights.current());
    let members = snapshot.handle.iter().copied().zip(snapshot.effective.iter().copied());
    pricing::at_close(state, context, next, members);
}

/// What a unit of weight takes from the next epoch on, by what the closing one paid for weight.
fn move_unit_price(
    state: &mut State,
    context: &Context,
    parameters: &Parameters,
    plan: &SettlementPlan,
) {
    let by_weight = context.parameters.streams.iter().zip(&plan.streams);
    let paid = by_weight.filter(|(stream, _)| rewards::pays_weight(stream));
    let paid = paid.map(|(_, planned)| planned.paid);
    let weight = state.weights.current().total;
    state.isolate("price of a unit of weight", |state| {
        let closing = collateral::Earned { paid: Amount::sum(paid)?, weight };
        collateral::move_unit_price(state, context, &parameters.weights, closing)
    });
}

/// The number of the epoch that opens now; epochs that passed without a block are skipped.
fn next_epoch(state: &State, context: &Context) -> Result<u64, Error> {
    let following = context.now.epoch.checked_add(1).ok_or(OVERFLOW)?;
    match context.parameters.network.epoch_length {
        EpochLength::Blocks(_) => Ok(following),
        EpochLength::Time(length) => {
            let start = state.chain().genesis_time_ms;
            Ok(epoch_number_at(length, start, context.now.time_ms)?.max(following))
        }
    }
}

/// Whether a change of parameters allows what is issued, and plans the inputs just frozen.
fn holds(
    state: &State,
    context: &Context,
    candidate: &Parameters,
    inputs: &EpochInputs,
) -> Result<(), Error> {
    let below = (0_u16..).zip(&candidate.assets).any(|(number, asset)| {
        let known = usize::from(number) < state.ledger.asset_count();
        known && asset.cap < state.ledger.supply(AssetId(number)).issued
    });
    if below || candidate.emission.allocation < state.emission.totals().minted {
        let path = "assets.cap, emission.allocation".to_owned();
        let message = "more is issued already".to_owned();
        return Err(parameters::Error::Invalid { path, message }.into());
    }
    dry_run(&context.parameters, candidate, inputs).map(|_| ())
}

/// Activates parameters scheduled for the epoch that opens, after their trial.
fn activate_parameters(
    state: &mut State,
    context: &Context,
    next: u64,
    trial: &dyn Fn(&State, &Parameters) -> Result<(), Error>,
) -> Result<(), Error> {
    parameters::activate(state, next, trial)?;
    state.refresh_caps();
    let active = state.active_parameters().unwrap_or_else(|| Arc::clone(&context.parameters));
    if active != context.parameters {
        rehome_pots(state, &active);
        state.isolate("seats under other rules", |state| {
            opinions::adopt(state, (&context.parameters, &active), next)
        });
        state.isolate("buckets of ended streams", |state| {
            rewards::end_streams(state, &active);
            Ok(())
        });
        if active.governance.is_none() {
            governance::abolish(state);
        }
    }
    Ok(())
}

/// Money that nothing would ever pay out. Dust of streams that are no more, or now have another
/// asset, goes to the recycling pool; what is of an asset that is never emitted goes back to the
/// payments it came from. What is left in a pot that no stream pays and no fee fills goes to the
/// treasury.
fn rehome_pots(state: &mut State, active: &Parameters) {
    let homes = |(asset, pot, amount): (AssetId, &Pot, Amount)| {
        let (home, reason) = new_home(active, asset, pot)?;
        let (from, to) = (Holder::Pot(pot.clone()), Holder::Pot(home));
        Some(Posting { asset, from, to, amount, reason })
    };
    let postings: Vec<Posting> = state.ledger.pots().filter_map(homes).collect();
    for posting in postings {
        state.isolate("pot of an ended stream", |state| state.ledger.post(posting));
    }
}

/// Where the money of a pot goes that these parameters do not use, and why; `None` if they do.
fn new_home(active: &Parameters, asset: AssetId, pot: &Pot) -> Option<(Pot, Reason)> {
    let paid = |pays: &dyn Fn(&Stream) -> bool| {
        let mut streams = active.streams.iter();
        streams.any(|stream| pays(stream) && active.asset_of(&stream.source) == asset)
    };
    match pot {
        Pot::Carry(name) if !paid(&|stream| stream.name == *name) => {
            let emitted = asset == active.emission.asset;
            Some((if emitted { Pot::Recycling } else { Pot::Payments }, Reason::Dust))
        }
        Pot::Named(name) => {
            let of_this =
                |source: &Source| matches!(source, Source::Pot { name: of } if of == name);
            let filled = asset == active.market.asset && fills(active, name);
            let used = filled || paid(&|stream| of_this(&stream.source));
            (!used).then_some((Pot::Treasury, Reason::EndedPot))
        }
        Pot::Carry(_)
        | Pot::Claims
        | Pot::Payments
        | Pot::Treasury
        | Pot::Recycling
        | Pot::Restitution
        | Pot::MarketFees
        | Pot::Exchange
        | Pot::Bonds
        | Pot::Delegators => None,
    }
}

/// Whether a share of the market's fees goes into the pot.
fn fills(active: &Parameters, name: &Name) -> bool {
    let mut split = active.market.fee.iter().flat_map(|fee| &fee.split);
    split.any(|part| matches!(&part.to, FeeTo::Pot(of) if of == name))
}

fn open_epoch(state: &mut State, context: &Context, next: u64) {
    let (first, last) = (context.now.epoch.checked_add(1), next.checked_sub(1));
    if let (Some(first), Some(last)) = (first, last)
        && first <= last
    {
        state.emit(Event::EpochsSkipped { first, last });
    }
    let chain = *state.chain();
    state.chain.set(Chain { epoch: next, epoch_start_height: context.now.height, ..chain });
}
