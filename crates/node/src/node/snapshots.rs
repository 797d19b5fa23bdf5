//! Snapshots, as the operator asks for them.

use workmint_storage::snapshot::SnapshotFile;

use super::Node;
use crate::error::NodeError;

impl Node {
    /// Height of the first block that is kept: 0 for all; on a directory that was restored from a
    /// snapshot the one behind that.
    #[must_use]
    pub fn history_from(&self) -> u64 {
        self.shared.history_from
    }

    /// Lets the next close be followed by a snapshot; the epoch that is open now. Blocks wait only
    /// while the state is copied.
    pub fn ask_snapshot(&self) -> u64 {
        let application = self.shared.application();
        application.store().ask_snapshot();
        application.state().chain().epoch
    }

    /// The snapshots on the disk, oldest first, and whether one more was asked for.
    ///
    /// # Errors
    /// An I/O failure.
    pub fn snapshots(&self) -> Result<(Vec<SnapshotFile>, bool), NodeError> {
        let application = self.shared.application();
        let store = application.store();
        Ok((store.snapshots()?, store.snapshot_asked()))
    }
}
