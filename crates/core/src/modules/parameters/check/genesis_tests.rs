//! One row per rule of a genesis: what is changed in a sound one, and what the checker says.

use super::super::*;
use super::check_genesis;
use super::tests::{assert_found, sound};
use crate::address::Address;
use crate::genesis::{Allocation, AllocationTo, Genesis};
use workmint_amounts::{Amount, Ratio};

fn genesis() -> Genesis {
    use crate::modules::registry::Role::{Governor, Judge, Reporter};
    let account = |seed: &str| Address::derived(seed.as_bytes());
    let allocation = |asset, amount, to| Allocation {
        cliff_epochs: 0,
        at_once: Ratio::ZERO,
        asset: AssetId(asset),
        amount: Amount::new(amount),
        to,
        vesting_epochs: 0,
    };
    let roles =
        [(Reporter, "r1"), (Reporter, "r2"), (Reporter, "r3"), (Judge, "j"), (Governor, "g")];
    Genesis {
        time_ms: 0,
        parameters: sound(),
        allocations: vec![
            allocation(0, 300_000, AllocationTo::Account(account("founder"))),
            allocation(1, 5, AllocationTo::Treasury),
            allocation(0, 100_000, AllocationTo::Treasury),
        ],
        roles: roles.map(|(role, seed)| (role, account(seed))).to_vec(),
    }
}

#[test]
fn sound_genesis() {
    let findings = check_genesis(&genesis());
    assert!(findings.iter().all(|finding| finding.level == Level::Fact), "{findings:#?}");
    let text = "genesis 4,000 GNK + emission 6,000 GNK; 0 GNK of the cap 10,000 GNK can never";
    assert_found(&findings, "cap", Level::Fact, "assets[0].cap", text);
}

type GenesisChange = fn(&mut Genesis);

#[rustfmt::skip]
const GENESIS: &[(&str, GenesisChange, Level, &str, &str)] = &[
    ("unknown asset", |g| g.allocations[1].asset = AssetId(5),
     Level::Error, "assets[5].genesis[0]", "no asset number 5"),
    ("amount 0", |g| g.allocations[2].amount = Amount::ZERO,
     Level::Error, "assets[0].genesis[1].amount", "above 0"),
    ("zero address", |g| g.allocations[0].to = AllocationTo::Account(Address::ZERO),
     Level::Error, "assets[0].genesis[0].to", "zero address"),
    ("treasury vests", |g| g.allocations[1].vesting_epochs = 1,
     Level::Error, "assets[1].genesis[0].vesting", "never vests"),
    ("treasury waits", |g| g.allocations[1].cliff_epochs = 1,
     Level::Error, "assets[1].genesis[0].cliff", "never vests"),
    ("treasury in parts", |g| g.allocations[1].at_once = Ratio::ONE,
     Level::Error, "assets[1].genesis[0].cliff", "neither cliff nor at_once"),
    ("long cliff", |g| g.allocations[0].cliff_epochs = 36_501,
     Level::Error, "assets[0].genesis[0].cliff", "0 to 36500"),
    ("more than all", |g| g.allocations[0].at_once = Ratio::from_integer(2),
     Level::Error, "assets[0].genesis[0].at_once", "0 to 1"),
    ("part of what is free", |g| g.allocations[0].at_once = "0.5".parse().unwrap(),
     Level::Warning, "assets[0].genesis[0].at_once", "nothing vests"),
    ("nothing left", |g| {
        (g.allocations[0].at_once, g.allocations[0].vesting_epochs) = (Ratio::ONE, 5);
     }, Level::Warning, "assets[0].genesis[0].at_once", "nothing is left to vest"),
    ("a quarter first", |g| {
        (g.allocations[0].at_once, g.allocations[0].vesting_epochs) = ("0.25".parse().unwrap(), 5);
     }, Level::Fact, "assets[0].genesis[0].at_once", "750 GNK of 3,000 GNK is free before"),
    ("a cliff alone", |g| g.allocations[0].cliff_epochs = 9,
     Level::Fact, "assets[0].genesis[0].cliff", "comes in epoch 9"),
    ("long vesting", |g| g.allocations[0].vesting_epochs = 36_501,
     Level::Error, "assets[0].genesis[0].vesting", "0 to 36500"),
    ("above the cap", |g| g.allocations[0].amount = Amount::new(300_001),
     Level::Error, "assets[0].cap",
     "genesis 4,000.01 GNK + emission 6,000 GNK is above the cap 10,000 GNK; allowed: at least \
      10,000.01 GNK"),
    ("other asset above", |g| g.allocations[1].amount = Amount::new(1_000_001),
     Level::Error, "assets[1].cap", "above the cap"),
    ("2^128", |g| g.allocations[1].amount = Amount::MAX,
     Level::Error, "assets[1].cap", "above the cap"),
    ("2^128 summed",
     |g| { g.allocations[0].amount = Amount::MAX; g.allocations[2].amount = Amount::MAX },
     Level::Error, "assets[0].cap", "more than 2^128"),
    ("asset that never exists", |g| { g.allocations.remove(1); },
     Level::Warning, "assets[1].cap", "no USD ever exists"),
    ("too few reporters", |g| { g.roles.remove(0); g.roles.remove(0); },
     Level::Error, "work.quorum",
     "a quorum of 2 reporters cannot be met: there are 1; allowed: 1 to 1"),
    ("no majority", |g| g.parameters.work.quorum = 1,
     Level::Warning, "work.quorum", "contradicting"),
    ("all needed", |g| g.parameters.work.quorum = 3,
     Level::Fact, "work.quorum", "one silent reporter stops all"),
    ("reporter twice", |g| g.roles[1] = g.roles[0],
     Level::Error, "roles.reporters[1]", "is already a reporter"),
    ("zero judge", |g| g.roles[3].1 = Address::ZERO,
     Level::Error, "roles.judges[0]", "zero address"),
    ("no judge", |g| { g.roles.remove(3); }, Level::Warning, "roles.judges", "nobody can judge"),
    ("own judge", |g| g.roles[3].1 = g.roles[0].1,
     Level::Warning, "roles.judges", "judges what it attested"),
    ("no governor", |g| { g.roles.remove(4); },
     Level::Fact, "roles.governors", "parameters never change"),
];

#[test]
fn every_finding_of_a_genesis() {
    for (case, change, level, path, text) in GENESIS {
        let mut genesis = genesis();
        change(&mut genesis);
        assert_found(&check_genesis(&genesis), case, *level, path, text);
    }
}
