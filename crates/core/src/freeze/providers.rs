//! What the state knows of providers and of holders of shares of the pool.

use crate::error::{Error, OVERFLOW};
use crate::inputs::{ProviderRow, Providers};
use crate::modules::ledger::AccountHandle;
use crate::modules::{attestation, stake};
use crate::state::{Context, State};
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// What is known of each, but for the row in the inputs.
pub(super) type Found = BTreeMap<AccountHandle, ProviderRow>;

/// Everyone with a stake or shares of the pool.
pub(super) fn find(state: &State, context: &Context) -> Result<Found, Error> {
    let mut found = Found::new();
    for (account, _) in state.stake.positions() {
        let parameters = &context.parameters;
        let row = ProviderRow {
            participant: 0,
            stake: stake::earning(state, parameters, account, &context.now),
            power: stake::earning_power(state, parameters, account, &context.now)?,
            answered: attestation::uptime(state, account).0,
            paid: state.market.jobs.paid_jobs(account),
            shares: Amount::ZERO,
        };
        found.insert(account, row);
    }
    for (account, _) in state.exchange.positions() {
        let lowest = state.exchange.lowest_shares(account, context.now.epoch);
        found.entry(account).or_default().shares = Amount::new(lowest);
    }
    Ok(found)
}

/// The columns; `handles` are the participants, in the inputs' order.
pub(super) fn columns(found: &Found, handles: &[AccountHandle]) -> Result<Providers, Error> {
    let mut out = Providers::default();
    for (at, handle) in handles.iter().enumerate() {
        if let Some(row) = found.get(handle) {
            let participant = u32::try_from(at).map_err(|_| OVERFLOW)?;
            out.push(ProviderRow { participant, ..*row });
        }
    }
    Ok(out)
}
