//! Random lives: turns small numbers into plausible messages and keeps an independent ledger.

use crate::errors::transfer;
use crate::kit::*;
use crate::stage::*;
use std::collections::BTreeMap;
use workmint_core::block::{Applied, Block};
use workmint_core::modules::ledger::{AccountHandle, Holder, Posting, Transfer};
use workmint_core::modules::parameters::*;
use workmint_core::modules::vesting::ReleaseVested;
use workmint_core::modules::work::{ReportKey, ReportRef};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{DecodedTransaction, Evidence, Hash, Message, State};

/// One wish: what, who, whom, how much.
pub(crate) type Wish = (u8, u8, u8, u16);

/// A block: how far time moves on, and its wishes.
pub(crate) type Wishes = (u8, Vec<Wish>);

/// Networks that differ in every rule the close knows.
pub(crate) fn variant(number: u8) -> Parameters {
    let mut parameters = parameters();
    let stream = |text: &str, share| emission_stream(text, share, Score::PocWeight(no_bonus()));
    match number % 5 {
        0 => {}
        1 => {
            parameters.network.epoch_length = EpochLength::Blocks(3);
            parameters.claims.mode = ClaimMode::Push;
            parameters.claims.vesting_epochs = 3;
            parameters.emission.schedule = Schedule::FixedPerBlock { reward: amount(333) };
            parameters.collateral.unbonding = Duration::Epochs(2);
            parameters.work.challenge_window = Duration::Epochs(1);
            parameters.work.decision_window = Duration::Epochs(1);
        }
        2 => {
            parameters.fees.flat = amount(2);
            parameters.emission.schedule = Schedule::Geometric {
                initial: amount(2_500),
                factor: ratio("0.8"),
                period_epochs: 3,
            };
            let account = Payee::Treasury;
            parameters.streams = vec![
                stream("compute", "0.5"),
                stream("second", "0.4"),
                emission_stream("treasury", "0.1", Score::FixedAccount { account }),
                work_stream(),
            ];
            parameters.streams[0].forfeits = Destination::Recycling;
            parameters.streams[1].limit = Limit::BurnedFees;
            parameters.streams[1].forfeits = Destination::Treasury;
            parameters.slashing.destination = Destination::Recycling;
            parameters.claims.unclaimed = Destination::Recycling;
            parameters.claims.window_epochs = 2;
        }
        3 => {
            parameters.emission.schedule = Schedule::WorkSubsidy {
                rate: ratio("0.9"),
                interval: ratio("0.05"),
                reduction: ratio("0.2"),
            };
            let mut subsidy = emission_stream("subsidy", "1", Score::WorkDone);
            subsidy.denominator = Denominator::Paid;
            parameters.streams = vec![subsidy, work_stream()];
        }
        _ => {
            parameters.market.asset = USD;
            parameters.emission.allocation = amount(1_700);
            parameters.slashing.rounding = SlashRounding::DownPerHolding;
            parameters.slashing.destination = Destination::Treasury;
            parameters.streams[0].denominator = Denominator::Paid;
            parameters.claims.vesting_epochs = 2;
            parameters.collateral.unbonding = Duration::Milliseconds(DAY_MS);
        }
    }
    parameters
}

/// Makes blocks of wishes, remembering what was reported so that reporters can attest it.
#[derive(Default)]
pub(crate) struct Driver {
    reports: Vec<(ReportRef, Hash)>,
    summaries: Vec<ReportKey>,
}

const PROVIDERS: [&str; 4] = ["alice", "bob", "carol", "dave"];
const CUSTOMERS: [&str; 3] = ["cust", "buyer", "hunter"];

fn pick<'a>(list: &[&'a str], at: u8) -> &'a str {
    list[usize::from(at) % list.len()]
}

impl Driver {
    /// The first block: everyone joins, customers prepay.
    pub(crate) fn enrol() -> Vec<(&'static str, Message)> {
        let validators = ["val", "bval", "cval", "dval"];
        let mut messages = Vec::new();
        for (who, validator) in PROVIDERS.into_iter().zip(validators) {
            messages.push((who, join(who, Some(validator))));
            messages.push(("cust", transfer(address(validator), 0, 100)));
            messages.push((validator, confirm(who)));
            messages.push((who, node(1, &[0, 1, 2])));
            messages.push((who, put_collateral(500)));
        }
        for who in CUSTOMERS {
            messages.extend([0, 1, 2].map(|model| (who, prepay(model, 2_000))));
        }
        messages
    }

    /// The next block of these wishes on top of `state`.
    pub(crate) fn block(
        &mut self,
        state: &State,
        (pace, wishes): &Wishes,
    ) -> (Block, Vec<DecodedTransaction>) {
        let mut nonces: BTreeMap<&str, u64> = BTreeMap::new();
        let mut decoded = Vec::new();
        let mut evidence = Vec::new();
        for wish in wishes {
            for (who, message) in self.messages(state, *wish, &mut evidence) {
                let nonce = nonces.entry(who).or_insert_with(|| {
                    let handle = state.ledger.handle(&address(who));
                    handle.map_or(0, |handle| state.ledger.account(handle).unwrap().nonce)
                });
                decoded.push(sign(who, *nonce, message));
                *nonce += 1;
            }
        }
        // Mostly a fifth of a day; now and then days without a block.
        let step = if *pace == 0 { 3 * DAY_MS } else { DAY_MS / 5 };
        let chain = state.chain();
        let mut block = block(chain.height + 1, chain.time_ms + step, &decoded);
        block.evidence = evidence;
        (block, decoded)
    }

    fn messages(
        &mut self,
        state: &State,
        (kind, who, whom, much): Wish,
        evidence: &mut Vec<Evidence>,
    ) -> Vec<(&'static str, Message)> {
        let epoch = state.chain().epoch;
        let (provider, customer) = (pick(&PROVIDERS, who), pick(&CUSTOMERS, whom));
        let units = u128::from(much);
        let one = |who, message| vec![(who, message)];
        match kind % 20 {
            0 | 1 => {
                let proof = proof(epoch, u16::from(whom % 3), u64::from(much % 50) + 1);
                self.reports.push(report_of_proof(provider, &proof));
                one(provider, Message::SubmitComputeProof(proof))
            }
            2 | 3 => {
                let usage = [(customer, 1 + u64::from(much % 9), u64::from(much % 40) + 1)];
                let summary = summary(epoch, u16::from(who % 3), &usage, u64::from(much % 2));
                let report = report_of_summary(provider, &summary);
                self.reports.push(report);
                self.summaries.push(key(epoch, provider, summary.model.0));
                one(provider, Message::SubmitSummary(summary))
            }
            4..=7 => self.attest(much),
            8 => self.about_a_summary(whom, much, |key| ("hunter", challenge(key, 200))),
            9 | 10 => {
                let judge_of = pick(&["j1", "j2", "j3"], who);
                self.about_a_summary(whom, much, |key| (judge_of, judge(key, much % 3 > 0)))
            }
            11 => one(provider, put_collateral(units % 700)),
            12 => one(provider, withdraw_collateral(units % 400)),
            13 => one(provider, claim(epoch - epoch.min(u64::from(whom % 3)))),
            14 => one(provider, Message::ReleaseVested(ReleaseVested {})),
            15 => one(customer, prepay(u16::from(who % 3), units)),
            16 => one(customer, close_deposit(u16::from(who % 3))),
            17 => one(pick(&["r1", "r2", "r3"], whom), misses(epoch, provider, u64::from(much))),
            18 => {
                let to = pick(&PEOPLE, whom);
                let (asset, amount) = (AssetId(u16::from(who % 3)), amount(units));
                let to = address(to);
                one(customer, Message::Transfer(Transfer { to, asset, amount }))
            }
            _ => {
                evidence.push(wish_evidence(state, who, whom, much));
                one(provider, recipient(pick(&PEOPLE, whom)))
            }
        }
    }

    /// Two reporters attest one of the last reports.
    fn attest(&self, much: u16) -> Vec<(&'static str, Message)> {
        let at = usize::from(much) % self.reports.len().clamp(1, 6);
        match self.reports.iter().rev().nth(at) {
            Some(report) => vec![("r1", attest(vec![*report])), ("r3", attest(vec![*report]))],
            None => Vec::new(),
        }
    }

    fn about_a_summary(
        &self,
        whom: u8,
        much: u16,
        make: impl Fn(ReportKey) -> (&'static str, Message),
    ) -> Vec<(&'static str, Message)> {
        let at = usize::from(whom.wrapping_add(much as u8)) % self.summaries.len().clamp(1, 4);
        let key = self.summaries.iter().rev().nth(at);
        key.map(|key| make(*key)).into_iter().collect()
    }
}

fn wish_evidence(state: &State, who: u8, whom: u8, much: u16) -> Evidence {
    let validator = pick(&["val", "bval", "cval", "nobody"], who);
    match whom % 4 {
        0 => Evidence::ValidatorBeganUnbonding { validator: address(validator) },
        1 => Evidence::ValidatorBonded { validator: address(validator) },
        _ => {
            let fraction = ["0.01", "0.37", "1"][usize::from(much % 3)];
            fault(validator, fraction, whom, state.chain().time_ms)
        }
    }
}

/// A naive double-entry ledger: every balance is what the postings say, nothing else.
#[derive(Default)]
pub(crate) struct Books(BTreeMap<(AssetId, Holder), i128>);

impl Books {
    /// Opened with the balances of a state.
    pub(crate) fn open(state: &State) -> Self {
        Self(balances(state))
    }

    pub(crate) fn enter(&mut self, postings: &[Posting]) {
        for posting in postings {
            let amount = i128::try_from(posting.amount.get()).unwrap();
            assert!(amount > 0, "no posting of nothing");
            *self.0.entry((posting.asset, posting.from.clone())).or_default() -= amount;
            *self.0.entry((posting.asset, posting.to.clone())).or_default() += amount;
        }
        self.0.retain(|_, amount| *amount != 0);
    }

    pub(crate) fn assert_match(&self, state: &State) {
        assert_eq!(self.0, balances(state));
    }
}

/// Every balance of a state, issuance negative: what exists.
fn balances(state: &State) -> BTreeMap<(AssetId, Holder), i128> {
    let mut all = BTreeMap::new();
    let units = |amount: workmint_amounts::Amount| i128::try_from(amount.get()).unwrap();
    for asset in (0..state.ledger.asset_count()).map(|at| AssetId(u16::try_from(at).unwrap())) {
        for handle in (0..state.ledger.account_count()).map(AccountHandle) {
            let balance = state.ledger.holding(handle, asset).balance;
            all.insert((asset, Holder::Account(handle)), units(balance));
        }
        let supply = state.ledger.supply(asset);
        all.insert((asset, Holder::Issuance), units(supply.burned) - units(supply.issued));
    }
    for (asset, pot, amount) in state.ledger.pots() {
        all.insert((asset, Holder::Pot(pot.clone())), units(amount));
    }
    all.retain(|_, amount| *amount != 0);
    all
}

/// How many results of a block succeeded.
pub(crate) fn succeeded(applied: &Applied) -> usize {
    applied.results.iter().filter(|result| result.is_ok()).count()
}
