//! What happened to an account, what it gained and lost, and what of its money still vests.
//!
//! Every amount that an account gained or lost stands in one row: their sum is what its balance
//! changed by since genesis.

mod contributions;
mod csv;
mod exchange;
mod governance;
mod jobs;
mod lines;
mod moved;
mod opinions;
mod outlook;
mod provider;
mod validators;

use serde_json::{Value, json};
use workmint_core::Address;
use workmint_storage::index::{EventKey, Order};

pub use csv::{Life, Sheet};
pub use lines::Line;
pub use outlook::Vesting;

use crate::error::AnswerError;
use crate::network::Network;

/// Most events of a page.
pub const MOST: usize = 1_000;

/// Which events are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The account.
    pub account: Address,
    /// The order of the events.
    pub order: Order,
    /// Begin after this key, in that order.
    pub after: Option<EventKey>,
    /// Events of the page, 1 to [`MOST`].
    pub limit: usize,
}

/// Some events of an account, in the order they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The account.
    pub account: Address,
    /// Its events.
    pub lines: Vec<Line>,
    /// The key to ask the next page with, if there are more.
    pub next: Option<EventKey>,
    /// What of its money still vests, one for each asset of which something does.
    pub vesting: Vec<Vesting>,
}

/// Reads HEIGHT.SEQUENCE.
///
/// # Errors
/// [`AnswerError::BadInput`] of the field `after`.
pub fn key(text: &str) -> Result<EventKey, AnswerError> {
    let parts = text.split_once('.').and_then(|(height, sequence)| {
        Some(EventKey { height: height.parse().ok()?, sequence: sequence.parse().ok()? })
    });
    let wrong = || AnswerError::refused("after", "a key is HEIGHT.SEQUENCE, two whole numbers");
    parts.ok_or_else(wrong)
}

/// Writes HEIGHT.SEQUENCE.
#[must_use]
pub fn key_text(key: &EventKey) -> String {
    format!("{}.{}", key.height, key.sequence)
}

fn within(limit: usize) -> Result<usize, AnswerError> {
    match limit {
        1..=MOST => Ok(limit),
        _ => Err(AnswerError::range("limit", limit, format!("1 to {MOST}"))),
    }
}

/// A page of an account's events.
///
/// # Errors
/// [`AnswerError::NotFound`] for an account that the network does not know,
/// [`AnswerError::BadInput`] for a limit out of range; damage.
pub fn page(network: &impl Network, question: &Question) -> Result<Page, AnswerError> {
    let (account, limit) = (question.account, within(question.limit)?);
    let parameters = network.parameters()?;
    let vesting = network.read(|state| {
        state.ledger.handle(&account)?;
        Some(outlook::gather(state, &parameters, &account))
    });
    let vesting = vesting
        .ok_or_else(|| AnswerError::not_found("account", format!("{account} is not known here")))?;
    let events = network.account_events(&account, question.order, question.after, limit)?;
    let lines = events.events.iter();
    let lines = lines.map(|(key, row)| lines::line(&parameters, &account, (*key, row)));
    let lines = lines.collect::<Result<_, AnswerError>>()?;
    Ok(Page { account, lines, next: events.next, vesting: vesting? })
}

impl Page {
    /// For machines.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "account": self.account.to_string(),
            "events": self.lines.iter().map(Line::document).collect::<Vec<Value>>(),
            "next": self.next.as_ref().map(key_text),
            "vesting": self.vesting.iter().map(Vesting::document).collect::<Vec<Value>>(),
        })
    }
}
