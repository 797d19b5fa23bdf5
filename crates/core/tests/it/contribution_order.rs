//! Properties: arrival inside an epoch does not decide what becomes final, and nothing is settled
//! twice, whatever is replayed.

use crate::contribution_kit::*;
use crate::kit::*;
use crate::properties::cases;
use proptest::prelude::*;
use std::collections::BTreeMap;
use workmint_core::modules::contributions::{ContributionKey, Verdict};
use workmint_core::modules::parameters::ModelId;
use workmint_core::{Event, Message};

/// What somebody claims: who (of three), kind, quantity, and three verifiers' words on it: whether
/// they approve, and how far off they measure.
type Claimed = (u8, u8, u16, [(bool, u8); 3]);

fn claims() -> impl Strategy<Value = Vec<Claimed>> {
    let word = (prop::bool::weighted(0.8), 0_u8..20);
    let claimed = (0_u8..3, 0_u8..4, 1_u16..2_000, [word.clone(), word.clone(), word]);
    prop::collection::vec(claimed, 1..14)
}

fn orders() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 1..60)
}

fn replays() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..6)
}

const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];

fn submissions(claims: &[Claimed]) -> Vec<(&'static str, Sub)> {
    let of = |(number, (who, kind, quantity, _)): (usize, &Claimed)| {
        let (id, quantity) = (number as u64, u64::from(*quantity));
        let sub = match kind {
            0 => tokens(0, id, quantity * 1_000),
            // Steps of 0.002: some improve too little, some are equal.
            1 => improvement(0, id, LOSS - (quantity % 40) * 2_000_000 - 1),
            2 => tasks(0, id, quantity),
            _ => dataset(0, id, quantity * 1_000_000),
        };
        (PEOPLE[usize::from(*who)], sub)
    };
    claims.iter().enumerate().map(of).collect()
}

fn verdicts(claims: &[Claimed]) -> Vec<(&'static str, Verdict)> {
    let mut all = Vec::new();
    for ((who, sub), (_, _, _, words)) in submissions(claims).iter().zip(claims) {
        for (verifier, (yes, off)) in ["v1", "v2", "v3"].into_iter().zip(words) {
            let honest = approve(who, sub);
            let quantity = honest.quantity - u64::from(*off) % honest.quantity;
            let first = ONE + 10_000 * u32::from(*off);
            all.push((verifier, Verdict { approve: *yes, quantity, first, ..honest }));
        }
    }
    all
}

/// One epoch in which everything arrives in the order of these numbers; what each contribution was
/// settled with, and the records of losses.
fn lived(claims: &[Claimed], order: &[u16]) -> (BTreeMap<ContributionKey, u64>, Option<u64>) {
    let mut chain = contributors(four_streams());
    chain.block(arranged(submissions(claims), order, |sub| submit(&sub)));
    let later = arranged(verdicts(claims), order, |verdict| verify(vec![verdict]));
    // What is decided already needs no third word: such verdicts are refused.
    let applied = chain.apply(chain.now() + 1_000, later, Vec::new());
    assert!(applied.results.iter().all(|result| [0, 1414].contains(&code(result))));
    let applied = chain.close();
    assert_eq!(quarantined(&applied), []);
    let found: BTreeMap<ContributionKey, u64> = settled(&applied).into_iter().collect();
    assert_eq!(found.len(), settled(&applied).len(), "each once");
    (found, chain.state.contributions.loss(ModelId(0)))
}

/// The list in the order of the numbers beside it, as often repeated as needed.
fn arranged<T>(
    list: Vec<(&'static str, T)>,
    order: &[u16],
    message: impl Fn(T) -> Message,
) -> Vec<(&'static str, Message)> {
    let mut keyed: Vec<_> = order.iter().cycle().zip(list).enumerate().collect();
    keyed.sort_by_key(|(at, (key, _))| (**key, *at));
    keyed.into_iter().map(|(_, (_, (who, item)))| (who, message(item))).collect()
}

/// What must become final, by the definitions: naive medians, improvements one by one.
fn expected(claims: &[Claimed]) -> BTreeMap<ContributionKey, u64> {
    let mut out = BTreeMap::new();
    let mut losses: BTreeMap<u64, Vec<ContributionKey>> = BTreeMap::new();
    for ((who, sub), (_, kind, _, words)) in submissions(claims).iter().zip(claims) {
        let mut seen: Vec<u64> = words
            .iter()
            .filter(|(yes, _)| *yes)
            .map(|(_, off)| sub.quantity - u64::from(*off) % sub.quantity)
            .collect();
        seen.sort_unstable();
        let key = contribution(who, sub);
        match (seen.len(), kind) {
            (0 | 1, _) => {}
            // What is measured is never above what was claimed, so a claimed loss stands.
            (_, 1) => losses.entry(sub.quantity).or_default().push(key),
            (2, _) => drop(out.insert(key, seen[0])),
            _ => drop(out.insert(key, seen[1])),
        }
    }
    // Too little by itself, no part in anything. The rest, naively: the step above each loss is
    // shared by all that are at it or below.
    losses.retain(|loss, _| (LOSS - loss) * 1_000_000_000 / LOSS >= 1_000_000);
    for (loss, keys) in &losses {
        for key in keys {
            let reached: Vec<u64> = losses.keys().rev().copied().filter(|of| of >= loss).collect();
            let mut part = 0;
            for (at, lower) in reached.iter().enumerate() {
                let upper = if at == 0 { LOSS } else { reached[at - 1] };
                let sharers: usize = losses.range(..=lower).map(|(_, keys)| keys.len()).sum();
                part += (upper - lower) * 1_000_000_000 / LOSS / sharers as u64;
            }
            out.insert(*key, part);
        }
    }
    out
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn arrival_does_not_decide(claims in claims(), order in orders()) {
        let found = lived(&claims, &order);
        prop_assert_eq!(&found.0, &expected(&claims));
        prop_assert_eq!(found, lived(&claims, &[0]));
    }

    /// Over several epochs with replays of everything ever submitted: one settlement an id.
    #[test]
    fn no_id_is_settled_twice(claims in claims(), replays in replays()) {
        let mut chain = contributors(four_streams());
        let subs = submissions(&claims);
        let mut count: BTreeMap<ContributionKey, u32> = BTreeMap::new();
        for replay in replays {
            let again = subs.iter().cycle().skip(usize::from(replay)).take(subs.len() * 2);
            let mut messages: Vec<(&str, Message)> =
                again.map(|(who, sub)| (*who, submit(sub))).collect();
            for (who, verdict) in verdicts(&claims) {
                messages.push((who, verify(vec![verdict])));
            }
            chain.apply(chain.now() + 1_000, messages, Vec::new());
            for event in chain.close().events {
                if let Event::Contributions(
                    workmint_core::modules::contributions::Event::Settled { contribution, .. },
                ) = event {
                    *count.entry(contribution).or_default() += 1;
                }
            }
        }
        prop_assert!(count.values().all(|times| *times == 1));
        let once: Vec<_> = count.into_keys().collect();
        let all: Vec<_> = expected(&claims).into_keys().collect();
        prop_assert_eq!(once, all, "the first time, and never again");
    }
}
