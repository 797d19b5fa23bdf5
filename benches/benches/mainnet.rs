//! Settling an epoch by the rules of `gonka-mainnet`: the missed-request test at the rate the
//! network missed, confirmed weights, the power cap, the split.

use divan::Bencher;
use workmint_amounts::Amount;
use workmint_benches::{inputs, network, state};
use workmint_core::inputs::{EpochInputs, Penalty};
use workmint_core::modules::ledger::recount;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::rewards;
use workmint_core::modules::settlement::build_record;
use workmint_core::modules::work::{MissTest, NetworkMisses};

fn main() {
    divan::main();
}

/// One reading in ten is a tenth below the weight, and the first host has a third of all weight, so
/// that the cap binds.
fn mainnet_inputs(count: u32) -> EpochInputs {
    let mut inputs = inputs(count);
    let participants = &mut inputs.participants;
    for (at, confirmed) in participants.confirmed.iter_mut().enumerate() {
        if at % 10 == 0 {
            *confirmed -= *confirmed / 10;
        }
    }
    let others: u64 = participants.effective.iter().sum();
    for column in
        [&mut participants.potential, &mut participants.effective, &mut participants.confirmed]
    {
        column[0] = others / 2;
    }
    let first_node = participants.nodes(0).start;
    inputs.nodes.weight[first_node] = others;
    inputs
}

/// Writes the test's verdicts into the column of penalties; how many failed.
fn judge(parameters: &Parameters, inputs: &mut EpochInputs) -> usize {
    let rows = || {
        let participants = &inputs.participants;
        participants.missed.iter().copied().zip(participants.requests.iter().copied())
    };
    let test = NetworkMisses::of(rows())
        .and_then(|network| MissTest::for_epoch(&parameters.work.missed_requests, &network));
    let test = test.unwrap_or_else(|error| unreachable!("{error}"));
    let fails = |(missed, answered)| test.fails(missed, answered).unwrap_or(true);
    let failed: Vec<bool> = rows().map(fails).collect();
    for (penalty, failed) in inputs.participants.penalty.iter_mut().zip(&failed) {
        if *penalty != Penalty::Refuted {
            *penalty = if *failed { Penalty::Downtime } else { Penalty::None };
        }
    }
    failed.iter().filter(|failed| **failed).count()
}

/// Test, weights, cap, split and the recount of supply, in memory.
#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000], sample_count = 10)]
fn test_plan_and_recount(bencher: Bencher<'_, '_>, count: u32) {
    let parameters = network("gonka-mainnet");
    let (mut inputs, state) = (mainnet_inputs(count), state(parameters.clone(), count));
    let failed = judge(&parameters, &mut inputs);
    assert!(failed > 0 && failed < count as usize / 2, "{failed} of {count} fail");
    bencher.bench_local(|| {
        let failed = judge(&parameters, &mut inputs);
        let plan = rewards::plan(&parameters, &inputs);
        (failed, plan.is_ok(), recount(&state.ledger).is_ok())
    });
}

/// The missed-request test alone.
#[divan::bench(args = [1_000_000], sample_count = 10)]
fn missed_request_test(bencher: Bencher<'_, '_>, count: u32) {
    let parameters = network("gonka-mainnet");
    let mut inputs = mainnet_inputs(count);
    bencher.bench_local(|| judge(&parameters, &mut inputs));
}

/// The plan alone: confirmed weights, cap, split.
#[divan::bench(args = [1_000_000], sample_count = 10)]
fn plan(bencher: Bencher<'_, '_>, count: u32) {
    let parameters = network("gonka-mainnet");
    let mut inputs = mainnet_inputs(count);
    judge(&parameters, &mut inputs);
    bencher.bench_local(|| rewards::plan(&parameters, &inputs).is_ok());
}

/// Test, plan, record and Merkle root.
#[divan::bench(args = [1_000_000], sample_count = 3)]
fn with_root(bencher: Bencher<'_, '_>, count: u32) {
    let parameters = network("gonka-mainnet");
    let mut inputs = mainnet_inputs(count);
    bencher.bench_local(|| {
        judge(&parameters, &mut inputs);
        let plan = rewards::plan(&parameters, &inputs).ok()?;
        let issued = (plan.emission.budget, Amount::ZERO);
        build_record(&inputs, &plan, issued, 1, true).ok().map(|record| record.header.root)
    });
}
