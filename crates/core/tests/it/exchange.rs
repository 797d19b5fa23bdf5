//! The pool of two assets: what goes in, what comes out, and that nobody gains by a round trip.

use crate::draw::Draw;
use crate::kit::*;
use workmint_amounts::Ratio;
use workmint_core::Message;
use workmint_core::genesis::{Allocation, AllocationTo, Genesis};
use workmint_core::modules::exchange::{
    AddLiquidity, Error, Event, Pool, RemoveLiquidity, Swap, added, quote_in, quote_out, swapped,
};
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{
    AssetId, Exchange, Level, Parameters, ScheduleParameters, check, check_genesis,
};

const LATE: u64 = u64::MAX;

fn rules() -> Exchange {
    Exchange { assets: (GNK, USD), fee: ratio("0.003"), locked_shares: 100, seed: None }
}

fn with_pool() -> Parameters {
    Parameters { exchange: Some(rules()), ..parameters() }
}

pub(crate) fn add(a: u128, b: u128) -> Message {
    let amounts = (amount(a), amount(b));
    Message::AddLiquidity(AddLiquidity { amounts, min_shares: 0, deadline: LATE })
}

fn remove(shares: u128) -> Message {
    let min_amounts = (amount(0), amount(0));
    Message::RemoveLiquidity(RemoveLiquidity { shares, min_amounts, deadline: LATE })
}

pub(crate) fn swap(asset_in: AssetId, units: u128) -> Message {
    let (amount_in, min_out) = (amount(units), amount(0));
    Message::Swap(Swap { asset_in, amount_in, min_out, deadline: LATE })
}

fn held(chain: &Chain, who: &str) -> (u128, u128) {
    let of = |asset| chain.state.ledger.holding(chain.handle(who), asset).balance.get();
    (of(GNK), of(USD))
}

fn shares(chain: &Chain, who: &str) -> u128 {
    chain.state.exchange.shares(chain.handle(who))
}

/// alice has put 10,000 GNK units and 40,000 USD units in.
fn begun() -> Chain {
    let mut chain = Chain::new(with_pool());
    chain.ok("alice", add(10_000, 40_000));
    chain
}

fn seeded() -> Genesis {
    let mut parameters = with_pool();
    let exchange = parameters.exchange.as_mut().unwrap();
    exchange.seed = Some((amount(900), amount(400)));
    let mut genesis = genesis(parameters);
    for asset in [GNK, USD] {
        genesis.allocations.push(Allocation {
            cliff_epochs: 0,
            at_once: Ratio::ZERO,
            asset,
            amount: amount(1_000),
            to: AllocationTo::Treasury,
            vesting_epochs: 0,
        });
    }
    genesis
}

#[test]
fn adding_swapping_and_removing_by_hand() {
    let mut chain = begun();
    // sqrt(10,000 x 40,000) = 20,000, of which 100 are nobody's.
    assert_eq!(shares(&chain, "alice"), 19_900);
    let pool = Pool { reserves: (amount(10_000), amount(40_000)), shares: 20_000, locked: 100 };
    assert_eq!(chain.state.exchange.pool(), &pool);
    assert_eq!(chain.pot(&Pot::Exchange), 10_000);

    // bob offers too much USD: min(1,000 x 2, 9,000 / 2) = 2,000 shares take 1,000 and 4,000.
    chain.ok("bob", add(1_000, 9_000));
    assert_eq!(held(&chain, "bob"), (RICH - 1_000, RICH - 4_000));
    assert_eq!(shares(&chain, "bob"), 2_000);

    // floor(997 x 44,000 / (11,000 + 997)) = 3,656.
    let applied = chain.ok("carol", swap(GNK, 1_000));
    assert_eq!(held(&chain, "carol"), (RICH - 1_000, RICH + 3_656));
    let swapped = Event::Swapped {
        account: address("carol"),
        asset_in: GNK,
        amount_in: amount(1_000),
        amount_out: amount(3_656),
    };
    assert!(applied.events.contains(&workmint_core::Event::Exchange(swapped)));

    // 2,000 of 22,000 shares of 12,000 and 40,344: 1,090 and 3,667, rounded down.
    chain.ok("bob", remove(2_000));
    assert_eq!(held(&chain, "bob"), (RICH - 1_000 + 1_090, RICH - 4_000 + 3_667));
    assert_eq!(shares(&chain, "bob"), 0);
    assert_eq!(chain.state.exchange.positions().count(), 1);
    chain.close();
}

#[test]
fn every_impossible_request_has_its_error() {
    let mut chain = Chain::new(parameters());
    assert_eq!(chain.refused("alice", add(1, 1)), Error::NoExchange {}.code());

    let mut chain = Chain::new(with_pool());
    assert_eq!(chain.refused("alice", swap(GNK, 5)), 1504);
    assert_eq!(chain.refused("alice", add(0, 5)), 1502);
    assert_eq!(chain.refused("alice", add(100, 100)), 1506, "100 shares are nobody's");
    assert_eq!(chain.refused("alice", remove(1)), 1508);
    chain.ok("alice", add(101, 101));
    assert_eq!(shares(&chain, "alice"), 1);

    let mut chain = begun();
    let now = chain.now();
    let late = |message: Message| match message {
        Message::AddLiquidity(it) => Message::AddLiquidity(AddLiquidity { deadline: now, ..it }),
        Message::Swap(it) => Message::Swap(Swap { deadline: now, ..it }),
        Message::RemoveLiquidity(it) => {
            Message::RemoveLiquidity(RemoveLiquidity { deadline: now, ..it })
        }
        other => other,
    };
    for message in [add(9, 9), swap(GNK, 9), remove(9)] {
        assert_eq!(chain.refused("alice", late(message)), 1503);
    }
    let least = |min_out| {
        let (amount_in, min_out) = (amount(100), amount(min_out));
        Message::Swap(Swap { asset_in: GNK, amount_in, min_out, deadline: LATE })
    };
    // floor(99,700 x 40,000 / 10,099,700) = 394
    assert_eq!(chain.refused("bob", least(395)), 1509);
    chain.ok("bob", least(394));
    assert_eq!(chain.refused("bob", swap(AssetId(2), 5)), 1505);
    assert_eq!(chain.refused("bob", swap(GNK, 0)), 1502);
    assert_eq!(chain.refused("bob", swap(USD, 1)), 1509, "not one unit would come out");
    assert_eq!(chain.refused("bob", swap(USD, RICH * 2)), 104, "more than bob has");
    assert_eq!(chain.refused("bob", remove(1)), 1508);
    assert_eq!(chain.refused("alice", remove(0)), 1502);
    assert_eq!(chain.refused("alice", remove(19_901)), 1508, "the locked shares stay");
    // floor(19,900 x 10,100 / 20,000) = 10,049
    let least = (amount(10_050), amount(0));
    let message = RemoveLiquidity { shares: 19_900, min_amounts: least, deadline: LATE };
    assert_eq!(chain.refused("alice", Message::RemoveLiquidity(message)), 1509);
    let message = AddLiquidity { amounts: (amount(10), amount(10)), min_shares: 6, deadline: LATE };
    assert_eq!(chain.refused("bob", Message::AddLiquidity(message)), 1507);

    let pool = *chain.state.exchange.pool();
    for beyond in [pool.reserves.1, amount(pool.reserves.1.get() + 1)] {
        let refused = quote_in(&pool, ratio("0.003"), true, beyond).unwrap_err();
        assert_eq!(refused.code(), 1510, "the peer panics here");
    }
    let empty = Pool::default();
    assert_eq!(quote_out(&empty, ratio("0"), true, amount(1)).unwrap_err().code(), 1504);
    assert_eq!(quote_in(&empty, ratio("0"), true, amount(1)).unwrap_err().code(), 1504);
}

/// Upstream `addLiquidity` took the caller's word for the resources it added: an attacker drained
/// 499.09 of a pool of 1,000 with a thousand million of them.
#[test]
fn h3_nobody_adds_what_they_do_not_have() {
    let mut chain = begun();
    let before = rows_of(&chain.state).len();
    assert_eq!(chain.refused("hunter", add(1_000_000_000, 4_000_000_000)), 104);
    assert_eq!(chain.refused("hunter", add(RICH + 1, 4 * RICH + 4)), 104);
    assert_eq!(rows_of(&chain.state).len(), before);
    assert_eq!(held(&chain, "hunter"), (RICH, RICH));
    assert_eq!(chain.refused("hunter", remove(1)), 1508);
}

/// Upstream `removeLiquidity` took the resources out of what their owner once put in and
/// underflowed after a swap: the money was locked for ever. Ours pays the part of what is there
/// now.
#[test]
fn h4_shares_are_paid_after_any_swap() {
    let mut chain = begun();
    chain.ok("bob", add(2_000, 8_000));
    chain.ok("carol", swap(GNK, 50_000));
    let pool = *chain.state.exchange.pool();
    let (held_before, mine) = (held(&chain, "bob"), shares(&chain, "bob"));
    chain.ok("bob", remove(mine));
    let part = |reserve: u128| mine * reserve / pool.shares;
    let (a, b) = (part(pool.reserves.0.get()), part(pool.reserves.1.get()));
    assert!(a > 2_000, "more GNK than bob put in");
    assert_eq!(held(&chain, "bob"), (held_before.0 + a, held_before.1 + b));
    let alice = shares(&chain, "alice");
    chain.ok("alice", remove(alice));
    let pool = chain.state.exchange.pool();
    assert_eq!(pool.shares, 100);
    assert!(!pool.reserves.0.is_zero() && !pool.reserves.1.is_zero(), "never empty again");
    chain.ok("dave", add(1_000, 1_000));
    chain.close();
}

#[test]
fn shares_that_come_late_or_leave_early_count_for_nothing() {
    let mut chain = begun();
    let lowest = |chain: &Chain, who: &str| {
        chain.state.exchange.lowest_shares(chain.handle(who), chain.epoch())
    };
    assert_eq!(lowest(&chain, "alice"), 0, "they came in this epoch");
    chain.close();
    assert_eq!(lowest(&chain, "alice"), 19_900);
    chain.ok("alice", remove(9_900));
    chain.ok("alice", add(5_000, 20_000));
    assert_eq!((shares(&chain, "alice"), lowest(&chain, "alice")), (20_000, 10_000));
    chain.ok("alice", remove(20_000));
    chain.ok("alice", add(100, 400));
    assert_eq!((shares(&chain, "alice"), lowest(&chain, "alice")), (200, 0));
    chain.close();
    chain.close();
    assert_eq!(lowest(&chain, "alice"), 200);
}

#[test]
fn the_treasury_seeds_the_pool_for_ever() {
    let mut chain = Chain::of(&seeded());
    // sqrt(900 x 400) = 600
    let pool = Pool { reserves: (amount(900), amount(400)), shares: 600, locked: 600 };
    assert_eq!(chain.state.exchange.pool(), &pool);
    assert_eq!(chain.pot(&Pot::Treasury), 100);
    assert_eq!(chain.state.ledger.pot(USD, &Pot::Treasury), amount(600));
    chain.ok("alice", add(900, 400));
    assert_eq!(shares(&chain, "alice"), 600);

    let errors = |genesis: &Genesis| -> Vec<String> {
        let found = check_genesis(genesis).into_iter();
        let found = found.filter(|finding| finding.level == Level::Error);
        found.map(|finding| finding.path).collect()
    };
    assert!(errors(&seeded()).is_empty());
    let mut poor = seeded();
    poor.parameters.exchange.as_mut().unwrap().seed = Some((amount(1_001), amount(1_000)));
    assert_eq!(errors(&poor), ["exchange.first_seed"]);
}

#[test]
fn the_checker_names_every_wrong_value() {
    let findings = |edit: &dyn Fn(&mut Exchange), level: Level| -> Vec<String> {
        let mut parameters = with_pool();
        edit(parameters.exchange.as_mut().unwrap());
        let found = check(&parameters).into_iter().filter(|finding| finding.level == level);
        let paths = found.map(|finding| finding.path);
        paths.filter(|path| path.starts_with("exchange")).collect()
    };
    let errors = |edit: &dyn Fn(&mut Exchange)| findings(edit, Level::Error);
    assert!(errors(&|_| ()).is_empty());
    assert_eq!(errors(&|rules| rules.fee = ratio("1")), ["exchange.fee"]);
    assert!(errors(&|rules| rules.fee = ratio("0.999")).is_empty());
    assert_eq!(errors(&|rules| rules.assets = (GNK, GNK)), ["exchange.second_asset"]);
    assert_eq!(errors(&|rules| rules.assets.0 = AssetId(9)), ["exchange.first_asset"]);
    assert_eq!(errors(&|rules| rules.locked_shares = 0), ["exchange.locked_shares"]);
    assert_eq!(errors(&|rules| rules.locked_shares = 1_000_000_001), ["exchange.locked_shares"]);
    let seed = |a, b| move |rules: &mut Exchange| rules.seed = Some((amount(a), amount(b)));
    assert_eq!(errors(&seed(100, 100)), ["exchange.first_seed"], "only locked shares");
    assert!(errors(&seed(101, 101)).is_empty());
    assert_eq!(errors(&seed(101, 0)), ["exchange.second_seed"]);
    let warned = |fee| findings(&|rules| rules.fee = ratio(fee), Level::Warning);
    assert_eq!(warned("0"), ["exchange.fee"]);
    assert_eq!(warned("0.2"), ["exchange.fee"]);
    assert!(warned("0.1").is_empty());
}

#[test]
fn only_the_fee_can_be_changed() {
    let mut chain = begun();
    let change = |chain: &Chain, edit: &dyn Fn(&mut Parameters)| {
        let mut parameters = with_pool();
        edit(&mut parameters);
        let (epoch, parameters) = (chain.epoch() + 1, Box::new(parameters));
        Message::ScheduleParameters(ScheduleParameters { epoch, parameters })
    };
    let off = change(&chain, &|parameters| parameters.exchange = None);
    let mut refused = vec![off];
    refused.push(change(&chain, &|parameters| {
        parameters.exchange.as_mut().unwrap().assets = (USD, GNK);
    }));
    refused.push(change(&chain, &|parameters| {
        parameters.exchange.as_mut().unwrap().locked_shares = 1;
    }));
    for message in refused {
        assert_eq!(chain.refused("friend", message), 203);
    }
    let fee = change(&chain, &|parameters| {
        parameters.exchange.as_mut().unwrap().fee = ratio("0.5");
    });
    chain.ok("friend", fee);
    chain.close();
    // floor(500 x 40,000 / (10,000 + 500)) = 1,904
    chain.ok("bob", swap(GNK, 1_000));
    assert_eq!(held(&chain, "bob").1, RICH + 1_904);
}

/// Whatever is asked, a share never loses: reserve x reserve / shares^2 does not fall, and
/// everything is conserved (the kit counts after every block).
#[test]
fn random_requests_never_make_a_share_poorer() {
    let mut draw = Draw::from_seed(7);
    let mut chain = begun();
    let people = ["alice", "bob", "carol", "dave"];
    let worth = |pool: &Pool| {
        let (a, b) = pool.reserves;
        (a.get() * b.get(), pool.shares * pool.shares)
    };
    for _ in 0..1_500 {
        let before = *chain.state.exchange.pool();
        let who = draw.of(&people);
        let mut below = |most: u64| u128::from(draw.below(most));
        let size = 1 + below(30_000);
        let message = match below(6) {
            0 => add(size, 1 + below(30_000)),
            1 => remove(1 + below(30_000).min(shares(&chain, who))),
            2 | 3 => swap(GNK, size),
            _ => swap(USD, size),
        };
        chain.apply(chain.now() + 1_000, vec![(who, message)], Vec::new());
        let (then, now) = (worth(&before), worth(chain.state.exchange.pool()));
        assert!(now.0 * then.1 >= then.0 * now.1, "{before:?}: {:?}", chain.state.exchange.pool());
    }
    chain.close();
}

proptest::proptest! {
    /// There and back, in any parts, never brings more than went in; nor does adding and removing.
    #[test]
    fn no_round_trip_gains(
        a in 1_000_u128..1 << 60,
        b in 1_000_u128..1 << 60,
        put in 1_u128..1 << 60,
        fee in 0_u128..200,
        first: bool,
    ) {
        let fee = Ratio::new(fee, 10_000).unwrap();
        let shares = (a * b).isqrt();
        let pool = Pool { reserves: (amount(a), amount(b)), shares, locked: 1 };
        let moved = |pool: &Pool, first: bool, put: u128, out: u128| {
            let (a, b) = (pool.reserves.0.get(), pool.reserves.1.get());
            let (a, b) = if first { (a + put, b - out) } else { (a - out, b + put) };
            Pool { reserves: (amount(a), amount(b)), ..*pool }
        };
        let out = swapped(&pool, fee, first, amount(put)).unwrap().get();
        let between = moved(&pool, first, put, out);
        if out > 0 {
            let mut back = 0;
            let mut at = between;
            for part in [out / 2, out - out / 2] {
                if part > 0 {
                    let got = swapped(&at, fee, !first, amount(part)).unwrap().get();
                    at = moved(&at, !first, part, got);
                    back += got;
                }
            }
            proptest::prop_assert!(back <= put, "{put} came back as {back}");
        }
        if let Ok(add) = added(&pool, 1, (amount(put), amount(put))) {
            let (x, y) = (add.taken.0.get(), add.taken.1.get());
            proptest::prop_assert!(x <= put && y <= put);
            let all = shares + add.shares;
            let part = |reserve: u128| (Ratio::new(add.shares, all).unwrap())
                .apply_floor(amount(reserve)).unwrap().get();
            proptest::prop_assert!(part(a + x) <= x && part(b + y) <= y);
        }
    }
}
