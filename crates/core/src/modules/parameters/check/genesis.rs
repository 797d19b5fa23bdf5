//! Allocations and roles of a genesis, against the parameters.
//!
//! Roles are told apart by their names, which are also the keys of the file (`roles.reporters`):
//! the type itself belongs to a module of higher rank.

use super::super::AssetId;
use super::checker::Checker;
use super::{contributions, exchange, inflation, stake};
use crate::address::Address;
use crate::genesis::{Allocation, AllocationTo, Genesis};
use std::collections::{BTreeMap, BTreeSet};
use workmint_amounts::{Amount, Ratio};

/// Longest vesting of an allocation, epochs: a hundred years of days.
const MAX_VESTING_EPOCHS: u64 = 36_500;

pub(super) fn check(checker: &mut Checker<'_>, genesis: &Genesis) {
    let sums = allocations(checker, genesis);
    supply(checker, &sums);
    exchange::check_genesis(checker, genesis);
    let holders = roles(checker, genesis);
    duties(checker, &holders);
}

/// Checks each allocation; returns the sum per asset, `None` once it leaves 128 bits.
fn allocations(checker: &mut Checker<'_>, genesis: &Genesis) -> BTreeMap<AssetId, Option<Amount>> {
    let mut sums = BTreeMap::new();
    let mut counts: BTreeMap<AssetId, u64> = BTreeMap::new();
    for Allocation { asset, amount, to, vesting_epochs, cliff_epochs, at_once } in
        &genesis.allocations
    {
        let count = counts.entry(*asset).or_default();
        let path = format!("assets[{}].genesis[{count}]", asset.0);
        *count = count.checked_add(1).unwrap_or(u64::MAX);
        checker.asset(&path, *asset);
        checker.require(!amount.is_zero(), &format!("{path}.amount"), amount, "above 0");
        let vesting = format!("{path}.vesting");
        checker.count(&vesting, *vesting_epochs, 0, MAX_VESTING_EPOCHS);
        checker.count(&format!("{path}.cliff"), *cliff_epochs, 0, MAX_VESTING_EPOCHS);
        checker.ratio(*at_once <= Ratio::ONE, &format!("{path}.at_once"), *at_once, "0 to 1");
        match to {
            AllocationTo::Account(Address::ZERO) => {
                let message = "the zero address never owns anything";
                checker.error(&format!("{path}.to"), message, "an address, a name or \"treasury\"");
            }
            AllocationTo::Treasury if *vesting_epochs > 0 => {
                checker.error(&vesting, "the treasury never vests", "0 epochs");
            }
            AllocationTo::Treasury if *cliff_epochs > 0 || !at_once.is_zero() => {
                let message = "the treasury never vests";
                checker.error(&format!("{path}.cliff"), message, "neither cliff nor at_once");
            }
            AllocationTo::Account(_) | AllocationTo::Treasury => {}
        }
        parts(checker, &path, (*asset, *amount), (*vesting_epochs, *cliff_epochs, *at_once));
        let sum: &mut Option<Amount> = sums.entry(*asset).or_insert(Some(Amount::ZERO));
        *sum = sum.and_then(|sum| sum.checked_add(*amount).ok());
    }
    sums
}

/// What a cliff and a part that is free at once leave to wait for.
fn parts(
    checker: &mut Checker<'_>,
    path: &str,
    (asset, amount): (AssetId, Amount),
    (vesting, cliff, at_once): (u64, u64, Ratio),
) {
    let at_once_path = format!("{path}.at_once");
    if vesting == 0 && cliff == 0 {
        if !at_once.is_zero() {
            checker.warning(&at_once_path, "nothing vests: all of it is free at once anyway");
        }
        return;
    }
    let Ok(free) = at_once.apply_floor(amount) else {
        return;
    };
    if free == amount {
        checker.warning(&at_once_path, "all of it is free at once: nothing is left to vest");
    } else if !free.is_zero() {
        let (free, all) = (checker.shown(free, asset), checker.shown(amount, asset));
        checker.fact(
            &at_once_path,
            format!("{free} of {all} is free before the cliff and the vesting"),
        );
    }
    if vesting == 0 {
        let message = format!("all that is not free at once comes in epoch {cliff}");
        checker.fact(&format!("{path}.cliff"), message);
    }
}

/// Genesis and emission together stay below every cap.
fn supply(checker: &mut Checker<'_>, sums: &BTreeMap<AssetId, Option<Amount>>) {
    let parameters = checker.parameters;
    let emission = &parameters.emission;
    for (at, asset) in parameters.assets.iter().enumerate() {
        let Ok(id) = u16::try_from(at).map(AssetId) else {
            return;
        };
        let genesis = sums.get(&id).copied().unwrap_or(Some(Amount::ZERO));
        let emitted = if id == emission.asset { emission.allocation } else { Amount::ZERO };
        let all = genesis.and_then(|genesis| genesis.checked_add(emitted).ok());
        let cap = checker.shown(asset.cap, id);
        let shown = |checker: &Checker<'_>, amount: Option<Amount>| match amount {
            Some(amount) => checker.shown(amount, id),
            None => "more than 2^128 base units".to_owned(),
        };
        let (genesis_shown, emitted_shown) = (shown(checker, genesis), checker.shown(emitted, id));
        let path = format!("assets[{at}].cap");
        match all {
            Some(all) if all <= asset.cap => {
                let left = asset.cap.checked_sub(all).unwrap_or(Amount::ZERO);
                let left = checker.shown(left, id);
                let message = format!(
                    "genesis {genesis_shown} + emission {emitted_shown}; {left} of the cap {cap} \
                     can never be issued"
                );
                checker.fact(&path, message);
                inflation::check_genesis(checker, id, genesis.unwrap_or(Amount::ZERO));
                if all.is_zero() {
                    let message = format!("no {} ever exists", asset.symbol);
                    checker.warning(&path, message);
                }
            }
            Some(_) | None => {
                let message = format!(
                    "genesis {genesis_shown} + emission {emitted_shown} is above the cap {cap}"
                );
                let allowed = format!("at least {}", shown(checker, all));
                checker.error(&path, message, &allowed);
            }
        }
    }
}

/// Checks each holder; returns the holders by the role's name.
fn roles(checker: &mut Checker<'_>, genesis: &Genesis) -> BTreeMap<String, BTreeSet<Address>> {
    let mut holders: BTreeMap<String, BTreeSet<Address>> = BTreeMap::new();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (role, address) in &genesis.roles {
        let name = role.to_string();
        let count = counts.entry(name.clone()).or_default();
        let path = format!("roles.{name}s[{count}]");
        *count = count.checked_add(1).unwrap_or(u64::MAX);
        if *address == Address::ZERO {
            checker.error(&path, "the zero address holds no role", "an address or a name");
        }
        if !holders.entry(name.clone()).or_default().insert(*address) {
            let message = format!("{address} is already a {name}");
            checker.error(&path, message, "each account once");
        }
    }
    holders
}

/// Whether the holders of roles can do what the parameters ask of them.
fn duties(checker: &mut Checker<'_>, holders: &BTreeMap<String, BTreeSet<Address>>) {
    let none = BTreeSet::new();
    let of = |role: &str| holders.get(role).unwrap_or(&none);
    let (reporters, judges) = (of("reporter"), of("judge"));
    let count = u64::try_from(reporters.len()).unwrap_or(u64::MAX);
    let quorum = u64::from(checker.parameters.work.quorum);
    let path = "work.quorum";
    if quorum > count {
        let message = format!("a quorum of {quorum} reporters cannot be met: there are {count}");
        checker.error(path, message, &format!("1 to {count}"));
    } else if quorum.checked_mul(2).is_some_and(|twice| twice <= count) {
        let message = format!(
            "{quorum} of {count} reporters are no majority: two groups can accept contradicting \
             reports"
        );
        checker.warning(path, message);
    } else if quorum == count && count > 1 {
        let message = format!("all {count} reporters are needed: one silent reporter stops all");
        checker.fact(path, message);
    }
    if judges.is_empty() {
        checker.warning("roles.judges", "nobody can judge: every challenged receipt stands");
    }
    for both in reporters.intersection(judges) {
        let message = format!("{both} is reporter and judge: it judges what it attested");
        checker.warning("roles.judges", message);
    }
    let verifiers = of("verifier");
    contributions::check_verifiers(checker, u64::try_from(verifiers.len()).unwrap_or(u64::MAX));
    let attestors = u64::try_from(of("attestor").len()).unwrap_or(u64::MAX);
    stake::check_attestors(checker, attestors);
    for both in verifiers.intersection(judges) {
        let message = format!("{both} is verifier and judge: it judges what it verified");
        checker.warning("roles.judges", message);
    }
    if of("governor").is_empty() {
        checker.fact("roles.governors", "there is no governor: parameters never change");
    }
}
