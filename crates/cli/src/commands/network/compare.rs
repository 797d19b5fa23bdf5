//! `workmint network compare`: the built-in networks side by side.
//!
//! Sections that stand once become a table of parameters by networks. What a file lists (assets,
//! allocations, models, streams, tiers, parts of a fee) becomes a table of its own with a row for
//! each entry, because entries of two networks need not be of one kind.

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use workmint_networks::{SummaryRow, presets, summary};

use crate::failure::Failure;
use crate::output::{Out, Side, Table, print_json};

/// What to compare, and how to print it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these networks, in this order, with commas; all by name otherwise.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    networks: Vec<String>,
    /// Only these sections of the file, with commas: emission, streams.
    #[arg(long, value_name = "SECTIONS", value_delimiter = ',')]
    sections: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    output: Format,
    /// Print JSON; short for --output json.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Markdown,
    Table,
}

/// What a network has not got.
const NONE: &str = "-";

/// What stands above the committed page.
const HEAD: &str = "\
# The networks, parameter by parameter

Written by `workmint network compare --output markdown`; a test holds this page against the files
of `networks/`. Defaults are shown as if written out; \"-\" is what a network has not got.
What each key means, with its range: [docs/spec/parameters.md](../spec/parameters.md); why a network
has a value: the comment beside it in its `network.toml`, and its README.";

/// A network and its rows.
struct Column {
    name: &'static str,
    rows: Vec<SummaryRow>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let columns = columns(&arguments.networks)?;
    let groups = groups(&columns, &arguments.sections)?;
    if arguments.json || arguments.output == Format::Json {
        return print_json(&as_json(&columns, &groups));
    }
    let markdown = arguments.output == Format::Markdown;
    let mut out = Out::stdout();
    if markdown {
        out.line(HEAD)?;
    }
    for (at, group) in groups.iter().enumerate() {
        let title = group.title();
        if markdown {
            out.line(format_args!("\n## {title}\n"))?;
        } else {
            out.line(format_args!("{}{title}", if at > 0 { "\n" } else { "" }))?;
        }
        let lines = group.lines(&columns);
        print(&mut out, &lines, markdown)?;
    }
    out.finish()
}

/// The networks asked for.
fn columns(names: &[String]) -> Result<Vec<Column>, Failure> {
    let known = presets().iter().map(|preset| preset.name).collect::<Vec<&str>>().join(", ");
    let chosen = match names {
        [] => presets().iter().collect(),
        names => names
            .iter()
            .map(|name| {
                workmint_networks::preset(name).ok_or_else(|| {
                    let allowed = format!("allowed: {known}");
                    Failure::input(format!("--networks: there is no network {name}; {allowed}"))
                })
            })
            .collect::<Result<Vec<_>, Failure>>()?,
    };
    let column = |preset: &&'static workmint_networks::Preset| {
        let definition = preset.definition().map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Failure::Check(lines.join("\n"))
        })?;
        Ok(Column { name: preset.name, rows: summary(&definition) })
    };
    chosen.iter().map(column).collect()
}

/// A section of the file with all that is nested in it.
struct Group {
    /// `emission`, or `market.fee.split` of a list.
    name: String,
    /// Whether it is a list: then each entry is a row.
    list: bool,
    /// Section within the group and key, in the specification's order: ("dynamic", "least").
    keys: Vec<(String, &'static str)>,
}

/// Groups in the specification's order, those of `wanted` alone unless it is empty.
fn groups(columns: &[Column], wanted: &[String]) -> Result<Vec<Group>, Failure> {
    let mut rows: Vec<&SummaryRow> = columns.iter().flat_map(|column| &column.rows).collect();
    rows.sort_by_key(|row| row.place());
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let (name, list) = group_of(&row.section);
        let key = (within(&row.section, &name), row.key);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) if group.keys.contains(&key) => {}
            Some(group) => group.keys.push(key),
            None => groups.push(Group { name, list, keys: vec![key] }),
        }
    }
    let known: BTreeSet<&str> = groups.iter().map(|group| root(&group.name)).collect();
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(&name.as_str())) {
        let allowed = known.join(", ");
        return Err(Failure::input(format!(
            "--sections: no network has {unknown}; allowed: {allowed}"
        )));
    }
    groups.retain(|group| wanted.is_empty() || wanted.iter().any(|name| name == root(&group.name)));
    Ok(groups)
}

/// The first part of a section's name.
fn root(section: &str) -> &str {
    section.split('.').next().unwrap_or(section)
}

/// The group of a section, and whether it is a list: the list's own name, or the first part.
fn group_of(section: &str) -> (String, bool) {
    match section.rfind('[') {
        None => (root(section).to_owned(), false),
        Some(end) => (without_numbers(section.get(..end).unwrap_or(section)), true),
    }
}

/// `assets[0].genesis` without its numbers: `assets.genesis`.
fn without_numbers(section: &str) -> String {
    section
        .split('.')
        .map(|part| part.split('[').next().unwrap_or(part))
        .collect::<Vec<_>>()
        .join(".")
}

/// What is left of a section within its group: `dynamic` of `emission.dynamic`.
fn within(section: &str, group: &str) -> String {
    let plain = without_numbers(section);
    plain.strip_prefix(group).unwrap_or("").trim_start_matches('.').to_owned()
}

impl Group {
    fn title(&self) -> String {
        if self.list { format!("[[{}]]", self.name) } else { format!("[{}]", self.name) }
    }

    /// Head and rows of the table.
    fn lines(&self, columns: &[Column]) -> Vec<Vec<String>> {
        if self.list { self.entries(columns) } else { self.parameters(columns) }
    }

    /// A row for each parameter.
    fn parameters(&self, columns: &[Column]) -> Vec<Vec<String>> {
        let mut head = vec!["parameter".to_owned(), "unit".to_owned()];
        head.extend(columns.iter().map(|column| column.name.to_owned()));
        let mut lines = vec![head];
        for key in &self.keys {
            let found: Vec<Option<&SummaryRow>> =
                columns.iter().map(|column| self.find(column, key)).collect();
            let units: BTreeSet<&str> =
                found.iter().flatten().map(|row| row.unit.as_str()).collect();
            // One unit stands in its column; where networks count in their own assets, beside each.
            let one = (units.len() == 1).then(|| units.first().copied().unwrap_or(""));
            let cell = |row: &Option<&SummaryRow>| match (row, one) {
                (None, _) => NONE.to_owned(),
                (Some(row), Some(_)) => readable(row),
                (Some(row), None) => format!("{} {}", readable(row), row.unit),
            };
            let mut line = vec![dotted(key), one.unwrap_or("as shown").to_owned()];
            line.extend(found.iter().map(cell));
            lines.push(line);
        }
        lines
    }

    fn find<'a>(
        &self,
        column: &'a Column,
        (inner, key): &(String, &str),
    ) -> Option<&'a SummaryRow> {
        column.rows.iter().find(|row| {
            row.key == *key
                && group_of(&row.section).0 == self.name
                && within(&row.section, &self.name) == *inner
        })
    }

    /// A row for each entry of each network: what most entries have as columns, the rest in words.
    fn entries(&self, columns: &[Column]) -> Vec<Vec<String>> {
        let all = self.all_entries(columns);
        let has = |key: &(String, &'static str)| {
            all.iter().filter(|(_, rows)| rows.contains_key(key)).count()
        };
        let (common, rare): (Vec<_>, Vec<_>) =
            self.keys.iter().partition(|key| has(key).saturating_mul(2) > all.len());
        let mut head = vec!["network".to_owned()];
        head.extend(common.iter().map(|key| dotted(key)));
        if !rare.is_empty() {
            head.push("besides".to_owned());
        }
        let mut lines = vec![head];
        for (network, rows) in &all {
            let value = |key: &(String, &'static str)| rows.get(key).map(|row| with_unit(row));
            let mut line = vec![(*network).to_owned()];
            line.extend(common.iter().map(|key| value(key).unwrap_or_else(|| NONE.to_owned())));
            if !rare.is_empty() {
                let besides = rare
                    .iter()
                    .filter_map(|key| value(key).map(|value| format!("{} {value}", dotted(key))));
                let besides = besides.collect::<Vec<_>>().join("; ");
                line.push(if besides.is_empty() { NONE.to_owned() } else { besides });
            }
            lines.push(line);
        }
        lines
    }

    /// Entries in the order of networks and files, each with its values.
    fn all_entries<'a>(&self, columns: &'a [Column]) -> Vec<Entry<'a>> {
        let mut all: Vec<Entry<'a>> = Vec::new();
        for column in columns {
            let mut last = "";
            for row in &column.rows {
                let Some(end) = row.section.rfind(']') else { continue };
                if group_of(&row.section).0 != self.name {
                    continue;
                }
                // The entry is what stands up to its number: `streams[1]` of `streams[1].quality`.
                let entry = row.section.get(..=end).unwrap_or_default();
                if entry != last {
                    all.push((column.name, BTreeMap::new()));
                    last = entry;
                }
                if let Some((_, rows)) = all.last_mut() {
                    rows.insert((within(&row.section, &self.name), row.key), row);
                }
            }
        }
        all
    }
}

/// An entry of a list: the network, and its rows by section within the entry and key.
type Entry<'a> = (&'static str, BTreeMap<(String, &'static str), &'a SummaryRow>);

/// `dynamic.least`.
fn dotted((section, key): &(String, &str)) -> String {
    if section.is_empty() { (*key).to_owned() } else { format!("{section}.{key}") }
}

fn with_unit(row: &SummaryRow) -> String {
    match row.unit.as_str() {
        // What a word such as "7d" says by itself.
        "" | "ratio" | "duration" => row.value.clone(),
        unit => format!("{} {unit}", readable(row)),
    }
}

/// Thousands with commas, if it counts something.
fn readable(row: &SummaryRow) -> String {
    if row.unit.is_empty() { row.value.clone() } else { grouped(&row.value) }
}

fn grouped(value: &str) -> String {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() <= 3 || !digits(whole) || !digits(fraction) {
        return value.to_owned();
    }
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().abs_diff(at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

fn print(out: &mut Out, lines: &[Vec<String>], markdown: bool) -> Result<(), Failure> {
    let Some((head, rows)) = lines.split_first() else {
        return Ok(());
    };
    if !markdown {
        let sides: Vec<(&str, Side)> =
            head.iter().map(|text| (text.as_str(), Side::Left)).collect();
        let mut table = Table::new(&sides);
        rows.iter().for_each(|row| table.row(row.clone()));
        return table.print(out);
    }
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |", cells.join(" | "))
    };
    out.line(line(head))?;
    out.line(format_args!("|{}", "---|".repeat(head.len())))?;
    rows.iter().try_for_each(|row| out.line(line(row)))
}

/// Parameters with a value by network (null: it has not got it); lists with their entries.
fn as_json(columns: &[Column], groups: &[Group]) -> Value {
    let mut parameters = Vec::new();
    let mut lists = Map::new();
    for group in groups {
        if group.list {
            let entry = |(network, rows): &Entry<'_>| {
                let values = rows.iter().map(|(key, row)| (dotted(key), value_json(row)));
                json!({ "network": network, "values": values.collect::<Map<String, Value>>() })
            };
            let entries: Vec<Value> = group.all_entries(columns).iter().map(entry).collect();
            lists.insert(group.name.clone(), Value::Array(entries));
            continue;
        }
        for key in &group.keys {
            let values = columns.iter().map(|column| {
                let row = group.find(column, key);
                (column.name.to_owned(), row.map_or(Value::Null, value_json))
            });
            let meaning = columns.iter().find_map(|column| group.find(column, key));
            parameters.push(json!({
                "section": group.name,
                "key": dotted(key),
                "meaning": meaning.map_or("", |row| row.meaning),
                "values": values.collect::<Map<String, Value>>(),
            }));
        }
    }
    let networks: Vec<&str> = columns.iter().map(|column| column.name).collect();
    json!({ "networks": networks, "parameters": parameters, "lists": lists })
}

fn value_json(row: &SummaryRow) -> Value {
    json!({ "value": row.value, "unit": row.unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_their_groups() {
        for (section, group, list, inner) in [
            ("emission", "emission", false, ""),
            ("emission.dynamic", "emission", false, "dynamic"),
            ("opinions.yuma.liquid", "opinions", false, "yuma.liquid"),
            ("assets[0]", "assets", true, ""),
            ("assets[0].genesis[12]", "assets.genesis", true, ""),
            ("streams[3].quality", "streams", true, "quality"),
            ("market.fee.split[1]", "market.fee.split", true, ""),
        ] {
            assert_eq!(group_of(section), (group.to_owned(), list), "{section}");
            assert_eq!(within(section, group), inner, "{section}");
        }
    }

    #[test]
    fn numbers_get_commas_and_words_do_not() {
        for (value, shown) in [
            ("285000", "285,000"),
            ("1000000.25", "1,000,000.25"),
            ("0.0000001", "0.0000001"),
            ("999", "999"),
            ("1000", "1,000"),
            ("11796/65535", "11796/65535"),
            ("5000 blocks", "5000 blocks"),
            (
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            ),
            ("", ""),
        ] {
            assert_eq!(grouped(value), shown);
        }
    }
}
