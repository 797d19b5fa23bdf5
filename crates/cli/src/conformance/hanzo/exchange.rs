//! Adapters: the pool of two assets (hanzoai/node `ComputeDEX.sol`). The pool's first asset is the
//! contract's resource, the second its token.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::exchange::{Pool, added, quote_in, quote_out, removed, swapped};

use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

const fn dex(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "evm_computedex_generated", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    dex("ComputeDEX.addLiquidity(initial)", first_deposit),
    dex("ComputeDEX.addLiquidity(more)", later_deposit),
    dex("ComputeDEX.removeLiquidity", withdrawal),
    dex("ComputeDEX.buyResources", purchase),
    dex("ComputeDEX.sellResources", sale),
    dex("ComputeDEX.getPrice(buy)", price_of_purchase),
    dex("ComputeDEX.getPrice(sell)", price_of_sale),
];

/// Shares of a first deposit that nobody owns, upstream (`MINIMUM_LIQUIDITY`).
const LOCKED: u64 = 1_000;

/// The pool of a record, with the share of what goes in that stays in it.
fn pool(node: &Node<'_>) -> Result<(Pool, Ratio), Mismatch> {
    let reserves = (node.at("resource").amount()?, node.at("token").amount()?);
    let fee = Ratio::new(node.at("fee_bps").number()?, 10_000)?;
    let shares = node.at("liquidity").number()?;
    Ok((Pool { reserves, shares, locked: u128::from(LOCKED) }, fee))
}

/// That the record's pool afterwards is this one.
fn leaves(case: &Case, reserves: (Amount, Amount), shares: u128) -> Result<(), Mismatch> {
    let (after, _) = pool(&case.expected().at("pool_after"))?;
    require("reserves", reserves, after.reserves)?;
    require("shares", shares, after.shares)
}

fn sum(one: Amount, other: Amount) -> Result<Amount, Mismatch> {
    Ok(one.checked_add(other)?)
}

fn first_deposit(case: &Case) -> Outcome {
    let input = case.input();
    let offered = (input.at("resource").amount()?, input.at("token").amount()?);
    let ours = added(&Pool::default(), LOCKED, offered)?;
    require("shares", ours.shares, case.expected().at("liquidity").at("ok").number()?)?;
    let (after, _) = pool(&case.expected().at("pool"))?;
    require("reserves", ours.taken, after.reserves)?;
    same("all shares", ours.shares + u128::from(LOCKED), after.shares)
}

/// The same shares; the peer keeps all that was offered, we take the part in proportion only.
fn later_deposit(case: &Case) -> Outcome {
    let input = case.input();
    let (before, _) = pool(&input.at("pool"))?;
    let offered = (input.at("resource").amount()?, input.at("token").amount()?);
    let ours = added(&before, LOCKED, offered)?;
    require("shares", ours.shares, case.expected().at("liquidity").at("ok").number()?)?;
    let whole = (sum(before.reserves.0, offered.0)?, sum(before.reserves.1, offered.1)?);
    leaves(case, whole, before.shares + ours.shares)?;
    if ours.taken == offered {
        return Ok(Verdict::Passed);
    }
    // Exactly the fewest units that keep every share's worth: one less would take from the others.
    let (a, b) = before.reserves;
    for (taken, offered, reserve) in [(ours.taken.0, offered.0, a), (ours.taken.1, offered.1, b)] {
        let part = Ratio::new(ours.shares, before.shares)?.apply_ceil(reserve)?;
        require("taken", taken, part)?;
        require("within what was offered", taken <= offered, true)?;
    }
    Ok(Verdict::Deviates(Decision::ProportionOnly))
}

fn withdrawal(case: &Case) -> Outcome {
    let input = case.input();
    let (before, _) = pool(&input.at("pool"))?;
    let shares: u128 = input.at("liquidity").number()?;
    let ours = removed(&before, shares);
    let out = case.expected().at("out");
    if out.has("revert") {
        if shares > input.at("lp_shares").number()? {
            return Ok(Verdict::NotCovered("whose shares they are is not of the pool"));
        }
        let Ok((resource, _)) = ours else {
            return Ok(Verdict::Passed);
        };
        let put_in = input.at("lp_resource_balance").amount()?;
        require("more than was put in", resource > put_in, true)?;
        return Ok(Verdict::Deviates(Decision::SharesAlwaysPaid));
    }
    let (ours, theirs) = (ours?, out.at("ok").list()?);
    let [first, second] = theirs.as_slice() else {
        return Err(Mismatch::new("two amounts are needed"));
    };
    require("out", ours, (first.amount()?, second.amount()?))?;
    let (a, b) = before.reserves;
    leaves(case, (a.checked_sub(ours.0)?, b.checked_sub(ours.1)?), before.shares - shares)?;
    Ok(Verdict::Passed)
}

fn purchase(case: &Case) -> Outcome {
    let input = case.input();
    let (before, fee) = pool(&input.at("pool"))?;
    let amount = input.at("token_in").amount()?;
    let ours = swapped(&before, fee, false, amount);
    if case.expected().at("out").has("revert") {
        return same("refused", ours.is_err(), true);
    }
    let ours = ours?;
    require("out", ours, case.expected().at("out").at("ok").amount()?)?;
    let (a, b) = before.reserves;
    leaves(case, (a.checked_sub(ours)?, sum(b, amount)?), before.shares)?;
    Ok(Verdict::Passed)
}

fn sale(case: &Case) -> Outcome {
    let input = case.input();
    let (before, fee) = pool(&input.at("pool"))?;
    let amount = input.at("resource_in").amount()?;
    let ours = swapped(&before, fee, true, amount);
    if case.expected().at("out").has("revert") {
        return same("refused", ours.is_err(), true);
    }
    let ours = ours?;
    require("out", ours, case.expected().at("out").at("ok").amount()?)?;
    let (a, b) = before.reserves;
    leaves(case, (sum(a, amount)?, b.checked_sub(ours)?), before.shares)?;
    Ok(Verdict::Passed)
}

/// Tokens for so many resources. Where the pool does not hold more the peer divides by zero or
/// underflows; we refuse.
fn price_of_purchase(case: &Case) -> Outcome {
    let input = case.input();
    let (pool, fee) = pool(&input.at("pool"))?;
    let ours = quote_in(&pool, fee, false, input.at("amount").amount()?);
    if case.expected().optional("revert").is_null() {
        return same("price", ours?, case.expected().at("ok").amount()?);
    }
    same("refused", ours.is_err(), true)
}

fn price_of_sale(case: &Case) -> Outcome {
    let input = case.input();
    let (pool, fee) = pool(&input.at("pool"))?;
    let ours = quote_out(&pool, fee, true, input.at("amount").amount()?)?;
    same("price", ours, case.expected().at("ok").amount()?)
}
