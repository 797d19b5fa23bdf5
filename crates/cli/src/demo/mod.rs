//! The demo: a whole network's economy on one machine, driven by demand like the real one.
//!
//! Every effect goes through transactions in blocks, as in a real network. The next block is a pure
//! function of the demo's settings and the state ([`Director::next_blocks`]), so a demo that was
//! killed goes on as if nothing had happened, and the same settings always give the same app
//! hashes.
//!
//! | module | owns |
//! |---|---|
//! | `settings` | what the demo was started with, kept beside its data |
//! | `random` | counter-based draws: the same for the same key, in any order |
//! | `quantiles`, `trace` | how large requests are: fitted quantiles, or a recorded trace |
//! | `cast` | who takes part, and with what hardware |
//! | `behaviour` | who misbehaves in which epoch |
//! | `demand` | the epoch's requests, one by one, and the reports they become |
//! | `calendar` | which stage of the epoch the next block is |
//! | `draft`, `stages` | the transactions of a block |
//! | `ledger_row` | what an epoch did, for people and machines |
//! | `highlights` | the events worth telling |
//! | `closing` | the proof that no money appeared or vanished |

mod behaviour;
mod calendar;
mod cast;
mod closing;
mod demand;
mod director;
mod draft;
mod highlights;
mod ledger_row;
mod quantiles;
mod random;
mod settings;
mod stages;
mod trace;

pub(crate) use calendar::Calendar;
pub(crate) use cast::{Cast, bindings};
pub(crate) use closing::Conservation;
pub(crate) use demand::Source;
pub(crate) use director::Director;
pub(crate) use highlights::Highlights;
pub(crate) use ledger_row::EpochRow;
pub(crate) use settings::{Settings, TraceSettings};
pub(crate) use trace::Trace;
