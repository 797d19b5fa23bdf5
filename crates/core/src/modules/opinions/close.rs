//! The close: what the consensus leaves for the next epoch, and what is over by then.

use super::state::Seat;
use super::yuma::{Outcome, Seats};
use super::{children, scores, weights};
use crate::error::{Error, OVERFLOW};
use crate::inputs::EpochInputs;
use crate::modules::parameters::Opinions;
use crate::state::{Context, State};

/// Writes what the frozen inputs gave: permits, bonds, what each seat earned; `found` is the
/// consensus, where there is one. A consensus that failed leaves all as it was. `next` is the epoch
/// that opens: commitments and children's changes are due by it either way.
pub(crate) fn close(
    state: &mut State,
    context: &Context,
    (inputs, found): (&EpochInputs, Result<Option<&Outcome>, Error>),
    next: u64,
) {
    let Some(rules) = &context.parameters.opinions else {
        return;
    };
    state.isolate("consensus", |state| {
        let missing = Error::Inconsistent { what: "the opinions were not frozen" };
        let seats = &inputs.opinions.as_ref().ok_or(missing)?.seats;
        match found? {
            Some(outcome) => write_outcome(state, seats, outcome)?,
            None => write_medians(state, rules, seats)?,
        }
        state.opinions.last_run.set(context.now.height);
        Ok(())
    });
    weights::lapse(state, rules.weighing.reveal_epochs, next);
    children::settle(state, next);
}

/// What a consensus says of one seat.
struct Found {
    permit: bool,
    earned: u128,
}

fn write_outcome(state: &mut State, seats: &Seats, outcome: &Outcome) -> Result<(), Error> {
    let columns = outcome.permit.iter().zip(&outcome.incentive).zip(&outcome.dividends);
    let found = columns.map(|((permit, incentive), dividends)| {
        let earned = u128::from(*incentive).checked_add(u128::from(*dividends));
        Ok(Found { permit: *permit, earned: earned.ok_or(OVERFLOW)? })
    });
    write_seats(state, seats, found)?;
    let rows = state.opinions.seats.iter().map(|(number, _)| *number).collect::<Vec<_>>();
    for number in rows {
        let bonds: Vec<(u16, u32)> = outcome.bonds.entries_of(usize::from(number)).collect();
        if bonds.is_empty() {
            state.opinions.bonds.remove(&number);
        } else if state.opinions.bonds(number) != bonds {
            state.opinions.bonds.put(number, bonds);
        }
    }
    Ok(())
}

/// Without a consensus a seat earns by its median; one with a say counts as if it had the highest:
/// validators are not replaced for being no miners.
fn write_medians(state: &mut State, rules: &Opinions, seats: &Seats) -> Result<(), Error> {
    let permits = scores::permits(rules, seats);
    let (say, medians) = (scores::power_with_say(rules, seats), scores::performance(rules, seats)?);
    let columns = permits.iter().zip(say).zip(medians);
    let found = columns.map(|((permit, say), median)| {
        let earned = if say > 0 { scores::FULL } else { median };
        Ok(Found { permit: *permit, earned: u128::from(earned) })
    });
    write_seats(state, seats, found)
}

fn write_seats(
    state: &mut State,
    seats: &Seats,
    found: impl Iterator<Item = Result<Found, Error>>,
) -> Result<(), Error> {
    for ((number, found), power) in (0_u16..).zip(found).zip(&seats.power) {
        let (found, missing) = (found?, Error::Inconsistent { what: "a frozen seat is no more" });
        let seat = *state.opinions.seat(number).ok_or(missing)?;
        let (permit, earned, power) = (found.permit, found.earned, *power);
        let after = Seat { permit, earned, power, ..seat };
        if after != seat {
            state.opinions.seats.put(number, after);
        }
    }
    Ok(())
}
