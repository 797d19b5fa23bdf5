//! What users and auditors of Gonka complain about, and what happens here. `pain_NN` is number NN
//! of `reference/gonka.md` §4; docs/networks/gonka.md lists all of them.

use crate::kit::*;
use crate::stage::*;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Event;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::parameters::*;
use workmint_core::modules::work::ReportRef;
use workmint_core::modules::{emission, rewards};
use workmint_core::offline::{self, OfflineParticipant};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Message, State};

fn attest_misses(epoch: u64, who: &str, reporter: &str, missed: u64) -> Message {
    let report =
        workmint_core::modules::work::ReportMisses { epoch, participant: address(who), missed };
    let key = workmint_core::modules::work::MissKey {
        epoch,
        participant: address(who),
        reporter: address(reporter),
    };
    attest(vec![(ReportRef::Misses(key), content("misses", &report))])
}

/// There (issue 1522): the supply-cap branch pays out more than it mints. Here: never.
#[test]
fn pain_02_at_the_cap_no_more_is_paid_than_minted() {
    let mut parameters = open_weights();
    parameters.emission.allocation = amount(1_007);
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    let mut supply = chain.state.ledger.supply(GNK).issued.get();
    for expected in [0, 1_000, 7, 0] {
        chain.prove(&[("alice", 0, 1), ("bob", 0, 1), ("carol", 0, 1)]);
        let header = chain.close().closed.unwrap().record.header.clone();
        assert_eq!(header.minted.get(), expected);
        let issued = chain.state.ledger.supply(GNK).issued.get();
        assert_eq!(issued - supply, expected);
        supply = issued;
    }
}

/// There (issue 1746): the work coins of a host that is not active vanish from the books.
/// Here: accepted work is paid whatever becomes of the reward.
#[test]
fn pain_05_work_of_a_refuted_host_is_still_paid() {
    let mut parameters = open_weights();
    parameters.models[1].price_per_unit = amount(5);
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0, 1])]);
    chain.block(vec![("cust", prepay(0, 1_000)), ("cust", prepay(1, 1_000))]);
    chain.prove(&[("alice", 0, 1)]);
    chain.close();
    chain.serve("alice", 0, "cust", 40);
    let lie = chain.serve("alice", 1, "cust", 40);
    chain.ok("hunter", challenge(lie, 20));
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    let record = chain.close().closed.unwrap().record;
    let alice = record.summaries.of(&address("alice")).unwrap();
    assert_eq!((alice.earned.get(), alice.rewarded.get()), (200, 0));
    chain.ok("alice", claim(1));
    assert_eq!(chain.balance("alice"), RICH + 200);
}

/// There (issues 1067, 826, 1051): a claim paid one half and lost the other, and errors came
/// back as text. Here: all of it or a numbered error.
#[test]
fn pain_06_a_claim_pays_every_asset_or_nothing() {
    let mut parameters = open_weights();
    parameters.market.asset = USD;
    let mut chain = alice_alone(parameters);
    chain.serve("alice", 0, "cust", 10);
    chain.close();
    chain.ok("alice", claim(1));
    let usd = chain.state.ledger.holding(chain.handle("alice"), USD);
    assert_eq!((chain.balance("alice"), usd.balance.get()), (RICH + 1_000, RICH + 50));
}

/// A weight that stands in a state only where the weights of the open epoch do.
const WEIGHT: u64 = 987_654_321_987;

/// An exported state whose 30 providers have, by damage, weights whose sum leaves 128 bits.
pub(crate) fn too_heavy(score: Score) -> State {
    let mut parameters = open_weights();
    parameters.streams[0].score = score;
    let by_weight = Score::PocWeight(no_bonus());
    parameters.streams[1] =
        Stream { source: Source::Payments, ..emission_stream("work", "1", by_weight) };
    let mut chain = Chain::new(parameters);
    let hosts: Vec<String> = (0..30).map(|number| format!("host{number}")).collect();
    let providers: Vec<(&str, &[u16])> = hosts.iter().map(|who| (&who[..], &[0][..])).collect();
    chain.register(&providers);
    chain.ok("cust", prepay(0, 100));
    let proofs: Vec<(&str, u16, u64)> = hosts.iter().map(|who| (&who[..], 0, WEIGHT)).collect();
    chain.prove(&proofs);
    chain.close();
    chain.serve("host0", 0, "cust", 4);
    let mut bytes = chain.state.export().unwrap();
    let places: Vec<usize> =
        (0..bytes.len() - 8).filter(|at| bytes[*at..at + 8] == WEIGHT.to_le_bytes()).collect();
    assert_eq!(places.len(), 90, "potential, effective and node of each");
    for at in places {
        bytes[at..at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
    }
    State::import(&bytes).unwrap()
}

/// There (issues 787, 784, 886): settlement failed half-way, a mint error was ignored, the epoch's
/// reward was lost for good. Here: nothing is minted for a stream that cannot be planned, its pot
/// and what was earned are kept, everything else of the close goes on, and the next epoch splits
/// it.
#[test]
fn pain_07_a_stream_that_fails_loses_nothing() {
    let mut chain = Chain::new(open_weights());
    chain.state = too_heavy(Score::PocWeight(no_bonus()));
    let closed = chain.close();
    let code = 1;
    for stream in ["compute", "work"] {
        let event = rewards::Event::StreamQuarantined { stream: name(stream), epoch: 1, code };
        assert!(closed.events.contains(&Event::Rewards(event)), "{stream}");
    }
    assert_eq!((chain.minted(), chain.pot(&Pot::Payments)), (0, 20));
    let kept = chain.state.work.tally(chain.handle("host0"));
    assert_eq!((kept.unsplit, kept.work, kept.units), (amount(20), amount(0), 0));
    chain.prove(&[("host1", 0, 1)]);
    let closed = chain.close().closed.unwrap();
    assert_eq!(closed.record.header.minted, Amount::ZERO, "nobody had a weight");
    assert_eq!(chain.pot(&Pot::Payments), 20);
    chain.close();
    assert_eq!(chain.pot(&Pot::Payments), 0, "split at last, by this network's rule");
    assert_eq!(chain.pot(&Pot::Claims), 1_020);
    assert_eq!(chain.state.work.tally(chain.handle("host0")).unsplit, Amount::ZERO);
}

/// There (PR 1255): a withdrawal that matured was released before the epoch's slash.
/// Here: slashing comes before every release.
#[test]
fn pain_08_unbonding_is_released_after_slashing() {
    let mut parameters = open_weights();
    parameters.collateral.unbonding = Duration::Epochs(1);
    let mut chain = alice_alone(parameters);
    chain.ok("alice", put_collateral(1_000));
    chain.ok("alice", withdraw_collateral(1_000));
    chain.close();
    // The withdrawal matures at the very close that judges alice's downtime.
    let report = misses(2, "alice", 9);
    chain.ok("r1", report);
    chain.ok("r2", attest_misses(2, "alice", "r1", 9));
    chain.close();
    assert_eq!(chain.burned(), 100 + 1_000, "the slash, and the reward nobody claimed");
    assert_eq!(chain.locked("alice", LockKind::Unbonding), 0);
    assert_eq!(chain.spendable("alice"), RICH - 100);
}

/// There (issues 933, 934): a base weight ratio above 1 gave weight from nothing.
/// Here: the checker refuses it.
#[test]
fn pain_10_a_base_ratio_above_one_is_refused() {
    for (value, fits) in [("1", true), ("1.000000000000000001", false), ("2", false)] {
        let mut parameters = parameters();
        parameters.weights.base_weight_ratio = ratio(value);
        assert_eq!(State::genesis(&genesis(parameters)).is_ok(), fits, "{value}");
    }
}

/// There (issues 838, 1078): a host without a request passes and keeps all; nobody was told.
/// Here: it passes too, by decision, and the network's findings say so; one miss of one request
/// does not.
#[test]
fn pain_13_the_test_at_zero_and_one_request_is_defined() {
    let mut chain = alice_alone(open_weights());
    chain.ok("alice", put_collateral(1_000));
    chain.close();
    assert_eq!(chain.balance("alice"), RICH, "no request: no slash");
    let silent = summary(2, 0, &[], 1);
    let report = report_of_summary("alice", &silent);
    chain.ok("alice", Message::SubmitSummary(silent));
    chain.attest(vec![report]);
    chain.close();
    assert_eq!(chain.balance("alice"), RICH - 100, "one of one missed");
}

/// There (issue 353): one settle slot per participant, overwritten by the next epoch.
/// Here: every epoch of the window stays open.
#[test]
fn pain_19_the_next_settlement_keeps_the_last() {
    let mut parameters = open_weights();
    parameters.claims.window_epochs = 3;
    let mut chain = alice_alone(parameters);
    for _ in 0..2 {
        chain.prove(&[("alice", 0, 1)]);
        chain.close();
    }
    chain.block(vec![("alice", claim(2)), ("alice", claim(1))]);
    assert_eq!(chain.balance("alice"), RICH + 2_000);
}

/// There (issues 1280, 979, 980): money and work of a session nobody settled in time were stuck
/// or given away. Here: work given away free reserved nothing, so its deposit can end before the
/// work is judged; it is judged or lapses all the same.
#[test]
fn pain_20_free_work_of_an_ended_deposit_can_still_be_refuted() {
    for judged in [true, false] {
        let mut parameters = open_weights();
        parameters.work.challenge_window = Duration::Epochs(4);
        let mut chain = Chain::new(parameters);
        chain.register(&[("alice", &[2])]);
        chain.ok("cust", prepay(2, 1));
        let served = summary(0, 2, &[("cust", 1, 9)], 0);
        let report = report_of_summary("alice", &served);
        chain.ok("alice", Message::SubmitSummary(served));
        chain.ok("cust", close_deposit(2));
        if judged {
            chain.attest(vec![report]);
        }
        chain.close();
        assert_eq!(chain.deposit("cust", 2), None);
        if judged {
            let key = key(0, "alice", 2);
            chain.ok("hunter", challenge(key, 10));
            chain.block(vec![("j1", judge(key, true)), ("j2", judge(key, true))]);
        }
        assert_eq!(quarantined(&chain.close()), []);
        assert_eq!(chain.state.work.receipts().count(), 0);
    }
}

/// There (proposals/paginator): an unpaginated query settled the first 100 participants only.
/// Here: all of them.
#[test]
fn pain_25_every_participant_is_settled() {
    let mut chain = Chain::new(open_weights());
    let names: Vec<String> = (0..150).map(|number| format!("host{number}")).collect();
    let mut reports = Vec::new();
    let mut messages = Vec::new();
    for who in &names {
        let proof = proof(0, 0, 2);
        reports.push(report_of_proof(who, &proof));
        messages.push((who.as_str(), join(who, None)));
        messages.push((who.as_str(), node(1, &[0])));
        messages.push((who.as_str(), Message::SubmitComputeProof(proof)));
    }
    chain.block(messages);
    chain.attest(reports);
    chain.close();
    let record = chain.close().closed.unwrap().record;
    assert_eq!(record.entries.len(), 150);
    assert!(record.entries.amount.iter().all(|reward| reward.get() == 6), "1,000 / 150 = 6.67");
    assert_eq!(record.header.streams[0].dust, amount(100));
}

/// There (issues 1472, 830): checks were off by default, and drawn by the hash of a block that the
/// claimer picked. Here: they are drawn from a committed seed and the close; when the seed is
/// revealed changes nothing.
#[test]
fn pain_11_nobody_picks_the_checks_it_owes() {
    let mut parameters = open_weights();
    parameters.work.checks_per_epoch = 2;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0, 1]), ("carol", &[0, 1])]);
    chain.block(vec![("cust", prepay(0, 100)), ("cust", prepay(1, 100))]);
    chain.prove(&[("alice", 0, 1)]);
    chain.close();
    chain.ok("alice", commit(1, "alice"));
    for (who, model) in [("bob", 0), ("bob", 1), ("carol", 0), ("carol", 1)] {
        chain.serve(who, model, "cust", 1);
    }
    chain.close();
    let fork = Snapshot::take(&chain);
    let drawn = |blocks_before: u32| {
        let mut chain = fork.chain();
        for number in 0..blocks_before {
            chain.ok("cust", prepay(0, 1 + u128::from(number)));
        }
        chain.ok("alice", reveal(1, "alice"));
        let due = chain.state.work.duty(1, chain.handle("alice")).unwrap().due.clone();
        due.iter().map(|id| chain.state.report_key(id)).collect::<Vec<_>>()
    };
    let first = drawn(0);
    assert_eq!(first.len(), 2);
    for blocks in 1..6 {
        assert_eq!(drawn(blocks), first, "revealed {blocks} blocks later");
    }
}

/// There (issues 678, 524): users found "lost" coins with governance. Here: every unit of a budget
/// has a line and a destination.
#[test]
fn pain_15_every_unit_of_a_budget_has_a_line() {
    let mut parameters = open_weights();
    parameters.streams[0].forfeits = Destination::Treasury;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    chain.ok("cust", prepay(0, 1_000));
    chain.prove(&[("alice", 0, 7), ("bob", 0, 7), ("carol", 0, 7)]);
    chain.close();
    let lie = chain.serve("bob", 0, "cust", 20);
    chain.ok("hunter", challenge(lie, 10));
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    let record = chain.close().closed.unwrap().record;
    let line = &record.header.streams[0];
    assert_eq!((line.budget.get(), line.paid.get()), (1_000, 666));
    assert_eq!((line.forfeited.get(), line.dust.get()), (333, 1));
    assert_eq!(line.forfeits_to, Destination::Treasury);
    assert_eq!((chain.pot(&Pot::Treasury), chain.pot(&Pot::Claims)), (333, 666));
    assert_eq!(chain.pot(&Pot::Carry(name("compute"))), 1);
    assert_eq!(record.header.minted, amount(1_000));
}

/// There (issues 506, 893, 1050): floats in consensus; the reward of mainnet's epoch 56 came out a
/// unit short, ..954. Here: the exact floor.
#[test]
fn pain_16_the_schedule_is_exact() {
    let mut rules = parameters().emission;
    rules.schedule = Schedule::Geometric {
        initial: amount(323_000_000_000_000),
        factor: ratio("0.9995251127946402"),
        period_epochs: 1,
    };
    rules.allocation = amount(680_000_000_000_000_000);
    rules.genesis_epoch = 1;
    let facts = |epoch| emission::Facts {
        epoch,
        blocks: 1,
        minted: Amount::ZERO,
        asset_issued: Amount::ZERO,
        work: Amount::ZERO,
        reductions: 0,
        ..Default::default()
    };
    let of = |epoch| emission::scheduled(&rules, &facts(epoch)).unwrap().get();
    assert_eq!(of(0), 0, "before the genesis epoch nothing wraps around");
    assert_eq!(of(2), 322_846_611_432_668, "323,000 x 0.9995251127946402 by hand");
    assert_eq!(of(56), 314_670_897_622_955, "reference/gonka.md §1.1");
}

/// There (issue 491): a race at the switch of epochs dropped nodes. Here: what the closing block
/// holds counts, and what comes later is refused with a number.
#[test]
fn pain_17_the_closing_block_counts_and_the_next_one_does_not() {
    let mut chain = Chain::new(open_weights());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    let first = proof(0, 0, 3);
    let late = proof(0, 0, 4);
    let word = attest(vec![report_of_proof("alice", &first)]);
    let messages =
        vec![("alice", Message::SubmitComputeProof(first)), ("r1", word.clone()), ("r2", word)];
    let applied = chain.apply(START + DAY_MS, messages, Vec::new());
    assert!(applied.closed.is_some() && applied.results.iter().all(Result::is_ok));
    assert_eq!(chain.refused("bob", Message::SubmitComputeProof(late)), 801);
    let weights = chain.state.weights.current();
    assert_eq!((&weights.account[..], &weights.effective[..]), (&[address("alice")][..], &[3][..]));
}

/// There (epoch 117): the chain halted, rewards were lost and paid by a list in the next binary.
/// Here: the epoch that was open pays when the chain goes on, and skipped epochs are on record.
#[test]
fn pain_24_an_outage_loses_no_reward() {
    let mut parameters = open_weights();
    parameters.claims.window_epochs = 3;
    let mut chain = alice_alone(parameters);
    let applied = chain.apply(START + 5 * DAY_MS, Vec::new(), Vec::new());
    let skipped = Event::EpochsSkipped { first: 2, last: 4 };
    assert!(applied.events.contains(&skipped));
    assert_eq!((chain.epoch(), chain.minted()), (5, 1_000));
    chain.ok("alice", claim(1));
    assert_eq!(chain.balance("alice"), RICH + 1_000);
}

/// Hosts of one node each: weight, and the smallest reading of it.
fn settled(parameters: &Parameters, hosts: &[(&str, u64, Option<u64>)]) -> Vec<u128> {
    let participants = hosts.iter().map(|(who, weight, confirmed)| OfflineParticipant {
        effective: Some(*weight),
        confirmed: *confirmed,
        ..crate::plans::participant_of(address(who))
    });
    let epoch = crate::plans::epoch_of(participants.collect());
    let settlement = offline::settle(parameters, epoch, false).unwrap();
    let row = |who: &str| settlement.inputs.participants.find(&address(who)).unwrap();
    hosts.iter().map(|(who, ..)| settlement.plan.streams[0].rewards[row(who)].get()).collect()
}

/// Confirmed weights, and a cap of 50, 40 and 30 %.
fn capped() -> Parameters {
    let mut parameters = open_weights();
    parameters.weights.confirmation =
        Some(Confirmation { inactive_below: Ratio::ZERO, tolerance: Ratio::ONE });
    parameters.weights.power_cap =
        Some(PowerCap { of_two: ratio("0.5"), of_three: ratio("0.4"), of_many: ratio("0.3") });
    parameters
}

/// There (issues 1519, 1372): the cap is a share of what is left of the others' weights, the
/// payment a share of all weights: an honest host with a quarter of the network is clipped because
/// others fail. Here: the cap is a rule a network chooses (`gonka-mainnet` has it, to the unit),
/// `gonka` has none and the host gets its quarter; what is cut off goes to nobody else.
#[test]
fn pain_03_a_cap_is_a_choice_and_enriches_nobody() {
    let hosts = [
        ("alice", 250, None),
        ("bob", 250, Some(10)),
        ("carol", 250, Some(10)),
        ("dave", 250, Some(10)),
    ];
    // 30 % of (10 + 10 + 10 + cap) is the cap: 30 x 0.3 / 0.7 = 12.86.
    assert_eq!(settled(&capped(), &hosts), [12, 10, 10, 10]);
    let mut uncapped = capped();
    uncapped.weights.power_cap = None;
    assert_eq!(settled(&uncapped, &hosts), [250, 10, 10, 10]);
}

/// There (issue 1395): one participant of weight zero made the cap infeasible and zeroed everybody.
/// Here: weights of zero do not count.
#[test]
fn pain_04_one_zero_weight_zeroes_nobody() {
    let hosts = [("alice", 300, None), ("bob", 350, None), ("carol", 350, None), ("dave", 0, None)];
    assert_eq!(settled(&capped(), &hosts), [300, 350, 350, 0]);
    let confirmed = [("alice", 300, None), ("bob", 350, None), ("carol", 350, Some(0))];
    assert_eq!(settled(&capped(), &confirmed), [300, 300, 0], "two are left: half of 600 each");
}

/// There (issues 868, 888, 882): slashes took a share of all collateral, whatever the weight
/// needed, or collateral did not count in rewards at all. Here: it counts, and what a slash is
/// taken of is a parameter; only what the weight requires is at stake under `required`.
#[test]
fn pain_09_the_base_of_a_slash_is_what_the_network_says() {
    for (base, taken) in [(SlashBase::All, 200), (SlashBase::Required, 80)] {
        let mut parameters = parameters();
        parameters.weights.collateral_per_weight_unit = Ratio::ONE;
        parameters.slashing.base = base;
        parameters.slashing.downtime = ratio("0.1");
        let mut chain = Chain::new(parameters);
        chain.register(&[("alice", &[0])]);
        chain.ok("cust", prepay(0, 1_000));
        chain.ok("alice", put_collateral(2_000));
        chain.prove(&[("alice", 0, 1_000)]);
        chain.close();
        assert_eq!(chain.state.weights.current().effective, [1_000], "200 + 800 of 2,000 at stake");
        let silent = summary(1, 0, &[], 1);
        let report = report_of_summary("alice", &silent);
        chain.ok("alice", Message::SubmitSummary(silent));
        chain.attest(vec![report]);
        chain.close();
        assert_eq!(chain.balance("alice"), RICH - taken, "{base:?}");
    }
}
