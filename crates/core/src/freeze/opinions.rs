//! What the state knows of seats.

use super::Rows;
use crate::error::{Error, OVERFLOW};
use crate::inputs::{LentPower, Opinions};
use crate::modules::ledger::AccountHandle;
use crate::modules::opinions::yuma::{Matrix, Seats};
use crate::modules::opinions::{Powers, owner_seat};
use crate::modules::parameters;
use crate::state::{Context, State};
use workmint_amounts::Ratio;

/// Everyone with a seat, or with power that counts for a seat.
pub(super) fn people(state: &State, found: Option<&Powers>) -> Vec<AccountHandle> {
    let holders = state.opinions.seats.iter().map(|(_, seat)| seat.holder);
    let lenders = found.into_iter().flat_map(|powers| &powers.lent).map(|lent| lent.of);
    holders.chain(lenders).collect()
}

/// The power of all seats; `None` where there are none.
pub(super) fn powers(state: &State, context: &Context) -> Result<Option<Powers>, Error> {
    let rules = context.parameters.opinions.as_ref();
    rules.map(|rules| Powers::of(state, context, rules)).transpose()
}

/// The columns.
pub(super) fn columns(
    state: &State,
    context: &Context,
    found: Option<Powers>,
    rows: &Rows,
) -> Result<Option<Opinions>, Error> {
    let (Some(rules), Some(powers)) = (&context.parameters.opinions, found) else {
        return Ok(None);
    };
    let mut out = Opinions::default();
    for lent in powers.lent {
        out.lent.push(LentPower { seat: lent.seat, of: rows.of(lent.of)?, power: lent.power });
    }
    out.lent.sort_unstable_by_key(|lent| (lent.seat, lent.of));
    for (_, seat) in state.opinions.seats.iter() {
        out.holder.push(Some(rows.of(seat.holder)?));
        let take = state.opinions.take(seat.holder, context.now.epoch);
        let most = rules.children.as_ref().map_or(Ratio::ZERO, |rules| rules.most_take);
        out.take.push(take.min(most));
    }
    let blocks = context.now.height.checked_sub(state.chain().epoch_start_height);
    let blocks = blocks.ok_or(OVERFLOW)?;
    out.seats = Seats { power: powers.by_seat, blocks, ..seats(state, context, rules) };
    Ok(Some(out))
}

/// All that does not need another module.
fn seats(state: &State, context: &Context, rules: &parameters::Opinions) -> Seats {
    let opinions = &state.opinions;
    let taken = opinions.taken();
    let count = usize::from(taken);
    let mut out = Seats {
        height: context.now.height,
        last_run: opinions.last_run(),
        owner: owner_seat(state, rules),
        weights: Matrix::with_capacity(count, count),
        bonds: Matrix::with_capacity(count, count),
        ..Seats::default()
    };
    for (number, seat) in opinions.seats.iter() {
        out.permit.push(seat.permit);
        out.last_update.push(seat.last_update);
        out.registered.push(seat.registered);
        let earliest = opinions.commitments(*number).map(|(_, row)| row.height).next();
        out.committed.push(earliest);
        // Seats that ended with other rules may still be named.
        let said = opinions.weights(*number).iter().filter(|(seat, _)| *seat < taken);
        out.weights.push_row(said.map(|(seat, weight)| (*seat, u32::from(*weight))));
        let bonds = opinions.bonds(*number).iter().filter(|(seat, _)| *seat < taken);
        out.bonds.push_row(bonds.copied());
    }
    out
}
