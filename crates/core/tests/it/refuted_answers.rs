//! Answers that judges refute, and what their providers owe after that.

use crate::escrow::{deposit, finish, open, ready, refute, rules};
use crate::kit::*;
use crate::stage::*;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::market::{Event as MarketEvent, Return};
use workmint_core::modules::parameters::*;
use workmint_core::time::Duration;
use workmint_core::{Applied, Event};

/// One wrong answer does not make a provider invalid.
pub(crate) fn patient(mut parameters: Parameters) -> Parameters {
    parameters.work.status = Some(StatusTest {
        good_invalid: ratio("0.05"),
        bad_invalid: ratio("0.2"),
        invalid_threshold: ratio("4"),
        good_downtime: ratio("0.1"),
        bad_downtime: ratio("0.2"),
        downtime_threshold: ratio("4"),
        quick_failure: ratio("0.000001"),
    });
    parameters
}

fn returned(applied: &Applied) -> Option<Return> {
    applied.events.iter().find_map(|event| match event {
        Event::Market(MarketEvent::AnswerRefuted { returned, .. }) => Some(*returned),
        _ => None,
    })
}

#[test]
fn judges_refute_an_answer_of_the_open_epoch() {
    let mut chain = ready(rules());
    chain.ok("cust", open(1, 0, "alice", 10, None));
    chain.ok("alice", finish("cust", 1, 10, 5));
    chain.ok("cust", open(2, 0, "alice", 10, None));
    chain.ok("alice", finish("cust", 2, 10, 6));
    chain.ok("j1", refute("cust", 1));
    assert_eq!(chain.refused("j1", refute("cust", 1)), 917, "one vote each");
    assert_eq!(deposit(&chain).0, 155, "one of three judges decides nothing");
    let applied = chain.ok("j2", refute("cust", 1));
    assert_eq!(returned(&applied), Some(Return::Paid));
    assert_eq!(deposit(&chain), (80, 0, 920), "back in the deposit");
    assert_eq!(chain.pot(&Pot::Payments), 80);
    let tally = chain.state.work.tally(chain.handle("alice"));
    assert_eq!((tally.requests, tally.units, tally.work.get()), (1, 16, 80), "it never counted");
    assert_eq!(chain.state.work.model_units(ModelId(0)), 16);
    assert_eq!(chain.refused("j3", refute("cust", 1)), 914);
    assert_eq!(chain.refused("alice", finish("cust", 1, 10, 5)), 912, "nor is it paid again");
    assert_eq!(chain.refused("cust", open(1, 0, "alice", 10, None)), 910);
    chain.close();
    chain.ok("alice", claim(0));
    assert_eq!(chain.balance("alice"), RICH + 80);
}

/// Free answers, as in a grace: nothing is paid, and nothing returns.
#[test]
fn a_free_answer_is_refuted_without_a_deposit() {
    let mut parameters = rules();
    parameters.market.close_window = Duration::Milliseconds(1_000);
    let expiry = Duration::Epochs(1);
    parameters.market.escrow = Some(EscrowRules { default_max_units: 20, expiry });
    parameters.models[0].price_per_unit = amount(0);
    let mut chain = ready(parameters);
    chain.ok("cust", open(1, 0, "alice", 10, None));
    chain.ok("cust", close_deposit(0));
    chain.close();
    assert_eq!(chain.deposit("cust", 0), None, "nothing is reserved");
    chain.ok("alice", finish("cust", 1, 10, 5));
    assert_eq!(chain.state.work.tally(chain.handle("alice")).units, 15);
    chain.ok("j1", refute("cust", 1));
    assert_eq!(returned(&chain.ok("j2", refute("cust", 1))), Some(Return::Paid));
    assert_eq!(chain.state.work.tally(chain.handle("alice")).units, 0);
}

#[test]
fn what_was_paid_out_is_owed_not_taken_from_others() {
    let mut parameters = rules();
    parameters.market.close_window = Duration::Milliseconds(1_000);
    parameters.work.challenge_window = Duration::Epochs(9);
    let mut chain = ready(parameters);
    chain.ok("cust", open(1, 0, "alice", 10, None));
    chain.ok("alice", finish("cust", 1, 10, 5));
    chain.ok("cust", close_deposit(0));
    chain.close();
    chain.ok("alice", claim(0));
    assert_eq!(chain.deposit("cust", 0), None);
    chain.ok("buyer", prepay(0, 1_000));
    chain.ok("buyer", open(2, 0, "bob", 10, None));
    chain.ok("bob", finish("buyer", 2, 10, 5));
    chain.ok("j1", refute("cust", 1));
    let applied = chain.ok("j2", refute("cust", 1));
    assert_eq!(returned(&applied), Some(Return::Owed));
    assert_eq!(chain.pot(&Pot::Payments), 75, "bob's");
    let alice = chain.handle("alice");
    assert_eq!(chain.state.market.debt(alice).unwrap().get(), 75);
}

/// Late in epoch 1 alice answers cust for these payments; the judges decide in epoch 2. Her reward
/// of epoch 1 is 500, so is bob's.
fn late(mut parameters: Parameters, units: &[u64]) -> Chain {
    parameters.claims.window_epochs = 3;
    parameters.work.challenge_window = Duration::Epochs(3);
    let mut chain = ready(parameters);
    chain.prove(&[("alice", 0, 50), ("bob", 0, 50)]);
    chain.close();
    for (number, units) in (1..).zip(units) {
        chain.ok("cust", open(number, 0, "alice", *units, Some(0)));
        chain.ok("alice", finish("cust", number, 0, 0));
    }
    chain.close();
    chain
}

fn convict(chain: &mut Chain, number: u8) -> Applied {
    chain.ok("j1", refute("cust", number));
    chain.ok("j2", refute("cust", number))
}

/// What customer and cheat have gained, what was burned, what can still be claimed, and the debt.
fn after(chain: &Chain, (cust, alice): (u128, u128)) -> (u128, u128, u128, u128, u128) {
    let debt = chain.state.market.debt(chain.handle("alice")).unwrap().get();
    let gained = (chain.balance("cust") - cust, chain.balance("alice") - alice);
    (gained.0, gained.1, chain.burned(), chain.pot(&Pot::Claims), debt)
}

/// A convicted provider is not paid for what it is convicted of: its unclaimed payment goes back.
#[test]
fn an_unclaimed_payment_returns_before_the_reward_is_burned() {
    let mut chain = late(rules(), &[160]);
    let before = (chain.balance("cust"), chain.balance("alice"));
    let (burned, claims) = (chain.burned(), chain.pot(&Pot::Claims));
    let applied = convict(&mut chain, 1);
    assert_eq!(returned(&applied), Some(Return::Paid));
    assert_eq!(after(&chain, before), (800, 0, burned + 500, claims - 1_300, 0));
    assert_eq!(chain.refused("alice", claim(1)), 1204);
}

/// What an entry still holds stays open: for its owner, and for the next customer it cheated.
#[test]
fn an_entry_is_taken_in_parts() {
    let mut chain = late(rules(), &[80, 20, 60]);
    let before = (chain.balance("cust"), chain.balance("alice"));
    let (burned, claims) = (chain.burned(), chain.pot(&Pot::Claims));
    convict(&mut chain, 1);
    assert_eq!(after(&chain, before), (400, 0, burned + 500, claims - 900, 0));
    convict(&mut chain, 2);
    assert_eq!(after(&chain, before), (500, 0, burned + 500, claims - 1_000, 0));
    chain.ok("alice", claim(1));
    assert_eq!(after(&chain, before), (500, 300, burned + 500, claims - 1_300, 0));
    let applied = convict(&mut chain, 3);
    assert_eq!(returned(&applied), Some(Return::Owed));
    assert_eq!(after(&chain, before), (500, 300, burned + 500, claims - 1_300, 300));
}

/// Where one wrong answer is no offence, its payment returns all the same; the reward stays. What
/// nobody claims expires less what was taken.
#[test]
fn without_punishment_only_the_payment_is_taken() {
    for claimed in [true, false] {
        let mut chain = late(patient(rules()), &[80, 20]);
        let before = (chain.balance("cust"), chain.balance("alice"));
        let (burned, claims) = (chain.burned(), chain.pot(&Pot::Claims));
        assert_eq!(returned(&convict(&mut chain, 1)), Some(Return::Paid));
        assert_eq!(after(&chain, before), (400, 0, burned, claims - 400, 0));
        if claimed {
            chain.ok("alice", claim(1));
            assert_eq!(after(&chain, before), (400, 600, burned, claims - 1_000, 0));
        } else {
            let record = chain.state.settlement.record(1).unwrap().clone();
            chain.close();
            chain.close();
            chain.close();
            assert!(chain.state.settlement.record(1).is_none(), "{record:?}");
        }
    }
}

/// Unvested reward of a punished provider repays its customer before it goes where slashes go.
#[test]
fn unvested_reward_repays_the_customer() {
    let mut parameters = rules();
    parameters.claims.vesting_epochs = 4;
    let mut chain = late(parameters, &[60]);
    chain.ok("alice", claim(1));
    assert_eq!(chain.locked("alice", LockKind::Vesting), 800);
    let before = (chain.balance("cust"), chain.balance("alice") - 500);
    let (burned, claims) = (chain.burned(), chain.pot(&Pot::Claims));
    assert_eq!(returned(&convict(&mut chain, 1)), Some(Return::Paid));
    assert_eq!(after(&chain, before), (300, 0, burned + 200, claims, 0));
    assert_eq!(chain.locked("alice", LockKind::Vesting), 300, "the payment goes on vesting");
}

/// There (issues 829, 1252, 1273, and own finding B2): the refund of refuted work comes out of
/// other people's escrow, and what is recovered later goes to governance. Here no coin is made,
/// nobody else's is touched, and what the provider's reward repays reaches the customer.
#[test]
fn pain_12_a_refuted_payment_is_repaid_by_its_provider() {
    let mut parameters = patient(rules());
    parameters.work.challenge_window = Duration::Epochs(3);
    let mut chain = ready(parameters);
    chain.prove(&[("alice", 0, 6), ("bob", 0, 4)]);
    chain.ok("cust", open(1, 0, "alice", 10, Some(150)));
    chain.ok("alice", finish("cust", 1, 10, 150));
    chain.close();
    chain.ok("alice", claim(0));
    let cust = chain.balance("cust");
    assert_eq!(cust, RICH - 800);
    chain.ok("j1", refute("cust", 1));
    let applied = chain.ok("j2", refute("cust", 1));
    assert!(applied.postings.is_empty(), "no money moves: epoch 0 is settled");
    let alice = chain.handle("alice");
    assert_eq!(chain.state.market.debt(alice).unwrap().get(), 800);
    // Epoch 1: alice's 600 of 1,000 go to cust, bob keeps his 400.
    let issued = chain.state.ledger.supply(GNK).issued.get();
    chain.prove(&[("alice", 0, 6), ("bob", 0, 4)]);
    let closed = chain.close();
    assert_eq!(closed.closed.unwrap().inputs.participants.debt.iter().max(), Some(&amount(800)));
    assert_eq!(chain.state.ledger.supply(GNK).issued.get() - issued, 1_000, "nothing is made");
    assert_eq!(chain.balance("cust"), cust + 600);
    assert_eq!(chain.state.market.debt(alice).unwrap().get(), 200);
    assert_eq!(chain.pot(&Pot::Restitution), 0);
    chain.ok("bob", claim(1));
    assert_eq!(chain.balance("bob"), RICH + 400);
    // Epoch 2: the rest of the debt, and then alice earns again.
    chain.close();
    assert_eq!(chain.balance("cust"), cust + 800, "all of it");
    assert_eq!(chain.state.market.debt(alice).unwrap().get(), 0);
    let before = chain.balance("alice");
    chain.ok("alice", claim(2));
    assert_eq!(chain.balance("alice") - before, 400);
}

#[test]
fn oldest_debts_are_paid_first() {
    let mut parameters = patient(rules());
    parameters.work.challenge_window = Duration::Epochs(9);
    let mut chain = ready(parameters);
    chain.ok("buyer", prepay(0, 1_000));
    for (who, number) in [("cust", 1), ("buyer", 2), ("cust", 3)] {
        chain.ok(who, open(number, 0, "alice", 0, Some(100)));
        chain.ok("alice", finish(who, number, 0, 100));
    }
    chain.close();
    chain.ok("alice", claim(0));
    for judge in ["j1", "j2"] {
        chain.block(vec![(judge, refute("buyer", 2)), (judge, refute("cust", 3))]);
    }
    chain.prove(&[("alice", 0, 6)]);
    chain.close();
    for judge in ["j1", "j2"] {
        chain.ok(judge, refute("cust", 1));
    }
    let alice = chain.handle("alice");
    let owed = |chain: &Chain| -> Vec<(u64, u128)> {
        chain.state.market.debts(alice).map(|(epoch, _, amount)| (epoch, amount.get())).collect()
    };
    assert_eq!(owed(&chain), [(1, 500), (1, 500), (2, 500)]);
    let (cust, buyer) = (chain.balance("cust"), chain.balance("buyer"));
    chain.prove(&[("alice", 0, 6)]);
    chain.close();
    assert_eq!(owed(&chain), [(2, 500)], "1,000 pay the two debts of epoch 1");
    assert_eq!((chain.balance("cust") - cust, chain.balance("buyer") - buyer), (500, 500));
    chain.close();
    assert_eq!(chain.balance("cust") - cust, 1_000);
    assert_eq!(owed(&chain), []);
}

/// Without a status test one refuted answer is punished like a lost challenge; with it, only when
/// there are too many: 3 x ln(0.2 / 0.05) = 4.16 passes the threshold of 4, twice does not.
#[test]
fn wrong_answers_are_slashed_like_wrong_summaries() {
    for (parameters, refuted) in [(rules(), 1_u8), (patient(rules()), 3)] {
        let mut chain = ready(parameters);
        chain.ok("alice", put_collateral(1_000));
        for number in 1..=refuted {
            chain.ok("cust", open(number, 0, "alice", 1, None));
            chain.ok("alice", finish("cust", number, 1, 1));
            assert_eq!(chain.locked("alice", LockKind::Collateral), 1_000, "{number}");
            chain.ok("j1", refute("cust", number));
            chain.ok("j2", refute("cust", number));
        }
        assert_eq!(chain.locked("alice", LockKind::Collateral), 800);
        let inputs = chain.close().closed.unwrap().inputs;
        let alice = inputs.participants.find(&address("alice")).unwrap();
        let penalty = inputs.participants.penalty[alice];
        assert_eq!(penalty, workmint_core::inputs::Penalty::Refuted);
    }
}

/// One slash for all wrong answers of an epoch, however many; another for those of another epoch.
#[test]
fn answers_of_an_epoch_are_slashed_once() {
    let mut parameters = rules();
    parameters.work.challenge_window = Duration::Epochs(2);
    let mut chain = ready(parameters);
    chain.ok("alice", put_collateral(1_000));
    let held = |chain: &Chain| chain.locked("alice", LockKind::Collateral);
    let answered = |chain: &mut Chain, number| {
        chain.ok("cust", open(number, 0, "alice", 1, None));
        chain.ok("alice", finish("cust", number, 1, 1));
    };
    (1..=4).for_each(|number| answered(&mut chain, number));
    for number in 1..=3 {
        convict(&mut chain, number);
        assert_eq!(held(&chain), 800, "{number}");
    }
    chain.close();
    convict(&mut chain, 4);
    assert_eq!(held(&chain), 800, "also after its close");
    answered(&mut chain, 5);
    convict(&mut chain, 5);
    assert_eq!(held(&chain), 640);
}

#[test]
fn rewards_of_another_asset_repay_nothing() {
    let mut parameters = rules();
    parameters.market.asset = USD;
    parameters.work.challenge_window = Duration::Epochs(3);
    let mut chain = ready(parameters);
    chain.ok("cust", open(1, 0, "alice", 10, None));
    chain.ok("alice", finish("cust", 1, 10, 5));
    chain.close();
    chain.ok("alice", claim(0));
    chain.ok("j1", refute("cust", 1));
    let applied = chain.ok("j2", refute("cust", 1));
    assert_eq!(returned(&applied), Some(Return::Lost));
    let alice = chain.handle("alice");
    assert_eq!(chain.state.market.debts(alice).count(), 0);
}
