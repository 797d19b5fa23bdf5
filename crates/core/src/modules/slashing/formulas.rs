//! Fractions.

use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::{ArithmeticError, Ratio};

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

#[cfg(test)]
mod tests {
    use super::*;

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
