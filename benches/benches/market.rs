//! The market of `hanzo`: whole lives of jobs, vouchers and swaps a second. Transactions are handed
//! in decoded, a thousand in a block: signatures are not part of it.

use workmint_benches::author::Decoded;
use workmint_benches::market::{
    A_BLOCK, AI, COIN, DISPUTE_MS, Done, HANZO, Market, QUALITY_PERMILLE, Step,
};
use workmint_benches::timing::{Times, is_bench, timed};
use workmint_core::{Commitments, State};
use workmint_storage::store::{Settings, Store};

/// Accounts on either side.
const CUSTOMERS: u32 = 1_000;
const PROVIDERS: u32 = 100;
/// Runs of each.
const SAMPLES: usize = 5;
/// When everything is opened, ms.
const NOON: u64 = 43_200_000;

/// Applies blocks, hashed, and says what they did.
fn run(state: &mut State, blocks: &[Decoded]) -> Done {
    let mut done = Done::default();
    for (block, decoded) in blocks {
        done.count(&state.apply_block(block, decoded, Commitments::Full).unwrap().0);
    }
    done
}

/// The same through the store: each block is synced before the next.
fn run_durably(store: &mut Store, blocks: Vec<Decoded>) -> Done {
    let mut done = Done::default();
    for block in blocks {
        store.commit(vec![block]).unwrap().iter().for_each(|applied| done.count(applied));
    }
    done
}

/// Times of the same blocks on a fresh network that `opening` made ready.
fn in_memory(
    market: &Market,
    opening: &[Decoded],
    blocks: &[Decoded],
    check: &dyn Fn(Done),
) -> Times {
    Times::of(SAMPLES, || {
        let mut state = State::genesis(&market.genesis).unwrap();
        run(&mut state, opening);
        let (done, took) = timed(|| run(&mut state, blocks));
        check(done);
        took
    })
}

/// Blocks of the whole life of so many jobs: each batch of a thousand is created, accepted,
/// revealed and measured before the next; an hour later all are paid, 4,096 in a block.
fn lives(market: &mut Market, jobs: u32) -> Vec<Decoded> {
    let mut blocks = Vec::new();
    let batch = u32::try_from(A_BLOCK).unwrap();
    for first in (0..jobs).step_by(A_BLOCK) {
        for step in [Step::Create, Step::Accept, Step::Reveal, Step::Measure] {
            blocks.extend(market.jobs(NOON, first..first + batch, step));
        }
    }
    blocks.extend((0..jobs.div_ceil(4_096)).map(|_| market.empty(NOON + DISPUTE_MS)));
    blocks
}

/// Jobs from creation to payment: five messages and an end each.
fn jobs(jobs: u32) {
    let mut market = Market::new(CUSTOMERS, PROVIDERS);
    let (opening, blocks) = (market.opening(10_000), lives(&mut market, jobs));
    // All are paid, each by the price it was created at and its measured quality.
    let check = |done: Done| {
        let count = u64::from(jobs);
        assert_eq!(done.created.0, count);
        assert_eq!(done.paid, (count, done.created.1 * u128::from(QUALITY_PERMILLE) / 1_000));
    };
    let times = in_memory(&market, &opening, &blocks, &check);
    println!("{jobs} whole jobs, in memory: {}; {times}", times.rate(jobs.into()));
    let times = Times::of(SAMPLES, || {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::create(dir.path(), &market.genesis, Settings::default()).unwrap();
        run_durably(&mut store, opening.clone());
        let blocks = blocks.clone();
        let (done, took) = timed(|| run_durably(&mut store, blocks));
        check(done);
        took
    });
    println!("  each block synced before the next: {}; {times}", times.rate(jobs.into()));
}

/// Vouchers: every session's provider redeems one after the other.
fn vouchers(rounds: u32) {
    let mut market = Market::new(CUSTOMERS, PROVIDERS);
    let mut opening = market.opening(10_000);
    opening.extend(market.sessions(NOON, 1_000));
    // Sums whose fees are not round.
    let cumulative = |round: u32| u128::from(round) * COIN + u128::from(round).pow(2) * 7;
    let blocks: Vec<Decoded> =
        (1..=rounds).flat_map(|round| market.vouchers(NOON, cumulative(round))).collect();
    let count = u64::from(rounds) * u64::from(CUSTOMERS);
    let times = in_memory(&market, &opening, &blocks, &|done| {
        assert_eq!(done.redeemed, (count, u128::from(CUSTOMERS) * cumulative(rounds)));
    });
    println!("{count} vouchers redeemed, in memory: {}; {times}", times.rate(count));
}

/// Swaps: everybody changes AI for HANZO, then back, and so on.
fn swaps(rounds: u32) {
    let mut market = Market::new(CUSTOMERS, PROVIDERS);
    let opening = market.opening(10_000);
    let swaps = |round: u32| {
        // Less goes back than came: never more than is held.
        let (asset, amount) = if round.is_multiple_of(2) { (AI, COIN) } else { (HANZO, COIN / 2) };
        market.swaps(NOON, asset, amount)
    };
    let blocks: Vec<Decoded> = (0..rounds).flat_map(swaps).collect();
    let count = u64::from(rounds) * u64::from(CUSTOMERS);
    let times = in_memory(&market, &opening, &blocks, &|done| assert_eq!(done.swapped, count));
    println!("{count} swaps, in memory: {}; {times}", times.rate(count));
}

fn main() {
    let large = is_bench();
    jobs(if large { 20_000 } else { 1_000 });
    let rounds = if large { 50 } else { 2 };
    vouchers(rounds);
    swaps(rounds);
}
