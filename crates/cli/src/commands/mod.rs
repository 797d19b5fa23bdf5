//! One file per command.

mod audit;
mod bench;
mod buckets;
mod calculator;
mod conformance;
mod demo;
mod estimate;
pub(crate) mod explain;
mod faucet;
mod health;
mod history;
mod key;
mod metrics;
mod network;
mod node;
pub(crate) mod prices;
pub(crate) mod proof;
mod query;
mod rates;
pub(crate) mod schedule;
pub(crate) mod settle;
mod tx;
mod verify_proof;
mod voucher;
mod what_if;

use crate::failure::Failure;
use clap::Subcommand;

/// What the user asks for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Replay a network from genesis and recount its supply and every settlement.
    Audit(audit::Arguments),
    /// Measure what this machine does.
    #[command(subcommand)]
    Bench(bench::Command),
    /// Show what buckets have, how much of it is used and what they owe.
    Buckets(buckets::Arguments),
    /// Calculate what typical work earns in a network that pays contributions at a rate.
    Calculator(calculator::Arguments),
    /// Compare our functions with recorded results of other networks' code.
    Conformance(conformance::Arguments),
    /// Run a network's economy on this machine: hosts, customers, requests, settlements, claims.
    Demo(demo::Arguments),
    /// Estimate what a participant earns: the open epoch exactly, then a band with its assumptions.
    Estimate(estimate::Arguments),
    /// Explain what a participant received in an epoch, step by step.
    Explain(explain::Arguments),
    /// Say whether a network's buckets are healthy, and what is wrong.
    Health(health::Arguments),
    /// Get money of a development network.
    Faucet(faucet::Arguments),
    /// Show what happened to an account.
    History(history::Arguments),
    /// Make, import, list, show, export, re-encrypt and delete keys.
    Key(key::Arguments),
    /// Show a market's daily active providers, average job prices and utilisation.
    Metrics(metrics::Arguments),
    /// List, show or check networks.
    Network(network::Arguments),
    /// Start a network, or go on with one, and serve it.
    Node(node::Arguments),
    /// Show how the price rules of the market answer to recorded demand.
    Prices(prices::Arguments),
    /// Ask a running network.
    Query(query::Arguments),
    /// Show what a network pays for contributions: rates, multipliers, a day's budget.
    Rates(rates::Arguments),
    /// Show what a network mints, epoch by epoch, and where a limit binds.
    Schedule(schedule::Arguments),
    /// Settle one epoch off-line from a JSON or CSV file.
    Settle(settle::Arguments),
    /// Print the Merkle proof of a claim.
    Proof(proof::Arguments),
    /// Send a transaction: transfer, approve, claim, and everything else a network knows.
    Tx(tx::Arguments),
    /// Sign vouchers of a session, for its provider.
    Voucher(voucher::Arguments),
    /// Check Merkle proofs against a root.
    VerifyProof(verify_proof::Arguments),
    /// Settle the last epochs again under the parameters of another file.
    WhatIf(what_if::Arguments),
}

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Bench(command) => bench::run(&command),
        Command::Buckets(arguments) => buckets::run(&arguments),
        Command::Calculator(arguments) => calculator::run(&arguments),
        Command::Conformance(arguments) => conformance::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Estimate(arguments) => estimate::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Faucet(arguments) => faucet::run(&arguments),
        Command::Health(arguments) => health::run(&arguments),
        Command::History(arguments) => history::run(&arguments),
        Command::Key(arguments) => key::run(&arguments),
        Command::Metrics(arguments) => metrics::run(&arguments),
        Command::Network(arguments) => network::run(arguments),
        Command::Node(arguments) => node::run(&arguments),
        Command::Prices(arguments) => prices::run(&arguments),
        Command::Query(arguments) => query::run(&arguments),
        Command::Rates(arguments) => rates::run(&arguments),
        Command::Schedule(arguments) => schedule::run(&arguments),
        Command::Settle(arguments) => settle::run(&arguments),
        Command::Proof(arguments) => proof::run(&arguments),
        Command::Tx(arguments) => tx::run(&arguments),
        Command::Voucher(arguments) => voucher::run(&arguments),
        Command::VerifyProof(arguments) => verify_proof::run(&arguments),
        Command::WhatIf(arguments) => what_if::run(&arguments),
    }
}
