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

/// Who answers requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Workers {
    /// Hosts, some with a validator of the consensus layer.
    Hosts,
    /// Miners that validators of the network's own weigh.
    Miners,
    /// The same, and nobody asks them anything.
    UnaskedMiners,
}

impl Workers {
    fn word(self) -> &'static str {
        match self {
            Self::Hosts => "host",
            Self::Miners | Self::UnaskedMiners => "miner",
        }
    }
}

/// Everyone.
#[derive(Debug)]
pub(in crate::demo) struct Cast {
    pub(in crate::demo) workers: Workers,
    /// Hosts, by number.
    pub(in crate::demo) hosts: Vec<Host>,
    /// Customers, by number.
    pub(in crate::demo) customers: Vec<Address>,
    /// Who challenges.
    pub(in crate::demo) challengers: Vec<Address>,
    /// Reporters of the genesis.
    pub(in crate::demo) reporters: Vec<Address>,
    /// Judges of the genesis.
    pub(in crate::demo) judges: Vec<Address>,
    /// By asset, the account that owns most of it at genesis and may spend it.
    pub(in crate::demo) funders: BTreeMap<AssetId, Address>,
    pub(in crate::demo) people: People,
}

/// A host: a participant with nodes.
#[derive(Debug)]
pub(in crate::demo) struct Host {
    pub(in crate::demo) address: Address,
    pub(in crate::demo) owner: Address,
    /// Receives its rewards, if it is another account.
    pub(in crate::demo) recipient: Option<Address>,
    pub(in crate::demo) validator: Option<Address>,
    pub(in crate::demo) nodes: Vec<HostNode>,
    /// Base units of the collateral's asset, deposited once.
    pub(in crate::demo) collateral: Amount,
    /// Whether it keeps enough for all of its weight where that takes more and more.
    pub(in crate::demo) backs_all: bool,
    /// Whether it ever claims.
    pub(in crate::demo) claims: bool,
    /// Whether it commits seeds.
    pub(in crate::demo) commits: bool,
}

/// One node and the model it serves.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) struct HostNode {
    pub(in crate::demo) node: u32,
    pub(in crate::demo) model: ModelId,
    /// Weight that its compute proofs show, give or take one.
    pub(in crate::demo) weight: u64,
}

impl Cast {
    /// The cast of a demo.
    pub(in crate::demo) fn new(
        settings: &Settings,
        genesis: &Genesis,
        workers: Workers,
    ) -> Result<Self, Failure> {
        let parameters = &genesis.parameters;
        let hosts = (0..settings.participants)
            .map(|number| Host::new(settings, parameters, workers, number))
            .collect::<Result<Vec<Host>, Failure>>()?;
        let customers = (settings.participants / 4).clamp(4, 64);
        let mut cast = Self {
            workers,
            hosts,
            customers: numbered("customer", customers),
            challengers: numbered("challenger", CHALLENGERS),
            reporters: holders(genesis, Role::Reporter),
            judges: holders(genesis, Role::Judge),
            funders: funders(genesis),
            people: People::default(),
        };
        if workers == Workers::UnaskedMiners {
            cast.customers.clear();
            cast.challengers.clear();
            cast.reporters.clear();
            cast.judges.clear();
        }
        cast.name_all(workers.word());
        Ok(cast)
    }

    /// Hosts that run a validator.
    pub(in crate::demo) fn validators(&self) -> impl DoubleEndedIterator<Item = Address> {
        self.hosts.iter().filter_map(|host| host.validator)
    }

    /// Everyone that sends transactions, but the funders.
    pub(in crate::demo) fn senders(&self) -> impl Iterator<Item = Address> {
        let others = [&self.customers, &self.challengers, &self.reporters, &self.judges];
        let hosts = self.hosts.iter().map(|host| host.address);
        hosts.chain(self.validators()).chain(others.into_iter().flatten().copied())
    }

    fn name_all(&mut self, word: &str) {
        let people = &mut self.people;
        people.add(word, self.hosts.iter().map(|host| host.address));
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
            if !list.is_empty() {
                people.add(word, list.iter().copied());
            }
        }
    }
}

impl Host {
    fn new(
        settings: &Settings,
        parameters: &Parameters,
        workers: Workers,
        number: u64,
    ) -> Result<Self, Failure> {
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
            address: local(&format!("{} {number}", workers.word())),
            owner: local(&format!("owner {number}")),
            recipient: (number % 7 == 3).then(|| local(&format!("vault {number}"))),
            validator: (workers == Workers::Hosts && number.is_multiple_of(8))
                .then(|| local(&format!("validator {number}"))),
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
