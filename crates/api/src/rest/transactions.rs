//! Transactions: what became of them, and sending one.

use std::ops::Range;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use workmint_amounts::Amount;
use workmint_answers::{Network, Order};
use workmint_core::Address;
use workmint_node::{BlockRecord, SubmitError, TransactionRecord};
use workmint_protocol::wire::Verified;

use super::answer::{Answer, At, Money, Page, Units};
use super::ordered::{Ordering, read_in};
use super::source::Placed;
use super::walk::{Rows, Walk, Within};
use super::{Asked, Problem, Rest, Running, parameters};
use crate::sending::NotSent;
use crate::server::retry_after;

/// Most bytes of a signed transaction.
const MOST: usize = 128 * 1024;

/// A transaction in a block.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transaction {
    /// Its hash.
    pub hash: String,
    /// Height of its block.
    pub block: u64,
    /// That block's time, milliseconds.
    pub block_time_ms: u64,
    /// Its place in the block.
    pub position: u64,
    /// Who signed it.
    pub sender: String,
    /// Its nonce, a whole number as text.
    pub nonce: String,
    /// The kind of what it asked for.
    pub message: String,
    /// What it paid: flat fee and tip.
    pub fee: Money,
    /// Whether it did what it asked for.
    pub succeeded: bool,
    /// Why not.
    pub error: Option<Failure>,
    /// Number of its logs.
    pub logs: u64,
}

/// It is in a block.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InBlock {
    /// `included`.
    Included,
}

/// It is in no block yet.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InMempool {
    /// `waiting`.
    Waiting,
}

/// A transaction in a block, with its bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransactionInFull {
    /// That it is in a block.
    pub status: InBlock,
    /// Without its bytes.
    #[serde(flatten)]
    pub short: Transaction,
    /// Its bytes as they were signed.
    pub raw: String,
}

/// A transaction in the mempool, with its bytes. It pays nothing while it waits, and a node that
/// stops forgets it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingTransaction {
    /// That it is in no block yet.
    pub status: InMempool,
    /// Its hash.
    pub hash: String,
    /// Who signed it.
    pub sender: String,
    /// Its nonce, a whole number as text.
    pub nonce: String,
    /// The nonce its sender's next transaction of a block must have, a whole number as text: where
    /// it is less than `nonce`, this one waits for those between.
    pub next_nonce: String,
    /// The kind of what it asks for.
    pub message: String,
    /// Its bytes as they were signed.
    pub raw: String,
}

/// A transaction: in a block, or waiting for one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TransactionFound {
    /// It is in a block.
    Included(TransactionInFull),
    /// It waits.
    Waiting(WaitingTransaction),
}

/// Why a transaction failed. Its fee and nonce are used.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    /// The engine's number of the error.
    pub code: u16,
    /// In words.
    pub text: String,
}

/// Which transactions are asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the handler reads")]
pub(super) struct Which {
    /// Only those that this account signed.
    #[param(pattern = "^0x([0-9a-f]{40}|[0-9A-F]{40})$")]
    sender: Option<String>,
    /// Only those that did what they asked for (`true`), or failed (`false`).
    succeeded: Option<bool>,
}

/// The transactions of blocks.
struct Wanted {
    sender: Option<Address>,
    succeeded: Option<bool>,
    /// Nothing, in the asset of fees.
    fees: Money,
}

impl Wanted {
    fn takes(&self, row: &TransactionRecord) -> bool {
        self.sender.is_none_or(|sender| sender == row.decoded.sender)
            && self.succeeded.is_none_or(|succeeded| succeeded == row.outcome.is_ok())
    }
}

impl Rows for Wanted {
    type Row = Transaction;

    fn of_block<'a>(
        &'a self,
        block: &'a Arc<BlockRecord>,
        positions: Range<u64>,
        order: Order,
    ) -> impl Iterator<Item = (u64, Transaction)> {
        let end = u64::try_from(block.transactions.len()).unwrap_or(u64::MAX).min(positions.end);
        read_in(order, positions.start..end).filter_map(move |position| {
            let row = block.transactions.get(usize::try_from(position).ok()?)?;
            self.takes(row).then(|| (position, shown((block, position), row, &self.fees)))
        })
    }
}

/// Transactions, by height and position. A page looks at up to 1,000 blocks: one without items may
/// have a `next`.
#[utoipa::path(get, path = "/v1/transactions", tag = "chain",
    params(Within, Which, super::TimePairs, Ordering),
    responses((status = 200, description = "Transactions", body = Page<Transaction>)))]
pub(super) async fn transactions(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Transaction>, Problem> {
    let walk = Walk::of(&mut asked)?;
    let sender = asked.address("sender")?;
    let succeeded = asked.choice("succeeded")?;
    asked.end()?;
    rest.finds(move |running| {
        let (_, fees) = fees(running)?;
        walk.page(running, &Wanted { sender, succeeded, fees })
    })
    .await
}

/// A transaction by its hash: one of a block (`status` is `included`), or one that waits for a
/// block or for an earlier one of its sender (`waiting`).
#[utoipa::path(get, path = "/v1/transactions/{hash}", tag = "chain",
    params(("hash" = String, Path, description = "Its hash", pattern = "^0x[0-9a-f]{64}$")),
    responses((status = 200, description = "The transaction", body = Answer<TransactionFound>)))]
pub(super) async fn transaction(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<TransactionFound>, Problem> {
    asked.end()?;
    let hash = asked.hash_part("hash")?;
    rest.finds(move |running| {
        let (at, found) = match running.placed(&hash)? {
            Placed::Included(block, position) => {
                let Answer { height, time_ms, of } = in_full(running, &(block, position))?;
                (At { height, time_ms }, TransactionFound::Included(of))
            }
            Placed::Waiting(verified) => waiting(running, &verified),
        };
        Ok(Answer::new(at, found))
    })
    .await
}

/// A signed transaction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with raw")]
pub struct Signed {
    /// Its bytes: `0x` and hexadecimal digits.
    #[schema(pattern = "^0x([0-9a-f]{2}){1,200}$")]
    pub raw: String,
}

/// A transaction that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    /// Its hash.
    pub hash: String,
    /// Why it is not in a block yet.
    pub detail: String,
}

/// Sends a signed EIP-1559 transaction: as JSON, or its bytes alone. The answer comes when it is in
/// a block and that is durable; whether it did what it asked for, `succeeded` says.
#[utoipa::path(post, path = "/v1/transactions", tag = "chain",
    request_body(description = "The transaction", content(
        (Signed = "application/json"), (Vec<u8> = "application/octet-stream"))),
    responses(
        (status = 200, description = "It is in a block", body = Answer<TransactionInFull>),
        (status = 202, description = "It waits for a block, or for an earlier one of its sender",
            body = Waiting)))]
pub(super) async fn submit(
    Shared(rest): Shared<Rest>,
    asked: Asked,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    asked.end()?;
    let raw = raw(&headers, body)?;
    let at = rest.running.at();
    match rest.sending.submit(raw).await {
        Ok(included) => {
            let hash = included.hash;
            // Its signature was checked and its block written: this is no long request.
            let running = rest.running.clone();
            let read = move || in_full(&running, &running.transaction(&hash)?);
            Ok(rest.apart(read).await?.into_response())
        }
        Err(NotSent::Refused(SubmitError::Queued { hash, .. })) => {
            let detail = "it waits for a block, or for an earlier transaction of its sender";
            let detail = detail.to_owned();
            let waiting = Waiting { hash: hash.to_string(), detail };
            Ok(at.respond((StatusCode::ACCEPTED, axum::Json(waiting))))
        }
        Err(NotSent::Refused(error)) => Err(refused(&error)),
        Err(NotSent::TooMany(wait, text)) => {
            let again = [(header::RETRY_AFTER, retry_after(wait))];
            Ok((again, Problem::too_many(text)).into_response())
        }
    }
}

/// The media type before its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> &str {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    given.and_then(|given| given.split(';').next()).unwrap_or_default().trim()
}

/// The body, or why it cannot be had.
pub(super) fn whole(body: Result<Bytes, BytesRejection>, most: usize) -> Result<Bytes, Problem> {
    let too_long = || Problem::too_long(format!("allowed: at most {most} bytes"));
    match body {
        Ok(body) if body.len() > most => Err(too_long()),
        Ok(body) => Ok(body),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_long()),
        Err(error) => Err(Problem::body(error)),
    }
}

fn raw(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Vec<u8>, Problem> {
    match media_type(headers) {
        "application/octet-stream" => Ok(whole(body, MOST)?.to_vec()),
        "application/json" => {
            let body = whole(body, 2 * MOST + 64)?;
            let signed: Signed = serde_json::from_slice(&body).map_err(Problem::body)?;
            let digits = signed.raw.strip_prefix("0x");
            let bytes = digits.and_then(|digits| alloy_primitives::hex::decode(digits).ok());
            let detail = "allowed: 0x and an even number of hexadecimal digits";
            bytes.ok_or_else(|| Problem::body(detail).of("raw"))
        }
        _ => Err(Problem::media_type("allowed: application/json, application/octet-stream")),
    }
}

/// Why a transaction was not taken.
fn refused(error: &SubmitError) -> Problem {
    match error {
        SubmitError::Stopping | SubmitError::Full { .. } => Problem::busy(error),
        error => Problem::refused(Some(error.code()), error),
    }
}

/// A transaction of a block.
///
/// # Errors
/// If the block has no such place.
fn in_full(
    running: &Running,
    (block, position): &(Arc<BlockRecord>, usize),
) -> Result<Answer<TransactionInFull>, Problem> {
    let row = block.transactions.get(*position);
    let row = row.ok_or_else(|| Problem::internal("the block has no such transaction"))?;
    let (at, fees) = fees(running)?;
    let place = u64::try_from(*position).unwrap_or(u64::MAX);
    let raw = alloy_primitives::hex::encode_prefixed(&row.raw.bytes);
    let short = shown((block, place), row, &fees);
    Ok(Answer::new(at, TransactionInFull { status: InBlock::Included, short, raw }))
}

/// A transaction of the mempool.
fn waiting(running: &Running, verified: &Verified) -> (At, TransactionFound) {
    let said = verified.decoded();
    let (at, next) = running.read(|state| {
        let account = state.ledger.handle(&said.sender);
        let account = account.and_then(|handle| state.ledger.account(handle));
        (At::of(state), account.map_or(0, |account| account.nonce))
    });
    let found = WaitingTransaction {
        status: InMempool::Waiting,
        hash: verified.hash().to_string(),
        sender: said.sender.to_string(),
        nonce: said.nonce.to_string(),
        next_nonce: next.to_string(),
        message: format!("{:?}", said.message.kind()),
        raw: alloy_primitives::hex::encode_prefixed(verified.raw()),
    };
    (at, TransactionFound::Waiting(found))
}

/// Where the chain stands, and nothing in the asset of fees: what amounts of fees are shown by.
fn fees(running: &Running) -> Result<(At, Money), Problem> {
    running.read(|state| {
        let parameters = parameters(state)?;
        let nothing = Units(&parameters).money(parameters.fees.asset, Amount::ZERO)?;
        Ok((At::of(state), nothing))
    })
}

fn shown(
    (block, position): (&BlockRecord, u64),
    row: &TransactionRecord,
    fees: &Money,
) -> Transaction {
    let error = row.outcome.as_ref().err();
    Transaction {
        hash: row.hash.to_string(),
        block: block.height,
        block_time_ms: block.time_ms,
        position,
        sender: row.decoded.sender.to_string(),
        nonce: row.decoded.nonce.to_string(),
        message: format!("{:?}", row.decoded.message.kind()),
        fee: Money { amount: row.fee.to_string(), ..fees.clone() },
        succeeded: error.is_none(),
        error: error.map(|error| Failure { code: error.code, text: error.text.clone() }),
        logs: u64::try_from(row.logs.len()).unwrap_or(u64::MAX),
    }
}
