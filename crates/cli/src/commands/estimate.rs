//! `workmint estimate`: what a participant earns, exactly where that is known, as a band beyond;
//! what contributions are worth, in networks that pay them at a rate; what a job costs a customer.

mod contributed;
mod job;
pub(super) mod rates;
mod report;
mod worth;

use std::path::PathBuf;

use clap::Args;
use workmint_answers::AnswerError;
use workmint_answers::estimate::{self as answer, Estimated};
use workmint_core::Address;

use crate::commands::explain::{self, delegator};
use crate::failure::Failure;
use crate::output::{Out, print_json};
use crate::source;

/// What a participant earns: the open epoch exactly, then a band with its assumptions. What
/// contributions are worth, in networks that pay them at a rate. What a job costs its customer.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  workmint estimate --data-dir workmint-data/demo-gonka 0xAbC...\n  \
                  workmint estimate --network gonka --weight 100 --network-weight 1000\n  \
                  workmint estimate --network gonka --weight 100 --network-weight 1000 \
                  --collateral 40 --epoch 365\n  \
                  workmint estimate --network blyan --tokens 100000 --quality 1.1\n  \
                  workmint estimate --network blyan --improvement-pct 2 --difficulty 2 --json\n  \
                  workmint estimate --data-dir DIR --dataset-gb 50 --dataset-quality 0.9\n  \
                  workmint estimate --network blyan --daily --tokens 800000 \
                  --validation-tasks 200\n  \
                  workmint estimate --network hanzo --model qwen3-30b --tokens 100000 \
                  --tier gpu-tee\n  \
                  workmint estimate --data-dir DIR --model qwen3-30b --tokens 1000 --tier 2 \
                  --quality 1.2 --json\n\n\
                  A band is arithmetic on stated assumptions, not a promise. What a contribution \
                  is worth is exact;\nwhen its bucket pays it depends on what else becomes final."
)]
pub(crate) struct Arguments {
    /// The network's data directory.
    #[arg(long, value_name = "DIR", required_unless_present = "network")]
    data_dir: Option<PathBuf>,
    /// The participant.
    #[arg(value_parser = source::address, requires = "data_dir")]
    address: Option<Address>,
    /// Estimate without a data directory: a built-in network, or the path of a network.toml file.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["data_dir", "address"])]
    network: Option<String>,
    /// Your weight (of all your accepted compute proofs), at least 1.
    #[arg(long, value_name = "W", requires = "network", value_parser = weight)]
    weight: Option<u64>,
    /// Effective weight of the whole network, yours included; at least your own.
    #[arg(long, value_name = "T", requires = "network", value_parser = weight)]
    network_weight: Option<u64>,
    /// Your collateral in display units, such as 40 or 0.5; without it all of your weight counts.
    #[arg(long, value_name = "C", requires = "network")]
    collateral: Option<String>,
    /// The epoch to begin with; by default the first that mints.
    #[arg(long, value_name = "N", requires = "network", value_parser = epoch)]
    epoch: Option<u64>,
    /// Time a block takes, seconds, 0.001 to 86400: for networks whose epochs are counted in
    /// blocks.
    #[arg(
        long,
        value_name = "SECONDS",
        requires = "network",
        value_parser = block_time,
        default_value = "5"
    )]
    block_time: u64,
    /// What a job of this model costs its customer, by the model's id; --tokens are its units of
    /// work, --quality what reporters are taken to measure.
    #[arg(long, value_name = "ID", requires = "tokens", help_heading = "Jobs",
          conflicts_with_all = ["address", "weight", "network_weight", "improvement_pct",
                                "validation_tasks", "dataset_gb", "daily"])]
    model: Option<String>,
    /// The job's privacy tier, by name or number.
    #[arg(
        long,
        value_name = "TIER",
        requires = "model",
        help_heading = "Jobs",
        default_value = "0"
    )]
    tier: String,
    #[command(flatten)]
    rates: rates::Options,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

/// Seconds as text to milliseconds.
fn block_time(text: &str) -> Result<u64, String> {
    let read = workmint_amounts::Amount::parse_decimal(text, 3).ok();
    let milliseconds = read.and_then(|time| u64::try_from(time.get()).ok());
    milliseconds
        .filter(|time| (1..=86_400_000).contains(time))
        .ok_or_else(|| "allowed: 0.001 to 86400 seconds, with at most 3 decimals".to_owned())
}

fn epoch(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "allowed: whole numbers from the first epoch that mints".to_owned())
}

fn weight(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(weight) if weight > 0 => Ok(weight),
        _ => Err(format!("allowed: whole numbers from 1 to {}", u64::MAX)),
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let (Some(model), Some((units, quality))) = (&arguments.model, arguments.rates.tokens()) {
        let source = (arguments.network.as_deref(), arguments.data_dir.as_deref());
        let asked = answer::Asked { model, tier: &arguments.tier, units, quality };
        return job::run(source, asked, arguments.json);
    }
    if let Some(question) = arguments.rates.question() {
        if arguments.address.is_some() || arguments.weight.is_some() {
            return Err(Failure::input(
                "what contributions are worth depends on no participant and no weight; allowed: \
                 either contributions, or ADDRESS, or --weight W --network-weight T",
            ));
        }
        let source = (arguments.network.as_deref(), arguments.data_dir.as_deref());
        return worth::run(source, &question, arguments.json);
    }
    if arguments.rates.daily {
        return Err(Failure::input(
            "--daily: a day of what? Needed: contributions, such as --tokens",
        ));
    }
    let estimate = match (&arguments.data_dir, &arguments.address, &arguments.network) {
        (Some(dir), Some(address), _) => {
            let estimated = answer::of_account(&source::directory(dir)?, address);
            match estimated.map_err(|error| explain::named(&error))? {
                Estimated::Participant(estimate) => *estimate,
                Estimated::Delegator(found) => return delegator::print(&found, arguments.json),
            }
        }
        (_, _, Some(network)) => by_weight(arguments, network)?,
        _ => return Err(Failure::input(NEEDED)),
    };
    if arguments.json {
        return print_json(&estimate.document()?);
    }
    report::tell(Out::stdout(), &estimate)
}

/// An answer's error with the options of this command.
fn named(error: &AnswerError) -> Failure {
    let option = error.field().map_or_else(String::new, rates::option);
    match Failure::answer(error, &option) {
        Failure::Input(text) => {
            Failure::Input(text.replace("network_weight", &rates::option("network_weight")))
        }
        other => other,
    }
}

/// What an estimate needs.
const NEEDED: &str = "needed: --data-dir DIR ADDRESS, or --network NAME --weight W \
                      --network-weight T, or contributions such as --tokens N with either";

/// The estimate by weight, if the network pays any and both weights are given.
fn by_weight(arguments: &Arguments, network: &str) -> Result<answer::Estimate, Failure> {
    let definition = source::network(network)?;
    rates::check_weighs(&definition.parameters)?;
    let (Some(weight), Some(network_weight)) = (arguments.weight, arguments.network_weight) else {
        return Err(Failure::input(NEEDED));
    };
    let question = answer::Question {
        weight,
        network_weight,
        collateral: arguments.collateral.as_deref(),
        epoch: arguments.epoch,
        block_ms: arguments.block_time,
        block_time: "--block-time",
    };
    answer::by_weight(&definition, &question).map_err(|error| named(&error))
}
