//! Parameters that change while streams owe and roll over: what is owed follows the stream's name
//! to its new place or is closed with a reason, and nobody is paid for another stream.

use crate::bucket_closes::{balance, pushing, reward_events, sums};
use crate::contribution_kit::*;
use crate::kit::*;
use std::collections::BTreeMap;
use workmint_core::Event;
use workmint_core::block::Applied;
use workmint_core::modules::contributions::{ClosedReason, Stage};
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{Event as RewardEvent, UnpaidReason};
use workmint_core::time::{DAY_MS, Duration};

/// Two contributions worth this leave 128 bits.
const HALF: u128 = 1 << 127;

/// Whether a change of parameters became active with this block; `None` without any.
fn activated(applied: &Applied) -> Option<bool> {
    applied.events.iter().find_map(|event| match event {
        Event::Parameters(workmint_core::modules::parameters::Event::Activated { .. }) => {
            Some(true)
        }
        Event::Parameters(workmint_core::modules::parameters::Event::Dropped { .. }) => Some(false),
        _ => None,
    })
}

/// Base units owed, by stream.
fn owed(chain: &Chain) -> BTreeMap<String, u128> {
    let mut owed = BTreeMap::new();
    for ((stream, ..), row) in chain.state.rewards.backpay() {
        *owed.entry(stream.to_string()).or_default() += row.amount.get();
    }
    owed
}

/// Base units rolled over, by stream.
fn rolled(chain: &Chain) -> BTreeMap<String, u128> {
    let mut rolled = BTreeMap::new();
    for ((stream, _), amount) in chain.state.rewards.rollover() {
        *rolled.entry(stream.to_string()).or_default() += amount.get();
    }
    rolled
}

/// Base units closed unpaid for this reason.
fn closed_for(applied: &Applied, wanted: UnpaidReason) -> u128 {
    let closed = |event| match event {
        RewardEvent::BackpayClosed { amount, reason, .. } if reason == wanted => amount.get(),
        _ => 0,
    };
    reward_events(applied).into_iter().map(closed).sum()
}

/// Rolled-over budget that ended with its stream, by stream.
fn ended(applied: &Applied) -> BTreeMap<String, u128> {
    let mut ended = BTreeMap::new();
    for event in reward_events(applied) {
        if let RewardEvent::RolloverEnded { stream, amount, .. } = event {
            *ended.entry(stream.to_string()).or_default() += amount.get();
        }
    }
    ended
}

fn at(parameters: &mut Parameters, stream: &str) -> usize {
    parameters.streams.iter().position(|row| row.name.as_str() == stream).unwrap()
}

/// Another share and bounds.
fn set(parameters: &mut Parameters, stream: &str, share: &str, bounds: (&str, &str)) {
    let at = at(parameters, stream);
    let stream = &mut parameters.streams[at];
    let Split::Rate(old) = stream.split else { panic!("a rate") };
    stream.source = Source::Emission { share: ratio(share) };
    stream.split = Split::Rate(Bucket { floor: ratio(bounds.0), ceiling: ratio(bounds.1), ..old });
}

/// A stream of tasks before all others, at the cost of inference.
fn insert_before(parameters: &mut Parameters) {
    set(parameters, "inference", "0.40", ("0.30", "0.60"));
    let one = || measured("1", "1");
    let tasks = (ContributionKind::Tasks, 7);
    let bounty = rate_stream("bounty", tasks, ("0.05", "0", "0.05", 9), (one(), one()));
    parameters.streams.insert(0, bounty);
}

fn remove(parameters: &mut Parameters, stream: &str, inference: &str) {
    let at = at(parameters, stream);
    parameters.streams.remove(at);
    set(parameters, "inference", inference, ("0.30", "0.90"));
}

/// What a change does to the 100,000 that validation still owes alice and bob, 3 : 1.
struct Change {
    what: &'static str,
    change: fn(&mut Parameters),
    /// The stream that ends and leaves its rolled-over budget.
    ends: Option<&'static str>,
    /// Closed with the change, as the stream ended.
    closed: u128,
    /// Paid by the close after it.
    paid: u128,
    /// Closed by the close after it, as nothing is owed any more.
    dropped: u128,
}

const CHANGES: [Change; 9] = [
    Change {
        what: "reordered",
        change: |parameters| parameters.streams[..4].reverse(),
        ends: None,
        closed: 0,
        paid: 100_000,
        dropped: 0,
    },
    Change {
        what: "one inserted before",
        change: insert_before,
        ends: None,
        closed: 0,
        paid: 100_000,
        dropped: 0,
    },
    Change {
        what: "another removed",
        change: |parameters| remove(parameters, "learning", "0.80"),
        ends: Some("learning"),
        closed: 0,
        paid: 100_000,
        dropped: 0,
    },
    Change {
        what: "another renamed",
        change: |parameters| parameters.streams[0].name = name("serving"),
        ends: Some("inference"),
        closed: 0,
        paid: 100_000,
        dropped: 0,
    },
    Change {
        what: "the debtor removed",
        change: |parameters| remove(parameters, "validation", "0.55"),
        ends: None,
        closed: 100_000,
        paid: 0,
        dropped: 0,
    },
    Change {
        what: "the debtor renamed, one inserted before",
        change: |parameters| {
            insert_before(parameters);
            let at = at(parameters, "validation");
            parameters.streams[at].name = name("checks");
        },
        ends: None,
        closed: 100_000,
        paid: 0,
        dropped: 0,
    },
    Change {
        what: "a smaller share and ceiling",
        change: |parameters| {
            set(parameters, "inference", "0.49", ("0.30", "0.60"));
            set(parameters, "validation", "0.06", ("0.01", "0.06"));
        },
        ends: None,
        closed: 0,
        paid: 60_000,
        dropped: 0,
    },
    Change {
        what: "a larger share, floor and ceiling",
        change: |parameters| {
            set(parameters, "inference", "0.35", ("0.30", "0.60"));
            set(parameters, "validation", "0.20", ("0.20", "0.30"));
        },
        ends: None,
        closed: 0,
        paid: 100_000,
        dropped: 0,
    },
    Change {
        what: "no backpay",
        change: |parameters| parameters.buckets.as_mut().unwrap().backpay = None,
        ends: None,
        closed: 0,
        paid: 0,
        dropped: 100_000,
    },
];

/// As in `a_surge_is_paid_later`: 400,000 of tasks, of which two closes pay 150,000 each.
#[test]
fn what_is_owed_follows_its_stream() {
    for Change { what, change, ends, closed, paid, dropped } in CHANGES {
        let mut chain = contributors(pushing());
        chain.contribute(&[("alice", tasks(0, 1, 300)), ("bob", tasks(0, 1, 100))]);
        chain.close();
        let rolled_before = rolled(&chain);
        let mut later = pushing();
        change(&mut later);
        chain.ok("friend", schedule_from(2, later));
        // Carol's tokens, worth 1,000, are final with the close that changes the parameters.
        chain.contribute(&[("carol", tokens(1, 1, 10_000))]);
        let applied = chain.close();
        assert_eq!(activated(&applied), Some(true), "{what}");
        assert_eq!(closed_for(&applied, UnpaidReason::StreamEnded), closed, "{what}");
        let owing = if closed == 0 { vec![("validation".to_owned(), 100_000)] } else { vec![] };
        assert_eq!(owed(&chain), owing.into_iter().collect(), "{what}");
        let ended = ended(&applied);
        assert_eq!(ended.keys().map(String::as_str).next(), ends, "{what}");
        if let Some(stream) = ends {
            assert!(ended[stream] > rolled_before[stream], "{what}: lots of two epochs end");
            assert!(!rolled(&chain).contains_key(stream), "{what}");
        }
        let [minted, rolled, _] = sums(&chain);
        let lost: u128 = ended.values().sum();
        assert_eq!((minted, minted + rolled + lost), (301_000, 2_000_000), "{what}");
        let applied = chain.close();
        assert_eq!(closed_for(&applied, UnpaidReason::NoBackpay), dropped, "{what}");
        let balances = ["alice", "bob", "carol"].map(|who| balance(&chain, who));
        assert_eq!(balances, [225_000 + paid * 3 / 4, 75_000 + paid / 4, 1_000], "{what}");
        let left = 100_000 - closed - paid - dropped;
        assert_eq!(owed(&chain).values().sum::<u128>(), left, "{what}");
        let [minted, rolled, _] = sums(&chain);
        assert_eq!((minted, minted + rolled + lost), (301_000 + paid, 3_000_000), "{what}");
    }
}

/// Contributions, buckets and their streams are switched off with a contribution open, and on
/// again: nothing is owed or rolled over from before.
#[test]
fn switched_off_and_on_again() {
    let long = || {
        let mut parameters = pushing();
        let rules = parameters.contributions.as_mut().unwrap();
        rules.verify_window = Duration::Milliseconds(10 * DAY_MS);
        parameters
    };
    let mut chain = contributors(long());
    chain.contribute(&[("alice", tasks(0, 1, 300)), ("bob", tasks(0, 1, 100))]);
    chain.close();
    let mut off = long();
    off.streams = parameters().streams;
    (off.contributions, off.buckets) = (None, None);
    chain.ok("friend", schedule_from(2, off));
    let open = tokens(1, 1, 1_000);
    chain.ok("carol", submit(&open));
    let before: u128 = rolled(&chain).values().sum();
    let applied = chain.close();
    assert_eq!(activated(&applied), Some(true));
    assert_eq!(closed_for(&applied, UnpaidReason::StreamEnded), 100_000);
    let ended: u128 = ended(&applied).values().sum();
    assert_eq!((before, ended), (850_000, 1_700_000));
    assert_eq!(sums(&chain), [300_000, 0, 0]);
    assert!(matches!(chain.stage_of("carol", &open), Stage::Submitted { .. }));
    chain.ok("friend", schedule_from(3, long()));
    let applied = chain.close();
    assert_eq!(activated(&applied), Some(true));
    let closed = contribution_events(&applied).into_iter().any(|event| {
        use workmint_core::modules::contributions::Event::Closed;
        matches!(event, Closed { reason: ClosedReason::StreamEnded, .. })
    });
    assert!(closed);
    chain.contribute(&[("carol", tokens(3, 2, 1_000_000))]);
    chain.close();
    let balances = ["alice", "bob", "carol"].map(|who| balance(&chain, who));
    assert_eq!(balances, [225_000, 75_000, 100_000]);
    let [minted, rolled, owed] = sums(&chain);
    assert_eq!((minted, rolled, owed), (400_000, 900_000, 0));
}

/// The dry run rates tokens as tokens: the stream that takes their place could not be planned with
/// them.
#[test]
fn final_contributions_follow_their_stream() {
    let mut chain = contributors(pushing());
    let mut later = pushing();
    insert_before(&mut later);
    let Score::Rate(rule) = &mut later.streams[0].score else { panic!("a rate") };
    (rule.minimum, rule.maximum) = (amount(HALF), amount(HALF));
    chain.ok("friend", schedule_from(1, later));
    chain.contribute(&[("alice", tokens(0, 1, 10_000)), ("bob", tokens(0, 1, 10_000))]);
    assert_eq!(activated(&chain.close()), Some(true));
    assert_eq!((balance(&chain, "alice"), balance(&chain, "bob")), (1_000, 1_000));
}

/// Tasks worth more than 128 bits together quarantine their stream: they wait, whatever its place,
/// until parameters come under which it can be planned.
#[test]
fn contributions_of_a_quarantined_stream_wait() {
    let mut large = pushing();
    let Score::Rate(rule) = &mut large.streams[2].score else { panic!("a rate") };
    (rule.minimum, rule.maximum) = (amount(HALF), amount(HALF));
    let mut chain = contributors(large.clone());
    large.streams[..4].reverse();
    chain.ok("friend", schedule_from(1, large));
    let (one, other) = (tasks(0, 1, 2), tasks(0, 1, 3));
    chain.contribute(&[("alice", one.clone()), ("bob", other.clone())]);
    let applied = chain.close();
    assert_eq!(activated(&applied), Some(false), "moved, it still cannot be planned");
    let quarantined = |chain: &Chain| {
        let rows = chain.state.rewards.quarantined();
        rows.map(|(stream, epoch)| (stream.to_string(), epoch)).collect::<Vec<_>>()
    };
    assert_eq!(quarantined(&chain), [("validation".to_owned(), 0)]);
    assert_eq!(chain.state.contributions.final_now().count(), 2);
    assert!(settled(&applied).is_empty());
    chain.ok("friend", schedule_from(2, pushing()));
    assert_eq!(activated(&chain.close()), Some(true));
    assert_eq!(quarantined(&chain), [("validation".to_owned(), 1)]);
    assert_eq!(chain.state.emission.totals().minted, amount(0));
    let applied = chain.close();
    let expected = [(contribution("alice", &one), 2), (contribution("bob", &other), 3)];
    let mut paid = settled(&applied);
    paid.sort_unstable_by_key(|(_, quantity)| *quantity);
    assert_eq!(paid, expected);
    assert_eq!((balance(&chain, "alice"), balance(&chain, "bob")), (2_000, 3_000));
    assert!(quarantined(&chain).is_empty());
    assert_eq!(chain.state.contributions.final_now().count(), 0);
}
