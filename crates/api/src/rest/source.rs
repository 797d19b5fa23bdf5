//! A running node as the library of answers reads it.

use std::sync::{Arc, Mutex, PoisonError};

use workmint_answers::preview::Preview;
use workmint_answers::{AnswerError, EventKey, Events, Network};
use workmint_core::{Address, Event, Genesis, Hash, State};
use workmint_node::{BlockRecord, Node, NodeError};
use workmint_storage::store::{Books, Replay, StoredEpoch, View};

use super::answer::At;
use super::problem::Problem;

/// A preview and the height it was made at.
type Made = Option<(u64, Arc<Preview>)>;

/// A node that can be asked.
#[derive(Clone)]
pub struct Running {
    node: Node,
    /// One preview at a time is made, and kept for its height.
    preview: Arc<Mutex<Made>>,
}

impl Running {
    /// A node.
    #[must_use]
    pub fn new(node: Node) -> Self {
        Self { node, preview: Arc::default() }
    }

    /// Where the chain stands.
    pub(super) fn at(&self) -> At {
        At::from(self.node.head())
    }

    /// The block of a height.
    pub(super) fn block(&self, height: u64) -> Result<Arc<BlockRecord>, Problem> {
        let missing = || {
            let head = self.at().height;
            Problem::missing(format!("there is no block {height}; the last is {head}")).of("block")
        };
        self.node.block(height).map_err(Problem::internal)?.ok_or_else(missing)
    }

    /// The same from a thread that answers: the file is read on another.
    pub(super) async fn block_async(&self, height: u64) -> Result<Arc<BlockRecord>, Problem> {
        let running = self.clone();
        let read = tokio::task::spawn_blocking(move || running.block(height));
        read.await.map_err(|_| Problem::internal("the block could not be read"))?
    }

    /// The block of a hash.
    pub(super) fn block_by_hash(&self, hash: &Hash) -> Result<Arc<BlockRecord>, Problem> {
        let missing = || Problem::missing(format!("there is no block {hash}")).of("block");
        self.node.block_by_hash(hash).map_err(Problem::internal)?.ok_or_else(missing)
    }

    /// A transaction's block and its place there.
    pub(super) fn transaction(&self, hash: &Hash) -> Result<(Arc<BlockRecord>, usize), Problem> {
        let missing = || Problem::missing(format!("there is no transaction {hash}")).of("hash");
        self.node.transaction(hash).map_err(Problem::internal)?.ok_or_else(missing)
    }
}

fn node_error(error: NodeError) -> AnswerError {
    match error {
        NodeError::Store(error) => error.into(),
        error => AnswerError::Machine(error.to_string()),
    }
}

impl Network for Running {
    fn genesis(&self) -> &Genesis {
        self.node.genesis()
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        self.node.read(look)
    }

    fn epoch_inputs(&self, epoch: u64) -> Result<StoredEpoch, AnswerError> {
        Ok(self.node.epoch_inputs(epoch)?)
    }

    fn account_events(
        &self,
        account: &Address,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<Events, AnswerError> {
        let page = self.node.account_events(account, after, limit).map_err(node_error)?;
        Ok(Events { events: page.events, next: page.next })
    }

    fn epoch_events(&self, epoch: u64) -> Result<Vec<Event>, AnswerError> {
        let all = self.node.index(|index| index.get().events_of_epoch(epoch));
        let all = all.map_err(node_error)?;
        let decoded = all.iter().map(|bytes| {
            let event = borsh::from_slice(bytes);
            event.map_err(|error| AnswerError::Damage(format!("an indexed event: {error}")))
        });
        decoded.collect()
    }

    fn closed_epochs(&self, from: u64, limit: usize) -> Result<Vec<u64>, AnswerError> {
        self.node.closed_epochs(from, limit).map_err(node_error)
    }

    fn closed_before(&self, epoch: u64) -> Result<Option<u64>, AnswerError> {
        self.node.index(|index| index.get().closed_before(epoch)).map_err(node_error)
    }

    fn closing_height(&self, epoch: u64) -> Result<Option<u64>, AnswerError> {
        self.node.index(|index| index.get().closing_height(epoch)).map_err(node_error)
    }

    fn books_of(&self, epoch: u64) -> Result<Option<Books>, AnswerError> {
        self.node.index(|index| index.books_of(epoch)).map_err(node_error)
    }

    fn block_time(&self, height: u64) -> Result<Option<u64>, AnswerError> {
        let block = self.node.block(height).map_err(node_error)?;
        Ok(block.map(|block| block.time_ms))
    }

    fn replay(&self) -> Result<(Replay, u64), AnswerError> {
        Ok(View::replay(self.node.dir())?)
    }

    fn preview(&self) -> Result<Arc<Preview>, AnswerError> {
        let mut kept = self.preview.lock().unwrap_or_else(PoisonError::into_inner);
        let height = self.at().height;
        if let Some((_, preview)) = kept.as_ref().filter(|(made_at, _)| *made_at == height) {
            return Ok(Arc::clone(preview));
        }
        let (at, bytes) = self.read(|state| (At::of(state), state.export()));
        let preview = Arc::new(Preview::of_copy(&bytes.map_err(AnswerError::damage)?)?);
        *kept = Some((at.height, Arc::clone(&preview)));
        Ok(preview)
    }
}
