//! A running `gonka` in a directory, with two providers.

use std::collections::BTreeMap;
use std::path::Path;

use borsh::BorshSerialize;
use serde_json::Value;
use tempfile::{TempDir, tempdir};
use workmint_amounts::Amount;
use workmint_core::modules::collateral;
use workmint_core::modules::parameters::ModelId;
use workmint_core::modules::registry::{ConfirmValidator, RegisterNode, RegisterParticipant};
use workmint_core::modules::work::{Attest, ReportKey, ReportRef, SubmitComputeProof, Window};
use workmint_core::{
    Address, Block, DecodedTransaction, Evidence, Hash, Message, RawTransaction, merkle,
};
use workmint_networks::{parse, preset};
use workmint_storage::store::{Settings, Store};

use crate::support::{Run, json, workmint_in};

pub(crate) const DAY: u64 = 86_400_000;
pub(crate) const START: u64 = 20_000 * DAY;

pub(crate) fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

/// A running `gonka` with alice, bob and the file's reporters.
pub(crate) struct Network {
    dir: TempDir,
    pub(crate) store: Store,
}

impl Network {
    pub(crate) fn new() -> Self {
        Self::by(preset("gonka").unwrap().text)
    }

    /// By the rules of another text of `gonka`.
    pub(crate) fn by(text: &str) -> Self {
        let definition = parse(text, "network.toml").unwrap();
        let names = definition.names().into_iter();
        let bindings: BTreeMap<String, Address> = names
            .map(|name| match name.as_str() {
                "founder" => ("founder".to_owned(), address("alice")),
                "ecosystem" => ("ecosystem".to_owned(), address("bob")),
                other => (other.to_owned(), address(other)),
            })
            .collect();
        let genesis = definition.genesis(START, &bindings).unwrap();
        let dir = tempdir().unwrap();
        let store = Store::create(dir.path(), &genesis, Settings::default()).unwrap();
        Self { dir, store }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A block at this time of the chain; every message must succeed.
    pub(crate) fn block(
        &mut self,
        after: u64,
        messages: Vec<(&str, Message)>,
        evidence: Vec<Evidence>,
    ) {
        let mut nonces: BTreeMap<&str, u64> = BTreeMap::new();
        let mut decoded = Vec::new();
        for (who, message) in messages {
            let ledger = &self.store.state().ledger;
            let nonce = nonces.entry(who).or_insert_with(|| {
                let handle = ledger.handle(&address(who));
                handle.map_or(0, |handle| ledger.account(handle).unwrap().nonce)
            });
            decoded.push(DecodedTransaction::new(address(who), *nonce, message));
            *nonce += 1;
        }
        let raw = |transaction: &DecodedTransaction| RawTransaction {
            codec: 0,
            bytes: transaction.encode_local().unwrap(),
        };
        let block = Block {
            height: self.store.state().chain().height + 1,
            time_ms: START + after,
            transactions: decoded.iter().map(raw).collect(),
            evidence,
            votes: Vec::new(),
            proposer: None,
        };
        let applied = self.store.commit(vec![(block, decoded)]).unwrap();
        assert!(applied[0].results.iter().all(Result::is_ok), "{applied:?}");
    }

    /// Both register one node of the first model and put up collateral: alice 40 GNK, bob 10.
    /// Proofs: alice 100, bob 200. Bob's validator leaves. The close of epoch 0 fixes the weights.
    pub(crate) fn with_weights() -> Self {
        Self::new().weighed()
    }

    /// The same with a reputation that is full after four epochs.
    pub(crate) fn with_reputation() -> Self {
        let rule = "epochs_to_full = 4\nmiss_cutoff = \"0.01\"\nmiss_penalty = \"1\"\n";
        let text = preset("gonka").unwrap().text;
        let rule = format!("\n[work.reputation]\n{rule}\n[market]\n");
        let known = text.replace("\n[market]\n", &rule);
        assert_ne!(text, known);
        Self::by(&known).weighed()
    }

    /// The same with a power cap of one half for two.
    pub(crate) fn with_a_cap() -> Self {
        let cap = "[weights.power_cap]\nof_two = \"0.5\"\nof_three = \"0.4\"\nof_many = \"0.3\"\n";
        let text = preset("gonka").unwrap().text;
        let capped = text.replace("\n[collateral]\n", &format!("\n{cap}\n[collateral]\n"));
        assert_ne!(text, capped);
        Self::by(&capped).weighed()
    }

    fn weighed(self) -> Self {
        let mut network = self;
        let join = |who: &str| {
            Message::RegisterParticipant(RegisterParticipant {
                owner: address(who),
                validator: Some(address(&format!("{who}'s validator"))),
            })
        };
        let node = Message::RegisterNode(RegisterNode { node: 1, models: vec![ModelId(0)] });
        let confirm = Message::ConfirmValidator(ConfirmValidator { participant: address("bob") });
        let deposit = |gnk: u128| {
            let amount = Amount::new(gnk * 1_000_000_000);
            Message::DepositCollateral(collateral::Deposit { amount })
        };
        network.block(
            1_000,
            vec![
                ("alice", join("alice")),
                ("alice", node.clone()),
                ("alice", deposit(40)),
                ("bob", join("bob")),
                ("bob", node),
                ("bob", deposit(10)),
                ("bob's validator", confirm),
            ],
            Vec::new(),
        );
        network.prove(2_000, 0, &[("alice", 100), ("bob", 200)]);
        let left = Evidence::ValidatorBeganUnbonding { validator: address("bob's validator") };
        network.block(DAY, Vec::new(), vec![left]);
        assert_eq!(network.store.state().chain().epoch, 1);
        network
    }

    /// Submits proofs of node 1 and the first model, and lets two reporters attest them.
    pub(crate) fn prove(&mut self, after: u64, epoch: u64, proofs: &[(&str, u64)]) {
        let mut messages = Vec::new();
        let mut reports = Vec::new();
        for (who, weight) in proofs {
            let proof = SubmitComputeProof {
                epoch,
                node: 1,
                model: ModelId(0),
                weight: *weight,
                evidence: Hash::ZERO,
                window: Window::default(),
            };
            let key = ReportKey { epoch, participant: address(who), node: 1, model: ModelId(0) };
            reports.push((ReportRef::Proof(key), content(&(address(who), &proof))));
            messages.push((*who, Message::SubmitComputeProof(proof)));
        }
        self.block(after, messages, Vec::new());
        reports.sort();
        let leaves = reports.iter().map(|(_, content)| merkle::leaf(&content.0));
        let attest = Message::Attest(Attest {
            root: merkle::root(leaves.collect()),
            reports: reports.iter().map(|(report, _)| *report).collect(),
        });
        let both = vec![("reporter-1", attest.clone()), ("reporter-2", attest)];
        self.block(after + 1_000, both, Vec::new());
    }

    pub(crate) fn run(&self, command: &str, epoch: Option<&str>, who: &str) -> Run {
        let who = address(who).to_string();
        let mut arguments = vec![command, "--data-dir", "."];
        arguments.extend(epoch);
        arguments.push(&who);
        workmint_in(self.path(), &arguments)
    }

    pub(crate) fn json(&self, command: &str, epoch: Option<&str>, who: &str) -> Value {
        let who = address(who).to_string();
        let mut arguments = vec![command, "--data-dir", ".", "--json"];
        arguments.extend(epoch);
        arguments.push(&who);
        json(self.path(), &arguments)
    }
}

fn content(report: &impl BorshSerialize) -> Hash {
    let bytes = borsh::to_vec(report).unwrap();
    Hash::of("workmint report v1", &[b"proof", &bytes])
}
