//! The network files built into the program.

use crate::definition::NetworkDefinition;
use crate::parse::parse;
use crate::problem::Problem;

/// A network of the `networks/` folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Name of its folder.
    pub name: &'static str,
    /// Its `network.toml`.
    pub text: &'static str,
    /// Its `README.md`.
    pub readme: &'static str,
}

macro_rules! presets {
    ($($name:literal),* $(,)?) => {
        &[$(Preset {
            name: $name,
            text: include_str!(concat!("../../../networks/", $name, "/network.toml")),
            readme: include_str!(concat!("../../../networks/", $name, "/README.md")),
        }),*]
    };
}

/// Every folder of `networks/`, by name.
const PRESETS: &[Preset] =
    presets!["bittensor", "blyan", "gonka", "gonka-mainnet", "hanzo", "moderntensor", "workmint"];

/// All presets, by name.
#[must_use]
pub fn presets() -> &'static [Preset] {
    PRESETS
}

/// The preset with this name.
#[must_use]
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

impl Preset {
    /// Its file's name from the root of the repository.
    #[must_use]
    pub fn file(&self) -> String {
        format!("networks/{}/network.toml", self.name)
    }

    /// The network it defines.
    ///
    /// # Errors
    /// As [`parse`]; a test proves that no preset has a problem.
    pub fn definition(&self) -> Result<NetworkDefinition, Vec<Problem>> {
        parse(self.text, &self.file())
    }
}
