//! `workmint node`: starts a network or goes on with one, and serves it.

mod dev;
mod logging;
mod plan;
mod running;
mod same;

use clap::Args;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;
use workmint_api::{ApiConfig, Limits};

use crate::config::{Config, Flags};
use crate::failure::Failure;
use crate::output::{Out, Side, Table};
use logging::Log;
use plan::{Plan, Values};

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
    /// Print every setting, its value and where that came from; start nothing, but fail where a
    /// start would be refused
    #[arg(long)]
    print_config: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = Config::read(&arguments.flags)?;
    // All of it is read and compared before anything is made.
    let (api, log, values) = (api(&config)?, Log::read(&config)?, Values::read(&config)?);
    if arguments.print_config {
        print(&config)?;
        // The values are right; whether they fit what lies in the directory is told below them.
        return Plan::new(&config, values).map(drop);
    }
    let plan = Plan::new(&config, values)?;
    let api = ApiConfig { log_level: Some(log.start()), ..api };
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
