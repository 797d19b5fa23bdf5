//! `workmint node`: starts a network or goes on with one, and serves it.

mod dev;
mod logging;
mod plan;
mod running;
mod same;

use clap::Args;
use std::net::{Ipv6Addr, SocketAddr};
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
/// What a server needs for the head of any request, and for the body of a small transaction.
const LEAST_HEAD: usize = 8_192;
const LEAST_BODY: usize = 1_024;
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
        cors: origins(config)?,
        hosts: config.list("api.hosts"),
        forwarded: config.flag("api.forwarded")?,
        ..ApiConfig::default()
    };
    limits(config, &mut api.limits)?;
    Ok(api)
}

/// Origins of web pages that may call.
fn origins(config: &Config) -> Result<Vec<String>, Failure> {
    let (key, list) = ("api.cors", config.list("api.cors"));
    match list.iter().find(|origin| *origin != "*" && !is_origin(origin)) {
        None => Ok(list),
        Some(wrong) => {
            let why = format!(
                "\"{wrong}\" is no origin; allowed: *, or origins as browsers send them, such as \
                 https://app.example or http://localhost:3000: in small letters, without a path"
            );
            Err(config.wrong(key, &why))
        }
    }
}

/// Whether a text is what a browser sends as `Origin`: `SCHEME://HOST` or `SCHEME://HOST:PORT`.
fn is_origin(text: &str) -> bool {
    let small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let (host, port) = match rest.rsplit_once(':') {
        // The colons of an IPv6 address are inside of its brackets.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let named = !host.is_empty() && host.bytes().all(|byte| small(byte) || b".-_".contains(&byte));
    let letters = scheme.bytes().all(|byte| small(byte) || b"+-.".contains(&byte));
    scheme.starts_with(|letter: char| letter.is_ascii_lowercase())
        && letters
        && address.map_or(named, |address| address.parse::<Ipv6Addr>().is_ok())
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number > 0))
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
        (&mut limits.body_bytes, "limits.body_bytes", LEAST_BODY..=MOST),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        let right = [
            "https://app.example",
            "http://localhost:3000",
            "http://127.0.0.1:1",
            "http://[::1]:8080",
            "http://[::1]",
            "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn",
        ];
        for text in right {
            assert!(is_origin(text), "{text}");
        }
        let wrong = [
            "notaurl",
            "app.example",
            "https://",
            "https://app.example/",
            "https://app.example/x",
            "https://App.example",
            "https://app.example:",
            "https://app.example:99999",
            "http://[::1",
            "://x",
            "null",
        ];
        for text in wrong {
            assert!(!is_origin(text), "{text}");
        }
    }
}
