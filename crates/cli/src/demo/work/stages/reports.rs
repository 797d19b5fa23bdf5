//! Proofs, summaries, misses, and the reporters' word for them.

use super::Scene;
use crate::attesting;
use crate::demo::draft::Draft;
use crate::failure::Failure;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::work::{ReportMisses, SubmitComputeProof, SubmitSummary, Window};
use workmint_core::{Address, Hash, Message};

/// Which reports are attested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Batch {
    /// Compute proofs.
    Proofs,
    /// Summaries of hosts that are not late, and reports of misses.
    InTime,
    /// The other summaries.
    Late,
}

/// Every node proves its weight.
pub(super) fn prove(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for (number, node) in &scene.demand.proofs {
        let Some(host) = scene.host(*number) else {
            continue;
        };
        let key = [
            scene.epoch.to_be_bytes().to_vec(),
            host.address.as_bytes().to_vec(),
            node.node.to_be_bytes().to_vec(),
        ];
        let message = SubmitComputeProof {
            epoch: scene.epoch,
            node: node.node,
            model: node.model,
            weight: node.weight,
            evidence: Hash::of("workmint demo proof", &[&key[0], &key[1], &key[2]]),
            window: Window::default(),
        };
        draft.push(host.address, Message::SubmitComputeProof(message))?;
    }
    Ok(())
}

/// Every host reports what it answered; a reporter reports what silent hosts did not.
pub(super) fn report(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for report in &scene.demand.reports {
        let Some(host) = scene.host(report.host) else {
            continue;
        };
        let message = SubmitSummary {
            epoch: scene.epoch,
            node: report.node,
            model: report.model,
            usage: report.usage.clone(),
            missed: report.missed,
            latency_ms: report.latency_ms,
            quality_permille: report.quality_permille,
            requests_root: report.root,
        };
        draft.push(host.address, Message::SubmitSummary(message))?;
    }
    let reporter = on_duty(scene).first().copied();
    for (number, missed) in &scene.demand.unreported {
        if let (Some(reporter), Some(host), true) = (reporter, scene.host(*number), *missed > 0) {
            let message =
                ReportMisses { epoch: scene.epoch, participant: host.address, missed: *missed };
            draft.push(reporter, Message::ReportMisses(message))?;
        }
    }
    Ok(())
}

/// The reporters whose turn it is: as many as a quorum needs.
fn on_duty(scene: &Scene) -> Vec<Address> {
    let quorum = usize::try_from(scene.parameters.work.quorum).unwrap_or(usize::MAX);
    let reporters = &scene.cast.reporters;
    let turn = scene.epoch.checked_rem(reporters.len() as u64).unwrap_or(0);
    let from = usize::try_from(turn).unwrap_or(0);
    reporters.iter().cycle().skip(from).take(quorum.min(reporters.len())).copied().collect()
}

/// The reporters on duty attest what they see in the state.
pub(super) fn attest(scene: &Scene, draft: &mut Draft, batch: Batch) -> Result<(), Failure> {
    for reporter in on_duty(scene) {
        let Some(handle) = scene.state.ledger.handle(&reporter) else {
            continue;
        };
        let (state, late) = (scene.state, late_hosts(scene));
        let summaries = |of_late: bool| {
            attesting::summaries(state, handle, scene.epoch, |host| late.contains(host) == of_late)
        };
        let seen = match batch {
            Batch::Proofs => attesting::proofs(state, handle),
            Batch::InTime => {
                let mut seen = summaries(false);
                seen.extend(attesting::misses(state, handle));
                seen
            }
            Batch::Late => summaries(true),
        };
        for message in attesting::attest(seen) {
            draft.push(reporter, Message::Attest(message))?;
        }
    }
    Ok(())
}

fn late_hosts(scene: &Scene) -> Vec<AccountHandle> {
    let hosts = scene.demand.behaviour.late.iter();
    hosts.filter_map(|number| scene.state.ledger.handle(&scene.host(*number)?.address)).collect()
}
