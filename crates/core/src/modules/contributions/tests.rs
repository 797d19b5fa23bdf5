//! Steps of a close that messages do not reach one by one, and what the recount finds.

use super::close::{close, end_close};
use super::improvements::{gain, parts};
use super::{
    ClosedReason, Contribution, ContributionId, Event, FinalContribution, Found, Stage, recount,
};
use crate::address::Address;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::*;
use crate::modules::work::OpenChallenge;
use crate::state::{Context, State};
use crate::time::{Deadline, Duration, Now};
use std::sync::Arc;
use workmint_amounts::{Amount, Ratio};

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

/// 5 % of the loss make an improvement count 1.5 times.
fn steps() -> Steps {
    let step = |from, value| Step { from: ratio(from), value: ratio(value) };
    Steps { steps: vec![step("0", "1"), step("0.05", "1.5")] }
}

fn parameters() -> Parameters {
    let multiplier = |rule| Multiplier { min: ratio("1"), max: ratio("2"), rule };
    let mut parameters = sound();
    parameters.models[0].recorded_loss = 2_000;
    parameters.streams[0].name = "learning".parse().unwrap();
    parameters.streams[0].score = Score::Rate(Box::new(RateScore {
        kind: ContributionKind::Improvement,
        rate: Amount::new(500),
        first: multiplier(MultiplierRule::ByImprovement(steps())),
        second: multiplier(MultiplierRule::Measured),
        minimum: Amount::ZERO,
        maximum: Amount::new(1_000_000),
        least_improvement: ratio("0.001"),
    }));
    let (floor, ceiling) = (ratio("0"), ratio("1"));
    parameters.streams[0].split = Split::Rate(Bucket { floor, ceiling, priority: 0 });
    let day = Duration::Milliseconds(86_400_000);
    parameters.contributions = Some(Contributions {
        submit_window_epochs: 3,
        verifiers: 1,
        approvals: 1,
        confidence: ratio("0.5"),
        verify_window: day,
        challenge_window: day,
        challenge_bond: Amount::new(1),
        decision_window: day,
        rate_limit: None,
        reputation: None,
    });
    parameters
}

/// Epoch 5 closes at 1,000 ms under these parameters.
fn context(parameters: Parameters) -> Context {
    let now = Now { height: 9, time_ms: 1_000, epoch: 5 };
    Context { now, last: now, sender: AccountHandle(0), parameters: Arc::new(parameters) }
}

/// An accepted improvement of model 0 to this loss, due at `until` ms.
fn accepted(state: &mut State, number: u64, loss: u64, until: u64) -> ContributionId {
    let contributor = state.ledger.open(Address::derived(b"one")).unwrap();
    let id = ContributionId { epoch: 5, contributor, id: number };
    let (until, found) = (Deadline::Time(until), Found { quantity: loss, first: 0, second: 7 });
    let content = Hash::of("content", &[&number.to_le_bytes()]);
    state.contributions.evidence.put((contributor, content), id);
    let row = Contribution {
        stream: "learning".parse().unwrap(),
        kind: ContributionKind::Improvement,
        node: 1,
        model: Some(ModelId(0)),
        quantity: loss,
        content,
        submission: Hash::ZERO,
        number,
        stage: Stage::Accepted { found, until },
    };
    state.contributions.rows.put(id, row);
    state.contributions.due.put((until, id), ());
    id
}

/// By hand: 2.5 to 2.45 is 2 %; 1 of 3 is a third; shared by two and by seven, rounded down.
#[test]
fn improvements_round_down_once() {
    let cases = [
        (2_500_000_000, 2_450_000_000, 1, 20_000_000),
        (2_500_000_000, 2_450_000_000, 2, 10_000_000),
        (2_500_000_000, 2_450_000_000, 7, 2_857_142),
        (3, 2, 1, 333_333_333),
        (3, 2, 2, 166_666_666),
        (5, 5, 1, 0),
        (5, 6, 1, 0),
        (0, 0, 1, 0),
        (u64::MAX, 0, 1, 1_000_000_000),
    ];
    for (recorded, loss, equals, expected) in cases {
        let found = gain(recorded, (recorded, loss), equals);
        assert_eq!(found, Ok(expected), "{recorded} {loss}");
    }
}

/// By hand, of 1,000: 1 % by all four, 2 % by three, nothing more by the two equal, 4 % by one.
/// Nothing of 0, and never more than the lowest gains alone.
#[test]
fn every_step_is_shared_by_all_that_reached_it() {
    let found = parts(1_000, &[990, 970, 970, 930]).unwrap();
    let (first, second) = (2_500_000, 2_500_000 + 6_666_666);
    assert_eq!(found, [first, second, second, second + 40_000_000]);
    assert_eq!(parts(1_000, &[]), Ok(vec![]));
    let many: Vec<u64> = (0..500).map(|at| 2_500_000_000 - 2_500_000 - at / 2).collect();
    let parts = parts(2_500_000_000, &many).unwrap();
    assert!(parts.is_sorted());
    let all: u64 = parts.iter().sum();
    assert!((999_000..=1_000_099).contains(&all), "{all} of 0.1 %");
}

/// 2,000 to 1,901 is 4.95 %, to 1,800 is 10 %: each by its own whole gain, and the 4.95 % are
/// shared by both. What is due at 1,001 ms waits.
#[test]
fn multipliers_follow_the_improvement() {
    let mut state = State::default();
    let more = accepted(&mut state, 1, 1_800, 1_000);
    let less = accepted(&mut state, 2, 1_901, 500);
    let later = accepted(&mut state, 3, 1_000, 1_001);
    close(&mut state, &context(parameters()));
    let of = |id| {
        let found: &FinalContribution = state.contributions.final_now.get(&id).unwrap();
        (found.quantity, found.first, found.second, found.recorded_loss)
    };
    assert_eq!(of(less), (24_750_000, 1_000_000, 7, Some(2_000)));
    assert_eq!(of(more), (75_250_000, 1_500_000, 7, Some(2_000)));
    assert!(!state.contributions.final_now.contains(&later));
    assert_eq!(state.contributions.loss(ModelId(0)), Some(1_800));
    assert_eq!(recount(&state), Ok(()));
}

/// A stream that could not be planned settles nothing: its contributions wait, measured as they
/// are, for the next close; if it ends meanwhile they are closed.
#[test]
fn what_could_not_be_planned_waits() {
    let mut state = State::default();
    let id = accepted(&mut state, 1, 1_800, 1_000);
    let context_now = context(parameters());
    let unplanned = ["learning".parse().unwrap()];
    close(&mut state, &context_now);
    let found = state.contributions.final_now.get(&id).cloned();
    end_close(&mut state, &context_now, 6, &unplanned);
    assert_eq!(recount(&state), Ok(()));
    close(&mut state, &context_now);
    assert_eq!(state.contributions.final_now.get(&id).cloned(), found);
    assert!(found.is_some());
    let mut ended = parameters();
    ended.streams[0].name = "other".parse().unwrap();
    close(&mut state, &context(ended));
    assert!(state.contributions.final_now.is_empty());
    let row = state.contributions.get(&id).unwrap();
    assert_eq!(row.stage, Stage::Closed { reason: ClosedReason::StreamEnded });
    assert_eq!(recount(&state), Ok(()));
}

#[test]
fn what_is_settled_says_so_once() {
    let mut state = State::default();
    accepted(&mut state, 1, 1_800, 1_000);
    let now = context(parameters());
    let settled = |state: &State| {
        let events = state.events().iter();
        let of = |event: &&crate::Event| {
            matches!(event, crate::Event::Contributions(Event::Settled { .. }))
        };
        events.filter(of).count()
    };
    for _ in 0..3 {
        close(&mut state, &now);
        end_close(&mut state, &now, 6, &[]);
        assert_eq!(settled(&state), 1);
    }
}

/// The invariant it breaks, and how.
type Damage = (&'static str, fn(&mut State, ContributionId));

/// A row without its index, an index without its row, a challenge of nothing.
#[test]
fn the_recount_finds_what_does_not_fit() {
    let damages: [Damage; 9] = [
        ("INV-30", |state, id| state.contributions.forget(&id)),
        ("INV-30", |state, id| {
            let content = state.contributions.rows.get(&id).unwrap().content;
            state.contributions.free_content(&id, content);
        }),
        ("INV-30", |state, id| state.contributions.evidence.put((id.contributor, Hash::ZERO), id)),
        ("INV-30", |state, id| state.contributions.open_datasets.put((Hash::ZERO, 1), id)),
        ("INV-30", |state, id| state.contributions.due.remove(&(Deadline::Time(7), id))),
        ("INV-30", |state, id| state.contributions.rows.remove(&id)),
        ("INV-30", |state, id| state.contributions.ended.put(id, ())),
        ("INV-30", |state, id| {
            let stream = "learning".parse().unwrap();
            let (quantity, first, second, recorded_loss) = (1, 1, 1, None);
            let found = FinalContribution { stream, quantity, first, second, recorded_loss };
            state.contributions.final_now.put(ContributionId { id: 2, ..id }, found);
        }),
        ("INV-23", |state, id| {
            let parameters = Arc::new(parameters());
            state.parameters.active.set(Some(Scheduled { version: 0, parameters }));
            let challenge = OpenChallenge {
                challenger: id.contributor,
                bond: Amount::new(1),
                evidence: Hash::ZERO,
                deadline: Deadline::Time(0),
                refuted_by: Vec::new(),
                upheld_by: Vec::new(),
            };
            state.contributions.challenges.put(id, challenge);
        }),
    ];
    for (at, (invariant, damage)) in damages.into_iter().enumerate() {
        let mut state = State::default();
        let id = accepted(&mut state, 1, 1_800, 7);
        assert_eq!(recount(&state), Ok(()));
        damage(&mut state, id);
        assert_eq!(recount(&state).unwrap_err().invariant, invariant, "damage {at}");
    }
}
