//! Who takes part: derived from the settings and the genesis alone.

use crate::demo::people::{People, funders, holders, local, numbered};
use crate::demo::random::Draws;
use crate::demo::settings::Settings;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::registry::Role;
use workmint_core::names::{AssetId, ModelId};
use workmint_core::{Address, Genesis};

/// Weights of hardware: 100 answers 1,000 tokens a second with a small model (networks/gonka).
const HARDWARE: [u64; 4] = [12, 20, 32, 48];
/// Collateral in per cent of what activates all of a host's weight, by host.
const COLLATERAL: [u128; 5] = [100, 60, 150, 30, 10];
/// Accounts that look for wrong reports.
const CHALLENGERS: u64 = 2;

/// Everyone.
#[derive(Debug)]
pub(super) struct Cast {
    /// Hosts, by number.
    pub(super) hosts: Vec<Host>,
    /// Customers, by number.
    pub(super) customers: Vec<Address>,
    /// Who challenges.
    pub(super) challengers: Vec<Address>,
    /// Reporters of the genesis.
    pub(super) reporters: Vec<Address>,
    /// Judges of the genesis.
    pub(super) judges: Vec<Address>,
    /// By asset, the account that owns most of it at genesis and may spend it.
    pub(super) funders: BTreeMap<AssetId, Address>,
    pub(super) people: People,
}

/// A host: a participant with nodes.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) address: Address,
    pub(super) owner: Address,
    /// Receives its rewards, if it is another account.
    pub(super) recipient: Option<Address>,
    pub(super) validator: Option<Address>,
    pub(super) nodes: Vec<HostNode>,
    /// Base units of the collateral's asset, deposited once.
    pub(super) collateral: Amount,
    /// Whether it keeps enough for all of its weight where that takes more and more.
    pub(super) backs_all: bool,
    /// Whether it ever claims.
    pub(super) claims: bool,
    /// Whether it commits seeds.
    pub(super) commits: bool,
}

/// One node and the model it serves.
#[derive(Clone, Copy, Debug)]
pub(super) struct HostNode {
    pub(super) node: u32,
    pub(super) model: ModelId,
    /// Weight that its compute proofs show, give or take one.
    pub(super) weight: u64,
}

impl Cast {
    /// The cast of a demo.
    pub(super) fn new(settings: &Settings, genesis: &Genesis) -> Result<Self, Failure> {
        let parameters = &genesis.parameters;
        let hosts = (0..settings.participants)
            .map(|number| Host::new(settings, parameters, number))
            .collect::<Result<Vec<Host>, Failure>>()?;
        let customers = (settings.participants / 4).clamp(4, 64);
        let mut cast = Self {
            hosts,
            customers: numbered("customer", customers),
            challengers: numbered("challenger", CHALLENGERS),
            reporters: holders(genesis, Role::Reporter),
            judges: holders(genesis, Role::Judge),
            funders: funders(genesis),
            people: People::default(),
        };
        cast.name_all();
        Ok(cast)
    }

    /// Hosts that run a validator.
    pub(super) fn validators(&self) -> impl DoubleEndedIterator<Item = Address> {
        self.hosts.iter().filter_map(|host| host.validator)
    }

    /// Everyone that sends transactions, but the funders.
    pub(super) fn senders(&self) -> impl Iterator<Item = Address> {
        let others = [&self.customers, &self.challengers, &self.reporters, &self.judges];
        let hosts = self.hosts.iter().map(|host| host.address);
        hosts.chain(self.validators()).chain(others.into_iter().flatten().copied())
    }

    fn name_all(&mut self) {
        let people = &mut self.people;
        people.add("host", self.hosts.iter().map(|host| host.address));
        for (number, host) in self.hosts.iter().enumerate() {
            if let Some(validator) = host.validator {
                people.name_one(validator, format!("validator {number}"));
            }
        }
        for (word, list) in [
            ("customer", &self.customers),
            ("challenger", &self.challengers),
            ("reporter", &self.reporters),
            ("judge", &self.judges),
        ] {
            people.add(word, list.iter().copied());
        }
    }
}

impl Host {
    fn new(settings: &Settings, parameters: &Parameters, number: u64) -> Result<Self, Failure> {
        let nodes = nodes(settings, parameters, number);
        let potential: u64 = nodes.iter().map(|node| node.weight).sum();
        let rules = &parameters.weights;
        let collateral = rules
            .base_weight_ratio
            .complement()
            .and_then(|eligible| eligible.ceil_mul(u128::from(potential)))
            .and_then(|eligible| rules.collateral_per_weight_unit.ceil_mul(eligible))
            .map_err(Failure::input)?;
        let level = COLLATERAL[usize::try_from(number % 5).unwrap_or(0)];
        let forgetful = number % 8 == 5;
        Ok(Self {
            address: local(&format!("host {number}")),
            owner: local(&format!("owner {number}")),
            recipient: (number % 7 == 3).then(|| local(&format!("vault {number}"))),
            validator: number.is_multiple_of(8).then(|| local(&format!("validator {number}"))),
            nodes,
            collateral: Amount::new(collateral.saturating_mul(level) / 100),
            backs_all: level >= 100,
            claims: !forgetful,
            commits: number % 16 != 13,
        })
    }
}

/// Every fourth host serves all models and earns the coverage bonus, the others one or two.
fn nodes(settings: &Settings, parameters: &Parameters, number: u64) -> Vec<HostNode> {
    let count = u64::try_from(parameters.models.len()).unwrap_or(0);
    if count == 0 {
        return Vec::new();
    }
    let mut models: Vec<u64> = match number % 4 {
        0 => (0..count).collect(),
        1 => vec![0],
        2 => vec![0, 1 % count],
        _ => vec![(number / 4) % count],
    };
    models.dedup();
    if number % 6 == 5 {
        // Two nodes with the same model.
        models.push(models[0]);
    }
    let mut draws = Draws::new(settings.seed, 0, number, "hardware");
    let kinds = HARDWARE.len() as u64;
    (0_u32..)
        .zip(models)
        .map(|(node, model)| HostNode {
            node,
            model: ModelId(u16::try_from(model).unwrap_or(0)),
            weight: HARDWARE[usize::try_from(draws.below(kinds)).unwrap_or(0)],
        })
        .collect()
}
