//! Contributions: the close of a period with a million of them, and how many are taken a second.

use divan::Bencher;
use divan::counter::ItemsCount;
use workmint_amounts::Amount;
use workmint_benches::author::Decoded;
use workmint_benches::contributions::{Author, blyan, final_contributions, genesis, swift_genesis};
use workmint_benches::inputs;
use workmint_core::modules::rewards;
use workmint_core::modules::settlement::build_record;
use workmint_core::{Commitments, State};
use workmint_storage::store::{Settings, Store};

fn main() {
    divan::main();
}

/// The plan of a period: worth, buckets, shares of recipients, backpay.
#[divan::bench(args = [1_000, 100_000, 1_000_000], sample_count = 10)]
fn plan(bencher: Bencher<'_, '_>, count: u32) {
    let (parameters, inputs) = (blyan(), final_contributions(count));
    let once = rewards::plan(&parameters, &inputs).unwrap();
    assert!(once.streams.iter().all(|stream| stream.quarantined.is_none()), "all are planned");
    bencher.bench_local(|| rewards::plan(&parameters, &inputs).is_ok());
}

/// For comparison in the same run: a plain proportional split over as many participants.
#[divan::bench(args = [1_000, 100_000, 1_000_000], sample_count = 10)]
fn plain_split(bencher: Bencher<'_, '_>, count: u32) {
    let (parameters, inputs) = (workmint_benches::network("gonka"), inputs(count));
    bencher.bench_local(|| rewards::plan(&parameters, &inputs).is_ok());
}

/// Plan, record and Merkle root of a period.
#[divan::bench(args = [1_000_000], sample_count = 3)]
fn with_root(bencher: Bencher<'_, '_>, count: u32) {
    let (parameters, inputs) = (blyan(), final_contributions(count));
    bencher.bench_local(|| {
        let plan = rewards::plan(&parameters, &inputs).ok()?;
        let issued = (plan.emission.budget, Amount::ZERO);
        build_record(&inputs, &plan, issued, 1, true).ok().map(|record| record.header.root)
    });
}

/// A whole close in which `count` contributions of 10,000 contributors become final: collected,
/// planned, minted, recorded, pushed to the contributors, everything counted again; with the
/// hash of all changes and the root over the whole state.
#[divan::bench(args = [100_000, 1_000_000], sample_count = 3, sample_size = 1)]
fn whole_close(bencher: Bencher<'_, '_>, count: u64) {
    close(bencher, count, Commitments::Full);
}

/// The same without hashes.
#[divan::bench(args = [100_000, 1_000_000], sample_count = 3, sample_size = 1)]
fn whole_close_unhashed(bencher: Bencher<'_, '_>, count: u64) {
    close(bencher, count, Commitments::Off);
}

fn close(bencher: Bencher<'_, '_>, count: u64, commitments: Commitments) {
    let contributors = 10_000;
    let mut state = State::genesis(&swift_genesis()).unwrap();
    let mut author = Author::default();
    let mut apply = |(block, decoded): Decoded| {
        let (applied, _) = state.apply_block(&block, &decoded, commitments).unwrap();
        assert!(applied.results.iter().all(Result::is_ok), "{:?}", applied.results.first());
    };
    author.join(contributors).into_iter().for_each(&mut apply);
    for _ in 0..count / u64::from(contributors) / EACH {
        apply(author.submissions(contributors, EACH));
        apply(author.verdicts());
    }
    let (block, decoded) = author.closing();
    bencher.bench_local(|| {
        let (applied, undo) = state.apply_block(&block, &decoded, commitments).unwrap();
        let closed = applied.closed.unwrap();
        assert_eq!(closed.inputs.contributions.id.len() as u64, count);
        assert!(closed.record.header.minted > Amount::ZERO);
        assert!(state.revert(undo));
    });
}

/// Contributors of the benchmarks below; each submits ten in a block.
const CONTRIBUTORS: u32 = 100;
const EACH: u64 = 10;
const A_BLOCK: u64 = CONTRIBUTORS as u64 * EACH;

/// `blocks` of submissions of 1,000 each on a fresh network.
fn blocks(author: &mut Author, blocks: usize) -> Vec<Decoded> {
    (0..blocks).map(|_| author.submissions(CONTRIBUTORS, EACH)).collect()
}

/// Submissions taken through the store, one fdatasync a block or one for all blocks.
#[divan::bench(args = [(100, 1), (100, 100)], sample_count = 3, sample_size = 1)]
fn taken_durably(bencher: Bencher<'_, '_>, (count, group): (usize, usize)) {
    let items = ItemsCount::new(A_BLOCK * count as u64);
    let prepare = || {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::create(dir.path(), &genesis(), Settings::default()).unwrap();
        let mut author = Author::default();
        for (block, decoded) in author.join(CONTRIBUTORS) {
            store.commit(vec![(block, decoded)]).unwrap();
        }
        let blocks = blocks(&mut author, count);
        let groups: Vec<Vec<Decoded>> = blocks.chunks(group).map(<[Decoded]>::to_vec).collect();
        (dir, store, groups)
    };
    bencher.with_inputs(prepare).counter(items).bench_local_values(|(dir, mut store, groups)| {
        for group in groups {
            for applied in store.commit(group).unwrap() {
                assert!(applied.results.iter().all(Result::is_ok));
            }
        }
        (dir, store)
    });
}

/// The same in memory, with commitments.
#[divan::bench(args = [100], sample_count = 3, sample_size = 1)]
fn taken_in_memory(bencher: Bencher<'_, '_>, count: usize) {
    let items = ItemsCount::new(A_BLOCK * count as u64);
    let prepare = || {
        let mut state = State::genesis(&genesis()).unwrap();
        let mut author = Author::default();
        for (block, decoded) in author.join(CONTRIBUTORS) {
            state.apply_block(&block, &decoded, Commitments::Full).unwrap();
        }
        (state, blocks(&mut author, count))
    };
    bencher.with_inputs(prepare).counter(items).bench_local_values(|(mut state, blocks)| {
        for (block, decoded) in blocks {
            let (applied, _) = state.apply_block(&block, &decoded, Commitments::Full).unwrap();
            assert!(applied.results.iter().all(Result::is_ok));
        }
        state
    });
}
