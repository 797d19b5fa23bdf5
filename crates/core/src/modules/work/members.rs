//! What is kept of a closed epoch's participants while its claims last: duties are drawn by their
//! weights and reputations, and later slashes of its offences go by their weights.

use super::{Member, Members};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::{Parameters, SlashBase};
use crate::state::{Context, State};
use std::sync::Arc;

/// At a close, once reputations count the epoch: keeps weights and reputations of it, where the
/// rules of that epoch or of the one that opens need them.
pub(crate) fn keep_members(
    state: &mut State,
    context: &Context,
    weights: &[(AccountHandle, u64)],
) -> Result<(), AnyError> {
    let needed = |rules: &Parameters| {
        rules.work.sampling.is_some() || matches!(rules.slashing.base, SlashBase::Required)
    };
    if !needed(&context.parameters) && !state.active_parameters().is_some_and(|all| needed(&all)) {
        return Ok(());
    }
    let mut members = Members::default();
    for (account, weight) in weights {
        let (account, weight) = (*account, *weight);
        let reputation = state.reputation_score(context, account)?;
        if weight > 0 || reputation > 0 {
            members.total = members.total.checked_add(u128::from(weight)).ok_or(OVERFLOW)?;
            members.rows.push(Member { account, weight, reputation });
        }
    }
    members.rows.sort_unstable_by_key(|member| member.account);
    state.work.members.put(context.now.epoch, Arc::new(members));
    Ok(())
}
