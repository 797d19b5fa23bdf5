//! How an amount is shared among recipients of a bucket, and lent budget among buckets, one step
//! after the other as the rules say it (docs/spec/rewards.md §5).

use std::collections::{BTreeMap, BTreeSet};

use workmint_amounts::{Ratio, share_by_long_division};

use super::{Fallible, failed};

/// Base units by row.
pub(super) type ByRow = BTreeMap<u32, u128>;

/// The sum, if 128 bits hold it.
pub(super) fn sum(amounts: impl IntoIterator<Item = u128>) -> Fallible<u128> {
    let mut total = 0_u128;
    for amount in amounts {
        total = total.checked_add(amount).ok_or("a sum exceeds 2^128")?;
    }
    Ok(total)
}

/// What each gets of `available`: all if that is enough, else in proportion, rounded down, nobody
/// above the cap; what a cap cuts off is shared by the others.
pub(super) fn pay_out(available: u128, dues: &ByRow, most: Ratio) -> Fallible<ByRow> {
    if sum(dues.values().copied())? <= available {
        return Ok(dues.clone());
    }
    let cap = cap(available, dues, most)?;
    let mut capped: BTreeSet<u32> = BTreeSet::new();
    loop {
        let open = || dues.iter().filter(|(row, _)| !capped.contains(row));
        let weight = sum(open().map(|(_, due)| *due))?;
        let gone = cap.checked_mul(capped.len() as u128).ok_or("caps exceed 2^128")?;
        let rest = available.checked_sub(gone).ok_or("caps exceed what is available")?;
        let mut paid = ByRow::new();
        for (row, due) in open().filter(|(_, due)| **due > 0) {
            paid.insert(*row, share_by_long_division(rest, *due, weight).map_err(failed)?);
        }
        let over: Vec<u32> =
            paid.iter().filter(|(_, share)| **share > cap).map(|(row, _)| *row).collect();
        if over.is_empty() {
            for row in dues.keys() {
                let share = if capped.contains(row) { cap } else { 0 };
                paid.entry(*row).or_insert(share);
            }
            return Ok(paid);
        }
        capped.extend(over);
    }
}

/// The share of `available` that one may get, or the smallest equal limit under which all of it
/// can be paid, found by bisection.
fn cap(available: u128, dues: &ByRow, most: Ratio) -> Fallible<u128> {
    let takes = |limit: u128| sum(dues.values().map(|due| limit.min(*due)));
    let first = most.floor_mul(available).map_err(failed)?;
    if takes(first)? >= available {
        return Ok(first);
    }
    let (mut low, mut high) = (first, dues.values().copied().max().unwrap_or(0));
    while high - low > 1 {
        let middle = low.midpoint(high);
        if takes(middle)? >= available {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(high)
}

/// Shares `pot` among those that want more than they have, in proportion to weights, rounded down,
/// again and again; the last units, fewer than there are takers, go one each in `order`. Gives
/// what each got.
pub(super) fn spread(
    mut pot: u128,
    wants: &[(u128, u128)],
    order: &[usize],
) -> Fallible<Vec<u128>> {
    let mut missing: Vec<u128> = wants.iter().map(|(_, most)| *most).collect();
    loop {
        let takers: Vec<usize> =
            (0..wants.len()).filter(|at| missing.get(*at).is_some_and(|left| *left > 0)).collect();
        let weight = |at: usize| wants.get(at).map_or(0, |(weight, _)| *weight);
        let weights = sum(takers.iter().map(|at| weight(*at)))?;
        let last_round = weights == 0 || pot < takers.len() as u128;
        let round = pot;
        for at in order.iter().filter(|at| takers.contains(at)) {
            let Some(left) = missing.get_mut(*at) else { continue };
            let share = match (weights, last_round) {
                (0, _) => pot,
                (_, true) => pot.min(1),
                (_, false) => {
                    share_by_long_division(round, weight(*at), weights).map_err(failed)?
                }
            };
            let share = share.min(*left);
            *left -= share;
            pot -= share;
        }
        if last_round || takers.is_empty() {
            break;
        }
    }
    Ok(wants.iter().zip(missing).map(|((_, most), missing)| most - missing).collect())
}
