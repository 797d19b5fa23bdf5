//! Collects what happened to a contribution from events, state and frozen inputs.

use workmint_core::Event;
use workmint_core::modules::contributions::{
    ContributionId, ContributionKey, Event as Contribution, Stage,
};
use workmint_core::modules::parameters::{ContributionKind, Parameters};
use workmint_storage::index::{EventKey, Order};

use super::{Step, Trace, settled};
use crate::contribution::rate_of;
use crate::error::AnswerError;
use crate::network::Network;
use crate::text::asset_of;

/// Events read at a time.
const PAGE: usize = 1_000;

/// An event of an account and the height of its block.
pub(super) type Happened = (u64, Event);

/// The whole story; `None` if it was never submitted.
pub(super) fn trace(
    network: &impl Network,
    key: &ContributionKey,
) -> Result<Option<Trace>, AnswerError> {
    let events = events(network, key)?;
    let mut steps = Vec::new();
    for (height, event) in &events {
        if let Event::Contributions(event) = event
            && about(event) == key
        {
            let (height, event) = (*height, event.clone());
            steps.push(Step { height, time_ms: time_of(network, height)?, event });
        }
    }
    let submitted = steps.iter().find_map(|step| match &step.event {
        Contribution::Submitted { stream, .. } => Some(stream.clone()),
        _ => None,
    });
    let Some(stream) = submitted else {
        return Ok(None);
    };
    let parameters = network.parameters()?;
    let settled = settled::gather(network, key, &steps, &events)?;
    let row = network.read(|state| {
        let id = ContributionId::of(&state.ledger, key);
        id.and_then(|id| state.contributions.get(&id)).map(|row| (row.kind, row.stage.clone()))
    });
    let (kind, open) = row.unzip();
    let kind = kind.or_else(|| kind_of(network, &parameters, stream.as_str()));
    let kind = kind.or_else(|| settled.as_ref().map(|settled| settled.rate.kind));
    let open = open.filter(|stage| {
        matches!(stage, Stage::Submitted { .. } | Stage::Accepted { .. }) && settled.is_none()
    });
    Ok(Some(Trace {
        key: *key,
        network: parameters.network.name.clone(),
        asset: asset_of(&parameters, parameters.emission.asset)?.clone(),
        kind: kind
            .ok_or_else(|| AnswerError::damage(format!("nobody knows the stream {stream}")))?,
        stream,
        steps,
        open,
        settled,
    }))
}

/// What a stream pays for, or paid for at genesis.
fn kind_of(network: &impl Network, active: &Parameters, stream: &str) -> Option<ContributionKind> {
    let now = rate_of(active, stream);
    now.or_else(|| rate_of(&network.genesis().parameters, stream)).map(|rate| rate.kind)
}

/// All events of the contributor since its epoch of work began.
fn events(network: &impl Network, key: &ContributionKey) -> Result<Vec<Happened>, AnswerError> {
    let before = match key.epoch.checked_sub(1) {
        Some(before) => network.closing_height(before)?,
        None => None,
    };
    let mut after = before.map(|height| EventKey { height, sequence: u32::MAX });
    let mut events = Vec::new();
    loop {
        let page = network.account_events(&key.contributor, Order::Ascending, after, PAGE)?;
        let rows = page.events.into_iter();
        events.extend(rows.filter_map(|(at, row)| Some((at.height, row.into_event()?))));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(events),
        }
    }
}

/// Which contribution an event is about.
fn about(event: &Contribution) -> &ContributionKey {
    match event {
        Contribution::Submitted { contribution, .. }
        | Contribution::Repeated { contribution }
        | Contribution::Verified { contribution, .. }
        | Contribution::Accepted { contribution, .. }
        | Contribution::Challenged { contribution, .. }
        | Contribution::Judged { contribution, .. }
        | Contribution::Upheld { contribution, .. }
        | Contribution::Undecided { contribution }
        | Contribution::Closed { contribution, .. }
        | Contribution::Settled { contribution, .. } => contribution,
    }
}

fn time_of(network: &impl Network, height: u64) -> Result<u64, AnswerError> {
    let missing = || AnswerError::damage(format!("the journal has no block {height}"));
    network.block_time(height)?.ok_or_else(missing)
}
