//! `workmint metrics`: document 003's metrics of a market of jobs, epoch by epoch.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use workmint_core::modules::market;
use workmint_core::modules::parameters::{Asset, EpochLength, Parameters};
use workmint_core::time::Duration;
use workmint_core::{Event, State};
use workmint_protocol::market::{
    EpochMetrics, Error, Facts, Money, TierPrice, Utilization, metrics,
};
use workmint_storage::index::Index;
use workmint_storage::store::View;

use crate::failure::Failure;
use crate::output::{Out, Side, Table, asset_of, counted, grouped, print_json, shown, wrapped};
use crate::source;

/// Digits of prices in the table of epochs.
const DIGITS: u8 = 6;
/// Width of the texts, characters.
const WIDTH: usize = 100;

const HELP: &str = "\
Examples:
  workmint metrics --data-dir workmint-data/net
  workmint metrics --data-dir workmint-data/net --from 100 --limit 10
  workmint metrics --data-dir workmint-data/net --epoch 12 --json

What is counted, for each epoch (docs/spec/market-metrics.md):
  daily active providers   providers with a job paid in the epoch
  average job price        by privacy tier: paid / paid jobs, fees included, rounded down
  utilization              by model: units of paid jobs / units offered, rounded down; of each
                           offer the most it gave in the epoch
A session counts as one job of tier 0 in each epoch in which a voucher of it pays, with the whole
units paid for. Of nothing there is no average: it is \"-\", null in JSON. The open epoch is told as
far as it went.

The index behind it is made from the journal when it is first asked.";

/// Daily active providers, average job price by tier, utilisation by model.
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

/// Some epochs, ascending, and the first that is not among them.
struct Page {
    epochs: Vec<EpochMetrics>,
    next: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let view = source::view(&arguments.data_dir)?;
    let parameters = source::parameters(&view)?;
    if parameters.market.jobs.is_none() {
        let name = &parameters.network.name;
        return Err(Failure::Input(format!(
            "network {name} has no market of jobs; allowed: a network with [market.jobs], such as \
             hanzo"
        )));
    }
    let page = match arguments.epoch {
        Some(epoch) => Page { epochs: vec![one(&view, &parameters, epoch)?], next: None },
        None => page(&view, &parameters, arguments)?,
    };
    if arguments.json {
        return print_json(&json!({
            "network": parameters.network.name.as_str(),
            "epoch_length": length(&parameters),
            "counts": "paid jobs; a session is one job of tier 0 in each epoch in which it pays",
            "epochs": page.epochs,
            "next": page.next.map(|next| next.to_string()),
        }));
    }
    let mut out = Out::stdout();
    out.line(format_args!(
        "Metrics of {}, epochs of {}",
        parameters.network.name,
        length(&parameters)
    ))?;
    let asset = asset_of(&parameters, parameters.market.asset)?;
    match (arguments.epoch, page.epochs.as_slice()) {
        (Some(_), [epoch]) => in_full(&mut out, epoch, asset)?,
        _ => {
            list(&page.epochs, asset).print(&mut out)?;
            notes(&mut out, asset)?;
        }
    }
    match (arguments.epoch, page.next) {
        (Some(_), _) => {}
        (None, Some(next)) => out.line(format_args!("More follows: --from {next}"))?,
        (None, None) => {
            let count = u64::try_from(page.epochs.len()).unwrap_or(u64::MAX);
            out.line(format_args!("{}; this is all.", counted(count, "epoch")))?;
        }
    }
    out.finish()
}

/// `1d`, `100 blocks`.
fn length(parameters: &Parameters) -> String {
    match parameters.network.epoch_length {
        EpochLength::Time(length) => Duration::Milliseconds(length).to_string(),
        EpochLength::Blocks(blocks) => counted(blocks, "block"),
    }
}

fn refused(error: Error) -> Failure {
    Failure::damage(error)
}

fn so_far(state: &State, parameters: &Parameters) -> Result<EpochMetrics, Failure> {
    let open = (state.chain().epoch, true);
    metrics(parameters, open, &Facts::so_far(state)).map_err(refused)
}

fn closed(index: &Index, parameters: &Parameters, epoch: u64) -> Result<EpochMetrics, Failure> {
    let mut facts = Facts::default();
    for bytes in index.events_of_epoch(epoch).map_err(Failure::damage)? {
        let event: Event = borsh::from_slice(&bytes)
            .map_err(|error| Failure::Damage(format!("an indexed event: {error}")))?;
        if let Event::Market(market::Event::Job(event)) = event {
            facts.add(&event);
        }
    }
    metrics(parameters, (epoch, false), &facts).map_err(refused)
}

fn one(view: &View, parameters: &Parameters, epoch: u64) -> Result<EpochMetrics, Failure> {
    let open = view.state().chain().epoch;
    if epoch == open {
        return so_far(view.state(), parameters);
    }
    require_begun("--epoch", epoch, open)?;
    let index = view.index()?;
    if index.get().closing_height(epoch).map_err(Failure::damage)?.is_none() {
        return Err(Failure::Input(format!(
            "--epoch: epoch {epoch} passed without a block: it was skipped and nothing was sold"
        )));
    }
    closed(index.get(), parameters, epoch)
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
    let of = |epoch: u64| match epoch == open {
        true => so_far(view.state(), parameters),
        false => closed(index.get(), parameters, epoch),
    };
    let epochs = all.into_iter().map(of).collect::<Result<_, Failure>>()?;
    Ok(Page { epochs, next })
}

fn named(price: &TierPrice) -> String {
    price.name.clone().unwrap_or_else(|| format!("tier {}", price.privacy_tier))
}

fn share(of: &Utilization) -> String {
    of.utilization.clone().unwrap_or_else(|| "-".to_owned())
}

/// One row an epoch. All epochs of a page have the same tiers, but for those of an epoch whose
/// jobs were of a tier that parameters dropped: that is in the epoch's own page.
fn list(epochs: &[EpochMetrics], asset: &Asset) -> Table {
    let first = epochs.first();
    let prices = first.map_or(&[][..], |epoch| &epoch.average_job_price);
    let models = first.map_or(&[][..], |epoch| &epoch.models);
    let mut heads = vec!["epoch".to_owned(), "active providers".to_owned(), "paid jobs".to_owned()];
    heads.extend(prices.iter().map(|price| format!("price {}, {}", named(price), asset.symbol)));
    heads.extend(models.iter().map(|model| format!("use of {}", model.model)));
    heads.push("of all".to_owned());
    let sides: Vec<(&str, Side)> = heads.iter().map(|head| (head.as_str(), Side::Right)).collect();
    let mut table = Table::new(&sides);
    for epoch in epochs {
        let jobs: u128 = epoch.average_job_price.iter().map(|price| u128::from(price.jobs)).sum();
        let mark = if epoch.open { " (open)" } else { "" };
        let mut cells = vec![
            format!("{}{mark}", grouped(epoch.epoch)),
            grouped(epoch.daily_active_providers),
            grouped(jobs),
        ];
        for tier in prices {
            let mut all = epoch.average_job_price.iter();
            let found = all.find(|price| price.privacy_tier == tier.privacy_tier);
            let price = found.and_then(|price| price.price.as_ref());
            let cut =
                |price: &Money| price.amount.to_grouped(asset.decimals, DIGITS.min(asset.decimals));
            cells.push(price.map_or_else(|| "-".to_owned(), cut));
        }
        cells.extend(epoch.models.iter().map(|model| share(&model.of)));
        cells.push(share(&epoch.utilization));
        table.row(cells);
    }
    table
}

fn notes(out: &mut Out, asset: &Asset) -> Result<(), Failure> {
    let text = format!(
        "price: what a paid job of the tier cost on average, {}, fees included. use: units of paid \
         jobs / units offered, 1 is all. -: nothing was sold or offered. A session is one \
         job of tier 0 in each epoch in which it pays.",
        asset.symbol
    );
    out.line(wrapped(&text, WIDTH, ""))
}

/// One epoch with everything behind its figures, exact.
fn in_full(out: &mut Out, epoch: &EpochMetrics, asset: &Asset) -> Result<(), Failure> {
    let state = if epoch.open { "open, so far" } else { "closed" };
    out.line(format_args!("Epoch {}, {state}", grouped(epoch.epoch)))?;
    out.line("")?;
    out.line(format_args!(
        "Daily active providers: {} with a paid job",
        grouped(epoch.daily_active_providers)
    ))?;
    out.line("")?;
    let mut table = Table::new(&[
        ("privacy tier", Side::Left),
        ("paid jobs", Side::Right),
        ("units", Side::Right),
        ("paid, fees included", Side::Right),
        ("average job price", Side::Right),
        ("of a unit", Side::Right),
    ]);
    let money = |money: &Money| shown(money.amount, asset);
    let known = |found: &Option<Money>| found.as_ref().map_or_else(|| "-".to_owned(), money);
    for price in &epoch.average_job_price {
        table.row(vec![
            format!("{} {}", price.privacy_tier, price.name.as_deref().unwrap_or("")),
            grouped(price.jobs),
            grouped(price.units),
            money(&price.paid),
            known(&price.price),
            known(&price.price_per_unit),
        ]);
    }
    table.print(out)?;
    out.line("")?;
    let mut table = Table::new(&[
        ("model", Side::Left),
        ("units paid", Side::Right),
        ("units offered", Side::Right),
        ("utilization", Side::Right),
    ]);
    let all = ("all", &epoch.utilization);
    let models = epoch.models.iter().map(|model| (model.model.as_str(), &model.of));
    for (name, of) in models.chain([all]) {
        let (paid, offered) = (grouped(of.units_paid), grouped(of.units_offered));
        table.row(vec![name.to_owned(), paid, offered, share(of)]);
    }
    table.print(out)?;
    out.line("")?;
    notes(out, asset)
}
