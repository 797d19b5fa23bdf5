//! What must always be true. A violation stops the engine before anything is written.

use crate::modules::{
    attestation, collateral, contributions, emission, exchange, fees, governance, ledger, market,
    opinions, pricing, rewards, settlement, stake, validators, vesting, weights, work,
};
use crate::names::AssetId;
use crate::state::State;
use std::collections::BTreeMap;
use std::fmt;
use workmint_amounts::Amount;

/// A broken invariant: which one (numbers of `docs/spec/invariants.md`), and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Its number.
    pub invariant: &'static str,
    /// Where and with which values.
    pub detail: String,
}

impl Violation {
    pub(crate) fn new(invariant: &'static str, detail: impl FnOnce() -> String) -> Self {
        Self { invariant, detail: detail() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is broken: {}", self.invariant, self.detail)
    }
}

impl std::error::Error for Violation {}

/// The checks after every block: bounded work, whatever the size of the state.
pub fn check_block(state: &State) -> Result<(), Violation> {
    ledger::check(&state.ledger)?;
    emission::check(state)?;
    settlement::check_totals(state)?;
    market::check_totals(state)?;
    market::check_fees(state)?;
    market::check_sessions(state)?;
    market::jobs::check_totals(state)?;
    pricing::check(state)?;
    exchange::check(state)
}

/// The full recount at every epoch's close.
pub fn check_epoch(state: &State) -> Result<(), Violation> {
    ledger::recount(&state.ledger)?;
    ledger::recount_allowances(&state.ledger)?;
    fees::recount(state)?;
    collateral::recount(state)?;
    exchange::recount(state)?;
    vesting::recount(state)?;
    market::recount(state)?;
    market::recount_requests(state)?;
    market::recount_sessions(state)?;
    market::jobs::recount(state)?;
    pricing::recount(state)?;
    work::recount(state)?;
    reservations(state)?;
    weights::recount(state)?;
    contributions::recount(state)?;
    attestation::recount(state)?;
    stake::recount(state)?;
    validators::recount(state)?;
    opinions::recount(state)?;
    rewards::recount(state)?;
    settlement::recount(state)?;
    governance::recount(state)
}

/// What is reserved of each deposit is what accepted summaries under way will charge it, and what
/// open requests may.
fn reservations(state: &State) -> Result<(), Violation> {
    let mut charged: BTreeMap<_, Amount> = BTreeMap::new();
    let accepted = |receipt: &work::Receipt| receipt.window_ends.is_some();
    for (id, receipt) in state.work.receipts().filter(|(_, receipt)| accepted(receipt)) {
        for charge in &receipt.charges {
            let sum = charged.entry((charge.customer, charge.model)).or_default();
            *sum = sum.checked_add(charge.amount).map_err(|_| {
                Violation::new("INV-10", || format!("charges of {id:?} exceed 2^128"))
            })?;
        }
    }
    for (deposit, escrow) in market::escrowed(state) {
        let sum = charged.entry(deposit).or_default();
        *sum = sum.checked_add(escrow).map_err(|_| {
            Violation::new("INV-10", || format!("requests on {deposit:?} exceed 2^128"))
        })?;
    }
    let deposits = state.market.deposits();
    for (customer, model, deposit) in deposits.filter(|(_, _, row)| !row.reserved.is_zero()) {
        let expected = charged.remove(&(customer, model)).unwrap_or_default();
        if expected != deposit.reserved {
            return Err(Violation::new("INV-10", || {
                format!(
                    "{} is reserved of the deposit of {customer:?} for {model:?}, summaries and \
                     requests charge {expected}",
                    deposit.reserved
                )
            }));
        }
    }
    match charged.into_iter().find(|(_, amount)| !amount.is_zero()) {
        None => Ok(()),
        Some((key, amount)) => Err(Violation::new("INV-10", || {
            format!("{amount} is charged to {key:?}, nothing is reserved")
        })),
    }
}

/// The locks of one kind are exactly what a module's rows say.
pub(crate) fn match_locks(
    state: &State,
    kind: ledger::LockKind,
    held: &BTreeMap<(ledger::AccountHandle, AssetId), Amount>,
) -> Result<(), Violation> {
    let locks = state.ledger.locks.iter().filter(|((_, _, of), _)| *of == kind);
    let mut expected = held.iter().filter(|(_, amount)| !amount.is_zero());
    for ((account, asset, _), amount) in locks {
        if expected.next() != Some((&(*account, *asset), amount)) {
            return Err(Violation::new("INV-23", || {
                format!("{kind} lock of account {account:?}: {amount} is not what its rows hold")
            }));
        }
    }
    match expected.next() {
        None => Ok(()),
        Some((key, amount)) => Err(Violation::new("INV-23", || {
            format!("{kind} of {key:?}: rows hold {amount}, there is no such lock")
        })),
    }
}
