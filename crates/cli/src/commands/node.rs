//! `workmint node`: starts a network or goes on with one, and serves it.

mod dev;
mod logging;
mod running;

use clap::Args;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use workmint_api::{ApiConfig, Limits};
use workmint_core::time;
use workmint_core::{Address, Genesis};
use workmint_networks::{NetworkDefinition, duration, epoch_length};
use workmint_node::{Node, Production};
use workmint_storage::store::Store;

use crate::config::{Config, Flags};
use crate::failure::Failure;
use crate::output::{Out, Side, Table};
use crate::serving::Keys;
use crate::source::network;

/// Start a network, or go on with the one in the data directory, and serve it.
///
/// Serves JSON-RPC, REST, WebSocket, metrics and health on one port. Settings come from flags, then
/// from the environment, then from the configuration file, then from the defaults. SIGINT and
/// SIGTERM stop it in order: what was acknowledged is durable anyway.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  workmint node --dev\n  workmint node --network gonka --accounts \
                  founder=0x..,ecosystem=0x..,reporter-1=0x..\n  workmint node --config \
                  workmint.toml --print-config\n\n\
                  Exit codes: 0 stopped in order; 2 wrong input, or the directory holds another \
                  network; 3 damaged data or a broken invariant; 4 the machine refused to read, \
                  write or listen."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// Print every setting, its value and where that came from; start nothing
    #[arg(long)]
    print_config: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = Config::read(&arguments.flags)?;
    if arguments.print_config {
        return print(&config);
    }
    // All of it is read before anything is made.
    let api = api(&config)?;
    let plan = Plan::new(&config)?;
    let level = logging::start(&config)?;
    let api = ApiConfig { log_level: Some(level), ..api };
    running::run(plan, api)
}

fn print(config: &Config) -> Result<(), Failure> {
    let sides = [("setting", Side::Left), ("value", Side::Left), ("from", Side::Left)];
    let mut table = Table::new(&sides);
    for (setting, value) in config.rows() {
        let text = if value.text.is_empty() { "-" } else { &value.text };
        table.row(vec![setting.key.to_owned(), text.to_owned(), value.origin.to_string()]);
    }
    let mut out = Out::stdout();
    table.print(&mut out)?;
    out.finish()
}

/// Most of anything that is counted, and of seconds that somebody waits.
const MOST: usize = 1 << 30;
const MOST_SECONDS: usize = 3_600;
/// What a server needs for the head of any request.
const LEAST_HEAD: usize = 8_192;
/// Deeper JSON is not read by anything here.
const MOST_DEPTH: usize = 100;

/// What is to be started.
struct Plan {
    dir: PathBuf,
    production: Production,
    most_pause_ms: u64,
    /// The network to make; `None`: the directory holds one.
    genesis: Option<Genesis>,
    /// Keys of a network for development.
    keys: Option<Keys>,
    /// What the network there must be, if somebody said it.
    expected: Option<Expected>,
}

struct Expected {
    definition: NetworkDefinition,
    /// Addresses for all of its names; without them only its name is compared.
    accounts: Option<BTreeMap<String, Address>>,
}

impl Plan {
    fn new(config: &Config) -> Result<Self, Failure> {
        let dir = PathBuf::from(config.text("node.data_dir"));
        let production =
            config.parsed("node.block_time", "instant, or milliseconds", |text| match text {
                "instant" => Some(Production::Instant),
                text => text.parse().ok().filter(|ms| *ms > 0).map(Production::Interval),
            })?;
        let most_pause_ms =
            config.parsed("node.most_pause", "a length of time: 90m, 12h, 30d", |text| {
                match duration(text)? {
                    time::Duration::Milliseconds(ms) => Some(ms),
                    time::Duration::Epochs(_) => None,
                }
            })?;
        let of = |genesis, keys, expected| Self {
            dir: dir.clone(),
            production,
            most_pause_ms,
            genesis,
            keys,
            expected,
        };
        let dev = config.flag("node.dev")?;
        let given = accounts(config)?;
        let exists = Store::exists(&dir);
        if exists && !dev && !config.given("node.network") {
            return Ok(of(None, None, None));
        }
        let definition = changed(network(config.text("node.network"))?, config, dev)?;
        let keys = match (dev, exists) {
            (false, _) => None,
            (true, false) => {
                // They are durable before the network is made.
                let names = definition.names();
                Some(Keys::make(&dir, names.iter().map(|name| name.as_str()))?)
            }
            (true, true) => Some(Keys::open(&dir)?),
        };
        let accounts = match &keys {
            Some(keys) => Some(keys.addresses()),
            None => (!given.is_empty()).then_some(given),
        };
        if exists {
            let expected = Some(Expected { definition, accounts });
            return Ok(of(None, keys, expected));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let genesis = definition.genesis(now, &accounts.unwrap_or_default());
        let genesis = genesis.map_err(|error| {
            Failure::Input(format!("{error}; give them with --accounts NAME=ADDRESS,.. or --dev"))
        })?;
        Ok(of(Some(genesis), keys, None))
    }

    /// The error if a running network is not the one that was asked for.
    fn require(&self, node: &Node) -> Result<(), Failure> {
        let Some(Expected { definition, accounts }) = &self.expected else {
            return Ok(());
        };
        let there = node.genesis();
        let name = &there.parameters.network.name;
        let refused = |what: &str| {
            let dir = self.dir.display();
            Failure::Input(format!(
                "{dir} holds the network {name}, {what}; name another directory with --data-dir, \
                 or leave the network out to go on with this one"
            ))
        };
        if *name != definition.parameters.network.name {
            return Err(refused(&format!("not {}", definition.parameters.network.name)));
        }
        let Some(accounts) = accounts else {
            return Ok(());
        };
        let asked = definition.genesis(there.time_ms, accounts).map_err(Failure::input)?;
        let hash = |genesis: &Genesis| genesis.hash().map_err(Failure::damage);
        match hash(&asked)? == hash(there)? {
            true => Ok(()),
            false => Err(refused("but begun with other parameters, accounts or roles")),
        }
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
    let pairs = config.list(key).into_iter().map(|pair| {
        let read = pair.split_once('=').and_then(|(name, address)| {
            Some((name.trim().to_owned(), address.trim().parse::<Address>().ok()?))
        });
        read.ok_or_else(|| config.wrong(key, "allowed: NAME=ADDRESS,NAME=ADDRESS"))
    });
    pairs.collect()
}

fn api(config: &Config) -> Result<ApiConfig, Failure> {
    let address = |text: &str| text.parse::<SocketAddr>().ok();
    let mut api = ApiConfig {
        listen: config.parsed("api.listen", "ADDRESS:PORT, such as 127.0.0.1:8645", address)?,
        admin: config.parsed(
            "api.admin",
            "off, or ADDRESS:PORT on loopback",
            |text| match text {
                "off" => Some(None),
                text => address(text).filter(|at| at.ip().is_loopback()).map(Some),
            },
        )?,
        cors: config.list("api.cors"),
        hosts: config.list("api.hosts"),
        forwarded: config.flag("api.forwarded")?,
        ..ApiConfig::default()
    };
    limits(config, &mut api.limits)?;
    Ok(api)
}

/// What clients may use, as the settings say.
fn limits(config: &Config, limits: &mut Limits) -> Result<(), Failure> {
    let number = |key: &str| config.parsed(key, "a whole number", |text| text.parse::<u32>().ok());
    for (rate, key) in [
        (&mut limits.per_address, "limits.per_address"),
        (&mut limits.per_account, "limits.per_account"),
    ] {
        if config.given(key) {
            rate.per_second = number(key)?;
            rate.burst = rate.per_second.saturating_mul(4);
        }
    }
    limits.faucet_per_hour = number("limits.faucet_per_hour")?;
    for (limit, key, range) in [
        (&mut limits.connections, "limits.connections", 1..=MOST),
        (&mut limits.connections_per_address, "limits.connections_per_address", 1..=MOST),
        (&mut limits.head_bytes, "limits.head_bytes", LEAST_HEAD..=MOST),
        (&mut limits.body_bytes, "limits.body_bytes", 1..=MOST),
        (&mut limits.json_depth, "limits.json_depth", 1..=MOST_DEPTH),
        (&mut limits.batch, "limits.batch", 1..=MOST),
        (&mut limits.transactions, "limits.transactions", 1..=MOST),
        (&mut limits.answer_bytes, "limits.answer_bytes", 1..=MOST),
        (&mut limits.logs, "limits.logs", 1..=MOST),
        (&mut limits.subscriptions, "limits.subscriptions", 1..=MOST),
        (&mut limits.queued_messages, "limits.queued_messages", 1..=MOST),
        (&mut limits.heavy, "limits.heavy", 1..=MOST),
        (&mut limits.remembered, "limits.remembered", 1..=MOST),
    ] {
        *limit = whole(config, key, range)?;
    }
    limits.log_blocks = whole(config, "limits.log_blocks", 1..=MOST)? as u64;
    for (time, key) in [
        (&mut limits.head_time, "limits.head_seconds"),
        (&mut limits.body_time, "limits.body_seconds"),
        (&mut limits.write_time, "limits.write_seconds"),
        (&mut limits.drain_time, "limits.drain_seconds"),
    ] {
        *time = Duration::from_secs(whole(config, key, 1..=MOST_SECONDS)? as u64);
    }
    Ok(())
}

/// A whole number in a range.
fn whole(config: &Config, key: &str, range: RangeInclusive<usize>) -> Result<usize, Failure> {
    let allowed = format!("a whole number from {} to {}", range.start(), range.end());
    config.parsed(key, &allowed, |text| text.parse().ok().filter(|number| range.contains(number)))
}
