//! Frozen fixtures: encodings and hashes that must never change by accident.
//!
//! These values came from the code itself. If a test here fails, encoding, hashing or an outcome
//! has changed: every journal written before would no longer replay. Decide that on purpose, raise
//! the versions in the hash domains, and only then put the value the failure prints into the file.

use crate::contribution_kit::*;
use crate::errors::{schedule, transfer};
use crate::jobs::{
    accept, cancel, create, created, dispute, evidence, judge as judge_job, measure, offer,
};
use crate::kit::*;
use crate::stage::*;
use crate::whole_market::everything;
use std::collections::BTreeSet;
use workmint_core::modules::attestation::{AttestHeartbeats, AttestTier, RefuteTier, RequestTier};
use workmint_core::modules::contributions::VerifyContributions;
use workmint_core::modules::exchange::{AddLiquidity, RemoveLiquidity, Swap};
use workmint_core::modules::governance::{Choice, Kind, Propose, Vote};
use workmint_core::modules::ledger::{Approve, TransferFrom};
use workmint_core::modules::market::{
    CloseSession, OpenSession, RedeemVoucher, TopUpSession, Voucher, jobs,
};
use workmint_core::modules::market::{FinishEscrow, OpenEscrow, RefuteEscrow};
use workmint_core::modules::opinions;
use workmint_core::modules::parameters::{MessageKind, ModelId};
use workmint_core::modules::pricing::ProposePrice;
use workmint_core::modules::registry::{ConfirmTie, RetireNode};
use workmint_core::modules::stake::{DepositStake, FindMalice, WithdrawStake};
use workmint_core::modules::validators;
use workmint_core::modules::vesting::ReleaseVested;
use workmint_core::modules::weights::{DelegateModel, RefuseModel};
use workmint_core::modules::work::{ReportConfirmation, ReportMisses, SubmitSummary};
use workmint_core::time::Deadline;
use workmint_core::{DecodedTransaction, Hash, Message, Relayed, Report};

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

/// One message of every kind of markets, stake, tiers, the pool and votes.
fn market_messages() -> Vec<(&'static str, Message)> {
    let (account, evidence) = (address("alice"), Hash::of("evidence", &[]));
    let (session, deadline) = (51, 52);
    let voucher = Voucher {
        chain_id: 7,
        genesis: Hash::of("genesis", &[]),
        session,
        cumulative: amount(53),
        signer: address("cust"),
    };
    let opened = OpenSession {
        provider: account,
        model: ModelId(1),
        deposit: amount(54),
        max_price: Some(amount(55)),
        expires: Some(Deadline::Time(56)),
    };
    let customer = address("cust");
    let request = RequestTier { tier: 1, evidence };
    let word = AttestTier { account, tier: 1, evidence, approve: true };
    let beats = AttestHeartbeats { probe: 57, answered: vec![account] };
    let amounts = (amount(58), amount(59));
    vec![
        ("OpenSession", Message::OpenSession(opened)),
        ("TopUpSession", Message::TopUpSession(TopUpSession { session, amount: amount(60) })),
        ("RedeemVoucher", Message::RedeemVoucher(RedeemVoucher { customer, voucher })),
        ("CloseSession", Message::CloseSession(CloseSession { customer, session })),
        ("RequestTier", Message::RequestTier(request)),
        ("AttestTier", Message::AttestTier(word)),
        ("RefuteTier", Message::RefuteTier(RefuteTier { account, evidence })),
        ("AttestHeartbeats", Message::AttestHeartbeats(beats)),
        ("DepositStake", {
            Message::DepositStake(DepositStake { amount: amount(61), lock_ms: 62 })
        }),
        ("WithdrawStake", Message::WithdrawStake(WithdrawStake { amount: amount(63) })),
        ("FindMalice", Message::FindMalice(FindMalice { account, case: evidence })),
        ("AddLiquidity", {
            Message::AddLiquidity(AddLiquidity { amounts, min_shares: 64, deadline })
        }),
        ("RemoveLiquidity", {
            let (shares, min_amounts) = (65, amounts);
            Message::RemoveLiquidity(RemoveLiquidity { shares, min_amounts, deadline })
        }),
        ("Swap", {
            let (amount_in, min_out) = amounts;
            Message::Swap(Swap { asset_in: USD, amount_in, min_out, deadline })
        }),
    ]
}

/// One message of every kind of single jobs, and of votes.
fn job_messages() -> Vec<(&'static str, Message)> {
    let (customer, number) = (address("cust"), 66);
    let (result, seal) = (Hash::of("result", &[]), Hash::of("seal", &[]));
    let revealed = jobs::RevealResult { customer, number, units: 67, result, seal };
    let withdrawn = jobs::WithdrawOffer { model: ModelId(2) };
    let (asset, to) = (USD, address("bob"));
    let spend = Kind::Spend { to, asset, amount: amount(68) };
    let parameters = Box::new(everything());
    let change = Kind::Parameters { base: 69, parameters };
    let upgrade = Kind::Upgrade { version: 70, height: 71 };
    let propose = |kind| Message::Propose(Propose { kind });
    let vote = |choice| Message::Vote(Vote { proposal: 72, choice });
    vec![
        ("PutOffer", offer(1, 2, 73)),
        ("WithdrawOffer", Message::Job(jobs::Message::WithdrawOffer(withdrawn))),
        ("CreateJob", created(create(74, Some("alice")))),
        ("CancelJob", cancel(75)),
        ("AcceptJob", accept("cust", 76)),
        ("RevealResult", Message::Job(jobs::Message::RevealResult(revealed))),
        ("AttestQuality", measure("cust", 77, 78, 79)),
        ("DisputeJob", dispute(80)),
        ("PostEvidence", evidence("cust", 81)),
        ("JudgeJob", judge_job("cust", 82, true)),
        ("Propose.Parameters", propose(change)),
        ("Propose.Spend", propose(spend)),
        ("Propose.Upgrade", propose(upgrade)),
        ("Vote.Yes", vote(Choice::Yes)),
        ("Vote.No", vote(Choice::No)),
        ("Vote.Abstain", vote(Choice::Abstain)),
    ]
}

/// One message of every kind of validators.
fn validator_messages() -> Vec<(&'static str, Message)> {
    use validators::Message as Of;
    let (validator, amount) = (address("val"), amount(83));
    let bond = validators::Bond { amount, commission: Some(ratio("0.25")) };
    let leave = validators::Undelegate { validator, amount: None };
    let all = [
        ("Bond", Of::Bond(bond)),
        ("Unbond", Of::Unbond(Some(amount))),
        ("Delegate", Of::Delegate(validators::Delegate { validator, amount })),
        ("Undelegate", Of::Undelegate(leave)),
        ("SetCommission", Of::SetCommission(ratio("0.125"))),
        ("Activate", Of::Activate),
        ("Retire", Of::Retire),
        ("LeaveJail", Of::LeaveJail),
        ("Collect", Of::Collect(validator)),
        ("Withdraw", Of::Withdraw(validator)),
    ];
    all.map(|(kind, message)| (kind, Message::Validator(message))).to_vec()
}

/// One message of every kind about seats.
fn opinion_messages() -> Vec<(&'static str, Message)> {
    use opinions::Request as Of;
    let (entries, salt) = (vec![(84, 85), (86, 87)], Hash::of("salt", &[]));
    let most_price = amount(88);
    let children = vec![(address("bob"), 89)];
    let take = ratio("0.0625");
    let all = [
        ("RegisterSeat", Of::RegisterSeat(opinions::RegisterSeat { most_price })),
        ("SetWeights", Of::SetWeights(opinions::SetWeights { entries: entries.clone() })),
        ("CommitWeights", Of::CommitWeights(opinions::CommitWeights { hash: salt })),
        ("RevealWeights", Of::RevealWeights(opinions::RevealWeights { entries, salt })),
        ("SetChildren", Of::SetChildren(opinions::SetChildren { children })),
        ("SetChildTake", Of::SetChildTake(opinions::SetChildTake { take })),
    ];
    all.map(|(kind, request)| (kind, Message::Opinion(request))).to_vec()
}

/// Allowances, and every report that others can carry.
fn wallet_messages() -> Vec<(&'static str, Message)> {
    let (spender, asset) = (address("bob"), USD);
    let (from, to) = (address("cust"), address("carol"));
    let proof = proof(92, 1, 93);
    let Message::Attest(words) = attest(vec![report_of_proof("alice", &proof)]) else {
        panic!("attest makes an attestation")
    };
    let misses = ReportMisses { epoch: 94, participant: from, missed: 95 };
    let confirmation =
        ReportConfirmation { epoch: 96, participant: from, measured: 97, preserved: 98 };
    let beats = AttestHeartbeats { probe: 99, answered: vec![to] };
    let quality =
        jobs::AttestQuality { customer: from, number: 100, latency_ms: 101, quality_permille: 102 };
    let verdicts = vec![approve("bob", &tokens(103, 104, 105))];
    let relayed = |report| Message::Relayed(Box::new(Relayed { by: spender, report }));
    let served = summary(106, 2, &[("cust", 107, 108)], 109);
    vec![
        ("Approve", Message::Approve(Approve { spender, asset, amount: amount(90) })),
        ("TransferFrom", {
            Message::TransferFrom(TransferFrom { from, to, asset, amount: amount(91) })
        }),
        ("Relayed.SubmitSummary", relayed(Report::SubmitSummary(served))),
        ("Relayed.SubmitComputeProof", relayed(Report::SubmitComputeProof(proof))),
        ("Relayed.ReportMisses", relayed(Report::ReportMisses(misses))),
        ("Relayed.ReportConfirmation", relayed(Report::ReportConfirmation(confirmation))),
        ("Relayed.Attest", relayed(Report::Attest(words))),
        (
            "Relayed.AttestHeartbeats",
            relayed(Report::AttestHeartbeats { epoch: 110, report: beats }),
        ),
        ("Relayed.AttestQuality", relayed(Report::AttestQuality(quality))),
        ("Relayed.VerifyContributions", {
            relayed(Report::VerifyContributions(VerifyContributions { verdicts }))
        }),
    ]
}

fn all_messages() -> Vec<(&'static str, Message)> {
    let (market, jobs, wallet) = (market_messages(), job_messages(), wallet_messages());
    [messages(), market, jobs, validator_messages(), opinion_messages(), wallet].concat()
}

/// What files and tools call a kind is its name here in snake case; each has one word and number.
#[test]
fn kinds_are_named_after_their_messages() {
    let all = all_messages();
    let kinds: BTreeSet<MessageKind> = all.iter().map(|(_, message)| message.kind()).collect();
    assert!(kinds.into_iter().eq(MessageKind::ALL.iter().copied()), "all of them, in order");
    for (name, message) in all {
        let name = name.split('.').next().unwrap();
        let mut word = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !word.is_empty() {
                word.push('_');
            }
            word.extend(letter.to_lowercase());
        }
        assert_eq!(message.kind().name(), word);
    }
}

/// A kind that is added without a fixture is found here: kinds have tags from 0 on without a gap.
#[test]
fn every_kind_of_message_has_a_fixture() {
    let tag = |message: &Message| borsh::to_vec(message).unwrap()[0];
    let tags: BTreeSet<u8> = all_messages().iter().map(|(_, message)| tag(message)).collect();
    let count = u8::try_from(tags.len()).unwrap();
    assert!(tags.iter().copied().eq(0..count), "{tags:?}");
    let unknown = borsh::from_slice::<Message>(&[count]).unwrap_err().to_string();
    assert!(unknown.contains("variant tag"), "kind {count} has no fixture: {unknown}");
    let reports: BTreeSet<u8> = wallet_messages()
        .iter()
        .filter(|(_, message)| matches!(message, Message::Relayed(_)))
        .map(|(_, message)| borsh::to_vec(message).unwrap()[21])
        .collect();
    let count = u8::try_from(reports.len()).unwrap();
    assert!(reports.iter().copied().eq(0..count), "{reports:?}");
    assert!(borsh::from_slice::<Report>(&[count]).is_err());
    let of_jobs = job_messages();
    let jobs = of_jobs.iter().filter(|(_, message)| matches!(message, Message::Job(_)));
    let tags: BTreeSet<u8> = jobs.map(|(_, message)| borsh::to_vec(message).unwrap()[1]).collect();
    let count = u8::try_from(tags.len()).unwrap();
    assert!(tags.iter().copied().eq(0..count), "{tags:?}");
    assert!(borsh::from_slice::<jobs::Message>(&[count]).is_err());
}

#[test]
fn encoding_of_every_message() {
    let found: Vec<String> = all_messages()
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
    for (kind, message) in all_messages() {
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
