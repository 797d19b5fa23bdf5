//! `workmint tx`: every message a network knows, written, signed and sent.

mod draft;
mod send;
mod show;

use clap::Args;
use serde_json::json;
use std::io::IsTerminal;
use std::path::PathBuf;
use workmint_protocol::wire::sign;

use self::draft::Draft;
use self::send::Signed;
use super::key::FolderArguments;
use crate::failure::Failure;
use crate::keys::folder::Entry;
use crate::keys::{Folder, PassphraseArguments};
use crate::output::{COMMON, Out, print_json};
use crate::sending::chosen::Chosen;
use crate::sending::client::{Client, NodeArguments};
use crate::sending::errors::Telling;
use crate::sending::facts::Facts;
use crate::sending::sealed::Sealing;
use crate::sending::values::{Names, Reader};
use crate::sending::{agreed, tell};

/// Send a transaction: transfer, approve, claim, deposit collateral, and everything else a network
/// knows.
///
/// Amounts are display units of the asset ("5.25", "5.25 GNK") or base units ("17 base"). Accounts
/// go by address or by the name of a key, models by name, epochs by number or "open" and "closed".
/// Hashes are 0x and 64 digits, or @FILE for the Keccak-256 of a file. What has no upper limit can
/// be "unlimited". Lists are repeated options; structs in them FIELD=VALUE,FIELD=VALUE. The command
/// shows what will be paid and asks, signs on this machine, and ends when the transaction is
/// durable.
#[derive(Debug, Args)]
#[command(
    subcommand_value_name = "KIND",
    subcommand_help_heading = "Kinds",
    after_help = "Examples:
  workmint tx transfer --to 0x7099.. --amount \"5 GNK\"
  workmint tx deposit-collateral --amount 100 --key alice
  workmint tx claim --epoch closed --yes
  workmint tx approve --spender 0x7099.. --amount unlimited --asset GNK
  workmint tx claim --help

Exit codes: 0 it did what it asked for; 1 it failed, or would fail; 2 wrong input; 4 no answer
from a node, or the machine refused to read; 5 it was sent, and is in no block yet or nobody
said what became of it: the message has its hash."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    node: NodeArguments,
    #[command(flatten)]
    folder: FolderArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    #[command(flatten)]
    how: How,
    #[command(subcommand)]
    chosen: Chosen,
}

#[derive(Debug, Args)]
struct How {
    /// Name or address of the key that signs [default: the only one]
    #[arg(long, global = true, value_name = "NAME|ADDRESS", env = "WORKMINT_KEY",
          help_heading = COMMON)]
    key: Option<String>,
    /// Send without asking
    #[arg(long, short, global = true, help_heading = COMMON)]
    yes: bool,
    /// Print JSON, and do not ask
    #[arg(long, global = true, help_heading = COMMON)]
    json: bool,
    /// Say whether it would succeed and what it would cost; send nothing
    #[arg(long, global = true, conflicts_with = "offline", help_heading = COMMON)]
    dry_run: bool,
    /// Ask no node: print the signed bytes. Needs --facts, --nonce, --gas and --gas-price
    #[arg(long, global = true, help_heading = COMMON)]
    offline: bool,
    /// What `workmint query network --json` printed; with --offline
    #[arg(long, global = true, value_name = "FILE", requires = "offline", help_heading = COMMON)]
    facts: Option<PathBuf>,
    /// The sender's transaction number [default: asked of the node]
    #[arg(long, global = true, value_name = "N", help_heading = COMMON)]
    nonce: Option<u64>,
    /// Most gas [default: what the node estimates]
    #[arg(long, global = true, value_name = "N", help_heading = COMMON)]
    gas: Option<u64>,
    /// Price of gas without the tip, wei [default: the network's; 0 where there is no fee]
    #[arg(long, global = true, value_name = "WEI", help_heading = COMMON)]
    gas_price: Option<u128>,
    /// Paid besides the fee, for who orders transactions to prefer this one; rounded up to a whole
    /// price of gas
    #[arg(long, global = true, value_name = "AMOUNT", help_heading = COMMON)]
    tip: Option<String>,
}

/// What is to be signed, as of an epoch.
struct Plan {
    facts: Facts,
    draft: Draft,
    /// What it means, line by line.
    told: Vec<(String, String)>,
    /// How its errors are told.
    telling: Telling,
    /// Whether it is another one in another epoch.
    follows_epoch: bool,
}

/// Who signs, for whom.
struct Desk<'a> {
    arguments: &'a Arguments,
    client: Option<Client>,
    folder: Folder,
    entry: Entry,
    names: Names,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let how = &arguments.how;
    let desk = Desk::open(arguments)?;
    let plan = desk.plan();
    if let (true, true, Err(Failure::Check(why))) = (how.dry_run, how.json, &plan) {
        draft::would_not(&desk.entry, why)?;
    }
    let mut plan = plan?;
    if how.dry_run {
        let problems = desk.client.as_ref().map(|client| plan.draft.problems(client));
        return plan.draft.would(how.json, &plan.told, &problems.transpose()?.unwrap_or_default());
    }
    // Off line no node corrects a false fact: what is signed is always shown.
    let shows = !how.json || how.offline;
    if shows {
        plan.show(how.offline)?;
    }
    let asks = !how.yes && !how.json && (!how.offline || std::io::stdin().is_terminal());
    if asks && !agreed(if how.offline { "Sign it?" } else { "Send it?" })? {
        return Err(Failure::input(if how.offline { "not signed" } else { "not sent" }));
    }
    let secret = desk.folder.open(&plan.draft.from, &arguments.passphrase)?;
    // Whoever was asked, and the key, took their time.
    if let Some(now) = desk.turned(&plan)? {
        plan = now;
        if shows {
            tell(&format!("epoch {} is open now; it is sent for that:", plan.facts.epoch))?;
            plan.show(how.offline)?;
        }
    }
    let signed = Signed::new(&sign(secret.key(), &plan.draft.unsigned), plan.draft.unsigned.nonce);
    match &desk.client {
        Some(client) => signed.send(client, (&plan.telling, &plan.facts), how.json),
        None if how.json => print_json(&json!({ "raw": signed.raw() })),
        None => {
            let mut out = Out::stdout();
            out.line(signed.raw())?;
            out.finish()
        }
    }
}

impl<'a> Desk<'a> {
    fn open(arguments: &'a Arguments) -> Result<Self, Failure> {
        let how = &arguments.how;
        let client = (!how.offline).then(|| arguments.node.client()).transpose()?;
        let folder = arguments.folder.folder()?;
        let entry = match &how.key {
            Some(selector) => folder.find(selector)?,
            None => folder.only()?,
        };
        let names = folder.names()?;
        Ok(Self { arguments, client, folder, entry, names })
    }

    fn facts(&self) -> Result<Facts, Failure> {
        match (&self.client, &self.arguments.how.facts) {
            (Some(client), _) => client.facts(),
            (None, Some(path)) => Facts::file(path),
            (None, None) => Err(Failure::input("--offline needs --facts FILE")),
        }
    }

    /// What is to be signed now. Where the epoch turned between what was read and what the node
    /// says of it, it is written once more.
    fn plan(&self) -> Result<Plan, Failure> {
        let facts = self.facts()?;
        let epoch = facts.epoch;
        match self.written(facts) {
            Err(Failure::Check(why)) => {
                let now = self.facts()?;
                if now.epoch == epoch { Err(Failure::Check(why)) } else { self.written(now) }
            }
            written => written,
        }
    }

    /// The plan of the epoch that is open now, where that is another epoch and another plan.
    fn turned(&self, plan: &Plan) -> Result<Option<Plan>, Failure> {
        if !plan.follows_epoch || self.client.is_none() {
            return Ok(None);
        }
        if self.facts()?.epoch == plan.facts.epoch { Ok(None) } else { self.plan().map(Some) }
    }

    fn written(&self, facts: Facts) -> Result<Plan, Failure> {
        let Chosen { kind, given } = &self.arguments.chosen;
        let (names, sender) = (&self.names, self.entry.address);
        let client = self.client.as_ref();
        let completed = Sealing { facts: &facts, names, sender, client }.completed(kind, given)?;
        let reader = Reader::new(&facts, names, kind, &completed);
        let values = reader.values().map_err(Failure::input)?;
        let call = reader.call(&values).map_err(Failure::input)?;
        let leaving = reader.leaving(&values);
        let how = &self.arguments.how;
        let telling = Telling::new(&facts, reader.moved());
        let (asked, entry) = (client.map(|client| (client, &telling)), self.entry.clone());
        let draft = how.draft(asked, &facts, entry, (call, leaving))?;
        let told = reader.shown(&values);
        let follows_epoch = completed != *given || reader.names_epoch();
        Ok(Plan { draft, told, telling, follows_epoch, facts })
    }
}

impl Plan {
    /// What will be signed, on standard error: standard output is for the outcome.
    fn show(&self, offline: bool) -> Result<(), Failure> {
        let told = self.draft.told(offline.then_some(&self.facts), self.told.clone());
        tell(&show::aligned(&self.draft.lines(&told)).join("\n"))
    }
}
