//! Seats: what they cost, who loses one, whose weights are taken and which are not.

use crate::kit::*;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::opinions::{
    CommitWeights, Event, RegisterSeat, Request, RevealWeights, Seat, SetWeights, commitment,
    price, to_replace,
};
use workmint_core::modules::parameters::*;
use workmint_core::{Hash, Message};

/// Other parameters from an epoch on.
pub(crate) fn schedule(epoch: u64, parameters: &Parameters) -> Message {
    let parameters = Box::new(parameters.clone());
    Message::ScheduleParameters(ScheduleParameters { epoch, parameters })
}

/// Four seats backed by collateral; a price of 1,000 that halves in 10 blocks; the median pays.
pub(crate) fn rules() -> Opinions {
    Opinions {
        seats: 4,
        owner: None,
        power: OpinionPower::Collateral,
        least_power: amount(100),
        most_validators: 2,
        activity_cutoff_blocks: 1_000,
        registration: SeatRegistration {
            initial: amount(1_000),
            minimum: amount(100),
            maximum: amount(4_000),
            half_life_blocks: 10,
            rise: ratio("1.5"),
            burned_share: ratio("0.6"),
            rest: Destination::Treasury,
            immunity_blocks: 3,
        },
        weighing: Weighing {
            minimum_count: 2,
            rate_limit_blocks: 4,
            reveal_epochs: None,
            most_commitments: 3,
        },
        yuma: None,
        children: None,
    }
}

pub(crate) fn with_seats(change: impl FnOnce(&mut Opinions)) -> Parameters {
    let mut opinions = rules();
    change(&mut opinions);
    let mut all = parameters();
    all.opinions = Some(opinions);
    all.streams[0].score = Score::Performance;
    all
}

pub(crate) fn take_seat() -> Message {
    let most_price = amount(u128::MAX);
    Message::Opinion(Request::RegisterSeat(RegisterSeat { most_price }))
}

pub(crate) fn weigh(entries: &[(u16, u16)]) -> Message {
    Message::Opinion(Request::SetWeights(SetWeights { entries: entries.to_vec() }))
}

pub(crate) fn seat_of(chain: &Chain, who: &str) -> Option<u16> {
    chain.state.opinions.seat_of(chain.handle(who))
}

fn seat(chain: &Chain, number: u16) -> Seat {
    *chain.state.opinions.seat(number).unwrap()
}

fn price_now(chain: &Chain) -> u128 {
    price(&chain.state).unwrap().unwrap().get()
}

pub(crate) fn idle(chain: &mut Chain, blocks: u64) {
    for _ in 0..blocks {
        chain.block(Vec::new());
    }
}

/// alice and bob with 600 and 400 of collateral on seats 0 and 1, carol and dave on 2 and 3; the
/// first close has given permits to alice and bob.
pub(crate) fn seated(change: impl FnOnce(&mut Opinions)) -> Chain {
    let mut chain = Chain::new(with_seats(change));
    chain.block(vec![
        ("alice", join("alice", None)),
        ("bob", join("bob", None)),
        ("alice", put_collateral(600)),
        ("bob", put_collateral(400)),
    ]);
    for who in ["alice", "bob", "carol", "dave"] {
        chain.ok(who, take_seat());
    }
    chain.close();
    chain
}

#[test]
fn the_price_halves_with_time_rises_by_registrations_and_is_split() {
    let mut chain = Chain::new(with_seats(|_| {}));
    assert_eq!(price_now(&chain), 1_000);
    idle(&mut chain, 9);
    // The block that registers is the tenth: 1,000 / 2.
    let before = (chain.balance("alice"), chain.burned());
    let applied = chain.ok("alice", take_seat());
    let (account, price) = (address("alice"), amount(500));
    let taken = Event::SeatTaken { account, seat: 0, price, burned: amount(300), replaced: None };
    assert!(applied.events.contains(&taken.into()));
    assert_eq!(chain.balance("alice"), before.0 - 500);
    assert_eq!(chain.burned(), before.1 + 300, "60 % is burned");
    assert_eq!(chain.pot(&Pot::Treasury), 200);
    assert_eq!(price_now(&chain), 750, "risen by half");
    // floor(750 x 2^(-1/10)) = 699.77...
    idle(&mut chain, 1);
    assert_eq!(price_now(&chain), 699);
    // It is paid at the next block: floor(750 x 2^(-2/10)) = 652; 652 x 1.5 = 978.
    chain.ok("bob", take_seat());
    assert_eq!(price_now(&chain), 978);
    idle(&mut chain, 100);
    assert_eq!(price_now(&chain), 100, "never below the minimum");
    let limit = RegisterSeat { most_price: amount(99) };
    assert_eq!(chain.refused("carol", Message::Opinion(Request::RegisterSeat(limit))), 2103);
    assert_eq!(chain.refused("bob", take_seat()), 2102, "one seat for an account");
    // Odd prices: what is burned is rounded up, the rest is what is left of it.
    idle(&mut chain, 3);
    let burned = chain.burned();
    chain.ok("carol", take_seat());
    assert_eq!(chain.burned(), burned + 60);
    assert_eq!(price_now(&chain), 150);
}

#[test]
fn reading_or_failing_does_not_move_the_price() {
    let mut one = Chain::new(with_seats(|_| {}));
    let mut other = Chain::new(with_seats(|_| {}));
    for _ in 0..7 {
        let limit = RegisterSeat { most_price: amount(1) };
        one.refused("alice", Message::Opinion(Request::RegisterSeat(limit)));
        idle(&mut other, 1);
        assert_eq!(price_now(&one), price_now(&other));
    }
}

#[test]
fn whoever_earned_least_is_replaced_and_immunity_comes_first() {
    let mut chain = seated(|_| {});
    // carol's median becomes 65,535, dave's 0; alice and bob have a say.
    chain.ok("alice", weigh(&[(2, 9), (3, 0)]));
    chain.ok("bob", weigh(&[(2, 1), (3, 0)]));
    chain.close();
    assert_eq!((seat(&chain, 2).earned, seat(&chain, 3).earned), (65_535, 0));
    assert_eq!(seat(&chain, 0).earned, 65_535, "a say counts as the most");
    let replace = |chain: &Chain| to_replace(&chain.state, &rules(), chain.state.chain().height);
    assert_eq!(replace(&chain), Some(3));
    chain.ok("cust", take_seat());
    assert_eq!((seat_of(&chain, "cust"), seat_of(&chain, "dave")), (Some(3), None));
    // cust earned nothing, but is new: alice, the oldest of those who earned most, goes first.
    assert_eq!(replace(&chain), Some(0));
    idle(&mut chain, 2);
    assert_eq!(replace(&chain), Some(0), "two blocks later still");
    idle(&mut chain, 1);
    assert_eq!(replace(&chain), Some(3), "immunity is over");
}

#[test]
fn when_all_are_immune_the_least_of_them_goes_and_never_the_owner() {
    let change = |rules: &mut Opinions| {
        rules.owner = Some(address("carol"));
        rules.registration.immunity_blocks = 1_000_000;
    };
    let mut chain = seated(change);
    let mut now = rules();
    change(&mut now);
    // All earned 0, carol on seat 2 is the owner: the oldest goes.
    assert_eq!(to_replace(&chain.state, &now, chain.state.chain().height), Some(0));
    for (who, lost) in [("cust", "alice"), ("buyer", "bob"), ("hunter", "dave"), ("r1", "cust")] {
        chain.ok(who, take_seat());
        assert_eq!(seat_of(&chain, lost), None, "{lost}");
        assert_eq!(seat_of(&chain, "carol"), Some(2));
    }
    let mut alone = Chain::new(with_seats(|rules| {
        rules.seats = 1;
        rules.most_validators = 1;
        rules.owner = Some(address("carol"));
    }));
    alone.ok("carol", take_seat());
    assert_eq!(alone.refused("alice", take_seat()), 2104);
}

#[test]
fn weights_are_checked_in_upstreams_order() {
    let mut chain = seated(|_| {});
    assert_eq!(chain.refused("cust", weigh(&[(0, 1), (1, 1)])), 2105, "no seat");
    assert_eq!(chain.refused("carol", weigh(&[(0, 1), (1, 1)])), 2106, "too little power");
    assert_eq!(chain.refused("alice", weigh(&[(2, 1), (2, 1)])), 2109);
    assert_eq!(chain.refused("alice", weigh(&[(2, 1), (4, 1)])), 2110);
    assert_eq!(chain.refused("alice", weigh(&[(2, 1)])), 2111);
    assert_eq!(chain.refused("alice", weigh(&[])), 2111);
    chain.ok("alice", weigh(&[(3, 1), (2, 4)]));
    // In the order given, the largest 65,535: 65,535 / 4 = 16,383.75.
    assert_eq!(chain.state.opinions.weights(0), [(3, 16_384), (2, 65_535)]);
    assert_eq!(chain.refused("alice", weigh(&[(2, 1), (3, 1)])), 2107, "too soon");
    idle(&mut chain, 2);
    chain.ok("alice", weigh(&[(0, 7)]));
    assert_eq!(chain.state.opinions.weights(0), [(0, 65_535)], "one weight on oneself is enough");
    assert_eq!(chain.refused("alice", Message::Opinion(reveal(&[(2, 1)], 1))), 2112);
}

#[test]
fn without_a_permit_one_may_weigh_oneself_only_and_the_owner_all() {
    let mut chain = seated(|rules| {
        rules.least_power = amount(0);
        rules.owner = Some(address("dave"));
    });
    assert!(seat(&chain, 0).permit && seat(&chain, 1).permit && !seat(&chain, 2).permit);
    assert_eq!(chain.refused("carol", weigh(&[(0, 1), (1, 1)])), 2108);
    assert_eq!(chain.refused("carol", weigh(&[(0, 1)])), 2108);
    chain.ok("carol", weigh(&[(2, 1)]));
    chain.ok("dave", weigh(&[(0, 1), (1, 1)]));
}

/// A commitment of the sender's weights in the open epoch.
pub(crate) fn commit(chain: &Chain, who: &str, entries: &[(u16, u16)], salt: u8) -> Message {
    let at = seat_of(chain, who).unwrap_or(0);
    let binds = (&address(who), at);
    let genesis = chain.state.chain().genesis;
    let salt = Hash([salt; 32]);
    let hash = commitment(&genesis, binds, chain.epoch(), entries, &salt);
    Message::Opinion(Request::CommitWeights(CommitWeights { hash }))
}

fn reveal(entries: &[(u16, u16)], salt: u8) -> Request {
    let salt = Hash([salt; 32]);
    Request::RevealWeights(RevealWeights { entries: entries.to_vec(), salt })
}

pub(crate) fn reveals(entries: &[(u16, u16)], salt: u8) -> Message {
    Message::Opinion(reveal(entries, salt))
}

fn hidden(rules: &mut Opinions) {
    rules.weighing.reveal_epochs = Some(2);
}

const SAID: &[(u16, u16)] = &[(2, 1), (3, 1)];

#[test]
fn weights_are_revealed_in_their_epoch_alone() {
    let mut chain = seated(hidden);
    assert_eq!(chain.refused("alice", weigh(SAID)), 2113);
    let committed = commit(&chain, "alice", SAID, 1);
    chain.ok("alice", committed.clone());
    let at = chain.state.chain().height;
    idle(&mut chain, 3);
    assert_eq!(chain.refused("alice", committed), 2115);
    assert_eq!(chain.refused("alice", reveals(SAID, 1)), 2117, "two epochs too early");
    chain.close();
    assert_eq!(chain.refused("alice", reveals(SAID, 1)), 2117);
    chain.close();
    assert_eq!(chain.refused("alice", reveals(SAID, 2)), 2116, "another salt");
    assert_eq!(chain.refused("alice", reveals(&[(2, 1), (3, 2)], 1)), 2116, "other weights");
    assert_eq!(chain.refused("bob", reveals(SAID, 1)), 2116, "another's commitment");
    chain.ok("alice", reveals(SAID, 1));
    assert_eq!(chain.state.opinions.weights(0), [(2, 65_535), (3, 65_535)]);
    assert_eq!(seat(&chain, 0).last_update, at, "they are as old as the commitment");
    assert_eq!(chain.refused("alice", reveals(SAID, 1)), 2116, "revealed twice");
}

#[test]
fn what_is_not_revealed_lapses() {
    let mut chain = seated(hidden);
    let (account, epoch) = (address("alice"), chain.epoch());
    chain.ok("alice", commit(&chain, "alice", SAID, 1));
    chain.close();
    chain.close();
    let applied = chain.close();
    let lapsed = Event::CommitmentLapsed { account, seat: 0, epoch };
    assert!(applied.events.contains(&lapsed.into()));
    assert_eq!(chain.refused("alice", reveals(SAID, 1)), 2116);
}

/// A commitment that a shorter period has just made overdue opens no more.
#[test]
fn a_shorter_period_opens_nothing_late() {
    let mut chain = seated(hidden);
    chain.ok("alice", commit(&chain, "alice", SAID, 1));
    chain.close();
    let next = with_seats(|rules| rules.weighing.reveal_epochs = Some(1));
    let from = chain.epoch() + 1;
    chain.ok("friend", schedule(from, &next));
    chain.close();
    assert_eq!(*chain.state.active_parameters().unwrap(), next);
    assert_eq!(chain.state.opinions.commitments(0).count(), 1, "its close came by the old rule");
    assert_eq!(chain.refused("alice", reveals(SAID, 1)), 2116, "it was due an epoch ago");
}

#[test]
fn commitments_are_few_and_a_newer_one_ends_older_ones() {
    let mut chain = seated(hidden);
    for salt in 1..=3 {
        chain.ok("alice", commit(&chain, "alice", SAID, salt));
        let again = commit(&chain, "alice", SAID, 9);
        assert_eq!(chain.refused("alice", again), 2107, "the rate is limited");
        idle(&mut chain, 2);
    }
    assert_eq!(chain.refused("alice", commit(&chain, "alice", SAID, 4)), 2114);
    chain.close();
    chain.close();
    let applied = chain.ok("alice", reveals(SAID, 2));
    let lapsed = |event: &&workmint_core::Event| {
        matches!(event, workmint_core::Event::Opinions(Event::CommitmentLapsed { .. }))
    };
    assert_eq!(applied.events.iter().filter(lapsed).count(), 1);
    assert_eq!(chain.refused("alice", reveals(SAID, 1)), 2116, "an older opinion after a newer");
    chain.ok("alice", reveals(SAID, 3));
}

/// A commitment copied from another's, with its sender's own seat in mind, opens for nobody.
#[test]
fn copied_commitments_cannot_be_revealed() {
    let mut chain = seated(hidden);
    let copied = commit(&chain, "alice", SAID, 1);
    chain.ok("alice", copied.clone());
    chain.ok("bob", copied);
    chain.close();
    chain.close();
    chain.ok("alice", reveals(SAID, 1));
    assert_eq!(chain.refused("bob", reveals(SAID, 1)), 2116);
}

#[test]
fn a_lost_seat_takes_commitments_weights_and_permit_with_it() {
    let mut chain = seated(|rules| {
        hidden(rules);
        rules.weighing.minimum_count = 0;
    });
    chain.ok("alice", commit(&chain, "alice", SAID, 1));
    // All earned nothing or as much: the oldest seat is alice's, which carries the permit.
    chain.ok("cust", take_seat());
    assert_eq!((seat_of(&chain, "alice"), seat_of(&chain, "cust")), (None, Some(0)));
    assert!(!seat(&chain, 0).permit);
    assert_eq!(chain.state.opinions.commitments(0).count(), 0);
    chain.close();
    chain.close();
    assert_eq!(chain.refused("alice", reveals(SAID, 1)), 2105);
    assert_eq!(chain.refused("cust", reveals(SAID, 1)), 2116);
    // Back on another seat alice begins anew: what it committed to was of the old one.
    chain.ok("alice", take_seat());
    assert_eq!(chain.refused("alice", reveals(SAID, 1)), 2116);
}

/// Nobody gets a seat back cheaper by leaving it: there is no leaving, and each registration raises
/// the price for the next.
#[test]
fn chasing_each_other_off_a_seat_makes_it_dearer() {
    let mut chain = Chain::new(with_seats(|rules| {
        rules.seats = 1;
        rules.most_validators = 1;
        rules.registration.half_life_blocks = 1_000_000;
    }));
    let mut paid = Vec::new();
    for who in ["alice", "bob", "alice", "bob", "alice"] {
        let before = chain.balance(who);
        chain.ok(who, take_seat());
        paid.push(before - chain.balance(who));
    }
    // Each block costs less than one unit of it, each registration adds half, all rounded down.
    assert_eq!(paid, [999, 1_497, 2_244, 3_365, 3_999]);
}

#[test]
fn fewer_seats_end_the_last_ones_and_the_price_goes_on() {
    let mut chain = seated(|_| {});
    let mut next = with_seats(|rules| {
        rules.seats = 3;
        rules.registration.half_life_blocks = 1_000_000;
        rules.registration.maximum = amount(2_000);
        rules.registration.initial = amount(2_000);
    });
    let epoch = chain.epoch();
    chain.ok("friend", schedule(epoch + 1, &next));
    let applied = chain.close();
    let ended = Event::SeatEnded { account: address("dave"), seat: 3 };
    assert!(applied.events.contains(&ended.into()));
    assert_eq!(chain.state.opinions.taken(), 3);
    // 3,573 after the last seat at height 5; x 2^(-3/10) = 2,902 at height 8, cut to the new limit.
    assert_eq!(price_now(&chain), 2_000);
    idle(&mut chain, 10);
    assert_eq!(price_now(&chain), 1_999, "from now on by the new half-life");
    next.opinions = None;
    next.streams[0].score = Score::WorkDone;
    let epoch = chain.epoch();
    chain.ok("friend", schedule(epoch + 1, &next));
    chain.close();
    assert_eq!((chain.state.opinions.taken(), price(&chain.state).unwrap()), (0, None));
    assert_eq!(chain.refused("alice", take_seat()), 2101);
}
