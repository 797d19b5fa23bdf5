//! Challenges and judgements.

use super::Scene;
use crate::demo::draft::Draft;
use crate::demo::judging::next_judge;
use crate::failure::Failure;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::work::{Challenge, Judge};
use workmint_core::{Hash, Message};

/// Challengers take the reports of cheats, and of hosts they wrongly accuse.
pub(super) fn challenge(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let behaviour = &scene.demand.behaviour;
    let rules = &scene.parameters.work;
    let mut challengers = scene.cast.challengers.iter().cycle();
    for (number, handle) in scene.hosts() {
        if !behaviour.cheats.contains(&number) && !behaviour.accused.contains(&number) {
            continue;
        }
        // One report of each is enough: its window must be open.
        let mut receipts = scene.state.work.receipts().filter(|(id, receipt)| {
            id.participant == handle && id.epoch == scene.epoch && receipt.window_ends.is_some()
        });
        if let (Some((id, receipt)), Some(challenger)) = (receipts.next(), challengers.next()) {
            let share = rules.challenge_bond_ratio.apply_ceil(receipt.value);
            let bond = share.map_err(Failure::damage)?.max(rules.challenge_bond_minimum);
            let message = Challenge {
                summary: scene.state.report_key(&id),
                bond,
                evidence: Hash::of("workmint demo challenge", &[&receipt.requests_root.0]),
            };
            draft.push(*challenger, Message::Challenge(message))?;
        }
    }
    Ok(())
}

/// On each open challenge the next judge that has not voted says the truth.
pub(super) fn judge(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let cheats: Vec<AccountHandle> = scene
        .hosts()
        .filter(|(number, _)| scene.demand.behaviour.cheats.contains(number))
        .map(|(_, handle)| handle)
        .collect();
    for (id, _) in scene.state.work.receipts().filter(|(id, _)| id.epoch == scene.epoch) {
        let Some(open) = scene.state.work.challenge(&id) else {
            continue;
        };
        let voted = [open.refuted_by.as_slice(), &open.upheld_by];
        if let Some(judge) = next_judge(scene.state, &scene.cast.judges, voted) {
            let message = Judge {
                summary: scene.state.report_key(&id),
                refuted: cheats.contains(&id.participant),
            };
            draft.push(judge, Message::Judge(message))?;
        }
    }
    Ok(())
}
