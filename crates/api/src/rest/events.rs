//! What happened: the logs of blocks, in words.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use axum::extract::State as Shared;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use workmint_answers::Order;
use workmint_core::{Address, Hash};
use workmint_node::BlockRecord;
use workmint_protocol::wire::logs::{Log, catalogue, describe};

use super::answer::Page;
use super::ordered::{Ordering, read_in};
use super::walk::{Rows, Walk, Within};
use super::{Asked, Problem, Rest};

/// A thing that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Event {
    /// Names it: height and position.
    #[schema(pattern = "^[0-9]{1,19}-[0-9]{1,19}$", example = "120-3")]
    pub id: String,
    /// Height of its block.
    pub block: u64,
    /// That block's time, milliseconds.
    pub block_time_ms: u64,
    /// Its place in the block.
    pub position: u64,
    /// The transaction that caused it; null: the end of the block.
    pub transaction: Option<String>,
    /// Address of the contract that says it.
    pub address: String,
    /// That contract's interface.
    pub contract: Option<String>,
    /// The event's name.
    pub event: Option<String>,
    /// Its fields by name; numbers are decimal strings.
    pub fields: Value,
}

/// Which events are asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    contract: Option<&'static str>,
    event: Option<&'static str>,
    account: Option<Address>,
}

/// Which events are asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Filter::of` reads")]
pub(super) struct Filters {
    /// Only those of this interface, such as `IERC20Events` or `ICollateralEvents`.
    #[param(pattern = "CONTRACT")]
    contract: Option<String>,
    /// Only those of this name, such as `Transfer`. With `contract`, one of that interface's.
    #[param(pattern = "EVENT")]
    event: Option<String>,
    /// Only those with this account in a field.
    #[param(pattern = "^0x([0-9a-f]{40}|[0-9A-F]{40})$")]
    account: Option<String>,
}

/// The interfaces that have events.
pub(super) fn contracts() -> BTreeSet<&'static str> {
    catalogue().iter().map(|spec| spec.contract).collect()
}

/// The events, of one interface or all.
pub(super) fn names(contract: Option<&str>) -> BTreeSet<&'static str> {
    let all = catalogue().iter();
    let all = all.filter(|spec| contract.is_none_or(|contract| contract == spec.contract));
    all.map(|spec| spec.name).collect()
}

impl Filter {
    /// Reads the filter of a query.
    ///
    /// # Errors
    /// [`Problem`] naming the parameter and what is allowed.
    pub(super) fn of(asked: &mut Asked) -> Result<Self, Problem> {
        let contract = one_of(asked, "contract", &contracts())?;
        let event = one_of(asked, "event", &names(None))?;
        if let (Some(contract), Some(event)) = (contract, event) {
            let has = names(Some(contract));
            if !has.contains(event) {
                let detail = format!("{contract} has no event {event}; allowed: {}", listed(&has));
                return Err(Problem::contradiction("event", detail));
            }
        }
        Ok(Self { contract, event, account: asked.address("account")? })
    }

    fn takes(&self, event: &Event) -> bool {
        let same = |wanted: Option<&str>, found: &Option<String>| {
            wanted.is_none() || wanted == found.as_deref()
        };
        same(self.contract, &event.contract)
            && same(self.event, &event.event)
            && self.account.is_none_or(|account| has(&event.fields, &account.to_string()))
    }
}

fn listed(words: &BTreeSet<&'static str>) -> String {
    let words: Vec<&str> = words.iter().copied().collect();
    words.join(", ")
}

/// A parameter that has one of these values.
fn one_of(
    asked: &mut Asked,
    field: &'static str,
    allowed: &BTreeSet<&'static str>,
) -> Result<Option<&'static str>, Problem> {
    let Some(text) = asked.text(field)? else { return Ok(None) };
    let wrong = || Problem::parameter(field, format!("allowed: {}", listed(allowed)));
    allowed.get(text).copied().map(Some).ok_or_else(wrong)
}

fn has(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(all) => all.iter().any(|value| has(value, text)),
        Value::Object(all) => all.values().any(|value| has(value, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The events of a block at these positions that a filter takes, in that order.
pub(super) fn of_block<'a>(
    block: &'a BlockRecord,
    positions: Range<u64>,
    (order, filter): (Order, &'a Filter),
) -> impl Iterator<Item = Event> + 'a {
    let of_transactions =
        block.transactions.iter().flat_map(|row| row.logs.iter().map(|log| (Some(&row.hash), log)));
    let all: Vec<(Option<&Hash>, &Log)> =
        of_transactions.chain(block.end_logs.iter().map(|log| (None, log))).collect();
    let end = u64::try_from(all.len()).unwrap_or(u64::MAX).min(positions.end);
    let events = read_in(order, positions.start..end).filter_map(move |position| {
        let (transaction, log) = all.get(usize::try_from(position).ok()?)?;
        Some(shown(block, position, transaction.map(ToString::to_string), log))
    });
    events.filter(|event| filter.takes(event))
}

fn shown(block: &BlockRecord, position: u64, transaction: Option<String>, log: &Log) -> Event {
    let described = describe(log);
    let (contract, event, fields) = match described {
        Some(found) => {
            let fields = found.fields.iter().map(|(name, field)| {
                (name.clone(), serde_json::to_value(field).unwrap_or(Value::Null))
            });
            let fields = Value::Object(fields.collect());
            (Some(found.contract.to_string()), Some(found.event.to_string()), fields)
        }
        None => (None, None, Value::Object(serde_json::Map::new())),
    };
    Event {
        id: format!("{}-{position}", block.height),
        block: block.height,
        block_time_ms: block.time_ms,
        position,
        transaction,
        address: log.address.to_string(),
        contract,
        event,
        fields,
    }
}

/// What happened, by height and position. A page looks at up to 1,000 blocks: one without items may
/// have a `next`.
#[utoipa::path(get, path = "/v1/events", tag = "chain",
    params(Within, Filters, super::TimePairs, Ordering),
    responses((status = 200, description = "Events", body = Page<Event>)))]
pub(super) async fn events(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Event>, Problem> {
    let walk = Walk::of(&mut asked)?;
    let filter = Filter::of(&mut asked)?;
    asked.end()?;
    rest.finds(move |running| walk.page(running, &filter)).await
}

impl Rows for Filter {
    type Row = Event;

    fn of_block<'a>(
        &'a self,
        block: &'a Arc<BlockRecord>,
        positions: Range<u64>,
        order: Order,
    ) -> impl Iterator<Item = (u64, Event)> {
        of_block(block, positions, (order, self)).map(|event| (event.position, event))
    }
}
