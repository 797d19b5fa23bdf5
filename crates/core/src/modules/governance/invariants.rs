//! INV-40: deposits, ballots and snapshots agree.

use super::{Stage, Tally};
use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::state::State;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// Compares the locks of deposits with the proposals, and every open vote with its ballots.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let mut held: BTreeMap<_, Amount> = BTreeMap::new();
    for (number, proposal) in state.governance.proposals() {
        let broken = |what: &str| Violation::new("INV-40", || format!("proposal {number}: {what}"));
        let sum = held.entry((proposal.proposer, proposal.asset)).or_default();
        *sum = sum.checked_add(proposal.deposit).map_err(|_| broken("deposits exceed 2^128"))?;
        match proposal.stage {
            Stage::Voting { snapshot, total, .. } => {
                let powers = state.governance.snapshot(snapshot);
                let powers = powers.ok_or_else(|| broken("its vote has no snapshot of power"))?;
                let mut counted = Tally::default();
                for (voter, ballot) in state.governance.ballots(number) {
                    if ballot.power > powers.of(voter, Amount::MAX) {
                        return Err(broken("a ballot has more power than was frozen"));
                    }
                    let sum = counted.add(ballot.choice, ballot.power);
                    counted = sum.map_err(|_| broken("its ballots exceed 2^128"))?;
                }
                if state.governance.tally(number) != Some(counted) || powers.total != total {
                    return Err(broken("its sums are not those of its ballots"));
                }
            }
            Stage::Passed { .. } if !proposal.deposit.is_zero() => {
                return Err(broken("it is counted and still holds its deposit"));
            }
            Stage::Waiting if state.governance.ballots(number).next().is_some() => {
                return Err(broken("it has ballots before its vote"));
            }
            Stage::Waiting | Stage::Passed { .. } if state.governance.tally(number).is_some() => {
                return Err(broken("it has sums without an open vote"));
            }
            Stage::Waiting | Stage::Passed { .. } => {}
        }
    }
    let orphan = state
        .governance
        .ballots
        .iter()
        .find(|((number, _), _)| state.governance.proposal(*number).is_none());
    if let Some(((number, _), _)) = orphan {
        return Err(Violation::new("INV-40", || format!("a ballot on {number}, which has ended")));
    }
    recount_bound(state)?;
    match_locks(state, LockKind::Proposal, &held)
}

/// What binds an account's stake: jobs it does, and its ballots. One too many would lock it for
/// ever.
fn recount_bound(state: &State) -> Result<(), Violation> {
    let doing = state.market.jobs.jobs().filter_map(|(_, job)| job.stage.taken());
    let doing = doing.map(|taken| taken.provider);
    let voting = state.governance.ballots.iter().map(|((_, voter), _)| *voter);
    let mut counted: BTreeMap<AccountHandle, u32> = BTreeMap::new();
    for account in doing.chain(voting) {
        let count = counted.entry(account).or_default();
        *count = count.checked_add(1).ok_or_else(|| {
            Violation::new("INV-49", || format!("2^32 jobs and ballots bind {account:?}"))
        })?;
    }
    if state.stake.bound.iter().map(|(account, count)| (*account, *count)).eq(counted) {
        return Ok(());
    }
    Err(Violation::new("INV-49", || "jobs and ballots are not what binds stake".to_owned()))
}
