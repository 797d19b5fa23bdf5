//! `hamiltonian`: demand queue q and shadow price p, a damped symplectic step (document 003).
//!
//! H(q, p) = U(q) + V(ln p) with U = stiffness x q^2 / 2 and V' = (supply - demand) / supply at
//! that price. Then dq/dt = -V' and d ln p/dt = U' - damping x V'; dH/dt = -damping x V'^2, so H
//! falls until demand is supply and the queue is empty. docs/spec/pricing.md §4 has the proof.

use super::FinePrice;
use super::formulas::Bounds;
use crate::error::OVERFLOW;
use crate::modules::parameters::Hamiltonian;
use workmint_amounts::{ArithmeticError, Ratio};

/// Queue and excess are in 10^-9 of the supply of one step.
const UNIT: u64 = 1_000_000_000;

/// The two coordinates of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// The queue q in 10^-9 of the supply of one step; below 0, what was spare.
    pub queue: i64,
    /// The shadow price p.
    pub price: FinePrice,
}

/// (demand - supply) / supply in 10^-9, toward zero, at most 1 either way. Without supply: 1 if
/// anything is asked, 0 if nothing is.
///
/// # Errors
/// Overflow of the quotient.
pub fn excess(demand: Ratio, supply: Ratio) -> Result<i64, ArithmeticError> {
    if demand == supply {
        return Ok(0);
    }
    if supply.is_zero() {
        return signed(false, u128::from(UNIT));
    }
    let asked = demand.checked_div(supply)?;
    let falls = asked < Ratio::ONE;
    let distance = if falls { asked.complement()? } else { asked.checked_sub(Ratio::ONE)? };
    signed(falls, distance.min(Ratio::ONE).floor_mul(u128::from(UNIT))?)
}

/// Most the queue may be, either way, 10^-9 of the supply of one step, rounded down.
pub(super) fn queue_limit(rules: &Hamiltonian) -> Result<u64, ArithmeticError> {
    let limit = rules.most_queue.floor_mul(u128::from(UNIT))?;
    u64::try_from(limit).map_err(|_| OVERFLOW)
}

/// Queue and price after one step with this [`excess`]: first the excess joins the queue, then the
/// price is multiplied by 1 + c, or divided by it where it falls, c = stiffness x queue + damping x
/// excess (each toward zero at 10^-9), at most `largest_step`; to the nearest 10^-9 base units. So
/// opposite steps cancel: to first order ln p moves by c either way. At its bounds a price
/// cannot answer: there the queue does not grow beyond what it was, away from 0.
///
/// # Errors
/// Overflow of price or queue.
pub fn hamiltonian_step(
    rules: &Hamiltonian,
    at: Shadow,
    excess: i64,
) -> Result<Shadow, ArithmeticError> {
    let bounds = Bounds::from(&rules.moves);
    let queue = joined(rules, at, excess, bounds)?;
    let spring = product(rules.stiffness, queue)?;
    let change = spring.checked_add(product(rules.damping, excess)?).ok_or(OVERFLOW)?;
    let share = Ratio::new(u128::from(change.unsigned_abs()), u128::from(UNIT))?;
    let price = at.price.scaled(change > 0, share.min(rules.moves.largest_step))?;
    Ok(Shadow { queue, price: price.within(bounds)? })
}

/// The queue with the excess in it.
fn joined(
    rules: &Hamiltonian,
    at: Shadow,
    excess: i64,
    bounds: Bounds,
) -> Result<i64, ArithmeticError> {
    let limit = i64::try_from(queue_limit(rules)?).map_err(|_| OVERFLOW)?;
    let least = limit.checked_neg().ok_or(OVERFLOW)?;
    let queue = at.queue.checked_add(excess).ok_or(OVERFLOW)?;
    let lowest = FinePrice::of(bounds.minimum)?;
    let highest = FinePrice::of(bounds.maximum).ok();
    let held = if excess < 0 && at.price <= lowest {
        queue.max(at.queue.min(0))
    } else if excess > 0 && highest.is_some_and(|highest| at.price >= highest) {
        queue.min(at.queue.max(0))
    } else {
        queue
    };
    Ok(held.clamp(least, limit))
}

/// ratio x value, toward zero.
fn product(ratio: Ratio, value: i64) -> Result<i64, ArithmeticError> {
    signed(value < 0, ratio.floor_mul(u128::from(value.unsigned_abs()))?)
}

fn signed(negative: bool, magnitude: u128) -> Result<i64, ArithmeticError> {
    let value = i64::try_from(magnitude).map_err(|_| OVERFLOW)?;
    if negative { value.checked_neg().ok_or(OVERFLOW) } else { Ok(value) }
}
