//! Other rules: schedules, streams, limits, push payments, vesting, recipients, governance.

use crate::errors::schedule;
use crate::kit::*;
use crate::stage::*;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::parameters::Event as ParameterEvent;
use workmint_core::modules::parameters::*;
use workmint_core::modules::vesting::ReleaseVested;
use workmint_core::time::Duration;
use workmint_core::{Event, Message};

/// alice and bob with weights 3 : 1 in epoch 1.
fn three_to_one(parameters: Parameters) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.prove(&[("alice", 0, 3), ("bob", 0, 1)]);
    chain.close();
    chain
}

fn treasury_of(share: &str) -> Stream {
    let account = Payee::Treasury;
    emission_stream("treasury", share, Score::FixedAccount { account })
}

#[test]
fn fixed_per_block_mints_for_the_blocks_of_the_epoch() {
    let mut parameters = open_weights();
    parameters.network.epoch_length = EpochLength::Blocks(4);
    parameters.emission.schedule = Schedule::FixedPerBlock { reward: amount(7) };
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    chain.prove(&[("alice", 0, 1)]);
    chain.block(Vec::new());
    assert_eq!((chain.epoch(), chain.minted()), (1, 0));
    (0..4).for_each(|_| drop(chain.block(Vec::new())));
    assert_eq!((chain.epoch(), chain.minted()), (2, 28));
}

#[test]
fn remaining_fraction_offers_again_what_was_not_minted() {
    let mut parameters = open_weights();
    parameters.emission.allocation = amount(1_000);
    let rate = ratio("0.1");
    parameters.emission.schedule = Schedule::RemainingFraction { rate };
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    let mut minted = vec![];
    for _ in 0..4 {
        chain.prove(&[("alice", 0, 1)]);
        chain.close();
        minted.push(chain.minted());
    }
    // Nothing in epoch 0; then 100 of 1,000, 90 of 900, 81 of 810.
    assert_eq!(minted, [0, 100, 190, 271]);
}

#[test]
fn allocation_and_cap_bind_and_are_never_exceeded() {
    let mut parameters = open_weights();
    parameters.emission.allocation = amount(2_500);
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    for _ in 0..6 {
        chain.prove(&[("alice", 0, 1)]);
        chain.close();
    }
    assert_eq!(chain.minted(), 2_500);
    let minted = |epoch| chain.state.settlement.header(epoch).unwrap().minted.get();
    assert_eq!([1, 2, 3, 4].map(minted), [1_000, 1_000, 500, 0]);
}

#[test]
fn burned_fees_limit_a_budget() {
    let mut parameters = open_weights();
    parameters.fees.flat = amount(2);
    parameters.streams[0].limit = Limit::BurnedFees;
    let mut chain = three_to_one(parameters);
    assert_eq!(chain.minted(), 0);
    chain.block(vec![("cust", prepay(0, 1)), ("cust", prepay(0, 1)), ("cust", prepay(0, 1))]);
    let line = chain.close().closed.unwrap().record.header.streams[0].clone();
    // 3 transactions x 2 = 6: 4 and 1, dust 1.
    assert_eq!((line.budget.get(), line.paid.get(), line.dust.get()), (6, 5, 1));
    assert_eq!(chain.minted(), 6);
}

#[test]
fn push_pays_at_the_close_through_the_same_record() {
    let mut parameters = open_weights();
    parameters.claims.mode = ClaimMode::Push;
    let mut chain = three_to_one(parameters);
    chain.ok("bob", recipient("friend"));
    let record = chain.close().closed.unwrap().record;
    assert_eq!(record.header.claims, 2);
    assert_eq!(chain.spendable("alice"), RICH + 750);
    assert_eq!((chain.spendable("bob"), chain.spendable("friend")), (RICH, RICH + 250));
    assert_eq!(chain.pot(&Pot::Claims), 0);
    assert_eq!(chain.refused("alice", claim(1)), 1205);
    chain.close();
    assert_eq!(chain.burned(), 0, "nothing is left to expire");
}

#[test]
fn an_unclaimed_reward_of_pull_survives_the_change_to_push() {
    let mut parameters = open_weights();
    parameters.claims.window_epochs = 3;
    let mut pushed = parameters.clone();
    pushed.claims.mode = ClaimMode::Push;
    let mut chain = three_to_one(parameters);
    let message = ScheduleParameters { epoch: 2, parameters: Box::new(pushed) };
    chain.ok("friend", Message::ScheduleParameters(message));
    chain.close();
    chain.ok("alice", claim(1));
    assert_eq!(chain.balance("alice"), RICH + 750);
    assert_eq!(chain.refused("alice", claim(1)), 1205);
}

#[test]
fn claims_vest_linearly_and_the_last_epoch_releases_the_rest() {
    let mut parameters = open_weights();
    parameters.claims.vesting_epochs = 4;
    let mut chain = three_to_one(parameters);
    chain.close();
    chain.ok("alice", claim(1));
    let release = || Message::ReleaseVested(ReleaseVested {});
    assert_eq!(chain.locked("alice", LockKind::Vesting), 750);
    assert_eq!(chain.refused("alice", release()), 501);
    assert_eq!(chain.refused("alice", put_collateral(RICH + 1)), 104);
    chain.close();
    // One of four epochs: floor(750 / 4) = 187; three: 562; all at the close that opens epoch 6.
    chain.ok("alice", release());
    assert_eq!(chain.spendable("alice"), RICH + 187);
    chain.close();
    chain.close();
    chain.ok("alice", release());
    assert_eq!(chain.spendable("alice"), RICH + 562);
    chain.close();
    assert_eq!((chain.epoch(), chain.spendable("alice")), (6, RICH + 750));
}

/// A lost challenge takes what has not vested of the offence's epoch, on the offender's account.
#[test]
fn unvested_rewards_of_the_offence_are_forfeited_vested_ones_stay() {
    let mut parameters = open_weights();
    parameters.claims.vesting_epochs = 4;
    parameters.work.challenge_window = Duration::Epochs(5);
    let mut chain = three_to_one(parameters);
    chain.ok("cust", prepay(0, 100));
    let lie = chain.serve("alice", 0, "cust", 1);
    chain.close();
    chain.ok("alice", claim(1));
    chain.close();
    chain.ok("hunter", challenge(lie, 10));
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    // floor(750 / 4) = 187 had vested; 563 are burned.
    assert_eq!(chain.balance("alice"), RICH + 187);
    assert_eq!(chain.spendable("alice"), RICH + 187);
    assert_eq!(chain.burned(), 563 + 250, "and bob's 250, that nobody claimed");
}

#[test]
fn an_unclaimed_reward_of_the_offence_is_forfeited_once() {
    let mut parameters = open_weights();
    parameters.work.challenge_window = Duration::Epochs(5);
    parameters.claims.window_epochs = 5;
    parameters.slashing.destination = Destination::Treasury;
    let mut chain = three_to_one(parameters);
    chain.ok("cust", prepay(0, 100));
    let lie = chain.serve("alice", 0, "cust", 1);
    chain.close();
    chain.ok("hunter", challenge(lie, 10));
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    assert_eq!(chain.pot(&Pot::Treasury), 750);
    assert_eq!(chain.refused("alice", claim(1)), 1204);
    chain.ok("bob", claim(1));
    assert_eq!(chain.pot(&Pot::Claims), 0);
}

#[test]
fn a_change_is_active_from_its_epoch_on() {
    let mut parameters = stage_parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    let mut chain = Chain::new(parameters);
    chain.ok("friend", schedule(2, |new| new.fees.flat = amount(50)));
    chain.close();
    let before = chain.balance("cust");
    chain.ok("cust", prepay(0, 1));
    assert_eq!(chain.balance("cust"), before - FEE);
    chain.close();
    chain.ok("cust", prepay(0, 1));
    assert_eq!(chain.balance("cust"), before - FEE - 50);
    assert_eq!(chain.state.parameters.active().unwrap().version, 1);
}

#[test]
fn a_change_below_what_exists_is_dropped_at_its_epoch() {
    let issued = RICH * u128::try_from(PEOPLE.len()).unwrap();
    for low in [false, true] {
        let mut chain = Chain::new(stage_parameters());
        let cap = if low { issued - 1 } else { issued };
        chain.ok(
            "friend",
            schedule(1, |new| {
                new.assets[0].cap = amount(cap);
                new.emission.allocation = amount(0);
            }),
        );
        let applied = chain.close();
        let dropped = Event::Parameters(ParameterEvent::Dropped { epoch: 1, code: 204 });
        assert_eq!(applied.events.contains(&dropped), low, "cap {cap}");
        assert_eq!(chain.state.parameters.active().unwrap().version, u64::from(!low));
    }
}

/// Each change alone is allowed when it is scheduled; after the first, the second would raise.
#[test]
fn two_changes_together_cannot_raise_a_cap_or_drop_a_model() {
    let mut chain = Chain::new(stage_parameters());
    chain.ok("friend", schedule(1, |new| new.assets[1].cap = amount(RICH * 20)));
    chain.ok("friend", schedule(2, |new| new.fees.flat = amount(9)));
    chain.close();
    let applied = chain.close();
    let dropped = Event::Parameters(ParameterEvent::Dropped { epoch: 2, code: 203 });
    assert!(applied.events.contains(&dropped));
    assert_eq!(chain.state.ledger.cap(USD), amount(RICH * 20));
    assert_eq!(chain.state.active_parameters().unwrap().fees.flat, amount(FEE));
}

#[test]
fn the_carry_of_an_ended_stream_is_recycled_before_anything_is_minted() {
    let parameters = open_weights();
    let mut changed = parameters.clone();
    changed.streams[0].name = name("successor");
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    let proofs = [("alice", 0, 1), ("bob", 0, 1), ("carol", 0, 1)];
    chain.prove(&proofs);
    chain.close();
    chain.prove(&proofs);
    let message = ScheduleParameters { epoch: 2, parameters: Box::new(changed) };
    chain.ok("friend", Message::ScheduleParameters(message));
    chain.close();
    assert_eq!(chain.pot(&Pot::Carry(name("compute"))), 0);
    assert_eq!(chain.pot(&Pot::Recycling), 1, "the dust of 1,000 / 3");
    let header = chain.close().closed.unwrap().record.header.clone();
    assert_eq!((header.recycled.get(), header.minted.get()), (1, 999));
    assert_eq!(chain.pot(&Pot::Recycling), 0);
    assert_eq!(chain.minted(), 1_999);
}

#[test]
fn a_lowered_quorum_counts_for_reports_under_way() {
    let parameters = open_weights();
    let mut lower = parameters.clone();
    lower.work.quorum = 1;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 100));
    let served = summary(0, 0, &[("cust", 1, 1)], 0);
    let report = report_of_summary("alice", &served);
    chain.ok("alice", Message::SubmitSummary(served));
    chain.ok("r1", attest(vec![report]));
    let message = ScheduleParameters { epoch: 1, parameters: Box::new(lower) };
    chain.ok("friend", Message::ScheduleParameters(message));
    chain.close();
    chain.ok("r2", attest(vec![report]));
    chain.close();
    assert_eq!(chain.balance("cust"), RICH - 5);
}

#[test]
fn a_treasury_stream_and_an_account_stream_take_their_shares() {
    let mut parameters = open_weights();
    parameters.work.checks_per_epoch = 1;
    let account = Payee::Account(address("friend"));
    parameters.streams = vec![
        emission_stream("compute", "0.7", Score::PocWeight(no_bonus())),
        treasury_of("0.2"),
        emission_stream("team", "0.1", Score::FixedAccount { account }),
        work_stream(),
    ];
    let mut chain = three_to_one(parameters);
    chain.ok("cust", prepay(0, 100));
    chain.serve("alice", 0, "cust", 1);
    chain.close();
    assert_eq!(chain.pot(&Pot::Treasury), 200);
    // Whoever is no participant owes no checks.
    chain.ok("friend", claim(1));
    assert_eq!(chain.balance("friend"), RICH + 100);
}

/// What one stream puts into the recycling pool, the next re-issues in the same close.
#[test]
fn forfeits_are_recycled_by_the_next_stream() {
    let mut parameters = open_weights();
    let half = |text| emission_stream(text, "0.5", Score::PocWeight(no_bonus()));
    parameters.streams = vec![half("first"), half("second"), work_stream()];
    parameters.streams[0].forfeits = Destination::Recycling;
    let mut chain = Chain::new(parameters.clone());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 100));
    chain.prove(&[("alice", 0, 1), ("bob", 0, 1)]);
    chain.close();
    let lie = chain.serve("alice", 0, "cust", 1);
    chain.ok("hunter", challenge(lie, 10));
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    let closed = chain.close().closed.unwrap();
    // first: 250 to bob, 250 into the pool; second: 250 to bob out of the pool, 250 never minted.
    let header = &closed.record.header;
    assert_eq!((header.minted.get(), header.recycled.get()), (500, 250));
    assert_eq!(chain.pot(&Pot::Recycling), 0);
    assert_eq!(chain.pot(&Pot::Claims), 500);
    let inputs = closed.inputs.as_ref().clone();
    let again = workmint_core::offline::settle_inputs(&parameters, inputs, true).unwrap();
    assert_eq!(again.record, *closed.record);
}

/// Naming another recipient saves nothing: what has not vested is taken where it lies.
#[test]
fn unvested_rewards_are_taken_from_the_recipient() {
    let mut parameters = open_weights();
    parameters.claims.vesting_epochs = 4;
    parameters.work.challenge_window = Duration::Epochs(5);
    let mut chain = three_to_one(parameters);
    chain.block(vec![("alice", recipient("friend")), ("cust", prepay(0, 100))]);
    let lie = chain.serve("alice", 0, "cust", 1);
    chain.close();
    chain.ok("alice", claim(1));
    assert_eq!(chain.locked("friend", LockKind::Vesting), 750);
    chain.ok("hunter", challenge(lie, 10));
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    assert_eq!(chain.locked("friend", LockKind::Vesting), 0);
    assert_eq!((chain.balance("friend"), chain.burned()), (RICH, 750));
}

#[test]
fn payments_for_accepted_work_survive_the_forfeit_of_the_reward() {
    let mut parameters = open_weights();
    parameters.work.decision_window = Duration::Epochs(3);
    parameters.claims.window_epochs = 3;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0, 1])]);
    chain.block(vec![("cust", prepay(0, 100)), ("cust", prepay(1, 100))]);
    chain.prove(&[("alice", 0, 1)]);
    chain.close();
    chain.serve("alice", 0, "cust", 4);
    let lie = chain.serve("alice", 1, "cust", 4);
    chain.ok("hunter", challenge(lie, 10));
    chain.close();
    // Epoch 1 settled 1,000 of reward and 4 x 5 for work; the lie is judged now.
    assert_eq!(chain.pot(&Pot::Claims), 1_020);
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    assert_eq!((chain.burned(), chain.pot(&Pot::Claims)), (1_000, 20));
    assert_eq!(chain.balance("alice"), RICH, "she still has to claim it");
    chain.ok("alice", claim(1));
    assert_eq!(chain.balance("alice"), RICH + 20);
    assert_eq!(chain.refused("alice", claim(1)), 1204);
}
