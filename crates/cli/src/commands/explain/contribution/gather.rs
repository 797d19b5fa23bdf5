//! Collects what happened to a contribution from events, state and frozen inputs.

use workmint_core::Event;
use workmint_core::modules::contributions::{
    ContributionId, ContributionKey, Event as Contribution, Stage,
};
use workmint_core::modules::parameters::ContributionKind;
use workmint_storage::index::EventKey;
use workmint_storage::store::View;

use super::{Step, Trace, settled};
use crate::failure::Failure;
use crate::output::asset_of;
use crate::source;
use workmint_answers::contribution::rate_of;

/// Events read at a time.
const PAGE: usize = 1_000;

/// An event of an account and the height of its block.
pub(super) type Happened = (u64, Event);

/// The whole story; `None` if it was never submitted.
pub(super) fn trace(view: &View, key: &ContributionKey) -> Result<Option<Trace>, Failure> {
    let events = events(view, key)?;
    let mut steps = Vec::new();
    for (height, event) in &events {
        if let Event::Contributions(event) = event
            && about(event) == key
        {
            let (height, event) = (*height, event.clone());
            steps.push(Step { height, time_ms: time_of(view, height)?, event });
        }
    }
    let submitted = steps.iter().find_map(|step| match &step.event {
        Contribution::Submitted { stream, .. } => Some(stream.clone()),
        _ => None,
    });
    let Some(stream) = submitted else {
        return Ok(None);
    };
    let parameters = source::parameters(view)?;
    let settled = settled::gather(view, key, &steps, &events)?;
    let state = view.state();
    let row = ContributionId::of(&state.ledger, key).and_then(|id| state.contributions.get(&id));
    let kind = row.map(|row| row.kind).or_else(|| kind_of(view, stream.as_str()));
    let kind = kind.or_else(|| settled.as_ref().map(|settled| settled.rate.kind));
    let open = row.map(|row| row.stage.clone());
    let open = open.filter(|stage| {
        matches!(stage, Stage::Submitted { .. } | Stage::Accepted { .. }) && settled.is_none()
    });
    Ok(Some(Trace {
        key: *key,
        network: parameters.network.name.clone(),
        asset: asset_of(&parameters, parameters.emission.asset)?.clone(),
        kind: kind.ok_or_else(|| Failure::damage(format!("nobody knows the stream {stream}")))?,
        stream,
        steps,
        open,
        settled,
    }))
}

/// What a stream pays for, or paid for at genesis.
fn kind_of(view: &View, stream: &str) -> Option<ContributionKind> {
    let active = view.state().active_parameters();
    let now = active.as_ref().and_then(|active| rate_of(active, stream));
    now.or_else(|| rate_of(&view.genesis().parameters, stream)).map(|rate| rate.kind)
}

/// All events of the contributor since its epoch of work began.
fn events(view: &View, key: &ContributionKey) -> Result<Vec<Happened>, Failure> {
    let index = view.index()?;
    let before = match key.epoch.checked_sub(1) {
        Some(before) => index.get().closing_height(before).map_err(Failure::damage)?,
        None => None,
    };
    let mut after = before.map(|height| EventKey { height, sequence: u32::MAX });
    let mut events = Vec::new();
    loop {
        let page = index.get().events_of(&key.contributor.0, after, PAGE);
        let page = page.map_err(Failure::damage)?;
        for (at, bytes) in &page.events {
            let event: Event = borsh::from_slice(bytes).map_err(Failure::damage)?;
            events.push((at.height, event));
        }
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

fn time_of(view: &View, height: u64) -> Result<u64, Failure> {
    let block = view.block(height)?;
    let missing = || Failure::damage(format!("the journal has no block {height}"));
    block.map(|stored| stored.block.time_ms).ok_or_else(missing)
}
