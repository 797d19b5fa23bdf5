//! `workmint metrics`: what a network emitted, to whom, and what was burned (document 004), and
//! what its market of jobs sold (document 003), epoch by epoch.

mod economy;
mod market;

use std::path::PathBuf;

use clap::Args;
use workmint_answers::metrics::{self, Page, length};
use workmint_answers::{Network, Order};
use workmint_core::modules::parameters::Parameters;
use workmint_protocol::economy::EpochEconomy;
use workmint_protocol::market::EpochMetrics;

use crate::failure::Failure;
use crate::output::{Out, asset_of, counted, grouped, print_json};
use crate::source;

/// Width of the texts, characters.
const WIDTH: usize = 100;

const HELP: &str = "\
Examples:
  workmint metrics --data-dir workmint-data/net
  workmint metrics --data-dir workmint-data/net --from 100 --limit 10
  workmint metrics --data-dir workmint-data/net --epoch 12 --json

Of each epoch, in every network (docs/spec/epoch-metrics.md):
  utility_score            what the network's use made of the emission, 0 to 1
  emission_amount          what the epoch could issue to streams of emission
  total_supply             what existed after its close
  burned_amount            what was burned since the close before
  miner_rewards_total      new money paid to who computes
  validator_rewards_total  the same to validators, with what their delegators got
  dao_allocation           the same to the treasury
What a network has not got is \"-\", null in JSON, where \"why_null\" gives the reason.

In a network of jobs also (docs/spec/market-metrics.md):
  daily active providers   providers with a job paid in the epoch
  average job price        by privacy tier: paid / paid jobs, fees included, rounded down
  utilization              by model: units of paid jobs / units offered, rounded down; of each
                           offer the most it gave in the epoch
A session counts as one job of tier 0 in each epoch in which a voucher of it pays, with the whole
units paid for. Of nothing there is no average: it is \"-\", null in JSON. The open epoch is told as
far as it went, and what it pays as if nothing more happened.

The index behind it is made from the journal when it is first asked.";

/// Emission, rewards, supply and burning; of jobs: active providers, prices, utilisation.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The network's data directory.
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// One epoch in full, up to the open one.
    #[arg(long, value_name = "N", conflicts_with_all = ["from", "limit"],
          value_parser = clap::value_parser!(u64))]
    epoch: Option<u64>,
    /// The first epoch of the page, up to the open one.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64))]
    from: u64,
    /// Epochs on a page, 1 to 1,000.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let network = source::directory(&arguments.data_dir)?;
    let parameters = network.parameters()?;
    let page = match arguments.epoch {
        Some(epoch) => {
            metrics::one(&network, epoch).map(|row| Page { rows: vec![row], next: None })
        }
        None => {
            let from = (Order::Ascending, Some(arguments.from));
            metrics::page(&network, from, usize::from(arguments.limit))
        }
    };
    let page = page.map_err(|error| {
        let option = error.field().map_or_else(String::new, |field| format!("--{field}"));
        Failure::answer(&error, &option)
    })?;
    if arguments.json {
        return print_json(&page.document(&parameters)?);
    }
    let mut out = Out::stdout();
    tell(&mut out, &parameters, &page, arguments.epoch.is_some())?;
    out.finish()
}

fn tell(out: &mut Out, parameters: &Parameters, page: &Page, in_full: bool) -> Result<(), Failure> {
    let (network, length) = (&parameters.network.name, length(parameters));
    out.line(format_args!("Metrics of {network}, epochs of {length}"))?;
    let coin = asset_of(parameters, parameters.emission.asset)?;
    let priced = asset_of(parameters, parameters.market.asset)?;
    if let (true, [row]) = (in_full, page.rows.as_slice()) {
        let state = if row.economy.open { "open, so far" } else { "closed" };
        out.line(format_args!("Epoch {}, {state}", grouped(row.economy.epoch)))?;
        out.line("")?;
        economy::in_full(out, &row.economy)?;
        if let Some(market) = &row.market {
            out.line("")?;
            market::in_full(out, market, priced)?;
        }
        return Ok(());
    }
    let economies: Vec<&EpochEconomy> = page.rows.iter().map(|row| &row.economy).collect();
    economy::list(&economies, coin).print(out)?;
    economy::notes(out, coin)?;
    let markets: Vec<&EpochMetrics> =
        page.rows.iter().filter_map(|row| row.market.as_ref()).collect();
    if !markets.is_empty() {
        out.line("")?;
        market::list(&markets, priced).print(out)?;
        market::notes(out, priced)?;
    }
    match page.next {
        Some(next) => out.line(format_args!("More follows: --from {next}")),
        None => {
            let count = u64::try_from(page.rows.len()).unwrap_or(u64::MAX);
            out.line(format_args!("{}; this is all.", counted(count, "epoch")))
        }
    }
}
