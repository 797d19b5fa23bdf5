//! Figures of many epochs as one line of marks each.

use workmint_amounts::Amount;

/// Most marks in a line.
const WIDTH: usize = 80;
const MARKS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One mark for so many epochs; the highest is full, none is a dot.
pub(super) fn epochs_a_mark(epochs: usize) -> usize {
    epochs.div_ceil(WIDTH).max(1)
}

/// The marks of a row of amounts, one for each group's largest; the full one stands for `highest`.
pub(super) fn marks(amounts: &[Amount], highest: Amount) -> String {
    let groups = amounts.chunks(epochs_a_mark(amounts.len()));
    let full = highest.get().max(1);
    let mark = |group: &[Amount]| {
        let most = group.iter().max().copied().unwrap_or_default().get();
        // Rounded up: what is not nothing can be seen.
        let eighths = most.min(full).saturating_mul(8).div_ceil(full);
        usize::try_from(eighths).ok().and_then(|at| MARKS.get(at)).copied().unwrap_or('█')
    };
    groups.map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_show_shares_of_the_highest() {
        let amounts = [0, 1, 50, 51, 100, 99, 200].map(Amount::new);
        assert_eq!(marks(&amounts, Amount::new(100)), "·▁▄▅███");
        assert_eq!(marks(&[], Amount::ZERO), "");
        assert_eq!(marks(&[Amount::ZERO], Amount::ZERO), "·");
    }

    #[test]
    fn many_epochs_share_a_mark() {
        let mut amounts = vec![Amount::ZERO; 161];
        amounts[160] = Amount::new(8);
        assert_eq!(epochs_a_mark(161), 3);
        let line = marks(&amounts, Amount::new(8));
        assert_eq!(line.chars().count(), 54);
        assert!(line.ends_with("·█"));
    }
}
