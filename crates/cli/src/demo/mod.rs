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
//! | `people` | addresses and names |
//! | `calendar`, `director` | which stage of the epoch the next block is, and the block |
//! | `draft` | the transactions of a block |
//! | `faucet` | money for whoever tries a served demo |
//! | `funding`, `judging`, `claims` | who needs money; who judges next; who can claim |
//! | `story` | what the stories below have in common |
//! | `work` | the story of hosts that answer customers' requests |
//! | `requests` | how large customers' requests are |
//! | `contributions` | the story of contributors that are paid by rates, out of buckets |
//! | `market` | the story of providers that take jobs, and of what they cost |
//! | `opinions` | the story of miners, of validators that weigh them, and of who delegates |
//! | `chart` | figures of many epochs as one line of marks |
//! | `table` | the table of epochs |
//! | `tally` | how often something happened, and the first time in words |
//! | `closing` | the proof that no money appeared or vanished |

mod calendar;
mod chart;
mod claims;
mod closing;
mod contributions;
mod director;
mod draft;
mod faucet;
mod funding;
mod judging;
mod market;
mod opinions;
mod people;
mod random;
mod requests;
mod settings;
mod story;
mod table;
mod tally;
mod work;

pub(crate) use calendar::Calendar;
pub(crate) use closing::Conservation;
pub(crate) use director::Director;
pub(crate) use faucet::Supplier;
pub(crate) use opinions::has_customers;
pub(crate) use people::bindings;
pub(crate) use requests::{Source, Trace};
pub(crate) use settings::{Settings, TraceSettings};
pub(crate) use story::{Story, has_opinions, story};
