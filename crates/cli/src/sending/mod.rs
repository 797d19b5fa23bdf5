//! Transactions written, signed and sent from the command line.
//!
//! | module | owns |
//! |---|---|
//! | `natspec` | what the Solidity interfaces say of their functions |
//! | `kinds` | every function as a kind of transaction |
//! | `facts` | what of a network one needs to write its messages |
//! | `values` | what people write, as the values of an ABI |
//! | `chosen` | the kinds as subcommands |
//! | `client` | a node's JSON-RPC and REST |
//! | `render` | JSON answers for people |

pub(crate) mod chosen;
pub(crate) mod client;
pub(crate) mod facts;
pub(crate) mod kinds;
mod natspec;
pub(crate) mod render;
pub(crate) mod values;
