//! The last blocks, in memory: the answer to everything that the index does not hold yet.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use workmint_core::Hash;

use crate::record::BlockRecord;

/// Blocks in memory: all that are not indexed, and more up to a size.
pub(crate) struct Recent {
    limit: usize,
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    blocks: VecDeque<(Arc<BlockRecord>, usize)>,
    by_name: HashMap<Hash, u64>,
    transactions: HashMap<Hash, (u64, usize)>,
    bytes: usize,
}

impl Recent {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, inner: RwLock::default() }
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the next block. Those up to `indexed` may leave.
    pub(crate) fn push(&self, record: Arc<BlockRecord>, indexed: u64) {
        let memory = record.memory();
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        for (position, transaction) in record.transactions.iter().enumerate() {
            inner.transactions.insert(transaction.hash, (record.height, position));
        }
        inner.by_name.insert(record.hash, record.height);
        inner.bytes = inner.bytes.saturating_add(memory);
        inner.blocks.push_back((record, memory));
        while inner.bytes > self.limit && inner.drop_oldest(indexed) {}
    }

    pub(crate) fn block(&self, height: u64) -> Option<Arc<BlockRecord>> {
        self.read().block(height)
    }

    pub(crate) fn by_name(&self, name: &Hash) -> Option<Arc<BlockRecord>> {
        let inner = self.read();
        inner.block(*inner.by_name.get(name)?)
    }

    pub(crate) fn transaction(&self, hash: &Hash) -> Option<(Arc<BlockRecord>, usize)> {
        let inner = self.read();
        let (height, position) = *inner.transactions.get(hash)?;
        Some((inner.block(height)?, position))
    }
}

impl Inner {
    fn block(&self, height: u64) -> Option<Arc<BlockRecord>> {
        let first = self.blocks.front()?.0.height;
        let at = usize::try_from(height.checked_sub(first)?).ok()?;
        self.blocks.get(at).map(|(record, _)| Arc::clone(record))
    }

    fn drop_oldest(&mut self, indexed: u64) -> bool {
        let leaves = self.blocks.front().is_some_and(|(record, _)| record.height <= indexed);
        let oldest = if leaves && self.blocks.len() > 1 { self.blocks.pop_front() } else { None };
        let Some((record, memory)) = oldest else { return false };
        self.bytes = self.bytes.saturating_sub(memory);
        self.by_name.remove(&record.hash);
        for transaction in &record.transactions {
            self.transactions.remove(&transaction.hash);
        }
        true
    }
}
