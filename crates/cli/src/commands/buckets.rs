//! `workmint buckets`: what buckets have, how much of it is used and what they owe.

use std::path::PathBuf;

use clap::Args;
use workmint_protocol::rewards::{Alert, BucketStatus, Buckets, metrics, percent};

use crate::failure::Failure;
use crate::output::{Out, Side, Table, grouped, print_document};
use crate::source;

/// Show what buckets have, how much of it is used and what they owe.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  workmint buckets --network blyan\n  \
                  workmint buckets --data-dir DIR --json\n  \
                  workmint buckets --data-dir DIR --metrics --json")]
pub(crate) struct Arguments {
    /// A built-in network, or the path of a network.toml file: the budgets of its first epoch; the
    /// only built-in network with rates unless given.
    #[arg(long, value_name = "NAME", conflicts_with = "data_dir")]
    network: Option<String>,
    /// The network's data directory.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Show what to watch: utilization, backpay, health of budgets, alerts.
    #[arg(long)]
    metrics: bool,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (parameters, buckets) =
        source::buckets(arguments.network.as_deref(), arguments.data_dir.as_deref())?;
    let metrics = metrics(&parameters, &buckets)?;
    let status = buckets.status()?;
    if arguments.json {
        return if arguments.metrics { print_document(&metrics) } else { print_document(&status) };
    }
    let mut out = Out::stdout();
    let first = if buckets.is_live() { "open epoch" } else { "first epoch" };
    out.line(format_args!(
        "Buckets of {}, {first} {}",
        parameters.network.name,
        grouped(buckets.epoch())
    ))?;
    if arguments.metrics {
        watched(&mut out, &buckets)?;
        alerts(&mut out, &metrics.alerts)?;
    } else {
        budgets(&mut out, &status)?;
    }
    out.line("entries: one for each recipient and epoch that is owed")?;
    out.finish()
}

fn budgets(out: &mut Out, status: &BucketStatus) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("stream", Side::Left),
        ("available", Side::Right),
        ("target", Side::Right),
        ("floor", Side::Right),
        ("ceiling", Side::Right),
        ("used in 24 h", Side::Right),
        ("owed", Side::Right),
        ("entries", Side::Right),
    ]);
    for bucket in &status.buckets {
        let shown = |amount| bucket.unit.shown(amount);
        table.row(vec![
            bucket.stream.clone(),
            shown(bucket.available),
            shown(bucket.line.target),
            shown(bucket.line.floor),
            shown(bucket.line.ceiling),
            format!("{} %", percent(bucket.utilization)),
            shown(bucket.backpay_queue),
            grouped(bucket.backpay_queue_size),
        ]);
    }
    table.print(out)
}

fn watched(out: &mut Out, buckets: &Buckets) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("stream", Side::Left),
        ("used in 24 h", Side::Right),
        ("owed", Side::Right),
        ("entries", Side::Right),
        ("budget", Side::Left),
    ]);
    for (state, utilization) in buckets.all() {
        let healthy = state.available >= state.line.floor;
        table.row(vec![
            state.stream.to_string(),
            format!("{} %", percent(utilization)),
            buckets.unit().shown(state.owed),
            grouped(state.owed_rows),
            if healthy { "at least its floor" } else { "below its floor" }.to_owned(),
        ]);
    }
    table.print(out)
}

fn alerts(out: &mut Out, alerts: &[Alert]) -> Result<(), Failure> {
    if alerts.is_empty() {
        return out.line("no alerts");
    }
    for alert in alerts {
        out.line(format_args!("alert: {}", alert.message()))?;
    }
    Ok(())
}
