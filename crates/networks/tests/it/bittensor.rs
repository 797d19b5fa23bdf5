//! The subnet as upstream runs it, constant by constant (reference/bittensor.md §1.8 to §1.12).

use crate::says;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::modules::parameters::{
    Destination, EpochLength, Level, LiquidAlpha, OpinionPower, Payee, Schedule, Score, Source,
    Yuma, YumaKind, YumaMode,
};
use workmint_networks::{NetworkDefinition, findings, preset};

const TAO: u128 = 1_000_000_000;

fn bittensor() -> NetworkDefinition {
    preset("bittensor").unwrap().definition().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn money_of_upstream() {
    let parameters = bittensor().parameters;
    assert_eq!(parameters.network.epoch_length, EpochLength::Blocks(360));
    let asset = &parameters.assets[0];
    assert_eq!((asset.decimals, asset.cap.get()), (9, 21_000_000_000_000_000), "21e15 rao");
    let expected = Schedule::HalvingByIssuance {
        initial: Amount::new(TAO),
        of: Amount::new(21_000_000 * TAO),
        most_halvings: 30,
    };
    assert_eq!(parameters.emission.schedule, expected);
    let shares: Vec<Ratio> = parameters
        .streams
        .iter()
        .filter_map(|stream| match stream.source {
            Source::Emission { share } => Some(share),
            _ => None,
        })
        .collect();
    // The owner's cut, and half of the rest each.
    let cut = ratio("11796/65535");
    let half = Ratio::ONE.checked_sub(cut).unwrap().checked_div(Ratio::from_integer(2)).unwrap();
    assert_eq!(shares, [cut, half, half]);
    let scores = [&parameters.streams[1].score, &parameters.streams[2].score];
    assert_eq!(scores, [&Score::YumaIncentive, &Score::YumaDividends]);
}

#[test]
fn seats_and_weights_of_a_new_subnet() {
    let opinions = bittensor().parameters.opinions.unwrap();
    assert_eq!((opinions.seats, opinions.most_validators), (256, 64));
    assert_eq!(opinions.power, OpinionPower::Bonded);
    assert_eq!(opinions.activity_cutoff_blocks, 13_889 * 360 / 1_000, "factor x tempo");
    let seat = opinions.registration;
    let prices = [seat.minimum, seat.initial, seat.maximum].map(Amount::get);
    assert_eq!(prices, [500_000, TAO / 10, 100 * TAO], "rao");
    assert_eq!((seat.half_life_blocks, seat.rise), (360, ratio("1.26")));
    assert_eq!((seat.burned_share, seat.rest), (Ratio::ZERO, Destination::Recycling));
    assert_eq!(seat.immunity_blocks, 5_000);
    let weighing = opinions.weighing;
    assert_eq!((weighing.minimum_count, weighing.rate_limit_blocks), (1, 100));
    assert_eq!((weighing.reveal_epochs, weighing.most_commitments), (Some(1), 10));
    let expected = Yuma {
        mode: YumaMode::Subtensor,
        kind: YumaKind::Yuma3,
        kappa: 32_767,
        bonds_penalty: 65_535,
        bonds_moving_average: 900_000,
        liquid: Some(LiquidAlpha { low: 45_875, high: 58_982, steepness: 1_000 }),
    };
    assert_eq!(opinions.yuma, Some(expected));
    let children = opinions.children.unwrap();
    assert_eq!((children.most, children.most_take), (5, ratio("11796/65535")));
}

/// Nothing upstream slashes, and nobody signs blocks to be paid.
#[test]
fn validators_lose_nothing() {
    let rules = bittensor().parameters.validators.unwrap();
    assert_eq!(rules.most_commission, ratio("11796/65535"));
    let absence = [rules.least_signed, rules.absence_least, rules.absence_most];
    assert_eq!(absence, [Ratio::ZERO; 3]);
    // 18 points in the 216,000 blocks between two changes upstream: 600 epochs.
    let pace = rules.commission_step.checked_mul(Ratio::from_integer(216_000 / 360)).unwrap();
    assert_eq!(pace, ratio("0.18"));
}

/// One account owns the subnet: it has the cut, the seat without permit, and the first money.
#[test]
fn the_owner_is_one_account() {
    let definition = bittensor();
    let bindings = definition
        .names()
        .into_iter()
        .map(|name| (name.to_string(), Address::derived(name.as_str().as_bytes())))
        .collect();
    let genesis = definition.genesis(1_700_000_000_000, &bindings).unwrap();
    let owner = Address::derived(b"owner");
    assert_eq!(genesis.parameters.opinions.unwrap().owner, Some(owner));
    let cut = &genesis.parameters.streams[0].score;
    assert_eq!(*cut, Score::FixedAccount { account: Payee::Account(owner) });
    let total: u128 = genesis.allocations.iter().map(|of| of.amount.get()).sum();
    assert_eq!(total, 1_000 * TAO);
}

#[test]
fn findings_as_expected() {
    let definition = bittensor();
    let found = findings(&definition);
    assert!(found.iter().all(|found| found.finding.level == Level::Fact), "{found:#?}");
    for (path, text) in [
        ("assets[0].cap", "genesis 1,000 TAO + emission 20,999,000 TAO; 0 TAO of the cap"),
        ("streams[0].score", "owner is paid only when a scored stream of emission pays"),
        ("claims.unclaimed", "within 240 epochs of its settlement is put into the recycling pool"),
    ] {
        assert!(says(&definition, path, text), "{path}: {text}\n{found:#?}");
    }
}
