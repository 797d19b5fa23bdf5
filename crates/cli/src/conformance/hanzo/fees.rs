//! Adapter: the market's fee and where it goes, as document 003 prints them.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::market::{fee_parts, of_payment};
use workmint_core::modules::parameters::{FeeShare, FeeTo, MarketFee};

use crate::conformance::case::Case;
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Outcome, Verdict, require};

pub(super) const ADAPTERS: &[Adapter] = &[Adapter {
    file: "document_formulas",
    function: "fee 0.3% split 40/30/20/10 (floor; dust listed)",
    run: fee,
}];

/// The document floors each part and leaves dust; ours are cumulative floors, each its or 1 more.
fn fee(case: &Case) -> Outcome {
    let shares = [("burn", 4), ("providers", 3), ("dao", 2), ("liquidity", 1)];
    let mut split = Vec::new();
    for (name, tenths) in shares {
        let to = match name {
            "burn" => FeeTo::Burn,
            "dao" => FeeTo::Treasury,
            pot => FeeTo::Pot(pot.parse()?),
        };
        split.push(FeeShare { to, share: Ratio::new(tenths, 10)? });
    }
    let rules = MarketFee { rate: Ratio::new(3, 1_000)?, split };
    let payment = case.input().at("payment_wei").amount()?;
    let expected = case.expected();
    let total = of_payment(Some(&rules), payment)?;
    require("fee", total, expected.at("fee").amount()?)?;
    let parts = fee_parts(&rules, total)?;
    require("sum of parts", Amount::sum(parts.iter().copied())?, total)?;
    let mut dust = Amount::ZERO;
    for ((name, _), ours) in shares.iter().zip(parts) {
        let more = ours.checked_sub(expected.at(name).amount()?)?;
        require(name, more.min(Amount::new(1)), more)?;
        dust = dust.checked_add(more)?;
    }
    require("dust", dust, expected.at("dust").amount()?)?;
    let equal = dust.is_zero();
    Ok(if equal { Verdict::Passed } else { Verdict::Deviates(Decision::FeesSplitWhole) })
}
