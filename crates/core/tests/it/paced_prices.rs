//! Prices by imbalance and by queue: steps of equal time, bounds, where they settle.

use crate::kit::*;
use proptest::prelude::*;
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::*;
use workmint_core::modules::pricing::{
    FinePrice, PricingState, Shadow, excess, hamiltonian_step, imbalance_step, price,
};
use workmint_core::time::DAY_MS;

/// A base unit in the units of [`FinePrice`].
const FINE: u128 = 1_000_000_000;
/// One supply of a step in the units of the queue.
const SUPPLY: i64 = 1_000_000_000;

fn moves(steps_per_epoch: u32) -> PriceMoves {
    PriceMoves {
        steps_per_epoch,
        largest_step: ratio("0.9"),
        minimum: amount(1),
        maximum: amount(100_000),
    }
}

fn imbalance(elasticity: &str) -> Imbalance {
    Imbalance { elasticity: ratio(elasticity), moves: moves(1) }
}

fn hamiltonian(stiffness: &str, damping: &str) -> Hamiltonian {
    Hamiltonian {
        stiffness: ratio(stiffness),
        damping: ratio(damping),
        most_queue: ratio("10"),
        moves: moves(1),
    }
}

fn whole(price: u128) -> FinePrice {
    FinePrice(price * FINE)
}

fn units(units: u128) -> Ratio {
    Ratio::from_integer(units)
}

fn moved(rules: &Imbalance, price: u128, demand: u128, supply: u128) -> FinePrice {
    imbalance_step(rules, whole(price), (units(demand), units(supply))).unwrap()
}

/// Document 003, `update_price`: 0.5 x (200 - 100) / 100 is half as much again.
#[test]
fn imbalance_by_hand() {
    let rules = imbalance("0.5");
    assert_eq!(moved(&rules, 1_000, 200, 100), whole(1_500));
    assert_eq!(moved(&rules, 1_000, 50, 100), whole(750));
    assert_eq!(moved(&rules, 1_000, 0, 100), whole(500));
    assert_eq!(moved(&rules, 1_000, 100, 100), whole(1_000));
    // 0.5 x 1/3 of 1,000: the nearest 10^-9.
    assert_eq!(moved(&rules, 1_000, 4, 3), FinePrice(1_166_666_666_667));
    assert_eq!(moved(&rules, 1_000, 2, 3), FinePrice(833_333_333_333));
    assert_eq!(moved(&rules, 1_000, 1_000_000, 1), whole(1_900), "the largest step");
    assert_eq!(moved(&rules, 90_000, 200, 100), whole(100_000), "the maximum");
    assert_eq!(moved(&rules, 1, 0, 100), whole(1), "the minimum");
    let steep = imbalance("10");
    assert_eq!(moved(&steep, 1_000, 0, 1), whole(100), "not below nothing: the largest step");
}

/// 3B.5: there a supply of 0 divides by zero.
#[test]
fn upstream_3b5_no_supply_is_no_division() {
    let rules = imbalance("0.5");
    assert_eq!(moved(&rules, 1_000, 0, 0), whole(1_000), "nobody asks: it stays");
    assert_eq!(moved(&rules, 1_000, 1, 0), whole(1_900), "somebody asks: the largest step");
    assert_eq!(excess(units(0), units(0)).unwrap(), 0);
    assert_eq!(excess(units(1), units(0)).unwrap(), SUPPLY);
}

#[test]
fn hamiltonian_by_hand() {
    let rules = hamiltonian("0.1", "0.2");
    let start = Shadow { queue: 0, price: whole(1_000) };
    let half = excess(units(150), units(100)).unwrap();
    assert_eq!(half, SUPPLY / 2);
    // The queue is 0.5: 0.1 x 0.5 + 0.2 x 0.5 = 15 %.
    let one = hamiltonian_step(&rules, start, half).unwrap();
    assert_eq!(one, Shadow { queue: SUPPLY / 2, price: whole(1_150) });
    // Demand is supply again, but what queued up still asks: 0.1 x 0.5 = 5 %.
    let two = hamiltonian_step(&rules, one, 0).unwrap();
    assert_eq!(two, Shadow { queue: SUPPLY / 2, price: FinePrice(1_207_500_000_000) });
    // Half a supply is spare: the queue is empty, the price is divided by 1 + 0.2 x 0.5.
    let three = hamiltonian_step(&rules, two, -half).unwrap();
    assert_eq!(three, Shadow { queue: 0, price: FinePrice(1_097_727_272_727) });
    assert_eq!(excess(units(7), units(2)).unwrap(), SUPPLY, "at most a supply");
    assert_eq!(excess(units(0), units(2)).unwrap(), -SUPPLY);
    assert_eq!(excess(units(1), units(3)).unwrap(), -666_666_666, "toward zero");
    assert_eq!(excess(units(4), units(3)).unwrap(), 333_333_333);
}

/// A price at its bound does not pile up a queue that would hold it there later.
#[test]
fn the_queue_waits_at_the_bounds() {
    let rules = hamiltonian("0.1", "0.2");
    let idle = Shadow { queue: -SUPPLY, price: whole(1) };
    assert_eq!(hamiltonian_step(&rules, idle, -SUPPLY).unwrap(), idle);
    let full = Shadow { queue: SUPPLY, price: whole(100_000) };
    assert_eq!(hamiltonian_step(&rules, full, SUPPLY).unwrap(), full);
    // What queued up before drains at the minimum, to nothing and not below.
    let queued = Shadow { queue: SUPPLY / 4, price: whole(1) };
    assert_eq!(hamiltonian_step(&rules, queued, -SUPPLY).unwrap().queue, 0);
    let held = Shadow { queue: 10 * SUPPLY, price: whole(10) };
    assert_eq!(hamiltonian_step(&rules, held, SUPPLY).unwrap().queue, 10 * SUPPLY, "its limit");
}

/// What is asked of a supply of 10^6 units where all of it is asked at a price of 1,000 and 1 %
/// more lowers demand by `power` %.
fn asked(price: FinePrice, power: u32) -> Ratio {
    let share = Ratio::new(whole(1_000).0, price.0).unwrap();
    let part = (1..power).fold(share, |product, _| {
        let digits = product.floor_mul(1_000_000_000).unwrap();
        Ratio::new(digits, 1_000_000_000).unwrap().checked_mul(share).unwrap()
    });
    units(part.floor_mul(1_000_000).unwrap())
}

/// The prices and queues of so many steps with customers that answer.
fn run(rules: &Hamiltonian, start: u128, power: u32, steps: usize) -> Vec<Shadow> {
    let mut at = Shadow { queue: 0, price: whole(start) };
    (0..steps)
        .map(|_| {
            let demand = asked(at.price, power);
            let now = excess(demand, units(1_000_000)).unwrap();
            at = hamiltonian_step(rules, at, now).unwrap();
            at
        })
        .collect()
}

fn near(price: FinePrice) -> bool {
    (whole(999).0..=whole(1_001).0).contains(&price.0)
}

/// docs/spec/pricing.md §4: it settles where (stiffness + 2 x damping) x answer < 4, from anywhere.
#[test]
fn the_hamiltonian_settles_where_demand_is_supply() {
    for (stiffness, damping) in [("0.01", "0.2"), ("0.1", "0.5"), ("0.5", "0.5"), ("0.05", "0.9")] {
        let rules = hamiltonian(stiffness, damping);
        for start in [1, 50, 999, 1_000, 4_000, 100_000] {
            let path = run(&rules, start, 1, 3_000);
            let tail = &path[2_900..];
            let settled = |at: &Shadow| near(at.price) && at.queue.abs() < SUPPLY / 100;
            assert!(tail.iter().all(settled), "{stiffness} {damping} {start}: {:?}", tail[99]);
        }
    }
    // Answers of 2 %: 2 x (0.2 + 0.8) = 2 settles, 2 x (0.9 + 1.8) = 5.4 swings.
    assert!(
        run(&hamiltonian("0.2", "0.4"), 1_200, 2, 3_000)[2_900..].iter().all(|at| near(at.price))
    );
    let swings = run(&hamiltonian("0.9", "0.9"), 1_001, 2, 3_000);
    assert!(swings[2_900..].iter().any(|at| !near(at.price)));
}

#[test]
fn imbalance_settles_where_demand_is_supply() {
    let settle = |elasticity: &str, start, power| {
        let rules = imbalance(elasticity);
        let step = |price, _| {
            let both = (asked(price, power), units(1_000_000));
            imbalance_step(&rules, price, both).unwrap()
        };
        let before = (0..2_000).fold(whole(start), step);
        near(before) && near(step(before, 0))
    };
    for start in [1, 500, 1_001, 100_000] {
        assert!(settle("0.5", start, 1), "from {start}");
    }
    assert!(settle("0.9", 1_001, 2), "0.9 x 2 is below 2");
    assert!(!settle("1.1", 1_001, 2), "1.1 x 2 is not");
}

/// Reference H7: there the price runs to a bound at any constant utilisation but a half, since its
/// velocity never decays. Here it is where demand is supply, and customers' answer brings it there:
/// with a constant excess only bounds stop it, at most `largest_step` at a time.
#[test]
fn upstream_h7_a_price_rests_when_demand_is_supply() {
    let rules = hamiltonian("0.05", "0.3");
    let mut at = Shadow { queue: 0, price: whole(1_000) };
    at = hamiltonian_step(&rules, at, SUPPLY / 5).unwrap();
    at = hamiltonian_step(&rules, at, -SUPPLY / 5).unwrap();
    assert_eq!(at.queue, 0, "what queued up is served");
    for _ in 0..40 {
        let next = hamiltonian_step(&rules, at, 0).unwrap();
        assert_eq!(next, at, "no velocity is left");
    }
}

proptest! {
    /// Whatever is asked and offered: bounds, the limit of the queue, the largest step.
    #[test]
    fn prices_are_bounded(
        start in 1_u128..=100_000,
        largest in 1_u128..100,
        loads in prop::collection::vec((0_u128..1_000_000_000, 0_u128..1_000_000), 1..60),
    ) {
        let largest = Ratio::new(largest, 100).unwrap();
        let mut by_queue = hamiltonian("0.7", "0.9");
        by_queue.moves.largest_step = largest;
        let mut by_excess = imbalance("3");
        by_excess.moves.largest_step = largest;
        let (mut at, mut other) = (Shadow { queue: 0, price: whole(start) }, whole(start));
        for (demand, supply) in loads {
            let both = (units(demand), units(supply));
            let now = excess(both.0, both.1).unwrap();
            let next = hamiltonian_step(&by_queue, at, now).unwrap();
            let after = imbalance_step(&by_excess, other, both).unwrap();
            prop_assert!(next.queue.abs() <= 10 * SUPPLY);
            for (before, after) in [(at.price, next.price), (other, after)] {
                prop_assert!((FINE..=100_000 * FINE).contains(&after.0));
                let most = largest.floor_mul(before.0).unwrap() + 1;
                prop_assert!(before.0.abs_diff(after.0) <= most);
            }
            let direction = |before: FinePrice, after: FinePrice| match demand > supply {
                true => after >= before,
                false => after <= before,
            };
            prop_assert!(direction(other, after));
            (at, other) = (next, after);
        }
    }
}

/// What a customer is told of the price it may meet: 1,000 after one and two steps of at most nine
/// tenths, and the bounds after many.
#[test]
fn a_price_reaches_no_further_than_its_steps() {
    let mut parameters = parameters();
    parameters.pricing = Pricing::Imbalance(imbalance("0.5"));
    let model = ModelId(0);
    parameters.models[0].price_per_unit = amount(1_000);
    let first = PricingState::default();
    assert_eq!(first.quote(&parameters, 0, model).unwrap(), amount(1_000));
    let within = |steps| {
        let (least, most) = first.reach(&parameters, model, steps).unwrap().unwrap();
        (least.get(), most.get())
    };
    assert_eq!(within(0), (1_000, 1_000));
    assert_eq!(within(1), (100, 1_900));
    assert_eq!(within(2), (10, 3_610));
    assert_eq!(within(u64::MAX), (1, 100_000), "no further than the bounds");
    assert!(first.reach(&parameters, ModelId(9), 1).is_err());
    parameters.pricing = Pricing::Hamiltonian(hamiltonian("0.1", "0.2"));
    // 1,000 / 1.9 = 526.3: falls divide.
    let (least, most) = first.reach(&parameters, model, 1).unwrap().unwrap();
    assert_eq!((least.get(), most.get()), (526, 1_900));
    parameters.pricing = Pricing::Fixed;
    assert_eq!(first.reach(&parameters, model, 1).unwrap(), None);
}

/// Demand of twice the supply and of none, by turns: the mean is the supply. The document's formula
/// loses a hundredth with each pair of steps of a tenth: 500 x 0.99^12 = 443.192... after a day of
/// 24 steps.
#[test]
fn imbalance_drifts_down_where_demand_swings() {
    let mut rules = imbalance("0.5");
    rules.moves.largest_step = ratio("0.1");
    let turn = |price, step: u128| {
        let demand = if step.is_multiple_of(2) { 200 } else { 0 };
        imbalance_step(&rules, price, (units(demand), units(100))).unwrap()
    };
    let pair = turn(turn(whole(500), 0), 1);
    assert_eq!(pair, whole(495));
    let day = (0..24).fold(whole(500), turn);
    assert_eq!(day, FinePrice(443_192_435_858));
}

/// docs/spec/pricing.md §4: with customers that answer it rests where they ask elasticity x half
/// the variance more than is offered: 0.05 x 0.25 / 2 = 0.6 % where demand swings by half.
#[test]
fn imbalance_rests_where_a_little_more_is_asked() {
    let rules = imbalance("0.05");
    let turn = |price, step: u128| {
        let (high, low) = (ratio("1.5"), ratio("0.5"));
        let swing = if step.is_multiple_of(2) { high } else { low };
        let demand = asked(price, 1).checked_mul(swing).unwrap();
        (imbalance_step(&rules, price, (demand, units(1_000_000))).unwrap(), demand)
    };
    let settled = (0..4_000).fold(whole(1_000), |price, step| turn(price, step).0);
    let (between, first) = turn(settled, 0);
    let (after, second) = turn(between, 1);
    assert!(after.0.abs_diff(settled.0) <= 1_000_000, "it rests: {settled:?}, {after:?}");
    let sum = first.checked_add(second).unwrap();
    let more = sum.checked_sub(units(2_000_000)).unwrap().floor_mul(1).unwrap();
    assert!((12_000..=14_000).contains(&more), "{more} of 2,000,000");
}

/// The same swings leave the price of `hamiltonian` where it was, to the last digit, whatever the
/// steps: its falls divide by what its rises multiply with.
#[test]
fn the_hamiltonian_does_not_drift() {
    for (stiffness, damping) in [("0.1", "0.2"), ("0.07", "0.13"), ("0.9", "0.9")] {
        let rules = hamiltonian(stiffness, damping);
        let swing = SUPPLY / 3 * 2;
        // Half of a swing is spare before the first: the queue is empty in the mean.
        let start = Shadow { queue: -swing / 2, price: FinePrice(333_333_333_333) };
        let mut at = start;
        for pair in 0..500 {
            at = hamiltonian_step(&rules, at, swing).unwrap();
            assert!(at.price > start.price);
            at = hamiltonian_step(&rules, at, -swing).unwrap();
            assert_eq!(at, start, "pair {pair}");
        }
    }
}

fn price_of(chain: &Chain) -> u128 {
    let parameters = chain.state.active_parameters().unwrap();
    price(&chain.state, &parameters, ModelId(0)).unwrap().get()
}

fn fine_of(chain: &Chain) -> u128 {
    chain.state.pricing.model(ModelId(0)).moved.unwrap().0
}

/// Weights 10 x 10 units of an epoch are the supply: 100. Epoch 1 is open.
fn served(pricing: Pricing) -> Chain {
    let mut parameters = parameters();
    parameters.pricing = pricing;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 10_000));
    chain.prove(&[("alice", 0, 6), ("bob", 0, 4)]);
    chain.close();
    chain
}

/// Without jobs demand is work done and supply what the nodes' weight can do.
#[test]
fn a_price_follows_work_where_there_are_no_jobs() {
    let mut chain = served(Pricing::Imbalance(imbalance("0.5")));
    assert_eq!(price_of(&chain), 5, "epoch 0: nothing offered, nothing asked");
    chain.serve("alice", 0, "cust", 150);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    assert_eq!((price_of(&chain), fine_of(&chain)), (6, 6_250_000_000), "5 x (1 + 0.5 x 0.5)");
    chain.close();
    assert_eq!((price_of(&chain), fine_of(&chain)), (3, 3_125_000_000), "idle: half");
    let row = chain.state.pricing.model(ModelId(0));
    assert_eq!((row.pending, row.queue), (0, 0));

    let mut chain = served(Pricing::Hamiltonian(hamiltonian("0.1", "0.2")));
    chain.serve("alice", 0, "cust", 150);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    assert_eq!(fine_of(&chain), 5_750_000_000, "as by hand: 15 %");
    assert_eq!(chain.state.pricing.model(ModelId(0)).queue, SUPPLY / 2);
}

/// 3B.5: there the price depends on how often it is updated. Here blocks do not matter.
#[test]
fn upstream_3b5_blocks_do_not_move_prices() {
    let mut prices = Vec::new();
    for blocks in [1_u64, 7, 300] {
        let rules = Imbalance { elasticity: ratio("0.05"), moves: moves(4) };
        let mut chain = served(Pricing::Imbalance(rules));
        let length = DAY_MS / blocks;
        for block in 1..blocks {
            chain.apply(START + DAY_MS + block * length, Vec::new(), Vec::new());
        }
        chain.close();
        prices.push(fine_of(&chain));
    }
    // Four steps of 5 % down from 5.
    assert_eq!(prices, [4_072_531_250; 3]);
}

/// After days without a block at most 100 steps move a price.
#[test]
fn a_pause_moves_a_price_by_a_hundred_steps() {
    let mut rules = imbalance("0.001");
    rules.moves = PriceMoves { steps_per_epoch: 100, ..moves(1) };
    let mut chain = served(Pricing::Imbalance(rules));
    chain.apply(START + 9 * DAY_MS, Vec::new(), Vec::new());
    let expected = (0..100).fold(5 * FINE, |price, _| (price * 999 + 500) / 1_000);
    assert_eq!(fine_of(&chain), expected);
}
