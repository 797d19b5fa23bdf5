//! What transactions paid and accounts locked for rows, from the journal's bytes.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio};
use workmint_core::block::Applied;
use workmint_core::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Pot, Reason};
use workmint_core::modules::parameters::{Destination, Fees, Parameters};
use workmint_core::names::AssetId;
use workmint_core::{Block, DecodedTransaction, Error, State};

use super::{Fallible, failed};

/// Errors of a transaction that could not even be charged.
const UNCHARGED: [u16; 3] = [10, 401, 402];
/// Errors of a transaction that may have been charged or not: a number that left its range, an
/// account that could not be opened, a storage deposit that could not be locked.
const EITHER: [u16; 5] = [1, 11, 103, 108, 403];

/// Follows fees and storage deposits from block to block.
#[derive(Debug, Default)]
pub(crate) struct Costs {
    /// Burned as fees since the epoch opened, by asset.
    burned: BTreeMap<AssetId, Amount>,
    /// Least and largest deposit for a row that was ever asked, by asset.
    deposits: BTreeMap<AssetId, (Amount, Amount)>,
    /// Fees compared.
    pub(crate) fees: u64,
}

impl Costs {
    /// Follows one block that ran under `rules` and left `after`.
    pub(crate) fn follow(
        &mut self,
        (block, decoded): (&Block, &[DecodedTransaction]),
        applied: &Applied,
        rules: &Parameters,
        after: &State,
    ) -> Fallible<()> {
        let fees = &rules.fees;
        for (at, transaction) in decoded.iter().enumerate() {
            let (Some(raw), Some(result), Some(from), Some(to)) = (
                block.transactions.get(at),
                applied.results.get(at),
                applied.reached.get(at),
                applied.reached.get(at + 1),
            ) else {
                return Err(format!("transaction {at} has no result"));
            };
            let moved = applied.postings.get(from.postings..to.postings);
            let moved = moved.ok_or_else(|| format!("transaction {at} has no postings"))?;
            check(fees, (transaction, raw.bytes.len()), result, (moved, after))
                .map_err(|why| format!("transaction {at}: {why}"))?;
            self.fees += 1;
        }
        self.count_burned(applied)?;
        self.check_deposits(fees, after)
    }

    /// What was burned as fees is what the close froze.
    fn count_burned(&mut self, applied: &Applied) -> Fallible<()> {
        let burned = |of: &&Posting| of.reason == Reason::Fee && of.to == Holder::Issuance;
        for posting in applied.postings.iter().filter(burned) {
            let sum = self.burned.entry(posting.asset).or_default();
            *sum = sum.checked_add(posting.amount).map_err(failed)?;
        }
        let Some(closed) = &applied.closed else {
            return Ok(());
        };
        let asset = closed.parameters.fees.asset;
        let (counted, frozen) = (self.burned.remove(&asset), closed.inputs.burned_fees);
        self.burned.clear();
        if counted.unwrap_or_default() == frozen {
            return Ok(());
        }
        Err(format!("postings burned {counted:?} as fees, the close took {frozen}"))
    }

    /// Each account has locked what its rows say, and for each row something between the least and
    /// the largest deposit ever asked; all of them together are what the supply says.
    fn check_deposits(&mut self, fees: &Fees, after: &State) -> Fallible<()> {
        if !fees.storage_deposit.is_zero() {
            let asked = (fees.storage_deposit, fees.storage_deposit);
            let range = self.deposits.entry(fees.asset).or_insert(asked);
            *range = (range.0.min(asked.0), range.1.max(asked.1));
        }
        let mut sums: BTreeMap<AssetId, Amount> = BTreeMap::new();
        for (account, asset, stored) in after.fees.all_stored() {
            let locked = after.ledger.locked(account, asset, LockKind::Storage);
            let Some((least, most)) = self.deposits.get(&asset) else {
                return Err(format!("{} is locked for rows, nothing was asked", stored.amount));
            };
            let rows = u128::from(stored.rows);
            let bounds = (least.checked_mul(rows), most.checked_mul(rows));
            let (Ok(least), Ok(most)) = bounds else {
                return Err("a storage deposit exceeds 2^128".to_owned());
            };
            if locked != stored.amount || !(least..=most).contains(&locked) {
                let account = after.ledger.address(account);
                return Err(format!("{account} has locked {locked} for rows, not {stored:?}"));
            }
            let sum = sums.entry(asset).or_default();
            *sum = sum.checked_add(locked).map_err(failed)?;
        }
        let at = LockKind::ALL.iter().position(|kind| *kind == LockKind::Storage);
        let at = at.ok_or("there is no lock of storage deposits")?;
        for asset in (0..after.ledger.asset_count()).map_while(|id| u16::try_from(id).ok()) {
            let told = after.ledger.supply(AssetId(asset)).locked.get(at).copied();
            if told != Some(sums.remove(&AssetId(asset)).unwrap_or_default()) {
                return Err(format!("the supply of asset {asset} has other storage deposits"));
            }
        }
        Ok(())
    }
}

/// Compares what one transaction paid with what it owed.
fn check(
    fees: &Fees,
    (transaction, bytes): (&DecodedTransaction, usize),
    result: &Result<(), Error>,
    (moved, after): (&[Posting], &State),
) -> Fallible<()> {
    let sender = after.ledger.handle(&transaction.sender);
    let paid = paid(fees, sender, moved)?;
    let code = result.as_ref().err().map_or(0, Error::code);
    let owed = owed(fees, transaction, bytes)?;
    let (limit, tip) = (transaction.fee_limit, transaction.tip);
    let total = match limit.checked_sub(owed) {
        Ok(room) => owed.checked_add(tip.min(room)).map_err(failed)?,
        Err(_) if code == 402 || code == 10 => Amount::ZERO,
        Err(_) => return Err(format!("it owed {owed} and allowed {limit}, and ran")),
    };
    let nothing = (Amount::ZERO, Amount::ZERO);
    let expected = split(fees, total)?;
    let fits = match code {
        code if UNCHARGED.contains(&code) => paid == nothing,
        code if EITHER.contains(&code) => paid == expected || paid == nothing,
        _ => paid == expected,
    };
    if fits {
        return Ok(());
    }
    Err(format!("it burned and paid {paid:?} for fee and tip, not {expected:?} (error {code})"))
}

/// The fee by kind and bytes.
fn owed(fees: &Fees, transaction: &DecodedTransaction, bytes: usize) -> Fallible<Amount> {
    let kind = transaction.message.kind();
    if fees.free.iter().any(|group| kind.group() == Some(*group)) {
        return Ok(Amount::ZERO);
    }
    let mut fee = fees.flat;
    for (of, own) in &fees.kinds {
        if *of == kind {
            fee = *own;
        }
    }
    let bytes = fees.per_byte.checked_mul(bytes as u128).map_err(failed)?;
    fee.checked_add(bytes).map_err(failed)
}

/// What of a fee is burned, and what the destination gets.
fn split(fees: &Fees, total: Amount) -> Fallible<(Amount, Amount)> {
    let share = match fees.destination {
        Destination::Burn => Ratio::ONE,
        Destination::Treasury | Destination::Recycling => fees.burned_share,
    };
    let burned = share.apply_ceil(total).map_err(failed)?;
    Ok((burned, total.checked_sub(burned).map_err(failed)?))
}

/// What the sender paid in fees: burned, and to the destination.
fn paid(
    fees: &Fees,
    sender: Option<AccountHandle>,
    moved: &[Posting],
) -> Fallible<(Amount, Amount)> {
    let mut sums = (Amount::ZERO, Amount::ZERO);
    for posting in moved.iter().filter(|of| of.reason == Reason::Fee) {
        if posting.to == Holder::Pot(Pot::MarketFees) {
            continue;
        }
        if posting.asset != fees.asset
            || sender.map(Holder::Account).as_ref() != Some(&posting.from)
        {
            return Err(format!("a fee that nobody owes: {posting:?}"));
        }
        let to = match (&posting.to, fees.destination) {
            (Holder::Issuance, _) => &mut sums.0,
            (Holder::Pot(Pot::Treasury), Destination::Treasury)
            | (Holder::Pot(Pot::Recycling), Destination::Recycling) => &mut sums.1,
            _ => return Err(format!("a fee for somebody else: {posting:?}")),
        };
        *to = to.checked_add(posting.amount).map_err(failed)?;
    }
    Ok(sums)
}
