//! Networks of seats for benchmarks of Yuma, and the shape of upstream's epoch to compare with.

use workmint_amounts::Amount;
use workmint_core::modules::opinions::yuma::{Limits, Matrix, Seats};
use workmint_core::modules::parameters::{LiquidAlpha, Yuma, YumaKind, YumaMode};

/// Blocks between runs.
pub const TEMPO: u64 = 360;

/// What the rules are, besides the mode: subtensor's defaults.
#[must_use]
pub fn rules(mode: YumaMode, kind: YumaKind, liquid: bool) -> Yuma {
    Yuma {
        mode,
        kind,
        kappa: 32_767,
        bonds_penalty: 65_535,
        bonds_moving_average: 900_000,
        liquid: liquid.then_some(LiquidAlpha { low: 45_875, high: 58_982, steepness: 1_000 }),
    }
}

/// Limits under which every validator has a say.
#[must_use]
pub fn limits(validators: u16) -> Limits {
    Limits {
        least_power: Amount::new(1),
        most_validators: validators,
        activity_cutoff_blocks: 5_000,
        commit_reveal: false,
    }
}

/// `count` seats, the first of which are validators that each weigh all the others; no two
/// validators alike, and no bonds yet.
#[must_use]
pub fn seats(count: u16, validators: u16) -> Seats {
    let mut draw = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        draw ^= draw << 13;
        draw ^= draw >> 7;
        draw ^= draw << 17;
        draw
    };
    let quality: Vec<u32> = (0..count).map(|_| 1_000 + (next() % 60_000) as u32).collect();
    let every = usize::from(count);
    let mut weights = Matrix::with_capacity(every, every * usize::from(validators));
    let mut none = Matrix::with_capacity(every, 0);
    for seat in 0..count {
        let is_validator = seat < validators;
        let miners = (0..count).filter(|miner| is_validator && *miner != seat);
        // Each sees the same quality, up to a twentieth off.
        weights.push_row(miners.map(|miner| {
            let seen = quality.get(usize::from(miner)).copied().unwrap_or(1);
            (miner, seen * (950 + (next() % 101) as u32) / 1_000)
        }));
        none.push_row([]);
    }
    let power = (0..count).map(|seat| {
        Amount::new(u128::from(if seat < validators { 1 << 40 | next() >> 20 } else { 0 }))
    });
    Seats {
        height: 100_000,
        blocks: TEMPO,
        last_run: 100_000 - TEMPO,
        owner: None,
        power: power.collect(),
        permit: (0..count).map(|seat| seat < validators).collect(),
        last_update: vec![99_000; every],
        registered: vec![1; every],
        committed: vec![None; every],
        weights,
        bonds: none,
    }
}

/// The same seats an epoch later, with these bonds.
#[must_use]
pub fn later(seats: &Seats, bonds: Matrix) -> Seats {
    Seats {
        height: seats.height + TEMPO,
        last_run: seats.height,
        last_update: seats.last_update.iter().map(|height| height + TEMPO).collect(),
        bonds,
        ..seats.clone()
    }
}
