//! More falls due at once than one block ends: no block ends more, nothing is forgotten, and who
//! waits for its end has no longer for anything.

use crate::jobs::{HOUR, accept, cancel, create, created, dispute, measure, ready, reveal, rules};
use crate::kit::*;
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::market::jobs::{Event as JobEvent, Outcome};
use workmint_core::modules::market::{Event as MarketEvent, OpenSession, SessionEvent};
use workmint_core::modules::parameters::*;
use workmint_core::time::{Deadline, Duration};
use workmint_core::{Applied, Event, Message};

/// What a block ends at most, and that many and a hundred.
const MOST: u64 = 4_096;
const ALL: u64 = MOST + 100;

/// The numbers of cust's jobs that ended, in order, and how.
fn ended(applied: &Applied) -> Vec<(u64, Outcome)> {
    let of = |event: &Event| match event {
        Event::Market(MarketEvent::Job(JobEvent::Ended { number, outcome, .. })) => {
            Some((*number, *outcome))
        }
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

fn codes(applied: &Applied) -> Vec<u16> {
    let code = |result: &Result<(), workmint_core::Error>| match result {
        Ok(()) => 0,
        Err(error) => error.code(),
    };
    applied.results.iter().map(code).collect()
}

fn all(outcome: Outcome, numbers: std::ops::Range<u64>) -> Vec<(u64, Outcome)> {
    numbers.map(|number| (number, outcome)).collect()
}

/// cust creates them all in one block: 5 x 1 x 1.5 = 7.5, so 8 each.
fn create_all(chain: &mut Chain) {
    chain.block((0..ALL).map(|_| ("cust", created(create(1, None)))).collect());
    assert_eq!(chain.locked("cust", LockKind::Job), u128::from(ALL) * 8);
}

#[test]
fn a_block_ends_at_most_4096_jobs_and_the_next_one_the_others() {
    let mut chain = ready(rules());
    create_all(&mut chain);
    let due = chain.now() + HOUR;
    let early = chain.apply(due - 1, Vec::new(), Vec::new());
    assert_eq!(ended(&early), []);
    // In the block of the deadline messages are in time.
    let first = chain.apply(due, vec![("cust", cancel(ALL - 1))], Vec::new());
    let mut expected = vec![(ALL - 1, Outcome::Cancelled)];
    expected.extend(all(Outcome::NotAccepted, 0..MOST));
    assert_eq!(ended(&first), expected);
    // After it they are not, though the jobs still wait.
    let waits = MOST + 7;
    assert!(chain.state.market.jobs.job(chain.handle("cust"), waits).is_some());
    let late = vec![("alice", accept("cust", waits)), ("cust", cancel(waits))];
    let second = chain.apply(due, late, Vec::new());
    assert_eq!(codes(&second), [979, 979]);
    assert_eq!(ended(&second), all(Outcome::NotAccepted, MOST..ALL - 1));
    assert_eq!(chain.state.market.jobs.jobs().count(), 0);
    assert_eq!(chain.locked("cust", LockKind::Job), 0);
}

#[test]
fn whoever_fills_the_queue_has_no_longer_to_reveal_or_dispute() {
    let mut chain = ready(rules());
    chain.block((0..2).map(|_| ("buyer", created(create(10, None)))).collect());
    // cust's flood is due a second before alice's time to reveal is over, and two before buyer's to
    // dispute.
    chain.block((0..MOST).map(|_| ("cust", created(create(1, None)))).collect());
    chain.block((0..2).map(|number| ("alice", accept("buyer", number))).collect());
    let revealed = reveal(&chain, "alice", ("buyer", 1), 10);
    chain.ok("alice", revealed);
    let due = chain.now() + HOUR;
    let first = chain.apply(due, Vec::new(), Vec::new());
    assert_eq!(ended(&first), all(Outcome::NotAccepted, 0..MOST));
    let late = vec![
        ("alice", reveal(&chain, "alice", ("buyer", 0), 10)),
        ("r1", measure("buyer", 1, 900, 1_500)),
        ("buyer", dispute(1)),
    ];
    let second = chain.apply(due, late, Vec::new());
    assert_eq!(codes(&second), [979; 3]);
    assert_eq!(ended(&second), [(0, Outcome::NotDelivered), (1, Outcome::Paid)]);
    assert_eq!(chain.state.market.jobs.jobs().count(), 0);
}

#[test]
fn a_close_ends_no_more_of_them_either() {
    for window in [Duration::Milliseconds(HOUR), Duration::Epochs(0)] {
        let mut parameters = rules();
        if let Some(rules) = &mut parameters.market.jobs {
            rules.accept_window = window;
        }
        let mut chain = ready(parameters);
        create_all(&mut chain);
        let close = chain.close();
        assert_eq!(ended(&close), all(Outcome::NotAccepted, 0..MOST), "{window}");
        let late = chain.apply(chain.now(), vec![("cust", cancel(ALL - 1))], Vec::new());
        assert_eq!(codes(&late), [979], "{window}");
        assert_eq!(ended(&late), all(Outcome::NotAccepted, MOST..ALL), "{window}");
    }
}

#[test]
fn a_block_ends_at_most_4096_sessions_too() {
    let mut parameters = rules();
    let hour = Duration::Milliseconds(HOUR);
    parameters.market.sessions = Some(SessionRules { close_window: hour, max_length: hour });
    let mut chain = ready(parameters);
    let expires = chain.now() + HOUR / 2;
    let open = OpenSession {
        provider: address("alice"),
        model: ModelId(0),
        deposit: amount(1),
        max_price: None,
        expires: Some(Deadline::Time(expires)),
    };
    chain.block((0..ALL).map(|_| ("cust", Message::OpenSession(open))).collect());
    let count = |applied: &Applied| {
        let ends = |event: &&Event| {
            matches!(event, Event::Market(MarketEvent::Session(SessionEvent::Ended { .. })))
        };
        applied.events.iter().filter(ends).count() as u64
    };
    let blocks: Vec<u64> =
        (0..3).map(|_| count(&chain.apply(expires, Vec::new(), Vec::new()))).collect();
    assert_eq!(blocks, [MOST, ALL - MOST, 0]);
    assert_eq!(chain.locked("cust", LockKind::Session), 0);
}
