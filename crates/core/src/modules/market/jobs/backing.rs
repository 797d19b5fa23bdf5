//! What stands behind a provider: its stake, its attested tier, its reputation.

use super::Error;
use crate::error::Error as AnyError;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Parameters;
use crate::modules::stake::Offence;
use crate::modules::{attestation, stake};
use crate::state::{Context, State};
use workmint_amounts::Ratio;

/// The error if the provider stakes too little, or a lower tier is attested.
pub(super) fn require(
    state: &State,
    context: &Context,
    provider: AccountHandle,
    tier: u8,
) -> Result<(), AnyError> {
    if let Some(rules) = &context.parameters.stake {
        let (active, minimum) = (stake::active(state, provider), rules.minimum);
        if active < minimum {
            return Err(Error::StakeTooSmall { active, minimum }.into());
        }
    }
    let attested = attestation::tier(state, provider, &context.now);
    if tier > attested {
        return Err(Error::TierNotAttested { asked: tier, attested }.into());
    }
    Ok(())
}

/// The error if all offers of the provider and `more` units exceed what its stake backs.
pub(super) fn require_capacity(
    state: &State,
    context: &Context,
    provider: AccountHandle,
    more: u64,
) -> Result<(), AnyError> {
    let parameters = &context.parameters;
    let Some(ratio) = parameters.stake.as_ref().and_then(|rules| rules.capacity) else {
        return Ok(());
    };
    let backed = ratio.floor_mul(stake::active(state, provider).get())?;
    let offers = state.market.jobs.offers_of(provider);
    let offered: u128 = offers.map(|(_, offer)| u128::from(offer.capacity)).sum();
    if offered.checked_add(u128::from(more)).is_none_or(|asked| asked > backed) {
        let rule = "the capacity of all offers of a provider, which its stake backs,";
        let most = u64::try_from(backed).unwrap_or(u64::MAX);
        return Err(Error::OutOfRange { rule, least: 1, most }.into());
    }
    Ok(())
}

/// What a tier multiplies the price by; without tiers there is one, tier 0, of 1.
pub(super) fn multiplier(parameters: &Parameters, tier: u8) -> Result<Ratio, Error> {
    let Some(rules) = &parameters.attestation else {
        return if tier == 0 { Ok(Ratio::ONE) } else { Err(Error::UnknownTier { tiers: 1 }) };
    };
    let found = rules.tiers.get(usize::from(tier)).map(|row| row.multiplier);
    found.ok_or(Error::UnknownTier { tiers: rules.tiers.len() })
}

/// Slashes stake for a missed service level; `missed` is 0 to 1, and 0 costs nothing.
pub(super) fn slash(
    state: &mut State,
    context: &Context,
    provider: AccountHandle,
    missed: Ratio,
) -> Result<(), AnyError> {
    let Some(rules) = context.parameters.stake.as_ref().filter(|_| !missed.is_zero()) else {
        return Ok(());
    };
    let fraction = stake::sla_fraction(&rules.slashing, missed)?;
    stake::slash(state, context, provider, (Offence::ServiceLevel, fraction), None).map(|_| ())
}
