//! Taking a seat, and who loses it for that.

use super::price::{price_at, risen};
use super::state::{PriceAt, Seat};
use super::{Error, Event, RegisterSeat};
use crate::error::Error as AnyError;
use crate::modules::fees::holder_of;
use crate::modules::ledger::{AccountHandle, Holder, Posting, Reason};
use crate::modules::parameters::{Opinions, SeatRegistration};
use crate::state::{Context, State};
use workmint_amounts::Amount;

/// Gives the sender a seat at the price of now: a free one, or that of whoever earned least.
pub(super) fn apply_register(
    state: &mut State,
    context: &Context,
    message: &RegisterSeat,
) -> Result<(), AnyError> {
    let rules = super::rules(context)?;
    let sender = context.sender;
    if let Some(seat) = state.opinions.seat_of(sender) {
        return Err(Error::AlreadySeated { seat }.into());
    }
    let height = context.now.height;
    let terms = &rules.registration;
    let price = price_at(terms, *state.opinions.price.get(), height)?;
    if price > message.most_price {
        return Err(Error::TooDear { price, most: message.most_price }.into());
    }
    let seat = next_seat(state, rules, height)?;
    let burned = pay(state, context, terms, price)?;
    let replaced = state.opinions.seat(seat).map(|row| row.holder);
    state.opinions.clear_seat(seat);
    state.opinions.seats.put(seat, new_seat(sender, height));
    state.opinions.by_holder.put(sender, seat);
    state.opinions.price.set(PriceAt { price: risen(terms, price)?, height });
    let account = state.ledger.address(sender);
    let replaced = replaced.map(|holder| state.ledger.address(holder));
    state.emit(Event::SeatTaken { account, seat, price, burned, replaced });
    Ok(())
}

fn new_seat(holder: AccountHandle, registered: u64) -> Seat {
    Seat {
        holder,
        registered,
        last_update: 0,
        last_act: 0,
        permit: false,
        power: Amount::ZERO,
        earned: 0,
        next_commitment: 0,
    }
}

/// Takes the price of the sender: what is burned of it, rounded up, and the rest. Returns what is
/// burned.
fn pay(
    state: &mut State,
    context: &Context,
    terms: &SeatRegistration,
    price: Amount,
) -> Result<Amount, AnyError> {
    let to_burn = terms.burned_share.apply_ceil(price)?;
    let rest = price.checked_sub(to_burn)?;
    let asset = context.parameters.emission.asset;
    for (to, amount) in [(Holder::Issuance, to_burn), (holder_of(terms.rest), rest)] {
        if !amount.is_zero() {
            let from = Holder::Account(context.sender);
            state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Seat })?;
        }
    }
    Ok(if holder_of(terms.rest) == Holder::Issuance { price } else { to_burn })
}

/// The first free seat; else the one to take away.
fn next_seat(state: &State, rules: &Opinions, height: u64) -> Result<u16, AnyError> {
    let taken = state.opinions.taken();
    if taken < rules.seats {
        return Ok(taken);
    }
    let none = Error::NoneFree { seats: rules.seats };
    Ok(to_replace(state, rules, height).ok_or(none)?)
}

/// Who would lose its seat if the network were full: whoever is not immune before whoever is, then
/// by what it earned at the last close, then by how long it has had the seat, then by number; never
/// the owner.
#[must_use]
pub fn to_replace(state: &State, rules: &Opinions, height: u64) -> Option<u16> {
    let owner = owner_seat(state, rules);
    let others = state.opinions.seats.iter().filter(|(number, _)| Some(**number) != owner);
    let order = |(number, seat): (&u16, &Seat)| {
        let immune = is_immune(&rules.registration, seat, height);
        (immune, seat.earned, seat.registered, *number)
    };
    others.map(order).min().map(|(_, _, _, number)| number)
}

/// Whether a seat is taken away only if all are so.
#[must_use]
pub fn is_immune(rules: &SeatRegistration, seat: &Seat, height: u64) -> bool {
    height.abs_diff(seat.registered) < rules.immunity_blocks
}

/// The seat of the network's owner.
#[must_use]
pub fn owner_seat(state: &State, rules: &Opinions) -> Option<u16> {
    let owner = state.ledger.handle(rules.owner.as_ref()?)?;
    state.opinions.seat_of(owner)
}
