//! A vote of a hundred thousand: the close that freezes power, the votes, the close that counts
//! them, the close that carries the proposal out and frees the voters' stake.

use workmint_benches::author::Decoded;
use workmint_benches::market::{Done, Market};
use workmint_benches::timing::{Times, is_bench, timed};
use workmint_core::modules::governance::{Event, Kind, Stage};
use workmint_core::time::DAY_MS;
use workmint_core::{Applied, Commitments, Event as AnyEvent, State};

/// Runs of what can be repeated.
const SAMPLES: usize = 5;

fn governance(applied: &Applied) -> Vec<&Event> {
    fn of(event: &AnyEvent) -> Option<&Event> {
        match event {
            AnyEvent::Governance(event) => Some(event),
            _ => None,
        }
    }
    applied.events.iter().filter_map(of).collect()
}

/// Times of a close, which is reverted each time but the last.
fn close(state: &mut State, block: &Decoded, is: impl Fn(&Event) -> bool) -> Times {
    let mut left = SAMPLES;
    Times::of(SAMPLES, || {
        let run = || state.apply_block(&block.0, &block.1, Commitments::Off).unwrap();
        let ((applied, undo), time) = timed(run);
        assert!(applied.closed.is_some() && governance(&applied).into_iter().any(&is));
        left -= 1;
        assert!(left == 0 || state.revert(undo));
        time
    })
}

/// Times of a close in which nothing is voted, always reverted.
fn idle_close(state: &mut State, block: &Decoded) -> Times {
    Times::of(SAMPLES, || {
        let run = || state.apply_block(&block.0, &block.1, Commitments::Off).unwrap();
        let ((applied, undo), time) = timed(run);
        assert!(applied.closed.is_some() && governance(&applied).is_empty());
        assert!(state.revert(undo));
        time
    })
}

fn main() {
    let voters: u32 = if is_bench() { 100_000 } else { 1_000 };
    let mut market = Market::new(voters, 10);
    let mut state = State::genesis(&market.genesis).unwrap();
    let mut done = Done::default();
    let mut apply = |state: &mut State, blocks: &[Decoded]| {
        for (block, decoded) in blocks {
            done.count(&state.apply_block(block, decoded, Commitments::Full).unwrap().0);
        }
        done
    };
    let opening = market.opening(1_000);
    apply(&mut state, &opening);
    let idle = idle_close(&mut state, &market.clone().empty(DAY_MS));
    println!("{voters} voters; a close in which nobody votes {idle}");

    let mut parameters = Box::new(market.genesis.parameters.clone());
    parameters.governance.iter_mut().for_each(|rules| rules.max_open += 1);
    let proposal = market.proposal(2, Kind::Parameters { base: 0, parameters });
    apply(&mut state, &[proposal]);
    let opened =
        close(&mut state, &market.empty(DAY_MS), |event| matches!(event, Event::VoteOpened { .. }));
    println!("the close that freezes everybody's power {opened}");

    let votes = market.votes(DAY_MS + 1, 0);
    let (done, took) = timed(|| apply(&mut state, &votes));
    assert_eq!(done.voted, u64::from(voters));
    let times = Times::from(vec![took]);
    println!("votes, a thousand in a block, hashed: {}; {times}", times.rate(voters.into()));
    let stage = state.governance.proposal(0).map(|proposal| proposal.stage);
    let tally = state.governance.tally(0);
    let (Some(Stage::Voting { total, .. }), Some(tally)) = (stage, tally) else {
        unreachable!("the vote is open: {stage:?}");
    };
    // All but the community and ten providers vote: a quarter of them against it.
    assert!(tally.yes == tally.no * 3 && tally.yes + tally.no < total, "{tally:?} of {total}");

    // The vote lasts three epochs, its timelock two.
    let between = [2, 3].map(|day| market.empty(day * DAY_MS));
    apply(&mut state, &between);
    let counted =
        close(&mut state, &market.empty(4 * DAY_MS), |event| matches!(event, Event::Passed { .. }));
    println!("the close that counts them {counted}");
    assert_eq!(state.governance.ballots(0).count(), voters as usize);
    let between = [market.empty(5 * DAY_MS)];
    apply(&mut state, &between);
    let executed = close(&mut state, &market.empty(6 * DAY_MS), |event| {
        matches!(event, Event::Executed { .. })
    });
    println!("the close that carries it out and frees their stake {executed}");
    assert_eq!(state.governance.ballots(0).count(), 0);
    let active = state.active_parameters().and_then(|active| active.governance.clone());
    assert_eq!(active.map(|rules| rules.max_open), Some(17));
}
