//! A running node as the library of answers reads it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use workmint_answers::preview::Preview;
use workmint_answers::{AnswerError, EventKey, Events, Network, Order};
use workmint_core::state::Chain;
use workmint_core::{Address, Event, Genesis, Hash, State};
use workmint_node::{BlockRecord, Node, NodeError};
use workmint_protocol::wire::Verified;
use workmint_storage::store::{Books, Replay, StoreError, StoredEpoch, View};

use super::answer::At;
use crate::problem::Problem;

/// A preview that took longer than this to make is not made again for every new block.
const CHEAP: Duration = Duration::from_millis(20);
/// It serves for so many times what it took: making previews costs at most a small part of the
/// time, however often blocks come and whoever asks.
const SERVES: u32 = 20;

/// A preview: where the chain stood, and what making it took.
struct Made {
    at: At,
    epoch: u64,
    preview: Arc<Preview>,
    since: Instant,
    took: Duration,
}

impl Made {
    /// Whether it is still good.
    fn serves(&self, chain: &Chain) -> bool {
        let (made, now) = ((self.epoch, self.at.height), (chain.epoch, chain.height));
        is_good(made, now, self.took, self.since.elapsed())
    }
}

/// Whether a preview of an epoch and height serves now: of the open epoch, and of the last block,
/// or costly and not old for what it cost.
fn is_good(made: (u64, u64), now: (u64, u64), took: Duration, age: Duration) -> bool {
    let recent = took >= CHEAP && age < took.saturating_mul(SERVES);
    made == now || (made.0 == now.0 && recent)
}

/// Where a transaction is.
pub(super) enum Placed {
    /// In a block, at this place.
    Included(Arc<BlockRecord>, usize),
    /// In the mempool.
    Waiting(Box<Verified>),
}

/// A node that can be asked.
#[derive(Clone)]
pub struct Running {
    node: Node,
    /// One preview at a time is made.
    preview: Arc<Mutex<Option<Made>>>,
    /// Where the chain stood in the preview that this request was answered from.
    answered: Arc<OnceLock<At>>,
}

impl Running {
    /// A node.
    #[must_use]
    pub fn new(node: Node) -> Self {
        Self { node, preview: Arc::default(), answered: Arc::default() }
    }

    /// The same for another request.
    pub(super) fn of_request(&self) -> Self {
        Self { answered: Arc::default(), ..self.clone() }
    }

    /// Where the chain stood in what the request was answered from: in the preview, if it needed
    /// one, else at `head`.
    pub(super) fn answered_at(&self, head: At) -> At {
        self.answered.get().copied().unwrap_or(head)
    }

    /// Where the chain stands.
    pub(super) fn at(&self) -> At {
        At::from(self.node.head())
    }

    /// The block of a height.
    pub(super) fn block(&self, height: u64) -> Result<Arc<BlockRecord>, Problem> {
        let missing = || {
            let detail = match (height, self.at().height) {
                (0, head) => format!(
                    "block 0 is the genesis, which has no transactions; the first block is 1, the \
                     last is {head}"
                ),
                (_, head) => format!("there is no block {height}; the last is {head}"),
            };
            Problem::missing(detail).of("block")
        };
        self.node.block(height).map_err(not_kept)?.ok_or_else(missing)
    }

    /// Height of the first block there can be an answer about.
    pub(super) fn first(&self) -> u64 {
        self.node.history_from().max(1)
    }

    /// First and last height of the blocks of an epoch that has begun, and where the chain stands;
    /// of the open one until now.
    pub(super) fn blocks_of(&self, epoch: u64) -> Result<(At, (u64, u64)), Problem> {
        // Blocks follow the state, the index follows both: what is not closed by then was not
        // closed before, and what is can be read after it.
        let before = self.at();
        let open = self.chain().epoch;
        let closed = self.closing_height(epoch)?;
        let at = if closed.is_some() { self.at() } else { before };
        let missing = |why: String| Err(Problem::missing(why).of("epoch"));
        let last = match closed {
            Some(height) => height,
            None if epoch == open => at.height,
            None if epoch > open => {
                return missing(format!("epoch {epoch} has not begun; the open one is {open}"));
            }
            None => {
                return missing(format!("epoch {epoch} passed without a block: it was skipped"));
            }
        };
        let before = match self.closed_before(epoch)? {
            Some(before) => self.closing_height(before)?,
            None => None,
        };
        Ok((at, (before.map_or(1, |height| height.saturating_add(1)), last)))
    }

    /// What to add to the word that nothing has a hash.
    fn since(&self) -> String {
        match self.node.history_from() {
            0 => String::new(),
            first => format!("; history begins at block {first} here"),
        }
    }

    /// The same from a thread that answers: the file is read on another.
    pub(super) async fn block_async(&self, height: u64) -> Result<Arc<BlockRecord>, Problem> {
        let running = self.clone();
        let read = tokio::task::spawn_blocking(move || running.block(height));
        read.await.map_err(|_| Problem::internal("the block could not be read"))?
    }

    /// The block of a hash.
    pub(super) fn block_by_hash(&self, hash: &Hash) -> Result<Arc<BlockRecord>, Problem> {
        let text = || format!("there is no block {hash}{}", self.since());
        let missing = || Problem::missing(text()).of("block");
        self.node.block_by_hash(hash).map_err(Problem::internal)?.ok_or_else(missing)
    }

    /// Where a transaction is, in a block or in the mempool.
    pub(super) fn placed(&self, hash: &Hash) -> Result<Placed, Problem> {
        let included = |(block, position)| Placed::Included(block, position);
        if let Some(found) = self.node.transaction(hash).map_err(Problem::internal)? {
            return Ok(included(found));
        }
        if let Some(waiting) = self.node.waiting(hash) {
            return Ok(Placed::Waiting(Box::new(waiting)));
        }
        // It may just have left for a block that is being written: this waits for that.
        self.node.read(|_| ());
        if let Some(waiting) = self.node.waiting(hash) {
            // The block was made without it.
            return Ok(Placed::Waiting(Box::new(waiting)));
        }
        self.transaction(hash).map(included)
    }

    /// A transaction's block and its place there.
    pub(super) fn transaction(&self, hash: &Hash) -> Result<(Arc<BlockRecord>, usize), Problem> {
        let text = || format!("there is no transaction {hash}{}", self.since());
        let missing = || Problem::missing(text()).of("hash");
        self.node.transaction(hash).map_err(Problem::internal)?.ok_or_else(missing)
    }
}

/// Of a block: one before the first that the node has is not found.
fn not_kept(error: NodeError) -> Problem {
    match error {
        NodeError::Store(error @ StoreError::NoHistory { .. }) => {
            Problem::missing(error).of("block")
        }
        error => Problem::internal(error),
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
        order: Order,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<Events, AnswerError> {
        let page = self.node.account_events(account, order, after, limit).map_err(node_error)?;
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
        let chain = self.chain();
        let made = match kept.take().filter(|made| made.serves(&chain)) {
            Some(made) => made,
            None => {
                let began = Instant::now();
                let (at, epoch, bytes) =
                    self.read(|state| (At::of(state), state.chain().epoch, state.export()));
                let preview = Arc::new(Preview::of_copy(&bytes.map_err(AnswerError::damage)?)?);
                Made { at, epoch, preview, since: Instant::now(), took: began.elapsed() }
            }
        };
        // The first one that a request looks at says where it stands.
        let _ = self.answered.set(made.at);
        let preview = Arc::clone(&made.preview);
        *kept = Some(made);
        Ok(preview)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_costly_preview_serves_for_a_while_and_never_beyond_its_epoch() {
        for (made, now, took_ms, age_ms, good) in [
            // Of the last block: however old.
            ((3, 70), (3, 70), 1, 1_000_000, true),
            // Cheap: made again for every block.
            ((3, 70), (3, 71), 19, 0, false),
            // Costly: for twenty times what it took.
            ((3, 70), (3, 71), 20, 399, true),
            ((3, 70), (3, 71), 20, 400, false),
            ((3, 70), (3, 9_000), 500, 9_999, true),
            // Of an epoch that is closed: never.
            ((3, 70), (4, 71), 500, 0, false),
        ] {
            let ms = Duration::from_millis;
            assert_eq!(is_good(made, now, ms(took_ms), ms(age_ms)), good, "{made:?} {now:?}");
        }
    }
}
