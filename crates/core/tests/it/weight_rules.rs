//! How weights come about: factors, the power cap, readings, votes by weight, windows of time,
//! nodes that keep their weight. Expectations are computed by hand.

use crate::kit::*;
use crate::participation::taking_part;
use crate::properties::cases;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use workmint_core::inputs::{Penalty, Row};
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::{RegisterNode, RetireNode};
use workmint_core::modules::weights::Snapshot;
use workmint_core::modules::work::{
    ConfirmationKey, ReportConfirmation, ReportMisses, ReportRef, SubmitComputeProof, Window,
};
use workmint_core::{EpochInputs, Hash, Message};

/// All weight counts without collateral.
pub(crate) fn grace() -> Parameters {
    let mut parameters = parameters();
    parameters.weights.grace_until_epoch = Some(1_000);
    parameters
}

fn confirming() -> Parameters {
    let mut parameters = grace();
    parameters.weights.confirmation =
        Some(Confirmation { inactive_below: ratio("0.5"), tolerance: ratio("0.9") });
    parameters
}

fn weights(chain: &Chain, column: fn(&Snapshot) -> &Vec<u64>, who: &str) -> u64 {
    let snapshot = chain.state.weights.current();
    snapshot.find(&address(who)).map_or(0, |at| column(snapshot)[at])
}

fn effective(chain: &Chain, who: &str) -> u64 {
    weights(chain, |snapshot| &snapshot.effective, who)
}

fn row(inputs: &EpochInputs, who: &str) -> Row {
    let at = inputs.participants.find(&address(who)).expect(who);
    inputs.participants.row(at).unwrap()
}

fn reading(epoch: u64, who: &str, measured: u64, preserved: u64) -> ReportConfirmation {
    ReportConfirmation { epoch, participant: address(who), measured, preserved }
}

/// `by` reports a reading, and the others attest it.
fn read(chain: &mut Chain, by: &str, others: &[&str], reading: &ReportConfirmation) {
    chain.ok(by, Message::ReportConfirmation(reading.clone()));
    let word = attest(vec![report_of_reading(by, reading)]);
    chain.block(others.iter().map(|who| (*who, word.clone())).collect());
}

fn report_of_reading(by: &str, reading: &ReportConfirmation) -> (ReportRef, Hash) {
    let (epoch, participant) = (reading.epoch, reading.participant);
    let key = ConfirmationKey { epoch, participant, reporter: address(by) };
    (ReportRef::Confirmation(key), content("confirmation", reading))
}

#[test]
fn each_model_counts_by_its_factor() {
    let mut parameters = parameters();
    parameters.models[0].weight_factor = ratio("0.5");
    parameters.models[1].weight_factor = ratio("1.5");
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0, 1]), ("bob", &[0])]);
    chain.prove(&[("alice", 0, 7), ("alice", 1, 3), ("bob", 0, 1)]);
    chain.close();
    // floor(3.5) + floor(4.5); a fifth of 7 is 1.4. Half a unit of bob's is nothing.
    assert_eq!(weights(&chain, |snapshot| &snapshot.potential, "alice"), 7);
    assert_eq!(effective(&chain, "alice"), 1);
    assert_eq!(effective(&chain, "bob"), 0);
    let closed = chain.close().closed.unwrap();
    assert_eq!(row(&closed.inputs, "alice").potential, 7);
}

#[test]
fn the_power_cap_cuts_what_collateral_let_count() {
    let mut parameters = grace();
    parameters.weights.power_cap =
        Some(PowerCap { of_two: ratio("0.5"), of_three: ratio("0.4"), of_many: ratio("0.3") });
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    chain.prove(&[("alice", 0, 100), ("bob", 0, 50), ("carol", 0, 50)]);
    chain.close();
    // x = 0.4 (100 + x): 66.67.
    assert_eq!(effective(&chain, "alice"), 66);
    assert_eq!(effective(&chain, "bob"), 50);
    assert_eq!(weights(&chain, |snapshot| &snapshot.potential, "alice"), 100);
    assert_eq!(chain.state.weights.current().total, 166);
}

#[test]
fn the_smallest_accepted_reading_counts_for_its_epoch() {
    let mut chain = Chain::new(confirming());
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    chain.prove(&[("alice", 0, 100), ("bob", 0, 100), ("carol", 0, 100)]);
    chain.close();
    read(&mut chain, "r1", &["r2", "r3"], &reading(1, "alice", 40, 30));
    read(&mut chain, "r2", &["r1"], &reading(1, "alice", 80, 0));
    read(&mut chain, "r3", &[], &reading(1, "bob", 0, 0));
    read(&mut chain, "r1", &["r3"], &reading(1, "carol", 200, 0));
    let foreseen = chain.state.preview_inputs().unwrap();
    assert_eq!(row(&foreseen, "alice").confirmed, 70);
    chain.prove(&[("alice", 0, 100)]);
    let inputs = chain.close().closed.unwrap().inputs;
    let alice = row(&inputs, "alice");
    assert_eq!((alice.confirmed, alice.potential, alice.penalty), (70, 100, Penalty::None));
    assert_eq!(row(&inputs, "bob").confirmed, 100, "without a quorum it is no reading");
    assert_eq!(row(&inputs, "carol").confirmed, 100, "never above the potential weight");
    assert_eq!(chain.state.work.readings().count(), 0);
    let inputs = chain.close().closed.unwrap().inputs;
    assert_eq!(row(&inputs, "alice").confirmed, 100, "a reading ends with its epoch");
}

/// Gonka, issue 488: whoever failed its confirmation was not punished.
#[test]
fn far_behind_its_weight_is_inactive() {
    let mut chain = Chain::new(confirming());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.prove(&[("alice", 0, 100), ("bob", 0, 100)]);
    chain.close();
    // 45 / 100 / 0.9 is exactly the limit; 44 is below it.
    read(&mut chain, "r1", &["r2"], &reading(1, "alice", 44, 1));
    read(&mut chain, "r1", &["r2"], &reading(1, "bob", 44, 0));
    // A better reading later does not lift it.
    read(&mut chain, "r2", &["r3"], &reading(1, "bob", 100, 0));
    let closed = chain.close().closed.unwrap();
    assert_eq!(row(&closed.inputs, "alice").penalty, Penalty::None);
    assert_eq!(row(&closed.inputs, "bob").penalty, Penalty::Inactive);
    let compute = &closed.record.header.streams[0];
    // Of 1,000 for 200 units of weight, alice's 45 confirmed ones earn 225.
    assert_eq!((compute.paid.get(), compute.forfeited.get()), (225, 775));
    let bob = chain.handle("bob");
    assert!(!chain.state.weights.is_inactive(bob), "it starts the next epoch anew");
}

#[test]
fn who_may_read_what() {
    let mut chain = Chain::new(confirming());
    chain.register(&[("alice", &[0]), ("r1", &[0])]);
    let of = |reading| Message::ReportConfirmation(reading);
    assert_eq!(chain.refused("alice", of(reading(0, "alice", 1, 0))), 805, "no reporter");
    assert_eq!(chain.refused("r1", of(reading(0, "r1", 1, 0))), 808, "its own weight");
    assert_eq!(chain.refused("r2", of(reading(1, "alice", 1, 0))), 801, "another epoch");
    assert_eq!(chain.refused("r2", of(reading(0, "cust", 1, 0))), 807, "no participant");
    assert_eq!(chain.refused("r2", of(reading(0, "alice", u64::MAX, 1))), 804);
    chain.ok("r2", of(reading(0, "alice", 1, 0)));
    assert_eq!(chain.refused("r2", of(reading(0, "alice", 2, 0))), 802, "once");
    let word = attest(vec![report_of_reading("r2", &reading(0, "alice", 1, 0))]);
    assert_eq!(chain.refused("r2", word.clone()), 809, "its own reading is attested");
    chain.ok("r1", word);
    assert_eq!(chain.state.weights.confirmed(chain.handle("alice")), None, "it has no weight yet");
    let mut plain = Chain::new(grace());
    plain.register(&[("alice", &[0])]);
    assert_eq!(plain.refused("r1", of(reading(0, "alice", 1, 0))), 840, "no such rule");
}

#[test]
fn attesting_weight_is_the_quorum_once_anybody_has_a_weight() {
    let mut parameters = grace();
    parameters.work.quorum_weight = Some(ratio("0.5"));
    let mut chain = Chain::new(parameters);
    chain.register(&[("r1", &[0]), ("r2", &[0]), ("r3", &[0]), ("alice", &[0])]);
    // Nobody has a weight: two of three reporters. Each of them has its proof from the others.
    let weights = [("r1", 50), ("r2", 26), ("r3", 24)];
    for (who, weight) in weights {
        let proof = proof(0, 0, weight);
        chain.ok(who, Message::SubmitComputeProof(proof.clone()));
        let word = attest(vec![report_of_proof(who, &proof)]);
        let others = weights.iter().filter(|(other, _)| *other != who);
        chain.block(others.map(|(other, _)| (*other, word.clone())).collect());
    }
    chain.close();
    assert_eq!(chain.state.weights.current().total, 100);
    let alice = proof(1, 0, 5);
    chain.ok("alice", Message::SubmitComputeProof(alice.clone()));
    let word = attest(vec![report_of_proof("alice", &alice)]);
    let accepted = |chain: &Chain| chain.state.work.proofs().any(|(_, proof)| proof.accepted);
    chain.ok("r2", word.clone());
    chain.ok("r3", word.clone());
    assert!(!accepted(&chain), "two reporters, but exactly half of the weight");
    chain.ok("r1", word);
    assert!(accepted(&chain));
    // Misses by weight too: the reporter's own word is its first.
    let misses = ReportMisses { epoch: 1, participant: address("alice"), missed: 3 };
    chain.ok("r1", Message::ReportMisses(misses));
    let quorum = chain.state.work.misses().any(|(_, report)| report.counts_after.is_some());
    assert!(!quorum, "50 of 100 is not more than half");
}

#[test]
fn one_reporter_with_most_of_the_weight_is_enough() {
    let mut parameters = grace();
    parameters.work.quorum_weight = Some(ratio("0.5"));
    let mut chain = Chain::new(parameters);
    chain.register(&[("r1", &[0]), ("alice", &[0])]);
    for (who, by, weight) in [("r1", ["r2", "r3"], 51), ("alice", ["r1", "r2"], 49)] {
        let proof = proof(0, 0, weight);
        chain.ok(who, Message::SubmitComputeProof(proof.clone()));
        let word = attest(vec![report_of_proof(who, &proof)]);
        chain.block(by.iter().map(|other| (*other, word.clone())).collect());
    }
    chain.close();
    let misses = ReportMisses { epoch: 1, participant: address("alice"), missed: 3 };
    chain.ok("r1", Message::ReportMisses(misses));
    assert!(chain.state.work.misses().all(|(_, report)| report.counts_after.is_some()));
}

#[test]
fn a_weight_is_scaled_to_the_nominal_time() {
    let mut parameters = grace();
    parameters.work.proof_window_ms = Some(60_000);
    let mut chain = Chain::new(parameters.clone());
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    let of = |weight, from_ms, to_ms| SubmitComputeProof {
        window: Window { from_ms, to_ms },
        ..proof(0, 0, weight)
    };
    // 100 x 60 / 90 = 66.67; no window: as it stands; 1 x 60 / 61 is nothing.
    let proofs = [("alice", of(100, 10_000, 100_000)), ("bob", of(100, 0, 0))];
    for (who, proof) in &proofs {
        chain.ok(who, Message::SubmitComputeProof(proof.clone()));
    }
    let tiny = of(1, 10_000, 71_000);
    assert_eq!(chain.refused("carol", Message::SubmitComputeProof(tiny)), 804);
    let huge = of(1_000_000_000_000, 10_000, 11_000);
    assert_eq!(chain.refused("carol", Message::SubmitComputeProof(huge)), 804, "60 x 10^12");
    let reports = proofs.iter().map(|(who, proof)| report_of_proof(who, proof)).collect();
    chain.attest(reports);
    chain.close();
    assert_eq!((effective(&chain, "alice"), effective(&chain, "bob")), (66, 100));
    parameters.work.proof_window_ms = None;
    let mut plain = Chain::new(parameters);
    plain.register(&[("alice", &[0])]);
    let windowed = Message::SubmitComputeProof(of(100, 10_000, 100_000));
    assert_eq!(plain.refused("alice", windowed), 840, "weights are not scaled there");
}

/// A reporter that saw another window than the provider states attests something else.
#[test]
fn the_window_is_attested() {
    let mut parameters = grace();
    parameters.work.proof_window_ms = Some(60_000);
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    let stated =
        SubmitComputeProof { window: Window { from_ms: 1_000, to_ms: 31_000 }, ..proof(0, 0, 100) };
    chain.ok("alice", Message::SubmitComputeProof(stated.clone()));
    let seen = SubmitComputeProof { window: Window { from_ms: 1_000, to_ms: 91_000 }, ..stated };
    assert_eq!(chain.refused("r1", attest(vec![report_of_proof("alice", &seen)])), 810);
}

/// alice runs this many nodes for model 0, each with a proof of its number as weight.
fn many_nodes(chain: &mut Chain, nodes: u32) {
    let mut messages = vec![("alice", join("alice", None))];
    messages.extend((1..=nodes).map(|number| ("alice", node(number, &[0]))));
    chain.block(messages);
    prove_nodes(chain, 1..=nodes, 0);
}

/// Proofs of these nodes, weighing their number and `more`.
fn prove_nodes(chain: &mut Chain, nodes: impl Iterator<Item = u32>, more: u64) {
    let epoch = chain.epoch();
    let (mut messages, mut reports) = (Vec::new(), Vec::new());
    for number in nodes {
        let proof = SubmitComputeProof {
            node: number,
            weight: u64::from(number) + more,
            ..proof(epoch, 0, 1)
        };
        let (report, content) = report_of_proof("alice", &proof);
        let ReportRef::Proof(key) = report else { unreachable!("it is a proof") };
        let key = workmint_core::modules::work::ReportKey { node: number, ..key };
        reports.push((ReportRef::Proof(key), content));
        messages.push(("alice", Message::SubmitComputeProof(proof)));
    }
    chain.block(messages);
    chain.attest(reports);
}

fn kept_nodes(chain: &Chain) -> Vec<u32> {
    let snapshot = chain.state.weights.current();
    let keeps = |node: &u32| snapshot.keeps_serving(&address("alice"), *node, ModelId(0));
    snapshot.nodes.node.iter().copied().filter(keeps).collect()
}

#[test]
fn drawn_nodes_keep_their_weight_without_a_proof() {
    let mut parameters = grace();
    parameters.weights.kept_share = ratio("0.5");
    let mut chain = Chain::new(parameters);
    many_nodes(&mut chain, 64);
    chain.close();
    let kept = kept_nodes(&chain);
    assert!((16..=48).contains(&kept.len()), "about half of 64, not {}", kept.len());
    let (retired, rest) = kept.split_first().unwrap();
    // All others prove, and one of the kept ones too, with another weight.
    let others = (1..=64).filter(|number| !rest[1..].contains(number) && number != retired);
    prove_nodes(&mut chain, others, 1_000);
    chain.ok("alice", Message::RetireNode(RetireNode { node: *retired }));
    chain.close();
    let snapshot = std::sync::Arc::clone(chain.state.weights.current());
    assert_eq!(snapshot.nodes.node, (1..=64).filter(|n| n != retired).collect::<Vec<_>>());
    for (number, weight) in snapshot.nodes.node.iter().zip(&snapshot.nodes.weight) {
        let proved = if rest.contains(number) { 0 } else { 1_000 };
        assert_eq!(*weight, u64::from(*number) + proved, "node {number}");
    }
    let again = kept_nodes(&chain);
    assert!(again.iter().all(|number| !kept.contains(number)), "none twice in a row");
    // Nobody proves: only the nodes drawn last are left, and none of them is drawn again.
    chain.close();
    assert_eq!(chain.state.weights.current().nodes.node, again);
    assert!(kept_nodes(&chain).is_empty());
    chain.close();
    assert!(chain.state.weights.current().account.is_empty());
}

#[test]
fn a_node_registered_again_has_to_prove_again() {
    let mut parameters = grace();
    parameters.weights.kept_share = ratio("0.5");
    let mut chain = Chain::new(parameters);
    many_nodes(&mut chain, 64);
    chain.close();
    let kept = kept_nodes(&chain);
    let (retired, changed, widened) = (kept[0], kept[1], kept[2]);
    let serves = |node, models: &[u16]| {
        let models = models.iter().copied().map(ModelId).collect();
        ("alice", Message::RegisterNode(RegisterNode { node, models }))
    };
    chain.block(vec![
        ("alice", Message::RetireNode(RetireNode { node: retired })),
        serves(retired, &[0]),
        // For another model and back, and for one more.
        serves(changed, &[1]),
        serves(changed, &[0]),
        serves(widened, &[0, 1]),
    ]);
    chain.close();
    assert_eq!(chain.state.weights.current().nodes.node, kept[2..]);
    // Forgotten with the epoch: whoever is drawn then keeps its weight.
    assert!(kept_nodes(&chain).is_empty());
    prove_nodes(&mut chain, 1..=64, 0);
    chain.close();
    let drawn = kept_nodes(&chain);
    chain.close();
    assert_eq!(chain.state.weights.current().nodes.node, drawn);
}

/// Gonka, issues 658 and 659: whoever knew the allocation of the next slot chose the nodes for it.
#[test]
fn pain_14_blocks_decide_who_keeps_serving() {
    let closing = |salt: u64, share: &str, late: u64| {
        let mut parameters = grace();
        parameters.weights.kept_share = ratio(share);
        let mut chain = Chain::new(parameters);
        many_nodes(&mut chain, 64);
        // Until before the block that closes, every block's bytes decide.
        chain.apply(chain.now() + 1_000 + salt, Vec::new(), Vec::new());
        chain.apply(START + workmint_core::time::DAY_MS + late, Vec::new(), Vec::new());
        kept_nodes(&chain)
    };
    let draw = |salt, share| closing(salt, share, 0);
    assert_eq!(closing(0, "0.5", 1), draw(0, "0.5"), "its proposer draws nothing");
    assert_eq!(draw(0, "0.5"), draw(0, "0.5"));
    assert_ne!(draw(0, "0.5"), draw(1, "0.5"), "one millisecond later");
    assert!(draw(0, "0").is_empty());
    assert!(draw(0, "0.1").len() < draw(0, "0.5").len());
}

/// Whatever the rules and what is reported: confirmed <= potential, effective <= potential, nobody
/// loses more than all, and potential weights are what the nodes give.
#[test]
fn weights_stay_within_bounds() {
    let epoch = prop::collection::vec((0_usize..4, 0_u16..3, 1_u64..500, 0_u64..600), 0..8);
    let rules = (0_u64..300, any::<bool>(), 0_u64..6);
    let lives = (rules, prop::collection::vec(epoch, 1..5));
    let mut runner = TestRunner::new(cases(12));
    let result = runner.run(&lives, |((factor, capped, kept), epochs)| {
        let mut parameters = confirming();
        parameters.models[1].weight_factor =
            workmint_amounts::Ratio::new(u128::from(factor), 100).unwrap();
        parameters.weights.grace_until_epoch = None;
        parameters.weights.participation = taking_part("0.7").weights.participation;
        parameters.weights.kept_share = workmint_amounts::Ratio::new(u128::from(kept), 10).unwrap();
        parameters.weights.power_cap = capped.then_some(PowerCap {
            of_two: ratio("0.5"),
            of_three: ratio("0.4"),
            of_many: ratio("0.3"),
        });
        let mut chain = Chain::new(parameters);
        let people = ["alice", "bob", "carol", "dave"];
        chain.register(&people.map(|who| (who, &[0, 1, 2][..])));
        for acts in epochs {
            let epoch = chain.epoch();
            for (who, model, weight, read) in acts {
                let (who, now) = (people[who], chain.now() + 1_000);
                let proof = proof(epoch, model, weight);
                let word = attest(vec![report_of_proof(who, &proof)]);
                let seen = reading(epoch, who, read, weight);
                let echo = attest(vec![report_of_reading("r1", &seen)]);
                let messages = vec![
                    (who, Message::SubmitComputeProof(proof)),
                    ("r1", word.clone()),
                    ("r2", word),
                    ("r1", Message::ReportConfirmation(seen)),
                    ("r2", echo),
                ];
                chain.apply(now, messages, Vec::new());
            }
            let inputs = chain.close().closed.unwrap().inputs;
            within_bounds(&inputs, factor)?;
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn within_bounds(inputs: &EpochInputs, factor: u64) -> Result<(), TestCaseError> {
    for at in 0..inputs.participants.len() {
        let row = inputs.participants.row(at).unwrap();
        let mut sums = [0_u64; 3];
        for node in inputs.participants.nodes(at) {
            sums[usize::from(inputs.nodes.model[node].0)] += inputs.nodes.weight[node];
        }
        prop_assert_eq!(row.potential, sums[0] + sums[1] * factor / 100 + sums[2]);
        prop_assert!(row.confirmed <= row.potential);
        prop_assert!(row.effective <= row.potential);
    }
    for penalty in &inputs.weight_penalties {
        prop_assert!(penalty.fraction.at_most_one());
    }
    Ok(())
}
