//! What reporters attest: the reports in the state that one of them has not attested yet, and the
//! messages that do it.

use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::work::{Attest, MissKey, ReportRef};
use workmint_core::{Hash, State, merkle};

/// Reports that one message attests at most.
const BATCH: usize = 4_096;

/// A report and its content.
pub(crate) type Seen = (ReportRef, Hash);

/// Compute proofs.
pub(crate) fn proofs(state: &State, reporter: AccountHandle) -> Vec<Seen> {
    let proofs = state.work.proofs();
    proofs
        .filter(|(_, proof)| !proof.attested_by.contains(&reporter))
        .map(|(id, proof)| (ReportRef::Proof(state.report_key(&id)), proof.content))
        .collect()
}

/// Summaries of an epoch without a quorum, of those participants that `wanted` names.
pub(crate) fn summaries(
    state: &State,
    reporter: AccountHandle,
    epoch: u64,
    wanted: impl Fn(&AccountHandle) -> bool,
) -> Vec<Seen> {
    let receipts = state.work.receipts();
    receipts
        .filter(|(id, receipt)| {
            id.epoch == epoch
                && receipt.window_ends.is_none()
                && !receipt.attested_by.contains(&reporter)
                && wanted(&id.participant)
        })
        .map(|(id, receipt)| (ReportRef::Summary(state.report_key(&id)), receipt.content))
        .collect()
}

/// Reports of misses without a quorum.
pub(crate) fn misses(state: &State, reporter: AccountHandle) -> Vec<Seen> {
    let ledger = &state.ledger;
    let reports = state.work.misses();
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

/// The messages that attest these reports.
pub(crate) fn attest(mut seen: Vec<Seen>) -> Vec<Attest> {
    seen.sort_unstable_by_key(|(report, _)| *report);
    let batches = seen.chunks(BATCH).map(|batch| {
        let leaves = batch.iter().map(|(_, content)| merkle::leaf(&content.0));
        Attest {
            reports: batch.iter().map(|(report, _)| *report).collect(),
            root: merkle::root(leaves.collect()),
        }
    });
    batches.collect()
}
