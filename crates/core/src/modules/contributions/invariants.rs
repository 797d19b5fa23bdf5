//! Contributions, their indexes, their challenges and the locks agree.

use super::{ClosedReason, Contribution, ContributionId, Stage};
use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::LockKind;
use crate::modules::parameters::ContributionKind;
use crate::state::State;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// Every row is in the one index of its stage; every challenge has its accepted contribution, and
/// the bond lock of each account is the sum of its challenges' bonds; what waits for a settlement
/// is accepted; open datasets and used contents are those of the rows.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    stages(state)?;
    contents(state)?;
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let mut bonds: BTreeMap<_, Amount> = BTreeMap::new();
    for (id, challenge) in state.contributions.challenges.iter() {
        let row = state.contributions.rows.get(id);
        if !row.is_some_and(|row| matches!(row.stage, Stage::Accepted { .. })) {
            return Err(Violation::new("INV-23", || {
                format!("challenge without an accepted contribution: {id:?}")
            }));
        }
        let sum = bonds.entry((challenge.challenger, parameters.emission.asset)).or_default();
        *sum = sum.checked_add(challenge.bond).map_err(|_| {
            Violation::new("INV-10", || format!("bonds of {:?} exceed 2^128", challenge.challenger))
        })?;
    }
    match_locks(state, LockKind::ContributionBond, &bonds)
}

fn stages(state: &State) -> Result<(), Violation> {
    let rows = &state.contributions;
    let broken = |id: &ContributionId| {
        Err(Violation::new("INV-30", || format!("{id:?} is not where its stage says")))
    };
    let (mut due, mut ended, mut held) = (0_usize, 0_usize, 0_usize);
    for (id, row) in rows.rows.iter() {
        let (counter, found) = match &row.stage {
            Stage::Accepted { .. } if rows.final_now.contains(id) => (&mut held, true),
            Stage::Submitted { until, .. } | Stage::Accepted { until, .. } => {
                (&mut due, rows.due.contains(&(*until, *id)))
            }
            Stage::Settled { .. } | Stage::Closed { .. } => (&mut ended, rows.ended.contains(id)),
        };
        if !found {
            return broken(id);
        }
        // There are at most as many rows as fit the memory.
        *counter = counter.checked_add(1).unwrap_or(usize::MAX);
    }
    if (due, ended, held) != (rows.due.len(), rows.ended.len(), rows.final_now.len()) {
        return Err(Violation::new("INV-30", || {
            format!(
                "{due} contributions are under way, {ended} ended, {held} wait; the indexes have \
                 {}, {} and {}",
                rows.due.len(),
                rows.ended.len(),
                rows.final_now.len()
            )
        }));
    }
    Ok(())
}

/// Every dataset that is neither final nor closed is in the queue of its content; every content but
/// of what nobody verified is its contributor's, used once; neither index has more.
fn contents(state: &State) -> Result<(), Violation> {
    let rows = &state.contributions;
    let is_open = |id: &ContributionId, row: &Contribution| {
        let under_way = row.stage.until().is_some() && !rows.final_now.contains(id);
        row.kind == ContributionKind::Dataset && under_way
    };
    let unverified = Stage::Closed { reason: ClosedReason::Unverified };
    for (id, row) in rows.rows.iter() {
        let queued = rows.open_datasets.get(&(row.content, row.number)) == Some(id);
        let its_own = rows.evidence.get(&(id.contributor, row.content)) == Some(id);
        if is_open(id, row) && !queued || row.stage != unverified && !its_own {
            return Err(Violation::new("INV-30", || {
                format!("the content of {id:?} is not its own")
            }));
        }
    }
    let open = rows.rows.iter().filter(|(id, row)| is_open(id, row)).count();
    let used = rows.rows.iter().filter(|(_, row)| row.stage != unverified).count();
    if (open, used) != (rows.open_datasets.len(), rows.evidence.len()) {
        return Err(Violation::new("INV-30", || {
            format!(
                "{open} datasets are open, {used} contents used; the indexes have {} and {}",
                rows.open_datasets.len(),
                rows.evidence.len()
            )
        }));
    }
    Ok(())
}
