//! One busy moment of a toy network: what the tables of errors start from.

use crate::errors::transfer;
use crate::kit::*;
use std::collections::BTreeSet;
use workmint_core::modules::market::{CloseDeposit, OpenDeposit};
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::SetRecipient;
use workmint_core::modules::work::{
    Check, CommitSeed, RecordChecks, ReportMisses, RevealSeed, commitment_of,
};
use workmint_core::{Evidence, Hash, Message};

/// The flat fee of the stage.
pub(crate) const FEE: u128 = 3;

/// A fee of 3, one check per epoch.
pub(crate) fn stage_parameters() -> Parameters {
    let mut parameters = parameters();
    parameters.fees.flat = amount(FEE);
    parameters.work.checks_per_epoch = 1;
    parameters
}

pub(crate) fn seed_of(who: &str) -> Hash {
    Hash(address(who).0.repeat(2)[..32].try_into().unwrap())
}

pub(crate) fn commit(epoch: u64, who: &str) -> Message {
    Message::CommitSeed(CommitSeed {
        epoch,
        commitment: commitment_of(&seed_of(who)),
        signature: vec![7; 64],
    })
}

pub(crate) fn reveal(epoch: u64, who: &str) -> Message {
    Message::RevealSeed(RevealSeed { epoch, seed: seed_of(who) })
}

pub(crate) fn misses(epoch: u64, who: &str, missed: u64) -> Message {
    Message::ReportMisses(ReportMisses { epoch, participant: address(who), missed })
}

pub(crate) fn record(epoch: u64, summaries: &[workmint_core::modules::work::ReportKey]) -> Message {
    let check = |summary: &_| Check { summary: *summary, valid: true, evidence: Hash::ZERO };
    let checks = summaries.iter().map(check).collect();
    Message::RecordChecks(RecordChecks { epoch, checks })
}

pub(crate) fn close_deposit(model: u16) -> Message {
    let model = ModelId(model);
    Message::CloseDeposit(CloseDeposit { model })
}

pub(crate) fn recipient(who: &str) -> Message {
    let recipient = address(who);
    Message::SetRecipient(SetRecipient { recipient })
}

/// A deposit with a limit of the unit price.
pub(crate) fn prepay_limited(model: u16, units: u128, limit: u128) -> Message {
    Message::OpenDeposit(OpenDeposit {
        model: ModelId(model),
        amount: amount(units),
        max_price: amount(limit),
    })
}

/// Epoch 2 is open, epoch 1 settled, epoch 0 expired.
///
/// * alice (owner boss) did her duty of epoch 1 and claimed; bob committed but revealed nothing;
/// * carol has the owner of alice and a jailed validator; dave is the owner of the reporter r3 and
///   three of his withdrawals are under way;
/// * alice: summary of `small` for r2 and cust with the word of r1 only, `large` accepted;
/// * bob: `small` accepted, `large` (customer j3) challenged by hunter with j1's vote;
/// * dave: a proof;
/// * deposits: cust; buyer's of `large` closing; hunter's with a limit of 4; r2's; j3's.
pub(crate) fn stage() -> Chain {
    let mut chain = Chain::new(stage_parameters());
    enrol(&mut chain);
    chain.prove(&[("alice", 0, 100), ("bob", 0, 100)]);
    chain.close();
    chain.prove(&[("alice", 0, 100), ("bob", 0, 100)]);
    chain.block(vec![("alice", commit(1, "alice")), ("bob", commit(1, "bob"))]);
    chain.serve("alice", 0, "cust", 1);
    let bobs = chain.serve("bob", 0, "cust", 1);
    chain.close();
    chain.ok("alice", reveal(1, "alice"));
    let due = &chain.state.work.duty(1, chain.handle("alice")).unwrap().due;
    assert_eq!(due.len(), 1, "bob's is drawn: alice's own is not");
    chain.ok("alice", record(1, &[bobs]));
    chain.ok("alice", claim(1));
    work_under_way(&mut chain);
    chain
}

fn enrol(chain: &mut Chain) {
    chain.block(vec![
        ("alice", join("boss", Some("val"))),
        ("alice", node(1, &[0, 1])),
        ("bob", join("bob", None)),
        ("bob", node(1, &[0, 1])),
        ("carol", join("boss", Some("cval"))),
        ("carol", node(1, &[0])),
        ("dave", join("dave", None)),
        ("dave", node(1, &[0])),
        ("r3", join("dave", None)),
        ("cust", transfer(address("val"), 0, 100)),
        ("cust", transfer(address("cval"), 0, 100)),
        ("val", confirm("alice")),
        ("cval", confirm("carol")),
    ]);
    chain.block(vec![
        ("cust", prepay(0, 1_000)),
        ("buyer", prepay(1, 1_000)),
        ("hunter", prepay_limited(0, 1_000, 4)),
        ("r2", prepay(0, 1_000)),
        ("j3", prepay(1, 1_000)),
        ("alice", put_collateral(5_000)),
        ("dave", put_collateral(100)),
    ]);
    let validator = address("cval");
    chain.evidence(Evidence::ValidatorBeganUnbonding { validator });
}

fn work_under_way(chain: &mut Chain) {
    for _ in 0..3 {
        chain.ok("dave", withdraw_collateral(10));
    }
    chain.ok("buyer", close_deposit(1));
    let small = summary(2, 0, &[("cust", 1, 10), ("r2", 1, 10)], 0);
    let report = report_of_summary("alice", &small);
    chain.ok("alice", Message::SubmitSummary(small));
    chain.ok("r1", attest(vec![report]));
    chain.serve("alice", 1, "j3", 10);
    chain.serve("bob", 0, "cust", 20);
    let lie = chain.serve("bob", 1, "j3", 30);
    chain.ok("hunter", challenge(lie, 10));
    chain.ok("j1", judge(lie, true));
    let submitted = proof(2, 0, 5);
    chain.ok("dave", Message::SubmitComputeProof(submitted));
    chain.block(vec![("alice", commit(2, "alice")), ("r1", misses(2, "bob", 1))]);
}

/// The same stage, cheaply again.
pub(crate) struct Snapshot(Vec<u8>);

impl Snapshot {
    pub(crate) fn take(chain: &Chain) -> Self {
        Self(chain.state.export().unwrap())
    }

    pub(crate) fn chain(&self) -> Chain {
        Chain {
            state: workmint_core::State::import(&self.0).unwrap(),
            commitments: workmint_core::Commitments::Full,
            undo: None,
            absent: BTreeSet::new(),
        }
    }
}
