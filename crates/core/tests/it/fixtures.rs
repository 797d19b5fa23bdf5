//! Frozen fixtures: encodings and hashes that must never change by accident.
//!
//! These values came from the code itself. If a test here fails, encoding, hashing or an outcome
//! has changed: every journal written before would no longer replay. Decide that on purpose, raise
//! the versions in the hash domains, and only then put the value the failure prints into the file.

use crate::contribution_kit::*;
use crate::errors::{schedule, transfer};
use crate::kit::*;
use crate::stage::*;
use workmint_core::modules::market::{FinishEscrow, OpenEscrow, RefuteEscrow};
use workmint_core::modules::parameters::ModelId;
use workmint_core::modules::pricing::ProposePrice;
use workmint_core::modules::registry::{ConfirmTie, RetireNode};
use workmint_core::modules::vesting::ReleaseVested;
use workmint_core::modules::weights::{DelegateModel, RefuseModel};
use workmint_core::modules::work::{ReportConfirmation, SubmitSummary};
use workmint_core::{DecodedTransaction, Hash, Message};

const APP_HASH: &str = include_str!("fixtures/app_hash.txt");
const MESSAGES: &str = include_str!("fixtures/messages.txt");

/// The lines of a fixture file without its comments.
fn lines(text: &'static str) -> Vec<&'static str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

/// The stage, lived through its next close.
#[test]
fn app_hash_of_a_scripted_chain() {
    let mut chain = stage();
    chain.close();
    let found = chain.state.chain().app_hash.to_string();
    assert_eq!(lines(APP_HASH), [found.as_str()], "see the head of this file");
}

/// One message of every kind.
fn messages() -> Vec<(&'static str, Message)> {
    let served: SubmitSummary = summary(1, 2, &[("cust", 3, 4), ("buyer", 5, 6)], 7);
    let proof = proof(8, 1, 9);
    let report = report_of_proof("alice", &proof);
    let recorded = key(10, "bob", 1);
    let id = Hash::of("request", &[]);
    vec![
        ("Transfer", transfer(address("bob"), 1, u128::MAX)),
        ("RegisterParticipant", join("boss", Some("val"))),
        ("ConfirmValidator", confirm("alice")),
        ("ConfirmTie", Message::ConfirmTie(ConfirmTie { participant: address("alice") })),
        ("RegisterNode", node(11, &[0, 2])),
        ("RetireNode", Message::RetireNode(RetireNode { node: 12 })),
        ("SetRecipient", recipient("carol")),
        ("DepositCollateral", put_collateral(13)),
        ("WithdrawCollateral", withdraw_collateral(14)),
        ("SubmitComputeProof", Message::SubmitComputeProof(proof)),
        ("SubmitSummary", Message::SubmitSummary(served)),
        ("ReportMisses", misses(15, "dave", 16)),
        ("ReportConfirmation", {
            let participant = address("dave");
            Message::ReportConfirmation(ReportConfirmation {
                epoch: 25,
                participant,
                measured: 26,
                preserved: 27,
            })
        }),
        ("Attest", attest(vec![report])),
        ("Challenge", challenge(recorded, 17)),
        ("Judge", judge(recorded, true)),
        ("CommitSeed", commit(18, "alice")),
        ("RevealSeed", reveal(19, "alice")),
        ("RecordChecks", record(20, &[recorded])),
        ("DelegateModel", {
            let to = Some(address("bob"));
            Message::DelegateModel(DelegateModel { model: ModelId(1), to })
        }),
        ("RefuseModel", Message::RefuseModel(RefuseModel { model: ModelId(2), refused: true })),
        ("OpenDeposit", prepay(1, 21)),
        ("CloseDeposit", close_deposit(2)),
        ("OpenEscrow", {
            Message::OpenEscrow(OpenEscrow {
                id,
                model: ModelId(1),
                provider: address("alice"),
                prompt_units: 28,
                max_units: Some(29),
            })
        }),
        ("FinishEscrow", {
            let (customer, prompt_units, answer_units) = (address("cust"), 30, 31);
            Message::FinishEscrow(FinishEscrow { customer, id, prompt_units, answer_units })
        }),
        ("RefuteEscrow", { Message::RefuteEscrow(RefuteEscrow { customer: address("cust"), id }) }),
        ("SubmitContribution", submit(&improvement(33, 34, 35))),
        ("VerifyContributions", {
            let verdict = rated(approve("bob", &tokens(36, 37, 38)), 39, 40);
            verify(vec![verdict, approve("carol", &dataset(41, 42, 43))])
        }),
        ("ChallengeContribution", contest(contribution("bob", &tasks(44, 45, 46)), 47)),
        ("JudgeContribution", rule_on(contribution("bob", &tasks(48, 49, 50)), true)),
        ("ProposePrice", Message::ProposePrice(ProposePrice { price: amount(32) })),
        ("Claim", claim(22)),
        ("ReleaseVested", Message::ReleaseVested(ReleaseVested {})),
        ("ScheduleParameters", schedule(23, |_| ())),
    ]
}

#[test]
fn encoding_of_every_message() {
    let found: Vec<String> = messages()
        .into_iter()
        .map(|(kind, message)| {
            let bytes = sign("alice", 24, message).encode_local().unwrap();
            let hash = Hash::of("workmint fixture", &[&bytes]);
            format!("{kind} {} {hash}", bytes.len())
        })
        .collect();
    assert_eq!(lines(MESSAGES), found, "see the head of this file:\n{}", found.join("\n"));
}

/// The one valid form: what is encoded decodes to itself, and nothing else decodes.
#[test]
fn decoding_is_strict() {
    for (kind, message) in messages() {
        let signed = sign("alice", 24, message);
        let bytes = signed.encode_local().unwrap();
        assert_eq!(DecodedTransaction::decode_local(0, &bytes), Ok(signed), "{kind}");
        assert!(DecodedTransaction::decode_local(1, &bytes).is_err(), "another codec");
        let longer = [&bytes[..], &[0]].concat();
        assert!(DecodedTransaction::decode_local(0, &longer).is_err(), "{kind}: trailing byte");
        for cut in 0..bytes.len().min(120) {
            assert!(DecodedTransaction::decode_local(0, &bytes[..cut]).is_err(), "{kind}: {cut}");
        }
    }
}
