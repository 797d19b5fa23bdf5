//! Prices: by utilisation, each block or each epoch, and by the median of proposals.

use crate::kit::*;
use crate::stage::*;
use proptest::prelude::*;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::*;
use workmint_core::modules::pricing::{
    Event as PriceEvent, FinePrice, ProposePrice, capacity_of_step, next_price, price, slide,
    stepped, utilisation, weighted_median,
};
use workmint_core::time::DAY_MS;
use workmint_core::{Error, Event, Message};

/// 40 to 60 %, 5 %, as on Gonka's mainnet.
fn mainnet(rounding: PriceRounding) -> StabilityZone {
    StabilityZone {
        lower: ratio("0.4"),
        upper: ratio("0.6"),
        elasticity: ratio("0.05"),
        step: PriceStep::Epoch,
        window: 1,
        minimum: amount(1),
        maximum: amount(1_000),
        grace_end_epoch: 0,
        grace_price: Amount::ZERO,
        rounding,
    }
}

/// Moves by the whole distance from the zone, so that numbers are easy: 0.6 to 1.4.
fn steep(rules: impl FnOnce(&mut StabilityZone)) -> Parameters {
    let mut zone = StabilityZone {
        elasticity: ratio("1"),
        maximum: amount(20),
        ..mainnet(PriceRounding::Keep)
    };
    rules(&mut zone);
    let mut parameters = parameters();
    parameters.pricing = Pricing::StabilityZone(zone);
    parameters
}

fn walk(rules: &StabilityZone, mut price: FinePrice, used: &str, steps: u32) -> FinePrice {
    for _ in 0..steps {
        price = next_price(rules, price, ratio(used)).unwrap();
    }
    price
}

fn whole(price: u128) -> FinePrice {
    FinePrice::of(amount(price)).unwrap()
}

fn price_of(chain: &Chain, model: u16) -> u128 {
    let parameters = chain.state.active_parameters().unwrap();
    price(&chain.state, &parameters, ModelId(model)).unwrap().get()
}

fn changes(applied: &workmint_core::Applied) -> Vec<(u16, u128)> {
    let of = |event: &Event| match event {
        Event::Pricing(PriceEvent::PriceChanged { model, price }) => Some((model.0, price.get())),
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

fn propose(price: u128) -> Message {
    Message::ProposePrice(ProposePrice { price: amount(price) })
}

/// There (issues 1450, 1451): every price is stuck at 1, since fractions are cut off each step.
/// Here fractions are kept; with the peer's rounding it is stuck as well.
#[test]
fn pain_01_a_price_rises_from_one() {
    let keep = mainnet(PriceRounding::Keep);
    assert_eq!(walk(&keep, whole(1), "1", 1), FinePrice(1_020_000_000));
    assert_eq!(walk(&keep, whole(1), "1", 1).quoted(), amount(1), "2 % more is not twice as much");
    // 1.02^20 = 1.4859..., 1.02^21 = 1.5156..., 1.02^36 = 2.0398..., 1.02^117 = 10.148...
    assert_eq!(walk(&keep, whole(1), "1", 20).quoted(), amount(1));
    assert_eq!(walk(&keep, whole(1), "1", 21).quoted(), amount(2));
    assert_eq!(walk(&keep, whole(1), "1", 36).quoted(), amount(2));
    assert_eq!(walk(&keep, whole(1), "1", 117).quoted(), amount(10));
    let back = walk(&keep, walk(&keep, whole(1), "1", 117), "0", 1_000);
    assert_eq!(back, whole(1), "down to the minimum");
    assert_eq!(walk(&keep, back, "1", 21).quoted(), amount(2), "and up again");
    let truncate = mainnet(PriceRounding::Truncate);
    assert_eq!(walk(&truncate, whole(1), "1", 1_000), whole(1));
    assert_eq!(walk(&truncate, whole(49), "1", 1_000), whole(49));
    assert_eq!(walk(&truncate, whole(50), "1", 1), whole(51));
    assert_eq!(walk(&truncate, whole(49), "0.39", 1), whole(48), "any fall costs a whole unit");
}

#[test]
fn quotes_are_the_nearest_whole_price() {
    let quotes = [
        (0, 0),
        (499_999_999, 0),
        (500_000_000, 1),
        (1_499_999_999, 1),
        (1_500_000_000, 2),
        (2_000_000_000, 2),
        (u128::MAX, u128::MAX / 1_000_000_000 + 1),
    ];
    for (fine, quoted) in quotes {
        assert_eq!(FinePrice(fine).quoted(), amount(quoted), "{fine}");
    }
}

#[test]
fn bounds_zone_and_rounding() {
    let keep = mainnet(PriceRounding::Keep);
    assert_eq!(walk(&keep, whole(990), "1", 1), whole(1_000), "1,009.8 is above the maximum");
    assert_eq!(walk(&keep, whole(1), "0.399", 1), whole(1), "the minimum");
    for inside in ["0.4", "0.5", "0.6"] {
        assert_eq!(walk(&keep, FinePrice(1_234_567_891), inside, 1), FinePrice(1_234_567_891));
    }
    // 1,000,000,025 x 1.02 = 1,020,000,025.5; x 0.98 = 980,000,024.5, of a minimum of 0.
    assert_eq!(walk(&keep, FinePrice(1_000_000_025), "1", 1), FinePrice(1_020_000_026));
    assert_eq!(walk(&keep, FinePrice(2_000_000_024), "0", 1), FinePrice(1_960_000_024));
    assert_eq!(walk(&keep, whole(100), "7", 1), walk(&keep, whole(100), "1", 1), "clamped to 1");
    let all =
        StabilityZone { elasticity: ratio("1"), lower: ratio("1"), upper: ratio("1"), ..keep };
    assert_eq!(walk(&all, whole(100), "0", 1), whole(1), "the whole price can go, not more");
}

/// The worked example of docs/spec/pricing.md §8.
#[test]
fn the_worked_example() {
    let keep = StabilityZone { window: 2, ..mainnet(PriceRounding::Keep) };
    let truncate = StabilityZone { rounding: PriceRounding::Truncate, ..keep.clone() };
    let capacity = capacity_of_step(10, 10, 1).unwrap();
    let units = [0_u64, 100, 100, 60, 0, 0, 0];
    let fine = [1_000_000_000, 1_020_000_000, 1_030_200_000, 1_025_049_000, 1_004_548_020];
    let (mut sum, mut kept, mut cut) = (0, None, None);
    for (at, price) in [fine[0]].into_iter().chain(fine).chain([1_000_000_000]).enumerate() {
        let leaving = at.checked_sub(2).map(|old| units[old]);
        sum = slide(sum, units[at], leaving).unwrap();
        let step = |rules, moved| stepped(rules, 9, (amount(1), moved), (sum, capacity)).unwrap();
        (kept, cut) = (step(&keep, kept), step(&truncate, cut));
        assert_eq!((kept, cut), (Some(FinePrice(price)), Some(whole(1))), "epoch {at}");
    }
}

#[test]
fn utilisation_by_hand() {
    let used = |sum, window, capacity: &str| utilisation(sum, window, ratio(capacity)).unwrap();
    assert_eq!(used(60_000, 12, "5000"), ratio("1"));
    assert_eq!(used(100, 12, "5000"), ratio("0.0016666666666667"), "rounded twice, half up");
    assert_eq!(used(7, 1, "0"), ratio("0"), "no capacity, nothing utilised");
    assert_eq!(used(7, 0, "5"), ratio("0"));
    assert_eq!(used(10, 4, "10/3"), ratio("0.75"));
    assert_eq!(used(u128::from(u64::MAX), 1, "1"), ratio("18446744073709551615"));
    assert_eq!(slide(10, 5, [3, 7]).unwrap(), 5);
    assert!(slide(10, 5, [16]).is_err(), "more than there is cannot leave");
}

/// Weights 10 x 10 units of an epoch: 100 units are all that `small` can do. Epoch 1 is open.
fn served(parameters: Parameters) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 10_000));
    chain.prove(&[("alice", 0, 6), ("bob", 0, 4)]);
    chain.close();
    chain
}

#[test]
fn a_price_follows_the_utilisation_of_its_epoch() {
    let mut chain = served(steep(|_| ()));
    // Epoch 0 had no capacity: 5 x 0.6.
    assert_eq!((price_of(&chain, 0), price_of(&chain, 1)), (3, 2), "small 5, large 3 x 0.6 = 1.8");
    assert_eq!(price_of(&chain, 2), 1, "what cost nothing starts from the minimum");
    chain.serve("alice", 0, "cust", 100);
    chain.prove(&[("alice", 0, 10)]);
    let closed = chain.close();
    assert_eq!(chain.deposit("cust", 0).unwrap().paid.get(), 300, "the price is locked at 3");
    assert_eq!(price_of(&chain, 0), 4, "3 x 1.4 = 4.2");
    assert_eq!(changes(&closed), [(0, 4), (1, 1)], "large 1.8 x 0.6 = 1.08");
    chain.serve("alice", 0, "cust", 50);
    let closed = chain.close();
    assert_eq!(chain.deposit("cust", 0).unwrap().paid.get(), 300 + 200);
    assert_eq!((price_of(&chain, 0), changes(&closed)), (4, vec![]), "half: in the zone");
    assert_eq!(chain.state.pricing.model(ModelId(0)).moved, Some(FinePrice(4_200_000_000)));
}

#[test]
fn the_window_is_averaged_and_what_is_missing_counts_nothing() {
    let mut chain = served(steep(|rules| rules.window = 2));
    chain.serve("alice", 0, "cust", 100);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    assert_eq!(price_of(&chain, 0), 3, "epochs 0 and 1: 50 of 100 each");
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    assert_eq!(price_of(&chain, 0), 3, "epochs 1 and 2: still 50");
    assert_eq!(chain.state.pricing.model(ModelId(0)).load, 100);
    chain.close();
    assert_eq!(price_of(&chain, 0), 2, "epochs 2 and 3: none; 3 x 0.6 = 1.8");
    assert_eq!(chain.state.pricing.model(ModelId(0)).load, 0);
}

/// What sessions pay for uses a model as reported work does.
#[test]
fn sessions_load_a_model() {
    let mut parameters = steep(|_| ());
    parameters.market.sessions = Some(SessionRules {
        close_window: workmint_core::time::Duration::Milliseconds(1),
        max_length: workmint_core::time::Duration::Milliseconds(DAY_MS),
    });
    for (paid, price) in [(300, 4), (150, 3), (0, 2)] {
        let mut chain = served(parameters.clone());
        chain.ok("cust", crate::sessions::open_for("alice", 1_000, None));
        if paid > 0 {
            let voucher = crate::sessions::redeem(&chain, 0, paid);
            chain.ok("alice", voucher);
        }
        chain.prove(&[("alice", 0, 10)]);
        chain.close();
        assert_eq!(price_of(&chain, 0), price, "{paid} at 3 a unit, of a capacity of 100 units");
    }
}

#[test]
fn grace_then_the_models_own_price_then_moves() {
    let mut chain = served(steep(|rules| rules.grace_end_epoch = 2));
    assert_eq!(price_of(&chain, 0), 0, "epoch 1: free");
    chain.serve("alice", 0, "cust", 100);
    let closed = chain.close();
    assert_eq!(chain.deposit("cust", 0).unwrap().paid.get(), 0);
    assert_eq!(price_of(&chain, 0), 5, "epoch 2: the last of grace");
    assert_eq!(changes(&closed), [(0, 5), (1, 3)]);
    chain.close();
    assert_eq!(price_of(&chain, 0), 3, "epoch 3: idle, 5 x 0.6");
}

/// DESIGN §3: the customer's limit holds whatever the price does, for summaries and requests.
#[test]
fn a_customer_never_pays_above_its_limit() {
    let mut parameters = steep(|_| ());
    parameters.market.escrow = Some(EscrowRules {
        default_max_units: 10,
        expiry: workmint_core::time::Duration::Epochs(1),
    });
    let mut chain = served(parameters);
    chain.ok("buyer", prepay_limited(0, 1_000, 3));
    chain.serve("alice", 0, "buyer", 100);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    assert_eq!(price_of(&chain, 0), 4);
    let late = summary(chain.epoch(), 0, &[("buyer", 1, 1)], 0);
    assert_eq!(chain.refused("alice", Message::SubmitSummary(late)), 904);
    let request = crate::escrow::open(1, 0, "alice", 1, None);
    assert_eq!(chain.refused("buyer", request.clone()), 904);
    assert_eq!(chain.deposit("buyer", 0).unwrap().paid.get(), 300);
    chain.ok("buyer", prepay_limited(0, 1, 4));
    chain.ok("buyer", request);
}

/// A weight that stands in a state only where weights of the open epoch do.
const WEIGHT: u64 = 987_654_321_987;

/// Weights of 2^128 by damage: no price can follow. It stays, the window moves on.
#[test]
fn a_price_that_could_not_step_recovers() {
    let mut chain = served(steep(|rules| rules.window = 2));
    chain.prove(&[("alice", 0, WEIGHT)]);
    chain.close();
    chain.serve("alice", 0, "cust", 100);
    chain.prove(&[("alice", 0, 10)]);
    let mut bytes = chain.state.export().unwrap();
    let heavy = u128::from(WEIGHT).to_le_bytes();
    let places: Vec<usize> =
        (0..bytes.len() - 16).filter(|at| bytes[*at..at + 16] == heavy).collect();
    assert_eq!(places.len(), 1, "the weight of the model's nodes");
    bytes[places[0]..places[0] + 16].copy_from_slice(&[255; 16]);
    chain.state = workmint_core::State::import(&bytes).unwrap();
    let before = chain.state.pricing.model(ModelId(0)).moved;
    let closed = chain.close();
    assert_eq!(quarantined(&closed), [("price of small".to_owned(), 1)]);
    let row = chain.state.pricing.model(ModelId(0));
    assert_eq!((row.moved, row.load, row.pending), (before, 100, 0));
    // Epochs 2 and 3 had 50 units each of what is 100 now: in the zone. Then nothing: x 0.6.
    assert_eq!(quarantined(&chain.close()), []);
    assert_eq!(chain.state.pricing.model(ModelId(0)).moved, before);
    assert_eq!(quarantined(&chain.close()), []);
    let row = chain.state.pricing.model(ModelId(0));
    assert_eq!((row.moved, row.load), (before.map(|price| FinePrice(price.0 * 6 / 10)), 0));
}

/// Three blocks an epoch: prices step with each of them, also with the closing one.
#[test]
fn prices_step_with_blocks() {
    let mut parameters = steep(|rules| {
        rules.step = PriceStep::Block;
        rules.window = 2;
    });
    parameters.network.epoch_length = EpochLength::Blocks(10);
    parameters.market.escrow = Some(EscrowRules {
        default_max_units: 10,
        expiry: workmint_core::time::Duration::Epochs(9),
    });
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 10_000));
    assert_eq!(price_of(&chain, 0), 5, "epoch 0 is the last of grace");
    chain.prove(&[("alice", 0, 10)]);
    while chain.epoch() == 0 {
        chain.block(vec![]);
    }
    // The closing block gave the first price of epoch 1: 5 x 0.6. A block can do 10 units.
    assert_eq!(price_of(&chain, 0), 3);
    let ask = crate::escrow::open(1, 0, "alice", 2, None);
    let answer = crate::escrow::finish("cust", 1, 0, 8);
    let applied = chain.block(vec![("cust", ask), ("alice", answer)]);
    assert_eq!(price_of(&chain, 0), 3, "10 units of two blocks' 20: in the zone");
    assert!(changes(&applied).iter().all(|(model, _)| *model != 0));
    chain.block(vec![]);
    assert_eq!(price_of(&chain, 0), 3, "the block before is still in the window");
    let applied = chain.block(vec![]);
    assert_eq!(price_of(&chain, 0), 2, "3 x 0.6 = 1.8");
    assert!(changes(&applied).contains(&(0, 2)));
    for _ in 0..30 {
        chain.block(vec![]);
    }
    assert_eq!(price_of(&chain, 0), 1, "never below the minimum");
    assert_eq!(chain.state.pricing.model(ModelId(0)).moved, Some(whole(1)));
}

#[test]
fn the_median_of_proposals_prices_compute() {
    let mut parameters = parameters();
    parameters.pricing = Pricing::UnitOfCompute { initial: amount(4) };
    parameters.models[1].compute_per_unit = 3;
    parameters.weights.base_weight_ratio = ratio("1");
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    assert_eq!(chain.refused("cust", propose(9)), 302, "participants only");
    assert_eq!(chain.refused("alice", propose(0)), 1302);
    assert_eq!(chain.refused("alice", propose(10_000_001)), 1302, "the cap is 10,000,000");
    chain.ok("alice", propose(10_000_000));
    chain.ok("alice", propose(7));
    assert_eq!((price_of(&chain, 0), price_of(&chain, 1)), (4, 12));
    chain.prove(&[("alice", 0, 50), ("bob", 0, 30), ("carol", 0, 21)]);
    chain.close();
    assert_eq!(price_of(&chain, 0), 4, "epoch 0 had no members: unchanged");
    // Weights 101, half 51: bob and carol stay with 4 and have 51.
    chain.prove(&[("alice", 0, 50), ("bob", 0, 30), ("carol", 0, 20)]);
    assert!(changes(&chain.close()).is_empty());
    // Weights 100, half 50: 4 has 20 of carol, bob's 6 makes it 50.
    chain.ok("bob", propose(6));
    chain.prove(&[("alice", 0, 50), ("bob", 0, 29), ("carol", 0, 20)]);
    assert_eq!(changes(&chain.close()), [(0, 6), (1, 18), (2, 6)]);
    // Weights 99, half 50: carol with today's 6 and bob make 49, so alice's 7.
    assert_eq!(changes(&chain.close()), [(0, 7), (1, 21), (2, 7)]);
    chain.close();
    assert_eq!(price_of(&chain, 0), 7, "nobody has a weight: it stays");
    assert_eq!(Chain::new(crate::kit::parameters()).refused("alice", propose(1)), 1301);
}

#[test]
fn a_price_beyond_all_numbers_is_an_error() {
    let mut parameters = parameters();
    parameters.pricing = Pricing::UnitOfCompute { initial: Amount::MAX };
    parameters.models[0].compute_per_unit = 2;
    let state = workmint_core::State::default();
    let error = price(&state, &parameters, ModelId(0)).unwrap_err();
    assert!(matches!(error, Error::Arithmetic(_)));
    assert_eq!(price(&state, &parameters, ModelId(1)).unwrap(), Amount::MAX);
    assert_eq!(price(&state, &parameters, ModelId(9)).unwrap_err().code(), 305);
}

/// Governance narrows the bounds, then counts other steps, then fixes prices.
#[test]
fn other_rules_take_over_at_an_epochs_start() {
    let mut chain = served(steep(|rules| rules.window = 3));
    chain.serve("alice", 0, "cust", 100);
    chain.prove(&[("alice", 0, 10)]);
    let schedule = |chain: &mut Chain, parameters: Parameters| {
        let (epoch, parameters) = (chain.epoch() + 1, Box::new(parameters));
        chain.ok("friend", Message::ScheduleParameters(ScheduleParameters { epoch, parameters }));
        chain.close()
    };
    let narrow = steep(|rules| (rules.window, rules.minimum) = (3, amount(8)));
    let moved = changes(&schedule(&mut chain, narrow));
    assert_eq!(moved, [(1, 1), (0, 8), (1, 8), (2, 8)], "large 1.8 x 0.6 first");
    assert_eq!(chain.state.pricing.model(ModelId(0)).load, 100, "steps of the same kind");
    let closed = schedule(&mut chain, parameters());
    assert_eq!(changes(&closed), [(0, 5), (1, 3), (2, 0)]);
    assert_eq!(chain.state.pricing.model(ModelId(0)).load, 0, "forgotten");
    assert_eq!(chain.now() % DAY_MS, 0);
}

proptest! {
    #![proptest_config(crate::properties::cases(200))]

    /// Against the definition: write each price down as often as its weight says, sort, take
    /// number (W + 1) / 2.
    #[test]
    fn median_is_the_middle_of_all_weights(
        proposals in prop::collection::vec((0_u128..9, 0_u64..7), 0..9),
    ) {
        let mut all: Vec<u128> = Vec::new();
        for (price, weight) in &proposals {
            all.extend(std::iter::repeat_n(*price, usize::try_from(*weight).unwrap()));
        }
        all.sort_unstable();
        let middle = all.len().div_ceil(2).checked_sub(1).and_then(|at| all.get(at));
        let given: Vec<(Amount, u64)> =
            proposals.iter().map(|(price, weight)| (amount(*price), *weight)).collect();
        let ours = weighted_median(&given).unwrap();
        prop_assert_eq!(ours, middle.map(|price| amount(*price)));
    }

    /// Whatever happens, a price stays within its bounds and moves at most as far as it may.
    #[test]
    fn a_price_stays_in_bounds(used in prop::collection::vec(0_u128..1_500, 1..200), keep: bool) {
        let rounding = if keep { PriceRounding::Keep } else { PriceRounding::Truncate };
        let rules = mainnet(rounding);
        let mut price = whole(100);
        for permille in used {
            let used = workmint_amounts::Ratio::new(permille, 1_000).unwrap();
            let next = next_price(&rules, price, used).unwrap();
            prop_assert!(whole(1) <= next && next <= whole(1_000));
            prop_assert!(next.0 <= price.0 + price.0 / 50 + 1, "at most 2 % up");
            prop_assert!(next.0 + 1_000_000_000 + price.0 / 50 >= price.0, "or down, and a unit");
            price = next;
        }
    }
}
