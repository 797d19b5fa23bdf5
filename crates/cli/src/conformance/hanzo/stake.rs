//! Adapters: staking power, unstake burn, slashes of document 003; vesting of AIToken.

use super::network::{ONE_AI, rules, stake};
use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::VestingRemainder;
use workmint_core::modules::stake::{sla_fraction, staking_power, unstake_burn};
use workmint_core::modules::vesting::Grant;

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter {
        file: "document_formulas",
        function: "calculateStakingPower (durationMultiplier=1; not defined in the seed)",
        run: power,
    },
    Adapter { file: "document_formulas", function: "unstake burn 0.1% (floor)", run: burn },
    Adapter { file: "document_formulas", function: "slashing", run: slashing },
    Adapter { file: "evm_ai_token_generated", function: "AIToken.claimVestedTokens", run: vesting },
];

/// Whole AI as base units.
fn whole(node: &Node<'_>) -> Result<Amount, Mismatch> {
    let units: u128 = node.number()?;
    Ok(Amount::new(units.checked_mul(ONE_AI).ok_or_else(|| Mismatch::new("more than 2^128"))?))
}

/// A fraction of AI, "1001/10", as base units; every one of the records is a whole number of them.
fn fraction(node: &Node<'_>) -> Result<Amount, Mismatch> {
    let text = node.text()?;
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    let number = |text: &str| {
        text.parse::<u128>().map_err(|_| Mismatch::new(format!("\"{text}\" is no whole number")))
    };
    let exact =
        Ratio::new(number(above)?, number(below)?)?.checked_mul(Ratio::from_integer(ONE_AI))?;
    require("a whole number of base units", exact.denominator(), 1)?;
    Ok(Amount::new(exact.numerator()))
}

fn power(case: &Case) -> Outcome {
    let input = case.input();
    let tier: usize = input.at("tier").number()?;
    let tiers = rules()?.attestation.map(|rules| rules.tiers).unwrap_or_default();
    let tier = tiers.get(tier).ok_or_else(|| Mismatch::new("no such tier"))?.multiplier;
    let (amount, points) = (whole(&input.at("amount"))?, input.at("reputation").number()?);
    let ours = staking_power(amount, Ratio::ONE, tier, points)?;
    // The document's integers make 1 of every reputation below 1,000: what it means is the real.
    same("power", ours, fraction(&case.expected().at("intended_real"))?)
}

/// The document cuts off; ours rounds up, so that no withdrawal escapes.
fn burn(case: &Case) -> Outcome {
    let amount = case.input().at("amount_wei").amount()?;
    let ours = unstake_burn(&stake()?, amount)?;
    let theirs = case.expected().at("burn").amount()?;
    let returned = case.expected().at("returned").amount()?;
    require("burn and rest", theirs.checked_add(returned)?, amount)?;
    if ours == theirs {
        return Ok(Verdict::Passed);
    }
    require("one unit more", ours, theirs.checked_add(Amount::new(1))?)?;
    Ok(Verdict::Deviates(Decision::StakeRoundsUp))
}

fn slashing(case: &Case) -> Outcome {
    let (input, rules) = (case.input(), stake()?.slashing);
    let (least, most) = match input.at("kind").text()? {
        "sla" => (sla_fraction(&rules, Ratio::ZERO)?, sla_fraction(&rules, Ratio::ONE)?),
        "attestation" => (rules.attestation, rules.attestation),
        "malicious" => (rules.malice, rules.malice),
        other => return Err(Mismatch::new(format!("an offence \"{other}\""))),
    };
    let stake = whole(&input.at("stake"))?;
    let expected = case.expected();
    require("min", least.apply_ceil(stake)?, fraction(&expected.at("min"))?)?;
    same("max", most.apply_ceil(stake)?, fraction(&expected.at("max"))?)
}

/// An epoch of ours is a second of the contract's.
fn vesting(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let at = |key| input.at(key).number::<u64>();
    let (cliff, length) = (at("cliff")?, at("duration")?);
    let elapsed = at("now_offset")?.saturating_sub(at("start_offset")?);
    let total = input.at("total").amount()?;
    let grant = Grant::of(total, length, VestingRemainder::Spread)?;
    let vested = grant.unwrap_or_default().vested(elapsed, length)?;
    let theirs = expected.at("claimed").amount()?;
    require("nothing to claim", expected.at("r").has("revert"), theirs.is_zero())?;
    let before = input.at("claimed_before").amount()?;
    if elapsed < cliff && !vested.is_zero() {
        require("before the cliff", theirs.checked_add(before)?, Amount::ZERO)?;
        return Ok(Verdict::Deviates(Decision::VestsWithoutCliff));
    }
    same("claimed", vested.checked_sub(before)?, theirs)
}
