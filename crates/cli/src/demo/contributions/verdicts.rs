//! What verifiers say.

use super::plan::{EpochPlan, Truth, Work};
use super::stages::Scene;
use super::timeline::Act;
use crate::demo::draft::Draft;
use crate::demo::random::Draws;
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use workmint_core::modules::contributions::{
    Contribution, ContributionId, ContributionKey, Stage, Verdict, VerifyContributions,
};
use workmint_core::modules::parameters::Contributions;
use workmint_core::{Address, Message};

/// One verdict in so many on an ordinary contribution is not sure enough to count for it.
const UNSURE: u64 = 24;
/// How sure verifiers are otherwise, 10^-6, where the network asks for less.
const SURE: u32 = 990_000;
const CERTAIN: u32 = 1_000_000;
/// Verdicts that one message gives at most.
const BATCH: usize = 4_096;

/// Verifiers on duty give verdicts on everything that waits, as many as cannot come too late.
pub(super) fn verify(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(rules) = &scene.parameters.contributions else {
        return Ok(());
    };
    let mut plans: BTreeMap<u64, EpochPlan> = BTreeMap::new();
    let mut batches: BTreeMap<Address, Vec<Verdict>> = BTreeMap::new();
    for (id, row) in scene.state.contributions.rows() {
        if !matches!(row.stage, Stage::Submitted { .. }) {
            continue;
        }
        let contributor = scene.state.ledger.address(id.contributor);
        let key = ContributionKey { epoch: id.epoch, contributor, id: id.id };
        let plan = match plans.entry(id.epoch) {
            Entry::Occupied(plan) => plan.into_mut(),
            Entry::Vacant(place) => place.insert((scene.plans)(id.epoch)?),
        };
        let Some(work) = plan.find(scene.cast, &key) else {
            continue;
        };
        for (number, verifier) in on_duty(scene, rules, (id, row), work) {
            let verdict = verdict(scene, (number, rules), (key, row), work);
            batches.entry(verifier).or_default().push(verdict);
        }
        let waits = matches!(&row.stage, Stage::Submitted { verdicts, .. } if verdicts.is_empty());
        if waits && scene.has(Act::SelfVerified) && Some(work.contributor) == scene.cast.insider {
            let own = verdict(scene, (0, rules), (key, row), work);
            let message = VerifyContributions { verdicts: vec![own] };
            draft.push(contributor, Message::VerifyContributions(message))?;
        }
    }
    for (verifier, mut verdicts) in batches {
        verdicts.sort_unstable_by_key(|verdict| verdict.contribution);
        for batch in verdicts.chunks(BATCH) {
            let message = VerifyContributions { verdicts: batch.to_vec() };
            draft.push(verifier, Message::VerifyContributions(message))?;
        }
    }
    Ok(())
}

/// The verifiers whose turn it is: as many as cannot all be there before one of them decides.
fn on_duty(
    scene: &Scene,
    rules: &Contributions,
    (id, row): (&ContributionId, &Contribution),
    work: &Work,
) -> Vec<(u64, Address)> {
    let Stage::Submitted { verdicts, .. } = &row.stage else {
        return Vec::new();
    };
    let given: Vec<_> = verdicts.iter().map(|verdict| verdict.verifier).collect();
    let against = verdicts.iter().filter(|verdict| !verdict.approved).count() as u64;
    let (needed, approvals) = (u64::from(rules.verifiers), u64::from(rules.approvals));
    let missing = needed.saturating_sub(given.len() as u64);
    let until_rejected = (needed + 1).saturating_sub(approvals).saturating_sub(against);
    let count = usize::try_from(missing.min(until_rejected)).unwrap_or(0);
    let verifiers = &scene.cast.verifiers;
    let turn = id.epoch.wrapping_add(work.contributor as u64).wrapping_add(id.id);
    let from = usize::try_from(turn.checked_rem(verifiers.len() as u64).unwrap_or(0));
    let ledger = &scene.state.ledger;
    let numbered = (0_u64..).zip(verifiers.iter().copied());
    let turns = numbered.cycle().skip(from.unwrap_or(0)).take(verifiers.len());
    let free = turns.filter(|(_, verifier)| {
        let handle = ledger.handle(verifier);
        handle.is_none_or(|handle| handle != id.contributor && !given.contains(&handle))
    });
    free.take(count).collect()
}

/// What a verifier says of a contribution.
fn verdict(
    scene: &Scene,
    (verifier, rules): (u64, &Contributions),
    (contribution, row): (ContributionKey, &Contribution),
    work: &Work,
) -> Verdict {
    let purpose = format!("verdict {} {}", contribution.id, verifier);
    let (seed, who) = (scene.settings.seed, work.contributor as u64);
    let mut draws = Draws::new(seed, contribution.epoch, who, &purpose);
    let ordinary = work.truth == Truth::Honest;
    let least = rules.confidence.ceil_mul(u128::from(CERTAIN)).ok();
    let least = least.and_then(|least| u32::try_from(least).ok()).unwrap_or(CERTAIN);
    let unsure = ordinary && draws.below(UNSURE) == 0;
    let confidence = if unsure { least.saturating_sub(1) } else { SURE.max(least) };
    // Measurements differ by up to one per cent.
    let off = if ordinary { 990 + draws.below(21) } else { 1_000 };
    let first = u32::try_from(u64::from(work.first) * off / 1_000).unwrap_or(work.first);
    Verdict {
        contribution,
        submission: row.submission,
        approve: work.truth != Truth::Seen,
        confidence,
        quantity: if work.truth == Truth::Hidden { work.message.quantity } else { work.quantity },
        first,
        second: work.second,
    }
}
