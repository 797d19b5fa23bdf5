//! The network of design document 004, value by value, and what its numbers mean.

use crate::says;
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{
    Destination, EpochLength, Level, OpinionPower, Payee, Schedule, Score, Source, Utility,
};
use workmint_core::time::{DAY_MS, Duration};
use workmint_networks::{NetworkDefinition, findings, preset};

const MDT: u128 = 1_000_000_000_000_000_000;

fn moderntensor() -> NetworkDefinition {
    preset("moderntensor").unwrap().definition().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

/// 004 §3.2 and §6.2, with the numbers of reference §1C.1.
#[test]
fn emission_of_the_document() {
    let parameters = moderntensor().parameters;
    assert_eq!(parameters.network.epoch_length, EpochLength::Blocks(7_200));
    let asset = &parameters.assets[0];
    assert_eq!((asset.symbol.as_str(), asset.decimals), ("MDT", 18));
    assert_eq!(asset.cap, Amount::new(21_000_000 * MDT));
    let emission = parameters.emission;
    let Schedule::Halving { initial, interval_epochs, minimum, .. } = emission.schedule else {
        panic!("{:?}", emission.schedule)
    };
    assert_eq!((initial, interval_epochs), (Amount::new(1_000 * MDT), 210_000));
    assert!(minimum.is_zero());
    let utility = Utility {
        max_tasks: 10_000,
        tasks: ratio("0.5"),
        difficulty: ratio("0.3"),
        participation: ratio("0.2"),
        gate: true,
    };
    assert_eq!((emission.utility, emission.quota), (Some(utility), ratio("0.8")));
    let difficulties: Vec<Ratio> = parameters.models.iter().map(|model| model.difficulty).collect();
    assert_eq!(difficulties, ["0.25", "0.5", "1"].map(ratio));
}

/// 004 §3.1 and §4.1 step 4.
#[test]
fn streams_of_the_document() {
    let parameters = moderntensor().parameters;
    let streams: Vec<(&str, &Source, &Score)> = parameters
        .streams
        .iter()
        .map(|stream| (stream.name.as_str(), &stream.source, &stream.score))
        .collect();
    let share = |text: &str| Source::Emission { share: ratio(text) };
    let expected = [
        ("blocks", &Source::BlockRewards { reward: Amount::new(2 * MDT) }, &Score::BlocksProposed),
        ("miners", &share("0.4"), &Score::Performance),
        ("validators", &share("0.4"), &Score::BondedStake),
        ("dao", &share("0.2"), &Score::FixedAccount { account: Payee::Treasury }),
        ("usage", &Source::Payments, &Score::WorkDone),
    ];
    assert_eq!(streams, expected);
    assert_eq!(parameters.fees.burned_share, ratio("0.5"));
    assert_eq!(parameters.fees.destination, Destination::Recycling);
    assert_eq!(parameters.slashing.destination, Destination::Burn);
}

/// Reference §1C.1 and §1C.3.
#[test]
fn validators_and_seats() {
    let parameters = moderntensor().parameters;
    let rules = parameters.validators.unwrap();
    assert_eq!(rules.minimum, Amount::new(32 * MDT));
    let rotation = (rules.most_active, rules.churn_limit, rules.activation_delay_epochs);
    assert_eq!(rotation, (100, 10, 2));
    let absence = (rules.absence_least, rules.absence_most, rules.least_slash);
    assert_eq!(absence, (ratio("0.001"), ratio("0.01"), Amount::new(MDT)));
    assert_eq!(rules.unbonding, Duration::Milliseconds(21 * DAY_MS));
    let opinions = parameters.opinions.unwrap();
    assert_eq!((opinions.power, opinions.yuma), (OpinionPower::Bonded, None));
    assert_eq!(opinions.registration.burned_share, Ratio::ONE);
    assert_eq!(opinions.weighing.reveal_epochs, Some(1));
}

/// 0.05 % at genesis, everything else of one allocation.
#[test]
fn genesis_and_allocation_fill_the_cap() {
    let definition = moderntensor();
    let genesis: u128 = definition.allocations.iter().map(|of| of.amount.get()).sum();
    assert_eq!(genesis, 10_000 * MDT);
    let parameters = &definition.parameters;
    assert_eq!(parameters.emission.allocation.get() + genesis, parameters.assets[0].cap.get());
    let minimum = parameters.validators.as_ref().unwrap().minimum;
    let of = |name: &str| {
        definition.allocations.iter().find(|of| of.to.to_string() == name).unwrap().amount
    };
    for number in 1..=4 {
        assert!(of(&format!("validator-{number}")) > minimum);
    }
}

#[test]
fn findings_as_expected() {
    let definition = moderntensor();
    let found = findings(&definition);
    assert!(found.iter().all(|found| found.finding.level == Level::Fact), "{found:#?}");
    for (path, text) in [
        ("assets[0].cap", "genesis 10,000 MDT + emission 20,990,000 MDT; 0 MDT of the cap"),
        // 1,000 + 7,200 x 2 an epoch: 1,362 of 15,400 and 15,200 are 20,990,000.
        ("emission.allocation", "the limit binds at epoch offset 1,362 (epoch 1,362)"),
        ("emission.allocation", "which mints 15,200 MDT and leaves 200 MDT unminted"),
        ("emission.schedule", "assume that validators propose every block, a utility of 1"),
        ("emission.quota", "fewer than 80 % of their requests"),
        ("streams[1].forfeits", "forfeits of miners are burned"),
        ("claims.unclaimed", "within 30 epochs of its settlement is paid to the treasury"),
    ] {
        assert!(says(&definition, path, text), "{path}: {text}\n{found:#?}");
    }
}
