//! What became of the amount: claimed, open, expired, forfeited.

use workmint_amounts::Amount;
use workmint_core::modules::parameters::{Asset, ClaimMode, Destination};
use workmint_core::modules::settlement::Event as Settlement;
use workmint_core::names::AssetId;
use workmint_core::{Address, Event};
use workmint_storage::index::EventKey;
use workmint_storage::store::View;

use super::facts::Facts;
use super::money::destination;
use super::page::Page;
use crate::failure::Failure;
use crate::output::{asset_of, grouped, shown};

/// Events read at a time.
const PAGE: usize = 1_000;

/// What became of one amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// The epoch is open.
    NotSettled,
    /// It can be claimed until the close of this epoch.
    Open { until: u64 },
    /// It was paid.
    Claimed { recipient: Address, locked: Amount, vesting: u64 },
    /// A lost challenge took it.
    Forfeited,
    /// Nobody claimed it in time.
    Expired { after: u64, to: Destination },
}

/// Sampled checks that stand before a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checks {
    /// Due; `None` while the seed is not revealed.
    pub(crate) due: Option<usize>,
    /// Done.
    pub(crate) done: usize,
}

/// Every entry of the account, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    /// By asset.
    pub(crate) entries: Vec<(AssetId, Amount, Status)>,
    /// While a claim is open and checks are due.
    pub(crate) checks: Option<Checks>,
}

/// Looks it up in state and events.
pub(crate) fn status(view: &View, facts: &Facts) -> Result<Claims, Failure> {
    let (state, record) = (view.state(), &facts.record);
    let (epoch, account) = (record.header.epoch, facts.explanation.row.account);
    let open = state.settlement.record(epoch).is_some();
    let mut entries = Vec::new();
    for at in record.entries.of(&account) {
        let Some((_, asset, amount)) = record.entries.get(at) else {
            continue;
        };
        let status = if !facts.settled {
            Status::NotSettled
        } else if open && !state.settlement.is_claimed(epoch, at) {
            let left = state.settlement.left(epoch, at, amount).map_err(Failure::damage)?;
            let status = Status::Open { until: record.expires_after };
            entries.push((asset, left, status));
            continue;
        } else {
            match last_word(view, facts, asset)? {
                Some(status) => status,
                None => expired(view, facts),
            }
        };
        entries.push((asset, amount, status));
    }
    let waits = |(_, _, status): &(AssetId, Amount, Status)| matches!(status, Status::Open { .. });
    let checks = match entries.iter().any(waits) {
        true => checks(view, facts),
        false => None,
    };
    Ok(Claims { entries, checks })
}

fn expired(view: &View, facts: &Facts) -> Status {
    // The destination is the one in force when the window ended.
    let after = facts.record.expires_after;
    let then = view.epoch_inputs(after).map(|stored| stored.parameters);
    let claims = match &then {
        Ok(then) => &then.claims,
        Err(_) => &facts.parameters.claims,
    };
    Status::Expired { after, to: claims.unclaimed }
}

/// The last event that decided about the account's entry.
fn last_word(view: &View, facts: &Facts, asset: AssetId) -> Result<Option<Status>, Failure> {
    let (epoch, account) = (facts.record.header.epoch, facts.explanation.row.account);
    let last = view.state().settlement.header(facts.record.expires_after);
    let last = last.map_or(u64::MAX, |header| header.height);
    let index = view.index()?;
    let mut after = facts
        .record
        .header
        .height
        .checked_sub(1)
        .map(|height| EventKey { height, sequence: u32::MAX });
    let mut found = None;
    loop {
        let page = index.get().events_of(&account.0, after, PAGE);
        let page = page.map_err(Failure::damage)?;
        for (key, bytes) in &page.events {
            if key.height > last {
                return Ok(found);
            }
            let event: Event = borsh::from_slice(bytes).map_err(Failure::damage)?;
            found = decided(&event, epoch, &account, asset).or(found);
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

fn checks(view: &View, facts: &Facts) -> Option<Checks> {
    let (state, account) = (view.state(), &facts.explanation.row.account);
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

pub(super) fn tell(page: &mut Page, facts: &Facts, claims: &Claims) -> Result<(), Failure> {
    page.section("What became of it")?;
    if claims.entries.is_empty() {
        return page.say("There is nothing to claim.");
    }
    for (asset, amount, status) in &claims.entries {
        let asset = asset_of(&facts.parameters, *asset)?;
        let words = sentence(status, facts, (*amount, asset));
        page.say(&format!("{}: {words}", shown(*amount, asset)))?;
    }
    match claims.checks {
        Some(Checks { due: None, .. }) => page
            .say("Before you can claim, reveal your seed and do the sampled checks drawn from it."),
        Some(Checks { due: Some(due), done }) if done < due => page.say(&format!(
            "Before you can claim, do your sampled checks: {done} of {due} are done."
        )),
        Some(Checks { due: Some(due), .. }) => {
            page.say(&format!("Your {due} sampled checks are done."))
        }
        None => Ok(()),
    }
}

fn sentence(status: &Status, facts: &Facts, (amount, asset): (Amount, &Asset)) -> String {
    let account = &facts.explanation.row.account;
    match status {
        Status::NotSettled => match facts.parameters.claims.mode {
            ClaimMode::Pull => format!(
                "not settled yet; it can be claimed from the close of this epoch to the close of \
                 epoch {}.",
                grouped(facts.record.expires_after)
            ),
            ClaimMode::Push => "not settled yet; it is paid at the close.".to_owned(),
        },
        Status::Open { until } => format!(
            "not claimed yet; it can be claimed until the close of epoch {}, then {}.",
            grouped(*until),
            destination(facts.parameters.claims.unclaimed)
        ),
        Status::Claimed { recipient, locked, vesting } => {
            let to = match recipient == account {
                true => String::new(),
                false => format!(" to the recipient {recipient}"),
            };
            match vesting {
                0 => format!("claimed and paid{to}."),
                _ if locked.is_zero() => format!("claimed and paid{to}."),
                epochs if *locked < amount => format!(
                    "claimed{to}; {} of it vests over {} epochs, the rest is free.",
                    shown(*locked, asset),
                    grouped(*epochs)
                ),
                epochs => format!("claimed{to}; it vests over {} epochs.", grouped(*epochs)),
            }
        }
        Status::Forfeited => "forfeited: a report of this epoch was refuted in a challenge before \
                              it was all yours."
            .to_owned(),
        Status::Expired { after, to } => format!(
            "expired: nobody claimed it by the close of epoch {}; {}.",
            grouped(*after),
            destination(*to)
        ),
    }
}
