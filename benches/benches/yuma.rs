//! Yuma of 4,096 seats, 256 of them validators that weigh all others: ours in both modes, and the
//! way upstream goes about it, which gives the same bits as the mode `subtensor`.

use divan::Bencher;
use workmint_benches::yuma::{as_upstream, network};
use workmint_core::modules::opinions::yuma::run;
use workmint_core::modules::parameters::{YumaKind, YumaMode};

const SEATS: u16 = 4_096;
const VALIDATORS: u16 = 256;

/// Which bonds, and whether they have their own speed each.
const KINDS: [(YumaKind, bool); 3] =
    [(YumaKind::Yuma1, false), (YumaKind::Yuma3, false), (YumaKind::Yuma3, true)];

fn main() {
    for (kind, liquid) in KINDS {
        let network = network(400, 40, YumaMode::Subtensor, kind, liquid);
        let (incentive, dividends) = as_upstream(&network);
        let ours = run(&network.run()).unwrap_or_default();
        let bits = |all: Vec<i64>| all.into_iter().map(i64::unsigned_abs).collect::<Vec<u64>>();
        assert_eq!((ours.incentive, ours.dividends), (bits(incentive), bits(dividends)));
    }
    divan::main();
}

fn ours(bencher: Bencher<'_, '_>, mode: YumaMode, (kind, liquid): (YumaKind, bool)) {
    let network = network(SEATS, VALIDATORS, mode, kind, liquid);
    bencher.bench_local(|| run(&network.run()));
}

#[divan::bench(sample_count = 10, args = [0, 1, 2])]
fn subtensor(bencher: Bencher<'_, '_>, kind: usize) {
    ours(bencher, YumaMode::Subtensor, KINDS[kind]);
}

#[divan::bench(sample_count = 10, args = [0, 1, 2])]
fn strict(bencher: Bencher<'_, '_>, kind: usize) {
    ours(bencher, YumaMode::Strict, KINDS[kind]);
}

#[divan::bench(sample_count = 3, sample_size = 1, args = [0, 1, 2])]
fn upstream(bencher: Bencher<'_, '_>, kind: usize) {
    let (kind, liquid) = KINDS[kind];
    let network = network(SEATS, VALIDATORS, YumaMode::Subtensor, kind, liquid);
    bencher.bench_local(|| as_upstream(&network));
}
