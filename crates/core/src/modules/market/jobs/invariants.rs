//! INV-36: jobs, their money and their deadlines agree.

use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::names::AssetId;
use crate::state::State;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// What accounts have locked.
type Held = BTreeMap<(AccountHandle, AssetId), Amount>;

/// O(1): the sums of deposits and bonds are the sums of their locks.
pub(crate) fn check_totals(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let (supply, totals) =
        (state.ledger.supply(parameters.market.asset), state.market.jobs.totals());
    for (kind, total) in [(LockKind::Job, totals.deposits), (LockKind::JobBond, totals.bonds)] {
        let at = LockKind::ALL.iter().position(|one| *one == kind);
        let locked = at.and_then(|at| supply.locked.get(at)).copied().unwrap_or_default();
        if locked != total {
            return Err(Violation::new("INV-36", || {
                format!("{kind}: jobs sum to {total}, locks to {locked}")
            }));
        }
    }
    Ok(())
}

/// O(jobs): each deposit and bond against its lock, one deadline for each job, numbers that were
/// given out; O(offers): sums of capacity, and of
/// what is taken.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let (asset, jobs) = (parameters.market.asset, &state.market.jobs);
    let (mut deposits, mut bonds) = (Held::new(), Held::new());
    for ((customer, number), job) in jobs.rows.iter() {
        let id = (*customer, *number);
        if !jobs.due.contains(&(job.deadline, id)) || *number >= jobs.next_number(*customer) {
            return Err(Violation::new("INV-36", || {
                format!("job {number} of {customer:?} has no deadline, or its number is free")
            }));
        }
        add(&mut deposits, (*customer, asset), job.deposit)?;
        add(&mut bonds, (*customer, asset), job.stage.dispute_bond())?;
        if let Some(taken) = job.stage.taken() {
            add(&mut bonds, (taken.provider, asset), taken.bond)?;
        }
    }
    if jobs.due.len() != jobs.rows.len() {
        return Err(Violation::new("INV-36", || {
            format!("{} deadlines for {} jobs", jobs.due.len(), jobs.rows.len())
        }));
    }
    recount_offers(state)?;
    recount_sales(state)?;
    match_locks(state, LockKind::Job, &deposits)?;
    match_locks(state, LockKind::JobBond, &bonds)
}

/// What providers sold is what models sold.
fn recount_sales(state: &State) -> Result<(), Violation> {
    let jobs = &state.market.jobs;
    let providers = Amount::sum(jobs.sold().map(|(_, sold)| sold));
    let models = Amount::sum(jobs.sales().map(|(.., sales)| sales.paid));
    if providers.is_ok() && providers == models {
        return Ok(());
    }
    Err(Violation::new("INV-36", || {
        format!("providers sold {providers:?}, of models {models:?} was sold")
    }))
}

fn add(held: &mut Held, key: (AccountHandle, AssetId), amount: Amount) -> Result<(), Violation> {
    let sum = held.entry(key).or_default();
    *sum = sum.checked_add(amount).map_err(|_| {
        Violation::new("INV-36", || format!("jobs of {:?} lock more than 2^128", key.0))
    })?;
    Ok(())
}

fn recount_offers(state: &State) -> Result<(), Violation> {
    let mut sums: BTreeMap<_, u64> = BTreeMap::new();
    for (_, model, offer) in state.market.jobs.offers() {
        let sum = sums.entry(model).or_default();
        *sum = sum.checked_add(offer.capacity).ok_or_else(|| {
            Violation::new("INV-36", || format!("offers of {model:?} exceed 2^64 units"))
        })?;
    }
    let mut taken: BTreeMap<_, u64> = BTreeMap::new();
    for ((_, model), units) in state.market.jobs.used.iter() {
        let sum = taken.entry(*model).or_default();
        *sum = sum.checked_add(*units).ok_or_else(|| {
            Violation::new("INV-36", || format!("more than 2^64 units of {model:?} are taken"))
        })?;
    }
    let jobs = &state.market.jobs;
    let stored = jobs.capacity.iter().map(|(model, units)| (*model, *units));
    let stored_taken = jobs.taken.iter().map(|(model, units)| (*model, *units));
    if stored.eq(sums) && stored_taken.eq(taken) {
        return Ok(());
    }
    Err(Violation::new("INV-36", || "offers do not sum to what models have".to_owned()))
}
