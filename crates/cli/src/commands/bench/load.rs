//! `workmint bench load`: durable signed transactions, beside what their signatures alone cost on
//! the same machine in the same run.

mod http;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use workmint_networks::preset;
use workmint_node::load::{LoadError, Options, Phase, Report, Way, measure};

use crate::demo::bindings;
use crate::failure::Failure;
use crate::output::{Out, grouped, print_document};

/// Send signed transactions to a node in this process and measure throughput and delay.
#[derive(Debug, Args)]
#[command(after_help = "Example: workmint bench load --seconds 5\n\n\
                  A new network is made and deleted again. Figures hold for this machine, this \
                  disk and what else runs now.")]
pub(crate) struct Arguments {
    /// How long each part lasts, seconds.
    #[arg(long, value_name = "N", default_value_t = 10,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// How many accounts send.
    #[arg(long, value_name = "N", default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    accounts: u32,
    /// Where the network's directory is made: choose the disk that shall be measured.
    #[arg(long, value_name = "DIR", default_value = ".")]
    data_dir: PathBuf,
    /// Send them over HTTP on this machine too: JSON-RPC in batches of 100, the clients beside the
    /// node.
    #[arg(long)]
    http: bool,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let definition = preset("workmint").map(workmint_networks::Preset::definition);
    let Some(Ok(definition)) = definition else {
        return Err(Failure::Damage("the built-in network cannot be read".to_owned()));
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now_ms = u64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(u64::MAX);
    let genesis = definition.genesis(now_ms, &bindings(&definition)).map_err(Failure::input)?;
    let dir = arguments.data_dir.join(format!("workmint-bench-{}", std::process::id()));
    let accounts = usize::try_from(arguments.accounts).unwrap_or(usize::MAX);
    let options = Options { seconds: arguments.seconds, accounts, ..Options::default() };
    let other = arguments.http.then_some(&http::send as Way<'_>);
    let measured = measure(&dir, genesis, (options, other));
    // Whatever came of it, the network was only made to be measured.
    let removed = std::fs::remove_dir_all(&dir);
    let report = measured.map_err(|error| match error {
        LoadError::Node(_) | LoadError::Machine(_) => Failure::Machine(error.to_string()),
        LoadError::Crowd(_) | LoadError::Refused(_) => Failure::damage(error),
    })?;
    removed.map_err(|error| Failure::writing(&dir.display().to_string(), &error))?;
    if arguments.json {
        return print_document(&document(&report));
    }
    show(&report)
}

fn share(phase: &Phase, report: &Report) -> u64 {
    phase.per_s().saturating_mul(100).checked_div(report.ceiling_per_s).unwrap_or(0)
}

fn document(report: &Report) -> Value {
    let phase = |phase: &Phase| {
        json!({
            "transactions": phase.transactions,
            "failed": phase.failed,
            "elapsed_us": phase.elapsed_us,
            "transactions_per_second": phase.per_s(),
            "percent_of_ceiling": share(phase, report),
            "p50_us": phase.p50_us,
            "p99_us": phase.p99_us,
        })
    };
    json!({
        "cores": report.cores,
        "accounts": report.accounts,
        "transaction_bytes": report.transaction_bytes,
        "signature_ceiling_per_second": report.ceiling_per_s,
        "start_to_first_answer_ms": report.start_ms,
        "idle_resident_bytes": report.idle.resident_bytes,
        "peak_resident_bytes": report.memory.peak_bytes,
        "held_ready_bytes": report.held_ready_bytes,
        "saturated": phase(&report.saturated),
        "at_80_percent": phase(&report.eighty),
        "http": report.other.as_ref().map(phase),
    })
}

fn show(report: &Report) -> Result<(), Failure> {
    let mut out = Out::stdout();
    out.line(format_args!(
        "Machine     {} cores, {} accounts, transfers of {} bytes",
        report.cores,
        grouped(report.accounts as u64),
        report.transaction_bytes
    ))?;
    out.line(format_args!(
        "Start       {} ms from opening the directory to the first answer, {} MiB resident",
        report.start_ms,
        report.idle.resident_bytes >> 20
    ))?;
    out.line(format_args!(
        "Ceiling     {} signatures recovered per second, all cores and nothing else",
        grouped(report.ceiling_per_s)
    ))?;
    let parts = [("Saturated", Some(&report.saturated)), ("At 80 %", Some(&report.eighty))];
    let parts = parts.into_iter().chain([("HTTP", report.other.as_ref())]);
    for (name, phase) in parts.filter_map(|(name, phase)| phase.map(|phase| (name, phase))) {
        out.line(format_args!(
            "{name:<11} {} durable transactions per second ({} % of the ceiling); answered in \
             {}.{:03} ms (p50), {}.{:03} ms (p99); {} failed",
            grouped(phase.per_s()),
            share(phase, report),
            phase.p50_us / 1_000,
            phase.p50_us % 1_000,
            phase.p99_us / 1_000,
            phase.p99_us % 1_000,
            phase.failed
        ))?;
    }
    out.line(format_args!(
        "Memory      {} MiB at its peak, of which {} MiB are signed transactions held ready",
        report.memory.peak_bytes >> 20,
        report.held_ready_bytes >> 20
    ))?;
    out.finish()
}
