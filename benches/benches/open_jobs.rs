//! The close of an epoch with up to a million open jobs, and the blocks in which all of them fall
//! due at the same moment. Sizes are compared in one run; whatever is counted again at every close,
//! by O(jobs), is measured beside it.

use workmint_benches::author::Decoded;
use workmint_benches::market::{A_BLOCK, DISPUTE_MS, Done, Market, Step};
use workmint_benches::timing::{Times, Took, is_bench, resident_bytes, timed};
use workmint_core::invariants::check_epoch;
use workmint_core::time::DAY_MS;
use workmint_core::{Applied, Commitments, State};

/// The same for all sizes: only the number of open jobs differs.
const CUSTOMERS: u32 = 10_000;
const PROVIDERS: u32 = 100;
/// Most jobs that end in a block.
const MOST: u32 = 4_096;
/// Runs of what can be repeated.
const SAMPLES: usize = 5;

/// Applies a block; what it did and how long it took.
fn step(state: &mut State, (block, decoded): &Decoded, with: Commitments) -> (Applied, Took) {
    let (applied, time) = timed(|| state.apply_block(block, decoded, with).unwrap());
    (applied.0, time)
}

/// What building a network took.
struct Built {
    /// Memory, bytes.
    grown: u64,
    /// What its jobs pay, base units.
    asked: u128,
}

/// A network with `count` revealed jobs, whose windows all end at `revealed + DISPUTE_MS`.
fn with_open_jobs(count: u32, revealed: u64) -> (Market, State, Built) {
    let mut market = Market::new(CUSTOMERS, PROVIDERS);
    let mut state = State::genesis(&market.genesis).unwrap();
    let mut done = Done::default();
    let mut apply = |state: &mut State, blocks: Vec<Decoded>| {
        blocks.iter().for_each(|block| done.count(&step(state, block, Commitments::Off).0));
    };
    let opening = market.opening(1_000);
    apply(&mut state, opening);
    let before = resident_bytes().unwrap_or(0);
    for first in (0..count).step_by(A_BLOCK) {
        let jobs = first..count.min(first + u32::try_from(A_BLOCK).unwrap());
        for step in [Step::Create, Step::Accept, Step::Reveal] {
            let blocks = market.jobs(revealed, jobs.clone(), step);
            apply(&mut state, blocks);
        }
    }
    let grown = resident_bytes().unwrap_or(0).saturating_sub(before);
    assert_eq!(state.market.jobs.jobs().count(), count as usize);
    assert_eq!(done.created.0, u64::from(count));
    (market, state, Built { grown, asked: done.created.1 })
}

/// Times of a block that is reverted each time.
fn repeated(state: &mut State, block: &Decoded, with: Commitments, ends: u32) -> (Times, usize) {
    let mut events = 0;
    let times = Times::of(SAMPLES, || {
        let ((applied, undo), time) =
            timed(|| state.apply_block(&block.0, &block.1, with).unwrap());
        let mut done = Done::default();
        done.count(&applied);
        assert!(applied.closed.is_some() && done.paid.0 == u64::from(ends), "{done:?}");
        events = applied.events.len() + applied.postings.len();
        assert!(state.revert(undo));
        time
    });
    (times, events)
}

/// A line of the close of an epoch with `count` open jobs. Returns how much it changed.
fn closes(count: u32, market: &Market, state: &mut State) -> usize {
    // A clone writes the same next block each time.
    let plain = market.clone().empty(DAY_MS);
    let (total, changed) = repeated(state, &plain, Commitments::Off, 0);
    let recount = Times::of(SAMPLES, || {
        let (checked, time) = timed(|| check_epoch(state));
        assert_eq!(checked, Ok(()));
        time
    });
    let root = Times::of(SAMPLES, || {
        let (root, time) = timed(|| state.root().unwrap());
        assert_ne!(root, workmint_core::Hash::ZERO);
        time
    });
    println!("{count} open jobs");
    println!("  a close without hashes: {total}");
    println!("  the recount in it, alone: {recount}");
    println!("  root of the state: {root}");
    let late = market.clone().empty(DAY_MS + DISPUTE_MS / 2);
    let (total, _) = repeated(state, &late, Commitments::Off, MOST.min(count));
    println!("  a close without hashes in which all fall due: {total}");
    changed
}

/// The blocks in which all jobs fall due at once, after the close.
fn drain((count, asked): (u32, u128), market: &mut Market, state: &mut State) {
    let (applied, _) = step(state, &market.empty(DAY_MS), Commitments::Full);
    assert!(applied.closed.is_some());
    let idle = Times::of(SAMPLES, || {
        let (applied, time) = step(state, &market.empty(DAY_MS + 1), Commitments::Full);
        assert!(applied.events.is_empty());
        time
    });
    let (mut done, mut times) = (Done::default(), Vec::new());
    for _ in 0..count.div_ceil(MOST) {
        let before = done.paid.0;
        let (applied, time) =
            step(state, &market.empty(DAY_MS + DISPUTE_MS / 2), Commitments::Full);
        done.count(&applied);
        assert!(done.paid.0 - before <= u64::from(MOST));
        times.push(time);
    }
    // Nobody measured them: quality 1.
    assert_eq!((done.paid.0, done.paid.1), (u64::from(count), asked));
    assert_eq!(state.market.jobs.jobs().count(), 0);
    assert_eq!(state.market.jobs.totals(), Default::default());
    let (blocks, times) = (times.len(), Times::from(times));
    println!("  a block in which nothing is due: {idle}");
    println!("  all due at once, {blocks} blocks of at most {MOST}, hashed, each: {times}");
}

fn main() {
    let sizes: &[u32] = if is_bench() { &[10_000, 100_000, 1_000_000] } else { &[1_000, 5_000] };
    let mut changed = Vec::new();
    for count in sizes {
        let (mut market, mut state, built) = with_open_jobs(*count, DAY_MS - DISPUTE_MS / 2);
        changed.push(closes(*count, &market, &mut state));
        let jobs = u64::from(*count);
        let encoded = state.export().unwrap().len() as u64;
        drain((*count, built.asked), &mut market, &mut state);
        println!("  memory grew by {} bytes a job", built.grown / jobs);
        let left = state.export().unwrap().len() as u64;
        println!("  a snapshot has {} bytes a job", encoded.saturating_sub(left) / jobs);
    }
    assert!(changed.iter().all(|one| *one == changed[0]), "a close changes as much: {changed:?}");
}
