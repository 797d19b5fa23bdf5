//! Conservation of money.

use super::{AccountHandle, Ledger, LockKind, Supply};
use crate::invariants::Violation;
use crate::names::AssetId;
use rayon::prelude::*;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// O(1): what exists is what is held, and nothing was issued above the cap.
pub(crate) fn check(ledger: &Ledger) -> Result<(), Violation> {
    for (asset, supply) in ledger.supply.iter() {
        let held = supply.in_accounts.checked_add(supply.in_pots);
        let existing = supply.issued.checked_sub(supply.burned);
        if held.is_err() || held != existing {
            return Err(Violation::new("INV-01", || {
                format!(
                    "asset {}: issued {} - burned {} != accounts {} + pots {}",
                    asset.0, supply.issued, supply.burned, supply.in_accounts, supply.in_pots
                )
            }));
        }
        if supply.issued > ledger.cap(*asset) {
            let cap = ledger.cap(*asset);
            return Err(Violation::new("INV-03", || {
                format!("asset {}: issued {} above the cap {cap}", asset.0, supply.issued)
            }));
        }
    }
    Ok(())
}

/// O(allowances): none is zero, and each is of accounts and an asset that exist.
pub(crate) fn recount_allowances(ledger: &Ledger) -> Result<(), Violation> {
    let known = |account| ledger.account(account).is_some();
    let fits = |owner, spender, asset: AssetId, amount: Amount| {
        let priced = usize::from(asset.0) < ledger.asset_count();
        known(owner) && known(spender) && priced && !amount.is_zero()
    };
    match ledger.allowances().find(|row| !fits(row.0, row.1, row.2, row.3)) {
        None => Ok(()),
        Some((owner, spender, asset, amount)) => Err(Violation::new("INV-35", || {
            format!("{owner:?} lets {spender:?} spend {amount} of asset {}", asset.0)
        })),
    }
}

/// O(accounts): recounts every total from the rows. Returns the recounted totals.
pub fn recount(ledger: &Ledger) -> Result<Vec<(AssetId, Supply)>, Violation> {
    let overflow = |_| Violation::new("INV-01", || "a total exceeds 2^128".to_owned());
    let mut totals = Vec::new();
    for (asset, stored) in ledger.supply.iter() {
        let rows = ledger.holdings.get(usize::from(asset.0)).map_or(&[][..], |table| table.rows());
        let partial = |rows: &[super::Holding]| {
            let mut sums = (Amount::ZERO, Amount::ZERO);
            for row in rows {
                if row.locked > row.balance {
                    return Err(Violation::new("INV-15", || {
                        format!("{} locked of a balance of {}", row.locked, row.balance)
                    }));
                }
                sums.0 = sums.0.checked_add(row.balance).map_err(overflow)?;
                sums.1 = sums.1.checked_add(row.locked).map_err(overflow)?;
            }
            Ok(sums)
        };
        let parts: Result<Vec<_>, _> = rows.par_chunks(65_536).map(partial).collect();
        let parts = parts?;
        let in_accounts = Amount::sum(parts.iter().map(|part| part.0)).map_err(overflow)?;
        let locked_in_rows = Amount::sum(parts.iter().map(|part| part.1)).map_err(overflow)?;
        let pots = ledger.pots().filter(|(of, _, _)| of == asset).map(|(_, _, amount)| amount);
        let in_pots = Amount::sum(pots).map_err(overflow)?;
        let mut locked = [Amount::ZERO; LockKind::ALL.len()];
        let mut of_accounts: BTreeMap<AccountHandle, Amount> = BTreeMap::new();
        for ((account, of, kind), amount) in ledger.locks.iter() {
            if of == asset {
                let sum = of_accounts.entry(*account).or_default();
                *sum = sum.checked_add(*amount).map_err(overflow)?;
            }
            let slot = LockKind::ALL.iter().position(|other| other == kind);
            if let (true, Some(total)) = (of == asset, slot.and_then(|at| locked.get_mut(at))) {
                *total = total.checked_add(*amount).map_err(overflow)?;
            }
        }
        if let Some((account, sum)) = of_accounts
            .iter()
            .find(|(account, sum)| ledger.holding(**account, *asset).locked != **sum)
        {
            return Err(Violation::new("INV-23", || {
                format!("asset {}: account {account:?} has locks of {sum}", asset.0)
            }));
        }
        let counted = Supply { in_accounts, in_pots, locked, ..*stored };
        let all_locks = Amount::sum(locked).map_err(overflow)?;
        if counted != *stored || all_locks != locked_in_rows {
            return Err(Violation::new("INV-23", || {
                format!("asset {}: totals {stored:?}, recounted {counted:?}", asset.0)
            }));
        }
        totals.push((*asset, counted));
    }
    Ok(totals)
}
