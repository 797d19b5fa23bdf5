//! Quorums by weight: who counts for a report about whom.

use crate::kit::*;
use crate::stage::misses;
use crate::weight_rules::grace;
use workmint_core::Message;
use workmint_core::modules::registry::RegisterParticipant;
use workmint_core::modules::work::Event;

/// Half of the weight is a quorum; these participants have these weights in epoch 1. `r1` names
/// `owner` its owner.
fn weighing(owner: &str, weights: &[(&str, u64)]) -> Chain {
    let mut parameters = grace();
    parameters.work.quorum_weight = Some(ratio("0.5"));
    let mut chain = Chain::new(parameters);
    let owner = address(owner);
    let join_r1 = Message::RegisterParticipant(RegisterParticipant { owner, validator: None });
    chain.block(vec![("r1", join_r1), ("r1", node(1, &[0]))]);
    let others = ["r2", "r3", "alice", "bob"];
    chain.register(&others.map(|who| (who, &[0][..])));
    for (who, weight) in weights {
        let proof = proof(0, 0, *weight);
        chain.ok(who, Message::SubmitComputeProof(proof.clone()));
        let word = attest(vec![report_of_proof(who, &proof)]);
        let by = ["r3", "r2", "r1"].into_iter().filter(|by| by != who).take(2);
        chain.block(by.map(|by| (by, word.clone())).collect());
    }
    chain.close();
    let total: u64 = weights.iter().map(|(_, weight)| weight).sum();
    assert_eq!(chain.state.weights.current().total, u128::from(total));
    chain
}

/// Whether a proof of `who`'s counts after each of these reporters.
fn prove(chain: &mut Chain, who: &str, by: &[&str]) -> Vec<bool> {
    let proof = proof(chain.epoch(), 0, 40);
    chain.ok(who, Message::SubmitComputeProof(proof.clone()));
    let word = attest(vec![report_of_proof(who, &proof)]);
    let handle = chain.handle(who);
    let after = |by: &&str| {
        chain.ok(by, word.clone());
        let mut proofs = chain.state.work.proofs();
        proofs.any(|(id, proof)| id.participant == handle && proof.accepted)
    };
    by.iter().map(after).collect()
}

#[test]
fn the_weight_of_the_provider_is_left_out() {
    let mut chain = weighing("boss", &[("alice", 70), ("r1", 20), ("r2", 10)]);
    // r1 has 20 of the 30 that are not alice's.
    assert_eq!(prove(&mut chain, "alice", &["r2", "r1"]), [false, true]);
    chain.ok("r1", misses(1, "alice", 3));
    assert!(chain.state.work.misses().all(|(_, report)| report.counts_after.is_some()));
}

#[test]
fn heads_do_not_decide_against_the_weight_of_reporters() {
    let mut chain = weighing("boss", &[("alice", 70), ("r1", 16), ("r2", 15)]);
    // Of bob's work 31 of 101 may judge: too few for half of all.
    assert_eq!(prove(&mut chain, "bob", &["r2", "r3", "r1"]), [false, false, true]);
    // And one with most of it is not two.
    chain.ok("r1", misses(1, "bob", 3));
    assert!(chain.state.work.misses().all(|(_, report)| report.counts_after.is_none()));
    // Exactly half is not most of it.
    let mut chain = weighing("boss", &[("alice", 70), ("r1", 15), ("r2", 15)]);
    assert_eq!(prove(&mut chain, "bob", &["r2", "r3", "r1"]), [false, false, true]);
}

/// Reporters with most of the weight that may not attest do not keep others from a quorum.
#[test]
fn relatives_of_the_provider_are_left_out() {
    let weights = [("r1", 60), ("r2", 20), ("r3", 20)];
    let mut chain = weighing("alice", &weights);
    assert_eq!(chain.refused("r1", misses(1, "alice", 3)), 808, "its owner's");
    assert_eq!(prove(&mut chain, "alice", &["r2", "r3"]), [false, true]);
    let mut chain = weighing("boss", &weights);
    assert_eq!(prove(&mut chain, "alice", &["r2", "r3"]), [false, false], "r1 may, and has not");
}

#[test]
fn customers_and_their_relatives_are_left_out() {
    // r1 is cust's; r2 is a customer itself: r3 alone is left, with 10 of the 19 left.
    let mut chain = weighing("cust", &[("r1", 60), ("r2", 20), ("r3", 10), ("bob", 9)]);
    for customer in ["cust", "r2"] {
        chain.ok(customer, prepay(0, 1_000));
    }
    let mut customers = [("cust", 1, 1), ("r2", 1, 1)];
    customers.sort_by_key(|(who, ..)| address(who));
    let summary = summary(1, 0, &customers, 0);
    chain.ok("alice", Message::SubmitSummary(summary.clone()));
    let word = attest(vec![report_of_summary("alice", &summary)]);
    assert_eq!(chain.refused("r1", word.clone()), 808);
    assert_eq!(chain.refused("r2", word.clone()), 808);
    let applied = chain.ok("r3", word);
    let accepted = |event: &workmint_core::Event| {
        matches!(event, workmint_core::Event::Work(Event::Accepted { .. }))
    };
    assert!(applied.events.iter().any(accepted));
}

/// Or else nothing would be accepted any more.
#[test]
fn reporters_without_weight_are_counted() {
    let mut chain = weighing("boss", &[("alice", 40), ("r3", 40)]);
    assert_eq!(prove(&mut chain, "r3", &["r1", "r2"]), [false, true], "r3 may not attest");
    assert_eq!(prove(&mut chain, "alice", &["r1", "r2", "r3"]), [false, false, true]);
    chain.close();
    assert_eq!(chain.state.weights.current().total, 80);
}
