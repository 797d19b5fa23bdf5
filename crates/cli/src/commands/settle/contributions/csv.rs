//! Contributions from CSV: one a line.

use std::io::Read;

use csv::{ErrorKind, ReaderBuilder, StringRecord, Trim};

use super::row::{Collected, FIELDS, Text};
use crate::failure::Failure;

/// Reads all lines.
pub(super) fn read(
    source: impl Read,
    name: &str,
    collected: &mut Collected<'_>,
) -> Result<(), Failure> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::None).from_reader(source);
    let at = |line: u64, what: &str| Failure::Input(format!("{name}:{line}: {what}"));
    let unreadable = |line: u64, error: &csv::Error| {
        let line = error.position().map_or(line, csv::Position::line);
        match error.kind() {
            ErrorKind::Io(error) => Failure::reading(name, error),
            ErrorKind::Utf8 { .. } => at(line, "the text is not UTF-8"),
            _ => at(line, &error.to_string()),
        }
    };
    let mut record = StringRecord::new();
    if !reader.read_record(&mut record).map_err(|error| unreadable(1, &error))? {
        return Err(at(1, &format!("the file is empty; allowed: {}", header())));
    }
    let places = places(&record).map_err(|what| at(1, &what))?;
    let columns = record.len();
    let mut line = 1;
    loop {
        let more = reader.read_record(&mut record);
        if !more.map_err(|error| unreadable(line + 1, &error))? {
            return Ok(());
        }
        line = record.position().map_or(line + 1, csv::Position::line);
        if record.len() != columns {
            let found = record.len();
            let what = format!("the line has {found} fields; allowed: {columns} as in line 1");
            return Err(at(line, &what));
        }
        let text: Text<'_> =
            places.map(|place| place.and_then(|at| record.get(at)).unwrap_or_default());
        collected.add(&text, line).map_err(|what| at(line, &what))?;
    }
}

fn header() -> String {
    format!("a first line with account,stream,id,quantity and any of {}", FIELDS.join(","))
}

/// Where the columns stand; every one at most once and no other.
fn places(line: &StringRecord) -> Result<[Option<usize>; FIELDS.len()], String> {
    let mut places = [None; FIELDS.len()];
    for (at, head) in line.iter().enumerate() {
        let head = if at == 0 { head.trim_start_matches('\u{feff}') } else { head };
        let known = FIELDS.iter().position(|field| *field == head);
        let Some(place) = known.and_then(|known| places.get_mut(known)) else {
            return Err(format!("unknown column \"{head}\"; allowed: {}", header()));
        };
        if place.replace(at).is_some() {
            return Err(format!("column {head} stands here twice; allowed: once"));
        }
    }
    for needed in ["account", "stream", "id", "quantity"] {
        if !line.iter().any(|head| head.trim_start_matches('\u{feff}') == needed) {
            return Err(format!("column {needed} is missing; allowed: {}", header()));
        }
    }
    Ok(places)
}
