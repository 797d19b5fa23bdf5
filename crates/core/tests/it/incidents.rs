//! Incidents of other networks that this engine must not repeat. Numbers: `incident_N` is entry N
//! of the catalogue in `reference/reliability-and-limits.md` §2, `gonka_N` the issue of that
//! number.

use crate::kit::*;
use crate::stage::*;
use workmint_core::Message;
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::ConfirmTie;
use workmint_core::modules::work::{RecordChecks, ReportRef};

/// Gonka truncates each holding: dust-sized withdrawals lost nothing.
#[test]
fn incident_35_small_withdrawals_do_not_escape_a_slash() {
    let mut chain = Chain::new(parameters());
    chain.block(vec![
        ("alice", join("alice", Some("val"))),
        ("val", confirm("alice")),
        ("alice", put_collateral(27)),
    ]);
    for _ in 0..3 {
        chain.ok("alice", withdraw_collateral(9));
    }
    chain.evidence(fault("val", "0.1", 1, chain.now()));
    assert_eq!(chain.burned(), 3, "ceil(2.7), not 0 + 0 + 0");
    assert_eq!(chain.locked("alice", LockKind::Unbonding), 24);
}

/// Mainnet's rounding is a parameter.
#[test]
fn incident_35_truncation_stays_available() {
    let mut parameters = parameters();
    parameters.slashing.rounding = SlashRounding::DownPerHolding;
    let mut chain = Chain::new(parameters);
    chain.block(vec![
        ("alice", join("alice", Some("val"))),
        ("val", confirm("alice")),
        ("alice", put_collateral(28)),
    ]);
    chain.ok("alice", withdraw_collateral(9));
    chain.evidence(fault("val", "0.1", 1, chain.now()));
    assert_eq!(chain.burned(), 1, "floor(1.9) + floor(0.9)");
}

/// Solana: a failed transaction was processed again.
#[test]
fn incident_37_a_failed_transaction_cannot_be_replayed() {
    let mut chain = Chain::new(parameters());
    let failing = sign("alice", 0, put_collateral(1));
    for expected in [602, 10] {
        let decoded = [failing.clone()];
        let next = block(chain.state.chain().height + 1, chain.now() + 1, &decoded);
        let commitments = workmint_core::Commitments::Full;
        let (applied, _) = chain.state.apply_block(&next, &decoded, commitments).unwrap();
        assert_eq!(code(&applied.results[0]), expected);
    }
}

/// Mirror: one id listed 437 times was paid 437 times.
#[test]
fn incident_61_a_check_listed_twice_counts_once() {
    let mut parameters = open_weights();
    parameters.work.checks_per_epoch = 2;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0, 1])]);
    chain.block(vec![("cust", prepay(0, 100)), ("cust", prepay(1, 100))]);
    chain.prove(&[("alice", 0, 1)]);
    chain.close();
    chain.ok("alice", commit(1, "alice"));
    let first = chain.serve("bob", 0, "cust", 1);
    let second = chain.serve("bob", 1, "cust", 1);
    chain.close();
    chain.ok("alice", reveal(1, "alice"));
    assert_eq!(chain.refused("alice", record(1, &[first, first])), 818);
    assert_eq!(chain.refused("alice", claim(1)), 819);
    chain.ok("alice", record(1, &[first]));
    assert_eq!(chain.refused("alice", claim(1)), 819);
    chain.ok("alice", record(1, &[second]));
    chain.ok("alice", claim(1));
}

/// Gonka's devshard: an executor validated its own challenged result and took the escrow (1573).
#[test]
fn incident_65_nobody_attests_or_judges_its_own_work() {
    let mut chain = Chain::new(parameters());
    chain.block(vec![("r1", join("boss", None)), ("r1", node(1, &[0]))]);
    chain.block(vec![("j1", join("boss", None)), ("cust", prepay(0, 100))]);
    let participant = address("r1");
    chain.ok("boss", Message::ConfirmTie(ConfirmTie { participant }));
    let served = summary(0, 0, &[("cust", 1, 1)], 0);
    let report = report_of_summary("r1", &served);
    chain.ok("r1", Message::SubmitSummary(served));
    let word = attest(vec![report]);
    assert_eq!(chain.refused("r1", word.clone()), 808);
    chain.block(vec![("r2", word.clone()), ("r3", word)]);
    let ReportRef::Summary(key) = report.0 else { unreachable!("it is a summary") };
    chain.ok("hunter", challenge(key, 10));
    assert_eq!(chain.refused("j1", judge(key, false)), 808, "the same owner");
    chain.block(vec![("j2", judge(key, false)), ("j3", judge(key, false))]);
}

/// RustChain: the remainder went to the last in the list.
#[test]
fn incident_20_equal_weights_receive_equal_rewards() {
    let mut chain = Chain::new(open_weights());
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    chain.prove(&[("carol", 0, 7), ("alice", 0, 7), ("bob", 0, 7)]);
    chain.close();
    let record = chain.close().closed.unwrap().record;
    assert_eq!(record.entries.amount, [amount(333); 3]);
    assert_eq!(record.header.streams[0].dust, amount(1));
}

/// Evmos: unvested tokens were delegated and transferred.
#[test]
fn incident_33_unvested_money_does_nothing() {
    let mut genesis = genesis(parameters());
    genesis.allocations[0].vesting_epochs = 10;
    let mut chain = Chain::of(&genesis);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    assert_eq!((chain.balance("alice"), chain.spendable("alice")), (RICH, 0));
    chain.ok("cust", prepay(0, 100));
    let served = chain.serve("bob", 0, "cust", 1);
    let send = crate::errors::transfer(address("bob"), 0, 1);
    for message in [send, put_collateral(1), prepay(0, 1), challenge(served, 10)] {
        assert_eq!(chain.refused("alice", message), 104);
    }
    chain.close();
    let release = workmint_core::modules::vesting::ReleaseVested {};
    chain.ok("alice", Message::ReleaseVested(release));
    assert_eq!(chain.spendable("alice"), RICH / 10);
}

/// Ithaca: after a refund, settle was still possible, or never again.
#[test]
fn incident_66_a_summary_ends_once() {
    let mut chain = Chain::new(open_weights());
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 100));
    let lie = chain.serve("alice", 0, "cust", 20);
    chain.ok("hunter", challenge(lie, 10));
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    assert_eq!(chain.refused("j3", judge(lie, true)), 813);
    assert_eq!(chain.refused("hunter", challenge(lie, 10)), 807);
    chain.close();
    assert_eq!(chain.balance("cust"), RICH);
    assert_eq!(chain.deposit("cust", 0).unwrap().left(), Ok(amount(100)));
}

/// io.net: registered hardware that never proved anything was counted.
#[test]
fn incident_75_registration_and_unattested_proofs_give_no_weight() {
    let mut chain = Chain::new(open_weights());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    let claimed = proof(0, 0, 1_000);
    let report = report_of_proof("alice", &claimed);
    chain.ok("alice", Message::SubmitComputeProof(claimed));
    chain.ok("r1", attest(vec![report]));
    chain.close();
    assert!(chain.state.weights.current().account.is_empty());
    assert_eq!(chain.refused("r2", attest(vec![report])), 807, "too late for epoch 0");
    chain.close();
    assert_eq!(chain.minted(), 0);
}

/// Statistics were rebuilt after the settlement of the same epoch.
#[test]
fn incident_11_a_closed_epoch_takes_no_reports() {
    let mut chain = alice_alone(open_weights());
    let late = [
        Message::SubmitSummary(summary(0, 0, &[("cust", 1, 1)], 0)),
        Message::SubmitComputeProof(proof(0, 0, 1)),
    ];
    for message in late {
        assert_eq!(chain.refused("alice", message), 801);
    }
    assert_eq!(chain.refused("r1", misses(0, "alice", 1)), 801);
}

/// Storage that grew for ever.
#[test]
fn incident_83_duties_and_seeds_are_forgotten_with_their_claims() {
    let mut parameters = open_weights();
    parameters.work.checks_per_epoch = 1;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 100));
    chain.ok("alice", commit(0, "alice"));
    chain.serve("bob", 0, "cust", 1);
    chain.close();
    chain.ok("alice", reveal(0, "alice"));
    let alice = chain.handle("alice");
    assert!(chain.state.work.seed(0, alice).is_some());
    assert!(chain.state.work.duty(0, alice).is_some());
    chain.close();
    assert!(chain.state.work.seed(0, alice).is_none());
    assert!(chain.state.work.duty(0, alice).is_none());
    assert!(chain.state.settlement.record(0).is_none());
    let checks = Vec::new();
    let late = Message::RecordChecks(RecordChecks { epoch: 0, checks });
    assert_eq!(chain.refused("alice", late), 818);
}

/// Livepeer: an inconsistent total froze the stake of whoever left.
#[test]
fn incident_30_everything_slashed_leaves_nothing_stuck() {
    let mut chain = Chain::new(parameters());
    chain.block(vec![
        ("alice", join("alice", Some("val"))),
        ("val", confirm("alice")),
        ("alice", put_collateral(100)),
    ]);
    chain.ok("alice", withdraw_collateral(60));
    chain.evidence(fault("val", "1", 1, chain.now()));
    assert_eq!(chain.balance("alice"), RICH - 100);
    assert_eq!(chain.refused("alice", withdraw_collateral(1)), 604);
    chain.block(vec![("alice", put_collateral(7)), ("alice", withdraw_collateral(7))]);
    let applied = chain.apply(chain.now() + 29 * workmint_core::time::DAY_MS, vec![], vec![]);
    assert_eq!(quarantined(&applied), []);
    assert_eq!(chain.spendable("alice"), RICH - 100);
}
