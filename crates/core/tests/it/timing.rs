//! When things happen: first and last blocks, skipped epochs, deadlines that pass.

use crate::kit::*;
use crate::stage::*;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::parameters::*;
use workmint_core::modules::{market, settlement, work};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Event, Message};

#[test]
fn a_time_epoch_ends_with_the_first_block_at_or_after_its_end() {
    let mut chain = Chain::new(parameters());
    let before = chain.apply(START + DAY_MS - 1, Vec::new(), Vec::new());
    assert!(before.closed.is_none());
    let at = chain.apply(START + DAY_MS, Vec::new(), Vec::new());
    assert_eq!(at.closed.unwrap().inputs.epoch, 0);
    let same_time = chain.apply(START + DAY_MS, Vec::new(), Vec::new());
    assert!(same_time.closed.is_none(), "one close for one end");
    let after = chain.apply(START + 2 * DAY_MS + 77, Vec::new(), Vec::new());
    assert_eq!(after.closed.unwrap().inputs.epoch, 1);
    assert_eq!(chain.epoch(), 2);
}

#[test]
fn skipped_epochs_are_recorded_and_mint_nothing() {
    let mut chain = Chain::new(open_weights());
    chain.register(&[("alice", &[0])]);
    chain.prove(&[("alice", 0, 1)]);
    chain.close();
    chain.prove(&[("alice", 0, 1)]);
    // Five days without a block: epoch 1 closes late, 2 to 5 are skipped, 6 opens.
    let applied = chain.apply(START + 6 * DAY_MS + 5, Vec::new(), Vec::new());
    let skipped = Event::EpochsSkipped { first: 2, last: 5 };
    assert!(applied.events.contains(&skipped));
    assert_eq!((chain.epoch(), chain.minted()), (6, 1_000));
    let snapshot = chain.state.weights.current();
    assert_eq!((snapshot.epoch, &snapshot.effective[..]), (6, &[1][..]));
    chain.ok("alice", claim(1));
    chain.close();
    assert_eq!(chain.minted(), 2_000);
    assert!(chain.state.settlement.header(3).is_none());
    assert!(chain.state.settlement.header(6).is_some());
}

#[test]
fn duties_can_be_done_after_skipped_epochs() {
    let mut parameters = open_weights();
    parameters.work.checks_per_epoch = 1;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 1_000));
    chain.prove(&[("alice", 0, 1)]);
    chain.close();
    chain.ok("alice", commit(1, "alice"));
    let bobs = chain.serve("bob", 0, "cust", 1);
    chain.apply(START + 9 * DAY_MS, Vec::new(), Vec::new());
    assert_eq!(chain.epoch(), 9);
    chain.ok("alice", reveal(1, "alice"));
    chain.block(vec![("alice", record(1, &[bobs])), ("alice", claim(1))]);
    assert_eq!(chain.balance("alice"), RICH + 1_000);
}

#[test]
fn a_block_epoch_has_exactly_so_many_blocks() {
    let mut parameters = parameters();
    parameters.network.epoch_length = EpochLength::Blocks(3);
    let mut chain = Chain::new(parameters);
    let closes: Vec<bool> = (0..9).map(|_| chain.block(Vec::new()).closed.is_some()).collect();
    let expected = [false, false, true, false, false, true, false, false, true];
    assert_eq!(closes, expected);
    assert_eq!(chain.epoch(), 3);
}

#[test]
fn claims_open_with_the_close_and_end_after_the_last_closing_block() {
    let mut parameters = open_weights();
    parameters.claims.window_epochs = 2;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    chain.prove(&[("alice", 0, 1), ("bob", 0, 1), ("carol", 0, 2)]);
    chain.close();
    // In the closing block itself the epoch is still open.
    let time = START + 2 * DAY_MS;
    let applied = chain.apply(time, vec![("alice", claim(1))], Vec::new());
    assert_eq!(code(&applied.results[0]), 1201);
    chain.ok("alice", claim(1));
    chain.close();
    // Epochs 2 and 3 are the window: the block that closes epoch 3 still pays.
    let last = chain.apply(START + 4 * DAY_MS, vec![("bob", claim(1))], Vec::new());
    assert_eq!(last.results, [Ok(())]);
    let expired = Event::Settlement(settlement::Event::Expired {
        epoch: 1,
        asset: GNK,
        amount: amount(500),
        to: Destination::Burn,
    });
    assert!(last.events.contains(&expired), "carol's half");
    assert_eq!(chain.refused("carol", claim(1)), 1202);
    assert_eq!(chain.burned(), 500);
}

#[test]
fn an_undecided_challenge_lets_the_summary_stand() {
    let mut chain = Chain::new(open_weights());
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 1_000));
    let served = chain.serve("alice", 0, "cust", 20);
    chain.ok("hunter", challenge(served, 10));
    chain.ok("j1", judge(served, true));
    let late = chain.now() + DAY_MS / 2 + 1_000;
    let applied = chain.apply(late, vec![("j2", judge(served, true))], Vec::new());
    assert_eq!(code(&applied.results[0]), 815);
    let applied = chain.close();
    let undecided = Event::Work(work::Event::Undecided { summary: served });
    assert!(applied.events.contains(&undecided));
    assert_eq!(chain.locked("hunter", LockKind::Bond), 0);
    assert_eq!(chain.balance("hunter"), RICH);
    assert_eq!(chain.balance("cust"), RICH - 100, "the work is paid in the same close");
    chain.ok("alice", claim(0));
    assert_eq!(chain.balance("alice"), RICH + 100);
}

#[test]
fn a_challenge_open_at_the_close_holds_the_payment_back() {
    let mut parameters = open_weights();
    parameters.work.decision_window = Duration::Epochs(2);
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 1_000));
    let served = chain.serve("alice", 0, "cust", 20);
    chain.ok("hunter", challenge(served, 11));
    chain.close();
    assert_eq!(chain.deposit("cust", 0).unwrap().reserved, amount(100));
    // The challenger loses: half of 11, rounded down, to the provider, 6 burned.
    chain.block(vec![("j1", judge(served, false)), ("j2", judge(served, false))]);
    assert_eq!(chain.balance("hunter"), RICH - 11);
    assert_eq!(chain.balance("alice"), RICH + 5);
    assert_eq!(chain.burned(), 6);
    let record = chain.close().closed.unwrap().record;
    assert_eq!(record.summaries.of(&address("alice")).unwrap().earned, amount(100));
}

#[test]
fn the_challenge_window_ends_on_the_millisecond() {
    for (late, expected) in [(0, 811), (1, 0)] {
        let mut chain = Chain::new(parameters());
        chain.register(&[("alice", &[0])]);
        chain.ok("cust", prepay(0, 1_000));
        let served = chain.serve("alice", 0, "cust", 1);
        let end = chain.now() + DAY_MS / 4;
        let message = vec![("hunter", challenge(served, 10))];
        let applied = chain.apply(end - late, message, Vec::new());
        assert_eq!(code(&applied.results[0]), expected, "{late} ms before the end");
    }
}

#[test]
fn a_summary_without_a_quorum_reserves_nothing_and_lapses() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 1_000));
    let lost = summary(0, 0, &[("cust", 1, 100)], 0);
    let report = report_of_summary("alice", &lost);
    chain.ok("alice", Message::SubmitSummary(lost));
    chain.ok("r1", attest(vec![report]));
    chain.close();
    let reserved = |chain: &Chain| chain.deposit("cust", 0).unwrap().reserved.get();
    assert_eq!(reserved(&chain), 0, "what nobody attested binds nothing");
    let waiting = chain.state.work.receipts().count();
    assert_eq!(waiting, 1, "an epoch more to find its quorum");
    let applied = chain.close();
    let lapsed = Event::Work(work::Event::Lapsed { report: report.0 });
    assert!(applied.events.contains(&lapsed));
    assert_eq!(reserved(&chain), 0);
    assert_eq!(chain.refused("r2", attest(vec![report])), 807);
    assert_eq!(chain.balance("cust"), RICH);
}

#[test]
fn a_closing_deposit_pays_what_is_reserved_then_returns_the_rest() {
    let mut parameters = parameters();
    parameters.work.challenge_window = Duration::Epochs(1);
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 1_000));
    chain.close();
    chain.ok("cust", close_deposit(0));
    // Chargeable for a quarter of a day: this summary comes in time.
    chain.serve("alice", 0, "cust", 100);
    chain.close();
    let locked = chain.locked("cust", LockKind::Deposit);
    assert_eq!(locked, 1_000, "500 are still reserved");
    let late = summary(2, 0, &[("cust", 1, 1)], 0);
    assert_eq!(chain.refused("alice", Message::SubmitSummary(late)), 906);
    let applied = chain.close();
    let refunded = Event::Market(market::Event::Refunded {
        customer: address("cust"),
        model: ModelId(0),
        amount: amount(500),
    });
    assert!(applied.events.contains(&refunded));
    assert_eq!(chain.deposit("cust", 0), None);
    assert_eq!(chain.spendable("cust"), RICH - 500);
    chain.ok("cust", prepay(0, 1));
}

/// Two summaries for the same last money: the first to be accepted has it, the other lapses, and
/// the reporters' batch stands.
#[test]
fn an_accepted_summary_that_nobody_can_pay_lapses() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 100));
    let mut reports = Vec::new();
    for who in ["alice", "bob"] {
        let served = summary(0, 0, &[("cust", 1, 15)], 0);
        reports.push(report_of_summary(who, &served));
        chain.ok(who, Message::SubmitSummary(served));
    }
    let word = attest(reports);
    chain.ok("r1", word.clone());
    let applied = chain.ok("r2", word);
    assert_eq!(quarantined(&applied), [("reservation".to_owned(), 905)]);
    assert_eq!(chain.deposit("cust", 0).unwrap().reserved, amount(75));
    assert_eq!(chain.state.work.receipts().count(), 1);
    chain.close();
    assert_eq!(chain.balance("cust"), RICH - 75);
}

#[test]
fn nothing_is_minted_without_weight_and_nothing_breaks() {
    let mut parameters = parameters();
    let treasury = Score::FixedAccount { account: Payee::Treasury };
    parameters.streams = vec![
        emission_stream("compute", "0.9", Score::PocWeight(no_bonus())),
        emission_stream("treasury", "0.1", treasury),
        work_stream(),
    ];
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    for _ in 0..3 {
        chain.close();
    }
    assert_eq!((chain.minted(), chain.pot(&Pot::Treasury)), (0, 0));
    chain.prove(&[("alice", 0, 4)]);
    chain.close();
    chain.close();
    // floor(4 x 0.2) = 0 of 4 weight units count without collateral.
    assert_eq!((chain.minted(), chain.pot(&Pot::Treasury)), (0, 0));
    chain.prove(&[("alice", 0, 5)]);
    chain.close();
    chain.close();
    assert_eq!((chain.minted(), chain.pot(&Pot::Treasury)), (1_000, 100));
}

#[test]
fn no_seed_in_the_closing_block() {
    let mut parameters = parameters();
    parameters.work.checks_per_epoch = 1;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    let applied = chain.apply(START + DAY_MS, vec![("alice", commit(0, "alice"))], Vec::new());
    assert_eq!(code(&applied.results[0]), 821);
}
