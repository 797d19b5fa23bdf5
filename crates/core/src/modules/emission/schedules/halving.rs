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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        // initial, minimum, interval, most halvings, offset, expected.
        let cases: [(u128, u128, u64, u32, u64, u128); 17] = [
            (1_000, 0, 210_000, 64, 0, 1_000),
            (1_000, 0, 210_000, 64, 209_999, 1_000),
            (1_000, 0, 210_000, 64, 210_000, 500),
            (1_000, 0, 210_000, 64, 419_999, 500),
            (1_000, 0, 210_000, 64, 3 * 210_000, 125),
            (1_000, 0, 210_000, 64, 4 * 210_000, 62),
            (1_000, 0, 210_000, 64, 9 * 210_000, 1),
            (1_000, 0, 210_000, 64, 10 * 210_000, 0),
            (1_000, 0, 10, 2, u64::MAX, 250),
            (1_000, 251, 10, 2, 19, 500),
            (1_000, 251, 10, 2, 20, 0),
            (1_000, 250, 10, 2, 20, 250),
            (1_000, 1_001, 10, 2, 0, 0),
            (1_000, 0, 10, 0, 1_000, 1_000),
            (u128::MAX, 0, 1, 127, 127, 1),
            (u128::MAX, 0, 1, 127, 128, 1),
            (1_000, 0, 0, 5, 7, 1_000),
        ];
        for (initial, minimum, interval, most, offset, expected) in cases {
            let got =
                amount((Amount::new(initial), Amount::new(minimum)), (interval, most), offset);
            assert_eq!(got.get(), expected, "{initial} {minimum} {interval} {most} {offset}");
        }
    }
}
