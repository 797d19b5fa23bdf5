//! `workmint bench`: what this machine does, measured.

mod client;
mod load;
mod phase;
mod soak;

use std::time::{SystemTime, UNIX_EPOCH};

use clap::Subcommand;
use workmint_core::Genesis;
use workmint_networks::{Preset, preset};

use crate::demo::bindings;
use crate::failure::Failure;

/// Measure what this machine does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send signed transactions to a node in this process and measure throughput and delay.
    Load(load::Arguments),
    /// Keep a node under moderate load for long and see that it neither grows nor errs.
    Soak(soak::Arguments),
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Load(arguments) => load::run(arguments),
        Command::Soak(arguments) => soak::run(arguments),
    }
}

/// A network to measure, beginning now.
fn network() -> Result<Genesis, Failure> {
    let definition = preset("workmint").map(Preset::definition);
    let Some(Ok(definition)) = definition else {
        return Err(Failure::Damage("the built-in network cannot be read".to_owned()));
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now_ms = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    definition.genesis(now_ms, &bindings(&definition)).map_err(Failure::input)
}
