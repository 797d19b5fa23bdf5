//! What debts to customers take out of rewards, and what that leaves of the rest.

use crate::escrow::{finish, open, ready, refute, rules};
use crate::kit::*;
use crate::refuted_answers::patient;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::*;
use workmint_core::time::Duration;

/// Time to refute for three epochs.
fn long(parameters: Parameters) -> Parameters {
    let mut parameters = patient(parameters);
    parameters.work.challenge_window = Duration::Epochs(3);
    parameters
}

/// alice was paid `units` at 5 in the epoch before; the answer is refuted, and she owes it to cust.
fn owing(chain: &mut Chain, units: u64) {
    chain.ok("cust", open(1, 0, "alice", 10, Some(units - 10)));
    chain.ok("alice", finish("cust", 1, 10, units - 10));
    chain.close();
    // Unclaimed, it would go back at once.
    chain.ok("alice", claim(0));
    chain.ok("j1", refute("cust", 1));
    chain.ok("j2", refute("cust", 1));
    assert_eq!(debt(chain), u128::from(units) * 5);
}

fn debt(chain: &Chain) -> u128 {
    chain.state.market.debt(chain.handle("alice")).unwrap().get()
}

/// A reward that goes to customers was paid all the same: the treasury's share is due.
#[test]
fn a_reward_wholly_recovered_lets_direct_streams_pay() {
    let mut parameters = long(rules());
    let account = Payee::Treasury;
    parameters.streams = vec![
        emission_stream("compute", "0.5", Score::PocWeight(no_bonus())),
        emission_stream("treasury", "0.5", Score::FixedAccount { account }),
        work_stream(),
    ];
    let mut chain = ready(parameters);
    chain.prove(&[("alice", 0, 100)]);
    owing(&mut chain, 160);
    let (treasury, cust) = (chain.pot(&Pot::Treasury), chain.balance("cust"));
    chain.close();
    assert_eq!(chain.pot(&Pot::Treasury) - treasury, 500);
    assert_eq!((chain.balance("cust") - cust, debt(&chain)), (500, 300));
}

/// What customers pay a debtor repays its customers, before emission does.
#[test]
fn payments_repay_debts_before_emission() {
    // Emission stands first in the parameters.
    let mut chain = ready(long(rules()));
    chain.prove(&[("alice", 0, 100)]);
    owing(&mut chain, 160);
    chain.ok("buyer", prepay(0, 5_000));
    chain.block(vec![
        ("buyer", open(1, 0, "alice", 10, Some(90))),
        ("buyer", open(2, 0, "bob", 10, Some(10))),
    ]);
    chain.block(vec![("alice", finish("buyer", 1, 10, 90)), ("bob", finish("buyer", 2, 10, 10))]);
    let (alice, cust) = (chain.balance("alice"), chain.balance("cust"));
    let record = chain.close().closed.unwrap().record;
    // Debt 800: all of her 500 for work, then 300 of her 1,000 of emission.
    let lines = &record.header.streams;
    let line = |at: usize| (lines[at].paid.get(), lines[at].recovered.get(), lines[at].dust.get());
    assert_eq!((lines[0].name.clone(), line(0)), (name("compute"), (700, 300, 0)));
    assert_eq!((lines[1].name.clone(), line(1)), (name("work"), (100, 500, 0)));
    assert_eq!((chain.balance("cust") - cust, debt(&chain)), (800, 0));
    assert_eq!((chain.pot(&Pot::Payments), chain.pot(&Pot::Restitution)), (0, 0));
    chain.block(vec![("alice", claim(1)), ("bob", claim(1))]);
    assert_eq!(chain.balance("alice") - alice, 700);
}

/// A provider that earns no emission repays from its work all the same.
#[test]
fn a_provider_without_weight_repays_from_its_work() {
    let mut chain = ready(long(rules()));
    owing(&mut chain, 100);
    chain.ok("buyer", prepay(0, 5_000));
    chain.ok("buyer", open(1, 0, "alice", 10, Some(890)));
    chain.ok("alice", finish("buyer", 1, 10, 890));
    let (alice, cust) = (chain.balance("alice"), chain.balance("cust"));
    chain.close();
    chain.ok("alice", claim(1));
    assert_eq!(chain.balance("alice") - alice, 4_500 - 500);
    assert_eq!((chain.balance("cust") - cust, debt(&chain)), (500, 0));
}
