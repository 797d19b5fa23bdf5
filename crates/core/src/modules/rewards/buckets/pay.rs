//! How what one bucket pays for one epoch is shared by its recipients (docs/spec/rewards.md §5,
//! rule 4).

use crate::error::{Error, OVERFLOW};
use rayon::prelude::*;
use workmint_amounts::{Amount, ProportionalShare, Ratio, mul_div_floor};

const CHUNK: usize = 16_384;

/// What each recipient gets of `available`: all of its due if that is enough for everybody, else
/// floor(available x due / sum of dues), nobody above its [`cap`]; what a cap cuts off is shared
/// by the others in the same way. What rounding leaves, less than a unit a recipient, is not given.
pub(super) fn pay_out(
    available: Amount,
    dues: &[Amount],
    most: Ratio,
) -> Result<Vec<Amount>, Error> {
    let total = sum(dues)?;
    if available >= total {
        return Ok(dues.to_vec());
    }
    if available.is_zero() {
        return Ok(vec![Amount::ZERO; dues.len()]);
    }
    let cap = cap(available, dues, most)?;
    let Capped { from, rest, weight } = capped(available, total, dues, cap)?;
    let share = ProportionalShare::new(rest.get(), weight.get())?;
    let run = |(paid, dues): (&mut [Amount], &[Amount])| {
        for (paid, due) in paid.iter_mut().zip(dues) {
            let over = from.is_some_and(|from| *due >= from);
            *paid = if over { cap } else { Amount::new(share.share(due.get())?) };
        }
        Ok(())
    };
    let mut paid = vec![Amount::ZERO; dues.len()];
    let parts = paid.par_chunks_mut(CHUNK).zip(dues.par_chunks(CHUNK));
    // Collected as they are: of two chunks that fail, the first must always be the one reported.
    let parts: Vec<Result<(), Error>> = parts.map(run).collect();
    parts.into_iter().collect::<Result<(), _>>()?;
    Ok(paid)
}

/// The sum, in parallel.
pub(super) fn sum(amounts: &[Amount]) -> Result<Amount, Error> {
    let parts = amounts.par_chunks(CHUNK).map(|part| Amount::sum(part.iter().copied()));
    let parts: Vec<Result<Amount, _>> = parts.collect();
    Ok(Amount::sum(parts.into_iter().collect::<Result<Vec<_>, _>>()?)?)
}

/// The most one recipient gets while others are unpaid: floor(most x available); where all
/// recipients together could not take what is available then, the smallest equal limit at which
/// they can. `available` is above 0 and below the sum of dues.
fn cap(available: Amount, dues: &[Amount], most: Ratio) -> Result<Amount, Error> {
    let cap = most.apply_floor(available)?;
    // Those with less take all they are due, whatever the limit.
    let (mut above, mut left) = (Vec::new(), available);
    for due in dues {
        if *due > cap {
            above.push(*due);
        } else {
            match left.checked_sub(*due) {
                Ok(rest) => left = rest,
                Err(_) => return Ok(cap),
            }
        }
    }
    let all = cap.checked_mul(above.len() as u128);
    if all.is_err() || all.is_ok_and(|all| all >= left) {
        return Ok(cap);
    }
    above.par_sort_unstable();
    let mut count = above.len() as u128;
    for due in above {
        if due.checked_mul(count).is_ok_and(|all| all <= left) {
            left = left.checked_sub(due)?;
            count = count.checked_sub(1).ok_or(OVERFLOW)?;
        } else {
            break;
        }
    }
    let limit = left.get().div_ceil(count.max(1));
    Ok(Amount::new(limit))
}

/// Who is cut to the cap, and what is left for whom.
struct Capped {
    /// Those with at least this due get the cap.
    from: Option<Amount>,
    /// What the others share.
    rest: Amount,
    /// Their dues together.
    weight: Amount,
}

/// Cuts the largest one after the other, until what that leaves gives nobody more than the cap.
/// Equal dues are cut together: the share of one that is not cut only grows.
fn capped(available: Amount, total: Amount, dues: &[Amount], cap: Amount) -> Result<Capped, Error> {
    let mut state = Capped { from: None, rest: available, weight: total };
    let over = |state: &Capped, due: Amount| -> Result<bool, Error> {
        let share = mul_div_floor(state.rest.get(), due.get(), state.weight.get())?;
        Ok(share > cap.get())
    };
    let largest = dues.par_iter().copied().max().unwrap_or_default();
    if !over(&state, largest)? {
        return Ok(state);
    }
    let mut above: Vec<Amount> = dues.par_iter().copied().filter(|due| *due > cap).collect();
    above.par_sort_unstable_by(|one, other| other.cmp(one));
    for due in above {
        if state.weight.is_zero() || !over(&state, due)? {
            break;
        }
        state.from = Some(due);
        state.rest = state.rest.checked_sub(cap)?;
        state.weight = state.weight.checked_sub(due)?;
    }
    Ok(state)
}
