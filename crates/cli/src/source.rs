//! Where commands get their networks, data directories and addresses from.

use std::fs;
use std::path::Path;
use std::sync::Arc;

pub(crate) use workmint_answers::definition::{blocks_per_epoch, genesis_issued};
use workmint_answers::{self as answers, Directory};
use workmint_core::Address;
use workmint_core::modules::parameters::Parameters;
use workmint_networks::{NetworkDefinition, Problem, parse, preset, presets};
use workmint_protocol::rewards::{Buckets, rated};

use crate::failure::Failure;

/// A network file before it is read: its name for messages, and its text.
pub(crate) struct NetworkText {
    /// File name, as problems name it.
    pub(crate) file: String,
    /// The file's text.
    pub(crate) text: String,
}

/// The text of a preset, or of a file if the name has a slash or ends in `.toml`.
pub(crate) fn network_text(name: &str) -> Result<NetworkText, Failure> {
    if let Some(preset) = preset(name) {
        return Ok(NetworkText { file: preset.file(), text: preset.text.to_owned() });
    }
    let names: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
    if !name.contains('/') && !name.ends_with(".toml") && !Path::new(name).exists() {
        return Err(Failure::Input(format!(
            "no network is called \"{name}\"; allowed: {}, or the path of a network.toml file",
            names.join(", ")
        )));
    }
    match fs::read(name) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(NetworkText { file: name.to_owned(), text }),
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let before = error.as_bytes().get(..good).unwrap_or_default();
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                Err(Failure::Input(format!("{name}:{line}: the text is not UTF-8")))
            }
        },
        Err(error) => Err(Failure::reading(name, &error)),
    }
}

/// The network of a preset or a file; all its problems if it has any.
pub(crate) fn network(name: &str) -> Result<NetworkDefinition, Failure> {
    parsed(&network_text(name)?)
}

/// The network of a file's text; all its problems if it has any.
pub(crate) fn parsed(source: &NetworkText) -> Result<NetworkDefinition, Failure> {
    parse(&source.text, &source.file).map_err(|problems| Failure::Input(listed(&problems)))
}

fn listed(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// The buckets of a data directory's open epoch, or those a network's file gives to its first one;
/// without either of the one built-in network that pays at a rate.
pub(crate) fn buckets(
    network: Option<&str>,
    data_dir: Option<&Path>,
) -> Result<(Arc<Parameters>, Buckets), Failure> {
    if let Some(dir) = data_dir {
        return Ok(answers::buckets::of_network(&directory(dir)?)?);
    }
    let definition = match network {
        Some(name) => self::network(name)?,
        None => only_rated()?,
    };
    let issued = genesis_issued(&definition)?;
    let buckets = Buckets::of_file(&definition.parameters, issued)?;
    Ok((Arc::new(definition.parameters), buckets))
}

/// The built-in network that pays contributions at a rate, if there is just one.
fn only_rated() -> Result<NetworkDefinition, Failure> {
    let mut found = Vec::new();
    for preset in presets() {
        let definition = network(preset.name)?;
        if rated(&definition.parameters).is_ok() {
            found.push((preset.name, definition));
        }
    }
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let which = Failure::Input(format!("--network: which one? Allowed: {}", names.join(", ")));
    match found.pop() {
        Some((_, definition)) if found.is_empty() => Ok(definition),
        _ => Err(which),
    }
}

/// Opens a data directory for reading.
pub(crate) fn directory(dir: &Path) -> Result<Directory, Failure> {
    Directory::open(dir).map_err(|error| Failure::answer(&error, ""))
}

/// Reads an address of the command line; for clap.
pub(crate) fn address(text: &str) -> Result<Address, String> {
    text.parse::<Address>().map_err(|error| error.to_string())
}
