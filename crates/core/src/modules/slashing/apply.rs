//! Punishing, once.

use super::{Error, Event, Offence, OffenceKind, combined_fraction};
use crate::address::Address;
use crate::block::Evidence;
use crate::error::Error as AnyError;
use crate::modules::collateral::{self, Offender, Slashed};
use crate::modules::ledger::AccountHandle;
use crate::modules::validators;
use crate::state::{Context, State};
use crate::time::Duration;
use workmint_amounts::{Amount, Ratio};

/// Whom evidence about a validator is about: the participant it runs for, and itself if it bonds
/// money here.
struct Accused {
    participant: Option<AccountHandle>,
    validator: Option<AccountHandle>,
}

fn accused(state: &State, address: &Address) -> Result<Accused, AnyError> {
    let participant = state.registry.participant_of_validator(address);
    let handle = state.ledger.handle(address);
    let validator = handle.filter(|handle| state.validators.pool(*handle).is_some());
    if participant.is_none() && validator.is_none() {
        return Err(Error::UnknownValidator { validator: *address }.into());
    }
    Ok(Accused { participant, validator })
}

/// Evidence of the consensus layer (document 001 §3); `weight` is the effective weight of the
/// validator's participant, the larger one of the open epoch and the last. A fault takes what is
/// bonded to the validator and the participant's collateral, each by the same fraction; what the
/// consensus layer says of a validator's return frees collateral alone: bonds have their own jail.
pub fn apply_evidence(
    state: &mut State,
    context: &Context,
    evidence: &Evidence,
    weight: u64,
) -> Result<(), AnyError> {
    match evidence {
        Evidence::ValidatorSlashed { validator, fraction, fault, time_ms } => {
            let accused = accused(state, validator)?;
            if *fraction > Ratio::ONE {
                return Err(Error::FractionAboveOne { fraction: *fraction }.into());
            }
            require_recent(state, context, *time_ms)?;
            if state.slashing.judged.contains(&Offence(*fault)) {
                return Err(Error::AlreadyPunished {}.into());
            }
            state.slashing.judged.put(Offence(*fault), *time_ms);
            if let Some(validator) = accused.validator {
                validators::punish(state, context, validator, *fraction)?;
            }
            if let Some(account) = accused.participant {
                let offence = (OffenceKind::ConsensusFault, *fraction);
                punish(state, context, Offender { account, weight }, offence, None)?;
            }
        }
        Evidence::ValidatorBeganUnbonding { validator } => {
            let accused = accused(state, validator)?;
            if let Some(validator) = accused.validator {
                validators::retire_at_once(state, context, validator)?;
            }
            if let Some(account) = accused.participant {
                collateral::set_jailed(state, account, true);
            }
        }
        Evidence::ValidatorBonded { validator } => {
            if let Some(account) = accused(state, validator)?.participant {
                collateral::set_jailed(state, account, false);
            }
        }
    }
    Ok(())
}

/// The last time, milliseconds, that is too old for evidence; `None` if nothing is yet.
fn too_old(context: &Context) -> Option<u64> {
    match context.parameters.slashing.evidence_max_age {
        Duration::Milliseconds(age) => context.now.time_ms.checked_sub(age),
        // The checker refuses an age in epochs.
        Duration::Epochs(_) => Some(context.now.time_ms),
    }
}

/// The error if a fault of `time_ms` is too old, forgotten, or from the future.
fn require_recent(state: &State, context: &Context, time_ms: u64) -> Result<(), AnyError> {
    let now_ms = context.now.time_ms;
    let old = too_old(context).is_some_and(|limit| time_ms <= limit);
    if old || time_ms <= *state.slashing.horizon.get() || time_ms > now_ms {
        return Err(Error::EvidenceOutOfDate { time_ms, now_ms }.into());
    }
    Ok(())
}

/// Takes `fraction` of the offender's collateral for one offence. The caller knows that it was not
/// punished before.
pub(crate) fn punish(
    state: &mut State,
    context: &Context,
    offender: Offender,
    (kind, fraction): (OffenceKind, Ratio),
    challenger: Option<AccountHandle>,
) -> Result<Slashed, AnyError> {
    let slashed = collateral::slash(state, context, offender, fraction, challenger)?;
    let account = state.ledger.address(offender.account);
    state.emit(Event::Punished { account, kind, fraction, amount: slashed.amount });
    Ok(slashed)
}

/// At a close: slashes each participant that failed the missed-request test by its fraction, and
/// returns what each lost.
pub(crate) fn judge_downtime(
    state: &mut State,
    context: &Context,
    failed: &[(Offender, Ratio)],
) -> Vec<(AccountHandle, Amount)> {
    let mut slashed = Vec::new();
    for (offender, fraction) in failed {
        let downtime = (OffenceKind::Downtime, *fraction);
        state.isolate("downtime slash", |state| {
            let fraction = combined_fraction(&[downtime])?;
            let taken = punish(state, context, *offender, (downtime.0, fraction), None)?;
            slashed.push((offender.account, taken.amount));
            Ok(())
        });
    }
    slashed
}

/// At a close: forgets faults too old to be brought again.
pub(crate) fn forget_old(state: &mut State, context: &Context) {
    let Some(limit) = too_old(context) else {
        return;
    };
    let judged = state.slashing.judged.iter();
    let old: Vec<Offence> =
        judged.filter(|(_, time)| **time <= limit).map(|(offence, _)| *offence).collect();
    old.iter().for_each(|offence| state.slashing.judged.remove(offence));
    if !old.is_empty() && limit > *state.slashing.horizon.get() {
        state.slashing.horizon.set(limit);
    }
}
