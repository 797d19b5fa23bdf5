//! Whose power counts for whom (Bittensor's child keys).

use super::state::{Changing, Children};
use super::{Error, Event, SetChildTake, SetChildren};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::parameters::ChildRules;
use crate::state::{Context, State};
use std::collections::BTreeSet;

/// All of one's power, in the parts that count for others.
pub(super) const ALL: u64 = 65_535;

fn rules(context: &Context) -> Result<&ChildRules, AnyError> {
    let rules = super::rules(context)?.children.as_ref();
    Ok(rules.ok_or(Error::NoChildren {})?)
}

/// Says for whom the sender's power counts, after the network's delay.
pub(super) fn apply_set(
    state: &mut State,
    context: &Context,
    message: &SetChildren,
) -> Result<(), AnyError> {
    let rules = rules(context)?;
    let (sender, epoch) = (context.sender, context.now.epoch);
    let (count, most) = (message.children.len(), rules.most);
    if count > usize::from(most) {
        return Err(Error::TooManyChildren { count, most }.into());
    }
    let mut sum = 0_u64;
    let (mut seen, mut children) = (BTreeSet::new(), Children::with_capacity(count));
    for (account, share) in &message.children {
        let account = *account;
        let child = state.ledger.handle(&account).ok_or(Error::UnknownChild { account })?;
        if child == sender {
            return Err(Error::OwnChild {}.into());
        }
        if !seen.insert(child) {
            return Err(Error::ChildTwice { account }.into());
        }
        if *share == 0 {
            return Err(Error::NoShare { account }.into());
        }
        sum = sum.checked_add(u64::from(*share)).ok_or(OVERFLOW)?;
        children.push((child, *share));
    }
    if sum > ALL {
        return Err(Error::MoreThanAll { sum }.into());
    }
    let own = super::own_power(state, context, sender)?;
    let least = super::rules(context)?.least_power;
    if own < least && !children.is_empty() {
        return Err(Error::TooLittlePower { power: own, least }.into());
    }
    let from = epoch.checked_add(rules.delay_epochs).ok_or(OVERFLOW)?;
    let row = state.opinions.children.get(&sender).cloned().unwrap_or_default();
    state.opinions.children.put(sender, row.then(epoch, from, children));
    let account = state.ledger.address(sender);
    let children = message.children.clone();
    state.emit(Event::ChildrenSet { account, children, from });
    Ok(())
}

/// Says what the sender keeps of what others' power earns with its seat. A higher part counts one
/// epoch later than a change of children would: whoever sees it can leave before.
pub(super) fn apply_take(
    state: &mut State,
    context: &Context,
    message: &SetChildTake,
) -> Result<(), AnyError> {
    let rules = rules(context)?;
    let (take, most) = (message.take, rules.most_take);
    if take > most {
        return Err(Error::TakeTooHigh { take, most }.into());
    }
    let (sender, epoch) = (context.sender, context.now.epoch);
    let now = state.opinions.take(sender, epoch);
    let later = rules.delay_epochs.checked_add(1).ok_or(OVERFLOW)?;
    let wait = if take > now { later } else { 0 };
    let from = epoch.checked_add(wait).ok_or(OVERFLOW)?;
    let row = state.opinions.takes.get(&sender).cloned().unwrap_or_default();
    state.opinions.takes.put(sender, row.then(epoch, from, take));
    let account = state.ledger.address(sender);
    state.emit(Event::TakeSet { account, take, from });
    Ok(())
}

/// Writes what changed for good, and forgets rows that say nothing; `next` is the epoch that opens.
pub(super) fn settle(state: &mut State, next: u64) {
    let due = |from: Option<u64>| from.is_some_and(|from| from <= next);
    let rows = state.opinions.children.iter();
    let rows = rows.filter(|(_, row)| due(row.next.as_ref().map(|(from, _)| *from)));
    let changed: Vec<_> = rows.map(|(account, row)| (*account, row.at(next).clone())).collect();
    for (account, now) in changed {
        if now.is_empty() {
            state.opinions.children.remove(&account);
        } else {
            state.opinions.children.put(account, Changing { now, next: None });
        }
    }
}
