//! `workmint explain`: why a participant receives what it receives, step by step.

mod claim;
mod contribution;
pub(crate) mod delegator;
mod models;
mod money;
mod page;
mod provider;
mod rate;
mod seat;
mod steps;
mod usage;
mod validator;
mod weight;

use std::path::PathBuf;

use clap::Args;
use workmint_answers::AnswerError;
use workmint_answers::explain::claim::Claims;
use workmint_answers::explain::facts::Facts;
use workmint_answers::explain::{Explained, Past, explain};
use workmint_core::Address;
use workmint_core::modules::contributions::ContributionKey;

use crate::failure::Failure;
use crate::output::{Out, asset_of, grouped, print_json, shown};
use crate::source;
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
    let network = source::directory(&arguments.data_dir)?;
    if let Some(key) = &arguments.contribution {
        return contribution::run(&arguments.data_dir, &network, key, arguments.json);
    }
    let (Some(epoch), Some(address)) = (arguments.epoch, &arguments.address) else {
        return Err(Failure::input("EPOCH and ADDRESS, or --contribution, are needed"));
    };
    let explained = explain(&network, (epoch, address), Past::Replay);
    let explained = explained.map_err(|error| named(&error))?;
    match &explained {
        Explained::Delegator(found) => delegator::print(found, arguments.json),
        Explained::Participant(..) if arguments.json => print_json(&explained.document()?),
        Explained::Participant(facts, claims) => {
            let mut page = Page::new(Out::stdout());
            tell(&mut page, facts, claims)?;
            page.finish()
        }
    }
}

/// An answer's error with the names of the command line.
pub(crate) fn named(error: &AnswerError) -> Failure {
    let option = match error.field() {
        Some("epoch") => "EPOCH",
        Some("account") => "ADDRESS",
        other => other.unwrap_or_default(),
    };
    Failure::answer(error, option)
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
