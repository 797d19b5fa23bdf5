//! What stands behind a seat's opinion: its own power, less what it lends, and what others lend it.

use super::children::ALL;
use crate::error::Error;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::{OpinionPower, Opinions};
use crate::modules::stake;
use crate::state::{Context, State};
use std::collections::BTreeMap;
use workmint_amounts::{Amount, ArithmeticError, mul_div_floor};

/// An account's own power, base units, before anything is lent: what counts in the epoch, so that
/// money which comes for the close alone counts for nothing where the bond or stake knows it. A
/// validator in jail has no say.
pub(super) fn own_power(
    state: &State,
    context: &Context,
    account: AccountHandle,
) -> Result<Amount, Error> {
    let parameters = &context.parameters;
    let rules = super::rules(context)?;
    Ok(match rules.power {
        OpinionPower::Bonded => match state.validators.pool(account) {
            Some(pool) if pool.jail.is_none() => pool.throughout(context.now.epoch)?.0,
            Some(_) | None => Amount::ZERO,
        },
        OpinionPower::Collateral => state.collateral.active(account),
        OpinionPower::Stake => stake::earning(state, parameters, account, &context.now),
    })
}

/// Power that counts for a seat and is another's.
pub(crate) struct Lent {
    /// The seat.
    pub(crate) seat: u16,
    /// Whose it is.
    pub(crate) of: AccountHandle,
    /// Base units, above 0.
    pub(crate) power: Amount,
}

/// The power of all seats, in order, and what of it is lent, ascending by seat and lender.
pub(crate) struct Powers {
    pub(crate) by_seat: Vec<Amount>,
    pub(crate) lent: Vec<Lent>,
}

impl Powers {
    pub(crate) fn of(state: &State, context: &Context, rules: &Opinions) -> Result<Self, Error> {
        let mut by_seat = Vec::with_capacity(usize::from(state.opinions.taken()));
        for seat in state.opinions.seats.iter().map(|(_, seat)| seat) {
            by_seat.push(own_power(state, context, seat.holder)?);
        }
        let mut all = Self { by_seat, lent: Vec::new() };
        if rules.children.is_some() {
            all.lend(state, context)?;
        }
        Ok(all)
    }

    /// Only one's own power is lent: what is lent to one is not lent on, so that no circle of
    /// children makes power.
    fn lend(&mut self, state: &State, context: &Context) -> Result<(), Error> {
        let mut into: BTreeMap<(u16, AccountHandle), Amount> = BTreeMap::new();
        for (lender, row) in state.opinions.children.iter() {
            let own = own_power(state, context, *lender)?;
            let mut left = own;
            for (child, share) in row.at(context.now.epoch) {
                let part = part_of(own, u64::from(*share), ALL)?;
                left = left.checked_sub(part)?;
                let seat = state.opinions.seat_of(*child);
                if let Some(seat) = seat.filter(|_| !part.is_zero()) {
                    into.insert((seat, *lender), part);
                }
            }
            let seat = state.opinions.seat_of(*lender);
            if let Some(power) = seat.and_then(|seat| self.by_seat.get_mut(usize::from(seat))) {
                *power = left;
            }
        }
        for ((seat, of), power) in into {
            if let Some(sum) = self.by_seat.get_mut(usize::from(seat)) {
                *sum = sum.checked_add(power)?;
                self.lent.push(Lent { seat, of, power });
            }
        }
        Ok(())
    }
}

/// What counts for another of a power: floor(power x share / all), base units.
///
/// # Errors
/// Division by zero if `all` is 0; overflow only for a share above `all`.
pub fn part_of(power: Amount, share: u64, all: u64) -> Result<Amount, ArithmeticError> {
    mul_div_floor(power.get(), u128::from(share), u128::from(all)).map(Amount::new)
}
