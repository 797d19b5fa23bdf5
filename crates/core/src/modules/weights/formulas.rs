//! Document 001 §2.1: from potential to effective weight.

use crate::error::{Error, OVERFLOW};
use crate::modules::parameters::Weights;
use workmint_amounts::{Amount, Ratio, floor_of_sum};

/// How an effective weight came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// Weight of accepted proofs.
    pub potential: u64,
    /// Unconditional part, rounded down for display: floor(potential x base ratio).
    pub base: u64,
    /// potential - base.
    pub eligible: u64,
    /// effective - base.
    pub activated: u64,
    /// What counts.
    pub effective: u64,
}

/// floor(min(potential, potential x base_weight_ratio + collateral / collateral_per_weight_unit)),
/// evaluated exactly and rounded down once. `active` is false while the participant's validator is
/// unbonding or jailed: then nothing beyond the base is activated. In the grace epochs all of the
/// potential counts. Weight units; collateral in base units.
pub fn effective_weight(
    rules: &Weights,
    epoch: u64,
    potential: u64,
    collateral: Amount,
    active: bool,
) -> Result<Breakdown, Error> {
    let whole = u128::from(potential);
    let narrow = |weight: u128| u64::try_from(weight.min(whole)).unwrap_or(potential);
    let base = narrow(rules.base_weight_ratio.floor_mul(whole)?);
    let in_grace = rules.grace_until_epoch.is_some_and(|last| epoch <= last);
    let effective = if in_grace {
        potential
    } else if !active || collateral.is_zero() {
        base
    } else {
        narrow(backed(rules, whole, collateral)?)
    };
    let eligible = potential.checked_sub(base).ok_or(OVERFLOW)?;
    let activated = effective.checked_sub(base).ok_or(OVERFLOW)?;
    Ok(Breakdown { potential, base, eligible, activated, effective })
}

/// floor(potential x ratio + collateral / unit), exactly, or at least `potential`.
fn backed(rules: &Weights, potential: u128, collateral: Amount) -> Result<u128, Error> {
    let unit = rules.collateral_per_weight_unit;
    // Enough collateral for all of it: the frequent case, and the only one that could overflow.
    let all = unit.ceil_mul(potential);
    if all.is_ok_and(|all| collateral.get() >= all) {
        return Ok(potential);
    }
    let per_unit = Ratio::ONE.checked_div(unit)?;
    Ok(floor_of_sum((potential, rules.base_weight_ratio), (collateral.get(), per_unit))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(ratio: &str, unit: u128) -> Weights {
        Weights {
            unit_price: None,
            base_weight_ratio: Ratio::parse_decimal(ratio).unwrap(),
            collateral_per_weight_unit: Ratio::from_integer(unit),
            grace_until_epoch: Some(2),
            power_cap: None,
            confirmation: None,
            participation: None,
            kept_share: Ratio::ZERO,
        }
    }

    #[test]
    fn document_001_section_2_1() {
        let rules = rules("0.2", 10);
        let effective = |potential, collateral, active| {
            let amount = Amount::new(collateral);
            effective_weight(&rules, 5, potential, amount, active).unwrap().effective
        };
        assert_eq!(effective(1000, 0, true), 200, "base only");
        assert_eq!(effective(1000, 4000, true), 600, "half of the eligible part");
        assert_eq!(effective(1000, 8000, true), 1000, "all of it");
        assert_eq!(effective(1000, u128::MAX, true), 1000, "never more than potential");
        assert_eq!(effective(1000, 8000, false), 200, "validator inactive");
        assert_eq!(effective(0, 8000, true), 0);
        assert_eq!(effective(3, 4, true), 1, "0.6 + 0.4 is floored once, not 0 + 0");
        let grace = effective_weight(&rules, 2, 1000, Amount::ZERO, false).unwrap();
        assert_eq!(grace.effective, 1000);
    }

    #[test]
    fn parts_always_sum() {
        let rules = rules("0.333333333", 7);
        for potential in [0_u64, 1, 2, 3, 10, 999, u64::MAX] {
            let parts = effective_weight(&rules, 9, potential, Amount::new(11), true).unwrap();
            assert_eq!(parts.base.checked_add(parts.eligible), Some(potential));
            assert_eq!(parts.base.checked_add(parts.activated), Some(parts.effective));
            assert!(parts.effective <= potential);
        }
    }
}
