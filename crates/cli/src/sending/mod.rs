//! Transactions written, signed and sent from the command line.
//!
//! | module | owns |
//! |---|---|
//! | `natspec` | what the Solidity interfaces say of their functions |
//! | `kinds` | every function as a kind of transaction |
//! | `meaning` | what an input means beyond its type, and how it is written |
//! | `sealed` | hashes that bind what is revealed later |
//! | `shown` | what is signed, resolved, for people |
//! | `facts` | what of a network one needs to write its messages |
//! | `values` | what people write, as the values of an ABI |
//! | `chosen` | the kinds as subcommands |
//! | `client` | a node's JSON-RPC and REST |
//! | `render` | JSON answers for people |
//! | `happened` | events for people |
//! | `errors` | the engine's errors, amounts with their asset |

pub(crate) mod chosen;
pub(crate) mod client;
pub(crate) mod errors;
pub(crate) mod facts;
pub(crate) mod happened;
pub(crate) mod kinds;
pub(crate) mod meaning;
mod natspec;
pub(crate) mod render;
pub(crate) mod sealed;
pub(crate) mod shown;
pub(crate) mod values;

use std::io::{BufRead, IsTerminal, Write};

use crate::failure::Failure;

/// Asks whoever sits there; an error if nobody does.
pub(crate) fn agreed(question: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::input("nobody is there to ask: give --yes to do it"));
    }
    let asked = write!(std::io::stderr(), "{question} [y/N] ");
    asked.map_err(|error| Failure::writing("standard error", &error))?;
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Failure::reading("standard input", &error))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Writes to standard error: standard output is for the outcome.
pub(crate) fn tell(text: &str) -> Result<(), Failure> {
    let written = writeln!(std::io::stderr(), "{text}");
    written.map_err(|error| Failure::writing("standard error", &error))
}
