//! One run of Yuma by size, rules and threads, and beside each the shape of upstream's epoch on
//! one thread, in turns. Every validator weighs and has bonds of every miner.

use rayon::ThreadPoolBuilder;
use std::hint::black_box;
use workmint_benches::timing::{Times, is_bench, timed};
use workmint_benches::{upstream, yuma};
use workmint_core::modules::opinions::yuma::{Matrix, Run, Seats, strict};
use workmint_core::modules::parameters::{Yuma, YumaKind, YumaMode};

/// Runs from which the bonds come.
const EPOCHS: usize = 3;

/// Seats with the bonds of some runs.
fn bonded(rules: &Yuma, count: u16, validators: u16) -> Seats {
    let mut seats = yuma::seats(count, validators);
    for _ in 0..EPOCHS {
        let run = Run { rules, limits: yuma::limits(validators), seats: &seats };
        seats = yuma::later(&seats, strict::run(&run).unwrap().bonds);
    }
    seats
}

/// The same in parts of 65,535.
fn coarse(seats: &Seats) -> Seats {
    let mut bonds = Matrix::with_capacity(seats.bonds.rows(), seats.bonds.entries());
    for row in 0..seats.bonds.rows() {
        bonds.push_row(seats.bonds.entries_of(row).map(|(column, bond)| (column, bond / 65_537)));
    }
    Seats { bonds, ..seats.clone() }
}

fn main() {
    let sizes: &[(u16, u16)] =
        if is_bench() { &[(256, 64), (1_024, 128), (4_096, 256)] } else { &[(64, 8)] };
    let pools =
        [1, 2].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
    for (count, validators) in sizes {
        for (name, kind, liquid) in [
            ("Yuma1", YumaKind::Yuma1, false),
            ("Yuma3", YumaKind::Yuma3, false),
            ("Yuma3, liquid alpha", YumaKind::Yuma3, true),
        ] {
            let rules = yuma::rules(YumaMode::Strict, kind, liquid);
            let seats = bonded(&rules, *count, *validators);
            let coarse = coarse(&seats);
            let run = Run { rules: &rules, limits: yuma::limits(*validators), seats: &seats };
            let mut tooks = [const { Vec::new() }; 3];
            for _ in 0..if is_bench() { 2_000_000 / (usize::from(*count) * 100) } else { 1 } {
                for (tooks, pool) in tooks.iter_mut().zip(&pools) {
                    tooks.push(pool.install(|| timed(|| black_box(strict::run(&run)).unwrap())).1);
                }
                tooks[2].push(timed(|| black_box(upstream::epoch(&rules, &coarse))).1);
            }
            let [one, two, upstream] = tooks.map(Times::from);
            let ratio = |times: &Times| {
                upstream.median().wall.as_secs_f64() / times.median().wall.as_secs_f64()
            };
            println!("{count} seats, {validators} validators, {name}");
            println!("  strict, one thread: {one}; {:.1} times as fast as the shape", ratio(&one));
            println!("  strict, two threads: {two}; {:.1} times as fast", ratio(&two));
            println!("  shape of upstream's epoch: {upstream}");
        }
    }
}
