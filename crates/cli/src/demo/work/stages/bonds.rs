//! Validators bond and serve; customers delegate to them and collect.

use super::Scene;
use crate::demo::claims::has_open_claim;
use crate::demo::draft::Draft;
use crate::demo::funding::Needs;
use crate::failure::Failure;
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::Validators;
use workmint_core::modules::settlement::Claim;
use workmint_core::modules::validators::{Bond, Delegate, Message as Bonds};
use workmint_core::{Address, Message};

/// Validators bond so many times the least, by their number.
const BONDS: [u128; 3] = [2, 1, 4];
/// Customers delegate so many times the least.
const DELEGATED: u128 = 500;
/// Customers that delegate.
const DELEGATORS: usize = 6;
/// Delegators collect every so many epochs.
const COLLECTING: u64 = 3;

/// Every validator and what it bonds.
fn bonds<'a>(
    scene: &'a Scene<'_>,
    rules: &'a Validators,
) -> impl Iterator<Item = (Address, Result<Amount, Failure>)> + 'a {
    let times = BONDS.into_iter().cycle();
    scene.cast.validators().zip(times).map(|(validator, times)| {
        (validator, rules.minimum.checked_mul(times).map_err(Failure::damage))
    })
}

/// Every delegator and its validator.
fn delegators(scene: &Scene) -> Vec<(Address, Address)> {
    let validators: Vec<Address> = scene.cast.validators().collect();
    let customers = scene.cast.customers.iter().take(DELEGATORS).copied();
    customers.zip(validators.iter().copied().cycle()).collect()
}

/// What is bonded and delegated in this epoch.
pub(super) fn need(scene: &Scene, needs: &mut Needs) -> Result<(), Failure> {
    let Some(rules) = &scene.parameters.validators else {
        return Ok(());
    };
    if scene.epoch == 0 {
        for (validator, amount) in bonds(scene, rules) {
            needs.add(validator, rules.asset, amount?)?;
        }
    }
    if scene.epoch == 1 {
        let amount = rules.minimum_delegation.checked_mul(DELEGATED).map_err(Failure::damage)?;
        for (customer, _) in delegators(scene) {
            needs.add(customer, rules.asset, amount)?;
        }
    }
    Ok(())
}

/// In the first epoch validators bond and ask to serve, in the second customers delegate; later
/// they collect what their validators earned for them.
pub(super) fn bond(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(rules) = &scene.parameters.validators else {
        return Ok(());
    };
    let mut send = |who, message| draft.push(who, Message::Validator(message));
    match scene.epoch {
        0 => {
            let commission = Ratio::new(1, 20).map_err(Failure::damage)?;
            let commission = Some(commission.min(rules.most_commission));
            for (validator, amount) in bonds(scene, rules) {
                send(validator, Bonds::Bond(Bond { amount: amount?, commission }))?;
                send(validator, Bonds::Activate)?;
            }
        }
        1 => {
            let least = rules.minimum_delegation;
            let amount = least.checked_mul(DELEGATED).map_err(Failure::damage)?;
            for (customer, validator) in delegators(scene) {
                send(customer, Bonds::Delegate(Delegate { validator, amount }))?;
            }
        }
        epoch if epoch > COLLECTING && epoch.is_multiple_of(COLLECTING) => {
            for (customer, validator) in delegators(scene) {
                send(customer, Bonds::Collect(validator))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Validators claim what they earned in the epoch just closed.
pub(super) fn claim(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let (Some(_), Some(epoch)) = (&scene.parameters.validators, scene.epoch.checked_sub(1)) else {
        return Ok(());
    };
    for validator in scene.cast.validators() {
        if has_open_claim(scene.state, epoch, &validator) {
            draft.push(validator, Message::Claim(Claim { epoch }))?;
        }
    }
    Ok(())
}
