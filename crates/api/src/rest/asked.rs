//! What a request asks: path and query parameters, each used once, unknown ones refused.

use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use workmint_core::{Address, Hash};

use crate::problem::Problem;

/// Rows of a page unless `limit` says otherwise.
pub const DEFAULT_LIMIT: usize = 100;
/// Most rows of a page.
pub const MAX_LIMIT: usize = 1_000;
/// Largest whole number taken: what every JSON reader holds exactly.
pub const MAX_NUMBER: u64 = 9_007_199_254_740_991;
/// Longest text taken.
const MAX_TEXT: usize = 200;

/// The parameters of a request.
#[derive(Debug)]
pub struct Asked {
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    /// Names of the query's parameters that the path knows.
    known: Vec<&'static str>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = RawPathParams::from_request_parts(parts, state).await;
        let path = path.map_err(|error| Problem::parameter("path", error))?;
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let Query(query) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|error| Problem::parameter("query", error))?;
        for (at, (name, _)) in query.iter().enumerate() {
            if query.iter().take(at).any(|(before, _)| before == name) {
                return Err(Problem::parameter(name, format!("{name} is given twice")));
            }
        }
        Ok(Self { path, query, known: Vec::new() })
    }
}

impl Asked {
    /// A part of the path, as text.
    ///
    /// # Errors
    /// If the path has no such part: routes and handlers disagree.
    pub fn part(&self, name: &str) -> Result<&str, Problem> {
        let found = self.path.iter().find(|(of, _)| of == name);
        let missing = || Problem::internal(format!("the path has no part {name}"));
        found.map(|(_, value)| value.as_str()).ok_or_else(missing)
    }

    /// A whole number of the path.
    ///
    /// # Errors
    /// [`Problem`] naming it and its range.
    pub fn number_part(&self, name: &str) -> Result<u64, Problem> {
        number(name, self.part(name)?, (0, MAX_NUMBER))
    }

    /// An address of the path.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub fn address_part(&self, name: &str) -> Result<Address, Problem> {
        self.part(name)?.parse().map_err(|error| Problem::parameter(name, error))
    }

    /// A hash of the path.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub fn hash_part(&self, name: &str) -> Result<Hash, Problem> {
        self.part(name)?.parse().map_err(|error| Problem::parameter(name, error))
    }

    /// A parameter of the query, as text of at most 200 bytes.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub fn text(&mut self, name: &'static str) -> Result<Option<&str>, Problem> {
        self.known.push(name);
        let found = self.query.iter().find(|(of, _)| of == name);
        match found {
            Some((_, value)) if value.len() > MAX_TEXT => {
                let detail = format!("{} bytes; allowed: at most {MAX_TEXT}", value.len());
                Err(Problem::parameter(name, detail))
            }
            found => Ok(found.map(|(_, value)| value.as_str())),
        }
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub fn required(&mut self, name: &'static str) -> Result<&str, Problem> {
        self.text(name)?.ok_or_else(|| Problem::parameter(name, format!("{name} is required")))
    }

    /// A whole number of the query.
    ///
    /// # Errors
    /// [`Problem`] naming it and its range.
    pub fn number(
        &mut self,
        name: &'static str,
        (least, most): (u64, u64),
    ) -> Result<Option<u64>, Problem> {
        self.text(name)?.map(|text| number(name, text, (least, most))).transpose()
    }

    /// An address of the query.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub fn address(&mut self, name: &'static str) -> Result<Option<Address>, Problem> {
        let read = |text: &str| text.parse().map_err(|error| Problem::parameter(name, error));
        self.text(name)?.map(read).transpose()
    }

    /// Whether a switch of the query is on: `true` or `false`; off unless given.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub fn switch(&mut self, name: &'static str) -> Result<bool, Problem> {
        Ok(self.choice(name)?.unwrap_or(false))
    }

    /// Which of the two a filter of the query lets through: `true` or `false`; both unless given.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub fn choice(&mut self, name: &'static str) -> Result<Option<bool>, Problem> {
        match self.text(name)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Problem::parameter(name, "allowed: true, false")),
        }
    }

    /// Rows of a page: `limit`.
    ///
    /// # Errors
    /// [`Problem`] naming it and its range.
    pub fn limit(&mut self) -> Result<usize, Problem> {
        let most = u64::try_from(MAX_LIMIT).unwrap_or(u64::MAX);
        let limit = self.number("limit", (1, most))?;
        Ok(limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(DEFAULT_LIMIT))
    }

    /// Where a page begins: `cursor`, as many whole numbers as the list's keys have, joined by `~`.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub fn cursor<const N: usize>(&mut self) -> Result<Option<[u64; N]>, Problem> {
        let Some(text) = self.text("cursor")? else { return Ok(None) };
        numbers(text).map(Some).ok_or_else(|| no_cursor(text))
    }

    /// Refuses parameters of the query that were not asked for.
    ///
    /// # Errors
    /// [`Problem`] naming the first one, and those there are.
    pub fn end(&self) -> Result<(), Problem> {
        let unknown = self.query.iter().find(|(name, _)| !self.known.iter().any(|of| of == name));
        match unknown {
            None => Ok(()),
            Some((name, _)) if self.known.is_empty() => {
                Err(Problem::parameter(name, "unknown; the path has no parameters"))
            }
            Some((name, _)) => {
                let detail = format!("unknown; allowed: {}", self.known.join(", "));
                Err(Problem::parameter(name, detail))
            }
        }
    }
}

/// As many whole numbers, joined by `~`.
pub(super) fn numbers<const N: usize>(text: &str) -> Option<[u64; N]> {
    let parts: Option<Vec<u64>> = text.split('~').map(digits).collect();
    <[u64; N]>::try_from(parts?).ok()
}

/// A cursor that no list of this form ever gave.
pub(super) fn no_cursor(text: &str) -> Problem {
    let detail = format!("{text} is not `next` of an earlier page of this list");
    Problem::parameter("cursor", detail)
}

/// Decimal digits alone: no sign, no space.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn number(name: &str, text: &str, (least, most): (u64, u64)) -> Result<u64, Problem> {
    let read = digits(text).filter(|number| (least..=most).contains(number));
    read.ok_or_else(|| {
        Problem::parameter(name, format!("allowed: whole numbers from {least} to {most}"))
    })
}
