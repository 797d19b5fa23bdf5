//! Adapter: the recycling pool of the Python SDK.

use workmint_amounts::{Amount, Ratio};
use workmint_core::inputs::EpochInputs;
use workmint_core::modules::emission::Facts;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{Parameters, Score, Source};
use workmint_core::modules::rewards::plan;
use workmint_core::modules::settlement::moves_of_plan;

use super::{always, emission};
use crate::conformance::case::{Case, Node};
use crate::conformance::chain::built_in;
use crate::conformance::suite::Adapter;
use crate::conformance::tolerances::PYTHON;
use crate::conformance::verdict::{Mismatch, Outcome, require};

pub(super) const ADAPTERS: &[Adapter] =
    &[Adapter { file: "", function: "scenario", run: scenario }];

/// One stream takes the whole emission.
fn network() -> Result<Parameters, Mismatch> {
    let mut all = built_in("gonka")?;
    let direct = |score: &Score| matches!(score, Score::FixedAccount { .. });
    let share = Ratio::ONE;
    let mut streams = all.streams.clone();
    let mut stream = streams
        .iter()
        .position(|stream| direct(&stream.score))
        .map(|at| streams.swap_remove(at))
        .ok_or_else(|| Mismatch::new("gonka has no direct stream"))?;
    stream.source = Source::Emission { share };
    all.streams = vec![stream];
    all.assets[0].cap = Amount::MAX;
    Ok(all)
}

/// What an epoch of `wanted` takes from a pool of `pool`, and what it mints.
pub(super) fn issue(wanted: Amount, pool: Amount) -> Result<(Amount, Amount), Mismatch> {
    let mut all = network()?;
    all.emission = emission(always(wanted), Amount::MAX);
    let inputs = EpochInputs {
        emission: Facts { blocks: 1, ..Facts::default() },
        pots: vec![(all.emission.asset, Pot::Recycling, pool)],
        ..EpochInputs::default()
    };
    let planned = plan(&all, &inputs)?;
    let moves = moves_of_plan(&planned, pool)?;
    let (mut recycled, mut minted) = (Amount::ZERO, Amount::ZERO);
    for moved in moves.into_iter().flatten() {
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
