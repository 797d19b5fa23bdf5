//! Settling an epoch: in memory, with its Merkle root, and recorded durably.

use divan::Bencher;
use workmint_amounts::Amount;
use workmint_benches::inputs;
use workmint_core::State;
use workmint_core::inputs::EpochInputs;
use workmint_core::modules::ledger::recount;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::rewards;
use workmint_core::modules::settlement::{Record, build_record};
use workmint_storage::chunk::{self, Durability};

fn main() {
    divan::main();
}

fn parameters() -> Parameters {
    workmint_benches::network("gonka")
}

fn state(count: u32) -> State {
    workmint_benches::state(parameters(), count)
}

/// The settlement in memory, exact, with the recount of supply that every close makes.
#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000, 10_000_000], sample_count = 10)]
fn plan_and_recount(bencher: Bencher<'_, '_>, count: u32) {
    let (parameters, inputs, state) = (parameters(), inputs(count), state(count));
    bencher.bench_local(|| {
        let plan = rewards::plan(&parameters, &inputs);
        (plan.is_ok(), recount(&state.ledger).is_ok())
    });
}

/// The plan alone.
#[divan::bench(args = [1_000_000, 10_000_000], sample_count = 10)]
fn plan(bencher: Bencher<'_, '_>, count: u32) {
    let (parameters, inputs) = (parameters(), inputs(count));
    bencher.bench_local(|| rewards::plan(&parameters, &inputs).is_ok());
}

fn settle(parameters: &Parameters, inputs: &EpochInputs) -> Option<Record> {
    let plan = rewards::plan(parameters, inputs).ok()?;
    let issued = (plan.emission.budget, Amount::ZERO);
    build_record(inputs, &plan, issued, 1, true).ok()
}

/// Plan, record and Merkle root.
#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000, 10_000_000], sample_count = 3)]
fn with_root(bencher: Bencher<'_, '_>, count: u32) {
    let (parameters, inputs) = (parameters(), inputs(count));
    bencher.bench_local(|| settle(&parameters, &inputs).map(|record| record.header.root));
}

/// The same, and the record encoded, written and synced.
#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000], sample_count = 3)]
fn with_root_and_durable_record(bencher: Bencher<'_, '_>, count: u32) {
    let (parameters, inputs) = (parameters(), inputs(count));
    let dir = tempfile::tempdir().unwrap_or_else(|error| unreachable!("{error}"));
    let path = chunk::path(dir.path(), 1, "record");
    bencher.bench_local(|| {
        let record = settle(&parameters, &inputs)?;
        let bytes = borsh::to_vec(&record).ok()?;
        chunk::write(&path, *b"BNCH", 1, &bytes, Durability::Synced).ok()
    });
}
