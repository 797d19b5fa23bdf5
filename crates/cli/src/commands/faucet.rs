//! `workmint faucet`: money of a development network, for whoever asks.

use clap::Args;
use serde_json::json;

use super::key::FolderArguments;
use super::query::account;
use crate::failure::Failure;
use crate::output::{Out, print_json};
use crate::sending::client::{Client, NodeArguments, Refused};
use crate::sending::errors::Telling;
use crate::sending::render::scalar;

/// Get money of a development network (`workmint node --dev`, `workmint demo --serve`): of every
/// asset that the faucet has, what fees are paid in included.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  workmint faucet alice")]
pub(crate) struct Arguments {
    /// Address, or name of a key
    account: String,
    #[command(flatten)]
    node: NodeArguments,
    #[command(flatten)]
    folder: FolderArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let client = arguments.node.client()?;
    let address = account(&arguments.account, &arguments.folder.folder()?)?;
    let given = client.call("workmint_faucet", &json!([address.to_string()]))?;
    let given = given.map_err(|refused| refusal(&client, &refused))?;
    if arguments.json {
        return print_json(&json!({ "account": address.to_string(), "given": given }));
    }
    let mut out = Out::stdout();
    for one in given.as_array().map_or(&[][..], Vec::as_slice) {
        let (amount, hash) = (scalar(&one["given"]), scalar(&one["transaction"]));
        out.line(format_args!("{amount} given to {address}: transaction {hash}"))?;
    }
    out.finish()
}

/// Why the faucet gives nothing; an error of the engine with its amounts in the asset's units.
fn refusal(client: &Client, refused: &Refused) -> Failure {
    let known = || {
        let data = refused.data.as_ref()?;
        let code = u16::try_from(data["code"].as_u64()?).ok()?;
        let facts = client.facts().ok()?;
        let telling = Telling::new(&facts, facts.asset(data["asset"].as_str()?).ok());
        let (what, why) = refused.words().split_once(": ")?;
        Some(format!("{what}: {}", telling.text(code, why)))
    };
    Failure::Check(known().unwrap_or_else(|| refused.words().to_owned()))
}
