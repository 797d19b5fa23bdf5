//! A network that uses everything gonka does not, and its twin with a reward per block.

use crate::{read, replaced, says};
use workmint_amounts::Amount;
use workmint_core::modules::emission::{Bound, project};
use workmint_core::modules::parameters::{
    AssetId, Denominator, EpochLength, Limit, MissedRequests, Payee, Schedule, Score, SlashRounding,
};
use workmint_networks::{Owner, summary};

const TOY: &str = include_str!("../networks/remaining_fraction.toml");

#[test]
fn every_other_choice() {
    let definition = read(TOY);
    let parameters = &definition.parameters;
    assert_eq!(parameters.network.epoch_length, EpochLength::Blocks(100));
    assert_eq!(parameters.market.asset, AssetId(1));
    assert_eq!(parameters.models[0].price_per_unit.get(), 2, "base units of USD");
    assert_eq!(parameters.streams[0].denominator, Denominator::Paid);
    assert_eq!(parameters.streams[0].limit, Limit::BurnedFees);
    assert_eq!(parameters.streams[1].denominator, Denominator::Full, "the default");
    let Score::FixedAccount { account: Payee::Account(team) } = &parameters.streams[1].score else {
        panic!("fixed account")
    };
    assert_eq!(team.to_string(), "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359");
    assert_eq!(parameters.weights.grace_until_epoch, Some(3));
    assert_eq!(parameters.weights.collateral_per_weight_unit.to_string(), "0.42", "base units");
    assert_eq!(parameters.slashing.rounding, SlashRounding::DownPerHolding);
    assert!(matches!(parameters.work.missed_requests, MissedRequests::Binomial { .. }));
    assert_eq!(definition.allocations[2].asset, AssetId(1));
    assert_eq!(definition.allocations[2].to, Owner::Named("customer".parse().unwrap()));
    assert_eq!(definition.allocations[0].vesting_epochs, 10);
}

#[test]
fn remaining_fraction_never_overruns() {
    let definition = read(TOY);
    let rows = project(&definition.parameters, Amount::new(100_000), 100);
    let rows: Vec<_> = rows.take(200).map(Result::unwrap).collect();
    let first: Vec<u128> = rows.iter().take(4).map(|row| row.minted.get()).collect();
    assert_eq!(first, [90_000, 81_000, 72_900, 65_610]);
    assert!(rows.iter().all(|row| row.bound_by == Bound::Schedule));
    // floor(left / 10) is 0 once 9 base units are left.
    assert_eq!(rows.last().unwrap().cumulative.get(), 900_000 - 9);
    assert!(says(&definition, "emission.allocation", "mints 8,999.91 TOY of 9,000 TOY in all"));
}

#[test]
fn a_reward_per_block() {
    let text = replaced(TOY, "\"remaining_fraction\"", "\"fixed_per_block\"");
    let text = replaced(&text, "rate = \"0.1\"", "reward = \"0.07\"");
    let definition = read(&text);
    let emission = &definition.parameters.emission;
    assert_eq!(emission.schedule, Schedule::FixedPerBlock { reward: Amount::new(7) });
    // 9,000.00 / (0.07 x 100) = 1,285 epochs and 5.00 left for the next.
    let text = "the limit binds at epoch offset 1,285 (epoch 1,285), which mints 5 TOY and leaves \
                2 TOY unminted";
    assert!(says(&definition, "emission.allocation", text));
    let rows = summary(&definition);
    assert!(rows.iter().any(|row| row.key == "reward" && row.unit == "TOY per block"));
}

#[test]
fn the_cap_can_bind_before_the_allocation() {
    // Legal only while genesis is small: the checker adds genesis and allocation.
    let mut parameters = read(TOY).parameters;
    parameters.assets[0].cap = Amount::new(150_000);
    let rows = project(&parameters, Amount::new(100_000), 100);
    let rows: Vec<_> = rows.take(3).map(Result::unwrap).collect();
    assert_eq!((rows[0].minted.get(), rows[0].bound_by), (50_000, Bound::Cap));
    assert!(rows[1].minted.is_zero());
}

#[test]
fn findings_of_a_network_by_blocks() {
    let definition = read(TOY);
    for (path, text) in [
        ("claims.vesting", ""),
        ("work.checks_per_epoch", "no sampled checks"),
        ("work.challenge_window", "all work is paid an epoch later"),
        ("work.quorum", "one reporter alone"),
        ("roles.judges", "nobody can judge"),
        ("roles.governors", "parameters never change"),
        ("streams[0].denominator", "they gain by its failing"),
    ] {
        assert_eq!(says(&definition, path, text), !text.is_empty(), "{path}: {text}");
    }
}
