//! Funding and claims.

use super::super::cast::{ROOM, highest_tier};
use super::super::timeline;
use super::{Scene, pool, sessions};
use crate::demo::claims::has_open_claim;
use crate::demo::draft::Draft;
use crate::demo::funding::Needs;
use crate::failure::Failure;
use workmint_amounts::Amount;
use workmint_core::Message;
use workmint_core::modules::attestation;
use workmint_core::modules::market::jobs;
use workmint_core::modules::settlement::Claim;

/// Bonds of the largest jobs that a provider should be able to put up at once.
const BONDS: u128 = 8;
/// Messages of one account in an epoch, at most.
const MESSAGES: u128 = 10_000;
/// A day's price may rise so many times.
const PRICE_RISE: u128 = 2;

/// Sends money to everyone who will need more in this epoch than it can spend.
pub(super) fn fund(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let mut needs = Needs::default();
    let (parameters, market) = (scene.parameters, scene.parameters.market.asset);
    let bonds = bond_of_largest(scene)?.checked_mul(BONDS).map_err(Failure::damage)?;
    for provider in &scene.cast.providers {
        needs.add(provider.address, market, bonds)?;
    }
    if scene.now.epoch == 0 {
        if let Some(stake) = &parameters.stake {
            for provider in &scene.cast.providers {
                needs.add(provider.address, stake.asset, provider.stake)?;
            }
        }
        let proposer = scene.cast.providers.first();
        if let Some((rules, proposer)) = parameters.governance.as_ref().zip(proposer) {
            needs.add(proposer.address, rules.asset, rules.deposit)?;
        }
        pool::needs(scene, &mut needs)?;
    }
    for customer in &scene.cast.customers {
        let amount = if customer.by_session {
            sessions::need(scene, customer)?
        } else {
            spending(scene, customer)?.checked_mul(PRICE_RISE).map_err(Failure::damage)?
        };
        needs.add(customer.address, market, amount)?;
    }
    needs.add_fees(parameters, scene.cast.senders(), MESSAGES)?;
    let funders = pool::funders(scene, draft)?;
    needs.send(scene.state, &funders, draft)
}

/// The bond for the largest and dearest job.
fn bond_of_largest(scene: &Scene) -> Result<Amount, Failure> {
    let Some(rules) = &scene.parameters.market.jobs else {
        return Ok(Amount::ZERO);
    };
    let tiers = scene.parameters.attestation.as_ref();
    let multiplier = attestation::multiplier(tiers, highest_tier(scene.parameters));
    let mut largest = rules.bond_minimum;
    for model in super::super::cast::models(scene.parameters) {
        let cost = (scene.price(model)?, scene.cast.job_units);
        let deposit = jobs::deposit(rules, cost, multiplier).map_err(Failure::damage)?;
        largest = largest.max(jobs::bond(rules, deposit).map_err(Failure::damage)?);
    }
    Ok(largest)
}

/// What all that a customer would like in this epoch costs at the price of now.
fn spending(scene: &Scene, customer: &super::super::cast::Customer) -> Result<Amount, Failure> {
    let tiers = scene.parameters.attestation.as_ref();
    let multiplier = attestation::multiplier(tiers, customer.tier);
    let mood = u128::from(timeline::mood(scene.now.epoch));
    let mut sum = Amount::ZERO;
    for (model, tokens) in &customer.tokens {
        let units = u128::from(*tokens) * u128::from(ROOM.0) / u128::from(ROOM.1) * mood / 100;
        let cost = scene.price(*model)?.checked_mul(units).map_err(Failure::damage)?;
        let cost = multiplier.apply_ceil(cost).map_err(Failure::damage)?;
        sum = sum.checked_add(cost).map_err(Failure::damage)?;
    }
    Ok(sum)
}

/// Everyone that the epoch just closed owes something claims it.
pub(super) fn claim(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(epoch) = scene.now.epoch.checked_sub(1) else {
        return Ok(());
    };
    let providers = scene.cast.providers.iter().map(|provider| provider.address);
    for address in providers.chain([scene.cast.liquidity]) {
        if has_open_claim(scene.state, epoch, &address) {
            draft.push(address, Message::Claim(Claim { epoch }))?;
        }
    }
    Ok(())
}
