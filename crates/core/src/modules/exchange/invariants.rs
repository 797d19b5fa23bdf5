//! INV-32 to INV-34.

use super::Pool;
use crate::error::Error;
use crate::invariants::Violation;
use crate::modules::ledger::Pot;
use crate::state::State;
use workmint_amounts::compare_products;

/// INV-32, after every block: the reserves are what the pot holds.
pub(crate) fn check(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let pool = state.exchange.pool();
    let Some(rules) = &parameters.exchange else {
        return match pool.shares {
            0 => Ok(()),
            shares => Err(Violation::new("INV-32", || format!("{shares} shares of no pool"))),
        };
    };
    for (asset, reserve) in [(rules.assets.0, pool.reserves.0), (rules.assets.1, pool.reserves.1)] {
        let held = state.ledger.pot(asset, &Pot::Exchange);
        if held != reserve {
            return Err(Violation::new("INV-32", || {
                format!("the pot holds {held} of {asset:?}, the pool's reserve is {reserve}")
            }));
        }
    }
    Ok(())
}

/// INV-33, at every close: locked shares and those of accounts are all shares.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let pool = state.exchange.pool();
    let mut sum = Some(pool.locked);
    for (account, row) in state.exchange.positions() {
        sum = sum.and_then(|sum| sum.checked_add(row.shares));
        if row.shares == 0 || row.fewest.recorded() > row.shares {
            return Err(Violation::new("INV-33", || {
                format!("{account:?} has {} shares, at least {}", row.shares, row.fewest.recorded())
            }));
        }
    }
    if sum == Some(pool.shares) {
        return Ok(());
    }
    Err(Violation::new("INV-33", || {
        format!("there are {} shares, the rows hold {sum:?}", pool.shares)
    }))
}

/// INV-34: what is left of the pool is not worth less to a share than before, by either reserve;
/// by a swap, that the product of the reserves does not fall.
pub(super) fn never_poorer(before: &Pool, after: &Pool) -> Result<(), Error> {
    const POORER: Error = Error::Inconsistent { what: "a pool that became poorer" };
    if before.shares == 0 {
        return Ok(());
    }
    let product = |pool: &Pool| (pool.reserves.0.get(), pool.reserves.1.get());
    let holds = if before.shares == after.shares {
        compare_products(product(after), product(before)).is_ge()
    } else {
        let ((a, b), (after_a, after_b)) = (product(before), product(after));
        let kept = |before_units: u128, after_units: u128| {
            compare_products((after_units, before.shares), (before_units, after.shares)).is_ge()
        };
        kept(a, after_a) && kept(b, after_b)
    };
    let some = !after.reserves.0.is_zero() && !after.reserves.1.is_zero();
    if holds && some && after.shares >= after.locked { Ok(()) } else { Err(POORER) }
}
