//! Scheduling and activating changes.

use super::{Error, Event, Level, Parameters, ScheduleParameters, Scheduled, check};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::state::{Context, State};
use std::sync::Arc;

/// Changes that may wait at a time.
const MAX_SCHEDULED: usize = 16;

/// How many hold the roles whose quorums parameters set: a quorum above that is never met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorums {
    /// Accounts with the role reporter.
    pub reporters: usize,
    /// With the role verifier.
    pub verifiers: usize,
    /// With the role attestor.
    pub attestors: usize,
}

/// Schedules a change. `may` says whether the sender holds the role governor, `most` how many
/// could meet each quorum.
pub fn apply_schedule(
    state: &mut State,
    context: &Context,
    message: &ScheduleParameters,
    may: bool,
    most: Quorums,
) -> Result<(), AnyError> {
    if context.parameters.governance.is_some() {
        return Err(Error::DecidedByVote {}.into());
    }
    if !may {
        return Err(Error::NotGovernor {}.into());
    }
    if message.epoch <= context.now.epoch {
        let open = context.now.epoch;
        return Err(Error::EpochNotInFuture { epoch: message.epoch, open }.into());
    }
    check_change(&context.parameters, &message.parameters, most)?;
    schedule(state, message.epoch, &message.parameters)
}

/// Whether parameters may follow those that are active: nothing differs that never changes, the
/// checker has no error, and there are enough accounts for every quorum.
pub(crate) fn check_change(
    active: &Parameters,
    new: &Parameters,
    most: Quorums,
) -> Result<(), Error> {
    if let Some(field) = first_unvotable(active, new) {
        return Err(Error::NotVotable { field });
    }
    if let Some(finding) = check(new).into_iter().find(|finding| finding.level == Level::Error) {
        return Err(Error::Invalid { message: finding.text(), path: finding.path });
    }
    served(new, most)
}

/// Lets checked parameters wait for an epoch.
pub(crate) fn schedule(
    state: &mut State,
    epoch: u64,
    parameters: &Parameters,
) -> Result<(), AnyError> {
    let waiting = &state.parameters.scheduled;
    if waiting.len() >= MAX_SCHEDULED && !waiting.contains(&epoch) {
        return Err(Error::TooManyScheduled { limit: MAX_SCHEDULED }.into());
    }
    state.parameters.scheduled.put(epoch, Arc::new(parameters.clone()));
    state.emit(Event::Scheduled { epoch });
    Ok(())
}

/// Refuses quorums above the number of those who could meet them.
fn served(parameters: &Parameters, most: Quorums) -> Result<(), Error> {
    let verdicts = parameters.contributions.as_ref().map_or(0, |rules| rules.verifiers);
    let attested = parameters.attestation.as_ref().map_or(0, |rules| rules.quorum);
    for (path, needed, most, role) in [
        ("work.quorum", parameters.work.quorum, most.reporters, "reporters"),
        ("contributions.verifiers", verdicts, most.verifiers, "verifiers"),
        ("attestation.quorum", attested, most.attestors, "attestors"),
    ] {
        if usize::try_from(needed).is_ok_and(|needed| needed > most) {
            let message = format!("{needed}; allowed: at most {most}, the number of {role}");
            return Err(Error::Invalid { path: path.to_owned(), message });
        }
    }
    Ok(())
}

/// The first field that differs although it never may.
#[must_use]
pub fn first_unvotable(old: &Parameters, new: &Parameters) -> Option<&'static str> {
    let assets = |of: &Parameters| {
        of.assets.iter().map(|asset| (asset.symbol.clone(), asset.decimals)).collect::<Vec<_>>()
    };
    let staked = |of: &Parameters| of.stake.as_ref().map(|rules| rules.asset);
    let bonded = |of: &Parameters| of.validators.as_ref().map(|rules| rules.asset);
    // Whose the money in the pool is follows from these.
    let pool = |of: &Parameters| {
        of.exchange.as_ref().map(|rules| (rules.assets, rules.locked_shares, rules.seed))
    };
    let seeded = |of: &Parameters| of.exchange.as_ref().is_some_and(|rules| rules.seed.is_some());
    let cap_raised = || old.assets.iter().zip(&new.assets).any(|(old, new)| new.cap > old.cap);
    if old.network != new.network {
        Some("network")
    } else if assets(old) != assets(new) {
        Some("assets")
    } else if cap_raised() {
        Some("assets.cap (it may only fall)")
    } else if old.emission.asset != new.emission.asset {
        Some("emission.asset")
    } else if new.emission.allocation > old.emission.allocation {
        Some("emission.allocation (it may only fall)")
    } else if old.collateral.asset != new.collateral.asset {
        Some("collateral.asset")
    } else if staked(old).is_some_and(|asset| staked(new) != Some(asset)) {
        Some("stake.asset")
    } else if bonded(old).is_some_and(|asset| bonded(new) != Some(asset)) {
        Some("validators.asset")
    } else if old.market.asset != new.market.asset {
        Some("market.asset")
    } else if old.models.len() > new.models.len()
        || old.models.iter().zip(&new.models).any(|(old, new)| old.id != new.id)
    {
        Some("models (new ones are appended)")
    } else if old.exchange.is_some() && pool(old) != pool(new) {
        Some("exchange (only its fee may change)")
    } else if old.exchange.is_none() && seeded(new) {
        Some("exchange.first_seed (only a genesis seeds the pool)")
    } else {
        None
    }
}

/// At a close: makes the change scheduled for `next` (or for an epoch skipped on the way) active.
/// `trial` plans the inputs just frozen with the new parameters; a change that fails it is dropped
/// with an event. From the moment votes decide, nothing that a governor scheduled is left: it was
/// written against other parameters, and would undo what is voted.
pub fn activate(
    state: &mut State,
    next: u64,
    trial: impl Fn(&State, &Parameters) -> Result<(), AnyError>,
) -> Result<(), AnyError> {
    let by_vote = decided_by_vote(state);
    let due: Vec<(u64, Arc<Parameters>)> = state
        .parameters
        .scheduled
        .range(..=next)
        .map(|(epoch, parameters)| (*epoch, Arc::clone(parameters)))
        .collect();
    for (epoch, parameters) in due {
        state.parameters.scheduled.remove(&epoch);
        // Another change may have become active since this one was scheduled.
        let unvotable = state
            .parameters
            .active()
            .and_then(|active| first_unvotable(&active.parameters, &parameters));
        let refused = match unvotable {
            _ if !by_vote && decided_by_vote(state) => Err(Error::DecidedByVote {}.into()),
            Some(field) => Err(Error::NotVotable { field }.into()),
            None => trial(state, &parameters),
        };
        match refused {
            Ok(()) => {
                let old = state.parameters.active().map_or(0, |active| active.version);
                let version = old.checked_add(1).ok_or(OVERFLOW)?;
                state.parameters.active.set(Some(Scheduled { version, parameters }));
                state.emit(Event::Activated { epoch: next, version });
            }
            Err(error) => state.emit(Event::Dropped { epoch, code: error.code() }),
        }
    }
    if decided_by_vote(state) {
        let left: Vec<u64> = state.parameters.scheduled.iter().map(|(epoch, _)| *epoch).collect();
        for epoch in left {
            state.parameters.scheduled.remove(&epoch);
            state.emit(Event::Dropped { epoch, code: Error::DecidedByVote {}.code() });
        }
    }
    Ok(())
}

fn decided_by_vote(state: &State) -> bool {
    state.active_parameters().is_some_and(|active| active.governance.is_some())
}
