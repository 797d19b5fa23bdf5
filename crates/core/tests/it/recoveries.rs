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
