//! A toy network and the few words to drive it: named accounts, blocks, closes, reports.

pub(crate) use crate::messages::*;
use std::collections::BTreeSet;
use workmint_amounts::{Amount, Ratio};
use workmint_core::block::{Applied, Block, Commitments, Evidence, RawTransaction, Undo};
use workmint_core::genesis::{Allocation, AllocationTo, Genesis};
use workmint_core::modules::ledger::{AccountHandle, LockKind, Pot};
use workmint_core::modules::market::Deposit;
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::Role;
use workmint_core::modules::validators;
use workmint_core::modules::work::{ReportKey, ReportRef};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Address, DecodedTransaction, Hash, Message, State};

/// The asset that is emitted, deposited, paid with.
pub(crate) const GNK: AssetId = AssetId(0);
/// A second asset.
pub(crate) const USD: AssetId = AssetId(1);
/// Genesis time.
pub(crate) const START: u64 = 1_000 * DAY_MS;
/// What each named account has at genesis, of each asset.
pub(crate) const RICH: u128 = 100_000;
/// Accounts with money at genesis. The first four provide, then customers, then others.
pub(crate) const PEOPLE: [&str; 14] = [
    "alice", "bob", "carol", "dave", "cust", "buyer", "hunter", "friend", "r1", "r2", "r3", "j1",
    "j2", "j3",
];

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(crate) fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

pub(crate) fn amount(units: u128) -> Amount {
    Amount::new(units)
}

pub(crate) fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

/// No bonus at all.
pub(crate) fn no_bonus() -> Bonuses {
    Bonuses {
        utilisation_factor: Ratio::ZERO,
        full_coverage: Ratio::ONE,
        partial_coverage: Ratio::ZERO,
    }
}

/// A stream of emission.
pub(crate) fn emission_stream(text: &str, share: &str, score: Score) -> Stream {
    let direct = matches!(score, Score::FixedAccount { .. });
    Stream {
        name: name(text),
        source: Source::Emission { share: ratio(share) },
        score,
        split: if direct { Split::Direct } else { Split::Proportional },
        denominator: Denominator::Full,
        limit: Limit::None,
        forfeits: Destination::Burn,
        remainder: workmint_core::modules::parameters::Remainder::Carry,
        clip: workmint_core::modules::parameters::Clip::Budget,
    }
}

/// The stream that pays providers what customers paid.
pub(crate) fn work_stream() -> Stream {
    Stream {
        name: name("work"),
        source: Source::Payments,
        ..emission_stream("work", "1", Score::WorkDone)
    }
}

/// Epochs of a day; 1,000 a day to weights; payments to providers; 2 of 3 reporters; no fee.
pub(crate) fn parameters() -> Parameters {
    let asset = |symbol| Asset { symbol: name(symbol), decimals: 2, cap: amount(10_000_000) };
    let model = |id, price| Model {
        difficulty: Ratio::ZERO,
        share: Ratio::ZERO,
        reference_weight: 0,
        id: name(id),
        units_per_weight: 10,
        price_per_unit: amount(price),
        weight_factor: Ratio::ONE,
        compute_per_unit: 1,
        recorded_loss: 0,
    };
    Parameters {
        validators: None,
        opinions: None,
        network: Network {
            name: name("toy"),
            chain_id: 7,
            epoch_length: EpochLength::Time(DAY_MS),
        },
        assets: vec![asset("GNK"), asset("USD")],
        models: vec![model("small", 5), model("large", 3), model("free", 0)],
        emission: Emission {
            utility: None,
            quota: Ratio::ZERO,
            reference_weight: 0,
            asset: GNK,
            schedule: Schedule::Exponential { initial: amount(1_000), rate: "0".parse().unwrap() },
            allocation: amount(100_000),
            genesis_epoch: 0,
        },
        streams: vec![emission_stream("compute", "1", Score::PocWeight(no_bonus())), work_stream()],
        weights: Weights {
            unit_price: None,
            base_weight_ratio: ratio("0.2"),
            collateral_per_weight_unit: ratio("10"),
            grace_until_epoch: None,
            power_cap: None,
            confirmation: None,
            participation: None,
            kept_share: Ratio::ZERO,
        },
        collateral: Collateral {
            asset: GNK,
            unbonding: Duration::Milliseconds(28 * DAY_MS),
            max_withdrawals: 3,
        },
        slashing: Slashing {
            downtime_most: None,
            invalid_work: ratio("0.2"),
            downtime: ratio("0.1"),
            reporter_share: ratio("0.2"),
            destination: Destination::Burn,
            rounding: SlashRounding::UpOnSum,
            base: workmint_core::modules::parameters::SlashBase::All,
            evidence_max_age: Duration::Milliseconds(28 * DAY_MS),
        },
        work: work_rules(),
        market: Market {
            asset: GNK,
            close_window: Duration::Milliseconds(DAY_MS / 4),
            escrow: None,
            jobs: None,
            sessions: None,
            fee: None,
        },
        pricing: workmint_core::modules::parameters::Pricing::Fixed,
        fees: Fees {
            burned_share: Ratio::ZERO,
            asset: GNK,
            flat: Amount::ZERO,
            free: Vec::new(),
            kinds: Vec::new(),
            per_byte: Amount::ZERO,
            storage_deposit: Amount::ZERO,
            destination: Destination::Burn,
        },
        claims: Claims {
            vesting_share: Ratio::ONE,
            mode: ClaimMode::Pull,
            window_epochs: 1,
            unclaimed: Destination::Burn,
            vesting_epochs: 0,
            vesting_remainder: VestingRemainder::Spread,
        },
        contributions: None,
        buckets: None,
        stake: None,
        attestation: None,
        exchange: None,
        governance: None,
    }
}

/// The same, and all weight counts without collateral.
pub(crate) fn open_weights() -> Parameters {
    let mut parameters = parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters
}

/// alice, weight 1, epoch 1 open.
pub(crate) fn alice_alone(parameters: Parameters) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 1_000));
    chain.prove(&[("alice", 0, 1)]);
    chain.close();
    chain
}

fn work_rules() -> Work {
    Work {
        quorum: 2,
        challenge_window: Duration::Milliseconds(DAY_MS / 4),
        challenge_bond_minimum: amount(10),
        challenge_bond_ratio: ratio("0.1"),
        decision_window: Duration::Milliseconds(DAY_MS / 2),
        max_customers_per_summary: 4,
        checks_per_epoch: 0,
        missed_requests: MissedRequests::Ratio { threshold: ratio("0.05") },
        sampling: None,
        missed_consequence: workmint_core::modules::parameters::MissConsequence::Slash,
        status: None,
        reputation: None,
        quorum_weight: None,
        proof_window_ms: None,
    }
}

/// The genesis: money for everyone, three reporters, three judges, one governor.
pub(crate) fn genesis(parameters: Parameters) -> Genesis {
    let mut allocations = Vec::new();
    for asset in 0..parameters.assets.len() {
        for who in PEOPLE {
            allocations.push(Allocation {
                cliff_epochs: 0,
                at_once: Ratio::ZERO,
                asset: AssetId(u16::try_from(asset).unwrap()),
                amount: amount(RICH),
                to: AllocationTo::Account(address(who)),
                vesting_epochs: 0,
            });
        }
    }
    let mut roles = vec![(Role::Governor, address("friend"))];
    roles.extend(["r1", "r2", "r3"].map(|who| (Role::Reporter, address(who))));
    roles.extend(["j1", "j2", "j3"].map(|who| (Role::Judge, address(who))));
    Genesis { time_ms: START, parameters, allocations, roles }
}

/// A transaction, and the raw bytes that a block lists for it.
pub(crate) fn sign(sender: &str, nonce: u64, message: Message) -> DecodedTransaction {
    DecodedTransaction::new(address(sender), nonce, message)
}

/// A block of these transactions.
pub(crate) fn block(height: u64, time_ms: u64, decoded: &[DecodedTransaction]) -> Block {
    let raw = |transaction: &DecodedTransaction| RawTransaction {
        codec: 0,
        bytes: transaction.encode_local().unwrap(),
    };
    Block {
        height,
        time_ms,
        transactions: decoded.iter().map(raw).collect(),
        evidence: Vec::new(),
        votes: Vec::new(),
        proposer: None,
    }
}

/// A running toy network.
pub(crate) struct Chain {
    pub(crate) state: State,
    pub(crate) commitments: Commitments,
    pub(crate) undo: Option<Undo>,
    /// Validators that sign nothing.
    pub(crate) absent: BTreeSet<Address>,
}

impl Chain {
    pub(crate) fn new(parameters: Parameters) -> Self {
        Self::of(&genesis(parameters))
    }

    pub(crate) fn of(genesis: &Genesis) -> Self {
        Self {
            state: State::genesis(genesis).unwrap_or_else(|error| panic!("{error}")),
            commitments: Commitments::Full,
            undo: None,
            absent: BTreeSet::new(),
        }
    }

    pub(crate) fn nonce(&self, who: &str) -> u64 {
        let ledger = &self.state.ledger;
        let handle = ledger.handle(&address(who));
        handle.map_or(0, |handle| ledger.account(handle).unwrap().nonce)
    }

    /// The next block at this time, with evidence; whatever its transactions do.
    pub(crate) fn apply(
        &mut self,
        time_ms: u64,
        messages: Vec<(&str, Message)>,
        evidence: Vec<Evidence>,
    ) -> Applied {
        let mut nonces: std::collections::BTreeMap<&str, u64> = Default::default();
        let mut decoded = Vec::new();
        for (who, message) in messages {
            let nonce = nonces.entry(who).or_insert_with(|| self.nonce(who));
            decoded.push(sign(who, *nonce, message));
            *nonce += 1;
        }
        let mut block = block(self.state.chain().height + 1, time_ms, &decoded);
        block.evidence = evidence;
        let (votes, proposer) = validators::turn(&self.state).unwrap();
        block.votes = votes.into_iter().filter(|one| !self.absent.contains(one)).collect();
        block.proposer = proposer;
        let (before, added) = (self.state.lasting_rows().unwrap(), self.rows_foreseen(&decoded));
        let (applied, undo) = self
            .state
            .apply_block(&block, &decoded, self.commitments)
            .unwrap_or_else(|error| panic!("block {}: {error}", block.height));
        self.undo = Some(undo);
        assert_conserved(&self.state);
        if let (Some(added), [Ok(())], None) = (added, &applied.results[..], &applied.closed) {
            let after = self.state.lasting_rows().unwrap();
            assert_eq!(after.max(before) - before, added, "{decoded:?}");
        }
        applied
    }

    /// Lasting rows that a block's only transaction would add, where nothing else touches them.
    fn rows_foreseen(&self, decoded: &[DecodedTransaction]) -> Option<u64> {
        match decoded {
            [one] => Some(self.state.rows_added_by(one)),
            _ => None,
        }
    }

    /// The next block, a second later; every message must succeed.
    pub(crate) fn block(&mut self, messages: Vec<(&str, Message)>) -> Applied {
        let applied = self.apply(self.now() + 1_000, messages, Vec::new());
        for (at, result) in applied.results.iter().enumerate() {
            assert_eq!(result, &Ok(()), "message {at} of the block");
        }
        applied
    }

    /// One message that must succeed.
    pub(crate) fn ok(&mut self, who: &str, message: Message) -> Applied {
        self.block(vec![(who, message)])
    }

    /// One message that must fail; its error's code.
    pub(crate) fn refused(&mut self, who: &str, message: Message) -> u16 {
        let applied = self.apply(self.now() + 1_000, vec![(who, message)], Vec::new());
        let error = applied.results[0].as_ref().expect_err("it must be refused");
        error.code()
    }

    /// Evidence alone.
    pub(crate) fn evidence(&mut self, evidence: Evidence) -> Applied {
        self.apply(self.now() + 1_000, Vec::new(), vec![evidence])
    }

    pub(crate) fn now(&self) -> u64 {
        self.state.chain().time_ms
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.state.chain().epoch
    }

    /// An empty block at the end of the open epoch (days), which closes it.
    pub(crate) fn close(&mut self) -> Applied {
        let end = START + (self.epoch() + 1) * DAY_MS;
        let applied = self.apply(end, Vec::new(), Vec::new());
        assert!(applied.closed.is_some(), "the epoch closes");
        applied
    }

    pub(crate) fn handle(&self, who: &str) -> AccountHandle {
        self.state.ledger.handle(&address(who)).expect(who)
    }

    /// Whole balance, base units of GNK.
    pub(crate) fn balance(&self, who: &str) -> u128 {
        let holding = self.state.ledger.holding(self.handle(who), GNK);
        holding.balance.get()
    }

    pub(crate) fn spendable(&self, who: &str) -> u128 {
        self.state.ledger.spendable(self.handle(who), GNK).get()
    }

    pub(crate) fn locked(&self, who: &str, kind: LockKind) -> u128 {
        self.state.ledger.locked(self.handle(who), GNK, kind).get()
    }

    pub(crate) fn pot(&self, pot: &Pot) -> u128 {
        self.state.ledger.pot(GNK, pot).get()
    }

    pub(crate) fn burned(&self) -> u128 {
        self.state.ledger.supply(GNK).burned.get()
    }

    pub(crate) fn minted(&self) -> u128 {
        self.state.emission.totals().minted.get()
    }

    pub(crate) fn deposit(&self, who: &str, model: u16) -> Option<&Deposit> {
        self.state.market.deposit(self.handle(who), ModelId(model))
    }

    /// Registers providers, each with node 1 serving these models.
    pub(crate) fn register(&mut self, providers: &[(&str, &[u16])]) {
        let mut messages = Vec::new();
        for (who, models) in providers {
            messages.push((*who, join(who, None)));
            messages.push((*who, node(1, models)));
        }
        self.block(messages);
    }

    /// Compute proofs of node 1, attested by r1 and r2.
    pub(crate) fn prove(&mut self, proofs: &[(&str, u16, u64)]) {
        let epoch = self.epoch();
        let mut messages = Vec::new();
        let mut reports = Vec::new();
        for (who, model, weight) in proofs {
            let proof = proof(epoch, *model, *weight);
            reports.push(report_of_proof(who, &proof));
            messages.push((*who, Message::SubmitComputeProof(proof)));
        }
        self.block(messages);
        self.attest(reports);
    }

    /// r1 and r2 attest these reports in one batch each.
    pub(crate) fn attest(&mut self, reports: Vec<(ReportRef, Hash)>) {
        let message = attest(reports);
        self.block(vec![("r1", message.clone()), ("r2", message)]);
    }

    /// A summary of node 1 for one customer, attested by r1 and r2. Returns its key.
    pub(crate) fn serve(&mut self, who: &str, model: u16, customer: &str, units: u64) -> ReportKey {
        let summary = summary(self.epoch(), model, &[(customer, 1, units)], 0);
        let report = report_of_summary(who, &summary);
        self.ok(who, Message::SubmitSummary(summary));
        self.attest(vec![report]);
        key(self.epoch(), who, model)
    }
}

/// Every row of the state as bytes, without the chain's position, which holds hashes of the blocks.
pub(crate) fn rows_of(state: &State) -> Vec<u8> {
    let position = 2 + borsh::to_vec(state.chain()).unwrap().len();
    state.export().unwrap().split_off(position)
}

/// The steps of a block that failed and were put back, with their codes.
pub(crate) fn quarantined(applied: &Applied) -> Vec<(String, u16)> {
    let of = |event: &workmint_core::Event| match event {
        workmint_core::Event::Quarantined { step, code } => Some((step.clone(), *code)),
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// Everything that exists is held by somebody: counted from the rows, asset by asset.
pub(crate) fn assert_conserved(state: &State) {
    for asset in 0..state.ledger.asset_count() {
        let asset = AssetId(u16::try_from(asset).unwrap());
        let accounts = 0..state.ledger.account_count();
        let held: u128 =
            accounts.map(|at| state.ledger.holding(AccountHandle(at), asset).balance.get()).sum();
        let pots = state.ledger.pots().filter(|(of, _, _)| *of == asset);
        let pots: u128 = pots.map(|(_, _, amount)| amount.get()).sum();
        let supply = state.ledger.supply(asset);
        let (issued, burned) = (supply.issued.get(), supply.burned.get());
        assert_eq!(held + pots, issued - burned, "asset {}", asset.0);
        assert!(supply.issued <= state.ledger.cap(asset));
    }
}
