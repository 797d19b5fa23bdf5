//! `workmint bench load`: durable signed transactions, beside what their signatures alone cost on
//! the same machine in the same run.

mod http;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use workmint_node::load::{LoadError, Options, Phase, Report, Ways, measure};

use super::{network, phase};
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

/// What was measured, if no transaction of any part failed.
fn judge(report: &Report) -> Result<(), Failure> {
    let phases = [Some(&report.saturated), Some(&report.eighty), report.other.as_ref()];
    let failure = phases.into_iter().flatten().find_map(phase::failure);
    failure.map_or(Ok(()), |failure| Err(Failure::Check(failure)))
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
    let part = |phase: &Phase| {
        let (of_ceiling, signatures) = shares(phase, report);
        let mut part = phase::document(phase);
        part.insert("percent_of_ceiling".to_owned(), of_ceiling.into());
        part.insert("processor_ns_each".to_owned(), phase.processor_ns_each().into());
        part.insert("percent_of_processor_time_for_signatures".to_owned(), signatures.into());
        part
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
        "saturated": part(&report.saturated),
        "writes": report.writes.0,
        "writes_us": report.writes.1,
        "at_80_percent": part(&report.eighty),
        "http": report.other.as_ref().map(part),
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
    out.line(phase::delays(phase))
}

#[cfg(test)]
mod tests {
    use workmint_node::load::process::Memory;

    use super::*;

    fn report(failed: [u64; 3]) -> Report {
        let phase = |failed| Phase { transactions: 100, failed, ..Phase::default() };
        let [saturated, eighty, other] = failed.map(phase);
        Report {
            cores: 2,
            accounts: 10,
            transaction_bytes: 110,
            ceiling: phase(0),
            start_ms: 5,
            idle: Memory::default(),
            saturated,
            writes: (7, 700),
            eighty,
            other: Some(other),
            memory: Memory::default(),
            held_ready_bytes: 0,
        }
    }

    #[test]
    fn a_failure_of_any_part_is_one_of_the_measurement() {
        assert!(judge(&report([0; 3])).is_ok());
        assert!(judge(&Report { other: None, ..report([0; 3]) }).is_ok());
        for part in 0..3 {
            let mut failed = [0; 3];
            failed[part] = 3;
            let Err(Failure::Check(told)) = judge(&report(failed)) else {
                panic!("part {part} failed unseen")
            };
            assert!(told.starts_with("3 transactions failed"), "{told}");
        }
    }
}
