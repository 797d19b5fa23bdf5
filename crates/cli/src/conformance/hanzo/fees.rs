//! Adapter: the market's fee and where it goes, as document 003 prints them.

use workmint_amounts::Amount;
use workmint_core::modules::market::{fee_parts, of_payment};
use workmint_core::modules::parameters::FeeTo;

use super::network::fee as fee_rules;
use crate::conformance::case::Case;
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Outcome, Verdict, require};

pub(super) const ADAPTERS: &[Adapter] = &[Adapter {
    file: "document_formulas",
    function: "fee 0.3% split 40/30/20/10 (floor; dust listed)",
    run: fee,
}];

/// The document floors the fee, ours is rounded up: 1 more unless it is exact. It floors each part
/// and leaves dust; ours, here of its fee, are cumulative floors, each its or 1 more.
fn fee(case: &Case) -> Outcome {
    let rules = fee_rules()?;
    let payment = case.input().at("payment_wei").amount()?;
    let expected = case.expected();
    let total = expected.at("fee").amount()?;
    let exact = total.checked_mul(1_000)? == payment.checked_mul(3)?;
    let up = if exact { Amount::ZERO } else { Amount::new(1) };
    require("fee", of_payment(Some(&rules), payment)?, total.checked_add(up)?)?;
    let parts = fee_parts(&rules, total)?;
    require("sum of parts", Amount::sum(parts.iter().copied())?, total)?;
    let mut dust = Amount::ZERO;
    for (part, ours) in rules.split.iter().zip(parts) {
        let name = match &part.to {
            FeeTo::Burn => "burn",
            FeeTo::Treasury => "dao",
            FeeTo::Pot(name) => name.as_str(),
        };
        let more = ours.checked_sub(expected.at(name).amount()?)?;
        require(name, more.min(Amount::new(1)), more)?;
        dust = dust.checked_add(more)?;
    }
    require("dust", dust, expected.at("dust").amount()?)?;
    Ok(match (exact, dust.is_zero()) {
        (true, true) => Verdict::Passed,
        (true, false) => Verdict::Deviates(Decision::FeesSplitWhole),
        (false, _) => Verdict::Deviates(Decision::FeeRoundsUp),
    })
}
