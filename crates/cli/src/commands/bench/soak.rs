//! `workmint bench soak`: a node of its own process under moderate load for long. It must neither
//! grow nor err, stop in order, and leave a journal that the auditor finds equal.

mod child;
mod senders;
mod verdict;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::EpochLength;
use workmint_core::time::Duration as Length;
use workmint_networks::duration;
use workmint_node::load::Crowd;
use workmint_node::load::process::{descriptors, memory};
use workmint_node::{Config, Node};

use super::client::FAILED;
use super::{network, phase};
use crate::failure::Failure;
use crate::output::{Out, grouped, print_document, stages};
use child::Child;
use senders::Load;
use verdict::{Growth, Kept, Sample, Seen};

/// Keep a node under moderate load for long and see that it neither grows nor errs.
///
/// Makes a new network, starts a node of it as a process of its own, and sends it signed transfers
/// and questions over HTTP at an even rate. Its memory and open files are sampled all the time; the
/// first third is warm-up. Then the node is stopped, started again on what it wrote, stopped, and
/// audited. The network is deleted in the end, unless something was wrong.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  workmint bench soak --length 60s
  workmint bench soak --length 30m --rate 1000 --json

It passes if no transaction fails, the load takes at most a twentieth (5 s at least) longer than its
length, none is lost by the stop, the median memory of the last third is
at most a tenth above that of the middle third, the last third has at most 16 more files open than
the middle third had, and the audit finds everything equal. Caches fill for some minutes: a run of
less than ten may say that memory grew.

Exit codes: 0 all of that held; 1 something did not; 2 wrong input; 4 the machine refused.")]
pub(crate) struct Arguments {
    /// How long the load lasts: 60s, 30m, 8h.
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = length)]
    length: Duration,
    /// Transactions a second.
    #[arg(long, value_name = "N", default_value_t = 1_000,
          value_parser = clap::value_parser!(u32).range(10..=100_000))]
    rate: u32,
    /// Where the network's directory is made.
    #[arg(long, value_name = "DIR", default_value = ".")]
    data_dir: PathBuf,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

/// Accounts that send.
const ACCOUNTS: usize = 1_000;
/// Base units of each.
const EACH: Amount = Amount::new(100_000_000_000_000);
/// So many epochs end during the load, but none is shorter than this.
const EPOCHS: u32 = 60;
const SHORTEST_EPOCH: Duration = Duration::from_secs(5);
/// So many samples are taken, but at most four a second.
const SAMPLES: u32 = 600;
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);

/// At least as long as a verdict needs samples of three thirds.
fn length(text: &str) -> Result<Duration, String> {
    let shortest = Duration::from_secs(15);
    let given = match duration(text) {
        Some(Length::Milliseconds(length)) => Duration::from_millis(length),
        Some(Length::Epochs(_)) | None => Duration::ZERO,
    };
    if given < shortest {
        return Err(format!("allowed: {} s or more, as 60s, 30m, 8h", shortest.as_secs()));
    }
    Ok(given)
}

/// What was seen, and how it started.
struct Report {
    seen: Seen,
    /// From starting the process to its first answer: on a network without blocks, and on one with
    /// all of the load's.
    first_start: Start,
    second_start: Start,
}

/// How a start went.
#[derive(Clone, Copy)]
struct Start {
    took: Duration,
    resident_bytes: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dir = arguments.data_dir.join(format!("workmint-soak-{}", std::process::id()));
    let report = soak(arguments, &dir)?;
    if arguments.json {
        print_document(&document(&report))?;
    } else {
        show(&report)?;
    }
    let wrong = report.seen.wrong();
    if wrong.is_empty() {
        return std::fs::remove_dir_all(&dir)
            .map_err(|error| Failure::writing(&dir.display().to_string(), &error));
    }
    Err(Failure::Check(format!("{}; its data is in {}", wrong.join("; "), dir.display())))
}

fn soak(arguments: &Arguments, dir: &Path) -> Result<Report, Failure> {
    let bar = stages();
    bar.set_message("making a network");
    let mut genesis = network()?;
    let epoch = (arguments.length / EPOCHS).max(SHORTEST_EPOCH);
    let epoch = u64::try_from(epoch.as_millis()).unwrap_or(u64::MAX);
    genesis.parameters.network.epoch_length = EpochLength::Time(epoch);
    Crowd::fund(&mut genesis, ACCOUNTS, EACH).map_err(Failure::damage)?;
    let machine = |error: &dyn std::fmt::Display| Failure::Machine(error.to_string());
    let node = Node::start(Config { genesis: Some(genesis), ..Config::new(dir.to_path_buf()) });
    let node = node.map_err(|error| machine(&error))?;
    let crowd = Crowd::new(ACCOUNTS, node.chain(), &node.genesis().parameters);
    node.stop();
    drop(node);
    let crowd = crowd.map_err(Failure::damage)?;
    let (first, first_start) = start(dir)?;
    bar.set_message("load");
    let load = Load { crowd: &crowd, rate: arguments.rate, length: arguments.length };
    let failed = first.failed()?;
    let (mut load, samples) = load.run(&first.rpc, || sample(&first), pause(arguments.length))?;
    // All that was answered with a hash is counted in nonces, whatever came of it.
    let answered = load.transactions;
    load.take_back(first.failed()?.saturating_sub(failed), FAILED);
    let height = first.height()?;
    bar.set_message("stop and start");
    first.stop()?;
    let (second, second_start) = start(dir)?;
    let height = Kept { before: height, after: second.height()? };
    let transactions = Kept { before: answered, after: second.nonces(&crowd)? };
    second.stop()?;
    bar.set_message("audit");
    let audit = child::audit(dir)?;
    bar.finish_and_clear();
    let growth = Growth::of(&samples);
    let length = arguments.length;
    let seen = Seen { length, load, growth, height, transactions, audit };
    Ok(Report { seen, first_start, second_start })
}

fn pause(length: Duration) -> Duration {
    (length / SAMPLES).max(SHORTEST_PAUSE)
}

fn start(dir: &Path) -> Result<(Child, Start), Failure> {
    let began = Instant::now();
    let child = Child::start(dir)?;
    child.height()?;
    let took = began.elapsed();
    let resident_bytes = memory(Some(child.id())).resident_bytes;
    Ok((child, Start { took, resident_bytes }))
}

fn sample(child: &Child) -> Sample {
    Sample {
        resident_bytes: memory(Some(child.id())).resident_bytes,
        descriptors: descriptors(child.id()).unwrap_or(0),
    }
}

fn document(report: &Report) -> Value {
    let Seen { load, growth, height, audit, .. } = &report.seen;
    let start = |start: &Start| {
        json!({
            "first_answer_ms": u64::try_from(start.took.as_millis()).unwrap_or(u64::MAX),
            "resident_bytes": start.resident_bytes,
        })
    };
    let more = json!({
        "height": height.before,
        "samples": growth.samples,
        "middle_third_resident_bytes": growth.middle.resident_bytes,
        "last_third_resident_bytes": growth.last.resident_bytes,
        "middle_third_open_files": growth.middle.descriptors,
        "last_third_open_files": growth.last.descriptors,
        "first_start": start(&report.first_start),
        "second_start": start(&report.second_start),
        "audit_equal": audit.is_ok(),
        "wrong": report.seen.wrong(),
    });
    let mut document = phase::document(load);
    document.extend(more.as_object().cloned().unwrap_or_default());
    document.into()
}

fn show(report: &Report) -> Result<(), Failure> {
    let Seen { load, growth, height, audit, .. } = &report.seen;
    let mut out = Out::stdout();
    out.line(format_args!(
        "Load        {} durable transactions, {} per second, {} blocks; {} failed",
        grouped(load.transactions),
        grouped(load.per_s()),
        grouped(height.before),
        grouped(load.failed)
    ))?;
    out.line(format_args!("{}, from when due", phase::delays(load)))?;
    out.line(format_args!(
        "Memory      {} MiB in the middle third, {} MiB in the last (medians of {} samples)",
        growth.middle.resident_bytes >> 20,
        growth.last.resident_bytes >> 20,
        growth.samples / 3
    ))?;
    out.line(format_args!(
        "Open files  at most {} in the middle third, {} in the last",
        growth.middle.descriptors, growth.last.descriptors
    ))?;
    for (what, start) in
        [("without blocks", &report.first_start), ("on what it wrote", &report.second_start)]
    {
        out.line(format_args!(
            "Start       {} ms to the first answer, {} MiB resident ({what})",
            start.took.as_millis(),
            start.resident_bytes >> 20
        ))?;
    }
    match audit {
        Ok(said) => out.line(format_args!("Audit       {said}"))?,
        Err(difference) => out.line(format_args!("Audit       not equal: {difference}"))?,
    }
    out.finish()
}
