//! What became of the amount: claimed, open, expired, forfeited.

use workmint_amounts::Amount;
use workmint_core::modules::parameters::Destination;
use workmint_core::modules::settlement::Event as Settlement;
use workmint_core::names::AssetId;
use workmint_core::{Address, Event, State};
use workmint_storage::index::{EventKey, Order};
use workmint_storage::store::What;

use super::facts::Facts;
use crate::error::AnswerError;
use crate::network::Network;

/// Events read at a time.
const PAGE: usize = 1_000;

/// What became of one amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The epoch is open.
    NotSettled,
    /// It can be claimed until the close of this epoch.
    Open {
        /// The epoch.
        until: u64,
    },
    /// It was paid.
    Claimed {
        /// Who got it.
        recipient: Address,
        /// What of it vests, base units.
        locked: Amount,
        /// Over so many epochs.
        vesting: u64,
    },
    /// A lost challenge took it.
    Forfeited,
    /// Nobody claimed it in time.
    Expired {
        /// The close of this epoch ended it.
        after: u64,
        /// Where the amount went.
        to: Destination,
    },
}

/// Sampled checks that stand before a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checks {
    /// Due; `None` while the seed is not revealed.
    pub due: Option<usize>,
    /// Done.
    pub done: usize,
}

/// Every entry of the account, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// By asset.
    pub entries: Vec<(AssetId, Amount, Status)>,
    /// While a claim is open and checks are due.
    pub checks: Option<Checks>,
}

/// Looks it up in state and events: one look at the state, and of what was decided the account's
/// events since the close.
///
/// # Errors
/// Damage.
pub fn status(network: &impl Network, facts: &Facts) -> Result<Claims, AnswerError> {
    let record = &facts.record;
    let found = network.read(|state| found(state, facts))?;
    let mut entries = Vec::with_capacity(found.len());
    for (asset, amount, status) in found {
        let status = match status {
            Some(status) => status,
            None => match last_word(network, facts, asset)? {
                Some(status) => status,
                None => expired(network, facts),
            },
        };
        entries.push((asset, amount, status));
    }
    let open = Status::Open { until: record.expires_after };
    let checks = match entries.iter().any(|(_, _, status)| *status == open) {
        true => network.read(|state| checks(state, facts)),
        false => None,
    };
    Ok(Claims { entries, checks })
}

/// The account's entries; without a status what the state does not know any more.
fn found(
    state: &State,
    facts: &Facts,
) -> Result<Vec<(AssetId, Amount, Option<Status>)>, AnswerError> {
    let record = &facts.record;
    let (epoch, account) = (record.header.epoch, facts.explanation.row.account);
    let open = state.settlement.record(epoch).is_some();
    let mut entries = Vec::new();
    for at in record.entries.of(&account) {
        let Some((_, asset, amount)) = record.entries.get(at) else {
            continue;
        };
        if !facts.settled {
            entries.push((asset, amount, Some(Status::NotSettled)));
        } else if open && !state.settlement.is_claimed(epoch, at) {
            let left = state.settlement.left(epoch, at, amount).map_err(AnswerError::damage)?;
            entries.push((asset, left, Some(Status::Open { until: record.expires_after })));
        } else {
            entries.push((asset, amount, None));
        }
    }
    Ok(entries)
}

fn expired(network: &impl Network, facts: &Facts) -> Status {
    // The destination is the one in force when the window ended.
    let after = facts.record.expires_after;
    let then = network.epoch_inputs(after).map(|stored| stored.parameters);
    let claims = match &then {
        Ok(then) => &then.claims,
        Err(_) => &facts.parameters.claims,
    };
    Status::Expired { after, to: claims.unclaimed }
}

/// The last event that decided about the account's entry.
fn last_word(
    network: &impl Network,
    facts: &Facts,
    asset: AssetId,
) -> Result<Option<Status>, AnswerError> {
    let (epoch, account) = (facts.record.header.epoch, facts.explanation.row.account);
    let window = facts.record.expires_after;
    let last = network.read(|state| state.settlement.header(window).map(|last| last.height));
    let last = last.unwrap_or(u64::MAX);
    let before = facts.record.header.height.checked_sub(1);
    let mut after = before.map(|height| EventKey { height, sequence: u32::MAX });
    let mut found = None;
    loop {
        let page = network.account_events(&account, Order::Ascending, after, PAGE)?;
        for (key, row) in &page.events {
            if key.height > last {
                return Ok(found);
            }
            let What::Event(event) = &row.what else { continue };
            found = decided(event, epoch, &account, asset).or(found);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(found),
        }
    }
}

fn decided(event: &Event, of: u64, whose: &Address, what: AssetId) -> Option<Status> {
    match event {
        Event::Settlement(Settlement::Claimed {
            epoch,
            account,
            recipient,
            asset,
            vesting,
            vesting_epochs,
            ..
        }) if (*epoch, account, *asset) == (of, whose, what) => {
            let (recipient, locked) = (*recipient, *vesting);
            Some(Status::Claimed { recipient, locked, vesting: *vesting_epochs })
        }
        Event::Settlement(Settlement::ClaimForfeited { epoch, account, asset, .. })
            if (*epoch, account, *asset) == (of, whose, what) =>
        {
            Some(Status::Forfeited)
        }
        _ => None,
    }
}

fn checks(state: &State, facts: &Facts) -> Option<Checks> {
    let account = &facts.explanation.row.account;
    let handle = state.ledger.handle(account)?;
    // Checks are drawn from the epoch's tallied summaries: without any, nobody owes one.
    let worked = facts.record.summaries.units.iter().any(|units| *units > 0);
    let asked = facts.parameters.work.checks_per_epoch > 0;
    let sampled = facts.parameters.work.sampling.is_some();
    let spared = sampled && facts.explanation.row.effective == 0;
    if !asked || !worked || spared || state.registry.participant(handle).is_none() {
        return None;
    }
    let duty = state.work.duty(facts.record.header.epoch, handle);
    Some(Checks {
        due: duty.map(|duty| duty.due.len()),
        done: duty.map_or(0, |duty| duty.done.len()),
    })
}
