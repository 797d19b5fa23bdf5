//! Every way a message about work, duties or claims, or evidence, can be wrong: one defect per row.

use crate::errors::{Row, run};
use crate::kit::*;
use crate::stage::*;
use workmint_core::modules::parameters::ModelId;
use workmint_core::modules::work::{
    Attest, CommitSeed, ReportKey, ReportRef, RevealSeed, SubmitComputeProof, SubmitSummary, Usage,
};
use workmint_core::{Evidence, Hash, Message};

/// A sound summary of carol for cust, changed.
fn report(change: impl Fn(&mut SubmitSummary)) -> Message {
    let mut report = summary(2, 0, &[("cust", 1, 1)], 0);
    change(&mut report);
    Message::SubmitSummary(report)
}

fn usage(list: &[(&str, u64, u64)]) -> Vec<Usage> {
    summary(2, 0, list, 0).usage
}

#[test]
fn summaries() {
    let no_customers = |report: &mut SubmitSummary| report.usage.clear();
    let five = usage(&[("cust", 1, 1), ("r2", 1, 1), ("bob", 1, 1), ("j1", 1, 1), ("j2", 1, 1)]);
    let mut descending = usage(&[("cust", 1, 1), ("r2", 1, 1)]);
    descending.reverse();
    let twice = usage(&[("cust", 1, 1), ("cust", 1, 1)]);
    let only = |list: Vec<Usage>| report(move |report| report.usage.clone_from(&list));
    let rows: Vec<Row> = vec![
        ("past epoch", "carol", report(|report| report.epoch = 1), 801),
        ("future epoch", "carol", report(|report| report.epoch = 3), 801),
        ("a stranger", "cust", report(|_| ()), 302),
        ("unknown node", "carol", report(|report| report.node = 2), 306),
        ("model not served", "carol", report(|report| report.model = ModelId(1)), 307),
        ("model that is not", "carol", report(|report| report.model = ModelId(9)), 307),
        ("reported twice", "alice", report(|_| ()), 802),
        ("nothing to report", "carol", report(no_customers), 803),
        ("five customers of four", "carol", only(five), 803),
        ("customers descending", "carol", only(descending), 803),
        ("one customer twice", "carol", only(twice), 803),
    ];
    run(rows);
}

#[test]
fn numbers_and_customers_of_summaries() {
    let only = |list: Vec<Usage>| report(move |report| report.usage.clone_from(&list));
    let one = |who, requests, units| only(usage(&[(who, requests, units)]));
    let rows: Vec<Row> = vec![
        ("no request", "carol", one("cust", 0, 1), 804),
        ("no unit", "carol", one("cust", 1, 0), 804),
        ("2^48 + 1 units", "carol", one("cust", 1, (1 << 48) + 1), 804),
        ("2^48 + 1 requests", "carol", one("cust", (1 << 48) + 1, 1), 804),
        ("2^48 + 1 misses", "carol", report(|report| report.missed = (1 << 48) + 1), 804),
        ("quality 1.001", "carol", report(|report| report.quality_permille = 1_001), 804),
        ("customer never seen", "carol", one("stranger", 1, 1), 820),
        ("customer without deposit", "carol", one("j1", 1, 1), 903),
        ("price above the limit", "carol", one("hunter", 1, 1), 904),
        // cust has 1,000 - 10 paid - 100 reserved: 890 left, 178 units.
        ("deposit too small", "carol", one("cust", 1, 179), 905),
    ];
    run(rows);
}

#[test]
fn proofs_and_misses() {
    let submit = |change: &dyn Fn(&mut SubmitComputeProof)| {
        let mut proof = proof(2, 0, 5);
        change(&mut proof);
        Message::SubmitComputeProof(proof)
    };
    run(vec![
        ("past epoch", "carol", submit(&|proof| proof.epoch = 1), 801),
        ("future epoch", "carol", submit(&|proof| proof.epoch = 3), 801),
        ("a stranger", "cust", submit(&|_| ()), 302),
        ("unknown node", "carol", submit(&|proof| proof.node = 2), 306),
        ("model not served", "carol", submit(&|proof| proof.model = ModelId(2)), 307),
        ("proved twice", "dave", submit(&|_| ()), 802),
        ("weight of nothing", "carol", submit(&|proof| proof.weight = 0), 804),
        ("10^12 + 1", "carol", submit(&|proof| proof.weight = 1_000_000_000_001), 804),
        ("misses of the past", "r1", misses(1, "alice", 1), 801),
        ("misses by no reporter", "bob", misses(2, "alice", 1), 805),
        ("misses of nobody", "r1", misses(2, "stranger", 1), 807),
        ("misses of a customer", "r1", misses(2, "cust", 1), 807),
        ("misses of a relative", "r3", misses(2, "dave", 1), 808),
        ("no miss", "r1", misses(2, "alice", 0), 804),
        ("2^48 + 1 misses", "r1", misses(2, "alice", (1 << 48) + 1), 804),
        ("misses twice", "r1", misses(2, "bob", 2), 802),
    ]);
}

#[test]
fn attestations() {
    let small = summary(2, 0, &[("cust", 1, 10), ("r2", 1, 10)], 0);
    let alices = report_of_summary("alice", &small);
    let daves = report_of_proof("dave", &proof(2, 0, 5));
    let batch = |reports: Vec<ReportRef>| {
        let root = Hash::ZERO;
        Message::Attest(Attest { reports, root })
    };
    let absent = ReportRef::Summary(key(2, "carol", 0));
    let stranger = ReportRef::Proof(key(2, "stranger", 0));
    run(vec![
        ("no reporter", "bob", attest(vec![alices]), 805),
        ("empty batch", "r2", batch(vec![]), 803),
        ("descending batch", "r3", batch(vec![daves.0, alices.0]), 803),
        ("report twice", "r3", batch(vec![alices.0, alices.0]), 803),
        ("no such report", "r2", batch(vec![absent]), 807),
        ("nobody's report", "r2", batch(vec![stranger]), 807),
        ("its owner's", "r3", attest(vec![daves]), 808),
        ("its customer", "r2", attest(vec![alices]), 808),
        ("twice", "r1", attest(vec![alices]), 809),
        ("other contents", "r3", batch(vec![alices.0]), 810),
        ("contents of another", "r3", attest(vec![(alices.0, daves.1)]), 810),
    ]);
}

#[test]
fn challenges_and_judgements() {
    let open: ReportKey = key(2, "bob", 0);
    let challenged = key(2, "bob", 1);
    let alices = key(2, "alice", 1);
    run(vec![
        ("no such summary", "hunter", challenge(key(2, "carol", 0), 100), 807),
        ("nobody's summary", "hunter", challenge(key(2, "stranger", 0), 100), 807),
        ("not accepted", "hunter", challenge(key(2, "alice", 0), 100), 811),
        ("challenged already", "cust", challenge(challenged, 100), 811),
        ("its own", "bob", challenge(open, 100), 808),
        ("owner's bond of 9", "carol", challenge(alices, 9), 812),
        // A tenth of 20 x 5 is the minimum of 10 as well.
        ("bond of 9", "hunter", challenge(open, 9), 812),
        ("bond beyond funds", "hunter", challenge(open, RICH * 2), 104),
        ("no judge", "hunter", judge(challenged, true), 806),
        ("judge nobody", "j2", judge(key(2, "stranger", 0), true), 807),
        ("not challenged", "j2", judge(open, true), 813),
        ("judged twice", "j1", judge(challenged, false), 814),
        ("its customer judges", "j3", judge(challenged, false), 808),
    ]);
}

#[test]
fn duties_and_claims() {
    let long = Message::CommitSeed(CommitSeed {
        epoch: 2,
        commitment: Hash::ZERO,
        signature: vec![0; 97],
    });
    let other = Message::RevealSeed(RevealSeed { epoch: 1, seed: Hash::ZERO });
    let bobs = key(1, "bob", 0);
    run(vec![
        ("seed of the past", "bob", commit(1, "bob"), 801),
        ("seed of the future", "bob", commit(3, "bob"), 801),
        ("seed of a stranger", "cust", commit(2, "cust"), 302),
        ("long signature", "bob", long, 804),
        ("two seeds", "alice", commit(2, "alice"), 802),
        ("another seed", "bob", other, 816),
        ("no seed", "carol", reveal(1, "carol"), 816),
        ("revealed twice", "alice", reveal(1, "alice"), 817),
        ("epoch still open", "alice", reveal(2, "alice"), 801),
        ("no duty", "bob", record(1, &[bobs]), 818),
        ("no check", "alice", record(1, &[]), 803),
        ("checked twice", "alice", record(1, &[bobs]), 818),
        ("not drawn", "alice", record(1, &[key(1, "alice", 0)]), 818),
        ("of nobody", "alice", record(1, &[key(1, "stranger", 0)]), 807),
        ("claim of the open epoch", "alice", claim(2), 1201),
        ("claim of the future", "alice", claim(u64::MAX), 1201),
        ("expired claim", "alice", claim(0), 1202),
        ("claim of another", "cust", claim(1), 1203),
        ("claimed twice", "alice", claim(1), 1204),
        ("duties undone", "bob", claim(1), 819),
    ]);
}

/// Evidence has no sender: what is wrong with it is an event, and nothing changes.
#[test]
fn evidence() {
    let snapshot = Snapshot::take(&stage());
    let day = workmint_core::time::DAY_MS;
    let now = snapshot.chain().now();
    let unknown = address("stranger");
    let rows = [
        ("unknown validator", fault("stranger", "0.1", 1, now), 704),
        ("fraction above 1", fault("val", "1.001", 1, now), 703),
        ("28 days old", fault("val", "0.1", 1, now + 1_000 - 28 * day), 702),
        ("of the future", fault("val", "0.1", 1, now + 1_001), 702),
        ("unknown bonds", Evidence::ValidatorBonded { validator: unknown }, 704),
        ("unknown unbonds", Evidence::ValidatorBeganUnbonding { validator: unknown }, 704),
    ];
    let mut idle = snapshot.chain();
    idle.block(Vec::new());
    for (what, evidence, expected) in rows {
        let mut chain = snapshot.chain();
        let applied = chain.evidence(evidence);
        assert_eq!(quarantined(&applied), [("evidence".to_owned(), expected)], "{what}");
        assert_eq!(rows_of(&chain.state), rows_of(&idle.state), "{what}");
    }
    // The same fault twice, also by another fraction: punished once.
    let mut chain = snapshot.chain();
    assert_eq!(quarantined(&chain.evidence(fault("val", "0.1", 1, now))), []);
    let balance = chain.balance("alice");
    let again = chain.evidence(fault("val", "0.9", 1, now));
    assert_eq!(quarantined(&again), [("evidence".to_owned(), 701)]);
    assert_eq!(chain.balance("alice"), balance);
}
