//! What happened: the logs of blocks, in words.

use axum::extract::State as Shared;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use workmint_core::Address;
use workmint_node::BlockRecord;
use workmint_protocol::wire::logs::{Log, describe};

use super::answer::Page;
use super::{Asked, Problem, Rest};

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
    contract: Option<String>,
    event: Option<String>,
    account: Option<Address>,
}

/// Which events are asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Filter::of` reads")]
pub(super) struct Filters {
    /// Only those of this interface, such as `IERC20` or `ICollateralEvents`.
    #[param(pattern = "^[A-Za-z0-9]{1,64}$")]
    contract: Option<String>,
    /// Only those of this name, such as `Transfer`.
    #[param(pattern = "^[A-Za-z0-9]{1,64}$")]
    event: Option<String>,
    /// Only those with this account in a field.
    #[param(pattern = "^0x([0-9a-f]{40}|[0-9A-F]{40})$")]
    account: Option<String>,
}

impl Filter {
    /// Reads the filter of a query.
    ///
    /// # Errors
    /// [`Problem`] naming the parameter.
    pub(super) fn of(asked: &mut Asked) -> Result<Self, Problem> {
        Ok(Self {
            contract: name(asked, "contract")?,
            event: name(asked, "event")?,
            account: asked.address("account")?,
        })
    }

    fn takes(&self, event: &Event) -> bool {
        let same =
            |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        same(&self.contract, &event.contract)
            && same(&self.event, &event.event)
            && self.account.is_none_or(|account| has(&event.fields, &account.to_string()))
    }
}

fn name(asked: &mut Asked, field: &'static str) -> Result<Option<String>, Problem> {
    let Some(text) = asked.text(field)? else { return Ok(None) };
    let good = (1..=64).contains(&text.len()) && text.bytes().all(|of| of.is_ascii_alphanumeric());
    let wrong = || Problem::parameter(field, "allowed: 1 to 64 letters and digits");
    if good { Ok(Some(text.to_owned())) } else { Err(wrong()) }
}

fn has(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(all) => all.iter().any(|value| has(value, text)),
        Value::Object(all) => all.values().any(|value| has(value, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The events of a block from a position on that a filter takes.
pub(super) fn of_block<'a>(
    block: &'a BlockRecord,
    first: u64,
    filter: &'a Filter,
) -> impl Iterator<Item = Event> + 'a {
    let of_transactions = block
        .transactions
        .iter()
        .flat_map(|row| row.logs.iter().map(|log| (Some(row.hash.to_string()), log)));
    let all = of_transactions.chain(block.end_logs.iter().map(|log| (None, log)));
    let skipped = usize::try_from(first).unwrap_or(usize::MAX);
    let all = (0_u64..).zip(all).skip(skipped);
    let events = all.map(|(position, (transaction, log))| shown(block, position, transaction, log));
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
#[utoipa::path(get, path = "/v1/events", tag = "chain", params(
        ("from" = Option<u64>, Query, description = "First height; 1 unless given",
            maximum = 9007199254740991_u64),
        Filters, super::Pairs),
    responses((status = 200, description = "Events", body = Page<Event>)))]
pub(super) async fn events(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Event>, Problem> {
    let limit = asked.limit()?;
    let from = asked.number("from", (0, super::asked::MAX_NUMBER))?.unwrap_or(1);
    let [height, position] = asked.cursor()?.unwrap_or([from, 0]);
    let filter = Filter::of(&mut asked)?;
    asked.end()?;
    rest.finds(move |running| {
        let at = running.at();
        let (mut height, mut position) = (height.max(1), position);
        let last = at.height.min(height.saturating_add(MOST_BLOCKS - 1));
        let mut items = Vec::new();
        let mut next = None;
        while height <= last && next.is_none() {
            let block = running.block(height)?;
            for event in of_block(&block, position, &filter) {
                if items.len() == limit {
                    next = Some(format!("{height}~{}", event.position));
                    break;
                }
                items.push(event);
            }
            (height, position) = (height.saturating_add(1), 0);
        }
        if next.is_none() && height <= at.height {
            next = Some(format!("{height}~0"));
        }
        Ok(Page { height: at.height, time_ms: at.time_ms, items, next })
    })
    .await
}
