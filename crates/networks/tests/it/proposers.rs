//! The chain of `moderntensor` lives: validators rotate in, propose and sign, weigh miners, and a
//! close mints block rewards first and then what the network's use leaves of the emission.

use crate::chain::{Chain, address, send, take_seat};
use crate::{read, replaced};
use workmint_amounts::{Amount, Ratio};
use workmint_core::Message;
use workmint_core::modules::rewards::{SettlementPlan, plan};
use workmint_core::modules::validators::{Bond, Message as Say, active};
use workmint_core::{Applied, EpochInputs};
use workmint_networks::preset;

const MDT: u128 = 1_000_000_000_000_000_000;
const VALIDATORS: [&str; 4] = ["validator-1", "validator-2", "validator-3", "validator-4"];

fn mdt(units: u128) -> Amount {
    Amount::new(units * MDT)
}

/// Four validators with 500, 100, 100 and 100 MDT, two miners, all on seats. Short epochs.
fn network(change: &[(&str, &str)]) -> Chain {
    let mut text = preset("moderntensor").unwrap().text.to_owned();
    for (from, to) in [("\"7200 blocks\"", "\"72 blocks\"")].iter().chain(change) {
        text = replaced(&text, from, to);
    }
    let mut chain = Chain::of(&read(&text));
    chain.ok(vec![("faucet", send("miner-1", mdt(20))), ("faucet", send("miner-2", mdt(20)))]);
    chain.ok(vec![("miner-1", take_seat()), ("miner-2", take_seat())]);
    for (who, units) in VALIDATORS.into_iter().zip([500, 100, 100, 100]) {
        let bond = Bond { amount: mdt(units), commission: Some(Ratio::ZERO) };
        chain.ok(vec![
            (who, take_seat()),
            (who, Message::Validator(Say::Bond(bond))),
            (who, Message::Validator(Say::Activate)),
        ]);
    }
    chain
}

fn planned(closed: &Applied) -> (&EpochInputs, SettlementPlan) {
    let closed = closed.closed.as_ref().unwrap();
    (&closed.inputs, plan(&closed.parameters, &closed.inputs).unwrap())
}

fn paid(plan: &SettlementPlan, stream: usize) -> Amount {
    plan.streams[stream].paid
}

/// Two whole epochs between asking and being active; then 2 MDT for each of 72 blocks, and nothing
/// of the emission: nobody asked for anything.
#[test]
fn block_rewards_are_paid_without_work_and_the_emission_is_not() {
    let mut chain = network(&[]);
    let mut waited = 0;
    while active(&chain.state).is_empty() {
        let closed = chain.close();
        assert_eq!(paid(&planned(&closed).1, 0), Amount::ZERO, "nobody proposed");
        waited += 1;
    }
    assert_eq!(waited, 3, "the rest of its own epoch and two more");
    assert_eq!(active(&chain.state).len(), 4);
    let closed = chain.close();
    let (_, plan) = planned(&closed);
    let blocks = &plan.streams[0];
    assert!(mdt(144).get().abs_diff(blocks.paid.get()) < 4, "{:?}", blocks.paid);
    for stream in 1..=3 {
        assert_eq!(paid(&plan, stream), Amount::ZERO, "no task, no emission");
    }
}

/// `gate = false` is the document's sum: 0.2 x participation without a task, 200 of 1,000 MDT:
/// 80 to miners, 80 to validators, 40 to the DAO.
#[test]
fn the_sum_of_the_document_pays_without_work() {
    let mut chain =
        network(&[("gate = true", "gate = false"), ("quota = \"0.8\"", "quota = \"0\"")]);
    // Active after three closes, permitted and with power after two more.
    (0..5).for_each(|_| drop(chain.close()));
    let closed = chain.weigh(&VALIDATORS, &[(0, 30_000), (1, 10_000)]);
    let (inputs, plan) = planned(&closed);
    let near = |amount: Amount, units: u128| amount.get().abs_diff(units * MDT) < 10;
    assert!(near(paid(&plan, 0), 144), "block rewards come first: {:?}", paid(&plan, 0));
    assert!(near(paid(&plan, 2), 80), "{:?}", paid(&plan, 2));
    assert!(near(paid(&plan, 3), 40), "{:?}", paid(&plan, 3));
    // The median of like opinions is the opinion: 3 to 1, in steps of 1 / 65,535.
    let of = |who: &str, stream: usize| {
        let at = inputs.participants.find(&address(who)).unwrap();
        plan.streams[stream].rewards[at].get()
    };
    let miners = [of("miner-1", 1), of("miner-2", 1)];
    assert!(miners[0].abs_diff(60 * MDT) < MDT / 100, "{miners:?}");
    assert!(near(Amount::new(miners[0] + miners[1]), 80), "{miners:?}");
    // 500 of 800 bonded, all blocks signed: 50 of 80.
    assert!(near(Amount::new(of("validator-1", 2)), 50));
    assert!(near(Amount::new(of("validator-4", 2)), 10));
}
