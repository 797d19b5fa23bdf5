//! Words that somebody signed and somebody else carries: who pays, who speaks, and how often.

use crate::contribution_kit::*;
use crate::jobs::{measure, revealed};
use crate::kit::*;
use crate::stage::{FEE, misses, stage_parameters};
use workmint_core::modules::parameters::{Confirmation, MessageGroup};
use workmint_core::modules::work::ReportConfirmation;
use workmint_core::{Message, Relayed, Report};

/// The message as a word of its sender.
fn word(by: &str, message: Message) -> Message {
    let report = Report::of(&message, 0);
    let report = report.unwrap_or_else(|| panic!("{message:?} is no report"));
    Message::Relayed(Box::new(Relayed { by: address(by), report }))
}

/// A word is carried once in its epoch, whoever carries it and whatever became of it; its signer
/// cannot say it again either, because of the report's own key.
fn carried_once(chain: &mut Chain, by: &str, message: &Message, own: u16) {
    chain.ok("cust", word(by, message.clone()));
    assert_eq!(chain.refused("cust", word(by, message.clone())), 12, "{message:?}");
    assert_eq!(chain.refused("buyer", word(by, message.clone())), 12, "{message:?}");
    assert_eq!(chain.refused(by, message.clone()), own, "{message:?}");
}

/// In the next epoch the report's own key, or its epoch, refuses it.
fn refused_later(chain: &mut Chain, by: &str, message: &Message, own: u16) {
    chain.close();
    assert_eq!(chain.refused("cust", word(by, message.clone())), own, "{message:?}");
}

#[test]
fn the_carrier_pays_and_counts_and_the_signer_speaks() {
    let mut parameters = stage_parameters();
    parameters.fees.free = vec![MessageGroup::Duties];
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    let proof = proof(0, 0, 5);
    let message = Message::SubmitComputeProof(proof.clone());
    let before = (chain.balance("alice"), chain.nonce("alice"));
    assert_eq!(chain.refused("cust", message.clone()), 302, "cust is no participant");
    chain.ok("cust", word("alice", message));
    assert_eq!((chain.balance("alice"), chain.nonce("alice")), before);
    assert_eq!((chain.balance("cust"), chain.nonce("cust")), (RICH - 2 * FEE, 2));
    let attested = attest(vec![report_of_proof("alice", &proof)]);
    let refused = chain.refused("r1", word("cust", attested.clone()));
    assert_eq!(refused, 805, "roles go by the signer, not by the carrier");
    chain.ok("cust", word("r1", attested.clone()));
    assert_eq!(chain.balance("cust"), RICH - 3 * FEE, "the duty is free, carrying it is not");
    chain.ok("r2", attested);
    let id = chain.state.report_id(&key(0, "alice", 0)).unwrap();
    assert!(chain.state.work.proofs().any(|(of, proof)| of == id && proof.accepted));
}

#[test]
fn a_word_that_fails_is_not_spent() {
    let mut chain = Chain::new(parameters());
    let message = Message::SubmitComputeProof(proof(0, 0, 5));
    assert_eq!(chain.refused("cust", word("alice", message.clone())), 302);
    assert_eq!(chain.refused("cust", word("ghost", message.clone())), 302);
    assert!(chain.state.ledger.handle(&address("ghost")).is_none());
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", word("alice", message));
}

#[test]
fn reports_of_an_epoch_are_refused_the_second_time() {
    let mut parameters = parameters();
    parameters.weights.confirmation =
        Some(Confirmation { inactive_below: ratio("0.5"), tolerance: ratio("1") });
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0, 1])]);
    chain.ok("cust", prepay(0, 1_000));
    chain.ok("cust", prepay(1, 1_000));
    let (participant, measured, preserved) = (address("alice"), 3, 4);
    let read = ReportConfirmation { epoch: 0, participant, measured, preserved };
    let proof = proof(0, 0, 5);
    let word_on_it = attest(vec![report_of_proof("alice", &proof)]);
    let all = [
        ("alice", Message::SubmitComputeProof(proof), 802),
        ("r1", word_on_it.clone(), 809),
        ("alice", Message::SubmitSummary(summary(0, 0, &[("cust", 1, 2)], 0)), 802),
        ("r1", misses(0, "alice", 3), 802),
        ("r1", Message::ReportConfirmation(read.clone()), 802),
    ];
    for (by, message, own) in &all {
        carried_once(&mut chain, by, message, *own);
    }
    // What its author sends itself cannot be carried besides.
    let sent = [
        ("alice", Message::SubmitComputeProof(crate::kit::proof(0, 1, 5))),
        ("r2", word_on_it),
        ("alice", Message::SubmitSummary(summary(0, 1, &[("cust", 1, 2)], 0))),
        ("r2", misses(0, "alice", 3)),
        ("r2", Message::ReportConfirmation(read)),
    ];
    for (by, message) in sent {
        chain.ok(by, message.clone());
        assert_eq!(chain.refused("cust", word(by, message.clone())), 12, "{message:?}");
    }
    chain.close();
    for (by, message, own) in all {
        // What was attested is gone; reports name the epoch that is over.
        let later = if own == 809 { 807 } else { 801 };
        assert_eq!(chain.refused("cust", word(by, message.clone())), later, "{message:?}");
    }
}

/// A summary that judges refuted is gone: no old signature must bring it back, and with it a second
/// offence, whether it was carried the first time or sent by its author.
#[test]
fn a_refuted_summary_does_not_come_back_by_its_old_signature() {
    for carried in [true, false] {
        let mut chain = Chain::new(parameters());
        chain.register(&[("alice", &[0])]);
        chain.block(vec![("cust", prepay(0, 1_000)), ("alice", put_collateral(5_000))]);
        let lie = summary(0, 0, &[("cust", 1, 10)], 0);
        let attested = attest(vec![report_of_summary("alice", &lie)]);
        let said =
            [("alice", Message::SubmitSummary(lie)), ("r1", attested.clone()), ("r2", attested)];
        for (by, message) in &said {
            match carried {
                true => chain.ok("buyer", word(by, message.clone())),
                false => chain.ok(by, message.clone()),
            };
        }
        chain.ok("hunter", challenge(key(0, "alice", 0), 10));
        chain.block(vec![
            ("j1", judge(key(0, "alice", 0), true)),
            ("j2", judge(key(0, "alice", 0), true)),
        ]);
        let id = chain.state.report_id(&key(0, "alice", 0)).unwrap();
        let gone = |chain: &Chain| chain.state.work.receipts().all(|(of, _)| of != id);
        assert!(gone(&chain), "refuted, and its key is free");
        for (by, message) in &said {
            assert_eq!(chain.refused("buyer", word(by, message.clone())), 12);
        }
        assert!(gone(&chain));
        chain.close();
        let (by, message) = &said[0];
        assert_eq!(chain.refused("buyer", word(by, message.clone())), 801);
    }
}

#[test]
fn measurements_of_jobs_are_refused_the_second_time() {
    let mut chain = revealed();
    let message = measure("cust", 0, 100, 900);
    let by = "r1";
    carried_once(&mut chain, by, &message, 969);
    chain.ok("r2", message.clone());
    assert_eq!(chain.refused("cust", word("r2", message.clone())), 12);
    refused_later(&mut chain, by, &message, 962);
}

#[test]
fn verdicts_are_refused_the_second_time() {
    let mut chain = contributors(four_streams());
    let sub = tokens(chain.epoch(), 1, 1_000);
    chain.ok("alice", submit(&sub));
    let message = verify(vec![approve("alice", &sub)]);
    carried_once(&mut chain, VERIFIERS[0], &message, 1_416);
    chain.ok(VERIFIERS[1], message.clone());
    assert_eq!(chain.refused("cust", word(VERIFIERS[1], message.clone())), 12);
    refused_later(&mut chain, VERIFIERS[0], &message, 1_414);
}
