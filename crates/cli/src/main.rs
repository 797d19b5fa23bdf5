//! `workmint`, the one binary: every command in a file of its own.

mod attesting;
mod audit;
mod commands;
mod config;
mod conformance;
mod demo;
mod failure;
mod keys;
mod output;
mod plot;
mod sending;
mod serving;
mod source;

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

use failure::Failure;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A token-economy engine for decentralised AI compute networks: verified work in, exact rewards
/// out.
#[derive(Debug, Parser)]
#[command(
    name = "workmint",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 success; 1 a check failed (audit, proof, network with errors); \
                  2 wrong input; 3 damaged data or a broken invariant; 4 the machine refused to \
                  read or write; 5 a transaction was sent and is in no block yet, or nobody said \
                  what became of it (tx).\n\nStart with: workmint demo"
)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    config::variables::warn();
    match commands::run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to be done if even this cannot be written.
            writeln!(std::io::stderr(), "error: {failure}").ok();
            failure.exit_code()
        }
    }
}
