//! What is under way, page by page: jobs, sessions, proposals, participants, allowances, backpay.
//!
//! Every list is read from a state directly, in the order of its keys, and looks at no more rows
//! than [`MOST_LOOKS`]: short enough for the lock of a running node. A page names the key to go on
//! with; a row that appears or ends between two pages moves nothing else.

mod market;
mod people;

use serde_json::{Value, json};
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::ModelId;
use workmint_core::{Address, State};

pub use market::{job, jobs, session, sessions};
pub use people::{allowances, backpay, participant, participants, proposal, proposals};

use crate::error::AnswerError;

/// Most rows of a page.
pub const MOST: usize = 1_000;
/// Most rows that are looked at for a page; a page of a rare kind may be short, or empty, and still
/// name a next key.
pub const MOST_LOOKS: usize = 10_000;

/// Which rows are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query<'a> {
    /// Only those of this account: a job's or session's customer, an allowance's owner, whom
    /// backpay is owed to.
    pub account: Option<Address>,
    /// Begin after this key, as a page before named it.
    pub after: Option<&'a str>,
    /// Rows of the page, 1 to [`MOST`].
    pub limit: usize,
}

/// Some rows for machines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The rows.
    pub items: Vec<Value>,
    /// The key to go on with, if there may be more.
    pub next: Option<String>,
}

impl Page {
    /// The page as a document.
    #[must_use]
    pub fn document(self) -> Value {
        json!({ "items": self.items, "next": self.next })
    }
}

impl Query<'_> {
    fn limit(&self) -> Result<usize, AnswerError> {
        match self.limit {
            1..=MOST => Ok(self.limit),
            other => Err(AnswerError::range("limit", other, format!("1 to {MOST}"))),
        }
    }

    /// The handle of the account; the outer `None` if none is asked for.
    fn handle(&self, state: &State) -> Result<Option<AccountHandle>, AnswerError> {
        let of = |account: Address| state.ledger.handle(&account);
        match self.account {
            None => Ok(None),
            Some(account) => of(account).map(Some).ok_or_else(|| unknown("account", &account)),
        }
    }

    /// The key to begin after, read by `key`.
    fn key<K>(
        &self,
        form: &str,
        key: impl Fn(&str) -> Option<K>,
    ) -> Result<Option<K>, AnswerError> {
        let Some(text) = self.after else {
            return Ok(None);
        };
        let wrong = || AnswerError::BadInput {
            field: "after",
            value: text.to_owned(),
            what: "it is no key of this list".to_owned(),
            allowed: format!("{form}, as \"next\" gives it"),
        };
        key(text).map(Some).ok_or_else(wrong)
    }
}

/// A page of what `rows` gives: those that `item` makes a document of. `key` writes the key of a
/// row.
fn page<K, R>(
    rows: impl Iterator<Item = (K, R)>,
    limit: usize,
    mut item: impl FnMut(&K, R) -> Result<Option<Value>, AnswerError>,
    key: impl Fn(&K) -> String,
) -> Result<Page, AnswerError> {
    let mut page = Page::default();
    let mut last = None;
    for (looks, (of, row)) in rows.enumerate() {
        if page.items.len() == limit || looks == MOST_LOOKS {
            page.next = last;
            return Ok(page);
        }
        last = Some(key(&of));
        page.items.extend(item(&of, row)?);
    }
    Ok(page)
}

fn unknown(field: &'static str, account: &Address) -> AnswerError {
    AnswerError::not_found(field, format!("the network does not know the account {account}"))
}

/// The handle that an address of a key stands for.
fn handle(state: &State, text: &str) -> Option<AccountHandle> {
    state.ledger.handle(&text.parse::<Address>().ok()?)
}

fn active(state: &State) -> Result<std::sync::Arc<Parameters>, AnswerError> {
    let active = state.active_parameters();
    active.ok_or_else(|| AnswerError::damage("the state has no parameters"))
}

fn model_name(parameters: &Parameters, model: ModelId) -> String {
    crate::explain::weight::model_name(parameters, model)
}

#[cfg(test)]
mod tests;
