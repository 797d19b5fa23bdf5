//! INV-13: weights agree with what they come from.

use super::{Factors, Snapshot};
use crate::invariants::Violation;
use crate::state::State;
use workmint_amounts::Ratio;

/// effective <= potential, which is what the nodes give; the total is the sum of the effective
/// weights; no reading is above the potential weight; no penalty takes more than all.
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
    let total: u128 = snapshot.effective.iter().map(|weight| u128::from(*weight)).sum();
    if total != snapshot.total {
        let recorded = snapshot.total;
        return Err(Violation::new("INV-13", || {
            format!("all weigh {total}, the snapshot says {recorded}")
        }));
    }
    recount_rest(state, snapshot)
}

fn recount_rest(state: &State, snapshot: &Snapshot) -> Result<(), Violation> {
    for (handle, confirmed) in state.weights.confirmed.iter() {
        let account = state.ledger.address(*handle);
        let potential = snapshot.potential_of(&account);
        if *confirmed > potential {
            return Err(Violation::new("INV-13", || {
                format!("{account}: {confirmed} confirmed of potential {potential}")
            }));
        }
    }
    if snapshot.keeps.len() != snapshot.nodes.node.len() {
        return Err(Violation::new("INV-13", || "a node's draw is missing".to_owned()));
    }
    let mut penalties = snapshot.weight_penalties.iter();
    match penalties.find(|penalty| penalty.fraction > Ratio::ONE) {
        Some(penalty) => Err(Violation::new("INV-13", || {
            format!("row {} loses {} of its reward weight", penalty.participant, penalty.fraction)
        })),
        None => Ok(()),
    }
}
