//! Funding, joining, prepaying, leaving.

use super::{Scene, bonds, sessions};
use crate::demo::draft::Draft;

use crate::demo::funding::{FEES_NEEDED, Needs};
use crate::demo::work::demand::EpochDemand;
use crate::failure::Failure;
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::collateral::{Deposit, Withdraw};
use workmint_core::modules::market::OpenDeposit;
use workmint_core::modules::parameters::Pricing;
use workmint_core::modules::pricing;
use workmint_core::modules::registry::{
    ConfirmValidator, RegisterNode, RegisterParticipant, SetRecipient,
};
use workmint_core::names::ModelId;
use workmint_core::{Address, Message};

/// A deposit that no longer covers an epoch's use is topped up with so many times that use.
const EPOCHS_PREPAID: u128 = 3;

/// What everyone will need in this epoch.
pub(super) fn needs(scene: &Scene) -> Result<Needs, Failure> {
    let mut needs = Needs::default();
    let (market, rules) = (scene.parameters.market.asset, &scene.parameters.work);
    for (customer, _, amount) in top_ups(scene)? {
        needs.add(customer, market, amount)?;
    }
    if scene.epoch == 0 {
        let asset = scene.parameters.collateral.asset;
        for host in &scene.cast.hosts {
            needs.add(host.address, asset, host.collateral)?;
        }
    }
    for (host, amount) in lacking(scene)? {
        needs.add(host, scene.parameters.collateral.asset, amount)?;
    }
    sessions::need(scene, &mut needs)?;
    bonds::need(scene, &mut needs)?;
    let behaviour = &scene.demand.behaviour;
    let disputed = |host: &u64| behaviour.cheats.contains(host) || behaviour.accused.contains(host);
    for report in scene.demand.reports.iter().filter(|report| disputed(&report.host)) {
        let value = EpochDemand::value(scene.parameters, report);
        let bond = rules.challenge_bond_ratio.apply_ceil(value).map_err(Failure::damage)?;
        for challenger in &scene.cast.challengers {
            needs.add(*challenger, market, bond.max(rules.challenge_bond_minimum))?;
        }
    }
    needs.add_fees(scene.parameters, scene.cast.senders(), FEES_NEEDED)?;
    Ok(needs)
}

/// Deposits that will not cover the epoch: customer, model, amount to add.
fn top_ups(scene: &Scene) -> Result<Vec<(Address, ModelId, Amount)>, Failure> {
    let mut all = Vec::new();
    for ((customer, model), charge) in &scene.demand.charges {
        let handle = scene.state.ledger.handle(customer);
        let deposit = handle.and_then(|handle| scene.state.market.deposit(handle, *model));
        let available = match deposit {
            Some(deposit) => deposit.available().map_err(Failure::damage)?,
            None => Amount::ZERO,
        };
        let charge = at_todays_price(scene, *model, *charge)?;
        if available < charge {
            let amount = charge.checked_mul(EPOCHS_PREPAID).map_err(Failure::damage)?;
            all.push((*customer, *model, amount));
        }
    }
    Ok(all)
}

/// Customers open deposits, or top up what runs low.
pub(super) fn prepay(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for (customer, model, amount) in top_ups(scene)? {
        let max_price = limit_of(scene, model)?;
        let message = OpenDeposit { model, amount, max_price };
        draft.push(customer, Message::OpenDeposit(message))?;
    }
    Ok(())
}

/// A charge at the prices of the file, at what work costs now.
fn at_todays_price(scene: &Scene, model: ModelId, charge: Amount) -> Result<Amount, Failure> {
    let first = scene.parameters.model(model).map_or(Amount::ZERO, |model| model.price_per_unit);
    if scene.parameters.pricing == Pricing::Fixed || first.is_zero() {
        return Ok(charge);
    }
    let now = pricing::price(scene.state, scene.parameters, model).map_err(Failure::damage)?;
    let moved = Ratio::new(now.max(first).get(), first.get());
    moved.and_then(|moved| moved.apply_ceil(charge)).map_err(Failure::damage)
}

/// The price a customer still pays for a deposit's work: that of the file, or twice what it costs
/// now where prices move.
fn limit_of(scene: &Scene, model: ModelId) -> Result<Amount, Failure> {
    let first = scene.parameters.model(model).map(|model| model.price_per_unit);
    let first = first.unwrap_or_default();
    if scene.parameters.pricing == Pricing::Fixed {
        return Ok(first);
    }
    let now = pricing::price(scene.state, scene.parameters, model);
    let twice = now.and_then(|now| Ok(now.checked_mul(2)?)).map_err(Failure::damage)?;
    Ok(first.max(twice))
}

/// Where the collateral of a unit of weight moves: what hosts lack that began with enough for all
/// of their weight.
fn lacking(scene: &Scene) -> Result<Vec<(Address, Amount)>, Failure> {
    let mut all = Vec::new();
    let Some(price) = scene.state.collateral.unit_price() else {
        return Ok(all);
    };
    let start = scene.parameters.weights.collateral_per_weight_unit;
    let growth = price.checked_div(start).map_err(Failure::damage)?;
    for (number, handle) in scene.hosts() {
        let Some(host) = scene.host(number).filter(|host| host.backs_all) else {
            continue;
        };
        let wanted = growth.apply_ceil(host.collateral).map_err(Failure::damage)?;
        let active = scene.state.collateral.active(handle);
        let leaves = scene.state.collateral.withdrawals(handle).next().is_some();
        if let (false, true, Ok(more)) =
            (leaves, !scene.state.collateral.is_jailed(handle), wanted.checked_sub(active))
            && !more.is_zero()
        {
            all.push((host.address, more));
        }
    }
    Ok(all)
}

/// Those hosts deposit it.
pub(super) fn back(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for (host, amount) in lacking(scene)? {
        draft.push(host, Message::DepositCollateral(Deposit { amount }))?;
    }
    Ok(())
}

/// In the first epoch: hosts register themselves, their nodes and their collateral.
pub(super) fn join(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    if scene.epoch > 0 {
        return Ok(());
    }
    for host in &scene.cast.hosts {
        let message = RegisterParticipant { owner: host.owner, validator: host.validator };
        draft.push(host.address, Message::RegisterParticipant(message))?;
        if let Some(validator) = host.validator {
            let participant = host.address;
            let message = ConfirmValidator { participant };
            draft.push(validator, Message::ConfirmValidator(message))?;
        }
        for node in &host.nodes {
            let (node, models) = (node.node, vec![node.model]);
            draft.push(host.address, Message::RegisterNode(RegisterNode { node, models }))?;
        }
        if let Some(recipient) = host.recipient {
            draft.push(host.address, Message::SetRecipient(SetRecipient { recipient }))?;
        }
        let amount = host.collateral;
        if !amount.is_zero() {
            draft.push(host.address, Message::DepositCollateral(Deposit { amount }))?;
        }
    }
    Ok(())
}

/// Hosts that are leaving begin to withdraw half of their collateral.
pub(super) fn withdraw(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let limit = usize::try_from(scene.parameters.collateral.max_withdrawals).unwrap_or(usize::MAX);
    for (number, handle) in scene.hosts() {
        let amount = Amount::new(scene.state.collateral.active(handle).get() / 2);
        let room = scene.state.collateral.withdrawals(handle).count() < limit;
        let leaves = scene.demand.behaviour.leaving.contains(&number);
        if let (Some(host), true, false) = (scene.host(number), leaves && room, amount.is_zero()) {
            draft.push(host.address, Message::WithdrawCollateral(Withdraw { amount }))?;
        }
    }
    Ok(())
}
