//! The market of `hanzo`: whole lives of jobs, vouchers and swaps a second. Transactions are handed
//! in decoded, a thousand in a block: signatures are not part of it.

use divan::Bencher;
use divan::counter::ItemsCount;
use workmint_benches::author::Decoded;
use workmint_benches::market::{
    A_BLOCK, AI, COIN, DISPUTE_MS, Done, HANZO, Market, QUALITY_PERMILLE, Step,
};
use workmint_core::{Commitments, State};
use workmint_storage::store::{Settings, Store};

fn main() {
    divan::main();
}

/// Accounts on either side.
const CUSTOMERS: u32 = 1_000;
const PROVIDERS: u32 = 100;
/// Jobs of a run.
const JOBS: u32 = 20_000;
/// Vouchers of a session, and swaps of a customer.
const ROUNDS: u128 = 50;
/// When everything is opened, ms.
const NOON: u64 = 43_200_000;

fn ready(opening: &[Decoded]) -> (Market, State) {
    let market = Market::new(CUSTOMERS, PROVIDERS);
    let mut state = State::genesis(&market.genesis).unwrap();
    run(&mut state, opening);
    (market, state)
}

/// Applies blocks, and says what they did.
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

/// Blocks of the whole life of all jobs: each batch of a thousand is created, accepted, revealed
/// and measured before the next; an hour later all are paid.
fn lives(market: &mut Market) -> Vec<Decoded> {
    let mut blocks = Vec::new();
    let batch = u32::try_from(A_BLOCK).unwrap();
    for first in (0..JOBS).step_by(A_BLOCK) {
        for step in [Step::Create, Step::Accept, Step::Reveal, Step::Measure] {
            blocks.extend(market.jobs(NOON, first..first + batch, step));
        }
    }
    // No more than 4,096 end in a block.
    blocks.extend((0..JOBS.div_ceil(4_096)).map(|_| market.empty(NOON + DISPUTE_MS)));
    blocks
}

/// All jobs are paid, each by the price it was created at and its measured quality.
fn check_lives(done: Done) {
    let (jobs, quality) = (u64::from(JOBS), u128::from(QUALITY_PERMILLE));
    assert_eq!(done.created.0, jobs);
    assert_eq!(done.paid, (jobs, done.created.1 * quality / 1_000));
}

/// Jobs a second, from creation to payment: five messages and an end each.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn jobs_in_memory(bencher: Bencher<'_, '_>) {
    let mut market = Market::new(CUSTOMERS, PROVIDERS);
    let (opening, blocks) = (market.opening(10_000), lives(&mut market));
    let prepare = || ready(&opening).1;
    bencher.with_inputs(prepare).counter(ItemsCount::new(JOBS)).bench_local_values(|mut state| {
        check_lives(run(&mut state, &blocks));
        state
    });
}

/// The same, one fdatasync a block.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn jobs_durably(bencher: Bencher<'_, '_>) {
    let mut market = Market::new(CUSTOMERS, PROVIDERS);
    let (opening, blocks) = (market.opening(10_000), lives(&mut market));
    let prepare = || {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::create(dir.path(), &market.genesis, Settings::default()).unwrap();
        run_durably(&mut store, opening.clone());
        (dir, store, blocks.clone())
    };
    bencher.with_inputs(prepare).counter(ItemsCount::new(JOBS)).bench_local_values(
        |(dir, mut store, blocks)| {
            check_lives(run_durably(&mut store, blocks));
            (dir, store)
        },
    );
}

/// Vouchers redeemed a second: every session's provider redeems one after the other.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn vouchers_in_memory(bencher: Bencher<'_, '_>) {
    let mut market = Market::new(CUSTOMERS, PROVIDERS);
    let mut opening = market.opening(10_000);
    opening.extend(market.sessions(NOON, 1_000));
    // Sums no two of which give a round fee.
    let cumulative = |round: u128| round * COIN + round * round * 7;
    let blocks: Vec<Decoded> =
        (1..=ROUNDS).flat_map(|round| market.vouchers(NOON, cumulative(round))).collect();
    let vouchers = ROUNDS * u128::from(CUSTOMERS);
    let items = ItemsCount::new(u64::try_from(vouchers).unwrap());
    let prepare = || ready(&opening).1;
    bencher.with_inputs(prepare).counter(items).bench_local_values(|mut state| {
        let done = run(&mut state, &blocks);
        let paid = u128::from(CUSTOMERS) * cumulative(ROUNDS);
        assert_eq!((u128::from(done.redeemed.0), done.redeemed.1), (vouchers, paid));
        state
    });
}

/// Swaps a second: everybody changes AI for HANZO, then back, and so on.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn swaps_in_memory(bencher: Bencher<'_, '_>) {
    let mut market = Market::new(CUSTOMERS, PROVIDERS);
    let opening = market.opening(10_000);
    let swaps = |round: u128| {
        // What comes back is less than what went in: never more than is held.
        let (asset, amount) = if round % 2 == 0 { (AI, COIN) } else { (HANZO, COIN / 2) };
        market.swaps(NOON, asset, amount)
    };
    let blocks: Vec<Decoded> = (0..ROUNDS).flat_map(swaps).collect();
    let count = u64::from(CUSTOMERS) * u64::try_from(ROUNDS).unwrap();
    let prepare = || ready(&opening).1;
    bencher.with_inputs(prepare).counter(ItemsCount::new(count)).bench_local_values(|mut state| {
        assert_eq!(run(&mut state, &blocks).swapped, count);
        state
    });
}
