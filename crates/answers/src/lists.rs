//! What owners let others spend, page by page.
//!
//! The list is read from a state directly, in the order of its keys, and looks at no more rows than
//! a page has: short enough for the lock of a running node. A page names the key to go on with; a
//! row that appears or ends between two pages moves nothing else.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::AssetId;
use workmint_core::{Address, State};

use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// Most rows of a page.
pub const MOST: usize = 1_000;

/// Which rows are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query<'a> {
    /// Only those of this owner.
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

/// What owners let others spend, by owner, spender and asset; of one owner if `account` is given.
///
/// # Errors
/// [`AnswerError::BadInput`] of the fields `after` and `limit`, [`AnswerError::NotFound`] of
/// `account`.
pub fn allowances(state: &State, query: &Query<'_>) -> Result<Page, AnswerError> {
    let (parameters, limit, asked) = (active(state)?, query.limit()?, query.handle(state)?);
    let after = query.key("OWNER.SPENDER.ASSET", |text| {
        let mut parts = text.splitn(3, '.');
        let owner = handle(state, parts.next()?)?;
        let spender = handle(state, parts.next()?)?;
        Some((owner, spender, AssetId(parts.next()?.parse().ok()?)))
    })?;
    let last = |before: u32| (AccountHandle(before), AccountHandle(u32::MAX), AssetId(u16::MAX));
    let from = match (asked, after) {
        (Some(of), Some(after)) if after.0 >= of => Some(after),
        (Some(of), _) => of.0.checked_sub(1).map(last),
        (None, after) => after,
    };
    let rows = state.ledger.allowances_after(from);
    let rows = rows.take_while(|((owner, ..), _)| asked.is_none_or(|of| of == *owner));
    page(
        rows,
        limit,
        |(owner, spender, asset), amount| {
            let unlimited = amount == Amount::new(u128::MAX);
            Ok(json!({
                "owner": state.ledger.address(*owner).to_string(),
                "spender": state.ledger.address(*spender).to_string(),
                "allowance": amount_json(amount, asset_of(&parameters, *asset)?),
                "unlimited": unlimited,
            }))
        },
        |(owner, spender, asset)| {
            let address = |of: AccountHandle| state.ledger.address(of);
            format!("{}.{}.{}", address(*owner), address(*spender), asset.0)
        },
    )
}

/// A page of what `rows` gives. `item` makes a row a document, `key` writes its key.
fn page<K, R>(
    rows: impl Iterator<Item = (K, R)>,
    limit: usize,
    mut item: impl FnMut(&K, R) -> Result<Value, AnswerError>,
    key: impl Fn(&K) -> String,
) -> Result<Page, AnswerError> {
    let mut page = Page::default();
    let mut last = None;
    for (of, row) in rows {
        if page.items.len() == limit {
            page.next = last;
            return Ok(page);
        }
        last = Some(key(&of));
        page.items.push(item(&of, row)?);
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

#[cfg(test)]
mod tests;
