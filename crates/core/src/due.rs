//! What is over, in order, no more than one block may end.

use crate::table::Table;
use crate::time::Deadline;

/// Most deadlines of one queue that end in one block: they cost nobody a fee. The others end in the
/// next.
const MAX_DUE: usize = 4_096;

/// The earliest deadline of a queue that is a time, milliseconds.
pub(crate) fn first_time<K: Ord + Copy>(queue: &Table<(Deadline, K), ()>) -> Option<u64> {
    // Times come before epochs.
    match queue.iter().next() {
        Some(((Deadline::Time(at), _), ())) => Some(*at),
        Some(((Deadline::Epoch(_), _), ())) | None => None,
    }
}

/// The entries whose deadline is over, ascending. No more is looked at than that, nor than one
/// block ends. `lowest` is the smallest key there can be.
pub(crate) fn take_due<K: Ord + Copy>(
    queue: &Table<(Deadline, K), ()>,
    lowest: K,
    over: impl Fn(Deadline) -> bool,
) -> Vec<(Deadline, K)> {
    // Times come first and epochs after them: each is over up to some point.
    let first_epoch = (Deadline::Epoch(0), lowest);
    let (times, epochs) = (queue.range(..first_epoch), queue.range(first_epoch..));
    let times = times.map(|(key, ())| *key).take_while(|(deadline, _)| over(*deadline));
    let epochs = epochs.map(|(key, ())| *key).take_while(|(deadline, _)| over(*deadline));
    times.chain(epochs).take(MAX_DUE).collect()
}
