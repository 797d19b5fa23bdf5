//! Validators bond, ask to be active, raise commissions, lend power; others delegate to them.

use super::super::cast::{Delegator, Part, Validator};
use super::super::timeline;
use super::Scene;
use crate::demo::draft::Draft;
use crate::failure::Failure;
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::opinions::{Request, SetChildTake, SetChildren};
use workmint_core::modules::validators::{Bond, Delegate, Message as Ask, Pool, Undelegate, Wish};
use workmint_core::{Address, Message};

/// What a parent lends, parts of 65,535.
const LENT: u16 = 32_768;
/// The epoch in which it does.
const LENDS: u64 = 1;

fn pool<'a>(scene: &'a Scene, validator: &Address) -> Option<&'a Pool> {
    scene.state.validators.pool(scene.handle(validator)?)
}

/// Who is new and what it will bond, base units.
pub(super) fn wanted(scene: &Scene) -> Vec<(Address, Amount)> {
    let validators = scene.cast.validators.iter().filter(|of| pool(scene, &of.address).is_none());
    let delegators = scene.cast.delegators.iter().filter(|of| joins(scene, of));
    let bonds = validators.map(|of| (of.address, of.bond));
    bonds.chain(delegators.map(|of| (of.address, of.amount))).collect()
}

/// Whether a delegator delegates in this epoch.
fn joins(scene: &Scene, delegator: &Delegator) -> bool {
    delegator.joins == scene.epoch
}

fn ask(draft: &mut Draft, who: Address, message: Ask) -> Result<(), Failure> {
    draft.push(who, Message::Validator(message))
}

/// Those without a bond bond and ask to be active; those out of jail ask again.
pub(super) fn bond(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for validator in &scene.cast.validators {
        let who = validator.address;
        let Some(found) = pool(scene, &who) else {
            let (amount, commission) = (validator.bond, Some(validator.commission));
            ask(draft, who, Ask::Bond(Bond { amount, commission }))?;
            ask(draft, who, Ask::Activate)?;
            continue;
        };
        let until = found.jail.map(|jail| jail.until);
        if until.is_some_and(|until| until > scene.epoch) {
            continue;
        }
        let enough = found.own_worth().map_err(Failure::damage)? >= scene.bonds.minimum;
        if until.is_some() {
            ask(draft, who, Ask::LeaveJail)?;
        }
        if enough && !matches!(found.wish, Wish::Serve(_)) {
            ask(draft, who, Ask::Activate)?;
        }
    }
    raise(scene, draft)
}

fn raise(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let raises = scene.cast.part(Part::Raises);
    let Some(Validator { address, .. }) =
        raises.filter(|_| timeline::raises_commission(scene.epoch))
    else {
        return Ok(());
    };
    let Some(found) = pool(scene, address) else {
        return Ok(());
    };
    let now = found.commission.during(scene.epoch);
    let more = now.checked_add(scene.bonds.commission_step).map_err(Failure::damage)?;
    let more = more.min(scene.bonds.most_commission);
    if more > now {
        ask(draft, *address, Ask::SetCommission(more))?;
    }
    Ok(())
}

/// In a network of child keys one validator lends half of its power to another, which keeps a part
/// of what it earns with it.
pub(super) fn lend(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(rules) = scene.seats.children.as_ref().filter(|_| scene.epoch == LENDS) else {
        return Ok(());
    };
    let (Some(parent), Some(child)) = (scene.cast.part(Part::Parent), scene.cast.part(Part::Child))
    else {
        return Ok(());
    };
    let children = vec![(child.address, LENT)];
    let lent = Request::SetChildren(SetChildren { children });
    draft.push(parent.address, Message::Opinion(lent))?;
    let half = Ratio::new(1, 2).map_err(Failure::damage)?;
    let take = rules.most_take.checked_mul(half).map_err(Failure::damage)?;
    let kept = Request::SetChildTake(SetChildTake { take });
    draft.push(child.address, Message::Opinion(kept))
}

/// Delegators delegate, each once; one takes half out again.
pub(super) fn delegate(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let mut leaves = timeline::is_leaving(scene.epoch);
    for delegator in &scene.cast.delegators {
        let Some(validator) = scene.cast.validators.get(delegator.validator) else {
            continue;
        };
        let (address, validator) = (delegator.address, validator.address);
        let Some(found) = pool(scene, &validator) else {
            continue;
        };
        if joins(scene, delegator) && found.jail.is_none() {
            let amount = delegator.amount;
            ask(draft, address, Ask::Delegate(Delegate { validator, amount }))?;
        }
        let (handle, to) = (scene.handle(&address), scene.handle(&validator));
        let row = handle.zip(to).and_then(|(of, to)| scene.state.validators.delegation(of, to));
        let Some(row) = row.filter(|_| leaves) else {
            continue;
        };
        let worth = row.part.sum().and_then(|shares| found.worth(shares));
        let half = Amount::new(worth.map_err(Failure::damage)?.get() / 2);
        if half >= scene.bonds.minimum_delegation {
            leaves = false;
            let amount = Some(half);
            ask(draft, address, Ask::Undelegate(Undelegate { validator, amount }))?;
        }
    }
    Ok(())
}

/// Delegators collect rewards, and what was released of their withdrawals.
pub(super) fn collect(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let state = &scene.state.validators;
    for (number, delegator) in (0_u64..).zip(&scene.cast.delegators) {
        let validator = scene.cast.validators.get(delegator.validator);
        let Some(validator) = validator.map(|of| of.address) else {
            continue;
        };
        let pair = scene.handle(&delegator.address).zip(scene.handle(&validator));
        let Some((of, to)) = pair else {
            continue;
        };
        let has_some = state.delegation(of, to).is_some();
        if has_some && timeline::collects(scene.epoch, number) {
            ask(draft, delegator.address, Ask::Collect(validator))?;
        }
        let released =
            |deadline| state.unbonding(to).any(|(at, row)| at == deadline && row.released);
        if state.withdrawals(of, to).any(|(deadline, _)| released(deadline)) {
            ask(draft, delegator.address, Ask::Withdraw(validator))?;
        }
    }
    Ok(())
}
