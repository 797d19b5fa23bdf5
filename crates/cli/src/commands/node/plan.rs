//! What a start will do. All of it is read, checked and compared before anything is made, so that a
//! start that is refused leaves nothing behind.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use workmint_core::modules::parameters::{EpochLength, Finding, Level, check};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Address, Genesis, State};
use workmint_networks::{GenesisError, NetworkDefinition, duration, epoch_length};
use workmint_node::Production;
use workmint_storage::store::{StoreError, View};

use super::{dev, same};
use crate::config::Config;
use crate::failure::Failure;
use crate::serving::Keys;
use crate::source::network;

/// Longest time between two blocks, milliseconds.
const MOST_BLOCK_TIME: u64 = 60_000;
/// What the longest pause between two blocks can be, milliseconds: 1 s to 36,500 days.
const PAUSES_MS: RangeInclusive<u64> = 1_000..=36_500 * DAY_MS;

/// How the length of epochs is written.
const LENGTHS: &str = "30s, 1h, 100 blocks: 1s to 366d, or 1 block or more";

/// The settings of the network itself, each right as such.
pub(super) struct Values {
    dir: PathBuf,
    production: Production,
    most_pause_ms: u64,
    /// Whether it is a network for development.
    pub(super) dev: bool,
    /// The network that is named, with what only development networks may change.
    pub(super) definition: NetworkDefinition,
    /// Addresses for its names.
    pub(super) accounts: BTreeMap<String, Address>,
}

impl Values {
    /// Reads the settings and the network's file.
    pub(super) fn read(config: &Config) -> Result<Self, Failure> {
        let dir = config.parsed("node.data_dir", "the path of a directory", |text| {
            (!text.is_empty()).then(|| PathBuf::from(text))
        })?;
        let allowed = format!("instant, or milliseconds from 1 to {MOST_BLOCK_TIME}");
        let production = config.parsed("node.block_time", &allowed, |text| match text {
            "instant" => Some(Production::Instant),
            text => {
                let ms = text.parse().ok().filter(|ms| (1..=MOST_BLOCK_TIME).contains(ms));
                ms.map(Production::Interval)
            }
        })?;
        let allowed = "a length of time from 1s to 36500d: 90m, 12h, 30d";
        let most_pause_ms =
            config.parsed("node.most_pause", allowed, |text| match duration(text)? {
                Duration::Milliseconds(ms) => Some(ms).filter(|ms| PAUSES_MS.contains(ms)),
                Duration::Epochs(_) => None,
            })?;
        let dev = config.flag("node.dev")?;
        let accounts = accounts(config)?;
        if dev && !accounts.is_empty() {
            let why = "a network for development (--dev) gives every name a key of its own";
            return Err(config.wrong("node.accounts", why));
        }
        let definition = changed(network(config.text("node.network"))?, config, dev)?;
        Ok(Self { dir, production, most_pause_ms, dev, definition, accounts })
    }
}

/// The network with what only development networks may change.
fn changed(
    mut definition: NetworkDefinition,
    config: &Config,
    dev: bool,
) -> Result<NetworkDefinition, Failure> {
    let key = "node.epoch_length";
    if !dev {
        return match config.text(key).is_empty() {
            true => Ok(definition),
            false => Err(config.wrong(key, "only a network for development (--dev) may change it")),
        };
    }
    let name = definition.parameters.network.name.clone();
    let own = match definition.parameters.network.epoch_length {
        EpochLength::Time(_) => "a length of time",
        EpochLength::Blocks(_) => "a number of blocks",
    };
    let network = &mut definition.parameters.network;
    // Made of the genesis, so that no transaction of another network is valid here.
    network.chain_id = 0;
    if !config.text(key).is_empty() {
        network.epoch_length = config.parsed(key, LENGTHS, epoch_length)?;
        if let Some(found) = refused(&definition) {
            let why = match found.path.as_str() {
                "network.epoch_length" => format!("allowed: {LENGTHS}"),
                path => format!(
                    "{name}, whose own file has {own}, cannot have it: {path}: {}",
                    found.message
                ),
            };
            return Err(config.wrong(key, &why));
        }
    }
    dev::free_fees(&mut definition);
    Ok(definition)
}

/// The first error of the parameters, which those of a file that was read have not.
fn refused(definition: &NetworkDefinition) -> Option<Finding> {
    check(&definition.parameters).into_iter().find(|found| found.level == Level::Error)
}

/// Addresses for names.
fn accounts(config: &Config) -> Result<BTreeMap<String, Address>, Failure> {
    let key = "node.accounts";
    let mut accounts = BTreeMap::new();
    for pair in config.list(key) {
        let read = pair.split_once('=').and_then(|(name, address)| {
            Some((name.trim().to_owned(), address.trim().parse::<Address>().ok()?))
        });
        let Some((name, address)) = read else {
            return Err(config.wrong(key, "allowed: NAME=ADDRESS,NAME=ADDRESS"));
        };
        if accounts.insert(name.clone(), address).is_some() {
            return Err(config.wrong(key, &format!("{name} stands there twice")));
        }
    }
    Ok(accounts)
}

/// An error if an address is given to a name that the network does not have.
pub(super) fn require_names(
    config: &Config,
    accounts: &BTreeMap<String, Address>,
    definition: &NetworkDefinition,
) -> Result<(), Failure> {
    let names = definition.names();
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    match accounts.keys().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let (network, names) = (&definition.parameters.network.name, names.join(", "));
            let why = format!("{network} has no name {name}; allowed: {names}");
            Err(config.wrong("node.accounts", &why))
        }
    }
}

/// What is to be started.
pub(super) struct Plan {
    /// The data directory.
    pub(super) dir: PathBuf,
    /// When blocks are made.
    pub(super) production: Production,
    /// Longest time from one block to the next.
    pub(super) most_pause_ms: u64,
    /// The network to make; `None`: the directory holds one.
    pub(super) genesis: Option<Genesis>,
    /// Keys of a network for development.
    pub(super) keys: Option<Keys>,
    /// Whether the directory was made with `--dev`, which this start lacks.
    pub(super) lacks_dev: bool,
}

impl Plan {
    /// Compares what is asked for with what there is. Changes nothing.
    pub(super) fn new(config: &Config, values: Values) -> Result<Self, Failure> {
        let dir = values.dir.clone();
        let (production, most_pause_ms) = (values.production, values.most_pause_ms);
        let dev = values.dev;
        let (genesis, keys, lacks_dev) = match there(&dir)? {
            Some(there) => {
                let keys = same::require(config, values, (&dir, &there))?;
                (None, keys, !dev && same::made_with_dev(&dir, &there))
            }
            None => {
                let (genesis, keys) = first(config, values)?;
                (Some(genesis), keys, false)
            }
        };
        Ok(Self { dir, production, most_pause_ms, genesis, keys, lacks_dev })
    }

    /// Writes what must be durable before the network is made.
    pub(super) fn save_keys(&self) -> Result<(), Failure> {
        self.keys.as_ref().map_or(Ok(()), Keys::save)
    }
}

/// The genesis of the network in a directory, if it holds one.
fn there(dir: &Path) -> Result<Option<Genesis>, Failure> {
    if dir.exists() && !dir.is_dir() {
        return Err(Failure::Input(format!("{} is not a directory", dir.display())));
    }
    match View::genesis_of(dir) {
        Ok(genesis) => Ok(Some(genesis)),
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The genesis of a new network, and its keys if it is one for development.
fn first(config: &Config, values: Values) -> Result<(Genesis, Option<Keys>), Failure> {
    let Values { dir, dev, definition, accounts, .. } = values;
    require_names(config, &accounts, &definition)?;
    let keys = match dev {
        true => {
            let names = definition.names();
            Some(Keys::prepare(&dir, names.iter().map(|name| name.as_str()))?)
        }
        false => None,
    };
    let addresses = keys.as_ref().map_or(accounts, Keys::addresses);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    let genesis = definition.genesis(now, &addresses).map_err(|error| {
        Failure::Input(match (&error, &keys) {
            (GenesisError::Refused { .. }, _) => error.to_string(),
            // Left by a start of another network that was killed before that was made.
            (GenesisError::Unbound { .. }, Some(keys)) => format!(
                "{error}: {} holds keys for other names; name another directory with --data-dir, \
                 or remove that folder",
                keys.folder().display()
            ),
            (GenesisError::Unbound { .. }, None) => {
                format!("{error}; give them with --accounts NAME=ADDRESS,.. or --dev")
            }
        })
    })?;
    State::genesis(&genesis).map_err(Failure::input)?;
    Ok((genesis, keys))
}
