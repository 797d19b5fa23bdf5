//! The arithmetic of the pool (ComputeDEX, reference/blyan-hanzo-moderntensor.md §1B.1): everything
//! is rounded in favour of those who stay in it.

use super::{Error, Pool};
use crate::error::Error as AnyError;
use workmint_amounts::{
    Amount, ArithmeticError, Ratio, constant_product_in, constant_product_out, mul_div_ceil,
    mul_div_floor, sqrt_ratio_floor,
};

/// What a deposit brings and takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Shares that its owner gets.
    pub shares: u128,
    /// What it takes of each asset, base units; at most what was offered.
    pub taken: (Amount, Amount),
}

/// All shares of a pool that begins with these amounts: floor(sqrt(a x b)).
pub fn first_shares((a, b): (Amount, Amount)) -> Result<u128, ArithmeticError> {
    if a.is_zero() {
        return Ok(0);
    }
    sqrt_ratio_floor(a.get(), Ratio::new(b.get(), a.get())?)
}

/// What `offered` brings. The first deposit is taken whole and brings floor(sqrt(a x b)) shares
/// less the `locked` ones, which are nobody's. Later ones bring the smaller one of
/// floor(a x shares / reserve of a) and floor(b x shares / reserve of b), and take their part of
/// both reserves, rounded up: what exceeds the pool's proportion stays with its owner.
pub fn added(pool: &Pool, locked: u64, offered: (Amount, Amount)) -> Result<Added, AnyError> {
    if offered.0.is_zero() || offered.1.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    let locked = u128::from(locked);
    if pool.shares == 0 {
        let shares = first_shares(offered)?.checked_sub(locked).filter(|shares| *shares > 0);
        let shares = shares.ok_or(Error::TooLittle { locked })?;
        return Ok(Added { shares, taken: offered });
    }
    let (a, b) = pool.reserves;
    let by_a = mul_div_floor(offered.0.get(), pool.shares, a.get());
    let by_b = mul_div_floor(offered.1.get(), pool.shares, b.get());
    // One of them may leave 128 bits: the other one decides.
    let shares = match (by_a, by_b) {
        (Ok(one), Ok(other)) => one.min(other),
        (Ok(shares), Err(_)) | (Err(_), Ok(shares)) => shares,
        (Err(error), Err(_)) => return Err(error.into()),
    };
    if shares == 0 {
        return Err(Error::TooLittle { locked }.into());
    }
    let part = |reserve: Amount| -> Result<Amount, ArithmeticError> {
        mul_div_ceil(shares, reserve.get(), pool.shares).map(Amount::new)
    };
    Ok(Added { shares, taken: (part(a)?, part(b)?) })
}

/// What `shares` of the pool are worth: floor(shares x reserve / all shares) of each asset.
pub fn removed(pool: &Pool, shares: u128) -> Result<(Amount, Amount), AnyError> {
    if pool.shares == 0 {
        return Err(Error::EmptyPool {}.into());
    }
    let part = |reserve: Amount| mul_div_floor(shares, reserve.get(), pool.shares);
    Ok((Amount::new(part(pool.reserves.0)?), Amount::new(part(pool.reserves.1)?)))
}

/// What `amount` of the first asset (`first`), else of the second, takes out of the other one:
/// floor(in x (1 - fee) x to / (from + in x (1 - fee))), rounded once.
pub fn swapped(pool: &Pool, fee: Ratio, first: bool, amount: Amount) -> Result<Amount, AnyError> {
    let (from, to) = sides(pool, first)?;
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    let kept = fee.complement()?;
    Ok(Amount::new(constant_product_out(amount.get(), kept, (from.get(), to.get()))?))
}

/// What `amount` of the first asset (`first`), else of the second, would bring now; the quote of
/// a sale.
pub fn quote_out(pool: &Pool, fee: Ratio, first: bool, amount: Amount) -> Result<Amount, AnyError> {
    swapped(pool, fee, first, amount)
}

/// What has to go in of the first asset (`first`), else of the second, so that `amount` of the
/// other one comes out: floor(amount x from / ((to - amount) x (1 - fee))) + 1; the quote of a
/// purchase, at most a unit too much.
pub fn quote_in(pool: &Pool, fee: Ratio, first: bool, amount: Amount) -> Result<Amount, AnyError> {
    let (from, to) = sides(pool, first)?;
    if amount >= to {
        return Err(Error::BeyondPool { asked: amount, held: to }.into());
    }
    let kept = fee.complement()?;
    Ok(Amount::new(constant_product_in(amount.get(), kept, (from.get(), to.get()))?))
}

/// The reserves, that of the asset that goes in first.
fn sides(pool: &Pool, first: bool) -> Result<(Amount, Amount), Error> {
    let (a, b) = pool.reserves;
    match (pool.shares, first) {
        (0, _) => Err(Error::EmptyPool {}),
        (_, true) => Ok((a, b)),
        (_, false) => Ok((b, a)),
    }
}
