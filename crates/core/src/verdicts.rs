//! Judging an epoch's conduct at its close: facts of several modules brought together.

use crate::error::Error;
use crate::inputs::Penalty;
use crate::modules::collateral::Offender;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::MissConsequence;
use crate::modules::slashing;
use crate::modules::work::{MissTest, NetworkMisses, Tally};
use crate::state::{Context, State};
use std::collections::{BTreeMap, BTreeSet};
use workmint_amounts::Amount;

/// What judging found, beside what the state says of participants.
#[derive(Default)]
pub(crate) struct Verdicts {
    slashed: BTreeMap<AccountHandle, Amount>,
    forfeiting: BTreeSet<AccountHandle>,
}

impl Verdicts {
    /// What the tests would find if the epoch closed now, before anybody is slashed.
    pub(crate) fn foreseen(state: &State, context: &Context) -> Result<Self, Error> {
        let forfeiting = match context.parameters.work.missed_consequence {
            MissConsequence::Slash => BTreeSet::new(),
            MissConsequence::Forfeit => {
                let failed = failed_participants(state, context)?;
                failed.into_iter().map(|offender| offender.account).collect()
            }
        };
        Ok(Self { slashed: BTreeMap::new(), forfeiting })
    }

    /// Slashed at this close, base units.
    pub(crate) fn slashed(&self, account: AccountHandle) -> Amount {
        self.slashed.get(&account).copied().unwrap_or_default()
    }

    /// Why a participant's score does not count: the gravest reason.
    pub(crate) fn penalty(&self, state: &State, account: AccountHandle, tally: &Tally) -> Penalty {
        if tally.refuted {
            Penalty::Refuted
        } else if state.weights.is_inactive(account) {
            Penalty::Inactive
        } else if self.forfeiting.contains(&account) {
            Penalty::Downtime
        } else {
            Penalty::None
        }
    }
}

/// Judges the epoch's missed requests, and slashes for them where the rules say so.
pub(crate) fn judge(state: &mut State, context: &Context) -> Result<Verdicts, Error> {
    let mut verdicts = Verdicts::foreseen(state, context)?;
    if context.parameters.work.missed_consequence == MissConsequence::Slash {
        let failed = failed_participants(state, context)?;
        verdicts.slashed.extend(slashing::judge_downtime(state, context, &failed));
    }
    Ok(verdicts)
}

/// Participants that fail the missed-request test.
fn failed_participants(state: &State, context: &Context) -> Result<Vec<Offender>, Error> {
    let tallies = state.work.tallies();
    let network = NetworkMisses::of(tallies.map(|(_, tally)| (tally.missed, tally.requests)))?;
    let test = MissTest::for_epoch(&context.parameters.work.missed_requests, &network)?;
    let mut failed = Vec::new();
    for (account, tally) in state.work.tallies() {
        if test.fails(tally.missed, tally.requests)? {
            let weight = state.weights.current().effective_of(&state.ledger.address(account));
            failed.push(Offender { account, weight });
        }
    }
    Ok(failed)
}
