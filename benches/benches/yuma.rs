//! One run of Yuma by size, bonds, mode and threads, and beside them the way upstream goes about it
//! on one thread, in turns. Every validator weighs and has bonds of every miner.

use rayon::ThreadPoolBuilder;
use std::hint::black_box;
use workmint_benches::timing::{Times, is_bench, timed};
use workmint_benches::yuma::{as_upstream, network};
use workmint_core::modules::opinions::yuma::run;
use workmint_core::modules::parameters::{YumaKind, YumaMode};

/// Seats, validators among them, and times that each is run.
const SIZES: [(u16, u16, usize); 3] = [(256, 64, 60), (1_024, 128, 20), (4_096, 256, 7)];

/// Upstream's way gives the same bits as the mode `subtensor`: it is the same work.
fn require_equal_bits(kind: YumaKind, liquid: bool) {
    let network = network(400, 40, YumaMode::Subtensor, kind, liquid);
    let (incentive, dividends) = as_upstream(&network);
    let ours = run(&network.run()).unwrap();
    let bits = |all: Vec<i64>| all.into_iter().map(i64::unsigned_abs).collect::<Vec<u64>>();
    assert_eq!((ours.incentive, ours.dividends), (bits(incentive), bits(dividends)));
}

fn main() {
    let sizes = if is_bench() { &SIZES[..] } else { &[(64, 8, 1)] };
    let pools =
        [1, 2].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
    let ways = [
        ("strict, one thread", YumaMode::Strict, &pools[0]),
        ("strict, two threads", YumaMode::Strict, &pools[1]),
        ("subtensor, one thread", YumaMode::Subtensor, &pools[0]),
        ("subtensor, two threads", YumaMode::Subtensor, &pools[1]),
    ];
    for (seats, validators, samples) in sizes {
        for (bonds, kind, liquid) in [
            ("Yuma1", YumaKind::Yuma1, false),
            ("Yuma3", YumaKind::Yuma3, false),
            ("Yuma3 with liquid alpha", YumaKind::Yuma3, true),
        ] {
            require_equal_bits(kind, liquid);
            let of = |mode| network(*seats, *validators, mode, kind, liquid);
            let networks = ways.map(|(_, mode, _)| of(mode));
            let upstream = of(YumaMode::Subtensor);
            let mut tooks = [const { Vec::new() }; 4];
            let mut theirs = Vec::new();
            for _ in 0..*samples {
                for ((tooks, network), (_, _, pool)) in tooks.iter_mut().zip(&networks).zip(&ways) {
                    let once = || timed(|| black_box(run(&network.run()).unwrap())).1;
                    tooks.push(pool.install(once));
                }
                theirs.push(timed(|| black_box(as_upstream(&upstream))).1);
            }
            let theirs = Times::from(theirs);
            println!("{seats} seats, {validators} validators, {bonds}");
            println!("  as upstream: {theirs}");
            for ((name, _, _), tooks) in ways.iter().zip(tooks) {
                let times = Times::from(tooks);
                let [one, other] = [&theirs, &times].map(|of| of.median().wall.as_secs_f64());
                println!("  {name}: {times}; {:.1} times as fast", one / other);
            }
        }
    }
}
