//! How buckets share a budget: own target, own rollover, then what others lend
//! (docs/spec/rewards.md §5, rules 1 to 3).

use crate::error::{Error, OVERFLOW};
use workmint_amounts::{Amount, ArithmeticError, Ratio, mul_div_floor};

/// What one bucket has and wants, base units.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Side {
    /// Its share of the budget.
    pub target: Amount,
    /// Never lent.
    pub floor: Amount,
    /// Most it may pay beside what rolled over; at least the target.
    pub ceiling: Amount,
    /// What rolled over and may be used.
    pub rollover: Amount,
    /// What new contributions are worth.
    pub new: Amount,
    /// What backpay is worth now.
    pub due: Amount,
    /// Who borrows first for backpay, and gets the last units: the smaller number.
    pub priority: u8,
}

/// What one bucket may pay, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Funds {
    /// For new contributions: at most what they are worth.
    pub new: Amount,
    /// For backpay: at most what it is worth.
    pub backpay: Amount,
    /// Lent to other buckets, net of what returned.
    pub lent: Amount,
    /// Borrowed from other buckets; part of the first two.
    pub borrowed: Amount,
}

/// What every bucket may pay. `share` is the most that backpay takes of what a bucket pays from
/// its own while new contributions wait.
pub(super) fn fund(sides: &[Side], share: Ratio) -> Result<Vec<Funds>, Error> {
    let mut order: Vec<usize> = (0..sides.len()).collect();
    order.sort_by_key(|at| sides.get(*at).map(|side| side.priority));
    let mut funds = sides.iter().map(|side| own(side, share)).collect::<Result<Vec<_>, _>>()?;
    let lent = Amount::sum(funds.iter().map(|funds| funds.lent))?;
    let mut left = lent;
    // What rolled over is used up before anything is borrowed, so own money never exceeds the
    // target by more than it.
    let room = |side: &Side, funds: &Funds| -> Result<Amount, ArithmeticError> {
        let most = side.ceiling.checked_add(side.rollover)?;
        let paid = funds.new.checked_add(funds.backpay)?;
        Ok(most.checked_sub(paid).unwrap_or(Amount::ZERO))
    };
    let wanted = sides.iter().zip(&funds).map(|(side, funds)| {
        let most = side.new.checked_sub(funds.new)?.min(room(side, funds)?);
        Ok(Claim { weight: side.target, most })
    });
    let wanted = wanted.collect::<Result<Vec<_>, ArithmeticError>>()?;
    for (funds, got) in funds.iter_mut().zip(spread(left, &wanted, &order)?) {
        funds.new = funds.new.checked_add(got)?;
        funds.borrowed = got;
        left = left.checked_sub(got)?;
    }
    for at in &order {
        if let (Some(side), Some(funds)) = (sides.get(*at), funds.get_mut(*at)) {
            let unmet = side.due.checked_sub(funds.backpay)?;
            let got = unmet.min(room(side, funds)?).min(left);
            funds.backpay = funds.backpay.checked_add(got)?;
            funds.borrowed = funds.borrowed.checked_add(got)?;
            left = left.checked_sub(got)?;
        }
    }
    let lenders = funds.iter().map(|funds| Claim { weight: funds.lent, most: funds.lent });
    let returned = spread(left, &lenders.collect::<Vec<_>>(), &order)?;
    for (funds, back) in funds.iter_mut().zip(returned) {
        funds.lent = funds.lent.checked_sub(back)?;
    }
    Ok(funds)
}

/// Rules 1 and 2: what a bucket pays from its target and what rolled over, and what it can lend.
fn own(side: &Side, share: Ratio) -> Result<Funds, Error> {
    let demand = side.new.checked_add(side.due)?;
    let used = demand.min(side.target);
    let paid = demand.min(side.target.checked_add(side.rollover)?);
    // Backpay goes first up to its share, and takes what new contributions do not need.
    let unneeded = paid.checked_sub(side.new.min(paid))?;
    let backpay = share.apply_floor(paid)?.max(unneeded).min(side.due);
    let lent = side.target.checked_sub(used.max(side.floor).min(side.target))?;
    Ok(Funds { new: paid.checked_sub(backpay)?, backpay, lent, borrowed: Amount::ZERO })
}

/// One who takes part in [`spread`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    /// In proportion to this.
    pub weight: Amount,
    /// Gets no more than this.
    pub most: Amount,
}

/// Shares an amount in proportion to weights, each share rounded down and within its most; what
/// that leaves is shared again among those that want more. Once fewer units are left than there
/// are of those, they go one each in `order`. What nobody wants is not given.
pub(super) fn spread(
    amount: Amount,
    claims: &[Claim],
    order: &[usize],
) -> Result<Vec<Amount>, Error> {
    let mut got = vec![Amount::ZERO; claims.len()];
    let mut left = amount;
    loop {
        let open: Vec<bool> =
            claims.iter().zip(&got).map(|(claim, got)| *got < claim.most).collect();
        let count = open.iter().filter(|open| **open).count() as u128;
        let weights = claims.iter().zip(&open).filter(|(_, open)| **open);
        let total = Amount::sum(weights.map(|(claim, _)| claim.weight))?;
        if left.is_zero() || count == 0 {
            return Ok(got);
        }
        if left.get() < count || total.is_zero() {
            break;
        }
        let pool = left;
        for ((claim, got), _) in claims.iter().zip(&mut got).zip(&open).filter(|(_, open)| **open) {
            let share = mul_div_floor(pool.get(), claim.weight.get(), total.get())?;
            let share = Amount::new(share).min(claim.most.checked_sub(*got)?);
            *got = got.checked_add(share)?;
            left = left.checked_sub(share)?;
        }
    }
    // Without weights there is no proportion: the first in order gets all it wants.
    let all =
        claims.iter().zip(&got).all(|(claim, got)| claim.weight.is_zero() || *got >= claim.most);
    for at in order {
        let claim = claims.get(*at).ok_or(OVERFLOW)?;
        let got = got.get_mut(*at).ok_or(OVERFLOW)?;
        let wanted = claim.most.checked_sub(*got)?;
        let share = if all { wanted } else { wanted.min(Amount::new(1)) }.min(left);
        *got = got.checked_add(share)?;
        left = left.checked_sub(share)?;
    }
    Ok(got)
}
