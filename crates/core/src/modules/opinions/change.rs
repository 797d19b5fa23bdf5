//! What becomes of seats when the network's rules change.

use super::price::{clamp, price_at};
use super::state::PriceAt;
use super::{Event, OpinionState, weights};
use crate::error::Error;
use crate::modules::parameters::Parameters;
use crate::state::State;

/// At genesis: what the first seat costs.
pub(crate) fn begin(state: &mut State, parameters: &Parameters) {
    if let Some(rules) = &parameters.opinions {
        state.opinions.price.set(PriceAt { price: rules.registration.initial, height: 0 });
    }
}

/// Takes over other rules from the epoch `next` on. The price goes on from where it is; seats that
/// are no more end; commitments end where weights are set in the open; bonds end where another
/// consensus counts them in other units; nothing stays of a network without seats.
pub(crate) fn adopt(
    state: &mut State,
    (old, new): (&Parameters, &Parameters),
    next: u64,
) -> Result<(), Error> {
    if old.opinions == new.opinions {
        return Ok(());
    }
    let height = state.chain().height;
    let Some(rules) = &new.opinions else {
        end_seats(state, 0);
        clear(&mut state.opinions);
        return Ok(());
    };
    let price = match &old.opinions {
        Some(old) => price_at(&old.registration, *state.opinions.price.get(), height)?,
        None => rules.registration.initial,
    };
    let price = clamp(&rules.registration, price);
    state.opinions.price.set(PriceAt { price, height });
    end_seats(state, rules.seats);
    if rules.weighing.reveal_epochs.is_none() {
        weights::lapse(state, None, next);
    }
    if !same_bonds(old, new) {
        state.opinions.bonds.clear();
    }
    if rules.children.is_none() {
        state.opinions.children.clear();
        state.opinions.takes.clear();
    }
    Ok(())
}

/// Whether both sets of rules count bonds alike.
pub(crate) fn same_bonds(old: &Parameters, new: &Parameters) -> bool {
    let units = |all: &Parameters| {
        let yuma = all.opinions.as_ref().and_then(|rules| rules.yuma.as_ref());
        yuma.map(|yuma| (yuma.mode, yuma.kind))
    };
    units(old) == units(new)
}

/// Ends the seats from `from` on.
fn end_seats(state: &mut State, from: u16) {
    let ended = state.opinions.seats.range(from..);
    let ended: Vec<_> = ended.map(|(number, seat)| (*number, seat.holder)).collect();
    for (number, holder) in ended {
        state.opinions.clear_seat(number);
        let account = state.ledger.address(holder);
        state.emit(Event::SeatEnded { account, seat: number });
    }
}

fn clear(opinions: &mut OpinionState) {
    opinions.children.clear();
    opinions.takes.clear();
    opinions.price.set(PriceAt::default());
    opinions.last_run.set(0);
}
