//! Providers join, stake, show their tiers, answer probes, offer.

use super::super::cast::highest_tier;
use super::super::timeline::{self, Act};
use super::{Scene, jobs};
use crate::demo::calendar::HOURS;
use crate::demo::draft::Draft;
use crate::failure::Failure;
use workmint_amounts::Amount;
use workmint_core::modules::attestation::{
    AttestHeartbeats, AttestTier, RefuteTier, RequestTier, tier,
};
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::market::jobs::{Message as Job, PutOffer};
use workmint_core::modules::registry::RegisterParticipant;
use workmint_core::modules::stake::{self, DepositStake};
use workmint_core::names::ModelId;
use workmint_core::time::Deadline;
use workmint_core::{Address, Hash, Message};

/// Of so many providers one misses a probe in so many hours: less uptime than rewards need.
const FLAKY: (usize, usize, u8) = (12, 7, 6);
/// Most addresses in a report of heartbeats.
const BATCH: usize = 1_024;

/// In the first epoch providers register and stake.
pub(super) fn join(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    if scene.now.epoch > 0 {
        return Ok(());
    }
    let has_stake = scene.parameters.stake.is_some();
    for provider in &scene.cast.providers {
        let message = RegisterParticipant { owner: provider.owner, validator: None };
        draft.push(provider.address, Message::RegisterParticipant(message))?;
        if has_stake {
            let message = DepositStake { amount: provider.stake, lock_ms: provider.lock_ms };
            draft.push(provider.address, Message::DepositStake(message))?;
        }
    }
    Ok(())
}

/// What shows that a provider's hardware has its tier.
fn evidence(address: &Address, epoch: u64) -> Hash {
    let epoch = epoch.to_be_bytes();
    Hash::of("workmint demo evidence of a tier", &[address.as_bytes(), &epoch])
}

/// What only seems to.
fn forged(address: &Address, epoch: u64) -> Hash {
    let epoch = epoch.to_be_bytes();
    Hash::of("workmint demo forged evidence", &[address.as_bytes(), &epoch])
}

/// Providers ask for their tier before it lapses; in some epochs one asks for a tier it does not
/// have.
pub(super) fn request_tiers(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    if scene.parameters.attestation.is_none() {
        return Ok(());
    }
    let epoch = scene.now.epoch;
    for provider in scene.cast.providers.iter().filter(|provider| provider.tier > 0) {
        let handle = scene.state.ledger.handle(&provider.address);
        let held = handle.and_then(|handle| scene.state.attestation.held_tier(handle));
        if held.is_none_or(|held| is_over_soon(scene, held.until)) {
            let evidence = evidence(&provider.address, epoch);
            let message = RequestTier { tier: provider.tier, evidence };
            draft.push(provider.address, Message::RequestTier(message))?;
        }
    }
    let plain = scene.cast.providers.iter().find(|provider| provider.tier == 0);
    let highest = highest_tier(scene.parameters);
    if let Some(provider) = plain.filter(|_| highest > 0 && timeline::has_false_tier(epoch)) {
        let message = RequestTier { tier: highest, evidence: forged(&provider.address, epoch) };
        draft.push(provider.address, Message::RequestTier(message))?;
    }
    Ok(())
}

/// Whether a deadline is over within the next epoch.
fn is_over_soon(scene: &Scene, until: Deadline) -> bool {
    let soon = workmint_core::time::Now {
        time_ms: scene.now.time_ms.saturating_add(scene.epoch_ms.saturating_mul(2)),
        epoch: scene.now.epoch.saturating_add(2),
        ..scene.now
    };
    until.is_over(&soon)
}

/// A quorum of attestors approves what it is asked; it refutes what was forged the epoch before.
pub(super) fn attest_tiers(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(rules) = &scene.parameters.attestation else {
        return Ok(());
    };
    let quorum = usize::try_from(rules.quorum).unwrap_or(usize::MAX);
    let before = scene.now.epoch.checked_sub(1);
    for (number, (provider, handle)) in scene.providers().enumerate() {
        let account = provider.address;
        let attestors = scene.cast.attestors.iter().cycle().skip(number);
        let attestors: Vec<Address> =
            attestors.take(quorum.min(scene.cast.attestors.len())).copied().collect();
        if let Some(request) = scene.state.attestation.request(handle) {
            let (tier, evidence) = (request.tier, request.evidence);
            for attestor in &attestors {
                let message = AttestTier { account, tier, evidence, approve: true };
                draft.push(*attestor, Message::AttestTier(message))?;
            }
        }
        let held = scene.state.attestation.held_tier(handle).map(|held| held.evidence);
        let false_one = before.map(|before| forged(&account, before));
        if let Some(evidence) = held
            .filter(|held| Some(*held) == false_one && tier(scene.state, handle, &scene.now) > 0)
        {
            for attestor in &attestors {
                draft.push(*attestor, Message::RefuteTier(RefuteTier { account, evidence }))?;
            }
        }
    }
    Ok(())
}

/// Providers say what they offer, in the first epoch and wherever an offer has ended since.
pub(super) fn offer(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let minimum = scene.parameters.stake.as_ref().map_or(Amount::ZERO, |rules| rules.minimum);
    for (provider, handle) in scene.providers() {
        if stake::active(scene.state, handle) < minimum {
            continue;
        }
        let tier = tier(scene.state, handle, &scene.now);
        let jobs = &scene.state.market.jobs;
        let missing = |model: ModelId| jobs.offer(handle, model).is_none();
        for (model, capacity) in provider.offers.iter().filter(|(model, _)| missing(**model)) {
            let message = Job::PutOffer(PutOffer { model: *model, tier, capacity: *capacity });
            draft.push(provider.address, Message::Job(message))?;
        }
    }
    Ok(())
}

/// Attestors report who answered the probes of the hour.
pub(super) fn beat(scene: &Scene, hour: u8, draft: &mut Draft) -> Result<(), Failure> {
    let Some(rules) = &scene.parameters.attestation else {
        return Ok(());
    };
    let silent = match timeline::act(scene.now.epoch, hour) {
        Some(Act::Silent) => jobs::silent(scene),
        _ => None,
    };
    let answers = |number: usize, handle: AccountHandle| {
        let flaky = number % FLAKY.0 == FLAKY.1 && hour.is_multiple_of(FLAKY.2);
        !flaky && silent != Some(handle)
    };
    let all = scene.providers().enumerate();
    let answered = all.filter(|(number, (_, handle))| answers(*number, *handle));
    let mut answered: Vec<Address> = answered.map(|(_, (provider, _))| provider.address).collect();
    answered.sort_unstable();
    let probes = rules.probes_per_epoch;
    let of_hour = |probe: &u16| u32::from(*probe) * u32::from(HOURS) / u32::from(probes);
    for probe in (0..probes).filter(|probe| of_hour(probe) == u32::from(hour)) {
        for attestor in &scene.cast.attestors {
            for batch in answered.chunks(BATCH) {
                let message = AttestHeartbeats { probe, answered: batch.to_vec() };
                draft.push(*attestor, Message::AttestHeartbeats(message))?;
            }
        }
    }
    Ok(())
}
