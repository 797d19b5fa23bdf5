//! Fractions.

use crate::modules::parameters::{SlashRounding, Slashing};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::{ArithmeticError, Operation, Ratio, mul_div_ceil, mul_div_floor};

/// What kind of offence it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum OffenceKind {
    /// Failed the missed-request test of an epoch.
    Downtime,
    /// A report was refuted.
    InvalidWork,
    /// A fault of its validator in consensus.
    ConsensusFault,
}

impl OffenceKind {
    /// Liveness offences of one participant in one epoch count once, the largest.
    #[must_use]
    pub fn is_liveness(self) -> bool {
        matches!(self, Self::Downtime)
    }
}

impl fmt::Display for OffenceKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Downtime => "downtime",
            Self::InvalidWork => "invalid work",
            Self::ConsensusFault => "consensus fault",
        })
    }
}

/// The one fraction for all offences judged together: the largest liveness offence plus all others,
/// at most 1.
pub fn combined_fraction(offences: &[(OffenceKind, Ratio)]) -> Result<Ratio, ArithmeticError> {
    let liveness = offences.iter().filter(|(kind, _)| kind.is_liveness());
    let mut total = liveness.map(|(_, fraction)| *fraction).max().unwrap_or(Ratio::ZERO);
    for (_, fraction) in offences.iter().filter(|(kind, _)| !kind.is_liveness()) {
        total = total.checked_add(*fraction)?.min(Ratio::ONE);
    }
    Ok(total.min(Ratio::ONE))
}

/// What failing the missed-request test costs: `downtime`, and with `downtime_most`
///
/// ```text
/// downtime + (downtime_most - downtime) x e,  e = (missed / total - allowed) / (1 - allowed)
/// ```
///
/// where `allowed` is the largest share of misses that passes. e is a multiple of 10^-9, rounded
/// as the slash is: up, or down for [`SlashRounding::DownPerHolding`]; 0 if no more was missed than
/// is allowed.
///
/// # Errors
/// Overflow if `allowed` has more than 18 digits and there are more than 2^64 requests.
pub fn downtime_fraction(
    rules: &Slashing,
    (missed, answered): (u64, u64),
    allowed: Ratio,
) -> Result<Ratio, ArithmeticError> {
    const UNIT: u128 = 1_000_000_000;
    const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };
    let (least, Some(most)) = (rules.downtime, rules.downtime_most) else {
        return Ok(rules.downtime);
    };
    let total = u128::from(missed).checked_add(u128::from(answered)).ok_or(OVERFLOW)?;
    let (passing, of) = (allowed.numerator(), allowed.denominator());
    let all = u128::from(missed).checked_mul(of).ok_or(OVERFLOW)?;
    let pass = passing.checked_mul(total).ok_or(OVERFLOW)?;
    let (Some(beyond), Some(left)) = (all.checked_sub(pass), of.checked_sub(passing)) else {
        return Ok(least);
    };
    let whole = left.checked_mul(total).ok_or(OVERFLOW)?;
    if whole == 0 {
        return Ok(least);
    }
    let excess = match rules.rounding {
        SlashRounding::UpOnSum => mul_div_ceil(beyond, UNIT, whole)?,
        SlashRounding::DownPerHolding => mul_div_floor(beyond, UNIT, whole)?,
    };
    let range = most.max(least).checked_sub(least)?;
    least.checked_add(range.checked_mul(Ratio::new(excess, UNIT)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::parameters::sound;

    /// From 1 % where the test begins to fail to 5 % for missing all; 10 % of misses pass.
    #[test]
    fn downtime_costs_by_what_was_missed_beyond_what_passes() {
        let ratio = |text: &str| -> Ratio { text.parse().unwrap() };
        let mut rules = sound().slashing;
        rules.downtime = ratio("0.01");
        let of = |rules: &Slashing, missed, answered| {
            downtime_fraction(rules, (missed, answered), ratio("0.1")).unwrap().to_string()
        };
        assert_eq!(of(&rules, 100, 0), "0.01", "whatever was missed");
        rules.downtime_most = Some(ratio("0.05"));
        assert_eq!(of(&rules, 10, 90), "0.01");
        assert_eq!(of(&rules, 100, 0), "0.05");
        assert_eq!(of(&rules, 55, 45), "0.03", "half of the way");
        // e = (1/9 - 1/10) / (9/10) = 1/81 = 0.0123456790...: up, then down.
        assert_eq!(of(&rules, 1, 8), "0.0104938272");
        rules.rounding = SlashRounding::DownPerHolding;
        assert_eq!(of(&rules, 1, 8), "0.01049382716");
        assert_eq!(of(&rules, 5, 95), "0.01", "less than is allowed");
        assert_eq!(of(&rules, 0, 0), "0.01");
        assert_eq!(of(&rules, u64::MAX, u64::MAX), "0.02777777776", "4/9, rounded down");
    }

    #[test]
    fn where_everything_passes_the_least_is_taken() {
        let mut rules = sound().slashing;
        rules.downtime_most = Some(Ratio::ONE);
        assert_eq!(downtime_fraction(&rules, (5, 0), Ratio::ONE).unwrap(), rules.downtime);
    }

    #[test]
    fn liveness_counts_once_others_add_up_to_one() {
        let percent = |value| Ratio::new(value, 100).unwrap();
        let down = |value| (OffenceKind::Downtime, percent(value));
        let fault = |value| (OffenceKind::ConsensusFault, percent(value));
        let total = |offences: &[_]| combined_fraction(offences).unwrap();
        assert_eq!(total(&[]), Ratio::ZERO);
        assert_eq!(total(&[down(10), down(3)]), percent(10));
        assert_eq!(total(&[down(10), fault(5), fault(20)]), percent(35));
        assert_eq!(total(&[fault(80), fault(30)]), Ratio::ONE);
    }
}
