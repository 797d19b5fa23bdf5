//! `workmint query`: what a running network answers, from the terminal.

use clap::{Args, Subcommand};
use std::time::{Duration, Instant};
use workmint_core::Address;

use super::key::FolderArguments;
use crate::failure::Failure;
use crate::keys::Folder;
use crate::output::{Out, print_json};
use crate::sending::client::{Client, NodeArguments};
use crate::sending::render;

/// Between two looks at the open epoch.
const PAUSE: Duration = Duration::from_millis(250);

/// Ask a running network: balances, settlements, why an amount, prices, jobs, votes, proofs.
///
/// Answers are those of the REST interface (`/v1`). Accounts go by address or by the name of a key.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  workmint query balance alice
  workmint query explain 3 alice
  workmint query history alice --csv > alice.csv
  workmint query supply --json

Exit codes: 0 success; 2 wrong input, or nothing there; 4 no answer from a node.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    node: NodeArguments,
    #[command(flatten)]
    folder: FolderArguments,
    /// Print the answer as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What the network is: assets, models, every parameter.
    Network,
    /// What an account has, by asset: spendable, locked, why.
    #[command(visible_alias = "balance")]
    Account(Who),
    /// What a participant does: nodes, weights, collateral, status.
    Participant(Who),
    /// Why an account received what it received in an epoch, step by step.
    Explain(OfEpoch),
    /// What a participant will get for the open epoch.
    Estimate(Who),
    /// The open epoch and those before; or one settled epoch.
    Epoch(Epoch),
    /// Wait until the open epoch is closed.
    Wait(Wait),
    /// What exists of each asset, minted, burned, held.
    Supply,
    /// Prices of the models.
    Price,
    /// A customer's job.
    Job(Numbered),
    /// A customer's session.
    Session(Numbered),
    /// A proposal and its votes; all of them without a number.
    Proposal(Optional),
    /// What happened to an account.
    History(History),
    /// The Merkle proof of what an account has in a settled epoch.
    Proof(OfEpoch),
    /// A block by its height or hash; the last ones without.
    Block(Block),
    /// A transaction by its hash.
    Tx(Hash),
    /// Whether the node is well.
    Health,
}

#[derive(Debug, Args)]
struct Who {
    /// Address, or name of a key
    account: String,
}

#[derive(Debug, Args)]
struct OfEpoch {
    /// The epoch, or "closed" for the last one
    epoch: String,
    /// Address, or name of a key
    account: String,
}

#[derive(Debug, Args)]
struct Epoch {
    /// The epoch, or "closed" for the last one; without it all of them
    epoch: Option<String>,
}

#[derive(Debug, Args)]
struct Wait {
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    most: u64,
}

impl Wait {
    fn run(&self, client: &Client, as_json: bool) -> Result<(), Failure> {
        let (start, epoch) = (Instant::now(), client.facts()?.epoch);
        while client.facts()?.epoch == epoch {
            if start.elapsed() > Duration::from_secs(self.most) {
                let most = self.most;
                return Err(Failure::Check(format!("epoch {epoch} is still open after {most} s")));
            }
            std::thread::sleep(PAUSE);
        }
        if as_json {
            return print_json(&serde_json::json!({ "closed": epoch }));
        }
        let mut out = Out::stdout();
        out.line(format_args!("epoch {epoch} is closed"))?;
        out.finish()
    }
}

#[derive(Debug, Args)]
struct Numbered {
    /// Address of the customer, or name of a key
    customer: String,
    /// Its number; all of them without
    number: Option<u64>,
}

#[derive(Debug, Args)]
struct Optional {
    /// Its number
    number: Option<u64>,
}

#[derive(Debug, Args)]
struct History {
    /// Address, or name of a key
    account: String,
    /// Print all of it as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

#[derive(Debug, Args)]
struct Block {
    /// Height or hash
    block: Option<String>,
}

#[derive(Debug, Args)]
struct Hash {
    /// Its hash
    hash: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let client = arguments.node.client()?;
    if let What::Wait(wait) = &arguments.what {
        return wait.run(&client, arguments.json);
    }
    let path = path(&client, &arguments.what, arguments)?;
    if let What::History(History { csv: true, .. }) = arguments.what {
        return raw(&client, &path);
    }
    let answer = client.get(&path)?.json()?;
    if arguments.json { print_json(&answer) } else { render::print(&answer) }
}

fn path(client: &Client, what: &What, arguments: &Arguments) -> Result<String, Failure> {
    let of = |account: &str| address(account, arguments);
    let closed = |epoch: &str| match epoch {
        "closed" => {
            let closed = client.facts()?.epoch.checked_sub(1);
            closed.ok_or_else(|| Failure::input("no epoch is closed yet"))
        }
        text => text.parse::<u64>().map_err(|_| {
            Failure::Input(format!("epoch \"{text}\"; allowed: a number, or \"closed\""))
        }),
    };
    Ok(match what {
        What::Network => "/v1/network".to_owned(),
        What::Account(Who { account }) => format!("/v1/accounts/{}", of(account)?),
        What::Participant(Who { account }) => format!("/v1/participants/{}", of(account)?),
        What::Explain(OfEpoch { epoch, account }) => {
            format!("/v1/settlements/{}/explain/{}", closed(epoch)?, of(account)?)
        }
        What::Estimate(Who { account }) => format!("/v1/estimate/{}", of(account)?),
        What::Epoch(Epoch { epoch: None }) => "/v1/epochs".to_owned(),
        What::Epoch(Epoch { epoch: Some(epoch) }) => {
            format!("/v1/settlements/{}", closed(epoch)?)
        }
        What::Wait(_) => "/v1/network".to_owned(),
        What::Supply => "/v1/supply".to_owned(),
        What::Price => "/v1/prices".to_owned(),
        What::Job(Numbered { customer, number }) => of_customer("jobs", &of(customer)?, *number),
        What::Session(Numbered { customer, number }) => {
            of_customer("sessions", &of(customer)?, *number)
        }
        What::Proposal(Optional { number: None }) => "/v1/governance/proposals".to_owned(),
        What::Proposal(Optional { number: Some(number) }) => {
            format!("/v1/governance/proposals/{number}")
        }
        What::History(History { account, csv }) => {
            let end = if *csv { ".csv" } else { "" };
            format!("/v1/accounts/{}/history{end}", of(account)?)
        }
        What::Proof(OfEpoch { epoch, account }) => {
            format!("/v1/settlements/{}/proofs/{}", closed(epoch)?, of(account)?)
        }
        What::Block(Block { block: None }) => "/v1/blocks".to_owned(),
        What::Block(Block { block: Some(block) }) => format!("/v1/blocks/{}", plain(block)?),
        What::Tx(Hash { hash }) => format!("/v1/transactions/{}", plain(hash)?),
        What::Health => "/health".to_owned(),
    })
}

fn of_customer(list: &str, customer: &Address, number: Option<u64>) -> String {
    match number {
        Some(number) => format!("/v1/{list}/{customer}/{number}"),
        None => format!("/v1/{list}?customer={customer}"),
    }
}

/// A part of a path that is a number or a hash: nothing that would lead elsewhere.
fn plain(text: &str) -> Result<&str, Failure> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(text);
    }
    Err(Failure::Input(format!("\"{text}\"; allowed: a number, or 0x and 64 hexadecimal digits")))
}

/// The account with this address, or of the key with this name.
pub(crate) fn account(text: &str, folder: &Folder) -> Result<Address, Failure> {
    match text.parse::<Address>() {
        Ok(address) => Ok(address),
        Err(error) if text.starts_with("0x") => Err(Failure::Input(format!("{text}: {error}"))),
        Err(_) => folder.find(text).map(|entry| entry.address),
    }
}

fn address(text: &str, arguments: &Arguments) -> Result<Address, Failure> {
    match text.parse::<Address>() {
        Ok(address) => Ok(address),
        Err(_) => account(text, &arguments.folder.folder()?),
    }
}

/// Prints an answer as it comes.
fn raw(client: &Client, path: &str) -> Result<(), Failure> {
    let answer = client.get(path)?;
    let mut out = Out::stdout();
    out.text(&answer.text)?;
    out.finish()
}
