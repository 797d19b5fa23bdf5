//! Seeds, checks, claims.

use super::Scene;
use crate::demo::claims::has_open_claim;
use crate::demo::draft::Draft;
use crate::failure::Failure;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::settlement::Claim;
use workmint_core::modules::work::{Check, CommitSeed, RecordChecks, RevealSeed, commitment_of};
use workmint_core::{Hash, Message};

/// A host's secret of an epoch.
fn seed(scene: &Scene, host: u64, epoch: u64) -> Hash {
    let parts = [scene.settings.seed, host, epoch].map(u64::to_be_bytes);
    Hash::of("workmint demo duty seed", &[&parts[0], &parts[1], &parts[2]])
}

/// Hosts reveal the seed of the epoch just closed and commit the next one.
pub(super) fn reveal_and_commit(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    if scene.parameters.work.checks_per_epoch == 0 {
        return Ok(());
    }
    for (number, host) in (0_u64..).zip(&scene.cast.hosts).filter(|(_, host)| host.commits) {
        let handle = scene.state.ledger.handle(&host.address);
        let last = scene.epoch.checked_sub(1);
        if let (Some(handle), Some(epoch)) = (handle, last)
            && scene.state.work.seed(epoch, handle).is_some()
            && scene.state.work.duty(epoch, handle).is_none()
        {
            let seed = seed(scene, number, epoch);
            draft.push(host.address, Message::RevealSeed(RevealSeed { epoch, seed }))?;
        }
        let commitment = commitment_of(&seed(scene, number, scene.epoch));
        let signed = [host.address.as_bytes().as_slice(), &commitment.0];
        let message = CommitSeed {
            epoch: scene.epoch,
            commitment,
            // Accounts of the demo have no keys; this stands in the signature's place.
            signature: Hash::of("workmint demo signature", &signed).0.to_vec(),
        };
        draft.push(host.address, Message::CommitSeed(message))?;
    }
    Ok(())
}

/// Hosts do the checks that their seeds drew.
pub(super) fn record_checks(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(epoch) = scene.epoch.checked_sub(1) else {
        return Ok(());
    };
    for (number, handle) in scene.hosts() {
        let Some((host, duty)) = scene.host(number).zip(scene.state.work.duty(epoch, handle))
        else {
            continue;
        };
        let due = duty.due.iter().filter(|id| !duty.done.contains(id));
        let checks: Vec<Check> = due
            .map(|id| {
                let summary = scene.state.report_key(id);
                Check {
                    summary,
                    valid: true,
                    evidence: Hash::of("workmint demo check", &[summary.participant.as_bytes()]),
                }
            })
            .collect();
        if !checks.is_empty() {
            draft.push(host.address, Message::RecordChecks(RecordChecks { epoch, checks }))?;
        }
    }
    Ok(())
}

/// Hosts claim what they earned in the epoch just closed, but for those that forget.
pub(super) fn claim(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(epoch) = scene.epoch.checked_sub(1) else {
        return Ok(());
    };
    for (number, handle) in scene.hosts() {
        let Some(host) = scene.host(number).filter(|host| host.claims) else {
            continue;
        };
        let owed = has_open_claim(scene.state, epoch, &host.address);
        if owed && checks_are_done(scene, epoch, handle) {
            draft.push(host.address, Message::Claim(Claim { epoch }))?;
        }
    }
    Ok(())
}

fn checks_are_done(scene: &Scene, epoch: u64, handle: AccountHandle) -> bool {
    let duty = scene.state.work.duty(epoch, handle);
    scene.parameters.work.checks_per_epoch == 0
        || duty.is_some_and(|duty| duty.done.len() >= duty.due.len())
}
