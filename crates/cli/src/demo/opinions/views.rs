//! What validators think of miners.

use super::cast::{Cast, Part};
use crate::demo::random::Draws;
use crate::demo::settings::Settings;
use workmint_core::modules::parameters::Opinions;
use workmint_core::{Address, State};

/// The miner that does nothing.
const BAD: usize = 0;
/// The miner that a validator overrates.
const FRIEND: usize = 1;
/// The most a weight can be.
const FULL: u64 = 65_535;
/// A miner that does something is worth so much of 1,000, and up to the rest more.
const LEAST: u64 = 400;
/// How much a validator's measurement is off, of 1,000.
const NOISE: u64 = 120;
/// What is known of newcomers, of 1,000.
const NEWCOMER: u64 = 700;

/// Seats and weights that a validator gives in an epoch, from the seats that are taken.
///
/// Nothing else is read: as no seat changes hands between commitment and reveal, both find the
/// same.
pub(super) fn entries(
    (settings, cast): (&Settings, &Cast),
    (state, rules): (&State, &Opinions),
    validator: &Address,
    epoch: u64,
) -> Vec<(u16, u16)> {
    if cast.is(Part::Copier, validator) {
        let leader = cast.part(Part::Parent).and_then(|of| state.ledger.handle(&of.address));
        let seat = leader.and_then(|leader| state.opinions.seat_of(leader));
        let copied = seat.map_or(&[][..], |seat| state.opinions.weights(seat));
        if !copied.is_empty() {
            return copied.to_vec();
        }
    }
    let mut all = Vec::new();
    for (number, seat) in state.opinions.seats(0, usize::from(rules.seats)) {
        let holder = state.ledger.address(seat.holder);
        let seen = seen((settings, cast), (validator, &holder), epoch);
        let weight = u16::try_from(seen * FULL / 1_000).unwrap_or(u16::MAX);
        if weight > 0 {
            all.push((number, weight));
        }
    }
    all
}

/// What a validator sees of somebody, of 1,000; 0 of whoever is no miner.
fn seen(
    (settings, cast): (&Settings, &Cast),
    (validator, miner): (&Address, &Address),
    epoch: u64,
) -> u64 {
    let number = cast.work.hosts.iter().position(|host| host.address == *miner);
    let quality = match number {
        Some(BAD) => return 0,
        Some(FRIEND) if cast.is(Part::Double, validator) => return 1_000,
        Some(number) => {
            let mut draws = Draws::new(settings.seed, 0, number as u64, "quality");
            LEAST + draws.below(1_000 - LEAST)
        }
        None if cast.newcomers.contains(miner) => NEWCOMER,
        None => return 0,
    };
    let who = u64::from(validator.as_bytes()[0]) << 32 | u64::from(miner.as_bytes()[1]);
    let mut draws = Draws::new(settings.seed, epoch, who, "measured");
    (quality + draws.below(2 * NOISE)).saturating_sub(NOISE).clamp(1, 1_000)
}
