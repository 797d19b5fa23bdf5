//! Adapters: what a block mints, and how it is split.

use workmint_amounts::{Amount, Ratio, split_cumulative};
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_networks::preset;

use super::read;
use crate::conformance::case::Case;
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

const fn of(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "emission", function, run }
}

const POOLS: &str = "there is one network and one token: no pool between subnets";
const MECHANISMS: &str = "a network has one consensus: emission is split by streams";

pub(super) const ADAPTERS: &[Adapter] = &[
    of("get_block_emission_for_issuance", |case| {
        let issuance: u128 = read::one(&case.input().at("issuance"))?;
        same("emission", block_emission(issuance)?, read::one(&case.expected())?)
    }),
    of("halving_thresholds", thresholds),
    of("emit_split", split),
    of("get_subnet_terms", |_| Ok(Verdict::NotCovered(POOLS))),
    of("root_proportion", |_| Ok(Verdict::NotCovered(POOLS))),
    of("split_emissions", |_| Ok(Verdict::NotCovered(MECHANISMS))),
];

/// What one block gets under `bittensor` when `issued` exists, base units.
fn block_emission(issued: u128) -> Result<u128, Mismatch> {
    let preset = preset("bittensor").ok_or_else(|| Mismatch::new("there is no bittensor"))?;
    let definition = preset.definition().map_err(|_| Mismatch::new("bittensor is not valid"))?;
    let emission = &definition.parameters.emission;
    let asset_issued = Amount::new(issued);
    let facts =
        Facts { epoch: emission.genesis_epoch, blocks: 1, asset_issued, ..Facts::default() };
    Ok(scheduled(emission, &facts)?.get())
}

/// Every threshold is the first issuance with its emission.
fn thresholds(case: &Case) -> Outcome {
    for step in case.expected().list()? {
        let first: u128 = step.at("first_issuance").number()?;
        let emission: u128 = step.at("block_emission").number()?;
        require("emission", block_emission(first)?, emission)?;
        require("the one before is more", block_emission(first - 1)? > emission, true)?;
    }
    Ok(Verdict::Passed)
}

/// The streams of `bittensor` with a share for the root, as cumulative floors.
fn split(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let out: u128 = read::one(&input.at("alpha_out"))?;
    let cut: u16 = if input.at("owner_cut_enabled").flag()? {
        read::one(&input.at("subnet_owner_cut_u16"))?
    } else {
        0
    };
    let owner = Ratio::new(u128::from(cut), 65_535)?;
    let half = owner.complement()?.checked_mul(Ratio::new(1, 2)?)?;
    let root_proportion = Ratio::new(read::one(&input.at("root_proportion"))?, 1 << 32)?;
    let root = half.checked_mul(root_proportion.min(Ratio::ONE))?;
    let validators = half.checked_sub(root)?;
    let shares = [owner, half, validators, root];
    let ours = split_cumulative(Amount::new(out), &shares)?;
    require("all of it", Amount::sum(ours.iter().copied())?.get(), out)?;
    let keys = ["owner_cut", "pending_server", "pending_validator", "root_alpha"];
    // The peer's shares have 32 binary digits, and each part is rounded down by itself: at most
    // four parts of 2^32 of the whole, and two units.
    let most = (out * 4).div_ceil(1 << 32) + 2;
    let mut all_same = true;
    for (key, ours) in keys.into_iter().zip(ours) {
        let theirs: u128 = read::one(&expected.at(key))?;
        require(key, ours.get().abs_diff(theirs) <= most, true)?;
        all_same &= ours.get() == theirs;
    }
    Ok(if all_same { Verdict::Passed } else { Verdict::Deviates(Decision::WholeShares) })
}
