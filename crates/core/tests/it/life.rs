//! Whole lives of providers and customers, with every number computed by hand.

use crate::kit::*;
use workmint_core::Event;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::parameters::*;
use workmint_core::modules::work::{
    Check, CommitSeed, Duty, RecordChecks, RevealSeed, commitment_of,
};
use workmint_core::modules::{collateral, settlement, slashing};
use workmint_core::time::DAY_MS;
use workmint_core::{Evidence, Hash, Message};

fn bonus_stream() -> Stream {
    let bonuses = Bonuses {
        utilisation_factor: ratio("0.5"),
        full_coverage: ratio("1.2"),
        partial_coverage: ratio("0.1"),
    };
    emission_stream("compute", "1", Score::PocWeight(bonuses))
}

/// Everyone's weight counts whole.
fn no_collateral() -> Parameters {
    let mut parameters = parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters
}

/// Document 000 §3.2: "If Participant A has 100 PoC weight and the total network has 1,000 PoC
/// weight, Participant A receives 10 % of the epoch reward."
#[test]
fn document_000_weight_100_of_1000_gets_a_tenth() {
    let mut chain = Chain::new(no_collateral());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.prove(&[("alice", 0, 100), ("bob", 0, 900)]);
    let first = chain.close();
    let record = &first.closed.unwrap().record;
    assert_eq!(record.header.minted, amount(0), "nobody had a weight yet");
    let record = chain.close().closed.unwrap().record;
    assert_eq!(record.header.minted, amount(1_000));
    chain.block(vec![("alice", claim(1)), ("bob", claim(1))]);
    assert_eq!(chain.balance("alice"), RICH + 100);
    assert_eq!(chain.balance("bob"), RICH + 900);
    assert_eq!(chain.pot(&Pot::Claims), 0);
}

/// Document 000 §5 and §6: a node of a model at 100 % utilisation counts 1.5; all models x 1.2; one
/// of three 1 + 1/3 x 0.1.
#[test]
fn document_000_bonuses_count() {
    let mut parameters = no_collateral();
    parameters.models.truncate(2);
    parameters.streams[0] = bonus_stream();
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0, 1]), ("carol", &[1])]);
    chain.ok("cust", prepay(0, 50_000));
    // Model 0: 60 + 40 weight x 10 units each = 1,000 units of capacity; model 1: 50 + 100.
    chain.prove(&[("alice", 0, 60), ("bob", 0, 40), ("bob", 1, 50), ("carol", 1, 100)]);
    chain.close();
    chain.serve("alice", 0, "cust", 1_000);
    let record = chain.close().closed.unwrap().record;
    // Utilisation: 1,000 of 1,000 and 0 of 1,500. One of two models: x 1.05; both: x 1.2.
    //   alice: 60 x 1.5 x 1.05 = 94.5;  bob: (40 x 1.5 + 50) x 1.2 = 132;  carol: 100 x 1.05 = 105
    //   of 331.5: 285.06, 398.19, 316.74 of 1,000; dust 1.
    let rewarded = |who| record.summaries.of(&address(who)).unwrap().rewarded.get();
    assert_eq!((rewarded("alice"), rewarded("bob"), rewarded("carol")), (285, 398, 316));
    let line = &record.header.streams[0];
    assert_eq!((line.paid, line.dust), (amount(999), amount(1)));
    assert_eq!(line.denominator, 331_500_000_000_000_000_000, "331.5 in score units");
    assert_eq!(chain.pot(&Pot::Carry(name("compute"))), 1);
    // WorkCoins: alice's customer paid 1,000 units x 5.
    let alice = record.summaries.of(&address("alice")).unwrap();
    assert_eq!((alice.earned, alice.units, alice.requests), (amount(5_000), 1_000, 1));
    chain.ok("alice", claim(1));
    assert_eq!(chain.balance("alice"), RICH + 5_000 + 285);
    assert_eq!(chain.balance("cust"), RICH - 5_000);
}

/// The dust of one epoch is part of the next budget, counted once.
#[test]
fn dust_is_carried_into_the_next_epoch() {
    let mut chain = Chain::new(no_collateral());
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    for _ in 0..4 {
        chain.prove(&[("alice", 0, 1), ("bob", 0, 1), ("carol", 0, 1)]);
        chain.close();
    }
    // Thirds of 1,000: 333 x 3, dust 1; of 1,001: 333 x 3, dust 2; of 1,002: 334 x 3, dust 0.
    let line = |epoch| &chain.state.settlement.header(epoch).unwrap().streams[0];
    let found = [1, 2, 3].map(|epoch| (line(epoch).budget.get(), line(epoch).dust.get()));
    assert_eq!(found, [(1_000, 1), (1_001, 2), (1_002, 0)]);
    assert_eq!(chain.minted(), 3_000);
    assert_eq!(chain.state.settlement.header(3).unwrap().minted, amount(1_000));
}

/// Document 001 §2.1: base 20 % without collateral, the rest activated by collateral.
#[test]
fn document_001_collateral_activates_weight() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    // 10 units of collateral a weight: bob backs half of his eligible 80, carol all of hers.
    chain.block(vec![("bob", put_collateral(400)), ("carol", put_collateral(800))]);
    chain.prove(&[("alice", 0, 100), ("bob", 0, 100), ("carol", 0, 100)]);
    chain.close();
    let snapshot = chain.state.weights.current();
    let effective = |who| {
        let at = snapshot.account.binary_search(&address(who)).unwrap();
        (snapshot.potential[at], snapshot.effective[at])
    };
    assert_eq!(effective("alice"), (100, 20));
    assert_eq!(effective("bob"), (100, 60));
    assert_eq!(effective("carol"), (100, 100));
    chain.close();
    chain.block(vec![("alice", claim(1)), ("bob", claim(1)), ("carol", claim(1))]);
    // Of 180: 111.1, 333.3, 555.5.
    let gained = |who, locked| chain.balance(who) - RICH - locked;
    assert_eq!((gained("alice", 0), gained("bob", 0), gained("carol", 0)), (111, 333, 555));
    assert_eq!(chain.locked("carol", LockKind::Collateral), 800);
}

/// Document 001 §2.2: unbonding gives no weight, stays slashable for 28 days, is released after the
/// slashing of its last close.
#[test]
fn document_001_unbonding_is_slashable_until_released() {
    let mut chain = Chain::new(parameters());
    chain.block(vec![
        ("alice", join("alice", Some("val"))),
        ("val", confirm("alice")),
        ("alice", node(1, &[0])),
    ]);
    chain.ok("alice", put_collateral(1_000));
    chain.ok("alice", withdraw_collateral(400));
    let asked_at = chain.now();
    assert_eq!(chain.locked("alice", LockKind::Unbonding), 400);
    chain.prove(&[("alice", 0, 100)]);
    chain.close();
    assert_eq!(chain.state.weights.current().effective, [80], "20 + 600 / 10");
    // Slashed by the validator's fraction, active and unbonding alike: 5 % of 600 and of 400.
    let fault_at = chain.now();
    chain.evidence(fault("val", "0.05", 1, fault_at));
    assert_eq!(chain.locked("alice", LockKind::Collateral), 570);
    assert_eq!(chain.locked("alice", LockKind::Unbonding), 380);
    assert_eq!(chain.burned(), 50);
    // One millisecond before the end of 28 days nothing is released, even at a close.
    chain.apply(asked_at + 28 * DAY_MS - 1, Vec::new(), Vec::new());
    assert_eq!(chain.locked("alice", LockKind::Unbonding), 380);
    let applied = chain.close();
    let released = Event::Collateral(collateral::Event::Released {
        account: address("alice"),
        amount: amount(380),
    });
    assert!(applied.events.contains(&released));
    assert_eq!(chain.spendable("alice"), RICH - 50 - 570);
}

/// Document 001 §3.2, §3.3: a jailed validator's participant has base weight only and cannot
/// deposit; bonded again, everything counts again.
#[test]
fn document_001_jailed_and_restored() {
    let mut chain = Chain::new(parameters());
    chain.block(vec![
        ("alice", join("alice", Some("val"))),
        ("val", confirm("alice")),
        ("alice", node(1, &[0])),
    ]);
    chain.ok("alice", put_collateral(800));
    let validator = address("val");
    chain.evidence(Evidence::ValidatorBeganUnbonding { validator });
    assert_eq!(chain.refused("alice", put_collateral(1)), 603);
    chain.prove(&[("alice", 0, 100)]);
    chain.close();
    assert_eq!(chain.state.weights.current().effective, [20]);
    chain.evidence(Evidence::ValidatorBonded { validator });
    chain.ok("alice", put_collateral(1));
    chain.prove(&[("alice", 0, 100)]);
    assert_eq!(chain.state.weights.current().effective, [20], "fixed while the epoch is open");
    chain.close();
    assert_eq!(chain.state.weights.current().effective, [100]);
}

/// A consensus fault and downtime of the same epoch both count; at a close, slashing comes before
/// release.
#[test]
fn downtime_is_slashed_at_the_close_before_release() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0])]);
    chain.ok("alice", put_collateral(1_001));
    chain.ok("alice", withdraw_collateral(1_001));
    chain.ok("cust", prepay(0, 1_000));
    let end = chain.now() + 28 * DAY_MS;
    // In the last open epoch, 6 of 100 requests are missed: more than 5 %.
    chain.apply(end - DAY_MS, Vec::new(), Vec::new());
    let epoch = chain.epoch();
    let served = summary(epoch, 0, &[("cust", 94, 10)], 6);
    let report = report_of_summary("alice", &served);
    chain.ok("alice", Message::SubmitSummary(served));
    chain.attest(vec![report]);
    let applied = chain.apply(end + DAY_MS, Vec::new(), Vec::new());
    // ceil(10 % of 1,001) = 101, all of it from unbonding; then the rest is released.
    assert_eq!(chain.burned(), 101);
    assert_eq!(chain.locked("alice", LockKind::Unbonding), 0);
    assert_eq!(chain.spendable("alice"), RICH - 101);
    let punished = Event::Slashing(slashing::Event::Punished {
        account: address("alice"),
        kind: slashing::OffenceKind::Downtime,
        fraction: ratio("0.1"),
        amount: amount(101),
    });
    assert!(applied.events.contains(&punished));
    let record = applied.closed.unwrap().record;
    assert_eq!(record.summaries.of(&address("alice")).unwrap().slashed, amount(101));
}

/// Sampled checks: committed before the draw, revealed, done, then the claim pays; without them it
/// expires.
#[test]
fn duties_are_done_before_the_claim() {
    let mut parameters = no_collateral();
    parameters.work.checks_per_epoch = 2;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 10_000));
    chain.prove(&[("alice", 0, 30), ("bob", 0, 70)]);
    chain.close();
    let seed = Hash([9; 32]);
    let commit =
        CommitSeed { epoch: 1, commitment: commitment_of(&seed), signature: vec![1, 2, 3] };
    chain.ok("alice", Message::CommitSeed(commit));
    let bobs = chain.serve("bob", 0, "cust", 10);
    let record = chain.close().closed.unwrap().record;
    assert_eq!(record.seeds.len(), 1, "the seed's signature is kept with the settlement");
    assert_eq!(record.seeds[0].signature, [1, 2, 3]);
    assert_eq!(chain.refused("alice", claim(1)), 819);
    chain.ok("alice", Message::RevealSeed(RevealSeed { epoch: 1, seed }));
    let due: Option<&Duty> = chain.state.work.duty(1, chain.handle("alice"));
    assert_eq!(due.unwrap().due.len(), 1, "one receipt exists, and it is bob's");
    assert_eq!(chain.refused("alice", claim(1)), 819);
    let check = Check { summary: bobs, valid: true, evidence: Hash::ZERO };
    let checks = vec![check];
    chain.ok("alice", Message::RecordChecks(RecordChecks { epoch: 1, checks }));
    chain.ok("alice", claim(1));
    assert_eq!(chain.balance("alice"), RICH + 300);
    // Bob committed nothing: his 700 + 50 for work expire at the close of epoch 2 and are burned.
    assert_eq!(chain.refused("bob", claim(1)), 819);
    let applied = chain.close();
    let expired = Event::Settlement(settlement::Event::Expired {
        epoch: 1,
        asset: GNK,
        amount: amount(750),
        to: Destination::Burn,
    });
    assert!(applied.events.contains(&expired));
    assert_eq!(chain.burned(), 750);
    assert_eq!(chain.refused("bob", claim(1)), 1202);
}

/// A cheater: challenged, judged by 2 of 3, slashed in the block, bounty paid, customers refunded,
/// the rest of the epoch's reward gone, unclaimed rewards of the offence's epoch taken.
#[test]
fn a_refuted_provider_loses_what_it_should() {
    let mut parameters = parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.block(vec![("cust", prepay(0, 1_000)), ("alice", put_collateral(999))]);
    chain.prove(&[("alice", 0, 50), ("bob", 0, 50)]);
    chain.close();
    let lie = chain.serve("alice", 0, "cust", 100);
    assert_eq!(chain.deposit("cust", 0).unwrap().reserved, amount(500));
    assert_eq!(chain.refused("hunter", challenge(lie, 49)), 812, "10 % of 500 is 50");
    chain.ok("hunter", challenge(lie, 50));
    assert_eq!(chain.locked("hunter", LockKind::Bond), 50);
    chain.ok("j1", judge(lie, true));
    assert_eq!(chain.balance("alice"), RICH, "one of two votes decides nothing");
    chain.ok("j2", judge(lie, true));
    // Slash ceil(20 % of 999) = 200; a fifth of it, 40, to the challenger; 160 burned.
    assert_eq!(chain.balance("alice"), RICH - 200);
    assert_eq!(chain.spendable("hunter"), RICH + 40);
    assert_eq!(chain.burned(), 160);
    assert_eq!(chain.deposit("cust", 0).unwrap().reserved, amount(0));
    let record = chain.close().closed.unwrap().record;
    let line = &record.header.streams[0];
    assert_eq!((line.paid.get(), line.forfeited.get()), (500, 500));
    assert_eq!(chain.minted(), 500, "burned forfeits are never minted");
    assert_eq!(chain.refused("alice", claim(1)), 1203);
    chain.ok("bob", claim(1));
    assert_eq!(chain.balance("bob"), RICH + 500);
}
