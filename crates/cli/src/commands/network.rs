//! `workmint network`: list, show and check networks.

mod compare;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use workmint_core::modules::parameters::Level;
use workmint_networks::{LocatedFinding, Preset, Problem, SummaryRow};
use workmint_networks::{findings, parse, presets, summary};

use crate::failure::Failure;
use crate::output::{Out, Side, Table, counted, print_json, wrapped};
use crate::source;

/// What to do with networks.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the built-in networks.
    #[command(after_help = "Example: workmint network list")]
    List {
        /// Print JSON only.
        #[arg(long)]
        json: bool,
    },
    /// Show every value of a network with its unit and meaning, defaults included.
    #[command(after_help = "Examples: workmint network show gonka\n          \
                            workmint network show gonka --toml > mine.toml")]
    Show {
        /// A built-in network, or the path of a network.toml file.
        name: String,
        /// Print JSON only.
        #[arg(long)]
        json: bool,
        /// Print the network's file itself, as it is written, to copy and change
        #[arg(long, conflicts_with = "json")]
        toml: bool,
    },
    /// Set the built-in networks side by side, parameter by parameter, with units.
    #[command(
        after_help = "Examples: workmint network compare --sections emission,streams\n          \
                      workmint network compare --output markdown > docs/networks/README.md"
    )]
    Compare(compare::Arguments),
    /// Check a network file: errors with line and allowed values, warnings, facts worth knowing.
    #[command(after_help = "Example: workmint network check my-network.toml\n\n\
                      Exit codes: 0 no errors; 1 the file has errors; 2 there is no such file.")]
    Check {
        /// A built-in network, or the path of a network.toml file.
        name: String,
        /// Print JSON only.
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.action {
        Action::List { json } => list(json),
        Action::Show { name, toml: true, .. } => show_file(&name),
        Action::Show { name, json, .. } => show(&name, json),
        Action::Compare(arguments) => compare::run(&arguments),
        Action::Check { name, json } => check(&name, json),
    }
}

fn list(json: bool) -> Result<(), Failure> {
    if json {
        let all = presets().iter().map(|preset| {
            json!({
                "name": preset.name,
                "description": description(preset),
                "file": preset.file(),
            })
        });
        return print_json(&json!({ "networks": all.collect::<Vec<Value>>() }));
    }
    let mut table = Table::new(&[("network", Side::Left), ("what it is", Side::Left)]);
    for preset in presets() {
        table.row(vec![preset.name.to_owned(), description(preset)]);
    }
    let mut out = Out::stdout();
    table.print(&mut out)?;
    out.finish()
}

/// The first sentence of its README after the heading.
fn description(preset: &Preset) -> String {
    let mut paragraph = String::new();
    for line in preset.readme.lines().map(str::trim) {
        match (line.is_empty() || line.starts_with('#'), paragraph.is_empty()) {
            (true, true) => {}
            (true, false) => break,
            (false, _) => {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line);
            }
        }
    }
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    let sentence = paragraph.get(..end).unwrap_or_default();
    let plain = sentence.replace(['*', '`'], "");
    plain.trim_end_matches('.').to_owned()
}

fn show(name: &str, json: bool) -> Result<(), Failure> {
    let definition = source::network(name)?;
    let rows = summary(&definition);
    if json {
        let value = |row: &SummaryRow| {
            json!({
                "section": row.section,
                "key": row.key,
                "value": row.value,
                "unit": row.unit,
                "meaning": row.meaning,
            })
        };
        let values: Vec<Value> = rows.iter().map(value).collect();
        let network = definition.parameters.network.name.as_str();
        return print_json(&json!({ "network": network, "values": values }));
    }
    let mut out = Out::stdout();
    for (at, section) in rows.chunk_by(|one, next| one.section == next.section).enumerate() {
        if at > 0 {
            out.line("")?;
        }
        if let Some(first) = section.first() {
            out.line(format_args!("[{}]", first.section))?;
        }
        show_section(&mut out, section)?;
    }
    out.finish()
}

/// The text of a network's file, if it is one without errors.
fn show_file(name: &str) -> Result<(), Failure> {
    let source = source::network_text(name)?;
    source::parsed(&source)?;
    let mut out = Out::stdout();
    out.text(&source.text)?;
    out.finish()
}

/// Key, value with unit, and the meaning in lines of its own column.
fn show_section(out: &mut Out, rows: &[SummaryRow]) -> Result<(), Failure> {
    let value = |row: &SummaryRow| match row.unit.as_str() {
        "" => row.value.clone(),
        unit => format!("{} {unit}", row.value),
    };
    let keys = rows.iter().map(|row| row.key.len()).max().unwrap_or(0);
    for row in rows {
        let keys = keys.min(28);
        out.line(format_args!("  {:<keys$}  {}", row.key, value(row)))?;
        if !row.meaning.is_empty() {
            out.line(wrapped(row.meaning, 96, &" ".repeat(keys + 6)))?;
        }
    }
    Ok(())
}

fn check(name: &str, json: bool) -> Result<(), Failure> {
    let source = source::network_text(name)?;
    let (problems, found) = match parse(&source.text, &source.file) {
        Ok(definition) => (Vec::new(), findings(&definition)),
        Err(problems) => (problems, Vec::new()),
    };
    let count = |level: Level| {
        let of = found.iter().filter(|found| found.finding.level == level);
        of.count()
    };
    let errors = problems.len() + count(Level::Error);
    if json {
        let all: Vec<Value> =
            problems.iter().map(problem_json).chain(found.iter().map(finding_json)).collect();
        print_json(&json!({ "file": source.file, "errors": errors, "findings": all }))?;
    } else {
        let mut out = Out::stdout();
        for problem in &problems {
            out.line(error_line(problem))?;
        }
        for found in &found {
            out.line(found)?;
        }
        let (warnings, facts) = (count(Level::Warning), count(Level::Fact));
        let name = &source.file;
        let [errors, warnings, facts] = [(errors, "error"), (warnings, "warning"), (facts, "fact")]
            .map(|(count, what)| counted(count as u64, what));
        out.line(format_args!("{name}: {errors}, {warnings}, {facts}"))?;
        out.finish()?;
    }
    if errors == 0 {
        Ok(())
    } else {
        Err(Failure::Check(format!("{} has {}", source.file, counted(errors as u64, "error"))))
    }
}

/// As a [`LocatedFinding`] is written: place, level, path, message.
fn error_line(problem: &Problem) -> String {
    let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
    let path = match problem.path.as_str() {
        "" => String::new(),
        path => format!("{path}: "),
    };
    let allowed = match problem.allowed.as_str() {
        "" => String::new(),
        allowed => format!("; allowed: {allowed}"),
    };
    format!("{place}: error: {path}{}{allowed}", problem.message)
}

fn problem_json(problem: &Problem) -> Value {
    json!({
        "level": "error",
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message,
        "allowed": problem.allowed,
    })
}

fn finding_json(found: &LocatedFinding) -> Value {
    json!({
        "level": found.finding.level.to_string(),
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "path": found.finding.path,
        "message": found.finding.message,
        "allowed": found.finding.allowed,
    })
}
