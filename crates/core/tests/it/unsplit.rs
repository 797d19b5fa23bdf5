//! Payments that a quarantined stream has still to split.

use crate::kit::*;
use crate::pains::too_heavy;
use crate::reward_split::{host, inputs};
use workmint_core::inputs::Penalty;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards;

/// Epoch 1: host0 works for 20; compute pays it, the stream of payments fails. Epoch 2: host1 works
/// for 40, and all of the emission is its own.
#[test]
fn what_is_kept_counts_as_work_once() {
    let mut chain = Chain::new(parameters());
    chain.state = too_heavy(Score::WorkDone);
    let closed = chain.close().closed.unwrap();
    let lines = &closed.record.header.streams;
    assert_eq!((lines[0].paid, lines[1].quarantined), (amount(1_000), Some(1)));
    chain.serve("host1", 0, "cust", 8);
    let closed = chain.close().closed.unwrap();
    let people = &closed.inputs.participants;
    let row = |who| people.row(people.find(&address(who)).unwrap()).unwrap();
    assert_eq!((row("host0").work, row("host0").unsplit), (amount(0), amount(20)));
    assert_eq!((row("host1").work, row("host1").unsplit), (amount(40), amount(0)));
    assert_eq!(closed.inputs.emission.work, amount(40), "the subsidy of work");
    let paid = |who| closed.record.summaries.of(&address(who)).unwrap().rewarded.get();
    assert_eq!((paid("host0"), paid("host1")), (0, 1_000));
}

/// Pot 90 of work 40 and 20 and of 30 kept; a penalty takes emission only.
#[test]
fn a_stream_of_payments_splits_what_was_kept() {
    let mut parameters = parameters();
    let emitted = emission_stream("compute", "1", Score::WorkDone);
    parameters.streams = vec![emitted, work_stream()];
    let mut inputs = inputs(&[host(1), host(1), host(1)]);
    inputs.pots = vec![(GNK, Pot::Payments, amount(90))];
    inputs.participants.work = vec![amount(40), amount(20), amount(0)];
    inputs.participants.unsplit = vec![amount(0), amount(10), amount(20)];
    inputs.participants.penalty[0] = Penalty::Refuted;
    let plan = rewards::plan(&parameters, &inputs).unwrap();
    let of = |at: usize| plan.streams[at].rewards.iter().map(|reward| reward.get());
    assert_eq!(of(0).collect::<Vec<_>>(), [0, 333, 0]);
    assert_eq!(of(1).collect::<Vec<_>>(), [40, 30, 20]);
}
