//! Adapters: availability and yearly emission of document 003.

use workmint_amounts::{Amount, Ratio};
use workmint_core::inputs::{ProviderRow, Utilisation};
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_core::modules::parameters::{AssetId, Availability, Emission, Schedule};
use workmint_core::modules::rewards::{asked_for, network_factor};

use crate::conformance::case::Case;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, require, same};

/// Base units of an AI.
const AI: u128 = 1_000_000_000_000_000_000;
/// Probes by which a share of the time is measured.
const PROBES: u32 = 100;

const AVAILABILITY: &str =
    "availability_reward = stake*utilization*network_factor (as written: NO time unit)";

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "document_formulas", function: AVAILABILITY, run: availability },
    Adapter { file: "document_formulas", function: "annual_emission", run: annual_emission },
];

/// The document names no rate: 1 for an epoch. Its factor is demand / supply.
fn availability(case: &Case) -> Outcome {
    let input = case.input();
    let factor = input.at("network_factor").ratio()?;
    let rule = Availability {
        rate_per_epoch: Ratio::ONE,
        least_factor: Ratio::ZERO,
        most_factor: Ratio::from_integer(10),
        window: 1,
    };
    let seen = Utilisation { demand: factor.numerator(), supply: factor.denominator() };
    let factor = network_factor(&rule, &[seen])?;
    let answered = input.at("utilization").ratio()?.floor_mul(PROBES.into())?;
    let row = ProviderRow {
        stake: Amount::new(input.at("stake").number::<u64>()?.into()).checked_mul(AI)?,
        answered: u32::try_from(answered).map_err(|_| Mismatch::new("no share of the time"))?,
        ..ProviderRow::default()
    };
    let expected = case.expected().ratio()?.checked_mul(Ratio::from_integer(AI))?;
    same(
        "availability",
        Ratio::from_integer(asked_for(&rule, factor, &row, PROBES)?.get()),
        expected,
    )
}

/// 100 M x 0.9^year, rounded down, in days; and the sum of all years until then.
fn annual_emission(case: &Case) -> Outcome {
    let year: u64 = case.input().at("year").number()?;
    let schedule = |period_epochs| -> Result<Emission, Mismatch> {
        let initial = Amount::new(100_000_000).checked_mul(AI)?;
        let factor = Ratio::new(9, 10)?;
        let schedule = Schedule::Geometric { initial, factor, period_epochs };
        Ok(Emission {
            utility: None,
            quota: Ratio::ZERO,
            reference_weight: 0,
            asset: AssetId(0),
            schedule,
            allocation: Amount::MAX,
            genesis_epoch: 0,
        })
    };
    let sum = |emission: &Emission, epochs: std::ops::Range<u64>| -> Result<Amount, Mismatch> {
        let mut sum = Amount::ZERO;
        for epoch in epochs {
            let facts = Facts { epoch, ..Facts::default() };
            sum = sum.checked_add(scheduled(emission, &facts)?)?;
        }
        Ok(sum)
    };
    let expected = case.expected();
    let days = sum(&schedule(365)?, year * 365..(year + 1) * 365)?;
    require("a year", days, expected.at("exact_floor_wei").amount()?)?;
    let all = sum(&schedule(1)?, 0..year + 1)?;
    same("all years", all, expected.at("cumulative_floor_wei").amount()?)
}
