//! Adapters: whose turn it is to propose, what a slash takes of a stake.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::validators::{select, slash_amount};
use workmint_core::{Address, Hash};

use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "rust_validator_selection_generated", function: "select_by_seed", run: turn },
    Adapter { file: "rust_slashing_generated", function: "slash", run: slashed },
];

fn parsed<T: std::str::FromStr>(node: &Node<'_>, what: &str) -> Result<T, Mismatch> {
    let text = node.text()?;
    text.parse().map_err(|_| Mismatch::new(format!("\"{text}\" is no {what}")))
}

fn turn(case: &Case) -> Outcome {
    let seed: Hash = parsed(&case.input().at("seed"), "hash")?;
    let mut powers = Vec::new();
    for one in case.input().at("validators").list()? {
        let address: Address = parsed(&one.at("address"), "address")?;
        powers.push((address, one.at("stake").amount()?));
    }
    powers.sort_unstable();
    let theirs: Address = parsed(&case.expected(), "address")?;
    same("proposer", select(&powers, &seed)?, Some(theirs))
}

/// At least one token of 18 decimals; the percentages of `slashing.rs`. The peer rounds down. Its
/// jail is counted in blocks, ours in epochs, and compared by our own tests.
fn slashed(case: &Case) -> Outcome {
    const LEAST: Amount = Amount::new(1_000_000_000_000_000_000);
    let (reason, stake) = (case.input().at("reason"), case.input().at("stake").amount()?);
    let reason = reason.text()?;
    let custom = reason.strip_prefix("Custom(").and_then(|rest| rest.strip_suffix(')'));
    let percent: u128 = match (reason, custom) {
        ("Offline" | "InvalidWeights", _) => 1,
        ("DoubleSigning", _) => 10,
        ("InvalidBlock", _) => 5,
        ("FraudulentAI", _) => 20,
        (_, Some(percent)) => {
            percent.parse().map_err(|_| Mismatch::new(format!("\"{percent}\" is no percentage")))?
        }
        _ => return Err(Mismatch::new(format!("\"{reason}\" is no reason"))),
    };
    let fraction = Ratio::new(percent, 100)?;
    let taken = slash_amount(fraction, LEAST, stake)?;
    let theirs = case.expected().at("amount_slashed").amount()?;
    let left = case.expected().at("remaining_stake").amount()?;
    require("nothing is lost of the stake", theirs.checked_add(left)?, stake)?;
    if fraction.is_zero() && !stake.is_zero() {
        require("slashed for nothing", taken, Amount::ZERO)?;
        require("their least slash", theirs, LEAST.min(stake))?;
        return Ok(Verdict::Deviates(Decision::NothingForNothing));
    }
    if taken != theirs {
        let floor = fraction.apply_floor(stake)?.max(LEAST).min(stake);
        require("their amount, rounded down", theirs, floor)?;
        require("ours, one unit more", taken, theirs.checked_add(Amount::new(1))?)?;
        return Ok(Verdict::Deviates(Decision::StakeRoundsUp));
    }
    Ok(Verdict::Passed)
}
