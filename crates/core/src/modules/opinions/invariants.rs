//! INV-55 and INV-56.

use super::OpinionState;
use super::children::ALL;
use super::state::Children;
use crate::invariants::Violation;
use crate::state::State;

/// INV-55, at every close: seats from 0 on without a gap, no more than there are; each holder has
/// the one seat that is its own; weights, bonds and commitments are of seats that somebody holds.
/// INV-56: a price within its limits at its height, and nobody's power counts more than once.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let opinions = &state.opinions;
    seats(state)?;
    for (name, strays) in [
        ("weights", opinions.weights.iter().any(|(seat, _)| opinions.seat(*seat).is_none())),
        ("bonds", opinions.bonds.iter().any(|(seat, _)| opinions.seat(*seat).is_none())),
        (
            "a commitment",
            opinions.commitments.iter().any(|((seat, number), _)| {
                opinions.seat(*seat).is_none_or(|row| *number >= row.next_commitment)
            }),
        ),
    ] {
        if strays {
            return Err(Violation::new("INV-55", || format!("{name} of no seat")));
        }
    }
    price(state)?;
    lent(opinions)
}

fn seats(state: &State) -> Result<(), Violation> {
    let opinions = &state.opinions;
    let parameters = state.active_parameters();
    let rules = parameters.as_ref().and_then(|all| all.opinions.as_ref());
    let most = rules.map_or(0, |rules| rules.seats);
    if opinions.taken() > most {
        let taken = opinions.taken();
        return Err(Violation::new("INV-55", || format!("{taken} of {most} seats are taken")));
    }
    let height = state.chain().height;
    for ((number, seat), expected) in opinions.seats.iter().zip(0_u16..) {
        let known = opinions.seat_of(seat.holder) == Some(*number);
        let past = [seat.registered, seat.last_update, seat.last_act];
        if *number != expected || !known || past.iter().any(|at| *at > height) {
            return Err(Violation::new("INV-55", || {
                format!("seat {number} of {:?} is out of order", seat.holder)
            }));
        }
    }
    if opinions.by_holder.len() == opinions.seats.len() {
        return Ok(());
    }
    Err(Violation::new("INV-55", || {
        format!("{} holders of {} seats", opinions.by_holder.len(), opinions.seats.len())
    }))
}

fn price(state: &State) -> Result<(), Violation> {
    let parameters = state.active_parameters();
    let rules = parameters.as_ref().and_then(|all| all.opinions.as_ref());
    let Some(rules) = rules.map(|rules| &rules.registration) else {
        return Ok(());
    };
    let row = *state.opinions.price.get();
    let holds = (rules.minimum..=rules.maximum).contains(&row.price);
    if holds && row.height <= state.chain().height {
        return Ok(());
    }
    Err(Violation::new("INV-56", || {
        let (least, most) = (rules.minimum, rules.maximum);
        format!("a seat cost {} at height {}, limits {least} to {most}", row.price, row.height)
    }))
}

fn lent(opinions: &OpinionState) -> Result<(), Violation> {
    let sum =
        |children: &Children| -> u64 { children.iter().map(|(_, part)| u64::from(*part)).sum() };
    for (account, row) in opinions.children.iter() {
        let next = row.next.as_ref().map_or(0, |(_, next)| sum(next));
        if sum(&row.now).max(next) > ALL {
            return Err(Violation::new("INV-56", || format!("{account:?} lends more than it has")));
        }
    }
    Ok(())
}
