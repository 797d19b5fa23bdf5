//! `workmint voucher`: what a customer signs off-line for the provider of its session.

use clap::{Args, Subcommand};
use serde_json::json;
use std::io::IsTerminal;
use std::path::PathBuf;
use workmint_protocol::wire::typed::{sign_typed, voucher_digest};

use super::key::FolderArguments;
use crate::failure::Failure;
use crate::keys::{PassphraseArguments, hex};
use crate::output::{Out, print_json};
use crate::sending::client::NodeArguments;
use crate::sending::facts::{self, Facts, Part};
use crate::sending::shown::money;
use crate::sending::{agreed, tell};

/// Sign vouchers: what the provider of a session may have of its deposit.
///
/// A voucher is no transaction: the customer signs it and hands it to the provider, who redeems the
/// largest one whenever it likes. Its amount is everything the provider may have of the session,
/// what earlier vouchers gave included.
#[derive(Debug, Args)]
#[command(after_help = "Examples, as customer and then as provider:
  workmint tx open-session --provider bob --model qwen3-30b --deposit \"10 AI\" --max-price \
unlimited --expiry-kind latest --expiry 0 --key alice
  workmint voucher sign --session 0 --cumulative \"2.5 AI\" --key alice
  workmint tx redeem-voucher --customer alice --session 0 --cumulative \"2.5 AI\" --signature 0x.. \
--key bob

Exit codes: 0 success; 2 wrong input; 4 no answer from a node, or the machine refused to read.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Sign one: its signature on standard output, what it means on standard error.
    Sign(Sign),
}

#[derive(Debug, Args)]
struct Sign {
    /// Number of your session
    #[arg(long, value_name = "N")]
    session: u64,
    /// Everything the provider may have of it, fee included: "2.5 AI", or "17 base" in base units
    #[arg(long, value_name = "AMOUNT")]
    cumulative: String,
    /// Name or address of the customer's key [default: the only one]
    #[arg(long, value_name = "NAME|ADDRESS", env = "WORKMINT_KEY")]
    key: Option<String>,
    /// What `workmint query network --json` printed: then no node is asked
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// Sign without asking
    #[arg(long, short)]
    yes: bool,
    /// Print JSON, and do not ask
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    node: NodeArguments,
    #[command(flatten)]
    folder: FolderArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Action::Sign(sign) = &arguments.action;
    sign.run()
}

impl Sign {
    fn run(&self) -> Result<(), Failure> {
        let folder = self.folder.folder()?;
        let entry = match &self.key {
            Some(selector) => folder.find(selector)?,
            None => folder.only()?,
        };
        let facts = match &self.facts {
            Some(path) => Facts::file(path)?,
            None => self.node.client()?.facts()?,
        };
        let asset = facts.asset_of(Part::Market).map_err(Failure::input)?;
        let read = facts::amount(&self.cumulative, Some(asset), &facts);
        let (amount, asset) =
            read.map_err(|error| Failure::Input(format!("--cumulative: {error}")))?;
        let chain = facts.chain().map_err(Failure::input)?;
        let most = money(amount, asset);
        if !self.json {
            let lines = format!(
                "network     {}, chain id {}\n\
                 customer    {} ({})\n\
                 session     {}\n\
                 cumulative  {most} ({amount} base units)",
                facts.name, facts.chain_id, entry.name, entry.address, self.session
            );
            tell(&lines)?;
            // As `tx` does it: what no node has confirmed may be signed where nobody sits.
            let asks = !self.yes && (self.facts.is_none() || std::io::stdin().is_terminal());
            if asks && !agreed("Sign it?")? {
                return Err(Failure::input("not signed"));
            }
        }
        let secret = folder.open(&entry, &self.passphrase)?;
        let digest = voucher_digest(self.session, amount, &chain);
        let signature = format!("0x{}", hex(&sign_typed(secret.key(), &digest)));
        if self.json {
            return print_json(&json!({
                "chain_id": facts.chain_id,
                "genesis": facts.genesis,
                "customer": entry.address.to_string(),
                "session": self.session,
                "cumulative": {
                    "amount": amount.to_string(),
                    "asset": asset.symbol,
                    "decimals": asset.decimals,
                },
                "signature": signature,
            }));
        }
        let mut out = Out::stdout();
        out.line(&signature)?;
        out.finish()?;
        tell(&format!(
            "its provider redeems it with: workmint tx redeem-voucher --customer {} --session {} \
             --cumulative \"{amount} base\" --signature {signature}",
            entry.address, self.session
        ))
    }
}
