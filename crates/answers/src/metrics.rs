//! What a network emitted, to whom, and what was burned (document 004), and what its market of jobs
//! sold (document 003), epoch by epoch.

use serde_json::{Map, Value, json};
use workmint_core::modules::market::Event as Market;
use workmint_core::modules::parameters::{EpochLength, Parameters};
use workmint_core::modules::rewards::plan;
use workmint_core::offline::settle_inputs;
use workmint_core::time::Duration;
use workmint_core::{Event, State};
use workmint_protocol::economy::{Closed, EpochEconomy, economy};
use workmint_protocol::market::{EpochMetrics, Facts, metrics};
use workmint_storage::index::Order;
use workmint_storage::store::Books;

use crate::error::AnswerError;
use crate::network::Network;
use crate::preview::Preview;
use crate::text::counted;

/// Most epochs of a page.
pub const MOST: usize = 1_000;

/// One epoch's figures.
#[derive(Clone, Debug)]
pub struct Row {
    /// Document 004's.
    pub economy: EpochEconomy,
    /// Document 003's, of a network of jobs.
    pub market: Option<EpochMetrics>,
}

impl Row {
    /// For machines.
    ///
    /// # Errors
    /// Damage.
    pub fn document(&self) -> Result<Value, AnswerError> {
        let mut all = Map::new();
        let market = self.market.as_ref().map(serde_json::to_value);
        let market = market.transpose().map_err(AnswerError::damage)?;
        let economy = serde_json::to_value(&self.economy).map_err(AnswerError::damage)?;
        for part in market.into_iter().chain([economy]) {
            if let Value::Object(members) = part {
                all.extend(members);
            }
        }
        Ok(Value::Object(all))
    }
}

/// Some epochs, ascending.
#[derive(Clone, Debug)]
pub struct Page {
    /// Their figures.
    pub rows: Vec<Row>,
    /// The first that is not among them; `None`: this is all.
    pub next: Option<u64>,
}

impl Page {
    /// For machines.
    ///
    /// # Errors
    /// Damage.
    pub fn document(&self, parameters: &Parameters) -> Result<Value, AnswerError> {
        let rows = self.rows.iter().map(Row::document);
        let mut document = json!({
            "network": parameters.network.name.as_str(),
            "epoch_length": length(parameters),
            "epochs": rows.collect::<Result<Vec<Value>, AnswerError>>()?,
            "next": self.next.map(|next| next.to_string()),
        });
        if parameters.market.jobs.is_some() {
            document["counts"] =
                "paid jobs; a session is one job of tier 0 in each epoch in which it pays".into();
        }
        Ok(document)
    }
}

/// `1d`, `100 blocks`.
#[must_use]
pub fn length(parameters: &Parameters) -> String {
    match parameters.network.epoch_length {
        EpochLength::Time(length) => Duration::Milliseconds(length).to_string(),
        EpochLength::Blocks(blocks) => counted(blocks, "block"),
    }
}

/// The figures of one epoch, up to the open one, which is told as if nothing more happened in it
/// ([`Network::preview`]). A closed epoch is settled again from its frozen inputs.
///
/// # Errors
/// [`AnswerError::BadInput`] of the field `epoch` if it has not begun, [`AnswerError::NotFound`]
/// if it was skipped; damage.
pub fn one(network: &impl Network, epoch: u64) -> Result<Row, AnswerError> {
    let open = network.chain().epoch;
    require_begun("epoch", epoch, open)?;
    if epoch != open && network.closing_height(epoch)?.is_none() {
        return Err(AnswerError::not_found(
            "epoch",
            format!(
                "epoch {epoch} passed without a block: it was skipped and nothing was paid or sold"
            ),
        ));
    }
    row(network, (epoch, open))
}

/// The figures of at most `limit` epochs (1 to [`MOST`]) in that order, from one on; without one
/// from the first or the open one. Each costs what [`one`] does.
///
/// # Errors
/// [`AnswerError::BadInput`] of the fields `from` and `limit`; damage.
pub fn page(
    network: &impl Network,
    (order, from): (Order, Option<u64>),
    limit: usize,
) -> Result<Page, AnswerError> {
    if !(1..=MOST).contains(&limit) {
        return Err(AnswerError::range("limit", limit, format!("1 to {MOST}")));
    }
    let open = network.chain().epoch;
    if let Some(from) = from {
        require_begun("from", from, open)?;
    }
    let count = limit.saturating_add(1);
    let mut all = match order {
        Order::Ascending => from_oldest(network, from.unwrap_or(0), (open, count))?,
        Order::Descending => from_newest(network, from.unwrap_or(open), (open, count))?,
    };
    let next = all.get(limit).copied();
    all.truncate(limit);
    let rows = all.into_iter().map(|epoch| row(network, (epoch, open)));
    Ok(Page { rows: rows.collect::<Result<_, AnswerError>>()?, next })
}

/// Epochs from one on, the open one last; at most `count` of those before it.
fn from_oldest(
    network: &impl Network,
    from: u64,
    (open, count): (u64, usize),
) -> Result<Vec<u64>, AnswerError> {
    let more = network.closed_epochs(from, count)?;
    // The index may know blocks that were written since the state was read.
    let known = more.into_iter().filter(|epoch| *epoch < open);
    Ok(known.chain([open]).collect())
}

/// Epochs from one back, at most `count`.
fn from_newest(
    network: &impl Network,
    from: u64,
    (open, count): (u64, usize),
) -> Result<Vec<u64>, AnswerError> {
    let mut all = Vec::new();
    let mut before = from;
    if from == open {
        all.push(open);
    } else {
        before = from.saturating_add(1);
    }
    while all.len() < count {
        let Some(epoch) = network.closed_before(before)? else { break };
        all.push(epoch);
        before = epoch;
    }
    Ok(all)
}

fn require_begun(field: &'static str, epoch: u64, open: u64) -> Result<(), AnswerError> {
    if epoch <= open {
        return Ok(());
    }
    Err(AnswerError::BadInput {
        field,
        value: String::new(),
        what: format!("epoch {epoch} has not begun"),
        allowed: format!("0 to {open}, the open epoch"),
    })
}

fn row(network: &impl Network, (epoch, open): (u64, u64)) -> Result<Row, AnswerError> {
    if epoch == open
        && let Some(row) = open_row(network, epoch)?
    {
        return Ok(row);
    }
    let economy = closed(network, epoch)?;
    let parameters = network.parameters()?;
    let has_jobs = parameters.market.jobs.is_some();
    let market = has_jobs.then(|| sold(network, &parameters, epoch));
    Ok(Row { economy, market: market.transpose()? })
}

/// The figures of the open epoch; `None` if it was closed since it was said to be open.
fn open_row(network: &impl Network, epoch: u64) -> Result<Option<Row>, AnswerError> {
    let Some(preview) = network.preview_of(epoch)? else { return Ok(None) };
    let economy = so_far(network, &preview)?;
    let parameters = network.parameters()?;
    if parameters.market.jobs.is_none() {
        return Ok(Some(Row { economy, market: None }));
    }
    let facts = network.read(|state| (state.chain().epoch == epoch).then(|| Facts::so_far(state)));
    let Some(facts) = facts else { return Ok(None) };
    let market = metrics(&parameters, (epoch, true), &facts).map_err(AnswerError::damage)?;
    Ok(Some(Row { economy, market: Some(market) }))
}

/// The figures of the open epoch if nothing more happened.
fn so_far(network: &impl Network, preview: &Preview) -> Result<EpochEconomy, AnswerError> {
    let closed = &preview.closed;
    let plan = plan(&closed.parameters, &closed.inputs).map_err(AnswerError::damage)?;
    let asset = closed.parameters.emission.asset;
    let of = Closed {
        parameters: &closed.parameters,
        inputs: &closed.inputs,
        plan: &plan,
        before: before(network, closed.inputs.epoch)?.asset(asset),
        after: preview.after.ledger.supply(asset),
        open: true,
    };
    economy(&of).map_err(AnswerError::damage)
}

/// The figures of a closed epoch.
fn closed(network: &impl Network, epoch: u64) -> Result<EpochEconomy, AnswerError> {
    let stored = network.epoch_inputs(epoch)?;
    let parameters: &Parameters = &stored.parameters;
    let settled = settle_inputs(parameters, stored.inputs, false).map_err(AnswerError::damage)?;
    let asset = parameters.emission.asset;
    let after = network.books_of(epoch)?;
    let after = after.ok_or_else(|| AnswerError::damage("the index lacks a closed epoch"))?;
    let of = Closed {
        parameters,
        inputs: &settled.inputs,
        plan: &settled.plan,
        before: before(network, epoch)?.asset(asset),
        after: after.asset(asset),
        open: false,
    };
    economy(&of).map_err(AnswerError::damage)
}

/// What there was after the last close before an epoch, or at genesis.
fn before(network: &impl Network, epoch: u64) -> Result<Books, AnswerError> {
    match network.closed_before(epoch)? {
        Some(last) => Ok(network.books_of(last)?.unwrap_or_default()),
        None => {
            let state = State::genesis(network.genesis()).map_err(AnswerError::damage)?;
            Ok(Books::of(&state))
        }
    }
}

/// What a closed epoch's jobs sold.
fn sold(
    network: &impl Network,
    parameters: &Parameters,
    epoch: u64,
) -> Result<EpochMetrics, AnswerError> {
    let mut facts = Facts::default();
    for event in network.epoch_events(epoch)? {
        if let Event::Market(Market::Job(event)) = event {
            facts.add(&event);
        }
    }
    metrics(parameters, (epoch, false), &facts).map_err(AnswerError::damage)
}
