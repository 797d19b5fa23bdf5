//! Fixing the next epoch's snapshot, at the close.

use super::kept::{NodeWeight, Owned, draw, merged};
use super::participation::{adjustments, forget};
use super::{Factors, Snapshot, apply_power_cap, effective_weight};
use crate::address::Address;
use crate::error::Error as AnyError;
use crate::event::Event;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::{Parameters, Weights};
use crate::modules::work;
use crate::names::ModelId;
use crate::state::{Context, State};
use std::sync::Arc;
use workmint_amounts::Amount;

type Row = NodeWeight<(Address, ModelId), Owned>;

/// Fixes the weights of `epoch` from the accepted proofs of the epoch that closes and the nodes
/// that kept theirs; `entropy` is that of the chain before this block. A participant whose weight
/// cannot be computed has none; the event says so.
pub(crate) fn fix_next(
    state: &mut State,
    context: &Context,
    parameters: &Parameters,
    (epoch, entropy): (u64, Hash),
) {
    let rows = merged(state, work::accepted_proofs(state, context.now.epoch));
    let factors = Factors::of(&parameters.models);
    let rules = parameters.weights.at_price(state.collateral.unit_price());
    let mut snapshot = Snapshot { epoch, first_node: vec![0], ..Snapshot::default() };
    // By row of the nodes: whether it kept its weight, and so has to prove now.
    let mut rests = Vec::with_capacity(rows.len());
    for group in rows.chunk_by(|one, next| one.node.0 == next.node.0) {
        match weigh(state, (&rules, &factors), epoch, group) {
            Ok(weighed) => {
                snapshot.push(weighed, group);
                rests.extend(group.iter().map(|row| row.kept));
            }
            Err(error) => {
                let account = group.first().map_or(Address::ZERO, |row| row.node.0);
                quarantine(state, format!("weight of {account}"), &error);
            }
        }
    }
    if let Some(rules) = &parameters.weights.power_cap
        && let Err(error) = apply_power_cap(rules, &mut snapshot.effective)
    {
        quarantine(state, "power cap".to_owned(), &error.into());
    }
    snapshot.total = snapshot.effective.iter().map(|weight| u128::from(*weight)).sum();
    match draw(parameters.weights.kept_share, entropy, &snapshot, &rests) {
        Ok(keeps) => snapshot.keeps = keeps,
        Err(error) => quarantine(state, "draw of kept nodes".to_owned(), &error.into()),
    }
    if let Some(rules) = &parameters.weights.participation {
        match adjustments(state, rules, &factors, &snapshot) {
            Ok((penalties, transfers)) => {
                (snapshot.weight_penalties, snapshot.weight_transfers) = (penalties, transfers);
            }
            Err(error) => quarantine(state, "participation".to_owned(), &error),
        }
    }
    forget(state, &snapshot);
    state.weights.confirmed.clear();
    state.weights.inactive.clear();
    state.weights.interrupted.clear();
    state.weights.current.set(Arc::new(snapshot));
}

fn quarantine(state: &mut State, step: String, error: &AnyError) {
    state.emit(Event::Quarantined { step, code: error.code() });
}

impl Snapshot {
    fn push(&mut self, weighed: Weighed, rows: &[Row]) {
        for row in rows {
            self.nodes.node.push(row.node.2);
            self.nodes.model.push(row.model.1);
            self.nodes.weight.push(row.weight);
        }
        // Far above what memory holds: 2^32 rows of proofs would not fit.
        self.first_node.push(u32::try_from(self.nodes.node.len()).unwrap_or(u32::MAX));
        self.account.push(weighed.account);
        self.handle.push(weighed.handle);
        self.potential.push(weighed.potential);
        self.effective.push(weighed.effective);
        self.collateral.push(weighed.collateral);
    }
}

struct Weighed {
    account: Address,
    handle: AccountHandle,
    potential: u64,
    effective: u64,
    collateral: Amount,
}

fn weigh(
    state: &State,
    (rules, factors): (&Weights, &Factors),
    epoch: u64,
    group: &[Row],
) -> Result<Weighed, AnyError> {
    let (account, handle) = group
        .first()
        .map(|row| (row.node.0, row.node.1))
        .ok_or(AnyError::Inconsistent { what: "a participant without nodes" })?;
    let potential = factors.potential(group.iter().map(|row| (row.model.1, row.weight)))?;
    let collateral = state.collateral.active(handle);
    let active = !state.collateral.is_jailed(handle);
    let parts = effective_weight(rules, epoch, potential, collateral, active)?;
    Ok(Weighed { account, handle, potential, effective: parts.effective, collateral })
}
