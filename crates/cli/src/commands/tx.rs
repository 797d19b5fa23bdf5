//! `workmint tx`: every message a network knows, written, signed and sent.

mod send;
mod show;

use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use clap::Args;
use serde_json::json;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::names::AssetId;
use workmint_protocol::wire::{Call, U256, Unsigned, addresses, sign};

use self::send::Signed;
use super::key::FolderArguments;
use crate::failure::Failure;
use crate::keys::folder::Entry;
use crate::keys::{PassphraseArguments, hex};
use crate::output::{Out, print_json};
use crate::sending::chosen::Chosen;
use crate::sending::client::{Client, NodeArguments};
use crate::sending::facts::{self, Facts};
use crate::sending::values::Reader;

/// Decimals of what wallets count in.
const WEI_DECIMALS: u8 = 18;

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
from a node, or the machine refused to read; 5 it was sent and nobody said what became of it: the
message has its hash."
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
    #[arg(long, global = true, value_name = "NAME|ADDRESS", env = "WORKMINT_KEY")]
    key: Option<String>,
    /// Send without asking
    #[arg(long, short, global = true)]
    yes: bool,
    /// Print JSON, and do not ask
    #[arg(long, global = true)]
    json: bool,
    /// Say whether it would succeed and what it would cost; send nothing
    #[arg(long, global = true, conflicts_with = "offline")]
    dry_run: bool,
    /// Ask no node: print the signed bytes. Needs --facts, --nonce, --gas and --gas-price
    #[arg(long, global = true)]
    offline: bool,
    /// What `workmint query network --json` printed; with --offline
    #[arg(long, global = true, value_name = "FILE", requires = "offline")]
    facts: Option<PathBuf>,
    /// The sender's transaction number [default: asked of the node]
    #[arg(long, global = true, value_name = "N")]
    nonce: Option<u64>,
    /// Most gas [default: what the node estimates]
    #[arg(long, global = true, value_name = "N")]
    gas: Option<u64>,
    /// Price of gas without the tip, wei [default: the network's]
    #[arg(long, global = true, value_name = "WEI")]
    gas_price: Option<u128>,
    /// Paid besides the fee, for who orders transactions to prefer this one
    #[arg(long, global = true, value_name = "AMOUNT")]
    tip: Option<String>,
}

/// A transaction that is ready to be signed.
struct Draft {
    from: Entry,
    unsigned: Unsigned,
    /// Most it can cost besides what it moves.
    fee: Amount,
    tip: Amount,
    decimals: u8,
    symbol: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let how = &arguments.how;
    let client = (!how.offline).then(|| arguments.node.client()).transpose()?;
    let folder = arguments.folder.folder()?;
    let entry = match &how.key {
        Some(selector) => folder.find(selector)?,
        None => folder.only()?,
    };
    let facts = match (&client, &how.facts) {
        (Some(client), _) => client.facts()?,
        (None, Some(path)) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path);
            Facts::read(&text.map_err(|error| Failure::reading(&name, &error))?, &name)?
        }
        (None, None) => return Err(Failure::input("--offline needs --facts FILE")),
    };
    let Chosen { kind, given } = &arguments.chosen;
    let keys = folder.list()?.keys.into_iter();
    let names = keys.map(|key| (key.name, key.address)).collect();
    let reader = Reader::new(&facts, &names, kind, given);
    let values = reader.values().map_err(Failure::input)?;
    let to = match kind.contract {
        Some(contract) => contract.address(),
        None => addresses::token(AssetId(reader.token().map_err(Failure::input)?.number)),
    };
    let input = kind.function.abi_encode_input(&values).map_err(Failure::damage)?;
    let call = Call { to, value: U256::ZERO, input };
    let draft = how.draft(client.as_ref(), &facts, entry, call)?;
    let told = told(arguments, &values);
    if how.dry_run {
        return draft.would(how, &told);
    }
    // Off line no node corrects a false fact: what is signed is always shown.
    if !how.json || how.offline {
        draft.preview(&draft.told(how.offline.then_some(&facts), told))?;
    }
    let asks = !how.yes && !how.json && (!how.offline || std::io::stdin().is_terminal());
    if asks && !agreed(if how.offline { "Sign it?" } else { "Send it?" })? {
        return Err(Failure::input(if how.offline { "not signed" } else { "not sent" }));
    }
    let secret = folder.open(&draft.from, &arguments.passphrase)?;
    let signed = Signed::new(&sign(secret.key(), &draft.unsigned), draft.unsigned.nonce);
    match &client {
        Some(client) => signed.send(client, how.json),
        None if how.json => print_json(&json!({ "raw": signed.raw() })),
        None => {
            let mut out = Out::stdout();
            out.line(signed.raw())?;
            out.finish()
        }
    }
}

impl How {
    fn draft(
        &self,
        client: Option<&Client>,
        facts: &Facts,
        from: Entry,
        call: Call,
    ) -> Result<Draft, Failure> {
        let asset = facts.asset(&facts.fee_asset).map_err(Failure::damage)?;
        let missing = |option| Failure::Input(format!("--offline needs {option}"));
        let nonce = match (self.nonce, client) {
            (Some(nonce), _) => nonce,
            (None, Some(client)) => client.nonce(&from.address)?,
            (None, None) => return Err(missing("--nonce")),
        };
        let price = match (self.gas_price, client) {
            (Some(price), _) => price,
            (None, Some(client)) => client.quantity("eth_gasPrice", &json!([]))?,
            (None, None) => return Err(missing("--gas-price")),
        };
        // Also with --gas the node is asked: a call that would fail is not sent.
        let estimated = client.map(|client| estimate(client, &from.address, &call)).transpose()?;
        let gas = self.gas.or(estimated).ok_or_else(|| missing("--gas"))?;
        let (tip, tip_price) = match &self.tip {
            None => (Amount::ZERO, 0),
            Some(text) => {
                let (tip, asset) = facts::amount(text, Some(asset), facts)
                    .map_err(|error| Failure::Input(format!("--tip: {error}")))?;
                (tip, tip_price(tip, asset.decimals, gas)?)
            }
        };
        let too_much = || Failure::input("--gas-price: the price and the tip are above 2^128 wei");
        let fee = fee(price, gas, asset.decimals).ok_or_else(too_much)?;
        Ok(Draft {
            from,
            unsigned: Unsigned {
                chain_id: facts.chain_id,
                nonce,
                max_priority_fee_per_gas: tip_price,
                max_fee_per_gas: price.checked_add(tip_price).ok_or_else(too_much)?,
                gas_limit: gas,
                call,
            },
            fee,
            tip,
            decimals: asset.decimals,
            symbol: asset.symbol.clone(),
        })
    }
}

/// The gas of a call; the error says why it would fail.
fn estimate(client: &Client, from: &Address, call: &Call) -> Result<u64, Failure> {
    let params = json!([{
        "from": from.to_string(),
        "to": call.to.to_string(),
        "data": format!("0x{}", hex(&call.input)),
    }]);
    let gas = client.call("eth_estimateGas", &params)?;
    let gas = gas.map_err(|refused| {
        Failure::Check(format!("it would fail, and was not sent: {}", refused.words()))
    })?;
    let digits = gas.as_str().and_then(|text| text.strip_prefix("0x"));
    let gas = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    gas.ok_or_else(|| Failure::Machine("eth_estimateGas is answered with no number".to_owned()))
}

/// Wei of a base unit.
fn scale(decimals: u8) -> Option<u128> {
    10_u128.checked_pow(u32::from(WEI_DECIMALS.checked_sub(decimals)?))
}

/// What gas costs at a price, rounded down as the network does.
fn fee(price: u128, gas: u64, decimals: u8) -> Option<Amount> {
    let wei = U256::from(price).checked_mul(U256::from(gas))?;
    let units = wei.checked_div(U256::from(scale(decimals)?))?;
    u128::try_from(units).ok().map(Amount::new)
}

/// The price of gas that makes a tip of at least this.
fn tip_price(tip: Amount, decimals: u8, gas: u64) -> Result<u128, Failure> {
    let wei = scale(decimals).and_then(|scale| tip.get().checked_mul(scale));
    let wei = wei.ok_or_else(|| Failure::input("--tip: it is above 2^128 wei"))?;
    Ok(wei.div_ceil(u128::from(gas.max(1))))
}

/// The options as they were given, with what they mean where that is a number of base units.
fn told(arguments: &Arguments, values: &[DynSolValue]) -> Vec<(String, String)> {
    let Chosen { kind, given } = &arguments.chosen;
    let lines = kind.options.iter().filter_map(|option| {
        let text = given.get(&option.option)?.join(" ");
        let value = kind.inputs.iter().position(|input| input.param.name == option.param.name);
        let note = match value.and_then(|at| values.get(at)) {
            Some(DynSolValue::Uint(U256::MAX, _)) => "  (no limit)".to_owned(),
            Some(DynSolValue::Uint(number, 256)) if !text.contains("base") => {
                format!("  ({number} base units)")
            }
            _ => String::new(),
        };
        Some((option.option.clone(), format!("{text}{note}")))
    });
    lines.collect()
}

impl Draft {
    fn shown(&self, amount: Amount) -> String {
        format!("{} {}", amount.to_decimal(self.decimals), self.symbol)
    }

    fn lines(&self, told: &[(String, String)]) -> Vec<(String, String)> {
        let mut lines = vec![("from".to_owned(), self.sender())];
        lines.extend(told.iter().cloned());
        lines.push(("fee, at most".to_owned(), self.shown(self.fee)));
        if !self.tip.is_zero() {
            lines.push(("tip".to_owned(), self.shown(self.tip)));
        }
        lines
    }

    /// What else a signature binds that no node has confirmed.
    fn told(
        &self,
        facts: Option<&Facts>,
        mut told: Vec<(String, String)>,
    ) -> Vec<(String, String)> {
        let Some(facts) = facts else { return told };
        let network = format!("{}, chain id {}", facts.name, self.unsigned.chain_id);
        told.insert(0, ("network".to_owned(), network));
        told.push(("contract".to_owned(), self.unsigned.call.to.to_string()));
        told.push(("nonce".to_owned(), self.unsigned.nonce.to_string()));
        told.push(("input".to_owned(), format!("0x{}", hex(&self.unsigned.call.input))));
        told
    }

    fn sender(&self) -> String {
        format!("{} ({})", self.from.address, self.from.name)
    }

    /// What will be paid, on standard error: standard output is for the outcome.
    fn preview(&self, told: &[(String, String)]) -> Result<(), Failure> {
        let text = show::aligned(&self.lines(told)).join("\n");
        let written = writeln!(std::io::stderr(), "{text}");
        written.map_err(|error| Failure::writing("standard error", &error))
    }

    fn would(&self, how: &How, told: &[(String, String)]) -> Result<(), Failure> {
        if how.json {
            return print_json(&json!({
                "would_succeed": true,
                "from": self.from.address.to_string(),
                "nonce": self.unsigned.nonce,
                "gas": self.unsigned.gas_limit,
                "gas_price_wei": self.unsigned.max_fee_per_gas.to_string(),
                "fee_at_most": {
                    "amount": self.fee.to_string(),
                    "asset": self.symbol,
                    "decimals": self.decimals,
                },
            }));
        }
        let mut out = Out::stdout();
        for line in show::aligned(&self.lines(told)) {
            out.line(line)?;
        }
        out.line("It would succeed; nothing was sent.")?;
        out.finish()
    }
}

fn agreed(question: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::input("nobody is there to ask: give --yes to send it"));
    }
    let asked = write!(std::io::stderr(), "{question} [y/N] ");
    asked.map_err(|error| Failure::writing("standard error", &error))?;
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Failure::reading("standard input", &error))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gas_as_money() {
        // 21,000 gas at 4,000,000,000 wei are 84,000 x 10^9 wei; a base unit of 9 decimals is 10^9.
        assert_eq!(fee(4_000_000_000, 21_000, 9), Some(Amount::new(84_000)));
        assert_eq!(fee(1, 21_000, 9), Some(Amount::ZERO), "rounded down");
        assert_eq!(fee(u128::MAX, u64::MAX, 18), None);
        // A tip never rounds below what was asked.
        let price = tip_price(Amount::new(1), 9, 21_000).unwrap();
        assert_eq!(price, 47_620);
        assert_eq!(fee(price, 21_000, 9), Some(Amount::new(1)));
        assert!(tip_price(Amount::MAX, 9, 1).is_err());
    }
}
