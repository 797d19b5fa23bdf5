//! Malice, found by judges.

use super::apply::rules;
use super::{Error, Event, FindMalice, MaliceCase, Offence, slash};
use crate::error::Error as AnyError;
use crate::modules::registry::Role;
use crate::state::{Context, State};

/// Counts a judge that finds malice; more than half of all judges slash the provider, once per
/// case. A case without a majority is forgotten after the unbonding time.
pub fn apply_find_malice(
    state: &mut State,
    context: &Context,
    message: &FindMalice,
) -> Result<(), AnyError> {
    let FindMalice { account, case } = *message;
    let rules = rules(context)?;
    let judge = context.sender;
    if !state.registry.has_role(judge, Role::Judge) {
        return Err(Error::NotJudge {}.into());
    }
    let known = state.ledger.handle(&account);
    let known = known.filter(|handle| state.registry.participant(*handle).is_some());
    let provider = known.ok_or(Error::NotAParticipant { account })?;
    if state.registry.related(&state.ledger, judge, provider) {
        return Err(Error::Related { account }.into());
    }
    let key = (provider, case);
    let mut row = match state.stake.cases.get(&key) {
        Some(row) => row.clone(),
        None => {
            let lapses = Some(rules.unbonding.after(&context.now)?);
            MaliceCase { found_by: Vec::new(), lapses }
        }
    };
    let Some(lapses) = row.lapses else {
        return Err(Error::CaseDecided { case }.into());
    };
    if row.found_by.contains(&judge) {
        return Err(Error::AlreadySaid {}.into());
    }
    row.found_by.push(judge);
    let votes = row.found_by.len();
    let others = state.registry.holders(Role::Judge).count().checked_sub(votes);
    let found = others.is_none_or(|others| votes > others);
    let open = (lapses, provider, case);
    if found {
        row.lapses = None;
        state.stake.open_cases.remove(&open);
    } else {
        state.stake.open_cases.put(open, ());
    }
    state.stake.cases.put(key, row);
    let said_by = state.ledger.address(judge);
    state.emit(Event::MaliceSaid { account, judge: said_by, case });
    if found {
        state.emit(Event::MaliceFound { account, case });
        slash(state, context, provider, (Offence::Malice, rules.slashing.malice), None)?;
    }
    Ok(())
}
