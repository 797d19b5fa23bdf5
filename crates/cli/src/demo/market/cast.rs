//! Who takes part: derived from the settings, the requests and the genesis alone.

use super::demand::Demand;
use crate::demo::people::{People, funders, holders, local, numbered};
use crate::demo::requests::Source;
use crate::demo::settings::Settings;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_amounts::{Amount, Ratio, apportion};
use workmint_core::modules::parameters::{JobRules, Parameters};
use workmint_core::modules::registry::Role;
use workmint_core::names::{AssetId, ModelId};
use workmint_core::{Address, Genesis};

/// Customers for so many providers, and their least and largest number.
const PROVIDERS_A_CUSTOMER: u64 = 3;
const CUSTOMERS: (u64, u64) = (8, 64);
/// Privacy tiers that customers ask for, by customer, repeating.
const ASKED_TIERS: [u8; 8] = [0, 1, 2, 0, 3, 4, 0, 0];
/// Every so manieth customer works by sessions.
const SESSIONS: usize = 4;
/// Stakes in multiples of the least one, and locks in quarters of the full one; by provider.
const STAKES: [u128; 5] = [20, 100, 50, 400, 200];
const LOCKS: [u64; 4] = [0, 4, 1, 2];
/// Hardware, in proportion; by provider, repeating.
const HARDWARE: [u128; 4] = [20, 12, 48, 32];
/// A stake backs so many times what its provider offers, at least.
const BACKING: u128 = 2;
/// Accounts that swap.
const TRADERS: u64 = 2;
/// Room that a customer leaves for what will be generated: a job's most units for its tokens.
pub(super) const ROOM: (u64, u64) = (5, 4);
/// Of what customers would like, providers offer what half of the requests ask for.
const OFFERED: u64 = 2;
/// The smallest offer holds so many jobs.
const JOBS_AN_OFFER: u64 = 4;

/// Everyone.
#[derive(Debug)]
pub(super) struct Cast {
    /// Providers, by number.
    pub(super) providers: Vec<Provider>,
    /// Customers, by number.
    pub(super) customers: Vec<Customer>,
    pub(super) traders: Vec<Address>,
    /// Adds to the pool.
    pub(super) liquidity: Address,
    pub(super) attestors: Vec<Address>,
    pub(super) reporters: Vec<Address>,
    pub(super) judges: Vec<Address>,
    /// Governors of the genesis: they vote.
    pub(super) governors: Vec<Address>,
    /// By asset, the account that owns most of it at genesis and may spend it.
    pub(super) funders: BTreeMap<AssetId, Address>,
    pub(super) people: People,
    /// Most units of one job.
    pub(super) job_units: u64,
}

/// A provider.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) address: Address,
    pub(super) owner: Address,
    /// The tier its hardware has.
    pub(super) tier: u8,
    /// Base units.
    pub(super) stake: Amount,
    pub(super) lock_ms: u64,
    /// Units of an epoch that it offers, by model.
    pub(super) offers: BTreeMap<ModelId, u64>,
}

/// A customer.
#[derive(Debug)]
pub(super) struct Customer {
    pub(super) address: Address,
    /// The tier it asks for.
    pub(super) tier: u8,
    /// Whether it works by sessions, not by jobs.
    pub(super) by_session: bool,
    /// Tokens of an ordinary epoch, by model.
    pub(super) tokens: BTreeMap<ModelId, u64>,
}

impl Cast {
    /// The cast of a demo; an error if there are no jobs.
    pub(super) fn new(
        settings: &Settings,
        genesis: &Genesis,
        source: &Source,
    ) -> Result<Self, Failure> {
        let parameters = &genesis.parameters;
        let Some(rules) = &parameters.market.jobs else {
            let name = &parameters.network.name;
            return Err(Failure::Input(format!("{name} has no jobs")));
        };
        let mut customers = customers(settings, parameters);
        count_tokens(settings, parameters, source, &mut customers);
        let mut providers: Vec<Provider> =
            (0..settings.participants).map(|number| Provider::new(parameters, number)).collect();
        offer(parameters, &customers, &mut providers)?;
        for provider in &mut providers {
            provider.back(parameters)?;
        }
        let mut cast = Self {
            job_units: job_units(rules, &providers),
            providers,
            customers,
            traders: numbered("trader", TRADERS),
            liquidity: local("provider of liquidity"),
            attestors: holders(genesis, Role::Attestor),
            reporters: holders(genesis, Role::Reporter),
            judges: holders(genesis, Role::Judge),
            governors: holders(genesis, Role::Governor),
            funders: funders(genesis),
            people: People::default(),
        };
        cast.name_all(parameters);
        Ok(cast)
    }

    /// Everyone that sends transactions, but the funders.
    pub(super) fn senders(&self) -> impl Iterator<Item = Address> {
        let others = [&self.traders, &self.attestors, &self.reporters, &self.judges];
        let own = self.providers.iter().map(|provider| provider.address);
        own.chain(self.customers.iter().map(|customer| customer.address))
            .chain(others.into_iter().flatten().copied())
            .chain([self.liquidity])
    }

    /// The provider's number.
    pub(super) fn provider(&self, address: &Address) -> Option<usize> {
        self.providers.iter().position(|provider| provider.address == *address)
    }

    fn name_all(&mut self, parameters: &Parameters) {
        let people = &mut self.people;
        people.add("provider", self.providers.iter().map(|provider| provider.address));
        people.add("customer", self.customers.iter().map(|customer| customer.address));
        if parameters.exchange.is_some() {
            people.add("trader", self.traders.iter().copied());
            people.name_one(self.liquidity, "the provider of liquidity".to_owned());
        }
        for (word, list) in [
            ("attestor", &self.attestors),
            ("reporter", &self.reporters),
            ("judge", &self.judges),
            ("governor", &self.governors),
        ] {
            if !list.is_empty() {
                people.add(word, list.iter().copied());
            }
        }
    }
}

/// The highest tier; 0 where there are none.
pub(super) fn highest_tier(parameters: &Parameters) -> u8 {
    let tiers = parameters.attestation.as_ref().map_or(1, |rules| rules.tiers.len());
    u8::try_from(tiers.saturating_sub(1)).unwrap_or(u8::MAX)
}

/// Every model's number.
pub(super) fn models(parameters: &Parameters) -> impl Iterator<Item = ModelId> + use<> {
    (0..u16::try_from(parameters.models.len()).unwrap_or(u16::MAX)).map(ModelId)
}

fn customers(settings: &Settings, parameters: &Parameters) -> Vec<Customer> {
    let count = (settings.participants / PROVIDERS_A_CUSTOMER).clamp(CUSTOMERS.0, CUSTOMERS.1);
    let addresses = numbered("customer", count).into_iter().enumerate();
    let has_sessions = parameters.market.sessions.is_some();
    let customer = |(number, address): (usize, Address)| Customer {
        address,
        tier: ASKED_TIERS[number % ASKED_TIERS.len()].min(highest_tier(parameters)),
        by_session: has_sessions && number % SESSIONS == SESSIONS - 1,
        tokens: BTreeMap::new(),
    };
    addresses.map(customer).collect()
}

/// What customers ask for in an ordinary epoch, whatever it costs.
fn count_tokens(
    settings: &Settings,
    parameters: &Parameters,
    source: &Source,
    customers: &mut [Customer],
) {
    let models = parameters.models.len();
    let demand = Demand { settings, source, customers: customers.len(), models };
    for want in demand.ordinary() {
        if let Some(customer) = customers.get_mut(want.customer) {
            *customer.tokens.entry(want.model).or_default() += want.tokens;
        }
    }
}

impl Provider {
    fn new(parameters: &Parameters, number: u64) -> Self {
        let at = |length: usize| usize::try_from(number % length as u64).unwrap_or(0);
        let tiers = u64::from(highest_tier(parameters)) + 1;
        let (stake, lock_ms) = match &parameters.stake {
            Some(rules) => (
                Amount::new(rules.minimum.get().saturating_mul(STAKES[at(STAKES.len())])),
                rules.full_lock_ms / 4 * LOCKS[at(LOCKS.len())],
            ),
            None => (Amount::ZERO, 0),
        };
        Self {
            address: local(&format!("provider {number}")),
            owner: local(&format!("owner {number}")),
            tier: u8::try_from(number % tiers).unwrap_or(0),
            stake,
            lock_ms,
            offers: BTreeMap::new(),
        }
    }

    /// Raises the stake to what backs all offers, even after the largest slashes.
    fn back(&mut self, parameters: &Parameters) -> Result<(), Failure> {
        let Some(ratio) = parameters.stake.as_ref().and_then(|rules| rules.capacity) else {
            return Ok(());
        };
        let units: u128 = self.offers.values().map(|units| u128::from(*units)).sum();
        let for_one = Ratio::ONE.checked_div(ratio).map_err(Failure::damage)?;
        let least = for_one.ceil_mul(units.saturating_mul(BACKING)).map_err(Failure::damage)?;
        self.stake = self.stake.max(Amount::new(least));
        Ok(())
    }
}

/// Divides what half of an ordinary epoch's requests ask for among the providers: every one serves
/// all models but one, or all.
fn offer(
    parameters: &Parameters,
    customers: &[Customer],
    providers: &mut [Provider],
) -> Result<(), Failure> {
    let kinds = parameters.models.len() + 1;
    for model in models(parameters) {
        let jobs = customers.iter().filter(|customer| !customer.by_session);
        let tokens = jobs.filter_map(|customer| customer.tokens.get(&model)).sum::<u64>();
        let units = tokens.saturating_mul(ROOM.0) / ROOM.1 / OFFERED;
        let serves = |number: usize| kinds == 2 || number % kinds != usize::from(model.0) + 1;
        let weight = |number: usize| match serves(number) {
            true => HARDWARE[number % HARDWARE.len()],
            false => 0,
        };
        let weights: Vec<u128> = (0..providers.len()).map(weight).collect();
        let parts = apportion(Amount::new(u128::from(units)), &weights).map_err(Failure::damage)?;
        for (number, part) in parts.parts.iter().enumerate().filter(|(number, _)| serves(*number)) {
            let units = u64::try_from(part.get()).map_err(Failure::damage)?.max(1);
            if let Some(provider) = providers.get_mut(number) {
                provider.offers.insert(model, units);
            }
        }
    }
    Ok(())
}

/// Most units of a job that even the smallest offer can take several of.
fn job_units(rules: &JobRules, providers: &[Provider]) -> u64 {
    let offers = providers.iter().flat_map(|provider| provider.offers.values());
    let smallest = offers.min().copied().unwrap_or(0) / JOBS_AN_OFFER;
    smallest.clamp(1, rules.max_units)
}
