//! `workmint health`: whether a network's buckets are healthy.

use std::path::PathBuf;

use clap::Args;
use workmint_protocol::rewards::{Status, health};

use crate::failure::Failure;
use crate::output::{Out, print_document};
use crate::source;

/// Say whether a network's buckets are healthy, and what is wrong.
#[derive(Debug, Args)]
#[command(after_help = "Example: workmint health --data-dir DIR --json\n\n\
                  Exit codes: 0 healthy or degraded; 1 critical; 2 there is no such directory, or \
                  the network has no buckets.")]
pub(crate) struct Arguments {
    /// The network's data directory.
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (parameters, buckets) = source::buckets(None, Some(&arguments.data_dir))?;
    let health = health(&parameters, &buckets)?;
    if arguments.json {
        print_document(&health)?;
    } else {
        let mut out = Out::stdout();
        let network = &parameters.network.name;
        out.line(format_args!("{network}, epoch {}: {}", buckets.epoch(), health.status))?;
        for issue in &health.issues {
            out.line(format_args!("  {issue}"))?;
        }
        out.finish()?;
    }
    match health.status {
        Status::Healthy | Status::Degraded => Ok(()),
        Status::Critical => Err(Failure::Check(format!("the state is {}", health.status))),
    }
}
