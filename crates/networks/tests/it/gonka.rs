//! The gonka preset: its values, its genesis, what is said about it.

use crate::{read, replaced, says};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use workmint_core::Address;
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::emission::{Bound, project};
use workmint_core::modules::parameters::{EpochLength, Level, Schedule};
use workmint_core::modules::registry::Role;
use workmint_core::time::DAY_MS;
use workmint_networks::{
    GenesisError, NetworkDefinition, Owner, findings, preset, summary, summary_of,
};

const GNK: u128 = 1_000_000_000;

fn text() -> &'static str {
    preset("gonka").unwrap().text
}

fn gonka() -> NetworkDefinition {
    preset("gonka").unwrap().definition().unwrap()
}

fn bindings() -> BTreeMap<String, Address> {
    let names = gonka().names();
    names
        .iter()
        .map(|name| (name.to_string(), Address::derived(name.as_str().as_bytes())))
        .collect()
}

#[test]
fn values_of_the_documents() {
    let parameters = gonka().parameters;
    assert_eq!(parameters.network.epoch_length, EpochLength::Time(DAY_MS));
    let asset = &parameters.assets[0];
    assert_eq!((asset.symbol.as_str(), asset.decimals), ("GNK", 9));
    assert_eq!(asset.cap.get(), 1_000_000_000 * GNK);
    assert_eq!(parameters.emission.allocation.get(), 600_000_000 * GNK);
    let Schedule::Exponential { initial, rate } = parameters.emission.schedule else {
        panic!("exponential")
    };
    assert_eq!((initial.get(), rate.to_string()), (285_000 * GNK, "-0.000475".to_owned()));
    let weights = &parameters.weights;
    assert_eq!(weights.base_weight_ratio.to_string(), "0.2");
    assert_eq!(weights.collateral_per_weight_unit.to_string(), GNK.to_string());
    assert_eq!(parameters.collateral.unbonding.to_string(), "28d");
    assert_eq!(parameters.slashing.invalid_work.to_string(), "0.2");
    assert_eq!(parameters.slashing.downtime.to_string(), "0.1");
    assert_eq!(parameters.models.len(), 3);
    assert_eq!(parameters.models[0].price_per_unit.get(), 100, "ngonka a token");
}

#[test]
fn schedule_of_20_000_epochs() {
    let definition = gonka();
    let parameters = &definition.parameters;
    let genesis = workmint_amounts::Amount::new(400_000_000 * GNK);
    let started = Instant::now();
    let rows = project(parameters, genesis, 0);
    let rows: Vec<_> = rows.take(20_000).map(Result::unwrap).collect();
    let spent = started.elapsed();
    let half = 285_000 * GNK / 2;
    let below = rows.iter().position(|row| row.scheduled.get() < half);
    assert_eq!(below, Some(1_460), "half-life 1,459.26");
    let bound = rows.iter().position(|row| row.bound_by == Bound::Allocation);
    assert_eq!(bound, Some(17_569));
    assert_eq!(rows.last().unwrap().cumulative, parameters.emission.allocation);
    assert!(cfg!(debug_assertions) || spent < Duration::from_secs(10), "{spent:?}");
}

/// (path, text) of every finding, in order.
const FINDINGS: [(&str, &str); 14] = [
    ("assets[0].cap", "genesis 400,000,000 GNK + emission 600,000,000 GNK; 0 GNK of the cap"),
    ("emission.rate", "1,459.26 epochs; the first epoch below half of the first is offset 1,460"),
    (
        "emission.allocation",
        "unlimited it would mint 600,142,511.281213065 GNK; the limit binds at \
      epoch offset 17,569 (epoch 17,570, after 48.10 years), which mints 32.248481119 GNK",
    ),
    (
        "streams[0].full_coverage",
        "2 of 3 models earn x1.0666, all 3 x1.2; adding a model drops \
      everybody who served all from x1.2 to x1.075",
    ),
    ("streams[0].forfeits", "not minted"),
    ("streams[1].source", "penalties leave usage alone: what customers paid stays"),
    ("weights.base_weight_ratio", "a ratio of 0.2 of potential weight needs no collateral"),
    ("weights.collateral_per_weight_unit", "1,000 is fully effective with 800 GNK"),
    ("slashing.reporter_share", "at most 0.2 of the slash"),
    ("work.challenge_window", "the last 4h of an epoch is paid with the next epoch"),
    ("work.missed_requests", "a participant with no request passes"),
    ("work.missed_requests.threshold", "with fewer than 20 requests a single miss fails"),
    ("fees.flat", "for local networks only"),
    ("claims.unclaimed", "not claimed within 1 epoch of its settlement is burned"),
];

#[test]
fn findings_as_expected() {
    let definition = gonka();
    let found = findings(&definition);
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), FINDINGS.len(), "{shown:#?}");
    for (found, (path, text)) in found.iter().zip(FINDINGS) {
        assert_eq!(found.finding.level, Level::Fact, "{found}");
        assert_eq!(found.finding.path, path, "{found}");
        assert!(found.finding.message.contains(text), "{found}");
        let line = self::text().lines().nth(found.line as usize - 1).unwrap();
        let key = path.rsplit('.').next().unwrap();
        assert!(line.contains(key), "{found} points at `{line}`");
    }
}

#[test]
fn findings_name_accounts_as_the_file_does() {
    let own_judge = replaced(text(), "judges = [\"judge-1\"]", "judges = [\"reporter-1\"]");
    assert!(says(&read(&own_judge), "roles.judges", "reporter-1 is reporter and judge"));
    let short = replaced(text(), "unbonding = \"28d\"", "unbonding = \"15h\"");
    assert!(says(&read(&short), "collateral.unbonding", "a cheater can leave before judgement"));
}

#[test]
fn mainnet_collateral_is_symbolic() {
    let per_unit = "collateral_per_weight_unit = \"1\"";
    let mainnet = "collateral_per_weight_unit = \"0.0000000042\"";
    let definition = read(&replaced(text(), per_unit, mainnet));
    assert_eq!(definition.parameters.weights.collateral_per_weight_unit.to_string(), "4.2");
    assert!(says(&definition, "weights.collateral_per_weight_unit", "with 0.00000336 GNK"));
}

#[test]
fn genesis_binds_names() {
    let genesis = gonka().genesis(1_700_000_000_000, &bindings()).unwrap();
    assert_eq!(genesis.time_ms, 1_700_000_000_000);
    let owners: Vec<&AllocationTo> = genesis.allocations.iter().map(|of| &of.to).collect();
    let account = |name: &str| AllocationTo::Account(bindings()[name]);
    assert_eq!(owners, [&account("founder"), &account("ecosystem"), &AllocationTo::Treasury]);
    let amounts = genesis.allocations.iter().map(|of| of.amount.get() / GNK);
    assert_eq!(amounts.collect::<Vec<_>>(), [160_000_000, 120_000_000, 120_000_000]);
    let reporters = genesis.roles.iter().filter(|(role, _)| *role == Role::Reporter);
    assert_eq!(reporters.count(), 3);
    assert_eq!(genesis.roles[4], (Role::Governor, bindings()["founder"]));
}

#[test]
fn genesis_refuses_missing_and_contradicting_names() {
    let mut some = bindings();
    some.remove("judge-1");
    some.remove("ecosystem");
    let error = gonka().genesis(0, &some).unwrap_err();
    assert_eq!(error.to_string(), "these names have no address yet: ecosystem, judge-1");

    let mut same = bindings();
    same.insert("reporter-2".to_owned(), same["reporter-1"]);
    same.insert("judge-1".to_owned(), Address::ZERO);
    let GenesisError::Refused { findings } = gonka().genesis(0, &same).unwrap_err() else {
        panic!("contradicting addresses")
    };
    let paths: Vec<&str> = findings.iter().map(|found| found.finding.path.as_str()).collect();
    assert_eq!(paths, ["roles.reporters[1]", "roles.judges[0]"]);
}

#[test]
fn owners() {
    let definition = gonka();
    assert_eq!(definition.allocations[2].to, Owner::Treasury);
    assert_eq!(definition.allocations[0].to, Owner::Named("founder".parse().unwrap()));
}

#[test]
fn summary_has_every_value_with_unit_and_meaning() {
    let definition = gonka();
    let rows = summary(&definition);
    let row = |section: &str, key: &str| {
        rows.iter().find(|row| row.section == section && row.key == key).unwrap()
    };
    let initial = row("emission", "initial");
    assert_eq!((initial.value.as_str(), initial.unit.as_str()), ("285000", "GNK"));
    assert_eq!(row("models[0]", "price_per_unit").value, "0.0000001");
    assert_eq!(row("weights", "collateral_per_weight_unit").value, "1");
    assert_eq!(row("assets[0].genesis[2]", "to").value, "treasury");
    assert_eq!(row("roles", "reporters").value, "reporter-1, reporter-2, reporter-3");
    assert!(rows.iter().all(|row| !row.meaning.is_empty() && !row.unit.contains('$')));
    // Every key of the file is a row, with the value the file has.
    let mut keys = 0;
    for line in text().lines() {
        let Some((key, value)) = line.split_once(" = ") else {
            continue;
        };
        if line.starts_with('#') || value.starts_with('[') {
            continue;
        }
        keys += 1;
        let value = value.split(" #").next().unwrap().trim().trim_matches('"');
        let same = |row: &str| row == value || value.trim_end_matches('0') == row;
        assert!(rows.iter().any(|row| row.key == key && same(&row.value)), "{line}");
    }
    assert!(keys > 60);
    // Of both streams limit and remainder; of usage denominator and forfeits; clip of compute; of
    // three models factor and compute; kept_share, base, missed_consequence, pricing.rule,
    // vesting_remainder; cliff and at_once of three allocations; quota, reference_weight,
    // burned_share, vesting_share.
    let defaults = 6 + 1 + 6 + 5 + 6 + 4;
    assert_eq!(rows.len(), keys + defaults + 3, "and three rows of roles");
    let alone = summary_of(&definition.parameters);
    assert_eq!(alone.len(), rows.len() - 3 - 15, "without roles and genesis");
}
