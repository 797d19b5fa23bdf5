//! Exact proportional division, batch against naive, and the transcendental floors.

use divan::{Bencher, black_box};
use workmint_amounts::{
    Amount, ProportionalShare, Ratio, SignedRatio, exp_decay_floor, pow_floor,
    share_by_long_division, split_cumulative,
};

fn main() {
    divan::main();
}

const COUNT: usize = 100_000;

fn weights() -> Vec<u128> {
    (0..COUNT as u128)
        .map(|number| (number * 2_654_435_761 + 12_345) % 1_000_003 * 1_000_000_000)
        .collect()
}

const TOTAL: u128 = 285_000_000_000_000;

#[divan::bench(sample_count = 20)]
fn share_naive_100k(bencher: Bencher<'_, '_>) {
    let weights = weights();
    let denominator: u128 = weights.iter().sum();
    bencher.bench_local(|| {
        weights
            .iter()
            .filter_map(|weight| share_by_long_division(TOTAL, *weight, denominator).ok())
            .sum::<u128>()
    });
}

#[divan::bench(sample_count = 20)]
fn share_batch_100k(bencher: Bencher<'_, '_>) {
    let weights = weights();
    let denominator: u128 = weights.iter().sum();
    bencher.bench_local(|| {
        let shares = ProportionalShare::new(TOTAL, denominator).ok()?;
        Some(weights.iter().filter_map(|weight| shares.share(*weight).ok()).sum::<u128>())
    });
}

#[divan::bench(args = [1, 1_460, 17_569])]
fn exp_decay(epochs: u64) -> Option<u128> {
    let rate = SignedRatio::parse_decimal("-0.000475").ok()?;
    exp_decay_floor(black_box(TOTAL), rate, epochs).ok()
}

#[divan::bench(args = [1, 1_460, 17_569])]
fn power(epochs: u64) -> Option<u128> {
    let base = Ratio::parse_decimal("0.9995251127946402").ok()?;
    pow_floor(black_box(TOTAL), base, epochs).ok()
}

#[divan::bench]
fn split_fees_40_30_20_10() -> Option<Vec<Amount>> {
    let shares = [40, 30, 20, 10].map(|percent| Ratio::new(percent, 100).unwrap_or(Ratio::ZERO));
    split_cumulative(black_box(Amount::new(TOTAL)), &shares).ok()
}
