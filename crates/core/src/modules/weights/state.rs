//! The snapshot and how it is fixed.

use super::{Factors, effective_weight};
use crate::address::Address;
use crate::error::Error as AnyError;
use crate::event::Event;
use crate::inputs::Nodes;
use crate::invariants::Violation;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Parameters;
use crate::modules::work::{self, ReportId};
use crate::names::ModelId;
use crate::state::{Context, State};
use crate::table::Single;
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;
use workmint_amounts::Amount;

/// The weights an epoch runs under; columns ascend by address.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Snapshot {
    /// The epoch.
    pub epoch: u64,
    /// Account.
    pub account: Vec<Address>,
    /// Its handle.
    pub handle: Vec<AccountHandle>,
    /// Weight of its accepted proofs, by the models' factors.
    pub potential: Vec<u64>,
    /// Weight that collateral lets count.
    pub effective: Vec<u64>,
    /// Active collateral, base units.
    pub collateral: Vec<Amount>,
    /// Where its nodes begin; one more entry than there are participants.
    pub first_node: Vec<u32>,
    /// The nodes.
    pub nodes: Nodes,
}

impl Snapshot {
    /// Effective weight of a participant; 0 if it has none.
    #[must_use]
    pub fn effective_of(&self, account: &Address) -> u64 {
        let at = self.account.binary_search(account).ok();
        at.and_then(|at| self.effective.get(at)).copied().unwrap_or(0)
    }
}

/// State of `weights`.
#[derive(Default)]
pub struct WeightState {
    pub(crate) current: Single<Arc<Snapshot>>,
}

impl WeightState {
    /// The weights of the open epoch.
    #[must_use]
    pub fn current(&self) -> &Arc<Snapshot> {
        self.current.get()
    }
}

/// Fixes the weights of `epoch` from the accepted proofs of the epoch that closes. A participant
/// whose weight cannot be computed has none; the event says so.
pub(crate) fn fix_next(state: &mut State, context: &Context, parameters: &Parameters, epoch: u64) {
    let mut proofs: Vec<(Address, ReportId, u64)> = work::accepted_proofs(state, context.now.epoch)
        .into_iter()
        .map(|(id, weight)| (state.ledger.address(id.participant), id, weight))
        .collect();
    proofs.sort_unstable_by_key(|(address, id, _)| (*address, id.node, id.model));
    let factors = Factors::of(&parameters.models);
    let mut snapshot = Snapshot { epoch, first_node: vec![0], ..Snapshot::default() };
    for group in proofs.chunk_by(|one, next| one.0 == next.0) {
        match weigh(state, (parameters, &factors), epoch, group) {
            Ok(row) => snapshot.push(row, group),
            Err(error) => {
                let step =
                    format!("weight of {}", group.first().map_or(Address::ZERO, |row| row.0));
                state.emit(Event::Quarantined { step, code: error.code() });
            }
        }
    }
    state.weights.current.set(Arc::new(snapshot));
}

impl Snapshot {
    /// Model and weight of a participant's nodes.
    pub(crate) fn nodes_of(&self, at: usize) -> impl Iterator<Item = (ModelId, u64)> {
        let edge = |at: Option<usize>| at.and_then(|at| self.first_node.get(at)).copied();
        let rows = match (edge(Some(at)), edge(at.checked_add(1))) {
            (Some(first), Some(end)) => first as usize..end as usize,
            (None, _) | (_, None) => 0..0,
        };
        let models = self.nodes.model.get(rows.clone()).unwrap_or_default();
        let weights = self.nodes.weight.get(rows).unwrap_or_default();
        models.iter().copied().zip(weights.iter().copied())
    }

    fn push(&mut self, row: Weighed, proofs: &[(Address, ReportId, u64)]) {
        for (_, id, weight) in proofs {
            self.nodes.node.push(id.node);
            self.nodes.model.push(id.model);
            self.nodes.weight.push(*weight);
        }
        // Far above what memory holds: 2^32 rows of proofs would not fit.
        self.first_node.push(u32::try_from(self.nodes.node.len()).unwrap_or(u32::MAX));
        self.account.push(row.account);
        self.handle.push(row.handle);
        self.potential.push(row.potential);
        self.effective.push(row.effective);
        self.collateral.push(row.collateral);
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
    (parameters, factors): (&Parameters, &Factors),
    epoch: u64,
    group: &[(Address, ReportId, u64)],
) -> Result<Weighed, AnyError> {
    let (account, handle) = group
        .first()
        .map(|(address, id, _)| (*address, id.participant))
        .ok_or(AnyError::Inconsistent { what: "a participant without proofs" })?;
    let potential = factors.potential(group.iter().map(|(_, id, weight)| (id.model, *weight)))?;
    let collateral = state.collateral.active(handle);
    let active = !state.collateral.is_jailed(handle);
    let parts = effective_weight(&parameters.weights, epoch, potential, collateral, active)?;
    Ok(Weighed { account, handle, potential, effective: parts.effective, collateral })
}

/// INV-13: effective <= potential, and a potential is what its nodes give.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let factors = Factors::of(&parameters.models);
    let snapshot = state.weights.current();
    for (at, account) in snapshot.account.iter().enumerate() {
        let counted = factors.potential(snapshot.nodes_of(at));
        let potential = snapshot.potential.get(at).copied();
        let effective = snapshot.effective.get(at).copied();
        if potential.is_none() || counted.clone().ok() != potential || effective > potential {
            return Err(Violation::new("INV-13", || {
                format!(
                    "{account}: effective {effective:?} of potential {potential:?}, nodes \
                     {counted:?}"
                )
            }));
        }
    }
    Ok(())
}
