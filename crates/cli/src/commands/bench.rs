//! `workmint bench`: what this machine does, measured.

mod load;

use clap::Subcommand;

use crate::failure::Failure;

/// Measure what this machine does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send signed transactions to a node in this process and measure throughput and delay.
    Load(load::Arguments),
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Load(arguments) => load::run(arguments),
    }
}
