//! Nodes that go on serving while others prove their compute.

use super::Snapshot;
use crate::address::Address;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::work::ReportId;
use crate::names::ModelId;
use crate::state::State;
use std::collections::BTreeSet;
use std::sync::Arc;
use workmint_amounts::{ArithmeticError, Ratio};

/// One node's weight for a model, in a snapshot to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeWeight<Model, Node> {
    /// What groups the nodes.
    pub model: Model,
    /// The node.
    pub node: Node,
    /// Its weight.
    pub weight: u64,
    /// Whether it kept its weight without a proof.
    pub kept: bool,
}

/// Nodes by model, ascending: first those that kept their weight, then those measured, each in the
/// order given. Of a node that kept its weight for a model no measurement for it counts
/// (mergeByModel of Gonka). Each is (model, node, weight).
pub fn merge_by_model<Model: Ord + Copy, Node: Ord + Copy>(
    kept: &[(Model, Node, u64)],
    measured: &[(Model, Node, u64)],
) -> Vec<NodeWeight<Model, Node>> {
    let held: BTreeSet<(Model, Node)> =
        kept.iter().map(|(model, node, _)| (*model, *node)).collect();
    let row = |kept: bool| {
        move |(model, node, weight): &(Model, Node, u64)| NodeWeight {
            model: *model,
            node: *node,
            weight: *weight,
            kept,
        }
    };
    let measured = measured.iter().filter(|(model, node, _)| !held.contains(&(*model, *node)));
    let mut rows: Vec<_> = kept.iter().map(row(true)).chain(measured.map(row(false))).collect();
    rows.sort_by_key(|row| (row.model, !row.kept));
    rows
}

/// A node of a participant.
pub(super) type Owned = (Address, AccountHandle, u32);

/// The nodes that weigh in the next snapshot, ascending by address, node and model: those that were
/// drawn in the open one and are still in service, and those of accepted proofs.
pub(super) fn merged(
    state: &State,
    proofs: Vec<(ReportId, u64)>,
) -> Vec<NodeWeight<(Address, ModelId), Owned>> {
    let measured: Vec<_> = proofs
        .into_iter()
        .map(|(id, weight)| {
            let account = state.ledger.address(id.participant);
            ((account, id.model), (account, id.participant, id.node), weight)
        })
        .collect();
    let mut rows = merge_by_model(&drawn(state), &measured);
    rows.sort_unstable_by_key(|row| (row.node.0, row.node.2, row.model.1));
    rows
}

/// The nodes of the open snapshot that were drawn to serve on and still can.
fn drawn(state: &State) -> Vec<((Address, ModelId), Owned, u64)> {
    let snapshot = state.weights.current();
    let mut kept = Vec::new();
    if !snapshot.keeps.contains(&true) {
        return kept;
    }
    for (at, (account, handle)) in snapshot.account.iter().zip(&snapshot.handle).enumerate() {
        for row in snapshot.rows(at) {
            let serves = |(node, model)| {
                !state.weights.interrupted.contains(&(*handle, node, model))
                    && serves(state, *handle, (node, model))
            };
            let (node, model, weight) = match snapshot.node_row(row) {
                Some(node) if snapshot.keeps.get(row) == Some(&true) => node,
                Some(_) | None => continue,
            };
            if serves((node, model)) {
                kept.push(((*account, model), (*account, *handle, node), weight));
            }
        }
    }
    kept
}

fn serves(state: &State, handle: AccountHandle, node: (u32, ModelId)) -> bool {
    state.registry.require_node(&state.ledger, handle, node).is_ok()
}

/// After the registration of a node changed: for what it no longer serves it keeps no weight, even
/// if it is registered again before the close.
pub(crate) fn interrupt(state: &mut State, handle: AccountHandle, node: u32) {
    let snapshot = Arc::clone(state.weights.current());
    let account = state.ledger.address(handle);
    for row in snapshot.find(&account).map(|at| snapshot.rows(at)).unwrap_or_default() {
        let model = match snapshot.node_row(row) {
            Some((of, model, _)) if of == node && snapshot.keeps.get(row) == Some(&true) => model,
            Some(_) | None => continue,
        };
        if !serves(state, handle, (node, model)) {
            state.weights.interrupted.put((handle, node, model), ());
        }
    }
}

/// Which nodes of a new snapshot go on serving in its epoch: each with probability `share`, by a
/// hash of the entropy before the closing block; none twice in a row. `rests` says which nodes were
/// kept already. Unlike the allocation of POC_SLOT (issues 658 and 659 of Gonka) nobody can choose
/// the nodes for it, but for whoever gets a new node proved and attested within the closing block
/// alone. Its proposer cannot draw again by what it puts in.
pub(super) fn draw(
    share: Ratio,
    entropy: Hash,
    snapshot: &Snapshot,
    rests: &[bool],
) -> Result<Vec<bool>, ArithmeticError> {
    // Of the 2^64 values of a draw, those below share x 2^64.
    let below = share.ceil_mul(1 << 64)?;
    let mut keeps = vec![false; snapshot.nodes.node.len()];
    if below == 0 {
        return Ok(keeps);
    }
    for (at, account) in snapshot.account.iter().enumerate() {
        for row in snapshot.rows(at) {
            let Some((node, model, _)) = snapshot.node_row(row) else {
                continue;
            };
            let parts: [&[u8]; 5] = [
                &entropy.0,
                &snapshot.epoch.to_le_bytes(),
                account.as_bytes(),
                &node.to_le_bytes(),
                &model.0.to_le_bytes(),
            ];
            let draw = Hash::of("workmint kept nodes v1", &parts).leading_u64();
            let rested = rests.get(row) == Some(&false);
            if let Some(keep) = keeps.get_mut(row) {
                *keep = rested && u128::from(draw) < below;
            }
        }
    }
    Ok(keeps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_nodes_come_first_and_once() {
        let kept = [(2, 'a', 100), (1, 'b', 7)];
        let measured = [(2, 'c', 5), (2, 'a', 999), (1, 'a', 3), (3, 'd', 1)];
        let rows = merge_by_model(&kept, &measured);
        let plain: Vec<_> =
            rows.iter().map(|row| (row.model, row.node, row.weight, row.kept)).collect();
        let expected = [
            (1, 'b', 7, true),
            (1, 'a', 3, false),
            (2, 'a', 100, true),
            (2, 'c', 5, false),
            (3, 'd', 1, false),
        ];
        assert_eq!(plain, expected);
        assert!(merge_by_model::<u8, u8>(&[], &[]).is_empty());
    }
}
