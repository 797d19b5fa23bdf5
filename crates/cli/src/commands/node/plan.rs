//! What a start will do. All of it is read, checked and compared before anything is made, so that a
//! start that is refused leaves nothing behind.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use workmint_core::time::Duration;
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
        let allowed = "a length of time: 90m, 12h, 30d";
        let most_pause_ms =
            config.parsed("node.most_pause", allowed, |text| match duration(text)? {
                Duration::Milliseconds(ms) => Some(ms),
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
    let network = &mut definition.parameters.network;
    // Made of the genesis, so that no transaction of another network is valid here.
    network.chain_id = 0;
    if !config.text(key).is_empty() {
        network.epoch_length = config.parsed(key, "30s, 1h, 100 blocks", epoch_length)?;
    }
    dev::free_fees(&mut definition);
    Ok(definition)
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
}

impl Plan {
    /// Compares what is asked for with what there is. Changes nothing.
    pub(super) fn new(config: &Config, values: Values) -> Result<Self, Failure> {
        let dir = values.dir.clone();
        let (production, most_pause_ms) = (values.production, values.most_pause_ms);
        let (genesis, keys) = match there(&dir)? {
            Some(there) => (None, same::require(config, values, (&dir, &there))?),
            None => {
                let (genesis, keys) = first(config, values)?;
                (Some(genesis), keys)
            }
        };
        Ok(Self { dir, production, most_pause_ms, genesis, keys })
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
