//! Proofs, summaries, misses, and the reporters' word for them.

use super::Scene;
use crate::demo::draft::Draft;
use crate::failure::Failure;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::work::{
    Attest, MissKey, ReportMisses, ReportRef, SubmitComputeProof, SubmitSummary, Window,
};
use workmint_core::{Address, Hash, Message, merkle};

/// Reports that one message attests at most.
const BATCH: usize = 4_096;

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
        let mut seen = match batch {
            Batch::Proofs => proofs(scene, handle),
            Batch::InTime => {
                let mut seen = summaries(scene, handle, false);
                seen.extend(misses(scene, handle));
                seen
            }
            Batch::Late => summaries(scene, handle, true),
        };
        seen.sort_unstable_by_key(|(report, _)| *report);
        for batch in seen.chunks(BATCH) {
            let leaves = batch.iter().map(|(_, content)| merkle::leaf(&content.0));
            let message = Attest {
                reports: batch.iter().map(|(report, _)| *report).collect(),
                root: merkle::root(leaves.collect()),
            };
            draft.push(reporter, Message::Attest(message))?;
        }
    }
    Ok(())
}

fn proofs(scene: &Scene, reporter: AccountHandle) -> Vec<(ReportRef, Hash)> {
    let proofs = scene.state.work.proofs();
    proofs
        .filter(|(_, proof)| !proof.attested_by.contains(&reporter))
        .map(|(id, proof)| (ReportRef::Proof(scene.state.report_key(&id)), proof.content))
        .collect()
}

fn summaries(scene: &Scene, reporter: AccountHandle, late: bool) -> Vec<(ReportRef, Hash)> {
    let ledger = &scene.state.ledger;
    let behaviour = &scene.demand.behaviour;
    let late_hosts: Vec<AccountHandle> = behaviour
        .late
        .iter()
        .filter_map(|number| ledger.handle(&scene.host(*number)?.address))
        .collect();
    let receipts = scene.state.work.receipts();
    receipts
        .filter(|(id, receipt)| {
            id.epoch == scene.epoch
                && receipt.window_ends.is_none()
                && !receipt.attested_by.contains(&reporter)
                && late_hosts.contains(&id.participant) == late
        })
        .map(|(id, receipt)| (ReportRef::Summary(scene.state.report_key(&id)), receipt.content))
        .collect()
}

fn misses(scene: &Scene, reporter: AccountHandle) -> Vec<(ReportRef, Hash)> {
    let ledger = &scene.state.ledger;
    let reports = scene.state.work.misses();
    reports
        .filter(|(_, report)| {
            report.counts_after.is_none() && !report.attested_by.contains(&reporter)
        })
        .map(|((epoch, participant, by), report)| {
            let key = MissKey {
                epoch,
                participant: ledger.address(participant),
                reporter: ledger.address(by),
            };
            (ReportRef::Misses(key), report.content)
        })
        .collect()
}
