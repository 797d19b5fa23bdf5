//! `[exchange]`: the pool of two assets.

use super::checker::Checker;
use crate::genesis::{AllocationTo, Genesis};
use crate::names::AssetId;
use workmint_amounts::{Amount, Ratio, sqrt_ratio_floor};

/// Most shares of a first deposit that nobody owns.
const MAX_LOCKED: u64 = 1_000_000_000;

pub(super) fn check(checker: &mut Checker<'_>) {
    let Some(rules) = &checker.parameters.exchange else {
        return;
    };
    let (a, b) = rules.assets;
    checker.asset("exchange.first_asset", a);
    checker.asset("exchange.second_asset", b);
    if a == b {
        let message = format!("the pool would change {} for itself", checker.symbol(a));
        checker.error("exchange.second_asset", message, "another asset than first_asset");
    }
    let (fee, path) = (rules.fee, "exchange.fee");
    checker.ratio(fee < Ratio::ONE, path, fee, "0 to below 1");
    if fee.is_zero() {
        let message = "swaps cost nothing: whoever adds to the pool earns nothing by them";
        checker.warning(path, message);
    } else if Ratio::new(1, 10).is_ok_and(|tenth| fee > tenth) {
        checker.warning(path, format!("a swap costs a share of {fee} of what goes in"));
    }
    checker.count("exchange.locked_shares", rules.locked_shares, 1, MAX_LOCKED);
    match rules.seed {
        Some(seed) => check_seed(checker, rules.assets, seed, rules.locked_shares),
        None => {
            let message = "whoever adds first sets the first price";
            checker.fact("exchange.first_seed", message);
        }
    }
}

fn check_seed(
    checker: &mut Checker<'_>,
    (a, b): (AssetId, AssetId),
    seed: (Amount, Amount),
    locked: u64,
) {
    let mut missing = false;
    for (path, amount) in [("exchange.first_seed", seed.0), ("exchange.second_seed", seed.1)] {
        missing |= amount.is_zero();
        checker.require(!amount.is_zero(), path, amount, "above 0");
    }
    if missing {
        return;
    }
    let ratio = Ratio::new(seed.1.get(), seed.0.get());
    let shares = ratio.and_then(|ratio| sqrt_ratio_floor(seed.0.get(), ratio));
    if !shares.is_ok_and(|shares| shares > u128::from(locked)) {
        let message = "the seed is worth no more shares than locked_shares";
        checker.error("exchange.first_seed", message, "a larger seed, or fewer locked_shares");
    }
    let (first, second) = (checker.shown(seed.0, a), checker.shown(seed.1, b));
    let message = format!(
        "the pool begins with {first} and {second} of the treasury for ever: their shares are \
         nobody's"
    );
    checker.fact("exchange.first_seed", message);
}

/// The treasury of a genesis holds what the pool begins with.
pub(super) fn check_genesis(checker: &mut Checker<'_>, genesis: &Genesis) {
    let Some((rules, seed)) =
        checker.parameters.exchange.as_ref().and_then(|rules| Some((rules, rules.seed?)))
    else {
        return;
    };
    for (path, asset, amount) in [
        ("exchange.first_seed", rules.assets.0, seed.0),
        ("exchange.second_seed", rules.assets.1, seed.1),
    ] {
        let treasury = genesis.allocations.iter().filter(|allocation| {
            allocation.asset == asset && allocation.to == AllocationTo::Treasury
        });
        let held = Amount::sum(treasury.map(|allocation| allocation.amount));
        let held = held.unwrap_or(Amount::MAX);
        if held < amount {
            let shown = checker.shown(amount, asset);
            let most = format!("at most {}, what the treasury has", checker.shown(held, asset));
            checker.error(path, format!("{shown} are more than the treasury has"), &most);
        }
    }
}
