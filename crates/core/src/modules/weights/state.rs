//! The snapshot, readings of the open epoch, and what participants say of models.

use crate::address::Address;
use crate::inputs::{Nodes, WeightPenalty, WeightTransfer};
use crate::modules::ledger::AccountHandle;
use crate::names::ModelId;
use crate::table::{Single, Table};
use borsh::{BorshDeserialize, BorshSerialize};
use std::ops::Range;
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
    /// Weight of its nodes, by the models' factors.
    pub potential: Vec<u64>,
    /// Weight that collateral and the power cap let count.
    pub effective: Vec<u64>,
    /// Active collateral, base units.
    pub collateral: Vec<Amount>,
    /// Where its nodes begin; one more entry than there are participants.
    pub first_node: Vec<u32>,
    /// The nodes.
    pub nodes: Nodes,
    /// By row of the nodes: whether it goes on serving while others prove their compute in this
    /// epoch, and keeps its weight in the next.
    pub keeps: Vec<bool>,
    /// Sum of the effective weights.
    pub total: u128,
    /// Reward weight lost for models not served, by row of this snapshot.
    pub weight_penalties: Vec<WeightPenalty>,
    /// Reward weight that goes to whom a model was delegated, by row of this snapshot.
    pub weight_transfers: Vec<WeightTransfer>,
}

impl Snapshot {
    /// The row of an account.
    #[must_use]
    pub fn find(&self, account: &Address) -> Option<usize> {
        self.account.binary_search(account).ok()
    }

    /// Potential weight of an account; 0 if it has none.
    #[must_use]
    pub fn potential_of(&self, account: &Address) -> u64 {
        self.find(account).and_then(|at| self.potential.get(at)).copied().unwrap_or(0)
    }

    /// Effective weight of an account; 0 if it has none.
    #[must_use]
    pub fn effective_of(&self, account: &Address) -> u64 {
        self.find(account).and_then(|at| self.effective.get(at)).copied().unwrap_or(0)
    }

    /// Whether a node goes on serving a model while others prove their compute in this epoch.
    #[must_use]
    pub fn keeps_serving(&self, account: &Address, node: u32, model: ModelId) -> bool {
        let mut rows = self.find(account).map(|at| self.rows(at)).unwrap_or_default();
        rows.any(|row| {
            let named = self
                .node_row(row)
                .is_some_and(|(of, for_model, _)| (of, for_model) == (node, model));
            named && self.keeps.get(row) == Some(&true)
        })
    }

    /// The rows of a participant's nodes.
    pub(super) fn rows(&self, at: usize) -> Range<usize> {
        let edge = |at: Option<usize>| at.and_then(|at| self.first_node.get(at)).copied();
        match (edge(Some(at)), edge(at.checked_add(1))) {
            (Some(first), Some(end)) => first as usize..end as usize,
            (None, _) | (_, None) => 0..0,
        }
    }

    /// Node, model and weight of a row.
    pub(super) fn node_row(&self, row: usize) -> Option<(u32, ModelId, u64)> {
        let nodes = &self.nodes;
        Some((*nodes.node.get(row)?, *nodes.model.get(row)?, *nodes.weight.get(row)?))
    }

    /// Model and weight of a participant's nodes.
    pub(super) fn nodes_of(&self, at: usize) -> impl Iterator<Item = (ModelId, u64)> {
        self.rows(at).filter_map(|row| self.node_row(row)).map(|(_, model, weight)| (model, weight))
    }
}

/// State of `weights`.
#[derive(Default)]
pub struct WeightState {
    pub(crate) current: Single<Arc<Snapshot>>,
    /// Smallest reading of the open epoch.
    pub(crate) confirmed: Table<AccountHandle, u64>,
    /// Whoever a reading of the open epoch found inactive.
    pub(crate) inactive: Table<AccountHandle, ()>,
    /// Nodes that were to keep their weight for a model, and stopped serving it in the open epoch.
    pub(crate) interrupted: Table<(AccountHandle, u32, ModelId), ()>,
    pub(crate) delegations: Table<(AccountHandle, ModelId), AccountHandle>,
    pub(crate) refusals: Table<(AccountHandle, ModelId), ()>,
}

impl WeightState {
    /// The weights of the open epoch.
    #[must_use]
    pub fn current(&self) -> &Arc<Snapshot> {
        self.current.get()
    }

    /// The smallest reading of a participant's weight in the open epoch, at most its potential
    /// weight; `None` if there was no reading.
    #[must_use]
    pub fn confirmed(&self, account: AccountHandle) -> Option<u64> {
        self.confirmed.get(&account).copied()
    }

    /// Whether a reading of the open epoch found the participant inactive.
    #[must_use]
    pub fn is_inactive(&self, account: AccountHandle) -> bool {
        self.inactive.contains(&account)
    }

    /// To whom a participant delegated a model.
    #[must_use]
    pub fn delegation(&self, account: AccountHandle, model: ModelId) -> Option<AccountHandle> {
        self.delegations.get(&(account, model)).copied()
    }

    /// Whether a participant refused a model.
    #[must_use]
    pub fn refuses(&self, account: AccountHandle, model: ModelId) -> bool {
        self.refusals.contains(&(account, model))
    }
}
