//! When what happens: acts by epoch, repeated in cycles.

use workmint_core::modules::parameters::Parameters;
use workmint_core::time::Duration;

/// Something that does not happen every hour; hours are epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A contribution is submitted again, first as it was, then with other content.
    Replayed,
    /// A contribution that claims a multiple; verifiers see it.
    Forged,
    /// A contribution that claims a multiple; verifiers do not see it, a challenger does.
    Fooling,
    /// An honest contribution that is challenged.
    Accused,
    /// A verifier contributes and verifies itself.
    SelfVerified,
    /// A node submits more than it may.
    Rushed,
    /// An improvement that another one already achieved.
    Stale,
    /// A dataset that was accepted before.
    Duplicated,
    /// Work of an epoch that is too long ago.
    Belated,
    /// A dataset several times as large as what its bucket pays in an hour.
    LargeDataset,
    /// Inference far above its target.
    Surge,
}

/// Hours of the acts that have one of their own.
const HOURS: [(Act, u64); 7] = [
    (Act::Replayed, 2),
    (Act::Forged, 3),
    (Act::Fooling, 4),
    (Act::Accused, 5),
    (Act::SelfVerified, 6),
    (Act::Rushed, 7),
    (Act::Stale, 8),
];
/// Nothing large happens before this hour.
const FIRST_LARGE: u64 = 10;
/// Epochs between a large dataset and a surge.
const BETWEEN: u64 = 7;
/// Epochs of a surge, and from the end of its payment on those in which backpay is paid off.
const SURGE: u64 = 3;
const AFTERWARDS: u64 = 15;

/// The hours of a network's acts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeline {
    large_dataset: u64,
    surge: u64,
    belated: u64,
    duplicated: u64,
    cycle: u64,
    /// Epochs from a contribution to its challenge.
    pub(super) until_challenged: u64,
}

impl Timeline {
    /// The hours: the budget that nobody could use before the first contribution became final must
    /// have expired when the large demand becomes final.
    pub(super) fn new(parameters: &Parameters, epoch_ms: u64) -> Self {
        let rules = parameters.contributions.as_ref();
        let window = rules.map_or(0, |rules| epochs(rules.challenge_window, epoch_ms));
        let rollover = parameters.buckets.as_ref().map_or(0, |rules| rules.rollover_epochs);
        let large_dataset = rollover.saturating_add(2).max(FIRST_LARGE);
        let surge = large_dataset.saturating_add(BETWEEN);
        let late = rules.map_or(0, |rules| rules.submit_window_epochs);
        let belated = late.saturating_add(2).max(FIRST_LARGE);
        let settled = surge.saturating_add(SURGE).saturating_add(window);
        let cycle = settled.saturating_add(AFTERWARDS).max(belated.saturating_add(1));
        // By then datasets have become final: only such are taken for ever.
        let duplicated = window.saturating_add(9);
        Self { large_dataset, surge, belated, duplicated, cycle, until_challenged: window / 4 }
    }

    /// Epochs that the whole story takes.
    pub(super) fn epochs(&self) -> u64 {
        self.cycle
    }

    /// Whether an act happens in an epoch.
    pub(super) fn has(&self, act: Act, epoch: u64) -> bool {
        let hour = epoch.checked_rem(self.cycle).unwrap_or(0);
        match act {
            Act::LargeDataset => hour == self.large_dataset,
            Act::Surge => (self.surge..self.surge.saturating_add(SURGE)).contains(&hour),
            Act::Belated => hour == self.belated,
            Act::Duplicated => hour == self.duplicated,
            _ => HOURS.contains(&(act, hour)),
        }
    }
}

/// A length of time in epochs, rounded up.
fn epochs(length: Duration, epoch_ms: u64) -> u64 {
    match length {
        Duration::Epochs(epochs) => epochs,
        Duration::Milliseconds(length) => length.div_ceil(epoch_ms.max(1)),
    }
}
