//! The numbers that the README of Workmint's own network argues with.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::emission::project;
use workmint_core::modules::parameters::{Limit, Parameters, Score, Source};
use workmint_networks::preset;

const WMT: u128 = 1_000_000_000;

fn parameters() -> Parameters {
    preset("workmint").unwrap().definition().unwrap().parameters
}

/// 285,000 at first; after 1, 4 and 10 years 95.5 M, 300.2 M and 494.1 M; half of the first day's
/// after 1,459 days.
#[test]
fn the_schedule_never_overshoots() {
    let all = parameters();
    let genesis = Amount::new(400_000_000 * WMT);
    let (mut half, mut issued) = (None, Vec::new());
    for row in project(&all, genesis, 1) {
        let row = row.unwrap();
        let days = row.epoch - all.emission.genesis_epoch;
        if days == 0 {
            assert_eq!(row.cumulative, Amount::new(285_000 * WMT));
        }
        if [364, 1_459, 3_649].contains(&days) {
            issued.push(row.cumulative.get() / (100_000 * WMT));
        }
        let left = 600_000_000 * WMT - row.cumulative.get();
        if half.is_none() && left * 2 <= 600_000_000 * WMT {
            half = Some(days + 1);
        }
        if days > 3_650 {
            break;
        }
    }
    assert_eq!(issued, [955, 3_001, 4_940], "tenths of a million");
    assert_eq!(half, Some(1_459), "days until half is out, and a day emits half");
}

/// Shares, references and what they leave to a lone node of weight 100: 285,000 x 100 / 10,000 x
/// 0.7 x 0.2 x 100 / 200.
#[test]
fn a_lone_node_earns_its_part_of_the_references() {
    let all = parameters();
    let shares: Vec<String> = all.models.iter().map(|model| model.share.to_string()).collect();
    assert_eq!(shares, ["0.2", "0.3", "0.5"]);
    let whole = u128::from(all.emission.reference_weight);
    for model in &all.models {
        let tenth = model.share.floor_mul(whole / 10).unwrap();
        assert_eq!(u128::from(model.reference_weight), tenth, "{}", model.id);
    }
    let day = 285_000 * WMT * 100 / whole;
    assert_eq!(day * 7 / 10 * 2 / 10 / 2, 199 * WMT + WMT / 2);
}

/// Of a payment to oneself 2 % are a fee, half of it is burned; only that can come back.
#[test]
fn use_is_bounded_by_what_the_market_burns() {
    let all = parameters();
    let fee = all.market.fee.as_ref().unwrap();
    let burned = fee.split[0].share.checked_mul(fee.rate).unwrap();
    assert_eq!(burned, Ratio::new(1, 100).unwrap());
    let usage = all.streams.iter().find(|stream| stream.limit == Limit::BurnedFees).unwrap();
    assert_eq!(usage.score, Score::WorkDone);
    let Source::Emission { share } = usage.source else { panic!("usage is emission") };
    let day = share.apply_floor(Amount::new(285_000 * WMT)).unwrap();
    assert_eq!(day, Amount::new(42_750 * WMT), "burned by sales of 4.275 M");
    // No other fee is burned: it would be a prize without a sale.
    assert!(all.fees.burned_share.is_zero());
}

/// 30 days of 19.95 WMT; from 100 WMT, a tenth a day, that is reached on the 19th.
#[test]
fn a_unit_of_weight_is_backed_by_a_month_of_its_reward() {
    let all = parameters();
    let rule = all.weights.unit_price.as_ref().unwrap();
    let daily = 285_000 * WMT * 7 / 10 / u128::from(all.emission.reference_weight);
    assert_eq!(daily, 19_950_000_000);
    let target = rule.multiple.floor_mul(daily).unwrap();
    assert_eq!(target, 598_500_000_000);
    let mut price = all.weights.collateral_per_weight_unit.floor_mul(1).unwrap();
    assert_eq!(price, 100 * WMT);
    let mut days = 0;
    while price < target {
        price += rule.largest_step.floor_mul(price).unwrap();
        days += 1;
    }
    assert_eq!(days, 19);
    // What a lie costs, in days of reward.
    let eligible = all.weights.base_weight_ratio.complement().unwrap();
    let lie = all.slashing.invalid_work.checked_mul(eligible).unwrap();
    assert_eq!(lie.checked_mul(rule.multiple).unwrap().to_string(), "4.8");
}
