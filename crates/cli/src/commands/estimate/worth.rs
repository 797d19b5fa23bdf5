//! What contributions are worth, for people or as document 002's JSON.

use std::path::Path;

use workmint_amounts::Amount;
use workmint_protocol::rewards::{
    self, Applied, Buckets, Error, Estimate, Question, StreamEstimate, words,
};

use super::rates::option;
use crate::failure::Failure;
use crate::output::{Out, Side, Table, print_document, scaled, wrapped};
use crate::source;

/// Width of the texts, characters.
const WIDTH: usize = 100;

pub(super) fn run(
    (network, data_dir): (Option<&str>, Option<&Path>),
    question: &Question,
    json: bool,
) -> Result<(), Failure> {
    let answer = source::buckets(network, data_dir);
    let (parameters, buckets) = answer.map_err(|failure| refused(failure, question))?;
    let estimate = rewards::estimate(&parameters, question, &buckets);
    let estimate = estimate.map_err(|error| match error {
        Error::NoStream(kind) => {
            Failure::Input(format!("{}: {error}", option(words(kind).quantity)))
        }
        Error::NotOne(kind) => Failure::Input(format!(
            "{}: {error}; allowed: that, or --daily for the work of many contributions",
            option(words(kind).quantity)
        )),
        Error::NotAsked { parameter, rule } => Failure::Input(format!(
            "{}: network {} finds it by {rule}; allowed: to leave it out",
            option(parameter),
            parameters.network.name
        )),
        _ => error.into(),
    })?;
    if json {
        return print_document(&estimate);
    }
    tell(parameters.network.name.as_str(), &estimate, &buckets)
}

/// A network that pays nothing at a rate: which option does not fit it.
fn refused(failure: Failure, question: &Question) -> Failure {
    let none = Error::NoRates.to_string();
    match failure {
        Failure::Input(text) if text == none => {
            let given = question.work.keys().map(|kind| option(words(*kind).quantity));
            let given: Vec<String> = given.collect();
            Failure::Input(format!(
                "{}: {none}; allowed: --weight W --network-weight T, or --data-dir DIR ADDRESS",
                given.join(", ")
            ))
        }
        failure => failure,
    }
}

fn tell(network: &str, estimate: &Estimate, buckets: &Buckets) -> Result<(), Failure> {
    let unit = buckets.unit();
    let mut out = Out::stdout();
    let (what, when) = match (&estimate.daily, buckets.is_live()) {
        (Some(_), _) => ("a day's work", "a day".to_owned()),
        (None, true) => ("one contribution", format!("now, epoch {}", buckets.epoch())),
        (None, false) => ("one contribution", format!("epoch {}, its first", buckets.epoch())),
    };
    out.line(format_args!("Estimate of {what} in {network}"))?;
    let has = format!("its bucket has ({when})");
    let mut table = Table::new(&[
        ("stream", Side::Left),
        ("work", Side::Left),
        ("rate", Side::Left),
        ("multipliers", Side::Left),
        ("worth", Side::Right),
        (&has, Side::Right),
    ]);
    for stream in &estimate.streams {
        table.row(vec![
            stream.stream.clone(),
            work(stream),
            format!("{} for {}", unit.shown(stream.rate), words(stream.kind).rated),
            stream.multipliers().map(multiplier).collect::<Vec<_>>().join(", "),
            unit.shown(stream.estimate),
            unit.shown(stream.available),
        ]);
    }
    table.print(&mut out)?;
    if let Some(daily) = &estimate.daily {
        out.line(format_args!(
            "total: {} of {} that all buckets have a day",
            unit.shown(daily.total),
            unit.shown(daily.budget)
        ))?;
    } else if estimate.streams.len() > 1 {
        let total = Amount::sum(estimate.streams.iter().map(|stream| stream.estimate));
        out.line(format_args!("total: {}", unit.shown(total.map_err(Failure::damage)?)))?;
    }
    out.line("")?;
    out.line("Notes")?;
    for note in &estimate.notes {
        out.line(wrapped(note, WIDTH, "  "))?;
    }
    out.finish()
}

/// `100,000 tokens`.
fn work(stream: &StreamEstimate) -> String {
    let words = words(stream.kind);
    format!("{} {}", scaled(stream.work.quantity.into(), words.decimals), words.unit)
}

/// `quality 2 -> 1.5`.
fn multiplier(applied: &Applied) -> String {
    let found = scaled(applied.found.into(), 6);
    let counts = applied.counts.to_string();
    if found == counts {
        format!("{} {counts}", applied.words.name)
    } else {
        format!("{} {found} -> {counts}", applied.words.name)
    }
}
