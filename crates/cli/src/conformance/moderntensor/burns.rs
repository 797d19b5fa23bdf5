//! Adapters: what is burned of fees and slashes, and the quota that is not met.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::emission::Facts;
use workmint_core::modules::fees::burned_part;
use workmint_core::modules::parameters::{Destination, Emission, Fees};

use super::{always, budget_of, emission, near};
use crate::conformance::case::{Case, Node};
use crate::conformance::chain::built_in;
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};

const BASIS_POINTS: u128 = 10_000;

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "rust_burn_generated", function: "burn_unmet_quota", run: rust_quota },
    Adapter { file: "rust_burn_generated", function: "burn_tx_fee", run: fee_parts },
    Adapter { file: "rust_burn_generated", function: "burn_subnet_registration", run: fee_parts },
    Adapter { file: "rust_burn_generated", function: "burn_slashing", run: slash_parts },
    Adapter { file: "", function: "burn_unmet_quota", run: python_quota },
    Adapter { file: "", function: "burn_transaction_fees", run: python_fee },
];

/// What of an amount is not minted if so much of `quota` is answered.
fn unmet(amount: Amount, quota: Ratio, answered: Ratio) -> Result<Amount, Mismatch> {
    let rules = Emission { quota, ..emission(always(amount), Amount::MAX) };
    let narrow = |number: u128| {
        u64::try_from(number).map_err(|_| Mismatch::new("a share of more than 2^64 requests"))
    };
    let all = narrow(answered.denominator())?;
    let tasks = narrow(answered.numerator())?;
    let missed = all.checked_sub(tasks).ok_or_else(|| Mismatch::new("more than all answered"))?;
    let facts = Facts { blocks: 1, tasks, missed, ..Facts::default() };
    let budget = budget_of(&rules, &facts)?;
    require("minted and unmet", budget.budget.checked_add(budget.unmet)?, amount)?;
    Ok(budget.unmet)
}

fn python_quota(case: &Case) -> Outcome {
    let input = case.input();
    let amount = input.at("expected_emission").amount()?;
    let ours = unmet(amount, input.at("threshold").ratio()?, input.at("quality").ratio()?)?;
    near("unmet quota", (ours, case.expected().amount()?), amount)?;
    Ok(Verdict::Passed)
}

fn points(node: &Node<'_>) -> Result<Ratio, Mismatch> {
    Ok(Ratio::new(node.number::<u64>()?.into(), BASIS_POINTS)?)
}

/// The peer burns a share of what was not reached: a quota of that share of which nothing is.
fn rust_quota(case: &Case) -> Outcome {
    let input = case.input();
    let ours = unmet(input.at("amount").amount()?, points(&input.at("rate_bps"))?, Ratio::ZERO)?;
    require("unmet quota", ours, case.expected().amount()?)?;
    Ok(Verdict::Passed)
}

fn fees(burned_share: Ratio) -> Result<Fees, Mismatch> {
    Ok(Fees { burned_share, destination: Destination::Recycling, ..built_in("gonka")?.fees })
}

/// Burned and kept: ours burns one more unless the share is whole.
fn fee_parts(case: &Case) -> Outcome {
    let input = case.input();
    let (fee, share) = (input.at("fee").amount()?, points(&input.at("rate_bps"))?);
    let ours = burned_part(&fees(share)?, fee)?;
    let expected = case.expected().list()?;
    let [burned, kept] = &expected[..] else {
        return Err(Mismatch::new("the peer's fee has not two parts"));
    };
    let (burned, kept) = (burned.amount()?, kept.amount()?);
    require("sum of the peer's parts", burned.checked_add(kept)?, fee)?;
    rounded_up(ours, burned, (fee, share))
}

/// Passed if the share is whole; else ours is one more.
fn rounded_up(ours: Amount, theirs: Amount, (of, share): (Amount, Ratio)) -> Outcome {
    let whole = share.apply_floor(of)? == share.apply_ceil(of)?;
    let more = Amount::new(u128::from(!whole));
    require("burned", ours, theirs.checked_add(more)?)?;
    Ok(if whole { Verdict::Passed } else { Verdict::Deviates(Decision::BurnRoundsUp) })
}

/// In floats: the peer's is about the share, ours is the share rounded up.
fn python_fee(case: &Case) -> Outcome {
    let input = case.input();
    let (fee, share) = (input.at("fee").amount()?, input.at("rate").ratio()?);
    let floor = share.apply_floor(fee)?;
    near("burned by the peer", (floor, case.expected().amount()?), fee)?;
    rounded_up(burned_part(&fees(share)?, fee)?, floor, (fee, share))
}

/// 80 % of a slash burned, the rest kept; of ours the part that is not the challenger's, rounded up
/// as well.
fn slash_parts(case: &Case) -> Outcome {
    let input = case.input();
    let (slashed, share) = (input.at("slashed").amount()?, points(&input.at("rate_bps"))?);
    let expected = case.expected().list()?;
    let [burned, kept] = &expected[..] else {
        return Err(Mismatch::new("the peer's slash has not two parts"));
    };
    let (burned, kept) = (burned.amount()?, kept.amount()?);
    require("sum of the peer's parts", burned.checked_add(kept)?, slashed)?;
    let mut rules = built_in("gonka")?.slashing;
    rules.reporter_share = share.complement()?;
    let reward = rules.reporter_share.apply_floor(slashed)?;
    rounded_up(slashed.checked_sub(reward)?, burned, (slashed, share))
}
