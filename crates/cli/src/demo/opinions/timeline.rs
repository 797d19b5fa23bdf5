//! When something happens that does not happen every epoch, repeated in cycles, and how much
//! customers ask for.

/// Epochs of a cycle.
pub(super) const CYCLE: u64 = 12;
/// Of the cycle: a validator signs few blocks.
const LAZY: u64 = 5;
/// A validator raises its commission.
const COMMISSION: u64 = 6;
/// A validator signed two blocks of one height.
const DOUBLE: u64 = 7;
/// A delegator takes half of its money out.
const LEAVING: u64 = 8;
/// Requests of the epochs of a cycle, in per cent.
const MOODS: [u64; 12] = [100, 80, 110, 60, 100, 90, 30, 100, 120, 70, 100, 50];

/// Whether the lazy validator is lazy in this epoch.
pub(super) fn is_lazy(epoch: u64) -> bool {
    epoch % CYCLE == LAZY
}

/// Whether a commission rises.
pub(super) fn raises_commission(epoch: u64) -> bool {
    epoch % CYCLE == COMMISSION
}

/// Whether a double signature becomes known.
pub(super) fn has_double(epoch: u64) -> bool {
    epoch % CYCLE == DOUBLE
}

/// Whether a delegator leaves with half of its money.
pub(super) fn is_leaving(epoch: u64) -> bool {
    epoch % CYCLE == LEAVING
}

/// Whether a newcomer takes a seat away from somebody.
pub(super) fn has_newcomer(epoch: u64) -> bool {
    epoch.is_multiple_of(2)
}

/// Whether this delegator collects its rewards in this epoch: each does every third.
pub(super) fn collects(epoch: u64, number: u64) -> bool {
    (epoch + number).is_multiple_of(3)
}

/// Requests of an epoch in per cent of an ordinary one.
pub(super) fn mood(epoch: u64) -> u64 {
    let at = usize::try_from(epoch % CYCLE).unwrap_or(0);
    MOODS.get(at).copied().unwrap_or(100)
}
