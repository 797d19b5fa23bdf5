//! Participants from CSV: one line per node.

use std::io::Read;

use csv::{ErrorKind, ReaderBuilder, StringRecord, Trim};
use workmint_core::modules::parameters::{ModelId, Parameters};
use workmint_core::offline::OfflineNode;

use super::collect::{Collected, Whole, amount, count, model};
use super::providers::Said;
use crate::failure::Failure;

/// The columns, in the documented order; a file may have them in any. Only the first is required:
/// a column left out is as if all its fields were empty.
const COLUMNS: [&str; 21] = [
    "account",
    "node",
    "model",
    "weight",
    "collateral",
    "unbonding",
    "requests",
    "missed",
    "units",
    "jailed",
    "refuted",
    "inactive",
    "effective_weight",
    "confirmed_weight",
    "earned",
    "debt",
    "stake",
    "staking_power",
    "probes_answered",
    "paid_jobs",
    "pool_shares",
];

/// Where each column stands in the file, and how many columns it has.
struct Places {
    of: [Option<usize>; COLUMNS.len()],
    columns: usize,
}

/// Reads all lines.
pub(super) fn read(
    source: impl Read,
    name: &str,
    parameters: &Parameters,
) -> Result<Collected, Failure> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::None).from_reader(source);
    let mut record = StringRecord::new();
    let at = |line: u64, what: &str| Failure::Input(format!("{name}:{line}: {what}"));
    let more = reader.read_record(&mut record);
    if !more.map_err(|error| unreadable(name, 1, &error))? {
        return Err(at(1, &format!("the file is empty; allowed: {}", header())));
    }
    let places = places(&record).map_err(|what| at(1, &what))?;
    let mut collected = Collected::new(true);
    let mut line = 1;
    loop {
        let more = reader.read_record(&mut record);
        if !more.map_err(|error| unreadable(name, line + 1, &error))? {
            break;
        }
        line = record.position().map_or(line + 1, csv::Position::line);
        if record.len() != places.columns {
            let what = format!(
                "the line has {} fields; allowed: {} as in line 1",
                record.len(),
                places.columns
            );
            return Err(at(line, &what));
        }
        add(&mut collected, &record, &places, line, parameters).map_err(|what| at(line, &what))?;
    }
    Ok(collected)
}

fn header() -> String {
    format!("a first line with account and any of {}", COLUMNS[1..].join(","))
}

fn unreadable(name: &str, line: u64, error: &csv::Error) -> Failure {
    let line = error.position().map_or(line, csv::Position::line);
    match error.kind() {
        ErrorKind::Io(error) => Failure::reading(name, error),
        ErrorKind::Utf8 { .. } => Failure::Input(format!("{name}:{line}: the text is not UTF-8")),
        _ => Failure::Input(format!("{name}:{line}: {error}")),
    }
}

/// Where the columns stand; every one at most once and no other.
fn places(header_line: &StringRecord) -> Result<Places, String> {
    let mut places: [Option<usize>; COLUMNS.len()] = [None; COLUMNS.len()];
    for (at, head) in header_line.iter().enumerate() {
        let head = if at == 0 { head.trim_start_matches('\u{feff}') } else { head };
        let known = COLUMNS.iter().position(|column| *column == head);
        let Some(place) = known.and_then(|known| places.get_mut(known)) else {
            return Err(format!("unknown column \"{head}\"; allowed: {}", header()));
        };
        if place.replace(at).is_some() {
            return Err(format!("column {head} stands here twice; allowed: once"));
        }
    }
    if places[0].is_none() {
        return Err(format!("column account is missing; allowed: {}", header()));
    }
    Ok(Places { of: places, columns: header_line.len() })
}

fn add(
    collected: &mut Collected,
    record: &StringRecord,
    places: &Places,
    line: u64,
    parameters: &Parameters,
) -> Result<(), String> {
    let mut cells =
        places.of.iter().map(|place| place.and_then(|at| record.get(at)).unwrap_or_default());
    let mut cell = || cells.next().unwrap_or_default();
    let address = collected.account(cell())?;
    let (node, model_text, weight) = (cell(), cell(), cell());
    let (collateral, unbonding) = (cell(), cell());
    let (requests, missed, units) = (cell(), cell(), cell());
    let (jailed, refuted, inactive) = (cell(), cell(), cell());
    let (effective, confirmed, earned, debt) = (cell(), cell(), cell(), cell());
    let of_provider = [cell(), cell(), cell(), cell(), cell()];
    let of_provider = of_provider.map(|text| Some(text).filter(|text| !text.is_empty()));
    let decimals = |asset| parameters.asset(asset).map_or(0, |asset| asset.decimals);
    let (held, paid, emitted) = (
        decimals(parameters.collateral.asset),
        decimals(parameters.market.asset),
        decimals(parameters.emission.asset),
    );
    let whole = Whole {
        collateral: optional(collateral, |text| amount("collateral", text, held))?,
        unbonding: optional(unbonding, |text| amount("unbonding", text, held))?,
        requests: number("requests", requests)?,
        missed: number("missed", missed)?,
        jailed: optional(jailed, |text| flag("jailed", text))?,
        refuted: optional(refuted, |text| flag("refuted", text))?,
        inactive: optional(inactive, |text| flag("inactive", text))?,
        effective: number("effective_weight", effective)?,
        confirmed: number("confirmed_weight", confirmed)?,
        earned: optional(earned, |text| amount("earned", text, paid))?,
        debt: optional(debt, |text| amount("debt", text, emitted))?,
        provider: Said::read(parameters, of_provider)?,
    };
    let model = optional(model_text, |id| model(parameters, id))?;
    let node = node_of(node, model, number("weight", weight)?)?;
    let units = match (number("units", units)?, model) {
        (None | Some(0), None) | (None, Some(_)) => None,
        (Some(units), Some(model)) => Some((model, units)),
        (Some(_), None) => return Err(no_model()),
    };
    collected.add(address, line, &whole, node, units)
}

/// The line's node, if it names one.
fn node_of(
    node: &str,
    model: Option<ModelId>,
    weight: Option<u64>,
) -> Result<Option<OfflineNode>, String> {
    let node = optional(node, |text| count("node", text, u64::from(u32::MAX)))?;
    let node = match (node, weight, model) {
        (None, None, _) => None,
        (Some(node), Some(weight), Some(model)) => Some(OfflineNode {
            node: u32::try_from(node).map_err(|error| error.to_string())?,
            model,
            weight,
        }),
        (Some(_), None, _) => {
            return Err("weight: empty beside a node; allowed: 0 to 2^64 - 1".to_owned());
        }
        (None, Some(_), _) => {
            return Err("node: empty beside a weight; allowed: 0 to 2^32 - 1".to_owned());
        }
        (Some(_), Some(_), None) => return Err(no_model()),
    };
    Ok(node)
}

fn no_model() -> String {
    "model: empty beside a node or units; allowed: the id of a model".to_owned()
}

fn optional<T>(
    text: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some) }
}

fn number(field: &str, text: &str) -> Result<Option<u64>, String> {
    optional(text, |text| count(field, text, u64::MAX))
}

fn flag(field: &str, text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("{field}: \"{text}\"; allowed: true, false")),
    }
}
