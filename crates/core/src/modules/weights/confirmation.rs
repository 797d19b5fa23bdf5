//! Readings of a weight while it counts.

use super::Event;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::parameters::Confirmation;
use crate::modules::work::AcceptedReading;
use crate::state::{Context, State};
use workmint_amounts::{ArithmeticError, Ratio};

/// Digits of the two divisions behind a ratio (foldEventReadings of Gonka).
const RATIO_DIGITS: u8 = 16;

/// What a reading makes of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The smallest reading so far.
    pub confirmed: u64,
    /// Reading against the weight it should have, at most 1, to 16 decimals.
    pub ratio: Ratio,
}

/// Folds a reading, measured + preserved, into the smallest one so far. The ratio is
/// min((reading / expected) / tolerance, 1), each division rounded to 16 decimals, half-way cases
/// up. `None` if no weight is expected: then nothing is read.
pub fn fold_reading(
    rules: &Confirmation,
    expected: u64,
    confirmed: u64,
    (measured, preserved): (u64, u64),
) -> Result<Option<Folded>, ArithmeticError> {
    if expected == 0 {
        return Ok(None);
    }
    let reading = measured.checked_add(preserved).ok_or(OVERFLOW)?;
    let confirmed = confirmed.min(reading);
    // A tolerance is at most 1, so that a full reading needs no division.
    let ratio = if reading >= expected {
        Ratio::ONE
    } else {
        let share = Ratio::new(u128::from(reading), u128::from(expected))?;
        let share = share.rounded_half_up(RATIO_DIGITS)?;
        share.checked_div(rules.tolerance)?.rounded_half_up(RATIO_DIGITS)?.min(Ratio::ONE)
    };
    Ok(Some(Folded { confirmed, ratio }))
}

/// Applies a reading that found its quorum. Without a weight in the open snapshot nothing happens.
pub(crate) fn confirm(
    state: &mut State,
    context: &Context,
    reading: &AcceptedReading,
) -> Result<(), AnyError> {
    let Some(rules) = &context.parameters.weights.confirmation else {
        return Ok(());
    };
    let (handle, account) = (reading.participant, state.ledger.address(reading.participant));
    let expected = state.weights.current().potential_of(&account);
    let before = state.weights.confirmed(handle).unwrap_or(expected);
    let read = (reading.measured, reading.preserved);
    let Some(folded) = fold_reading(rules, expected, before, read)? else {
        return Ok(());
    };
    let confirmed = folded.confirmed;
    state.weights.confirmed.put(handle, confirmed);
    if folded.ratio < rules.inactive_below {
        state.weights.inactive.put(handle, ());
    }
    let inactive = state.weights.is_inactive(handle);
    state.emit(Event::Confirmed { account, confirmed, inactive });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(expected: u64, confirmed: u64, read: (u64, u64)) -> Option<Folded> {
        let rules = Confirmation {
            inactive_below: "0.5".parse().unwrap(),
            tolerance: "0.909".parse().unwrap(),
        };
        fold_reading(&rules, expected, confirmed, read).unwrap()
    }

    #[test]
    fn smallest_reading_and_ratio() {
        let folded =
            |confirmed, ratio: &str| Some(Folded { confirmed, ratio: ratio.parse().unwrap() });
        assert_eq!(fold(11, 11, (1, 10)), folded(11, "1"));
        assert_eq!(fold(11, 11, (4, 1)), folded(5, "0.500050005000500"));
        assert_eq!(fold(11, 3, (4, 1)), folded(3, "0.5000500050005000"), "it never rises again");
        assert_eq!(fold(1_000, 1_000, (909, 0)), folded(909, "1"), "within the tolerance");
        assert_eq!(fold(10, 10, (0, 0)), folded(0, "0"));
        assert_eq!(fold(10, 10, (50, 0)), folded(10, "1"));
        assert_eq!(fold(0, 0, (5, 0)), None);
    }
}
