//! Reads network files.
//!
//! A network is one TOML file (`networks/<name>/network.toml`, form in `docs/spec/parameters.md`).
//! [`parse`] turns its text into a [`NetworkDefinition`] or into all its [`Problem`]s, each with
//! file, line and column; [`findings`] adds the line to what the core's checker says; [`presets`]
//! are the files built into the program. Judging values is the core's business: this crate knows
//! how they are written and where they stand.
#![forbid(unsafe_code)]

mod choices;
mod definition;
mod names;
mod parse;
mod presets;
mod problem;
mod reader;
mod schema;
mod sections;
mod source;
mod summary;
mod values;

pub use definition::{AllocationTemplate, GenesisError, NetworkDefinition, Owner, findings};
pub use parse::parse;
pub use presets::{Preset, preset, presets};
pub use problem::{LocatedFinding, Position, Problem};
pub use summary::{SummaryRow, summary, summary_of};
pub use values::{duration, epoch_length};
