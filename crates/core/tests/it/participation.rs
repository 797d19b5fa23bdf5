//! Models that a participant does not serve: delegated, refused, neither.

use crate::kit::*;
use crate::weight_rules::grace;
use workmint_core::modules::parameters::*;
use workmint_core::modules::weights::{DelegateModel, RefuseModel};
use workmint_core::modules::work::{MissKey, ReportMisses, ReportRef};
use workmint_core::{EpochInputs, Message};

fn delegate(model: u16, to: Option<&str>) -> Message {
    Message::DelegateModel(DelegateModel { model: ModelId(model), to: to.map(address) })
}

fn refuse(model: u16, refused: bool) -> Message {
    Message::RefuseModel(RefuseModel { model: ModelId(model), refused })
}

/// A refused model costs a tenth, a delegated one gives a twentieth.
pub(crate) fn taking_part(absent: &str) -> Parameters {
    let mut parameters = grace();
    let (refused, delegated) = (ratio("0.1"), ratio("0.05"));
    parameters.weights.participation = Some(Participation {
        refused,
        absent: ratio(absent),
        delegated,
        minimum_members: 1,
        minimum_share: ratio("0"),
    });
    parameters
}

/// The penalties after all of these proofs, under limits to what counts as served.
fn with_limits(members: u32, share: &str, proofs: &[(&str, u16, u64)]) -> Adjusted {
    let mut parameters = taking_part("0.25");
    parameters.models[1].weight_factor = ratio("0.5");
    let rule = parameters.weights.participation.as_mut().unwrap();
    (rule.minimum_members, rule.minimum_share) = (members, ratio(share));
    let mut chain = Chain::new(parameters);
    chain.register(&["alice", "bob", "carol", "dave"].map(|who| (who, &[0, 1, 2][..])));
    chain.prove(proofs);
    chain.close();
    adjusted(&chain.close().closed.unwrap().inputs)
}

#[test]
fn a_model_that_few_serve_taxes_nobody() {
    let own = ["alice", "bob", "carol", "dave"].map(|who| (who, 0, 10));
    let with = |proofs: &[(&'static str, u16, u64)]| [&own[..], proofs].concat();
    let all =
        |who: &[&str]| expected(&who.iter().map(|who| (*who, "0.25")).collect::<Vec<_>>(), &[]);
    // Two members of model 1, and 10 of 50 weight.
    let two = with(&[("alice", 1, 10), ("bob", 1, 10)]);
    assert_eq!(with_limits(3, "0", &two), all(&[]), "too few");
    assert_eq!(with_limits(2, "0", &two), all(&["carol", "dave"]));
    assert_eq!(with_limits(2, "0.2", &two), all(&["carol", "dave"]), "exactly the share");
    assert_eq!(with_limits(2, "0.201", &two), all(&[]), "too little weight");
}

#[test]
fn dust_is_no_serving() {
    let own = ["alice", "bob", "carol", "dave"].map(|who| (who, 0, 10));
    // Half of one unit is nothing; half of two is one.
    let proofs = [&own[..], &[("alice", 1, 20), ("bob", 1, 1), ("carol", 1, 2)]].concat();
    let penalties = [("bob", "0.25"), ("dave", "0.25")];
    assert_eq!(with_limits(2, "0.1", &proofs), expected(&penalties, &[]));
    assert_eq!(with_limits(3, "0.1", &proofs), expected(&[], &[]), "nor is it a member");
}

/// Penalties by name, and transfers (from, to, share).
type Adjusted = (Vec<(String, String)>, Vec<(String, String, String)>);

fn adjusted(inputs: &EpochInputs) -> Adjusted {
    let known = PEOPLE.map(|who| (address(who), who));
    let name = |row: u32| {
        let account = inputs.participants.account[row as usize];
        known.iter().find(|(of, _)| *of == account).unwrap().1.to_owned()
    };
    let penalties = inputs.weight_penalties.iter();
    let mut penalties: Vec<_> =
        penalties.map(|row| (name(row.participant), row.fraction.to_string())).collect();
    let transfers = inputs.weight_transfers.iter();
    let mut transfers: Vec<_> =
        transfers.map(|row| (name(row.from), name(row.to), row.share.to_string())).collect();
    penalties.sort();
    transfers.sort();
    (penalties, transfers)
}

fn expected(penalties: &[(&str, &str)], transfers: &[(&str, &str, &str)]) -> Adjusted {
    let text = |text: &&str| (*text).to_owned();
    (
        penalties.iter().map(|(who, share)| (text(who), text(share))).collect(),
        transfers.iter().map(|(from, to, share)| (text(from), text(to), text(share))).collect(),
    )
}

#[test]
fn models_not_served_cost_reward_weight() {
    let mut chain = Chain::new(taking_part("0.25"));
    chain.register(&[
        ("alice", &[0, 1]),
        ("bob", &[0]),
        ("carol", &[0]),
        ("dave", &[0]),
        ("buyer", &[0]),
    ]);
    let proofs = ["alice", "bob", "carol", "dave", "buyer"].map(|who| (who, 0, 10));
    chain.prove(&proofs);
    chain.close();
    chain.block(vec![
        ("bob", delegate(1, Some("alice"))),
        ("carol", refuse(1, true)),
        // To somebody that does not serve it: it counts as absent, unless it is refused too.
        ("dave", delegate(1, Some("bob"))),
        // Nobody serves model 2.
        ("carol", refuse(2, true)),
    ]);
    // hunter has no weight but a tally: rows of the inputs are not rows of the snapshot.
    chain.ok("hunter", join("hunter", None));
    chain.prove(&proofs);
    chain.prove(&[("alice", 1, 10)]);
    chain.close();
    let misses = ReportMisses { epoch: 2, participant: address("hunter"), missed: 5 };
    chain.ok("r1", Message::ReportMisses(misses.clone()));
    let key = MissKey { epoch: 2, participant: address("hunter"), reporter: address("r1") };
    chain.ok("r2", attest(vec![(ReportRef::Misses(key), content("misses", &misses))]));
    // What is said now counts from the next snapshot on.
    chain.ok("buyer", refuse(1, true));
    chain.prove(&proofs);
    chain.prove(&[("alice", 1, 10)]);
    let inputs = chain.close().closed.unwrap().inputs;
    assert!(inputs.participants.find(&address("hunter")).is_some());
    let penalties = [("buyer", "0.25"), ("carol", "0.1"), ("dave", "0.25")];
    assert_eq!(adjusted(&inputs), expected(&penalties, &[("bob", "alice", "0.05")]));
    chain.block(vec![("bob", delegate(1, None)), ("carol", refuse(1, false))]);
    let inputs = chain.close().closed.unwrap().inputs;
    let penalties = [("buyer", "0.1"), ("carol", "0.1"), ("dave", "0.25")];
    assert_eq!(adjusted(&inputs), expected(&penalties, &[("bob", "alice", "0.05")]));
}

#[test]
fn penalties_add_up_to_at_most_all() {
    let mut chain = Chain::new(taking_part("0.6"));
    chain.register(&[("alice", &[0, 1, 2]), ("bob", &[0]), ("carol", &[0, 1])]);
    let proofs = [("alice", 0), ("alice", 1), ("alice", 2), ("bob", 0), ("carol", 0), ("carol", 1)];
    chain.prove(&proofs.map(|(who, model)| (who, model, 10)));
    chain.close();
    let inputs = chain.close().closed.unwrap().inputs;
    assert_eq!(adjusted(&inputs), expected(&[("bob", "1"), ("carol", "0.6")], &[]));
}

#[test]
fn one_model_asks_for_no_participation() {
    let mut chain = Chain::new(taking_part("0.25"));
    chain.register(&[("alice", &[0]), ("bob", &[0, 1])]);
    chain.prove(&[("alice", 0, 10), ("bob", 0, 10)]);
    chain.close();
    chain.block(vec![("alice", refuse(1, true)), ("bob", delegate(1, Some("alice")))]);
    chain.prove(&[("alice", 0, 10), ("bob", 0, 10)]);
    chain.close();
    let inputs = chain.close().closed.unwrap().inputs;
    assert_eq!(adjusted(&inputs), expected(&[], &[]));
}

#[test]
fn who_may_delegate_and_refuse() {
    let mut chain = Chain::new(taking_part("0.25"));
    chain.register(&[("alice", &[0]), ("carol", &[0])]);
    assert_eq!(chain.refused("alice", delegate(0, Some("carol"))), 1_004, "no weight yet");
    assert_eq!(chain.refused("alice", refuse(0, true)), 1_004);
    chain.block(vec![("alice", delegate(0, None)), ("alice", refuse(0, false))]);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    assert_eq!(chain.refused("carol", refuse(0, true)), 1_004, "alice has one, carol has not");
    assert_eq!(chain.refused("alice", delegate(0, Some("alice"))), 1_003);
    assert_eq!(chain.refused("alice", delegate(0, Some("bob"))), 302, "bob takes no part");
    assert_eq!(chain.refused("bob", refuse(0, true)), 302);
    assert_eq!(chain.refused("alice", refuse(9, true)), 305, "no such model");
    let mut plain = Chain::new(grace());
    plain.register(&[("alice", &[0])]);
    assert_eq!(plain.refused("alice", refuse(0, true)), 1_002);
    assert_eq!(plain.refused("alice", delegate(0, None)), 1_002);
}

#[test]
fn what_accounts_without_weight_said_is_forgotten() {
    let mut chain = Chain::new(taking_part("0.25"));
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.prove(&[("alice", 0, 10), ("bob", 0, 10)]);
    chain.close();
    chain.block(vec![
        ("alice", refuse(1, true)),
        ("alice", delegate(2, Some("bob"))),
        ("bob", refuse(1, true)),
        ("bob", delegate(2, Some("alice"))),
    ]);
    let (alice, bob) = (chain.handle("alice"), chain.handle("bob"));
    let said = |chain: &Chain, who| {
        let weights = &chain.state.weights;
        [weights.refuses(who, ModelId(1)), weights.delegation(who, ModelId(2)).is_some()]
    };
    // bob misses one epoch, then another.
    for (epoch, kept) in [(1, true), (2, false)] {
        chain.prove(&[("alice", 0, 10)]);
        chain.close();
        assert_eq!(said(&chain, alice), [true; 2], "close of epoch {epoch}");
        assert_eq!(said(&chain, bob), [kept; 2], "close of epoch {epoch}");
    }
}
