//! Adapter: the recycling pool of the Python SDK.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::settlement::moves_of_plan;

use super::people::{People, network, settle, treasury};
use crate::conformance::case::{Case, Node};
use crate::conformance::suite::Adapter;
use crate::conformance::tolerances::PYTHON;
use crate::conformance::verdict::{Mismatch, Outcome, require};

pub(super) const ADAPTERS: &[Adapter] =
    &[Adapter { file: "", function: "scenario", run: scenario }];

/// What an epoch of `wanted` takes from a pool of `pool`, and what it mints.
fn issue(wanted: Amount, pool: Amount) -> Result<(Amount, Amount), Mismatch> {
    let rules = network(&[("dao", 10_000, treasury())])?;
    let planned = settle(&rules, &People::new(), (wanted, pool))?;
    let (mut recycled, mut minted) = (Amount::ZERO, Amount::ZERO);
    for moved in moves_of_plan(&planned, pool)?.into_iter().flatten() {
        recycled = recycled.checked_add(moved.recycled)?;
        minted = minted.checked_add(moved.minted)?;
    }
    Ok((recycled, minted))
}

/// What is added goes into the pool; what an epoch needs comes out of it first, the rest is minted.
fn scenario(case: &Case) -> Outcome {
    let (mut pool, mut added, mut used) = (Amount::ZERO, Amount::ZERO, Amount::ZERO);
    for step in case.input().at("steps").list()? {
        let parts = step.list()?;
        let [what, amount, rest] = &parts[..] else {
            return Err(Mismatch::new("a step has not three parts"));
        };
        let amount = amount.amount()?;
        match what.text()? {
            "add" => {
                pool = pool.checked_add(amount)?;
                added = added.checked_add(amount)?;
            }
            "alloc" => {
                let (recycled, minted) = issue(amount, pool)?;
                let theirs =
                    rest.list()?.iter().map(Node::amount).collect::<Result<Vec<_>, _>>()?;
                require("from the pool and minted", vec![recycled, minted], theirs)?;
                pool = pool.checked_sub(recycled)?;
                used = used.checked_add(recycled)?;
            }
            other => return Err(Mismatch::new(format!("a step of kind {other}"))),
        }
    }
    let expected = case.expected();
    require("balance", pool, expected.at("total_balance").amount()?)?;
    require("recycled", added, expected.at("total_recycled").amount()?)?;
    require("allocated", used, expected.at("total_allocated").amount()?)?;
    let rate = if added.is_zero() { Ratio::ZERO } else { Ratio::new(used.get(), added.get())? };
    PYTHON.compare("utilization", rate, expected.at("utilization_rate").ratio()?)
}
