//! JSON answers for people: a name and a value a line, lists as tables, amounts with their unit.

use serde_json::{Map, Value};
use workmint_amounts::Amount;

use crate::failure::Failure;
use crate::output::{Out, Side, Table, utc};

/// Prints an answer.
pub(crate) fn print(answer: &Value) -> Result<(), Failure> {
    let mut out = Out::stdout();
    for line in lines(answer, "") {
        out.line(line)?;
    }
    out.finish()
}

/// Prints a page of a list: its rows by `row` or as a table, and how to get the next page. `meant`:
/// a word of the question that means another epoch by then, and the epoch it means.
pub(crate) fn print_page(
    answer: &Value,
    row: Option<&dyn Fn(&Value) -> String>,
    meant: Option<&(String, u64)>,
) -> Result<(), Failure> {
    let mut out = Out::stdout();
    for line in page(answer, row, meant) {
        out.line(line)?;
    }
    out.finish()
}

fn page(
    answer: &Value,
    row: Option<&dyn Fn(&Value) -> String>,
    meant: Option<&(String, u64)>,
) -> Vec<String> {
    let rows = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut all = match (row, rows) {
        (_, []) => vec!["none".to_owned()],
        (Some(row), rows) => rows.iter().map(row).collect(),
        (None, rows) => table(rows, ""),
    };
    if let Some(next) = answer["next"].as_str() {
        let instead = meant.map(|(word, epoch)| format!("{epoch} instead of {word} and "));
        let instead = instead.unwrap_or_default();
        all.push(format!("More follows: the same command with {instead}--cursor {next}"));
    }
    all
}

fn lines(value: &Value, indent: &str) -> Vec<String> {
    let Some(members) = value.as_object() else {
        return match value.as_array() {
            Some(rows) => table(rows, indent),
            None => vec![format!("{indent}{}", scalar(value))],
        };
    };
    let names = members.keys().map(|name| words(name).chars().count());
    let width = names.max().unwrap_or(0);
    let mut all = Vec::new();
    for (field, value) in members {
        let name = words(field);
        match value {
            Value::Array(rows) if rows.is_empty() => {
                all.push(format!("{indent}{name:<width$}  none"));
            }
            Value::Array(_) | Value::Object(_) if !is_cell(value) => {
                all.push(format!("{indent}{name}"));
                all.extend(lines(value, &format!("{indent}  ")));
            }
            _ => all.push(format!("{indent}{name:<width$}  {}", cell(field, value))),
        }
    }
    all
}

/// Rows with the same plain members as a table; others one after the other.
fn table(rows: &[Value], indent: &str) -> Vec<String> {
    let plain = |value: &Value| !value.is_array() && (!value.is_object() || is_cell(value));
    let flat = |row: &Value| row.as_object().is_some_and(|row| row.values().all(plain));
    let first = rows.first().and_then(Value::as_object);
    let Some(first) = first.filter(|_| rows.iter().all(flat)) else {
        let parts = rows.iter().flat_map(|row| {
            let mut part = lines(row, &format!("{indent}  "));
            if let Some(line) = part.first_mut() {
                line.replace_range(indent.len()..indent.len() + 2, "- ");
            }
            part
        });
        return parts.collect();
    };
    let side = |name: &String| {
        let number = |row: &Value| row[name].is_number() || is_money(&row[name]);
        if rows.iter().all(number) && !is_time(name) { Side::Right } else { Side::Left }
    };
    let names: Vec<(String, Side)> = first.keys().map(|name| (words(name), side(name))).collect();
    let heads: Vec<(&str, Side)> =
        names.iter().map(|(name, side)| (name.as_str(), *side)).collect();
    let mut table = Table::new(&heads);
    for row in rows {
        table.row(first.keys().map(|name| cell(name, &row[name])).collect());
    }
    table.lines().into_iter().map(|line| format!("{indent}{line}")).collect()
}

/// A field's name for people; of a time without its unit, as the time is told by the calendar.
fn words(name: &str) -> String {
    let name = if is_time(name) { name.trim_end_matches("_ms") } else { name };
    name.replace('_', " ")
}

/// Whether a field is a time, in milliseconds since 1970: others in milliseconds are lengths.
fn is_time(name: &str) -> bool {
    name == "time_ms" || ["_time_ms", "since_ms", "_at_ms"].iter().any(|end| name.ends_with(end))
}

/// A field's value in a cell.
fn cell(name: &str, value: &Value) -> String {
    let time = value.as_u64().filter(|_| is_time(name));
    time.map_or_else(|| scalar(value), utc)
}

fn money(members: &Map<String, Value>) -> Option<String> {
    let amount: Amount = members.get("amount")?.as_str()?.parse().ok()?;
    let decimals = u8::try_from(members.get("decimals")?.as_u64()?).ok()?;
    let symbol = members.get("asset")?.as_str()?;
    let digits = amount.to_decimal(decimals);
    let fraction = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let shown = u8::try_from(fraction).unwrap_or(decimals);
    Some(format!("{} {symbol}", amount.to_grouped(decimals, shown)))
}

fn is_money(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.len() == 3 && money(members).is_some())
}

/// A block time or an epoch, at which something is over.
fn ends(members: &Map<String, Value>) -> Option<String> {
    let of = |name: &str| members.get(name).map(Value::as_u64);
    match (members.len(), of("time_ms")?, of("epoch")?) {
        (2, Some(time), None) => Some(utc(time)),
        (2, None, Some(epoch)) => Some(format!("epoch {epoch}")),
        _ => None,
    }
}

/// Whether an object is told in one cell.
fn is_cell(value: &Value) -> bool {
    is_money(value) || value.as_object().is_some_and(|members| ends(members).is_some())
}

/// A value in a cell.
pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(scalar).collect::<Vec<String>>().join(", "),
        Value::Object(members) => {
            money(members).or_else(|| ends(members)).unwrap_or_else(|| value.to_string())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_says_how_to_get_the_next() {
        let answer = json!({ "items": [{"block": 7}, {"block": 6}], "next": "desc~5" });
        let table = page(&answer, None, None);
        assert_eq!(table[1..3], ["    7", "    6"]);
        assert_eq!(table[3], "More follows: the same command with --cursor desc~5");
        let by_row = page(&answer, Some(&|row| format!("at {}", row["block"])), None);
        let later = page(&answer, None, Some(&("closed".to_owned(), 7)));
        let hint = "More follows: the same command with 7 instead of closed and --cursor desc~5";
        assert_eq!(later.last().map(String::as_str), Some(hint));
        assert_eq!(by_row[..2], ["at 7", "at 6"]);
        let end = json!({ "items": [{"block": 1}], "next": null });
        assert_eq!(page(&end, Some(&|_| "it".to_owned()), None), ["it"]);
        assert_eq!(page(&json!({ "items": [], "next": null }), None, None), ["none"]);
    }

    #[test]
    fn an_answer_for_people() {
        let answer = json!({
            "height": 7,
            "total": {"amount": "1234567000000000", "asset": "GNK", "decimals": 9},
            "by_epoch": [
                {"epoch": 1, "paid": {"amount": "5", "asset": "GNK", "decimals": 9}},
                {"epoch": 12, "paid": {"amount": "0", "asset": "GNK", "decimals": 9}},
            ],
            "notes": [],
            "until": {"time_ms": null, "epoch": 9},
            "steps": [{"of": "a", "what": {"in": 1}}],
        });
        // Members may come in the answer's order or by name.
        let mut shown = lines(&answer, "");
        shown.sort_unstable();
        let expected = [
            "      1  0.000000005 GNK",
            "      in  1",
            "     12            0 GNK",
            "    what",
            "  - of    a",
            "  epoch             paid",
            "by epoch",
            "height    7",
            "notes     none",
            "steps",
            "total     1,234,567 GNK",
            "until     epoch 9",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn times_are_told_by_the_calendar_and_lengths_in_milliseconds() {
        let time = 951_868_799_999_u64;
        let answer = json!({
            "block_time_ms": time, "max_latency_ms": 1_500, "uptime_ms": 7, "since_ms": null,
            "ends": {"time_ms": time, "epoch": null},
        });
        let mut shown = lines(&answer, "");
        shown.sort_unstable();
        let expected = [
            "block time      2000-02-29T23:59:59.999Z",
            "ends            2000-02-29T23:59:59.999Z",
            "max latency ms  1500",
            "since           -",
            "uptime ms       7",
        ];
        assert_eq!(shown, expected);
        let table = table(&[json!({ "closed_at_ms": time, "epoch": 3 })], "");
        assert_eq!(table[0], "closed at                 epoch");
        assert_eq!(table[1], "2000-02-29T23:59:59.999Z      3");
    }
}
