//! Runs vector files and counts.

use super::case::Case;
use super::verdict::{Outcome, Verdict};
use super::{bittensor, blyan, gonka, hanzo, moderntensor};
use crate::failure::Failure;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What handles the cases of a function. Functions of one name in several files of a system are one
/// function, unless an entry names its file.
pub(super) struct Adapter {
    /// Name of the vector file without `.json`; empty: any file.
    pub(super) file: &'static str,
    /// The peer's function.
    pub(super) function: &'static str,
    /// Calls our function and compares.
    pub(super) run: fn(&Case) -> Outcome,
}

/// The peers, by the folder their vectors are in.
const SYSTEMS: [(&str, &[&[Adapter]]); 5] = [
    ("bittensor", bittensor::ADAPTERS),
    ("blyan", blyan::ADAPTERS),
    ("gonka", gonka::ADAPTERS),
    ("hanzo", hanzo::ADAPTERS),
    ("moderntensor", moderntensor::ADAPTERS),
];

/// Differences shown of one function.
const SHOWN: usize = 3;

/// What came of the cases of one function in one file.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Counts {
    /// Cases.
    pub(crate) cases: usize,
    /// Equal to the peer's.
    pub(crate) passed: usize,
    /// Unequal without a reason.
    pub(crate) failed: usize,
    /// Different by a decision, and exactly as it says.
    pub(crate) deviates: usize,
    /// No use for it here.
    pub(crate) not_covered: usize,
    /// The decisions that deviations follow, with the number of their cases.
    pub(crate) decisions: BTreeMap<&'static str, usize>,
    /// The first differences: case, and what differs.
    pub(crate) differences: Vec<(String, String)>,
    /// Cases that are not covered although their function is, and why.
    pub(crate) uncovered: Vec<(String, &'static str)>,
}

/// One vector file.
#[derive(Clone, Debug)]
pub(crate) struct FileReport {
    /// Its name, relative to the directory asked for.
    pub(crate) file: String,
    /// By function.
    pub(crate) functions: BTreeMap<String, Counts>,
}

/// The vector files of a directory and of those in it, ascending.
pub(crate) fn read_directory(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: std::io::Error| {
        Failure::input(format!("the vectors in {} cannot be read: {error}", directory.display()))
    };
    let mut files = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Runs one file. `system` is the folder it is in.
pub(crate) fn run_file(path: &Path, name: String) -> Result<FileReport, Failure> {
    let wrong = |why: String| Failure::input(format!("{name}: {why}"));
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let cases: Vec<Case> = serde_json::from_slice(&bytes)
        .map_err(|error| wrong(format!("no vector file: {error}")))?;
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let mut functions: BTreeMap<String, Counts> = BTreeMap::new();
    for case in &cases {
        let counts = functions.entry(case.function.clone()).or_default();
        counts.add(case, find(folder.unwrap_or_default(), stem, &case.function));
    }
    Ok(FileReport { file: name, functions })
}

/// The adapter of a function: in the system of the folder, or in any when the folder is none.
fn find(folder: &str, stem: &str, function: &str) -> Option<&'static Adapter> {
    let known = SYSTEMS.iter().any(|(system, _)| *system == folder);
    let all = SYSTEMS
        .iter()
        .filter(|(system, _)| !known || *system == folder)
        .flat_map(|(_, groups)| groups.iter())
        .flat_map(|group| group.iter())
        .filter(|adapter| adapter.function == function);
    let own = all.clone().find(|adapter| adapter.file == stem);
    own.or_else(|| all.clone().find(|adapter| adapter.file.is_empty()))
}

/// What the adapter says, unless the peer refused and the adapter did not ask.
fn judge(case: &Case, adapter: &Adapter) -> Outcome {
    let verdict = (adapter.run)(case)?;
    match case.unheard_refusal() {
        Some(mismatch) if !matches!(verdict, Verdict::NotCovered(_)) => Err(mismatch),
        Some(_) | None => Ok(verdict),
    }
}

impl Counts {
    fn add(&mut self, case: &Case, adapter: Option<&Adapter>) {
        self.cases += 1;
        let Some(adapter) = adapter else {
            self.not_covered += 1;
            return;
        };
        match judge(case, adapter) {
            Ok(Verdict::Passed) => self.passed += 1,
            Ok(Verdict::Deviates(decision)) => {
                self.deviates += 1;
                *self.decisions.entry(decision.text()).or_default() += 1;
            }
            Ok(Verdict::NotCovered(why)) => {
                self.not_covered += 1;
                self.uncovered.push((case.name.clone(), why));
            }
            Err(mismatch) => {
                self.failed += 1;
                if self.differences.len() < SHOWN {
                    self.differences.push((case.name.clone(), mismatch.0));
                }
            }
        }
    }
}
