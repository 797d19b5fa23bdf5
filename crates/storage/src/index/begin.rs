//! An index that begins where its journal does.

use super::{Index, IndexError, Indexed, Progress, RECORDED_KEY, STATE_KEY, VERSION, joined};
use crate::Hash;

impl Index {
    /// Lets an empty index begin behind a height, where its journal begins.
    ///
    /// # Errors
    /// A database failure.
    pub fn begin_after(&self, height: u64, chain_hash: Hash) -> Result<(), IndexError> {
        let mut progress = self.progress();
        let key = height.to_be_bytes();
        let state = joined(&[&VERSION.to_be_bytes(), &self.genesis, &key, &chain_hash]);
        let mut batch = self.database.batch();
        batch.insert(&self.state, STATE_KEY, state);
        batch.insert(&self.state, RECORDED_KEY, key);
        batch.commit().map_err(|error| self.failed(&error))?;
        *progress = Progress { indexed: Some(Indexed { height, chain_hash }), recorded: height };
        Ok(())
    }
}
