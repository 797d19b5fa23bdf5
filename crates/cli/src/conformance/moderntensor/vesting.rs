//! Adapters: what of an allocation is free.

use workmint_amounts::Ratio;
use workmint_core::genesis::{Allocation, AllocationTo};
use workmint_core::modules::parameters::{AssetId, VestingRemainder};

use crate::conformance::case::Case;
use crate::conformance::chain::address;
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Outcome, Verdict, require};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "vested_amount", run: vested },
    Adapter { file: "", function: "allocation_amount", run: allocated },
];

/// Days are epochs. What has neither cliff nor period is ours from the start; the peer keeps all
/// but the part at once until the day after.
fn vested(case: &Case) -> Outcome {
    let input = case.input();
    let (day, percent): (u64, u64) =
        (input.at("days_since_tge").number()?, input.at("tge_percent").number()?);
    let allocation = Allocation {
        asset: AssetId(0),
        amount: input.at("total").amount()?,
        to: AllocationTo::Account(address(input.at("category").text()?)),
        vesting_epochs: input.at("linear_days").number()?,
        cliff_epochs: input.at("cliff_days").number()?,
        at_once: Ratio::new(percent.into(), 100)?,
    };
    let ours = allocation.vested(VestingRemainder::Spread, day)?;
    let theirs = case.expected().amount()?;
    let free = allocation.vesting_epochs == 0 && allocation.cliff_epochs == 0;
    if free && day == 0 && allocation.at_once < Ratio::ONE {
        require("vested", ours, allocation.amount)?;
        let at_once = allocation.at_once.apply_floor(allocation.amount)?;
        require("at once", at_once, theirs)?;
        return Ok(Verdict::Deviates(Decision::FreeFromTheStart));
    }
    require("vested", ours, theirs)?;
    Ok(Verdict::Passed)
}

fn allocated(_case: &Case) -> Outcome {
    Ok(Verdict::NotCovered("a table of shares of 21 M: a network's file says its amounts"))
}
