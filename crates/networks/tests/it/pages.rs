//! Another network is a file: `networks/pages.toml` is read, checked, and runs; nothing here adds a
//! rule to the engine.

use crate::{read, says};
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::contributions::{
    ContributionId, ContributionKey, Stage, SubmitContribution, Verdict, VerifyContributions,
    submission_hash,
};
use workmint_core::modules::ledger::{AccountHandle, Pot, Transfer};
use workmint_core::modules::parameters::{AssetId, Level};
use workmint_core::modules::registry::{RegisterNode, RegisterParticipant};
use workmint_core::names::ModelId;
use workmint_core::{
    Address, Block, Commitments, DecodedTransaction, Hash, Message, RawTransaction, State,
};
use workmint_networks::findings;

const PAGES: &str = include_str!("../networks/pages.toml");
const PAGE: u128 = 1_000_000;
const NAMES: [&str; 5] = ["library", "judge", "first", "second", "third"];
const MONEY: AssetId = AssetId(0);

fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

struct Chain {
    state: State,
    /// Base units of fees burned so far.
    burned: u128,
}

impl Chain {
    fn new() -> Self {
        let bindings: BTreeMap<String, Address> =
            NAMES.map(|name| (name.to_owned(), address(name))).into();
        let genesis = read(PAGES).genesis(1_700_000_000_000, &bindings).unwrap();
        Self { state: State::genesis(&genesis).unwrap(), burned: 0 }
    }

    fn handle(&self, who: &str) -> AccountHandle {
        self.state.ledger.handle(&address(who)).unwrap()
    }

    fn balance(&self, who: &str) -> u128 {
        self.state.ledger.holding(self.handle(who), MONEY).balance.get()
    }

    /// The next block; every message succeeds, and not a unit appears or vanishes.
    fn block(&mut self, messages: Vec<(&str, Message)>) {
        let mut nonces: BTreeMap<&str, u64> = BTreeMap::new();
        let mut decoded = Vec::new();
        self.burned += messages.len() as u128 * PAGE / 100;
        for (who, message) in messages {
            let handle = self.state.ledger.handle(&address(who));
            let known = || self.state.ledger.account(handle?).map(|account| account.nonce);
            let nonce = nonces.entry(who).or_insert_with(|| known().unwrap_or(0));
            decoded.push(DecodedTransaction::new(address(who), *nonce, message));
            *nonce += 1;
        }
        let raw = |of: &DecodedTransaction| RawTransaction {
            codec: 0,
            bytes: of.encode_local().unwrap(),
        };
        let block = Block {
            height: self.state.chain().height + 1,
            time_ms: self.state.chain().time_ms + 1_000,
            transactions: decoded.iter().map(raw).collect(),
            evidence: Vec::new(),
            votes: Vec::new(),
            proposer: None,
        };
        let (applied, _) = self.state.apply_block(&block, &decoded, Commitments::Full).unwrap();
        assert!(applied.results.iter().all(Result::is_ok), "{:?}", applied.results);
        self.assert_conserved();
    }

    fn assert_conserved(&self) {
        let ledger = &self.state.ledger;
        let accounts = (0..ledger.account_count()).map(AccountHandle);
        let held: u128 = accounts.map(|at| ledger.holding(at, MONEY).balance.get()).sum();
        let pots: u128 = ledger.pots().map(|(_, _, amount)| amount.get()).sum();
        assert_eq!(held + pots, 10_000 * PAGE + self.minted() - self.burned);
        assert!(self.minted() <= self.scheduled(), "never above the schedule so far");
    }

    /// By the records of the closes.
    fn minted(&self) -> u128 {
        let closed = 0..self.state.chain().epoch;
        let minted = |epoch| self.state.settlement.header(epoch).map_or(0, |at| at.minted.get());
        closed.map(minted).sum()
    }

    /// By hand: 500 an epoch, half as much every second epoch.
    fn scheduled(&self) -> u128 {
        (0..self.state.chain().epoch).map(|epoch| (500 * PAGE) >> (epoch / 2)).sum()
    }

    /// Empty blocks until the open epoch is over.
    fn close(&mut self) {
        let open = self.state.chain().epoch;
        while self.state.chain().epoch == open {
            self.block(Vec::new());
        }
    }

    /// Submits, and has these verifiers judge: the first approves, the others as they say.
    fn contribute(&mut self, who: &str, sub: &SubmitContribution, verdicts: &[(&str, bool)]) {
        self.block(vec![(who, Message::SubmitContribution(sub.clone()))]);
        let verdict = |approve| Verdict {
            contribution: ContributionKey {
                epoch: sub.epoch,
                contributor: address(who),
                id: sub.id,
            },
            submission: submission_hash(&address(who), sub).unwrap(),
            approve,
            confidence: 1_000_000,
            quantity: sub.quantity,
            first: 1_000_000,
            second: 1_000_000,
        };
        let message = |approve| {
            let verdicts = vec![verdict(approve)];
            Message::VerifyContributions(VerifyContributions { verdicts })
        };
        self.block(verdicts.iter().map(|(who, approve)| (*who, message(*approve))).collect());
    }

    fn stage(&self, who: &str, sub: &SubmitContribution) -> Stage {
        let id = ContributionId { epoch: sub.epoch, contributor: self.handle(who), id: sub.id };
        self.state.contributions.get(&id).unwrap().stage.clone()
    }

    fn owed(&self) -> u128 {
        self.state.rewards.backpay().map(|(_, owed)| owed.amount.get()).sum()
    }
}

fn submission(stream: &str, epoch: u64, id: u64, quantity: u64) -> SubmitContribution {
    let model = (stream == "transcripts").then_some(ModelId(0));
    let content = Hash::of("content", &[&id.to_le_bytes()]);
    let stream = stream.parse().unwrap();
    SubmitContribution { epoch, id, stream, node: 1, model, quantity, content }
}

/// bob and carol are participants with a node; everybody has money for fees. Epoch 0 is open.
fn ready() -> Chain {
    let mut chain = Chain::new();
    let transfer = |to: &str| {
        let (to, amount) = (address(to), Amount::new(PAGE));
        ("library", Message::Transfer(Transfer { asset: MONEY, to, amount }))
    };
    chain.block(["bob", "carol", "first", "second"].map(transfer).to_vec());
    let mut messages = Vec::new();
    for who in ["bob", "carol"] {
        let join = RegisterParticipant { owner: address(who), validator: None };
        messages.push((who, Message::RegisterParticipant(join)));
        let node = RegisterNode { node: 1, models: vec![ModelId(0)] };
        messages.push((who, Message::RegisterNode(node)));
    }
    chain.block(messages);
    chain
}

#[test]
fn the_file_is_checked_like_any_other() {
    let definition = read(PAGES);
    let all = findings(&definition);
    assert!(all.iter().all(|found| found.finding.level > Level::Error), "{all:#?}");
    // 1,000 in the first two epochs: 500 an epoch, 250 and 200 for the streams of contributions.
    for (path, text) in [
        (
            "streams",
            "floors sum to 45 %, targets to 90 %, ceilings to 135 %: up to 45 % of an epoch",
        ),
        ("streams[0].rate", "an epoch's target of 250.00 PAGE pays 125,000 tokens at x1"),
        ("streams[1].rate", "an epoch's target of 200.00 PAGE pays 66 tasks at x1"),
        ("streams[1].maximum", "one contribution of 1,000 PAGE takes 5 epochs of target"),
        ("buckets.backpay.max_periods", "owe at most 4,500.00 PAGE, 10 epochs"),
        ("buckets.backpay.max_age", "backpay still worth 100 % is closed unpaid after 30d"),
        ("roles.verifiers", "with more than 1 of the 3 verifiers among its relatives"),
        ("emission.factor", "the first period below half of the first begins at offset 4"),
    ] {
        assert!(says(&definition, path, text), "{path}: {text}\n{all:#?}");
    }
}

#[test]
fn its_blocks_close_epochs_and_conserve_supply() {
    let mut chain = ready();
    // Both approve: share 1, x1.25: 80,000 tokens x 2 / 1,000 x 1.25 = 200.
    let pages = submission("transcripts", 0, 1, 80_000);
    chain.contribute("bob", &pages, &[("first", true), ("second", true)]);
    let before = chain.balance("bob");
    assert_eq!((chain.state.chain().epoch, chain.minted()), (1, 0), "nothing is final in epoch 0");
    let reviews = submission("reviews", 1, 2, 40);
    chain.contribute("carol", &reviews, &[("first", true), ("second", false)]);
    assert!(matches!(chain.stage("carol", &reviews), Stage::Closed { .. }), "one of two approves");
    chain.close();
    assert_eq!(chain.stage("bob", &pages), Stage::Settled { epoch: 1 });
    assert_eq!(chain.balance("bob") - before, 200 * PAGE);
    // 10 % of the 500 that epoch 1 offers go to the treasury beside the 200 paid.
    assert_eq!(chain.state.ledger.pot(MONEY, &Pot::Treasury).get(), 50 * PAGE);
    assert_eq!(chain.minted(), 250 * PAGE);
    let header = chain.state.settlement.header(1).unwrap();
    assert_eq!(header.minted.get(), 250 * PAGE);
}

#[test]
fn what_an_epoch_cannot_pay_is_owed_and_paid_later() {
    let mut chain = ready();
    // 300 tasks x 3 = 900, far above the 200 of an epoch.
    let reviews = submission("reviews", 0, 1, 300);
    chain.contribute("carol", &reviews, &[("first", true), ("second", true)]);
    let before = chain.balance("carol");
    let (mut paid, mut steps) = (0, 0);
    while chain.state.chain().epoch < 12 {
        chain.close();
        let now = chain.balance("carol") - before;
        assert!(now >= paid);
        steps += u32::from(now > paid);
        paid = now;
        if chain.stage_is_settled("carol", &reviews) {
            assert_eq!(paid + chain.owed(), 900 * PAGE, "paid or owed, at every close");
        }
    }
    assert!(steps >= 3, "paid in {steps} parts");
    assert!(paid > 450 * PAGE && chain.minted() < 2_000 * PAGE);
}

impl Chain {
    fn stage_is_settled(&self, who: &str, sub: &SubmitContribution) -> bool {
        let id = ContributionId { epoch: sub.epoch, contributor: self.handle(who), id: sub.id };
        // A settled row is dropped once its id can never be used again.
        let row = self.state.contributions.get(&id);
        row.is_none_or(|row| matches!(row.stage, Stage::Settled { .. }))
    }
}
