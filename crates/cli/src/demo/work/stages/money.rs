//! Funding, joining, prepaying, leaving.

use super::{Scene, bonds, sessions};
use crate::demo::draft::Draft;

use crate::demo::funding::{FEES_NEEDED, Needs};
use crate::demo::work::demand::EpochDemand;
use crate::failure::Failure;
use workmint_amounts::Amount;
use workmint_core::modules::collateral::{Deposit, Withdraw};
use workmint_core::modules::market::OpenDeposit;
use workmint_core::modules::registry::{
    ConfirmValidator, RegisterNode, RegisterParticipant, SetRecipient,
};
use workmint_core::names::ModelId;
use workmint_core::{Address, Message};

/// A deposit that no longer covers an epoch's use is topped up with so many times that use.
const EPOCHS_PREPAID: u128 = 3;

/// Sends money to everyone who will need more in this epoch than it can spend.
pub(super) fn fund(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
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
    needs.send(scene.state, &scene.cast.funders, draft)
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
        if available < *charge {
            let amount = charge.checked_mul(EPOCHS_PREPAID).map_err(Failure::damage)?;
            all.push((*customer, *model, amount));
        }
    }
    Ok(all)
}

/// Customers open deposits, or top up what runs low.
pub(super) fn prepay(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for (customer, model, amount) in top_ups(scene)? {
        let price = scene.parameters.model(model).map(|model| model.price_per_unit);
        let message = OpenDeposit { model, amount, max_price: price.unwrap_or_default() };
        draft.push(customer, Message::OpenDeposit(message))?;
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
