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
use workmint_amounts::{Amount, Ratio};

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
    pub(crate) fn foreseen(state: &State, context: &Context) -> Self {
        let (statuses, _) = work::foreseen_statuses(state, context);
        Self::of(statuses, failed_participants(state, context).0, context).0
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
/// test. One participant is slashed once. Whoever cannot be judged is let off, with an event.
pub(crate) fn judge(state: &mut State, context: &Context) -> Verdicts {
    let statuses = work::judge_statuses(state, context);
    let (failed, errors) = failed_participants(state, context);
    errors.iter().for_each(|error| state.quarantine("missed-request test", error));
    let (mut verdicts, to_slash) = Verdicts::of(statuses, failed, context);
    let mut judged = Vec::with_capacity(to_slash.len());
    for (offender, fraction) in offenders(state, context, to_slash) {
        match fraction {
            Ok(fraction) => judged.push((offender, fraction)),
            Err(error) => state.quarantine("downtime slash", &error),
        }
    }
    verdicts.slashed.extend(slashing::judge_downtime(state, context, &judged));
    verdicts
}

/// Whom to slash for its misses, and by which fraction: the least for whoever the status test alone
/// finds inactive.
fn offenders(
    state: &State,
    context: &Context,
    to_slash: BTreeSet<AccountHandle>,
) -> Vec<(Offender, Result<Ratio, Error>)> {
    let rules = &context.parameters.slashing;
    // Why it cannot be prepared was said already, and then nobody failed it.
    let test = rules.downtime_most.and_then(|_| test_of_epoch(state, context).ok());
    let fraction = |account: AccountHandle| -> Result<Ratio, Error> {
        let Some(test) = &test else {
            return Ok(rules.downtime);
        };
        let tally = state.work.tally(account);
        let counts = (tally.all_missed(), tally.requests);
        let allowed = test.allowed(counts.0, counts.1)?;
        Ok(slashing::downtime_fraction(rules, counts, allowed)?)
    };
    let weight = |account| state.weights.current().effective_of(&state.ledger.address(account));
    let offender = |account| (Offender { account, weight: weight(account) }, fraction(account));
    to_slash.into_iter().map(offender).collect()
}

/// Participants that fail the missed-request test; beside it, why others cannot be judged.
fn failed_participants(state: &State, context: &Context) -> (Vec<AccountHandle>, Vec<Error>) {
    let test = match test_of_epoch(state, context) {
        Ok(test) => test,
        Err(error) => return (Vec::new(), vec![error]),
    };
    let (mut failed, mut errors) = (Vec::new(), Vec::new());
    for (account, tally) in state.work.tallies() {
        match test.fails(tally.all_missed(), tally.requests) {
            Ok(true) => failed.push(account),
            Ok(false) => {}
            Err(error) => errors.push(error),
        }
    }
    (failed, errors)
}

fn test_of_epoch(state: &State, context: &Context) -> Result<MissTest, Error> {
    let tallies = state.work.tallies();
    // Whoever has no weight has nothing to lose, and must not move the rate for the others.
    let weighs = |account| state.weights.current().effective_of(&state.ledger.address(account)) > 0;
    let members = tallies.filter(|(account, _)| weighs(*account));
    let network =
        NetworkMisses::of(members.map(|(_, tally)| (tally.all_missed(), tally.requests)))?;
    MissTest::for_epoch(&context.parameters.work.missed_requests, &network)
}

/// Counts the closed epoch in reputations, and keeps what later duties and slashes need of it.
pub(crate) fn end_epoch(state: &mut State, context: &Context, inputs: &EpochInputs) {
    let columns = &inputs.participants;
    let rows = (0..columns.len()).filter_map(|at| columns.row(at));
    let epoch = |row: Row| {
        Some(EpochServed {
            account: state.ledger.handle(&row.account)?,
            weight: row.effective,
            active: !matches!(row.penalty, Penalty::Refuted | Penalty::Inactive),
            invalid: row.penalty == Penalty::Refuted,
            answered: row.requests,
            missed: row.missed,
        })
    };
    let served: Vec<EpochServed> = rows.filter_map(epoch).collect();
    work::earn_reputation(state, context, &served);
    let weights: Vec<(AccountHandle, u64)> =
        served.iter().map(|epoch| (epoch.account, epoch.weight)).collect();
    state
        .isolate("weights of a closed epoch", |state| work::keep_members(state, context, &weights));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::event::Event;
    use crate::modules::parameters::{StatusTest, sound};
    use std::sync::Arc;

    fn context(status: Option<StatusTest>, state: &State) -> Context {
        let mut parameters = sound();
        parameters.work.status = status;
        parameters.work.missed_consequence = MissConsequence::Forfeit;
        let (now, parameters) = (state.now(), Arc::new(parameters));
        Context { now, last: now, sender: AccountHandle(0), parameters }
    }

    fn status_test() -> StatusTest {
        let ratio = |text: &str| text.parse().unwrap();
        StatusTest {
            good_invalid: ratio("0.05"),
            bad_invalid: ratio("0.2"),
            invalid_threshold: ratio("4"),
            good_downtime: ratio("0.000001"),
            bad_downtime: ratio("0.999999"),
            downtime_threshold: ratio("4"),
            quick_failure: ratio("0.000001"),
        }
    }

    fn quarantined(state: &State) -> usize {
        let events = state.events().iter();
        events.filter(|event| matches!(event, Event::Quarantined { .. })).count()
    }

    /// 2^64 misses x ln 999,999 = 2.5 x 10^38 units overflow for the first, ten do not for the
    /// second: it alone is found inactive, and the close goes on.
    #[test]
    fn one_that_cannot_be_judged_does_not_stop_the_others() {
        let mut state = State::default();
        let mut open = |text: &str| state.ledger.open(Address::derived(text.as_bytes())).unwrap();
        let (first, second) = (open("first"), open("second"));
        state.work.tallies.put(first, Tally { missed: u64::MAX, ..Tally::default() });
        state.work.tallies.put(second, Tally { missed: 10, ..Tally::default() });
        let context = context(Some(status_test()), &state);
        let verdicts = judge(&mut state, &context);
        assert_eq!(verdicts.statuses, BTreeMap::from([(second, Status::Inactive)]));
        assert_eq!(quarantined(&state), 1);
        assert_eq!(Verdicts::foreseen(&state, &context).statuses, verdicts.statuses);
    }

    /// Rates that no quotient can be had of let everyone off.
    #[test]
    fn a_test_that_cannot_be_prepared_finds_nobody() {
        let mut state = State::default();
        let account = state.ledger.open(Address::derived(b"one")).unwrap();
        state.work.tallies.put(account, Tally { missed: 10, ..Tally::default() });
        let never = workmint_amounts::Ratio::ZERO;
        let test = StatusTest { good_downtime: never, ..status_test() };
        let verdicts = judge(&mut state, &context(Some(test), &State::default()));
        assert!(verdicts.statuses.is_empty());
        assert_eq!(quarantined(&state), 1);
    }

    /// Whoever has earned nothing, or lost all, is no row.
    #[test]
    fn nothing_is_kept_of_whoever_has_no_reputation() {
        let mut state = State::default();
        let mut parameters = sound();
        parameters.work.reputation = Some(crate::modules::parameters::ReputationRule {
            epochs_to_full: 30,
            miss_cutoff: "0.01".parse().unwrap(),
            miss_penalty: "1".parse().unwrap(),
        });
        let parameters = Arc::new(parameters);
        let now = state.now();
        let context = Context { now, last: now, sender: AccountHandle(0), parameters };
        let served = |weight, invalid| EpochServed {
            account: AccountHandle(7),
            weight,
            active: true,
            invalid,
            answered: 1,
            missed: 0,
        };
        for (weight, invalid, rows) in [(0, false, 0), (5, false, 1), (0, true, 0)] {
            work::earn_reputation(&mut state, &context, &[served(weight, invalid)]);
            assert_eq!(state.work.reputations.len(), rows);
        }
    }
}
