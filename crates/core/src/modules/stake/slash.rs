//! Taking a fraction of stake.

use super::apply::{rules, write_active};
use super::{Event, Offence, reputation};
use crate::error::Error;

use crate::modules::fees::holder_of;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Reason};
use crate::state::{Context, State};
use crate::time::Deadline;
use workmint_amounts::{Amount, Ratio, spread};

/// Takes ceil((active + unbonding) x `fraction`) of an account's stake, spread over its holdings by
/// cumulative floor, and halves its reputation. A `beneficiary` receives at most
/// `slashing.reporter_share` of it, rounded down; the rest goes to the slashing destination.
/// Returns what was taken, base units.
pub(crate) fn slash(
    state: &mut State,
    context: &Context,
    account: AccountHandle,
    (offence, fraction): (Offence, Ratio),
    beneficiary: Option<AccountHandle>,
) -> Result<Amount, Error> {
    let asset = rules(context)?.asset;
    let active = super::active(state, account);
    let withdrawals: Vec<(Deadline, Amount)> = state.stake.withdrawals(account).collect();
    let mut holdings = vec![active];
    holdings.extend(withdrawals.iter().map(|(_, amount)| *amount));
    let sum = Amount::sum(holdings.iter().copied())?;
    let amount = fraction.min(Ratio::ONE).apply_ceil(sum)?;
    if !fraction.is_zero() {
        reputation::halve(state, account);
    }
    if amount.is_zero() {
        return Ok(amount);
    }
    let parts = spread(amount, &holdings)?;
    let from_active = parts.first().copied().unwrap_or(Amount::ZERO);
    let from_unbonding = amount.checked_sub(from_active)?;
    state.ledger.unlock(account, asset, LockKind::Stake, from_active)?;
    state.ledger.unlock(account, asset, LockKind::UnbondingStake, from_unbonding)?;
    write_active(state, context, account, active.checked_sub(from_active)?);
    for ((deadline, held), part) in withdrawals.into_iter().zip(parts.iter().skip(1)) {
        let left = held.checked_sub(*part)?;
        if left.is_zero() {
            state.stake.withdrawals.remove(&(account, deadline));
            state.stake.due.remove(&(deadline, account));
        } else {
            state.stake.withdrawals.put((account, deadline), left);
        }
    }
    let general = &context.parameters.slashing;
    let mut bounty = Amount::ZERO;
    let from = Holder::Account(account);
    if let Some(beneficiary) = beneficiary {
        bounty = general.reporter_share.apply_floor(amount)?;
        let to = Holder::Account(beneficiary);
        let (from, reason) = (from.clone(), Reason::Bounty);
        state.ledger.post(Posting { asset, from, to, amount: bounty, reason })?;
    }
    let (to, rest) = (holder_of(general.destination), amount.checked_sub(bounty)?);
    state.ledger.post(Posting { asset, from, to, amount: rest, reason: Reason::Slash })?;
    let account = state.ledger.address(account);
    state.emit(Event::Slashed { account, offence, fraction, amount, from_unbonding, bounty });
    Ok(amount)
}
