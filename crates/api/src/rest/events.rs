//! What happened: the logs of blocks, in words.

use std::collections::BTreeSet;
use std::ops::Range;

use axum::extract::State as Shared;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use workmint_answers::Order;
use workmint_core::{Address, Hash};
use workmint_node::BlockRecord;
use workmint_protocol::wire::logs::{Log, catalogue, describe};

use super::answer::Page;
use super::ordered::{Ordering, Paged, cursor_of, read_in};
use super::{Asked, Problem, Rest, Running};

/// Most blocks one request looks at.
const MOST_BLOCKS: u64 = 1_000;

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

/// Which blocks are looked at.
#[derive(Clone, Copy, Debug)]
struct Blocks {
    from: Option<u64>,
    epoch: Option<u64>,
}

impl Blocks {
    /// First and last height. Without a first one it is where the page begins, or the history for
    /// a list that ends there.
    fn heights(self, running: &Running, paged: &Paged<2>) -> Result<(u64, u64), Problem> {
        let kept = running.first();
        let (epoch_from, last) = match self.epoch {
            None => (None, running.at().height),
            Some(epoch) => {
                let (first, last) = running.blocks_of(epoch)?;
                if let Some([height, _]) = paged.cursor
                    && !(first..=last).contains(&height)
                {
                    let why = format!("it is of a page of another epoch than {epoch}");
                    return Err(Problem::contradiction("cursor", why));
                }
                (Some(first), last)
            }
        };
        let first = self.from.map(|from| from.max(1)).max(epoch_from);
        let first = first.unwrap_or(match paged.order {
            Order::Ascending => paged.cursor.map_or(1, |[height, _]| height.max(1)),
            Order::Descending => kept,
        });
        if first < kept {
            running.block(first)?;
        }
        Ok((first, last))
    }
}

/// What happened, by height and position. A page looks at up to 1,000 blocks: one without items may
/// have a `next`.
#[utoipa::path(get, path = "/v1/events", tag = "chain", params(
        ("from" = Option<u64>, Query, description = "First height; 1 unless given",
            maximum = 9007199254740991_u64),
        ("epoch" = Option<u64>, Query, description = "Only those of this epoch's blocks",
            maximum = 9007199254740991_u64),
        Filters, super::TimePairs, Ordering),
    responses((status = 200, description = "Events", body = Page<Event>)))]
pub(super) async fn events(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Event>, Problem> {
    let paged = asked.paged()?;
    let number = |asked: &mut Asked, name| asked.number(name, (0, super::asked::MAX_NUMBER));
    let blocks = Blocks { from: number(&mut asked, "from")?, epoch: number(&mut asked, "epoch")? };
    let filter = Filter::of(&mut asked)?;
    asked.end()?;
    rest.finds(move |running| {
        let at = running.at();
        let heights = blocks.heights(running, &paged)?;
        let (items, next) = match paged.order {
            Order::Ascending => ascending(running, heights, &paged, &filter)?,
            Order::Descending => descending(running, heights, &paged, &filter)?,
        };
        let next =
            next.map(|(height, position)| cursor_of(paged.order, &format!("{height}~{position}")));
        Ok(Page { height: at.height, time_ms: at.time_ms, items, next })
    })
    .await
}

/// Some events, and the place of the next page.
type Found = (Vec<Event>, Option<(u64, u64)>);

/// A cursor is the place of the first event.
fn ascending(
    running: &Running,
    (first, last): (u64, u64),
    paged: &Paged<2>,
    filter: &Filter,
) -> Result<Found, Problem> {
    let [height, position] = paged.cursor.unwrap_or_default();
    let (mut height, mut position) = (height, position).max((first, 0));
    let end = last.min(height.saturating_add(MOST_BLOCKS - 1));
    let mut items = Vec::new();
    while height <= end {
        let block = running.block(height)?;
        for event in of_block(&block, position..u64::MAX, (paged.order, filter)) {
            if items.len() == paged.limit {
                return Ok((items, Some((height, event.position))));
            }
            items.push(event);
        }
        (height, position) = (height.saturating_add(1), 0);
    }
    Ok((items, (height <= last).then_some((height, 0))))
}

/// A cursor is the place behind the first event: a block that is read through goes on with the one
/// before it, of whatever length.
fn descending(
    running: &Running,
    (first, last): (u64, u64),
    paged: &Paged<2>,
    filter: &Filter,
) -> Result<Found, Problem> {
    let end = (last.saturating_add(1), 0);
    let (mut height, mut position) =
        paged.cursor.map_or(end, |[height, position]| (height, position).min(end));
    let mut items = Vec::new();
    for _ in 0..MOST_BLOCKS {
        if position == 0 {
            if height <= first {
                return Ok((items, None));
            }
            (height, position) = (height.saturating_sub(1), u64::MAX);
        }
        if height < first {
            return Ok((items, None));
        }
        let block = running.block(height)?;
        for event in of_block(&block, 0..position, (paged.order, filter)) {
            if items.len() == paged.limit {
                return Ok((items, Some((height, event.position.saturating_add(1)))));
            }
            items.push(event);
        }
        position = 0;
    }
    Ok((items, (height > first).then_some((height, 0))))
}
