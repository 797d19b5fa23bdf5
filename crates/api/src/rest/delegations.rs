//! What an account has bonded to validators, and what of it is on its way back.

use std::collections::BTreeSet;

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::validators::Pool;
use workmint_core::names::AssetId;
use workmint_core::{Address, State};

use super::answer::{At, Ends, Money, Page, Units};
use super::{Asked, Paging, Problem, Rest, handle, parameters};

/// What an account has with a validator.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delegation {
    /// The validator; the account itself where it has bonded to its own pool.
    pub validator: String,
    /// What is bonded, at what it is worth now: slashes lower it. Without what is withdrawn.
    pub bonded: Money,
    /// Withdrawals under way and released, by when they end; a network's limit keeps them few.
    pub withdrawals: Vec<Withdrawal>,
}

/// Bonded money on its way back.
#[derive(Debug, Serialize, ToSchema)]
pub struct Withdrawal {
    /// What it is worth now: until it is released, slashes lower it.
    pub amount: Money,
    /// When it is over.
    pub ends: Ends,
    /// Whether a close has released it: it can be taken with `IValidators.withdraw`.
    pub released: bool,
}

/// What an account has bonded: its delegations and its own bond, by validator, with withdrawals
/// under way. In `/v1/accounts/{address}` it is not: it lies in the pot `bonds`.
#[utoipa::path(get, path = "/v1/accounts/{address}/delegations", tag = "accounts",
    params(super::AddressPart, Paging),
    responses((status = 200, description = "Delegations", body = Page<Delegation>)))]
pub(super) async fn delegations(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Delegation>, Problem> {
    let address = asked.address_part("address")?;
    let limit = asked.limit()?;
    let [first] = asked.cursor()?.unwrap_or_default();
    asked.end()?;
    rest.look(move |state| {
        let rows = Rows::of(state, &address)?;
        let validators = rows.as_ref().map(|rows| rows.validators(handle(first), limit));
        let validators = validators.into_iter().flatten();
        let key = |validator: &AccountHandle| validator.0.to_string();
        let row = |validator| match &rows {
            Some(rows) => rows.row(validator),
            None => Err(Problem::internal("a delegation of nobody")),
        };
        Page::of(At::of(state), limit, validators, key, row)
    })
    .await
}

/// What of a state is an account's.
struct Rows<'a> {
    state: &'a State,
    account: AccountHandle,
    asset: AssetId,
}

impl<'a> Rows<'a> {
    /// `None` where the network has no validators or has never seen the account: it has nothing.
    fn of(state: &'a State, address: &Address) -> Result<Option<Self>, Problem> {
        let asset = parameters(state)?.validators.as_ref().map(|rules| rules.asset);
        let account = state.ledger.handle(address);
        Ok(account.zip(asset).map(|(account, asset)| Self { state, account, asset }))
    }

    /// The validators with whom the account has something, from one on: a row more than a page has.
    fn validators(&self, first: AccountHandle, limit: usize) -> BTreeSet<AccountHandle> {
        let (account, rows) = (self.account, &self.state.validators);
        let most = limit.saturating_add(1);
        let bonded = rows.delegations_from(account, first).map(|(validator, _)| validator);
        let mut all: BTreeSet<AccountHandle> = bonded.take(most).collect();
        let mut leaving: BTreeSet<AccountHandle> = BTreeSet::new();
        for (validator, ..) in rows.withdrawals_from(account, first) {
            if leaving.len() == most {
                break;
            }
            leaving.insert(validator);
        }
        all.extend(leaving);
        if account >= first && rows.pool(account).is_some_and(has_own) {
            all.insert(account);
        }
        all
    }

    fn row(&self, validator: AccountHandle) -> Result<Delegation, Problem> {
        let (account, rows) = (self.account, &self.state.validators);
        let parameters = parameters(self.state)?;
        let money = |amount| Units(&parameters).money(self.asset, amount);
        let own = rows.pool(validator).filter(|_| validator == account);
        let own = own.map_or(Ok(Amount::ZERO), Pool::own_worth)?;
        let bonded = own.checked_add(rows.delegated(account, validator)?)?;
        let mut withdrawals = Vec::new();
        for (deadline, row) in rows.withdrawals(account, validator) {
            let (worth, released) = rows.withdrawn((validator, deadline), row)?;
            let (amount, ends) = (money(worth)?, Ends::from(deadline));
            withdrawals.push(Withdrawal { amount, ends, released });
        }
        let validator = self.state.ledger.address(validator).to_string();
        Ok(Delegation { validator, bonded: money(bonded)?, withdrawals })
    }
}

/// Whether a validator has bonded to its own pool.
fn has_own(pool: &Pool) -> bool {
    pool.own.sum().is_ok_and(|shares| shares > 0)
}
