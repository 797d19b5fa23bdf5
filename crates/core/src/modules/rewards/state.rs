//! Streams that could not be planned.

use crate::modules::parameters::Name;
use crate::table::Table;

/// State of `rewards`. What streams carry is in their pots.
#[derive(Default)]
pub struct RewardState {
    /// Streams quarantined, with the epoch of their last failure; a stream leaves when it is
    /// planned again.
    pub(crate) quarantined: Table<Name, u64>,
}

impl RewardState {
    /// Streams that could not be planned at the last close.
    pub fn quarantined(&self) -> impl Iterator<Item = (&Name, u64)> {
        self.quarantined.iter().map(|(name, epoch)| (name, *epoch))
    }
}
