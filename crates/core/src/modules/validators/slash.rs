//! Taking a fraction of bonds; the jail.

use super::apply::{pool_of, rules};
use super::delegate::end_generation;
use super::pool::Jail;
use super::{Event, Fault, Pool, Unbonding, Why, Wish, slash_amount};
use crate::error::{Error, OVERFLOW};
use crate::modules::fees::holder_of;
use crate::modules::ledger::{AccountHandle, Holder, Posting, Pot, Reason};
use crate::state::{Context, State};
use crate::time::Deadline;
use workmint_amounts::{Amount, Ratio, spread};

/// What is left of a pool below 2^-32 of a unit per share is taken too: the shares that a unit
/// buys stay within 128 bits.
const DEPLETED_BITS: u32 = 32;

/// Takes ceil((bonded + unbonding) x `fraction`) of a validator's bonds, its delegators' with it:
/// at least `least_slash`, at most everything, spread over its pools by cumulative floor. What was
/// released is out of reach. Touches one row per pool, none per delegator. Returns what was taken,
/// base units.
pub(super) fn slash(
    state: &mut State,
    context: &Context,
    validator: AccountHandle,
    (fault, fraction): (Fault, Ratio),
) -> Result<Amount, Error> {
    let rules = rules(context)?;
    let Some(pool) = state.validators.pool(validator) else {
        return Ok(Amount::ZERO);
    };
    let pool = pool.at(context.now.epoch)?;
    let rows = state.validators.unbonding(validator);
    let rows = rows.filter(|(_, row)| !row.released);
    let rows: Vec<(Deadline, Unbonding)> = rows.map(|(at, row)| (at, *row)).collect();
    let mut holdings = vec![pool.tokens];
    holdings.extend(rows.iter().map(|(_, row)| row.tokens));
    let base = Amount::sum(holdings.iter().copied())?;
    let amount = slash_amount(fraction, rules.least_slash, base)?;
    let mut parts = spread(amount, &holdings)?.into_iter();
    let from_pool = parts.next().unwrap_or_default();
    let mut taken = take_from_pool(state, (validator, pool), from_pool)?;
    let mut from_unbonding = Amount::ZERO;
    for ((deadline, row), part) in rows.into_iter().zip(parts) {
        let part = take_from_unbonding(state, (validator, deadline), row, part)?;
        from_unbonding = from_unbonding.checked_add(part)?;
    }
    taken = taken.checked_add(from_unbonding)?;
    let (asset, reason) = (rules.asset, Reason::Slash);
    let (from, to) = (Holder::Pot(Pot::Bonds), holder_of(context.parameters.slashing.destination));
    state.ledger.post(Posting { asset, from, to, amount: taken, reason })?;
    let validator = state.ledger.address(validator);
    state.emit(Event::Slashed { validator, fault, fraction, amount: taken, from_unbonding });
    Ok(taken)
}

/// Whether what is left per share is so little that the rest goes too.
fn is_depleted(left: Amount, shares: u128) -> bool {
    // Both sides are scaled down, never up: no overflow.
    shares > 0 && left.get() <= shares >> DEPLETED_BITS
}

fn take_from_pool(
    state: &mut State,
    (validator, mut pool): (AccountHandle, Pool),
    part: Amount,
) -> Result<Amount, Error> {
    let left = pool.tokens.checked_sub(part)?;
    let mut taken = part;
    if is_depleted(left, pool.shares()?) {
        taken = pool.tokens;
        end_generation(state, validator, &mut pool)?;
    } else {
        pool.tokens = left;
    }
    state.validators.pools.put(validator, pool);
    Ok(taken)
}

fn take_from_unbonding(
    state: &mut State,
    place: (AccountHandle, Deadline),
    row: Unbonding,
    part: Amount,
) -> Result<Amount, Error> {
    let left = row.tokens.checked_sub(part)?;
    if !is_depleted(left, row.shares) {
        state.validators.unbonding.put(place, Unbonding { tokens: left, ..row });
        return Ok(part);
    }
    let generation = row.generation.checked_add(1).ok_or(OVERFLOW)?;
    state.validators.unbonding.put(place, Unbonding { generation, ..Unbonding::default() });
    Ok(row.tokens)
}

/// A fault of consensus: slashes the validator's bonds and puts it into jail, from which it is not
/// active. Returns what was taken, base units.
pub(crate) fn punish(
    state: &mut State,
    context: &Context,
    validator: AccountHandle,
    fraction: Ratio,
) -> Result<Amount, Error> {
    let rules = rules(context)?;
    let taken = slash(state, context, validator, (Fault::Consensus, fraction))?;
    let epoch = context.now.epoch;
    let next = epoch.checked_add(1).ok_or(OVERFLOW)?;
    let until = epoch.checked_add(rules.jail_epochs).ok_or(OVERFLOW)?.max(next);
    let mut pool = pool_of(state, context, validator)?;
    let until = pool.jail.map_or(until, |jail| jail.until.max(until));
    (pool.jail, pool.wish) = (Some(Jail { since: epoch, until }), Wish::Rest);
    state.validators.pools.put(validator, pool);
    let address = state.ledger.address(validator);
    state.emit(Event::Jailed { validator: address, until });
    remove(state, validator, Why::Jailed);
    Ok(taken)
}

/// The consensus layer says that a validator left: if it is active, it is so no more and does not
/// ask to be. Of one that is not, the report says what is known here: a displaced one asks on.
pub(crate) fn retire_at_once(
    state: &mut State,
    context: &Context,
    validator: AccountHandle,
) -> Result<(), Error> {
    if !state.validators.is_active(validator) {
        return Ok(());
    }
    let mut pool = pool_of(state, context, validator)?;
    pool.wish = Wish::Rest;
    state.validators.pools.put(validator, pool);
    remove(state, validator, Why::Reported);
    Ok(())
}

/// Takes a validator out of the active set, if it is in it.
pub(super) fn remove(state: &mut State, validator: AccountHandle, why: Why) {
    if state.validators.is_active(validator) {
        state.validators.active.remove(&validator);
        let validator = state.ledger.address(validator);
        state.emit(Event::Left { validator, why });
    }
}
