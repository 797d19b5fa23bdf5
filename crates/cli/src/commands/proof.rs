//! `workmint proof`: the Merkle proof of a claim, for a contract or anyone who doubts.

use std::path::PathBuf;

use clap::Args;
use workmint_answers::proof::{Proofs, Whose, proofs, status};
use workmint_answers::{Directory, Network};
use workmint_core::Address;

use crate::failure::Failure;
use crate::output::{Out, asset_of, print_json, shown};
use crate::source;

/// Whose proof of which epoch.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                  workmint proof --data-dir workmint-data/demo-gonka 3 0x5aAe..\n  \
                  workmint proof --data-dir workmint-data/demo-gonka 3 --all --json > \
                  claims.json\n\n\
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
    let network = source::directory(&arguments.data_dir)?;
    let whose = match arguments.address {
        Some(account) => Whose::Account(account),
        None => Whose::All { from: 0, limit: usize::MAX },
    };
    let found = proofs(&network, arguments.epoch, whose);
    // Each text names what it is about.
    let found = found.map_err(|error| Failure::answer(&error, ""))?;
    if arguments.json {
        return print_json(&found.document(network.genesis().parameters.network.name.as_str()));
    }
    print(&network, &found)
}

fn print(network: &Directory, found: &Proofs) -> Result<(), Failure> {
    let (parameters, epoch) = (network.parameters()?, found.record.header.epoch);
    let mut out = Out::stdout();
    out.line(format_args!("epoch {epoch}, root {}", found.root))?;
    for (at, leaf, proof) in &found.claims {
        let Some((account, asset, amount)) = found.entry(*at) else {
            continue;
        };
        let asset = asset_of(&parameters, asset)?;
        let status = status(network.state(), epoch, *at);
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
