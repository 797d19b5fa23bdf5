//! Buckets on a chain: what a close mints, pays, owes and rolls over.

use crate::contribution_kit::*;
use crate::kit::*;
use workmint_core::Event;
use workmint_core::block::Applied;
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{Event as RewardEvent, UnpaidReason};
use workmint_core::time::DAY_MS;

/// Rewards at the close, backpay for ten days without decay.
pub(crate) fn pushing() -> Parameters {
    let mut parameters = four_streams();
    parameters.claims.mode = ClaimMode::Push;
    let decay = Steps { steps: vec![Step { from: ratio("0"), value: ratio("1") }] };
    parameters.buckets.as_mut().unwrap().backpay =
        Some(Backpay { max_age_ms: 10 * DAY_MS, decay, max_periods: 100, share: ratio("0.5") });
    parameters
}

/// Beyond what the genesis gave it.
pub(crate) fn balance(chain: &Chain, who: &str) -> u128 {
    chain.state.ledger.spendable(chain.handle(who), GNK).get() - RICH
}

/// Minted so far, rolled over, owed.
pub(crate) fn sums(chain: &Chain) -> [u128; 3] {
    let rewards = &chain.state.rewards;
    let rolled = rewards.rollover().map(|(_, amount)| amount.get()).sum();
    let owed = rewards.backpay().map(|(_, owed)| owed.amount.get()).sum();
    [chain.state.emission.totals().minted.get(), rolled, owed]
}

/// What a block says of rewards.
pub(crate) fn reward_events(applied: &Applied) -> Vec<RewardEvent> {
    let of = |event: &Event| match event {
        Event::Rewards(event) => Some(event.clone()),
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// 400 tasks at 1,000 are more than validation may pay: 100,000 of its own, 50,000 borrowed. The
/// rest is paid by the next close, with interest for nobody; then its stream ends.
#[test]
fn a_surge_is_paid_later() {
    let mut chain = contributors(pushing());
    chain.contribute(&[("alice", tasks(0, 1, 300)), ("bob", tasks(0, 1, 100))]);
    let applied = chain.close();
    assert_eq!((balance(&chain, "alice"), balance(&chain, "bob")), (112_500, 37_500));
    assert_eq!(sums(&chain), [150_000, 850_000, 250_000]);
    let arose = reward_events(&applied).into_iter().filter_map(|event| match event {
        RewardEvent::BackpayArose { account, amount, owed_for, .. } => {
            Some((account, amount.get(), owed_for))
        }
        _ => None,
    });
    let mut arose: Vec<_> = arose.collect();
    arose.sort_unstable_by_key(|(_, amount, _)| *amount);
    assert_eq!(arose, [(address("bob"), 62_500, 0), (address("alice"), 187_500, 0)]);
    let header = chain.state.settlement.header(0).unwrap();
    let line = header.streams[2].bucket.unwrap();
    assert_eq!(
        (line.demand, line.paid_new, line.borrowed),
        (amount(400_000), amount(150_000), amount(50_000))
    );
    let mut later = pushing();
    later.streams[2].name = name("checks");
    chain.ok("friend", schedule_from(2, later));
    let applied = chain.close();
    assert_eq!((balance(&chain, "alice"), balance(&chain, "bob")), (225_000, 75_000));
    let closed: u128 = reward_events(&applied)
        .iter()
        .map(|event| match event {
            RewardEvent::BackpayClosed { amount, reason: UnpaidReason::StreamEnded, .. } => {
                amount.get()
            }
            _ => 0,
        })
        .sum();
    assert_eq!(closed, 100_000);
    assert_eq!(sums(&chain), [300_000, 1_700_000, 0]);
    assert_eq!(chain.state.emission.totals().scheduled, amount(2_000_000));
}

/// An epoch mints more than its schedule out of what rolled over. An account that has never had
/// weight or tallied work is paid too.
#[test]
fn what_rolled_over_is_minted_later() {
    let mut chain = contributors(pushing());
    chain.close();
    assert_eq!(sums(&chain), [0, 1_000_000, 0]);
    // 1,800,000 for tokens: 450,000, as much rolled over, and the 150,000 that lead up to the
    // ceiling of 600,000.
    chain.contribute(&[("carol", tokens(1, 1, 18_000_000))]);
    chain.close();
    assert_eq!(balance(&chain, "carol"), 1_050_000);
    let [minted, rolled, owed] = sums(&chain);
    assert_eq!((minted, minted + rolled, owed), (1_050_000, 2_000_000, 750_000));
}
