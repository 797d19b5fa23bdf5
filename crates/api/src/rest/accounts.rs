//! Accounts: balances, locks, vesting, claims, what happened to them.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use workmint_amounts::Amount;
use workmint_answers::{EventKey, Network, Order, history};
use workmint_core::modules::ledger::{AccountHandle, LockKind, Pot};
use workmint_core::names::AssetId;
use workmint_core::{Address, State};
use workmint_protocol::wire::addresses;

use super::answer::{Answer, At, Money, Page, Units};
use super::ordered::{Ordering, Paged, cursor_of};
use super::participants::{OpenClaim, claims};
use super::{Asked, Problem, Rest, parameters};

/// Most grants shown of one account.
const MOST: usize = 1_000;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    /// Its address.
    pub account: String,
    /// The name of the pot whose money is at this address; null of every other address. Nobody has
    /// a key of a pot: what is in it the network's rules pay out.
    pub pot: Option<String>,
    /// Nonce of its next transaction, a whole number as text.
    pub nonce: String,
    /// The same counting what waits in the mempool.
    pub pending_nonce: String,
    /// What it holds, by asset; assets of which it has nothing are left out.
    pub balances: Vec<Balance>,
    /// Rewards and grants that still vest, at most 1,000.
    pub grants: Vec<Grant>,
    /// What it may still claim, at most 1,000.
    pub claims: Vec<OpenClaim>,
}

/// What an account holds of an asset. total = spendable + locked; what is in a pot is locked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Balance {
    /// Everything it owns.
    pub total: Money,
    /// What it may spend.
    pub spendable: Money,
    /// What some lock binds.
    pub locked: Money,
    /// The same by lock; what is zero is left out.
    pub locks: BTreeMap<String, Money>,
}

/// An amount that vests.
#[derive(Debug, Serialize, ToSchema)]
pub struct Grant {
    /// All of it.
    pub total: Money,
    /// What was released so far.
    pub released: Money,
    /// The epoch in which it began.
    pub start_epoch: u64,
    /// Epochs over which it vests.
    pub epochs: u64,
}

/// An account: balances, locks, what vests, what it may claim. One that was never seen has nothing.
#[utoipa::path(get, path = "/v1/accounts/{address}", tag = "accounts", params(super::AddressPart),
    responses((status = 200, description = "The account", body = Answer<Account>)))]
pub(super) async fn account(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Account>, Problem> {
    asked.end()?;
    let address = asked.address_part("address")?;
    let node = rest.node.clone();
    let read = move || {
        let pending = node.pending_nonce(&address);
        node.read(|state| Ok(Answer::new(At::of(state), of(state, &address, pending)?)))
    };
    rest.apart(read).await
}

fn of(state: &State, address: &Address, pending: u64) -> Result<Account, Problem> {
    let handle = state.ledger.handle(address);
    let nonce = handle.and_then(|of| state.ledger.account(of)).map_or(0, |account| account.nonce);
    let parameters = parameters(state)?;
    let units = Units(&parameters);
    let pot = addresses::pot_at(address, &state.ledger);
    let balances = balances(state, &units, (handle, pot.as_ref()))?;
    let grants = handle.into_iter().flat_map(|of| state.vesting.grants_of(of)).take(MOST);
    let grants = grants.map(|(id, grant)| {
        Ok(Grant {
            total: units.money(id.asset, grant.total)?,
            released: units.money(id.asset, grant.released)?,
            start_epoch: id.start_epoch,
            epochs: id.epochs,
        })
    });
    Ok(Account {
        account: address.to_string(),
        pot: pot.as_ref().map(ToString::to_string),
        nonce: nonce.to_string(),
        pending_nonce: pending.max(nonce).to_string(),
        balances,
        grants: grants.collect::<Result<_, Problem>>()?,
        claims: claims(state, address)?,
    })
}

/// What is at an address: what its account owns, and what is in the pot there. An address that is
/// derived from a pot's name can be sent to as any other.
fn balances(
    state: &State,
    units: &Units<'_>,
    (account, pot): (Option<AccountHandle>, Option<&Pot>),
) -> Result<Vec<Balance>, Problem> {
    let ids = (0..state.ledger.asset_count()).filter_map(|at| u16::try_from(at).ok());
    let mut balances = Vec::new();
    for asset in ids.map(AssetId) {
        let in_pot = pot.map_or(Amount::ZERO, |pot| state.ledger.pot(asset, pot));
        let own = account.map(|account| state.ledger.holding(account, asset)).unwrap_or_default();
        let total = own.balance.checked_add(in_pot)?;
        if total.is_zero() {
            continue;
        }
        let by_kind = LockKind::ALL.into_iter().filter_map(|kind| {
            let amount = state.ledger.locked(account?, asset, kind);
            Some((kind.to_string(), amount))
        });
        let locks = by_kind.chain([("pot".to_owned(), in_pot)]);
        let locks = locks.filter(|(_, amount)| !amount.is_zero());
        let locks = locks.map(|(kind, amount)| Ok((kind, units.money(asset, amount)?)));
        let spendable = account.map(|account| state.ledger.spendable(account, asset));
        balances.push(Balance {
            total: units.money(asset, total)?,
            spendable: units.money(asset, spendable.unwrap_or_default())?,
            locked: units.money(asset, own.locked.checked_add(in_pot)?)?,
            locks: locks.collect::<Result<_, Problem>>()?,
        });
    }
    Ok(balances)
}

/// What happened to an account, by height.
#[utoipa::path(get, path = "/v1/accounts/{address}/history", tag = "accounts",
    params(super::AddressPart, super::TimePairs, Ordering),
    responses((status = 200, description = "Events", body = Page<serde_json::Value>)))]
pub(super) async fn account_history(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<serde_json::Value>, Problem> {
    let account = asked.address_part("address")?;
    let Paged { limit, order, cursor } = asked.paged::<2>()?;
    asked.end()?;
    let after = cursor.map(|[height, sequence]| EventKey {
        height,
        sequence: u32::try_from(sequence).unwrap_or(u32::MAX),
    });
    rest.finds(move |network| {
        let at = network.read(At::of);
        let page = history::page(network, &history::Question { account, order, after, limit })?;
        let items = page.lines.iter().map(history::Line::document).collect();
        let next = page.next.map(|key| format!("{}~{}", key.height, key.sequence));
        let next = next.map(|key| cursor_of(order, &key));
        Ok(Page { height: at.height, time_ms: at.time_ms, items, next })
    })
    .await
}

/// A page of the table.
fn question(account: Address, after: Option<EventKey>) -> history::Question {
    history::Question { account, order: Order::Ascending, after, limit: history::MOST }
}

/// What happened to an account as a table: comma-separated, units in the header. All of it, oldest
/// first, sent page by page.
#[utoipa::path(get, path = "/v1/accounts/{address}/history.csv", tag = "accounts",
    params(super::AddressPart),
    responses((status = 200, description = "The table", content_type = "text/csv", body = String)))]
pub(super) async fn account_table(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.end()?;
    let account = asked.address_part("address")?;
    let first = rest.asks(move |network| {
        let life = history::Life::of(network)?;
        let question = question(account, None);
        let sheet = life.rows(network, &question)?;
        let header = life.header()?;
        Ok((network.read(At::of), life, format!("{header}{}", sheet.rows), sheet.next))
    });
    let (at, life, text, next) = first.await?;
    let rest = rest.clone();
    let life = std::sync::Arc::new(life);
    // One page is in memory at a time; the next is read when the client has taken the last.
    let pages = futures_util::stream::unfold(Some((Some(text), next)), move |step| {
        let (rest, life) = (rest.clone(), std::sync::Arc::clone(&life));
        async move {
            let (text, next) = step?;
            if let Some(text) = text {
                return Some((Ok(text), next.map(|key| (None, Some(key)))));
            }
            let question = question(account, next);
            let sheet = rest.asks(move |network| Ok(life.rows(network, &question)?)).await;
            match sheet {
                Ok(sheet) => Some((Ok(sheet.rows), sheet.next.map(|key| (None, Some(key))))),
                // Broken off: the client sees that the table has no end.
                Err(problem) => Some((Err(std::io::Error::other(problem.detail)), None)),
            }
        }
    });
    let name = format!("attachment; filename=\"{account}.csv\"");
    let name = HeaderValue::from_str(&name).map_err(Problem::internal)?;
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok(at.respond((headers, Body::from_stream(pages)).into_response()))
}
