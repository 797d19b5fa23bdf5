//! `workmint calculator`: what typical work earns.

use std::path::PathBuf;

use clap::Args;
use workmint_core::modules::parameters::ContributionKind;
use workmint_protocol::rewards::{Calculation, Each, Scenario, ScenarioWork, calculate};

use super::estimate::rates::{gigabytes, improvement, tasks, tokens};
use crate::failure::Failure;
use crate::output::{Out, Side, Table, print_document, scaled, wrapped};
use crate::source;

/// Width of the texts, characters.
const WIDTH: usize = 100;

/// Calculate what typical work earns in a network that pays contributions at a rate.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  workmint calculator --scenario inference_hour --tokens-per-hour \
                  100000 --hours 8\n  workmint calculator --network blyan --scenario \
                  dataset_upload --gb-per-upload 50 --json\n\n\
                  Every multiplier is the usual one; workmint estimate takes others."
)]
pub(crate) struct Arguments {
    /// A built-in network, or the path of a network.toml file; the only built-in network with
    /// rates unless given.
    #[arg(long, value_name = "NAME", conflicts_with = "data_dir")]
    network: Option<String>,
    /// The network's data directory.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// What work: custom (one of each), inference_hour, learning_session, validation_batch or
    /// dataset_upload.
    #[arg(long, value_name = "NAME", default_value_t = Scenario::Custom)]
    scenario: Scenario,
    /// Hours it takes, above 0, at most 8760, with at most 3 decimals; 1 unless given.
    #[arg(long, value_name = "H", value_parser = hours, allow_negative_numbers = true)]
    hours: Option<u64>,
    /// Tokens an hour; 100,000 unless given.
    #[arg(long, value_name = "N", value_parser = tokens, allow_negative_numbers = true)]
    tokens_per_hour: Option<u64>,
    /// The improvement, per cent of the model's recorded loss; 2 unless given.
    #[arg(long, value_name = "P", value_parser = improvement, allow_negative_numbers = true)]
    improvements_per_session: Option<u64>,
    /// Tasks; 50 unless given.
    #[arg(long, value_name = "N", value_parser = tasks, allow_negative_numbers = true)]
    tasks_per_batch: Option<u64>,
    /// Size of the dataset, GB of 10^9 bytes; 10 unless given.
    #[arg(long, value_name = "GB", value_parser = gigabytes, allow_negative_numbers = true)]
    gb_per_upload: Option<u64>,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

/// Hours as text to thousandths.
fn hours(text: &str) -> Result<u64, String> {
    let read = workmint_amounts::Amount::parse_decimal(text, 3).ok();
    let read = read.and_then(|hours| u64::try_from(hours.get()).ok());
    read.filter(|hours| (1..=8_760_000).contains(hours))
        .ok_or_else(|| "allowed: 0.001 to 8760 hours, with at most 3 decimals".to_owned())
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let work = work(arguments)?;
    let (parameters, _) =
        source::buckets(arguments.network.as_deref(), arguments.data_dir.as_deref())?;
    let calculation = calculate(&parameters, arguments.scenario, &work)?;
    if arguments.json {
        return print_document(&calculation);
    }
    tell(parameters.network.name.as_str(), &calculation)
}

/// The scenario's work; a quantity that it has not is refused.
fn work(arguments: &Arguments) -> Result<ScenarioWork, Failure> {
    let usual = ScenarioWork::default();
    let (tokens, session) = (arguments.tokens_per_hour, arguments.improvements_per_session);
    let (tasks, upload) = (arguments.tasks_per_batch, arguments.gb_per_upload);
    let given = [
        ("--tokens-per-hour", tokens, ContributionKind::Tokens),
        ("--improvements-per-session", session, ContributionKind::Improvement),
        ("--tasks-per-batch", tasks, ContributionKind::Tasks),
        ("--gb-per-upload", upload, ContributionKind::Dataset),
    ];
    for (option, value, kind) in given {
        if value.is_some() && !arguments.scenario.has(kind) {
            let has = given.iter().find(|(_, _, kind)| arguments.scenario.has(*kind));
            return Err(Failure::Input(format!(
                "{option}: scenario {} has none; allowed: {}, --hours",
                arguments.scenario,
                has.map_or("", |(option, _, _)| *option)
            )));
        }
    }
    Ok(ScenarioWork {
        hours: arguments.hours.unwrap_or(usual.hours),
        tokens_per_hour: tokens.unwrap_or(usual.tokens_per_hour),
        improvements_per_session: session.unwrap_or(usual.improvements_per_session),
        tasks_per_batch: tasks.unwrap_or(usual.tasks_per_batch),
        gb_per_upload: upload.unwrap_or(usual.gb_per_upload),
    })
}

fn tell(network: &str, calculation: &Calculation) -> Result<(), Failure> {
    let unit = &calculation.unit;
    let mut out = Out::stdout();
    let hours = scaled(calculation.hours.into(), 3);
    out.line(format_args!("Scenario {} in {network}, {hours} h", calculation.scenario))?;
    let mut table = Table::new(&[
        ("stream", Side::Left),
        ("work", Side::Left),
        ("reward", Side::Right),
        ("that is", Side::Left),
    ]);
    for line in &calculation.estimates {
        table.row(vec![
            line.stream.clone(),
            line.description.clone(),
            unit.shown(line.reward),
            match line.each {
                Each::PerHour(amount) => format!("{} an hour", unit.shown(amount)),
                Each::Factors { base, .. } => {
                    format!("{} without its multipliers", unit.shown(base))
                }
                Each::PerTask(amount) => format!("{} a task", unit.shown(amount)),
                Each::PerGb(amount) => format!("{} a GB", unit.shown(amount)),
            },
        ]);
    }
    table.print(&mut out)?;
    out.line(format_args!(
        "total: {}, {} an hour",
        unit.shown(calculation.total),
        unit.shown(calculation.hourly_rate)
    ))?;
    for note in &calculation.notes {
        out.line(wrapped(note, WIDTH, ""))?;
    }
    out.finish()
}
