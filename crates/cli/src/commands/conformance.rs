//! `workmint conformance`: the peers' recorded results against our functions.

use crate::conformance::{Counts, FileReport, read_directory, run_file};
use crate::failure::Failure;
use crate::output::{self, Out, Side, Table, counted, grouped};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Compare our functions with recorded results of other networks' code.
///
/// Reads every JSON file in DIR and its folders: lists of {name, source, function, input,
/// expected}. Exit code 1 if any case differs without a stated reason.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  workmint conformance DIR\n  \
                        workmint conformance DIR/gonka --json\n\n\
                        DIR: a folder of recorded results, which the repository does not hold.")]
pub(crate) struct Arguments {
    /// The folder with the vector files.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Print the counts as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let files = read_directory(&arguments.directory)?;
    if files.is_empty() {
        let directory = arguments.directory.display();
        return Err(Failure::input(format!("there is no vector file (*.json) in {directory}")));
    }
    let mut reports = Vec::new();
    for path in files {
        let name = path.strip_prefix(&arguments.directory).unwrap_or(&path).display().to_string();
        reports.push(run_file(&path, name)?);
    }
    if arguments.json {
        as_json(&reports)?
    } else {
        as_text(&reports)?
    }
    let failed: usize = rows(&reports).map(|(_, _, counts)| counts.failed).sum();
    if failed > 0 {
        let differ = if failed == 1 { "differs" } else { "differ" };
        let cases = counted(failed as u64, "case");
        return Err(Failure::Check(format!("{cases} {differ} from the recorded results")));
    }
    Ok(())
}

fn rows(reports: &[FileReport]) -> impl Iterator<Item = (&str, &str, &Counts)> {
    reports.iter().flat_map(|report| {
        let functions = report.functions.iter();
        functions.map(|(function, counts)| (report.file.as_str(), function.as_str(), counts))
    })
}

fn as_json(reports: &[FileReport]) -> Result<(), Failure> {
    let files: Vec<_> = rows(reports)
        .map(|(file, function, counts)| {
            json!({
                "file": file,
                "function": function,
                "cases": counts.cases,
                "passed": counts.passed,
                "failed": counts.failed,
                "deviates": counts.deviates,
                "not_covered": counts.not_covered,
                "decisions": counts.decisions,
                "uncovered": counts.uncovered,
                "differences": counts.differences,
            })
        })
        .collect();
    output::print_json(&json!({ "files": files }))
}

fn as_text(reports: &[FileReport]) -> Result<(), Failure> {
    let columns = [
        ("file", Side::Left),
        ("function", Side::Left),
        ("cases", Side::Right),
        ("passed", Side::Right),
        ("failed", Side::Right),
        ("deviates", Side::Right),
        ("not covered", Side::Right),
    ];
    let mut table = Table::new(&columns);
    let mut sum = Counts::default();
    for (file, function, counts) in rows(reports) {
        let numbers =
            [counts.cases, counts.passed, counts.failed, counts.deviates, counts.not_covered];
        let mut row = vec![file.to_owned(), function.to_owned()];
        row.extend(numbers.map(|number| grouped(number as u64)));
        table.row(row);
        sum.cases += counts.cases;
        sum.passed += counts.passed;
        sum.failed += counts.failed;
        sum.deviates += counts.deviates;
        sum.not_covered += counts.not_covered;
    }
    let mut out = Out::stdout();
    table.print(&mut out)?;
    out.line("")?;
    for (file, function, counts) in rows(reports) {
        for (case, difference) in &counts.differences {
            out.line(format_args!("failed: {file}, {function}, {case}: {difference}"))?;
        }
        for (decision, cases) in &counts.decisions {
            let cases = counted(*cases as u64, "case");
            out.line(format_args!("deviates: {file}, {function}, {cases}: {decision}"))?;
        }
        for (case, why) in &counts.uncovered {
            out.line(format_args!("not covered: {file}, {function}, {case}: {why}"))?;
        }
        if counts.not_covered == counts.cases && counts.uncovered.is_empty() {
            let why = "no adapter";
            out.line(format_args!("not covered: {file}, {function}, all {}: {why}", counts.cases))?;
        }
    }
    out.line(format_args!(
        "{}: {} passed, {} failed, {} deviate by a decision, {} not covered",
        counted(sum.cases as u64, "case"),
        grouped(sum.passed as u64),
        grouped(sum.failed as u64),
        grouped(sum.deviates as u64),
        grouped(sum.not_covered as u64)
    ))?;
    out.finish()
}
