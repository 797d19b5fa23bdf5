//! `workmint proof`: the Merkle proof of a claim, for a contract or anyone who doubts.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use workmint_core::modules::settlement::Record;
use workmint_core::offline;
use workmint_core::tree::{Leaf, Tree};
use workmint_core::{Address, Hash};
use workmint_storage::store::View;

use crate::failure::Failure;
use crate::output::{Out, asset_of, hex, print_json, shown};
use crate::source;

/// How a leaf is encoded, as OpenZeppelin's library names it.
pub(crate) const LEAF_ENCODING: [&str; 4] = ["uint256", "address", "address", "uint256"];

/// Whose proof of which epoch.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  workmint proof --data-dir demo 12 0x5aAe..\n  \
                  workmint proof --data-dir demo 12 --all --json > claims.json\n\n\
                  A leaf is keccak256(keccak256(abi.encode(uint256 epoch, address account, address \
                  asset, uint256 amount))), the tree OpenZeppelin's StandardMerkleTree.\n\
                  Exit codes: 0 printed; 2 no such epoch or claim; 3 damaged data.")]
pub(crate) struct Arguments {
    /// The network's data directory.
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// A settled epoch.
    epoch: u64,
    /// Whose claim.
    #[arg(value_parser = source::address, required_unless_present = "all", conflicts_with = "all")]
    address: Option<Address>,
    /// The proofs of all claims of the epoch.
    #[arg(long)]
    all: bool,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let view = source::view(&arguments.data_dir)?;
    let record = record(&view, arguments.epoch)?;
    let entries = &record.entries;
    let tree = Tree::new(entries.leaves(arguments.epoch));
    let rows = match &arguments.address {
        Some(address) => entries.of(address),
        None => 0..entries.len(),
    };
    if rows.is_empty() {
        return Err(Failure::Input(match &arguments.address {
            Some(address) => format!("{address} has no claim in epoch {}", arguments.epoch),
            None => format!("epoch {} has no claims", arguments.epoch),
        }));
    }
    let mut claims = Vec::with_capacity(rows.len());
    for at in rows {
        let leaf = entries.leaf(arguments.epoch, at);
        let found = leaf.and_then(|leaf| Some((at, leaf, tree.proof(&leaf.hash())?)));
        claims.push(found.ok_or_else(|| Failure::damage("a claim is not in its own tree"))?);
    }
    if arguments.json {
        let all: Vec<Value> =
            claims.iter().map(|(_, leaf, proof)| claim_json(leaf, proof)).collect();
        return print_json(&json!({
            "network": view.genesis().parameters.network.name.as_str(),
            "leaf_encoding": LEAF_ENCODING,
            "root": tree.root().to_string(),
            "complete": arguments.all,
            "claims": all,
        }));
    }
    print(&view, &record, &tree, &claims)
}

fn print(
    view: &View,
    record: &Record,
    tree: &Tree,
    claims: &[(usize, Leaf, Vec<Hash>)],
) -> Result<(), Failure> {
    let parameters = source::parameters(view)?;
    let mut out = Out::stdout();
    out.line(format_args!("epoch {}, root {}", record.header.epoch, tree.root()))?;
    for (at, leaf, proof) in claims {
        let Some((account, asset, amount)) = record.entries.get(*at) else {
            continue;
        };
        let asset = asset_of(&parameters, asset)?;
        let status = status(view, record.header.epoch, *at);
        out.line(format_args!("{account}: {}, {status}", shown(amount, asset)))?;
        out.line(format_args!(
            "  leaf {} = ({}, {}, {}, {})",
            leaf.hash(),
            leaf.epoch,
            leaf.account,
            leaf.asset,
            leaf.amount
        ))?;
        for node in proof {
            out.line(format_args!("  node {node}"))?;
        }
    }
    out.finish()
}

/// Whether the chain would still pay an entry.
fn status(view: &View, epoch: u64, entry: usize) -> String {
    let settlement = &view.state().settlement;
    match settlement.record(epoch) {
        None => "its claim window is closed".to_owned(),
        Some(_) if settlement.is_claimed(epoch, entry) => "claimed or forfeited".to_owned(),
        Some(record) => format!("claimable until the close of epoch {}", record.expires_after),
    }
}

/// One claim with its proof; every number a decimal string.
pub(crate) fn claim_json(leaf: &Leaf, proof: &[Hash]) -> Value {
    json!({
        "epoch": leaf.epoch.to_string(),
        "account": leaf.account.to_string(),
        "asset": leaf.asset.to_string(),
        "amount": leaf.amount.to_string(),
        "proof": proof.iter().map(hex).collect::<Vec<String>>(),
    })
}

/// The record of a settled epoch, planned again if its claims have expired, and compared with the
/// root the chain keeps for ever.
pub(crate) fn record(view: &View, epoch: u64) -> Result<Record, Failure> {
    if let Some(record) = view.state().settlement.record(epoch) {
        return Ok((**record).clone());
    }
    let stored = view.epoch_inputs(epoch)?;
    let settled = offline::settle_inputs(&stored.parameters, stored.inputs, true);
    let record = settled.map_err(Failure::damage)?.record;
    match view.state().settlement.header(epoch) {
        Some(header) if header.root != record.header.root => Err(Failure::Damage(format!(
            "the inputs of epoch {epoch} give root {}, the chain has {}",
            record.header.root, header.root
        ))),
        _ => Ok(record),
    }
}
