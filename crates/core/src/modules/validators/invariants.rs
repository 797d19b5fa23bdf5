//! INV-60 to INV-63: bonds, shares, rewards, the active set.

use super::pool::{Delegation, Pool};
use crate::error::Error;
use crate::invariants::Violation;
use crate::modules::ledger::{AccountHandle, Pot};
use crate::modules::parameters::Validators;
use crate::state::State;
use crate::time::Deadline;
use std::collections::BTreeMap;
use workmint_amounts::{Amount, ArithmeticError, Fixed};

const OVERFLOW: ArithmeticError = crate::error::OVERFLOW;

/// At every close: the full recount. Linear in delegators, as every recount is in what it counts.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let Some(rules) = &parameters.validators else {
        if state.validators.pools.is_empty() && state.validators.withdrawals.is_empty() {
            return Ok(());
        }
        return broken("INV-60", "something is bonded where nothing can be");
    };
    bonds(state, state.ledger.pot(rules.asset, &Pot::Bonds))?;
    withdrawals(state)?;
    let mut counted = Counted::default();
    let rows = state.validators.delegations.iter();
    for ((_, validator), row) in rows {
        let one = counted.add(state, *validator, row);
        one.map_err(|error| overflow(&error, *validator))??;
    }
    counted.compare(state, state.ledger.pot(parameters.emission.asset, &Pot::Delegators))?;
    activity(state, rules)
}

fn broken(invariant: &'static str, what: &'static str) -> Result<(), Violation> {
    Err(Violation::new(invariant, || what.to_owned()))
}

fn overflow(error: &Error, validator: AccountHandle) -> Violation {
    Violation::new("INV-61", || format!("pool of {validator:?}: {error}"))
}

/// INV-60: the pot is the sum of all pools; no pool has more units than shares, and none has shares
/// without units.
fn bonds(state: &State, held: Amount) -> Result<(), Violation> {
    let mut sum = Some(Amount::ZERO);
    let mut add = |tokens: Amount, shares: u128| {
        sum = sum.and_then(|sum| sum.checked_add(tokens).ok());
        tokens.get() <= shares && (shares == 0) == tokens.is_zero()
    };
    for (validator, pool) in state.validators.pools() {
        let shares = pool.shares().map_err(|error| overflow(&error.into(), validator))?;
        if !add(pool.tokens, shares) {
            return Err(Violation::new("INV-60", || {
                format!("pool of {validator:?}: {} units, {shares} shares", pool.tokens)
            }));
        }
    }
    for ((validator, deadline), row) in state.validators.unbonding.iter() {
        if !add(row.tokens, row.shares) {
            return Err(Violation::new("INV-60", || {
                format!("unbonding of {validator:?}, {deadline}: {row:?}")
            }));
        }
    }
    if sum == Some(held) {
        return Ok(());
    }
    Err(Violation::new("INV-60", || format!("the pot of bonds holds {held}, the pools {sum:?}")))
}

/// INV-61, of what is on its way out: shares of each unbonding pool are those of its withdrawals,
/// and what is not released has its release date.
fn withdrawals(state: &State) -> Result<(), Violation> {
    let mut shares: BTreeMap<(AccountHandle, Deadline), u128> = BTreeMap::new();
    for ((_, validator, deadline), own) in state.validators.withdrawals.iter() {
        let place = (*validator, *deadline);
        let row = state.validators.unbonding.get(&place);
        if row.is_none_or(|row| row.generation != own.generation) {
            continue;
        }
        let sum = shares.entry(place).or_default();
        let more = sum.checked_add(own.shares);
        *sum = more.ok_or_else(|| overflow(&OVERFLOW.into(), *validator))?;
    }
    let mut waiting = 0_usize;
    for (place, row) in state.validators.unbonding.iter() {
        if shares.get(place).copied().unwrap_or(0) != row.shares {
            return broken("INV-61", "withdrawals do not sum to the shares of their pool");
        }
        if !row.released {
            waiting = waiting.checked_add(1).ok_or_else(|| overflow(&OVERFLOW.into(), place.0))?;
            if !state.validators.due.contains(&(place.1, place.0)) {
                return broken("INV-61", "an unbonding pool has no release date");
            }
        }
    }
    if state.validators.due.len() == waiting {
        return Ok(());
    }
    broken("INV-61", "unbonding pools and their release dates differ in number")
}

/// What the delegations of one pool hold.
#[derive(Default)]
struct OfPool {
    shares: u128,
    holders: u64,
    earned: Fixed,
}

/// What all delegations hold.
#[derive(Default)]
struct Counted {
    pools: BTreeMap<AccountHandle, OfPool>,
    entries: BTreeMap<(AccountHandle, u64), u64>,
    endings: BTreeMap<(AccountHandle, u64), u64>,
}

type Outcome = Result<Result<(), Violation>, Error>;

impl Counted {
    fn add(&mut self, state: &State, validator: AccountHandle, row: &Delegation) -> Outcome {
        let Some(pool) = state.validators.pool(validator) else {
            return Ok(broken("INV-61", "a delegation to nobody"));
        };
        let lives = row.generation == pool.generation;
        let mut now = pool.per_share;
        if !lives {
            let place = (validator, row.generation);
            bump(self.endings.entry(place).or_default())?;
            let Some(ending) = state.validators.endings.get(&place) else {
                return Ok(broken("INV-61", "a generation that ended without a checkpoint"));
            };
            now = ending.per_share;
        }
        let of = self.pools.entry(validator).or_default();
        of.earned = of.earned.checked_add(now.checked_sub(row.seen)?.times(row.part.earning)?)?;
        if row.part.pending > 0 {
            let place = (validator, row.since);
            bump(self.entries.entry(place).or_default())?;
            let Some(entry) = state.validators.entries.get(&place) else {
                return Ok(broken("INV-61", "pending shares without a checkpoint"));
            };
            let since = now.checked_sub(entry.per_share)?.times(row.part.pending)?;
            of.earned = of.earned.checked_add(since)?;
        }
        let shares = row.part.sum()?;
        if lives {
            of.shares = of.shares.checked_add(shares).ok_or(OVERFLOW)?;
            bump(&mut of.holders)?;
        }
        Ok(if shares > 0 { Ok(()) } else { broken("INV-61", "a delegation of no shares") })
    }

    /// INV-61 and INV-62 of every pool, and of the pot.
    fn compare(&self, state: &State, held: Amount) -> Result<(), Violation> {
        let none = OfPool::default();
        let mut unclaimed = Some(Amount::ZERO);
        for (validator, pool) in state.validators.pools() {
            let of = self.pools.get(&validator).unwrap_or(&none);
            let shares =
                pool.delegated.sum().map_err(|error| overflow(&error.into(), validator))?;
            if (of.shares, of.holders) != (shares, pool.holders) {
                return Err(Violation::new("INV-61", || {
                    format!(
                        "pool of {validator:?}: {shares} shares of {} delegators, the rows hold {} \
                         of {}",
                        pool.holders, of.shares, of.holders
                    )
                }));
            }
            owed(validator, pool, of)?;
            unclaimed = unclaimed.and_then(|sum| sum.checked_add(pool.unclaimed).ok());
        }
        if unclaimed != Some(held) {
            return Err(Violation::new("INV-62", || {
                format!("the pot of delegators holds {held}, the pools owe {unclaimed:?}")
            }));
        }
        let counts = |rows: &BTreeMap<(AccountHandle, u64), u64>| {
            rows.iter().map(|(key, rows)| (*key, *rows)).collect::<Vec<_>>()
        };
        let entries = state.validators.entries.iter().map(|(key, row)| (*key, row.rows));
        let endings = state.validators.endings.iter().map(|(key, row)| (*key, row.rows));
        if entries.collect::<Vec<_>>() == counts(&self.entries)
            && endings.collect::<Vec<_>>() == counts(&self.endings)
        {
            return Ok(());
        }
        broken("INV-61", "checkpoints are kept that nobody asks for, or are missing")
    }
}

fn bump(count: &mut u64) -> Result<(), Error> {
    *count = count.checked_add(1).ok_or(OVERFLOW)?;
    Ok(())
}

/// INV-62: what delegators earned and did not collect, and what divisions left, is exactly what the
/// pool owes; to the last 2^-128 of a base unit.
fn owed(validator: AccountHandle, pool: &Pool, of: &OfPool) -> Result<(), Violation> {
    let sum = of.earned.checked_add(pool.remainder);
    if sum == Ok(Fixed::from_whole(pool.unclaimed.get())) {
        return Ok(());
    }
    Err(Violation::new("INV-62", || {
        format!("pool of {validator:?} owes {}, its delegators earned {sum:?}", pool.unclaimed)
    }))
}

/// INV-63: whoever is active has a pool with money and is not in jail; the last close kept within
/// the churn limit, and let nobody join a set that is too large.
fn activity(state: &State, rules: &Validators) -> Result<(), Violation> {
    let fit = |validator| {
        let pool: Option<&Pool> = state.validators.pool(validator);
        pool.is_some_and(|pool| pool.jail.is_none() && !pool.tokens.is_zero())
    };
    if !state.validators.active().all(|(validator, _)| fit(validator)) {
        return broken("INV-63", "somebody is active who has no bond or is in jail");
    }
    let (joined, left) = state.validators.churn();
    let most = usize::try_from(rules.most_active).unwrap_or(usize::MAX);
    let overfull = state.validators.active.len() > most && joined > 0;
    if joined.max(left) > rules.churn_limit || overfull {
        return Err(Violation::new("INV-63", || {
            format!("{joined} joined and {left} left at one close, against the limits")
        }));
    }
    Ok(())
}
