//! Network files, good and bad.

mod bad_contributions;
mod bad_files;
mod bad_rules;
mod bittensor;
mod blyan;
mod chain;
mod gonka;
mod gonka_mainnet;
mod governed;
mod hanzo;
mod moderntensor;
mod opinions;
mod paced_prices;
mod pages;
mod presets;
mod proposers;
mod subnet;
mod toy;
mod workmint;

use workmint_networks::{LocatedFinding, NetworkDefinition, findings, parse};

/// The network of a file that must be right.
fn read(text: &str) -> NetworkDefinition {
    parse(text, "test.toml").unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

/// `text` with one part replaced; the part must be there.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "`{from}` is not in the file");
    text.replacen(from, to, 1)
}

/// Whether some finding at `path` says `text`.
fn says(definition: &NetworkDefinition, path: &str, text: &str) -> bool {
    let hit =
        |found: &LocatedFinding| found.finding.path == path && found.finding.text().contains(text);
    findings(definition).iter().any(hit)
}
