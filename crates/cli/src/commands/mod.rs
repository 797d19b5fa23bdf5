//! One file per command.

mod network;

use crate::failure::Failure;
use clap::Subcommand;

/// What the user asks for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List, show or check networks.
    Network(network::Arguments),
}

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Network(arguments) => network::run(arguments),
    }
}
