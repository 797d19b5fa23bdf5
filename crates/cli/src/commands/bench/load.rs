//! `workmint bench load`: durable signed transactions, beside what their signatures alone cost on
//! the same machine in the same run.

mod http;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use workmint_node::load::{LoadError, Options, Phase, Report, Ways, measure};

use super::network;
use crate::failure::Failure;
use crate::output::{Out, grouped, print_document, scaled, stages};

/// Send signed transactions to a node in this process and measure throughput and delay.
///
/// Makes a new network, sends it transfers between known accounts, and deletes it again. What the
/// node does is compared with the ceiling: decoding and recovering the same transactions on all
/// cores and nothing else, measured in the same run, before and after.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  workmint bench load
  workmint bench load --seconds 5 --http
  workmint bench load --data-dir /mnt/disk-to-measure --json

Rows:
  Ceiling    signatures recovered a second (clock), and processor time of each
  Saturated  as many transactions as the node makes durable: 32 batches of 100 on their way
  At 80 %    four fifths of that, arriving evenly; delay counts from when one was due
  HTTP       as many as it takes over loopback, 32 clients in this process beside it, one
             JSON-RPC batch of 100 each
  Disk       how long one write of blocks took; on a busy disk this, not the cores, is the limit
  Delay is from handing a batch over to the durable answer of its last transaction. On a machine
  that does other work too, trust the share of processor time, not that of the clock.

Exit codes: 0 measured; 1 a transaction failed; 2 wrong input; 4 the machine refused.")]
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
    /// Send them over HTTP on this machine too.
    #[arg(long)]
    http: bool,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dir = arguments.data_dir.join(format!("workmint-bench-{}", std::process::id()));
    let accounts = usize::try_from(arguments.accounts).unwrap_or(usize::MAX);
    let options = Options { seconds: arguments.seconds, accounts, ..Options::default() };
    let bar = stages();
    let ways = Ways {
        other: if arguments.http { Some(&http::send) } else { None },
        watch: &|stage| bar.set_message(stage),
    };
    let measured = measure(&dir, network()?, (options, ways));
    bar.finish_and_clear();
    // Whatever came of it, the network was only made to be measured.
    let removed = std::fs::remove_dir_all(&dir);
    let report = measured.map_err(|error| match error {
        LoadError::Node(_) | LoadError::Machine(_) => Failure::Machine(error.to_string()),
        LoadError::Crowd(_) | LoadError::Refused(_) => Failure::damage(error),
    })?;
    removed.map_err(|error| Failure::writing(&dir.display().to_string(), &error))?;
    if arguments.json {
        print_document(&document(&report))?;
    } else {
        show(&report)?;
    }
    judge(&report)
}

/// A rate of which a part failed is not what it says.
fn judge(report: &Report) -> Result<(), Failure> {
    let phases = [Some(&report.saturated), Some(&report.eighty), report.other.as_ref()];
    let failed = phases.into_iter().flatten().find(|phase| phase.failed > 0);
    failed.map_or(Ok(()), |phase| {
        let first = phase.first_failure.as_deref().unwrap_or("no answer");
        Err(Failure::Check(format!("{} transactions failed, the first: {first}", phase.failed)))
    })
}

/// Share of the ceiling by the clock, and of processor time that went to signatures; in percent.
fn shares(phase: &Phase, report: &Report) -> (u64, u64) {
    let percent = |part: u64, whole: u64| part.saturating_mul(100).checked_div(whole).unwrap_or(0);
    (
        percent(phase.per_s(), report.ceiling.per_s()),
        percent(report.ceiling.processor_ns_each(), phase.processor_ns_each()),
    )
}

fn document(report: &Report) -> Value {
    let phase = |phase: &Phase| {
        let (of_ceiling, signatures) = shares(phase, report);
        json!({
            "transactions": phase.transactions,
            "failed": phase.failed,
            "first_failure": phase.first_failure,
            "elapsed_us": phase.elapsed_us,
            "transactions_per_second": phase.per_s(),
            "percent_of_ceiling": of_ceiling,
            "processor_ns_each": phase.processor_ns_each(),
            "percent_of_processor_time_for_signatures": signatures,
            "p50_us": phase.p50_us,
            "p99_us": phase.p99_us,
            "max_us": phase.max_us,
        })
    };
    json!({
        "cores": report.cores,
        "accounts": report.accounts,
        "transaction_bytes": report.transaction_bytes,
        "signature_ceiling_per_second": report.ceiling.per_s(),
        "signature_processor_ns": report.ceiling.processor_ns_each(),
        "start_to_first_answer_ms": report.start_ms,
        "idle_resident_bytes": report.idle.resident_bytes,
        "peak_resident_bytes": report.memory.peak_bytes,
        "held_ready_bytes": report.held_ready_bytes,
        "saturated": phase(&report.saturated),
        "writes": report.writes.0,
        "writes_us": report.writes.1,
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
        "Ceiling     {} signatures recovered per second, {} us of processor time each",
        grouped(report.ceiling.per_s()),
        report.ceiling.processor_ns_each() / 1_000
    ))?;
    let parts = [("Saturated", Some(&report.saturated)), ("At 80 %", Some(&report.eighty))];
    let parts = parts.into_iter().chain([("HTTP", report.other.as_ref())]);
    for (name, phase) in parts.filter_map(|(name, phase)| phase.map(|phase| (name, phase))) {
        row(&mut out, name, phase, report)?;
    }
    let (writes, waited_us) = report.writes;
    out.line(format_args!(
        "Disk        {} writes while saturated, {} ms each with its sync",
        grouped(writes),
        scaled(waited_us.checked_div(writes).unwrap_or(0).into(), 3)
    ))?;
    out.line(format_args!(
        "Memory      {} MiB at its peak, of which up to {} MiB are signed transactions held ready",
        report.memory.peak_bytes >> 20,
        report.held_ready_bytes >> 20
    ))?;
    out.finish()
}

fn row(out: &mut Out, name: &str, phase: &Phase, report: &Report) -> Result<(), Failure> {
    let (of_ceiling, signatures) = shares(phase, report);
    out.line(format_args!(
        "{name:<11} {} durable transactions per second: {of_ceiling} % of the ceiling; {} failed",
        grouped(phase.per_s()),
        grouped(phase.failed)
    ))?;
    out.line(format_args!(
        "            {} us of processor time each, {signatures} % of it for its signature",
        phase.processor_ns_each() / 1_000
    ))?;
    out.line(format_args!(
        "            answered after {} ms (p50), {} ms (p99), {} ms (longest)",
        scaled(phase.p50_us.into(), 3),
        scaled(phase.p99_us.into(), 3),
        scaled(phase.max_us.into(), 3)
    ))
}
