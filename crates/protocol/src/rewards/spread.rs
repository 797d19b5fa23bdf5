//! Over how many epochs a bucket pays one contribution.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{Backpay, EpochLength, Parameters};

use super::Error;
use super::estimate::DAY_MS;

/// How a contribution is paid by a bucket that nobody else wants and that borrows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// Epochs it takes, the first included; 0 if there is nothing to pay.
    pub epochs: u64,
    /// Base units paid in the first.
    pub first: Amount,
    /// Base units paid in each of the others, less in the last.
    pub then: Amount,
    /// Base units that are paid before anything decays, grows too old or exceeds what a stream may
    /// owe: more is not sure.
    pub sure: Amount,
}

impl Spread {
    /// `available` is what the first epoch has, `target` what the others have, base units.
    pub(super) fn of(
        parameters: &Parameters,
        worth: Amount,
        (available, target): (Amount, Amount),
    ) -> Result<Self, Error> {
        let first = worth.min(available);
        let rest = worth.checked_sub(first)?;
        let backpay = parameters.buckets.as_ref().and_then(|buckets| buckets.backpay.as_ref());
        let whole = match backpay {
            Some(backpay) => whole_epochs(backpay, parameters.network.epoch_length)?,
            None => 0,
        };
        let limit = backpay.map_or(0, |backpay| backpay.max_periods);
        let kept = target.checked_mul(limit.into()).unwrap_or(Amount::MAX);
        let paid = target.checked_mul(whole.into()).unwrap_or(Amount::MAX);
        let sure = first.checked_add(rest.min(kept).min(paid))?;
        let more = match target.get() {
            0 => 0,
            target => rest.get().div_ceil(target),
        };
        let epochs = more.saturating_add(u128::from(!first.is_zero() || more > 0));
        Ok(Self { epochs: u64::try_from(epochs).unwrap_or(u64::MAX), first, then: target, sure })
    }
}

/// Epochs after the one that could not pay during which what is owed keeps its whole worth.
fn whole_epochs(backpay: &Backpay, length: EpochLength) -> Result<u64, Error> {
    let EpochLength::Time(length) = length else {
        return Ok(0);
    };
    let decays = backpay.decay.steps.iter().find(|step| step.value < Ratio::ONE);
    let decays = match decays {
        Some(step) => u64::try_from(step.from.ceil_mul(DAY_MS.into())?).unwrap_or(u64::MAX),
        None => u64::MAX,
    };
    // At its full age it is still paid; at the age of a step the step counts.
    let last = decays.saturating_sub(1).min(backpay.max_age_ms);
    Ok(if decays == 0 { 0 } else { last.checked_div(length).unwrap_or(0) })
}
