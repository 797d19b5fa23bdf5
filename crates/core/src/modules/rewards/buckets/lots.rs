//! Unused budget: what is too old, what may still be issued, what rolls over
//! (docs/spec/rewards.md §5).

use crate::error::Error;
use crate::inputs::Lot;
use crate::modules::rewards;
use workmint_amounts::Amount;

/// What rolled over to one bucket.
pub(super) struct Lots {
    /// May be used, ascending by epoch.
    pub usable: Vec<Lot>,
    /// All that rolled over.
    pub rolled_in: Amount,
    /// Of that, what is lost.
    pub expired: Amount,
}

/// Whether what is left of an epoch may still be used in another one.
pub(super) fn is_usable(from: u64, epoch: u64, rollover_epochs: u64) -> bool {
    epoch.checked_sub(from).is_some_and(|age| age <= rollover_epochs)
}

impl Lots {
    /// `lots` are one stream's, ascending by epoch.
    pub(super) fn new(lots: &[Lot], epoch: u64, rollover_epochs: u64) -> Result<Self, Error> {
        let ascend = lots.is_sorted_by(|one, next| one.epoch < next.epoch);
        if !ascend || lots.last().is_some_and(|last| last.epoch >= epoch) {
            let what = "what rolled over does not ascend, or is of no earlier epoch";
            return Err(rewards::Error::BadInputs { what }.into());
        }
        let usable = lots.iter().filter(|lot| is_usable(lot.epoch, epoch, rollover_epochs));
        let usable: Vec<Lot> = usable.copied().collect();
        let rolled_in = Amount::sum(lots.iter().map(|lot| lot.amount))?;
        let left = Amount::sum(usable.iter().map(|lot| lot.amount))?;
        Ok(Self { usable, rolled_in, expired: rolled_in.checked_sub(left)? })
    }

    /// What may be used.
    pub(super) fn amount(&self) -> Result<Amount, Error> {
        Ok(self.rolled_in.checked_sub(self.expired)?)
    }

    /// Takes `used` off, the oldest lot first.
    pub(super) fn take(&mut self, used: Amount) -> Result<(), Error> {
        let mut left = used;
        for lot in &mut self.usable {
            let part = lot.amount.min(left);
            lot.amount = lot.amount.checked_sub(part)?;
            left = left.checked_sub(part)?;
        }
        self.usable.retain(|lot| !lot.amount.is_zero());
        Ok(())
    }
}

/// Cuts lots of all buckets to what may still be issued beside the budget: the newest first, and
/// of one epoch those of the bucket that comes last in `order` first.
pub(super) fn cut(lots: &mut [&mut Lots], order: &[usize], most: Amount) -> Result<(), Error> {
    let sums = lots.iter().map(|lots| lots.amount()).collect::<Result<Vec<_>, _>>()?;
    let mut excess = Amount::sum(sums)?.checked_sub(most).unwrap_or(Amount::ZERO);
    while !excess.is_zero() {
        let newest = lots.iter().filter_map(|lots| lots.usable.last()).map(|lot| lot.epoch).max();
        let Some(newest) = newest else {
            return Err(Error::Inconsistent { what: "lots hold more than their sum" });
        };
        for at in order.iter().rev() {
            let Some(lots) = lots.get_mut(*at) else { continue };
            let Some(lot) = lots.usable.last_mut().filter(|lot| lot.epoch == newest) else {
                continue;
            };
            let part = lot.amount.min(excess);
            lot.amount = lot.amount.checked_sub(part)?;
            lots.expired = lots.expired.checked_add(part)?;
            excess = excess.checked_sub(part)?;
            lots.usable.pop_if(|lot| lot.amount.is_zero());
        }
    }
    Ok(())
}
