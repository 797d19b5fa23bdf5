//! The forms of an answer: where the chain stands, amounts with their unit, pages.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use workmint_amounts::Amount;
use workmint_core::State;
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::{AssetId, ModelId};
use workmint_core::time::Deadline;
use workmint_node::Head;

use crate::problem::Problem;

/// The header with the height an answer was computed at.
pub const HEIGHT: HeaderName = HeaderName::from_static("x-workmint-height");
/// The header with that block's time, milliseconds.
pub const TIME: HeaderName = HeaderName::from_static("x-workmint-time-ms");

/// Where the chain stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Height of the last block.
    pub height: u64,
    /// Its time, milliseconds.
    pub time_ms: u64,
}

impl At {
    /// Where a state stands.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let chain = state.chain();
        Self { height: chain.height, time_ms: chain.time_ms }
    }

    /// An answer with its headers.
    pub fn respond(self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        let headers = response.headers_mut();
        headers.insert(HEIGHT, HeaderValue::from(self.height));
        headers.insert(TIME, HeaderValue::from(self.time_ms));
        response
    }
}

impl From<Head> for At {
    fn from(head: Head) -> Self {
        Self { height: head.height, time_ms: head.time_ms }
    }
}

/// One thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer<T> {
    /// Height of the block it was computed at.
    pub height: u64,
    /// That block's time, milliseconds.
    pub time_ms: u64,
    /// The thing.
    #[serde(flatten)]
    pub of: T,
}

impl<T> Answer<T> {
    /// A thing of a state.
    #[must_use]
    pub fn new(at: At, of: T) -> Self {
        Self { height: at.height, time_ms: at.time_ms, of }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let at = At { height: self.height, time_ms: self.time_ms };
        at.respond(axum::Json(self))
    }
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// Height of the block it was computed at.
    pub height: u64,
    /// That block's time, milliseconds.
    pub time_ms: u64,
    /// The rows, in the order of the list.
    pub items: Vec<T>,
    /// `cursor` of the next page; null at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The first rows, and where the next page begins: by the key of the first row that is left.
    ///
    /// # Errors
    /// Those of the rows.
    pub fn of<K>(
        at: At,
        limit: usize,
        rows: impl Iterator<Item = K>,
        key: impl Fn(&K) -> String,
        mut item: impl FnMut(K) -> Result<T, Problem>,
    ) -> Result<Self, Problem> {
        let mut items = Vec::new();
        let mut next = None;
        for row in rows {
            if items.len() == limit {
                next = Some(key(&row));
                break;
            }
            items.push(item(row)?);
        }
        Ok(Self { height: at.height, time_ms: at.time_ms, items, next })
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let at = At { height: self.height, time_ms: self.time_ms };
        at.respond(axum::Json(self))
    }
}

/// An amount with its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Money {
    /// Base units, a whole number as text.
    #[schema(pattern = "^[0-9]{1,39}$", example = "284864657146472")]
    pub amount: String,
    /// Symbol of the asset.
    #[schema(example = "GNK")]
    pub asset: String,
    /// A display unit is 10^decimals base units.
    #[schema(maximum = 18)]
    pub decimals: u8,
}

/// When something is over: one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ends {
    /// Block time from which it is over, milliseconds.
    pub time_ms: Option<u64>,
    /// Epoch at whose close it is over.
    pub epoch: Option<u64>,
}

impl From<Deadline> for Ends {
    fn from(deadline: Deadline) -> Self {
        match deadline {
            Deadline::Time(time_ms) => Self { time_ms: Some(time_ms), epoch: None },
            Deadline::Epoch(epoch) => Self { time_ms: None, epoch: Some(epoch) },
        }
    }
}

/// What amounts and models are called.
#[derive(Clone, Copy, Debug)]
pub struct Units<'a>(pub &'a Parameters);

impl Units<'_> {
    /// An amount with its unit.
    ///
    /// # Errors
    /// If the parameters do not define the asset: parameters and state disagree.
    pub fn money(&self, asset: AssetId, amount: Amount) -> Result<Money, Problem> {
        let found = self.0.asset(asset);
        let found = found.ok_or_else(|| Problem::internal(format!("no asset {}", asset.0)))?;
        Ok(Money {
            amount: amount.to_string(),
            asset: found.symbol.to_string(),
            decimals: found.decimals,
        })
    }

    /// The id of a model.
    ///
    /// # Errors
    /// If the parameters do not define it: parameters and state disagree.
    pub fn model(&self, model: ModelId) -> Result<String, Problem> {
        let found = self.0.model(model).map(|model| model.id.to_string());
        found.ok_or_else(|| Problem::internal(format!("no model {}", model.0)))
    }
}
