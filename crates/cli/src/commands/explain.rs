//! `workmint explain`: why a participant receives what it receives, step by step.

mod claim;
mod contribution;
pub(crate) mod delegator;
pub(crate) mod facts;
mod json;
mod models;
mod money;
pub(crate) mod page;
mod provider;
mod rate;
mod seat;
mod steps;
mod usage;
mod validator;
pub(crate) mod weight;

use std::path::PathBuf;

use clap::Args;
use workmint_core::Address;
use workmint_core::modules::contributions::ContributionKey;

use crate::failure::Failure;
use crate::output::{Out, asset_of, grouped, print_json, shown};
use crate::source;
use claim::Claims;
use facts::Facts;
use page::Page;

/// One participant's epoch, from its compute proofs to the amount paid.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  workmint explain --data-dir workmint-data/demo-gonka 3 0xAbC...\n  \
                  workmint explain --data-dir workmint-data/net --contribution 3/0xAbC.../7\n\n\
                  The epoch that is still open is explained as a preview: what it pays if nothing \
                  more happens before it ends.\n\n\
                  A contribution is named by the epoch of the work, the account and its own \
                  number: EPOCH/ACCOUNT/ID, as `history` prints it.\n\n\
                  Of a miner: each validator's power and weight, the consensus, what it cuts off, \
                  rank and incentive, or the median of the weights. Of a validator: bonds, \
                  incentive, dividends, commission, what its delegators got. Of who only \
                  delegated: its share of each validator's pool.\n\n\
                  Exit codes: 2 there is no such epoch or contribution, or the account has neither \
                  weight nor work in it."
)]
pub(crate) struct Arguments {
    /// The network's data directory.
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// A settled epoch, or the open one.
    #[arg(value_parser = epoch, required_unless_present = "contribution")]
    epoch: Option<u64>,
    /// The participant, or who delegated to one.
    #[arg(value_parser = source::address, required_unless_present = "contribution")]
    address: Option<Address>,
    /// One contribution instead, from its submission to its payment.
    #[arg(
        long,
        value_name = "EPOCH/ACCOUNT/ID",
        value_parser = contribution::key,
        conflicts_with_all = ["epoch", "address"]
    )]
    contribution: Option<ContributionKey>,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

/// Reads an epoch of the command line; for clap.
pub(crate) fn epoch(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "allowed: whole numbers from 0, up to the open epoch".to_owned())
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let view = source::view(&arguments.data_dir)?;
    if let Some(key) = &arguments.contribution {
        return contribution::run(&arguments.data_dir, &view, key, arguments.json);
    }
    let (Some(epoch), Some(address)) = (arguments.epoch, &arguments.address) else {
        return Err(Failure::input("EPOCH and ADDRESS, or --contribution, are needed"));
    };
    let Some(facts) = facts::gather(&view, epoch, address)? else {
        let found = delegator::find(&view, &arguments.data_dir, epoch, address)?;
        let found = found.ok_or_else(|| facts::nothing(view.state(), epoch, address))?;
        return delegator::print(&view, &found, arguments.json);
    };
    let claims = claim::status(&view, &facts)?;
    if arguments.json {
        return print_json(&json::document(&facts, &claims)?);
    }
    let mut page = Page::new(Out::stdout());
    tell(&mut page, &facts, &claims)?;
    page.finish()
}

fn tell(page: &mut Page, facts: &Facts, claims: &Claims) -> Result<(), Failure> {
    let epoch = grouped(facts.explanation.epoch);
    let (account, network) = (facts.explanation.row.account, &facts.parameters.network.name);
    let totals = totals(facts)?;
    match facts.settled {
        true => page.head(&format!("Epoch {epoch} of {network}: {account} earned {totals}."))?,
        false => page.head(&format!(
            "Preview of epoch {epoch} of {network}, which is still open: {account} would earn \
             {totals} if nothing more happened before it ends."
        ))?,
    }
    weight::tell(page, facts)?;
    money::tell(page, facts)?;
    claim::tell(page, facts, claims)
}

/// What is paid in all, asset by asset.
fn totals(facts: &Facts) -> Result<String, Failure> {
    let mut parts = Vec::new();
    for (asset, amount) in &facts.explanation.totals {
        parts.push(shown(*amount, asset_of(&facts.parameters, *asset)?));
    }
    Ok(match parts.is_empty() {
        true => "nothing".to_owned(),
        false => parts.join(" and "),
    })
}
