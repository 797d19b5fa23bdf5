//! Adapter: voting power of document 003.

use workmint_amounts::Amount;
use workmint_core::modules::governance::square_root_power;

use crate::conformance::case::Case;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, same};

pub(super) const ADAPTERS: &[Adapter] =
    &[Adapter { file: "document_formulas", function: "voting_power", run: power }];

/// Base units in one AI.
const AI: u128 = 1_000_000_000_000_000_000;

fn power(case: &Case) -> Outcome {
    let input = case.input();
    let wei = |key: &str| -> Result<Amount, Mismatch> {
        let whole = input.at(key).number::<u128>()?.checked_mul(AI);
        whole.map(Amount::new).ok_or_else(|| Mismatch::new("above 128 bits"))
    };
    let ours = square_root_power(wei("balance_ai")?, wei("staked_ai")?);
    let theirs = case.expected().at("isqrt_wei_scale_1e9").amount()?;
    same("power", ours, theirs.get())
}
