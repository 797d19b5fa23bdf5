//! Settles one epoch of a network with contributions.

mod carried;
mod csv;
mod json;
mod render;
mod row;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use indicatif::ProgressBar;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{EpochLength, Parameters};
use workmint_core::offline::{self, OfflineEpoch, OfflineError};
use workmint_networks::NetworkDefinition;

use super::collect::{Facts, amount};
use super::{Arguments, Settled, complete, given, out_of, refuse_quarantined};
use crate::failure::Failure;
use crate::output::{asset_of, grouped, progress};
use crate::source;
use carried::Memory;
use json::{Carried, Document};
use row::{Collected, whole};

pub(super) fn run(arguments: &Arguments, definition: &NetworkDefinition) -> Result<(), Failure> {
    let parameters = &definition.parameters;
    let name = arguments.input.display().to_string();
    let mut assumed = Vec::new();
    let rules = (parameters, source::genesis_issued(definition)?);
    let given = given(arguments, parameters)?;
    let (mut collected, mut epoch, given) = match kind(&arguments.input, &name)? {
        Kind::Csv => {
            let epoch = complete(&arguments.input, rules, (&given, false), &mut assumed)?;
            let mut collected = Collected::new(parameters, epoch.epoch, true);
            let read = |reader| csv::read(reader, &name, &mut collected);
            opened(&arguments.input, &name, read)?;
            let time_ms = closed_at(parameters, epoch.epoch, &mut assumed);
            (collected, OfflineEpoch { time_ms, ..epoch }, None)
        }
        Kind::Json => {
            let document: Document =
                opened(&arguments.input, &name, |reader| json::read(reader, &name))?;
            of_document(arguments, rules, (&given, document), &mut assumed)?
        }
    };
    let given = match (&arguments.carried, given) {
        (Some(_), Some(_)) => {
            return Err(Failure::Input(format!(
                "{name}: what earlier epochs left stands in the file and in --carried; give it once"
            )));
        }
        (Some(path), None) => Some((carried::read(path)?, path.display().to_string())),
        (None, given) => given.map(|carried| (carried, name.clone())),
    };
    let from_before = given.is_some();
    let mut memory = match given {
        Some((carried, file)) => {
            let both = (&mut epoch, &mut collected);
            carried::take((parameters, &name), (&carried, &file), both, &mut assumed)?
        }
        None => {
            assumed.push("nothing settled, rolled over or owed before".to_owned());
            Memory::default()
        }
    };
    if collected.repeated > 0 {
        assumed.push(format!("{} repeated rows count once", grouped(collected.repeated)));
    }
    memory.extend(&collected, (epoch.epoch, parameters));
    epoch.contributions = collected.rows;
    if epoch.contributions.is_empty() && epoch.backpay.is_empty() && !from_before {
        return Err(Failure::Input(format!(
            "{name}: the epoch has no contributions and nothing is owed; allowed: at least one row"
        )));
    }
    let settlement =
        offline::settle(parameters, epoch, true).map_err(|error| unsettled(&name, &error))?;
    refuse_quarantined(&settlement)?;
    let written = std::collections::HashMap::new();
    let settled = Settled { parameters, settlement, assumed, written, proofs: arguments.proofs };
    render::print(out_of(arguments)?, arguments.format(), (&settled, &memory))
}

/// How a file is read.
enum Kind {
    Csv,
    Json,
}

fn kind(path: &Path, name: &str) -> Result<Kind, Failure> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => Ok(Kind::Csv),
        Some("json") => Ok(Kind::Json),
        _ => Err(Failure::Input(format!("{name}: the name must end in .csv or .json"))),
    }
}

/// Opens a file and reads it, with a bar if it is large.
fn opened<T>(
    path: &Path,
    name: &str,
    read: impl FnOnce(Box<dyn Read>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let file = File::open(path).map_err(|error| Failure::reading(name, &error))?;
    let bytes = file.metadata().map(|data| data.len()).unwrap_or(0);
    // A line is about 90 bytes: below 100,000 of them nobody needs a bar.
    let bar =
        if bytes > 9_000_000 { progress(Some(bytes), "bytes") } else { ProgressBar::hidden() };
    let reader = BufReader::with_capacity(1 << 18, bar.wrap_read(file));
    let result = read(Box::new(reader));
    bar.finish_and_clear();
    result
}

type Whole<'a> = (Collected<'a>, OfflineEpoch, Option<Carried>);

fn of_document<'a>(
    arguments: &Arguments,
    (parameters, genesis): (&'a Parameters, Amount),
    (given, document): (&Facts, Document),
    assumed: &mut Vec<String>,
) -> Result<Whole<'a>, Failure> {
    let path = &arguments.input;
    let failed = |what: String| Failure::Input(format!("{}: {what}", path.display()));
    let number = |field: &str, number: &Option<super::json::Number>| {
        let read = number.as_ref().map(|number| whole(field, &number.0, (0, u64::MAX)));
        read.transpose().map_err(failed)
    };
    let asset = asset_of(parameters, parameters.emission.asset)?;
    let minted =
        document.minted.as_ref().map(|text| amount("minted", &text.0, asset.decimals)).transpose();
    let facts = Facts {
        epoch: number("epoch", &document.epoch)?,
        blocks: number("blocks", &document.blocks)?,
        minted: minted.map_err(failed)?,
    };
    let in_file = facts.minted.is_some();
    let facts = facts.merged(given, path)?;
    let epoch = complete(path, (parameters, genesis), (&facts, in_file), assumed)?;
    let time_ms = match number("time_ms", &document.time_ms)? {
        Some(time) => time,
        None => closed_at(parameters, epoch.epoch, assumed),
    };
    let mut collected = Collected::new(parameters, epoch.epoch, false);
    for (place, row) in (0_u64..).zip(&document.contributions) {
        let taken = collected.add(&row.text(), place);
        taken.map_err(|what| failed(format!("contributions[{place}]: {what}")))?;
    }
    let Document { rollover, backpay, settled, datasets, .. } = document;
    let carried = Carried { epoch: None, rollover, backpay, settled, datasets }.if_any();
    Ok((collected, OfflineEpoch { time_ms, ..epoch }, carried))
}

/// When an epoch closes if nothing was late, milliseconds; 0 where epochs end by blocks.
fn closed_at(parameters: &Parameters, epoch: u64, assumed: &mut Vec<String>) -> u64 {
    let time = match parameters.network.epoch_length {
        EpochLength::Time(length) => length.saturating_mul(epoch.saturating_add(1)),
        EpochLength::Blocks(_) => 0,
    };
    assumed.push(format!("closed at {} ms", grouped(time)));
    time
}

fn unsettled(name: &str, error: &OfflineError) -> Failure {
    Failure::Input(format!("{name}: {error}; sums must stay below 2^128 base units"))
}
