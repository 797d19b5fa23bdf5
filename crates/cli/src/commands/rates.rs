//! `workmint rates`: what a network pays for contributions.

use std::path::PathBuf;

use clap::Args;
use workmint_core::modules::parameters::Multiplier;
use workmint_protocol::rewards::{MultiplierWords, policy, rated, words};

use crate::failure::Failure;
use crate::output::{Out, Side, Table, print_document};
use crate::source;

/// Show what a network pays for contributions: rates, multipliers, a day's budget.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  workmint rates --network blyan\n  \
                  workmint rates --data-dir DIR --json")]
pub(crate) struct Arguments {
    /// A built-in network, or the path of a network.toml file; the only built-in network with
    /// rates unless given.
    #[arg(long, value_name = "NAME", conflicts_with = "data_dir")]
    network: Option<String>,
    /// The network's data directory.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (parameters, buckets) =
        source::buckets(arguments.network.as_deref(), arguments.data_dir.as_deref())?;
    let policy = policy(&parameters, &buckets)?;
    if arguments.json {
        return print_document(&policy);
    }
    let unit = &policy.unit;
    let mut out = Out::stdout();
    out.line(format_args!("What {} pays for contributions", parameters.network.name))?;
    let mut table = Table::new(&[
        ("stream", Side::Left),
        ("rate", Side::Left),
        ("multipliers", Side::Left),
        ("least", Side::Right),
        ("most", Side::Right),
    ]);
    for stream in rated(&parameters)? {
        let (score, words) = (stream.score, words(stream.kind()));
        let mut multipliers = range(&words.first, &score.first);
        if let Some(second) = &words.second {
            multipliers = format!("{multipliers}, {}", range(second, &score.second));
        }
        table.row(vec![
            stream.name.to_owned(),
            format!("{} for {}", unit.shown(score.rate), words.rated),
            multipliers,
            unit.shown(score.minimum),
            unit.shown(score.maximum),
        ]);
    }
    table.print(&mut out)?;
    out.line(format_args!("budget of all buckets: {} a day", unit.shown(policy.daily_budget)))?;
    out.line("least and most: what one accepted contribution is worth")?;
    out.finish()
}

fn range(words: &MultiplierWords, multiplier: &Multiplier) -> String {
    format!("{} {} to {}", words.name, multiplier.min, multiplier.max)
}
