//! `workmint metrics`: what a network emitted, to whom, and what was burned (document 004), and
//! what its market of jobs sold (document 003), epoch by epoch.

mod economy;
mod market;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};
use workmint_core::modules::parameters::{EpochLength, Parameters};
use workmint_core::time::Duration;
use workmint_protocol::economy::EpochEconomy;
use workmint_protocol::market::EpochMetrics;
use workmint_storage::store::{OpenIndex, View};

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

/// One epoch's figures.
struct Row {
    economy: EpochEconomy,
    /// Of a network of jobs.
    market: Option<EpochMetrics>,
}

impl Row {
    fn json(&self) -> Result<Value, Failure> {
        let mut all = Map::new();
        let market = self.market.as_ref().map(serde_json::to_value);
        let market = market.transpose().map_err(Failure::damage)?;
        let economy = serde_json::to_value(&self.economy).map_err(Failure::damage)?;
        for part in market.into_iter().chain([economy]) {
            if let Value::Object(members) = part {
                all.extend(members);
            }
        }
        Ok(Value::Object(all))
    }
}

/// Some epochs, ascending, and the first that is not among them.
struct Page {
    rows: Vec<Row>,
    next: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let view = source::view(&arguments.data_dir)?;
    let parameters = source::parameters(&view)?;
    let page = match arguments.epoch {
        Some(epoch) => Page { rows: vec![one(&view, &parameters, epoch)?], next: None },
        None => page(&view, &parameters, arguments)?,
    };
    if arguments.json {
        let rows = page.rows.iter().map(Row::json);
        let mut document = json!({
            "network": parameters.network.name.as_str(),
            "epoch_length": length(&parameters),
            "epochs": rows.collect::<Result<Vec<Value>, Failure>>()?,
            "next": page.next.map(|next| next.to_string()),
        });
        if parameters.market.jobs.is_some() {
            document["counts"] =
                "paid jobs; a session is one job of tier 0 in each epoch in which it pays".into();
        }
        return print_json(&document);
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

/// `1d`, `100 blocks`.
fn length(parameters: &Parameters) -> String {
    match parameters.network.epoch_length {
        EpochLength::Time(length) => Duration::Milliseconds(length).to_string(),
        EpochLength::Blocks(blocks) => counted(blocks, "block"),
    }
}

/// The figures of one epoch of the page.
fn row(
    view: &View,
    index: &OpenIndex,
    parameters: &Parameters,
    epoch: u64,
) -> Result<Row, Failure> {
    let open = epoch == view.state().chain().epoch;
    let economy = match open {
        true => economy::so_far(view, index)?,
        false => economy::closed(view, index, epoch)?,
    };
    let has_jobs = parameters.market.jobs.is_some();
    let market = has_jobs.then(|| match open {
        true => market::so_far(view.state(), parameters),
        false => market::closed(index.get(), parameters, epoch),
    });
    Ok(Row { economy, market: market.transpose()? })
}

fn one(view: &View, parameters: &Parameters, epoch: u64) -> Result<Row, Failure> {
    let open = view.state().chain().epoch;
    require_begun("--epoch", epoch, open)?;
    let index = view.index()?;
    let known = index.get().closing_height(epoch).map_err(Failure::damage)?.is_some();
    if epoch != open && !known {
        return Err(Failure::Input(format!(
            "--epoch: epoch {epoch} passed without a block: it was skipped and nothing was paid \
             or sold"
        )));
    }
    row(view, &index, parameters, epoch)
}

fn require_begun(option: &str, epoch: u64, open: u64) -> Result<(), Failure> {
    if epoch <= open {
        return Ok(());
    }
    Err(Failure::Input(format!(
        "{option}: epoch {epoch} has not begun; allowed: 0 to {open}, the open epoch"
    )))
}

fn page(view: &View, parameters: &Parameters, arguments: &Arguments) -> Result<Page, Failure> {
    let open = view.state().chain().epoch;
    require_begun("--from", arguments.from, open)?;
    let limit = usize::from(arguments.limit);
    let index = view.index()?;
    let more = index.get().closed_epochs(arguments.from, limit.saturating_add(1));
    // The index may know blocks that were written since the state was read.
    let known = more.map_err(Failure::damage)?.into_iter().filter(|epoch| *epoch < open);
    let mut all: Vec<u64> = known.chain([open]).collect();
    let next = all.get(limit).copied();
    all.truncate(limit);
    let of = |epoch: u64| row(view, &index, parameters, epoch);
    let rows = all.into_iter().map(of).collect::<Result<_, Failure>>()?;
    Ok(Page { rows, next })
}
