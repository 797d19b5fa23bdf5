//! The whole state: one field per module, every row in a store that can be rolled back.

use crate::event::Event;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Parameters;
use crate::modules::{
    attestation, collateral, contributions, emission, exchange, fees, governance, ledger, market,
    opinions, parameters, pricing, registry, rewards, settlement, slashing, stake, validators,
    vesting, weights, work,
};
use crate::table::{EncodingError, Log, Rows, Single, Table};
use crate::time::Now;
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;

/// Where the chain stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Chain {
    /// Hash of the genesis.
    pub genesis: Hash,
    /// Time of the genesis, milliseconds.
    pub genesis_time_ms: u64,
    /// Height of the last block; 0 at genesis.
    pub height: u64,
    /// Time of the last block, milliseconds.
    pub time_ms: u64,
    /// The open epoch.
    pub epoch: u64,
    /// Height of the last block before the open epoch.
    pub epoch_start_height: u64,
    /// Commitment to the whole history.
    pub app_hash: Hash,
    /// Hash over all blocks' bytes: what duties are drawn from. Unlike the app hash it is the same
    /// whether commitments are computed or not.
    pub entropy: Hash,
}

/// The state of a network.
#[derive(Default)]
pub struct State {
    pub(crate) chain: Single<Chain>,
    /// Words said in the open epoch, carried by others or sent by their authors.
    pub(crate) relayed: Table<Hash, ()>,
    /// Balances, locks, pots, supply.
    pub ledger: ledger::Ledger,
    /// What the network runs by.
    pub parameters: parameters::ParameterState,
    /// Participants, nodes, roles.
    pub registry: registry::Registry,
    /// Cumulative emission.
    pub emission: emission::EmissionState,
    /// Burned fees of the open epoch.
    pub fees: fees::FeeState,
    /// Grants.
    pub vesting: vesting::Vesting,
    /// Deposits that back weight.
    pub collateral: collateral::CollateralState,
    /// Prices of models.
    pub pricing: pricing::PricingState,
    /// Offences judged.
    pub slashing: slashing::SlashingState,
    /// Reports, challenges, duties, tallies.
    pub work: work::WorkState,
    /// Customers' deposits.
    pub market: market::MarketState,
    /// The snapshot of effective weights.
    pub weights: weights::WeightState,
    /// Contributions to streams with a rate.
    pub contributions: contributions::ContributionState,
    /// What streams carry, owe and roll over.
    pub rewards: rewards::RewardState,
    /// Records and claims.
    pub settlement: settlement::SettlementState,
    /// Privacy tiers and heartbeats.
    pub attestation: attestation::AttestationState,
    /// What providers stake.
    pub stake: stake::StakeState,
    /// Proposals and votes.
    pub governance: governance::GovernanceState,
    /// The pool of two assets.
    pub exchange: exchange::ExchangeState,
    /// Validators, what is bonded to them, who is active.
    pub validators: validators::ValidatorState,
    /// Seats and their weights.
    pub opinions: opinions::OpinionState,
    pub(crate) events: Vec<Event>,
}

/// What a message or a step of the close runs in.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where the chain stands.
    pub now: Now,
    /// Where it stood after the last block: what was over then has had its end, or waits for it
    /// because no more end in one block.
    pub last: Now,
    /// Who sent the message; account 0 in a close.
    pub sender: AccountHandle,
    /// The parameters of the open epoch.
    pub parameters: Arc<Parameters>,
}

/// Room for the positions of all stores without growing; how many there are follows from the list.
const STORES: usize = 192;

/// A point to roll back to: positions in the logs of all stores.
pub(crate) struct Mark {
    tables: Vec<usize>,
    events: usize,
    postings: usize,
}

macro_rules! stores {
    ($state:expr, $visit:ident) => {{
        $visit!($state.chain);
        $visit!($state.relayed);
        $visit!($state.ledger.accounts);
        $visit!($state.ledger.by_address);
        $visit!($state.ledger.locks);
        $visit!($state.ledger.pots);
        $visit!($state.ledger.allowances);
        $visit!($state.ledger.supply);
        $visit!($state.parameters.active);
        $visit!($state.parameters.scheduled);
        $visit!($state.registry.participants);
        $visit!($state.registry.nodes);
        $visit!($state.registry.validators);
        $visit!($state.registry.roles);
        $visit!($state.registry.ties);
        $visit!($state.emission.totals);
        $visit!($state.fees.burned);
        $visit!($state.fees.stored);
        $visit!($state.vesting.grants);
        $visit!($state.vesting.ends);
        $visit!($state.vesting.earned);
        $visit!($state.collateral.active);
        $visit!($state.collateral.withdrawals);
        $visit!($state.collateral.due);
        $visit!($state.collateral.jailed);
        $visit!($state.collateral.unit_price);
        $visit!($state.collateral.earned);
        $visit!($state.pricing.models);
        $visit!($state.pricing.loads);
        $visit!($state.pricing.last_step);
        $visit!($state.pricing.compute);
        $visit!($state.pricing.proposals);
        $visit!($state.slashing.judged);
        $visit!($state.slashing.horizon);
        $visit!($state.work.receipts);
        $visit!($state.work.proofs);
        $visit!($state.work.misses);
        $visit!($state.work.readings);
        $visit!($state.work.challenges);
        $visit!($state.work.tallies);
        $visit!($state.work.model_units);
        $visit!($state.work.seeds);
        $visit!($state.work.duties);
        $visit!($state.work.closed);
        $visit!($state.work.members);
        $visit!($state.work.validated);
        $visit!($state.work.standings);
        $visit!($state.work.reputations);
        $visit!($state.work.refuted_answers);
        $visit!($state.market.deposits);
        $visit!($state.market.totals);
        $visit!($state.market.requests);
        $visit!($state.market.answers);
        $visit!($state.market.due);
        $visit!($state.market.debts);
        $visit!($state.market.dealings);
        $visit!($state.market.recovered);
        $visit!($state.market.fees);
        $visit!($state.market.sessions);
        $visit!($state.market.session_due);
        $visit!($state.market.session_numbers);
        $visit!($state.market.session_totals);
        $visit!($state.market.jobs.offers);
        $visit!($state.market.jobs.capacity);
        $visit!($state.market.jobs.used);
        $visit!($state.market.jobs.peaks);
        $visit!($state.market.jobs.taken);
        $visit!($state.market.jobs.rows);
        $visit!($state.market.jobs.due);
        $visit!($state.market.jobs.numbers);
        $visit!($state.market.jobs.totals);
        $visit!($state.market.jobs.paid);
        $visit!($state.market.jobs.sales);
        $visit!($state.market.jobs.sold);
        $visit!($state.weights.current);
        $visit!($state.weights.confirmed);
        $visit!($state.weights.inactive);
        $visit!($state.weights.interrupted);
        $visit!($state.weights.delegations);
        $visit!($state.weights.refusals);
        $visit!($state.contributions.rows);
        $visit!($state.contributions.due);
        $visit!($state.contributions.ended);
        $visit!($state.contributions.horizon);
        $visit!($state.contributions.challenges);
        $visit!($state.contributions.losses);
        $visit!($state.contributions.datasets);
        $visit!($state.contributions.open_datasets);
        $visit!($state.contributions.evidence);
        $visit!($state.contributions.submissions);
        $visit!($state.contributions.paces);
        $visit!($state.contributions.conduct);
        $visit!($state.contributions.final_now);
        $visit!($state.rewards.quarantined);
        $visit!($state.rewards.backpay);
        $visit!($state.rewards.rollover);
        $visit!($state.rewards.utilisation);
        $visit!($state.settlement.headers);
        $visit!($state.settlement.open);
        $visit!($state.settlement.claimed);
        $visit!($state.settlement.taken);
        $visit!($state.settlement.totals);
        $visit!($state.attestation.requests);
        $visit!($state.attestation.tiers);
        $visit!($state.attestation.evidence);
        $visit!($state.attestation.reports);
        $visit!($state.attestation.named);
        $visit!($state.attestation.answered);
        $visit!($state.attestation.held);
        $visit!($state.stake.positions);
        $visit!($state.stake.withdrawals);
        $visit!($state.stake.due);
        $visit!($state.stake.bound);
        $visit!($state.stake.reputations);
        $visit!($state.stake.customers);
        $visit!($state.stake.cases);
        $visit!($state.stake.open_cases);
        $visit!($state.governance.proposals);
        $visit!($state.governance.tallies);
        $visit!($state.governance.next);
        $visit!($state.governance.ballots);
        $visit!($state.governance.snapshots);
        $visit!($state.governance.upgrades);
        $visit!($state.exchange.pool);
        $visit!($state.exchange.positions);
        $visit!($state.validators.pools);
        $visit!($state.validators.delegations);
        $visit!($state.validators.entries);
        $visit!($state.validators.endings);
        $visit!($state.validators.unbonding);
        $visit!($state.validators.due);
        $visit!($state.validators.withdrawals);
        $visit!($state.validators.active);
        $visit!($state.validators.blocks);
        $visit!($state.validators.missed);
        $visit!($state.validators.proposed);
        $visit!($state.validators.churn);
        $visit!($state.opinions.seats);
        $visit!($state.opinions.by_holder);
        $visit!($state.opinions.weights);
        $visit!($state.opinions.bonds);
        $visit!($state.opinions.commitments);
        $visit!($state.opinions.children);
        $visit!($state.opinions.takes);
        $visit!($state.opinions.price);
        $visit!($state.opinions.last_run);
    }};
}

impl State {
    /// Every store, in the order that hashes, snapshots and logs use. The order is protocol.
    fn stores(&self) -> Vec<&dyn Rows> {
        let mut all: Vec<&dyn Rows> = Vec::new();
        macro_rules! visit {
            ($store:expr) => {
                all.push(&$store)
            };
        }
        stores!(self, visit);
        all.extend(self.ledger.holdings.iter().map(|table| table as &dyn Rows));
        all
    }

    fn stores_mut(&mut self) -> Vec<&mut dyn Rows> {
        let mut all: Vec<&mut dyn Rows> = Vec::new();
        macro_rules! visit {
            ($store:expr) => {
                all.push(&mut $store)
            };
        }
        stores!(self, visit);
        all.extend(self.ledger.holdings.iter_mut().map(|table| table as &mut dyn Rows));
        all
    }

    /// Where the chain stands.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        self.chain.get()
    }

    /// The chain id that signatures are bound to; see [`crate::Genesis::chain_id`].
    #[must_use]
    pub fn chain_id(&self) -> u64 {
        let stated = self.active_parameters().map_or(0, |active| active.network.chain_id);
        crate::genesis::chain_id(stated, &self.chain.get().genesis)
    }

    /// The open epoch, height and time as deadlines see them.
    #[must_use]
    pub fn now(&self) -> Now {
        let chain = self.chain.get();
        Now { height: chain.height, time_ms: chain.time_ms, epoch: chain.epoch }
    }

    /// The parameters of the open epoch; `None` only before genesis.
    #[must_use]
    pub fn active_parameters(&self) -> Option<Arc<Parameters>> {
        self.parameters.active().map(|active| Arc::clone(&active.parameters))
    }

    /// Events of the block just applied, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    pub(crate) fn emit(&mut self, event: impl Into<Event>) {
        self.events.push(event.into());
    }

    pub(crate) fn mark(&self) -> Mark {
        // Twice for every transaction: without the list of stores in between.
        let mut tables = Vec::with_capacity(STORES);
        macro_rules! visit {
            ($store:expr) => {
                tables.push(Rows::mark(&$store))
            };
        }
        stores!(self, visit);
        tables.extend(self.ledger.holdings.iter().map(Rows::mark));
        Mark { tables, events: self.events.len(), postings: self.ledger.postings.len() }
    }

    pub(crate) fn rollback_to(&mut self, mark: &Mark) {
        for (store, position) in self.stores_mut().into_iter().zip(&mark.tables) {
            store.rollback_to(*position);
        }
        self.events.truncate(mark.events);
        self.ledger.postings.truncate(mark.postings);
    }

    /// Restores the state before the block under way.
    pub(crate) fn rollback_block(&mut self) {
        self.stores_mut().into_iter().for_each(|store| store.rollback_to(0));
        self.events.clear();
        self.ledger.postings.clear();
        self.refresh_caps();
    }

    pub(crate) fn take_logs(&mut self) -> Vec<Log> {
        self.stores_mut().into_iter().map(|store| store.take_log()).collect()
    }

    pub(crate) fn undo_logs(&mut self, logs: Vec<Log>) -> bool {
        let stores = self.stores_mut();
        let complete = stores.len() == logs.len();
        let fits = stores
            .into_iter()
            .zip(logs)
            .fold(complete, |fits, (store, log)| store.undo(log) && fits);
        self.refresh_caps();
        fits
    }

    pub(crate) fn hash_changes(&self, hasher: &mut blake3::Hasher) -> Result<(), EncodingError> {
        self.stores().iter().try_for_each(|store| store.hash_changes(hasher))
    }

    /// Merkle root over the whole state, without the app hash: that is made of the root.
    pub fn root(&self) -> Result<Hash, EncodingError> {
        let position = Chain { app_hash: Hash::ZERO, ..*self.chain.get() };
        let mut roots = vec![crate::merkle::leaf(&borsh::to_vec(&position)?)];
        for store in self.stores().iter().skip(1) {
            roots.push(store.root()?);
        }
        Ok(crate::merkle::root(roots))
    }

    /// The whole state as bytes, for a snapshot.
    pub fn export(&self) -> Result<Vec<u8>, EncodingError> {
        let mut out = Vec::new();
        u16::try_from(self.ledger.holdings.len()).unwrap_or(u16::MAX).serialize(&mut out)?;
        self.stores().iter().try_for_each(|store| store.export(&mut out))?;
        Ok(out)
    }

    /// The state of a snapshot. Whoever calls it compares [`State::root`] with what the chain
    /// agreed on before trusting it.
    pub fn import(mut input: &[u8]) -> Result<Self, EncodingError> {
        let input = &mut input;
        let assets = u16::deserialize(input)?;
        let mut state = Self::default();
        state.ledger.holdings.resize_with(usize::from(assets), Default::default);
        for store in state.stores_mut() {
            store.import(input)?;
        }
        if !input.is_empty() {
            let kind = borsh::io::ErrorKind::InvalidData;
            return Err(borsh::io::Error::new(kind, "bytes after the end of the state"));
        }
        state.refresh_caps();
        Ok(state)
    }

    /// Caps follow the active parameters.
    pub(crate) fn refresh_caps(&mut self) {
        if let Some(parameters) = self.active_parameters() {
            self.ledger.caps = parameters.assets.iter().map(|asset| asset.cap).collect();
        }
    }
}
