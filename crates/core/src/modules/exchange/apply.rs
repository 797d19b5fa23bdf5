//! Adding to the pool, taking out of it, swapping.

use super::invariants::never_poorer;
use super::{
    AddLiquidity, Error, Event, Pool, RemoveLiquidity, Swap, added, first_shares, removed, swapped,
};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{Holder, Posting, Pot, Reason};
use crate::modules::parameters::{Exchange, Parameters};
use crate::names::AssetId;
use crate::state::{Context, State};
use workmint_amounts::Amount;

/// The pool's rules, unless the network has none or the message's deadline is over.
fn open(context: &Context, deadline: u64) -> Result<&Exchange, Error> {
    let rules = context.parameters.exchange.as_ref().ok_or(Error::NoExchange {})?;
    let now = context.now.time_ms;
    if now > deadline {
        return Err(Error::Late { deadline, now });
    }
    Ok(rules)
}

/// Takes both assets from the sender in the pool's proportion, for shares of it.
pub fn apply_add(
    state: &mut State,
    context: &Context,
    message: &AddLiquidity,
) -> Result<(), AnyError> {
    let rules = open(context, message.deadline)?;
    let before = *state.exchange.pool();
    let add = added(&before, rules.locked_shares, message.amounts)?;
    if add.shares < message.min_shares {
        return Err(Error::FewerShares { shares: add.shares, least: message.min_shares }.into());
    }
    let sender = context.sender;
    let (a, b) = rules.assets;
    for (asset, amount) in [(a, add.taken.0), (b, add.taken.1)] {
        let (from, to) = (Holder::Account(sender), Holder::Pot(Pot::Exchange));
        state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Exchange })?;
    }
    let first = if before.shares == 0 { u128::from(rules.locked_shares) } else { 0 };
    let more = add.shares.checked_add(first).ok_or(OVERFLOW)?;
    let after = Pool {
        reserves: (
            before.reserves.0.checked_add(add.taken.0)?,
            before.reserves.1.checked_add(add.taken.1)?,
        ),
        shares: before.shares.checked_add(more).ok_or(OVERFLOW)?,
        locked: before.locked.checked_add(first).ok_or(OVERFLOW)?,
    };
    never_poorer(&before, &after)?;
    state.exchange.pool.set(after);
    let shares = state.exchange.shares(sender).checked_add(add.shares).ok_or(OVERFLOW)?;
    state.exchange.write(sender, shares, context.now.epoch);
    let account = state.ledger.address(sender);
    state.emit(Event::LiquidityAdded { account, amounts: add.taken, shares: add.shares });
    Ok(())
}

/// Pays the sender what its shares are worth.
pub fn apply_remove(
    state: &mut State,
    context: &Context,
    message: &RemoveLiquidity,
) -> Result<(), AnyError> {
    let rules = open(context, message.deadline)?;
    let (sender, shares) = (context.sender, message.shares);
    if shares == 0 {
        return Err(Error::ZeroAmount {}.into());
    }
    let held = state.exchange.shares(sender);
    let left = held.checked_sub(shares);
    let left = left.ok_or(Error::InsufficientShares { asked: shares, held })?;
    let before = *state.exchange.pool();
    let amounts = removed(&before, shares)?;
    let least = message.min_amounts;
    for (out, least) in [(amounts.0, least.0), (amounts.1, least.1)] {
        if out < least {
            return Err(Error::LessOut { out, least }.into());
        }
    }
    let (a, b) = rules.assets;
    for (asset, amount) in [(a, amounts.0), (b, amounts.1)] {
        let (from, to) = (Holder::Pot(Pot::Exchange), Holder::Account(sender));
        state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Exchange })?;
    }
    let after = Pool {
        reserves: (
            before.reserves.0.checked_sub(amounts.0)?,
            before.reserves.1.checked_sub(amounts.1)?,
        ),
        shares: before.shares.checked_sub(shares).ok_or(OVERFLOW)?,
        ..before
    };
    never_poorer(&before, &after)?;
    state.exchange.pool.set(after);
    state.exchange.write(sender, left, context.now.epoch);
    let account = state.ledger.address(sender);
    state.emit(Event::LiquidityRemoved { account, amounts, shares });
    Ok(())
}

/// Changes an amount of one asset for the other.
pub fn apply_swap(state: &mut State, context: &Context, message: &Swap) -> Result<(), AnyError> {
    let rules = open(context, message.deadline)?;
    let Swap { asset_in, amount_in, .. } = *message;
    let (a, b) = rules.assets;
    let first = asset_in == a;
    if !first && asset_in != b {
        return Err(Error::NotInPool { asset: asset_in }.into());
    }
    let before = *state.exchange.pool();
    let out = swapped(&before, rules.fee, first, amount_in)?;
    if out.is_zero() || out < message.min_out {
        return Err(Error::LessOut { out, least: message.min_out.max(Amount::new(1)) }.into());
    }
    let asset_out = if first { b } else { a };
    let (sender, pot) = (Holder::Account(context.sender), Holder::Pot(Pot::Exchange));
    let mut post = |asset: AssetId, from: &Holder, to: &Holder, amount: Amount| {
        let (from, to) = (from.clone(), to.clone());
        state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Exchange })
    };
    post(asset_in, &sender, &pot, amount_in)?;
    post(asset_out, &pot, &sender, out)?;
    let (reserve_a, reserve_b) = before.reserves;
    let reserves = if first {
        (reserve_a.checked_add(amount_in)?, reserve_b.checked_sub(out)?)
    } else {
        (reserve_a.checked_sub(out)?, reserve_b.checked_add(amount_in)?)
    };
    let after = Pool { reserves, ..before };
    never_poorer(&before, &after)?;
    state.exchange.pool.set(after);
    let account = state.ledger.address(context.sender);
    state.emit(Event::Swapped { account, asset_in, amount_in, amount_out: out });
    Ok(())
}

/// At genesis: the treasury's part of the pool, whose shares are nobody's.
pub(crate) fn seed(state: &mut State, parameters: &Parameters) -> Result<(), AnyError> {
    let Some((rules, seed)) =
        parameters.exchange.as_ref().and_then(|rules| Some((rules, rules.seed?)))
    else {
        return Ok(());
    };
    let (a, b) = rules.assets;
    for (asset, amount) in [(a, seed.0), (b, seed.1)] {
        let (from, to) = (Holder::Pot(Pot::Treasury), Holder::Pot(Pot::Exchange));
        state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Genesis })?;
    }
    let shares = first_shares(seed)?;
    if shares == 0 {
        return Err(Error::ZeroAmount {}.into());
    }
    state.exchange.pool.set(Pool { reserves: seed, shares, locked: shares });
    Ok(())
}
