//! The pool of two assets: somebody adds to it and takes a part out, others swap.

use super::super::timeline;
use super::Scene;
use crate::demo::draft::Draft;
use crate::demo::funding::Needs;
use crate::demo::random::Draws;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::exchange::{AddLiquidity, RemoveLiquidity, Swap, quote_out, removed};
use workmint_core::modules::parameters::Exchange;
use workmint_core::names::AssetId;
use workmint_core::{Address, Message};

/// A provider of liquidity adds one part in so many of each reserve, and takes one part in so many
/// of its shares out.
const ADDED: u128 = 200;
const TAKEN: u128 = 4;
/// Traders swap about one part in so many of the reserve.
const SWAPPED: u128 = 20_000;
/// What a swap may bring less than quoted, per cent.
const SLIPPAGE: u128 = 2;

/// Money for the pool, in the first epoch.
pub(super) fn needs(scene: &Scene, needs: &mut Needs) -> Result<(), Failure> {
    let Some(rules) = &scene.parameters.exchange else {
        return Ok(());
    };
    let reserve = scene.state.exchange.pool().reserves.0.get();
    needs.add(scene.cast.liquidity, rules.assets.0, Amount::new(reserve / ADDED * 2))?;
    for trader in &scene.cast.traders {
        needs.add(*trader, rules.assets.0, Amount::new(reserve / SWAPPED * 2))?;
    }
    Ok(())
}

/// Who sends which asset. Of the fee asset only the pool may have any: then who sends the pool's
/// other asset changes some of it first, which a network must leave free of fees.
pub(super) fn funders(
    scene: &Scene,
    draft: &mut Draft,
) -> Result<BTreeMap<AssetId, Address>, Failure> {
    let (mut funders, fees) = (scene.cast.funders.clone(), &scene.parameters.fees);
    let Some(rules) = &scene.parameters.exchange else {
        return Ok(funders);
    };
    let (first, other) = match rules.assets {
        (other, fee) if fee == fees.asset => (true, other),
        (fee, other) if fee == fees.asset => (false, other),
        _ => return Ok(funders),
    };
    let Some(funder) = funders.get(&other).copied() else {
        return Ok(funders);
    };
    if fees.are_zero() || funders.contains_key(&fees.asset) {
        return Ok(funders);
    }
    funders.insert(fees.asset, funder);
    let (one, two) = scene.state.exchange.pool().reserves;
    let (reserve, fee_reserve) = if first { (one, two) } else { (two, one) };
    let enough = Amount::new(fee_reserve.get() / ADDED / 2);
    if scene.spendable(&funder, fees.asset) < enough {
        let amount = Amount::new(reserve.get() / ADDED);
        if let Some(message) = swap_of(scene, rules, (first, amount))? {
            draft.push(funder, message)?;
        }
    }
    Ok(funders)
}

/// A swap of what may be spent, with a limit near the quote.
fn swap_of(
    scene: &Scene,
    rules: &Exchange,
    (first, amount_in): (bool, Amount),
) -> Result<Option<Message>, Failure> {
    let pool = scene.state.exchange.pool();
    if amount_in.is_zero() || pool.shares == 0 {
        return Ok(None);
    }
    let quote = quote_out(pool, rules.fee, first, amount_in).map_err(Failure::damage)?;
    let min_out = Amount::new(quote.get() / 100 * (100 - SLIPPAGE));
    let asset_in = if first { rules.assets.0 } else { rules.assets.1 };
    let deadline = scene.now.time_ms;
    Ok(Some(Message::Swap(Swap { asset_in, amount_in, min_out, deadline })))
}

/// In the first epoch the provider of liquidity buys what it lacks.
pub(super) fn buy(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(rules) = scene.parameters.exchange.as_ref().filter(|_| scene.now.epoch == 0) else {
        return Ok(());
    };
    let address = scene.cast.liquidity;
    let amount = Amount::new(scene.state.exchange.pool().reserves.0.get() / ADDED);
    if let Some(message) = swap_of(scene, rules, (true, amount))? {
        draft.push(address, message)?;
    }
    Ok(())
}

/// It adds what it bought, and as much of the first asset; later it takes a part out.
pub(super) fn add_or_take(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(rules) = &scene.parameters.exchange else {
        return Ok(());
    };
    let (address, deadline) = (scene.cast.liquidity, scene.now.time_ms);
    let own = |asset| scene.spendable(&address, asset);
    if scene.now.epoch == 0 {
        let most = Amount::new(scene.state.exchange.pool().reserves.0.get() / ADDED);
        let amounts = (own(rules.assets.0).min(most), own(rules.assets.1));
        if !amounts.0.is_zero() && !amounts.1.is_zero() {
            let message = AddLiquidity { amounts, min_shares: 1, deadline };
            draft.push(address, Message::AddLiquidity(message))?;
        }
    }
    let handle = scene.state.ledger.handle(&address);
    let shares = handle.map_or(0, |handle| scene.state.exchange.shares(handle)) / TAKEN;
    if timeline::takes_liquidity(scene.now.epoch) && shares > 0 {
        let part = removed(scene.state.exchange.pool(), shares).map_err(Failure::damage)?;
        let least = |amount: Amount| Amount::new(amount.get() / 100 * (100 - SLIPPAGE));
        let min_amounts = (least(part.0), least(part.1));
        let message = RemoveLiquidity { shares, min_amounts, deadline };
        draft.push(address, Message::RemoveLiquidity(message))?;
    }
    Ok(())
}

/// Traders buy the second asset in one epoch and sell half of what they have in the next.
pub(super) fn swap(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(rules) = &scene.parameters.exchange else {
        return Ok(());
    };
    let (epoch, reserve) = (scene.now.epoch, scene.state.exchange.pool().reserves.0.get());
    for (number, trader) in (0_u64..).zip(&scene.cast.traders) {
        let mut draws = Draws::new(scene.settings.seed, epoch, number, "swaps");
        let first = (epoch + number).is_multiple_of(2);
        let held = |address: &Address, asset| scene.spendable(address, asset);
        let amount = if first {
            let most = reserve / SWAPPED / 100 * u128::from(50 + draws.below(101));
            Amount::new(most).min(held(trader, rules.assets.0))
        } else {
            Amount::new(held(trader, rules.assets.1).get() / 2)
        };
        if let Some(message) = swap_of(scene, rules, (first, amount))? {
            draft.push(*trader, message)?;
        }
    }
    Ok(())
}
