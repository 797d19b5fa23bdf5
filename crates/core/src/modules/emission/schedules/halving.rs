//! An amount that halves every so many epochs (document 004 §3.2, `calculate_epoch_emission`).

use workmint_amounts::Amount;

/// floor(initial / 2^k), k = min(offset / interval, most), base units; nothing below `minimum`.
/// An interval of 0 never halves.
pub(in super::super) fn amount(
    (initial, minimum): (Amount, Amount),
    (interval_epochs, most_halvings): (u64, u32),
    offset: u64,
) -> Amount {
    let halvings = offset.checked_div(interval_epochs).unwrap_or(0);
    let halvings = u32::try_from(halvings).unwrap_or(u32::MAX).min(most_halvings);
    let amount = Amount::new(initial.get().checked_shr(halvings).unwrap_or(0));
    if amount < minimum { Amount::ZERO } else { amount }
}
