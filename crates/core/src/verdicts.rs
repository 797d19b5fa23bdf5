//! Judging an epoch's conduct at its close: facts of several modules brought together.

use crate::error::Error;
use crate::inputs::{EpochInputs, Penalty, Row};
use crate::modules::collateral::Offender;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::MissConsequence;
use crate::modules::slashing;
use crate::modules::work::{self, EpochServed, MissTest, NetworkMisses, Status, Tally};
use crate::state::{Context, State};
use std::collections::{BTreeMap, BTreeSet};
use workmint_amounts::Amount;

/// What judging found, beside what the state says of participants.
#[derive(Default)]
pub(crate) struct Verdicts {
    /// Taken at this close, base units.
    slashed: BTreeMap<AccountHandle, Amount>,
    /// Whom the status test finds not active.
    statuses: BTreeMap<AccountHandle, Status>,
    /// Who forfeits its reward for missed requests.
    forfeiting: BTreeSet<AccountHandle>,
}

impl Verdicts {
    /// What the tests would find if the epoch closed now, before anybody is slashed.
    pub(crate) fn foreseen(state: &State, context: &Context) -> Result<Self, Error> {
        let statuses = work::foreseen_statuses(state, context)?;
        Ok(Self::of(statuses, failed_participants(state, context)?, context).0)
    }

    /// Sorts what the tests found; beside it, whom to slash for its misses.
    fn of(
        statuses: Vec<(AccountHandle, Status)>,
        failed: Vec<AccountHandle>,
        context: &Context,
    ) -> (Self, BTreeSet<AccountHandle>) {
        let inactive = statuses.iter().filter(|(_, status)| *status == Status::Inactive);
        let mut to_slash: BTreeSet<AccountHandle> = inactive.map(|(account, _)| *account).collect();
        let mut found = Self { statuses: statuses.into_iter().collect(), ..Self::default() };
        match context.parameters.work.missed_consequence {
            MissConsequence::Slash => to_slash.extend(failed),
            MissConsequence::Forfeit => found.forfeiting.extend(failed),
        }
        (found, to_slash)
    }

    /// Slashed at this close, base units.
    pub(crate) fn slashed(&self, account: AccountHandle) -> Amount {
        self.slashed.get(&account).copied().unwrap_or_default()
    }

    /// Why a participant's score does not count: the gravest reason.
    pub(crate) fn penalty(&self, state: &State, account: AccountHandle, tally: &Tally) -> Penalty {
        let status = self.statuses.get(&account).copied().unwrap_or_default();
        if tally.refuted || status == Status::Invalid {
            Penalty::Refuted
        } else if state.weights.is_inactive(account) || status == Status::Inactive {
            Penalty::Inactive
        } else if self.forfeiting.contains(&account) {
            Penalty::Downtime
        } else {
            Penalty::None
        }
    }
}

/// Judges the epoch's conduct, and slashes for missed requests where the rules say so: whoever the
/// status test finds inactive, and where that is the consequence whoever fails the missed-request
/// test. One participant is slashed once.
pub(crate) fn judge(state: &mut State, context: &Context) -> Result<Verdicts, Error> {
    let statuses = work::judge_statuses(state, context)?;
    let failed = failed_participants(state, context)?;
    let (mut verdicts, to_slash) = Verdicts::of(statuses, failed, context);
    let weight = |account| state.weights.current().effective_of(&state.ledger.address(account));
    let offenders: Vec<Offender> =
        to_slash.into_iter().map(|account| Offender { account, weight: weight(account) }).collect();
    verdicts.slashed.extend(slashing::judge_downtime(state, context, &offenders));
    Ok(verdicts)
}

/// Participants that fail the missed-request test.
fn failed_participants(state: &State, context: &Context) -> Result<Vec<AccountHandle>, Error> {
    let tallies = state.work.tallies();
    let network = NetworkMisses::of(tallies.map(|(_, tally)| (tally.missed, tally.requests)))?;
    let test = MissTest::for_epoch(&context.parameters.work.missed_requests, &network)?;
    let mut failed = Vec::new();
    for (account, tally) in state.work.tallies() {
        if test.fails(tally.missed, tally.requests)? {
            failed.push(account);
        }
    }
    Ok(failed)
}

/// Counts the closed epoch in the reputation of everyone who had a weight in it.
pub(crate) fn earn_reputation(state: &mut State, context: &Context, inputs: &EpochInputs) {
    if context.parameters.work.reputation.is_none() {
        return;
    }
    let columns = &inputs.participants;
    let rows = (0..columns.len()).filter_map(|at| columns.row(at)).filter(|row| row.effective > 0);
    let epoch = |row: Row| {
        Some(EpochServed {
            account: state.ledger.handle(&row.account)?,
            active: !matches!(row.penalty, Penalty::Refuted | Penalty::Inactive),
            invalid: row.penalty == Penalty::Refuted,
            answered: row.requests,
            missed: row.missed,
        })
    };
    let served: Vec<EpochServed> = rows.filter_map(epoch).collect();
    work::earn_reputation(state, context, &served);
}
