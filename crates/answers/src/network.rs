//! Where answers read from.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use workmint_core::modules::parameters::Parameters;
use workmint_core::state::Chain;
use workmint_core::{Address, Event, Genesis, State};
use workmint_storage::index::{EventKey, Order};
use workmint_storage::store::{AccountRow, Books, OpenIndex, Replay, StoredEpoch, View};

use crate::error::AnswerError;
use crate::preview::Preview;

/// Some rows of an account, in the order they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    /// Each with its place: events, and amounts that moved.
    pub events: Vec<(EventKey, AccountRow)>,
    /// The key to ask the next page with, if there are more.
    pub next: Option<EventKey>,
}

/// A network that can be asked: a data directory, or a running node.
///
/// An answer may read the state several times; between two reads a running network may move on by
/// some blocks. What was closed never changes, and what of an answer must fit together is read at
/// once.
pub trait Network {
    /// The network's genesis.
    fn genesis(&self) -> &Genesis;

    /// Looks at the state after the last durable block. A running node holds its lock meanwhile, so
    /// every look of this crate is short: some rows of one account, or a page.
    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T;

    /// The frozen inputs of a closed epoch and the parameters it ran under. Read from a file of the
    /// epoch's size; without that file the journal is replayed.
    ///
    /// # Errors
    /// [`AnswerError::NotFound`] for an epoch that is not closed or was skipped; damage.
    fn epoch_inputs(&self, epoch: u64) -> Result<StoredEpoch, AnswerError>;

    /// At most `limit` rows of an account in that order, after the given one in it: events that
    /// name it, and every amount it gained or lost.
    ///
    /// # Errors
    /// Damage of the index.
    fn account_events(
        &self,
        account: &Address,
        order: Order,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<Events, AnswerError>;

    /// What the close of an epoch said of the whole epoch.
    ///
    /// # Errors
    /// Damage of the index.
    fn epoch_events(&self, epoch: u64) -> Result<Vec<Event>, AnswerError>;

    /// At most `limit` closed epochs, ascending, from the given one on. Skipped ones are not there.
    ///
    /// # Errors
    /// Damage of the index.
    fn closed_epochs(&self, from: u64, limit: usize) -> Result<Vec<u64>, AnswerError>;

    /// The last closed epoch before the given one.
    ///
    /// # Errors
    /// Damage of the index.
    fn closed_before(&self, epoch: u64) -> Result<Option<u64>, AnswerError>;

    /// The block that closed an epoch; `None` if none did.
    ///
    /// # Errors
    /// Damage of the index.
    fn closing_height(&self, epoch: u64) -> Result<Option<u64>, AnswerError>;

    /// What was issued and burned of each asset by an epoch's close.
    ///
    /// # Errors
    /// Damage of the index.
    fn books_of(&self, epoch: u64) -> Result<Option<Books>, AnswerError>;

    /// Time of a block, milliseconds; `None` if there is none of that height.
    ///
    /// # Errors
    /// Damage of the journal.
    fn block_time(&self, height: u64) -> Result<Option<u64>, AnswerError>;

    /// A replay of the whole journal from genesis, and its last height: for what only the past can
    /// answer. It costs as much as running the network again; it needs no lock.
    ///
    /// # Errors
    /// Damage of the journal.
    fn replay(&self) -> Result<(Replay, u64), AnswerError>;

    /// What the open epoch pays if nothing more happens: [`Preview::of_copy`] of a copy of the
    /// state. Only the copy is made under the lock; the close runs outside. Its cost is that of the
    /// whole state and of one close, so a running node keeps it for the height it was made at.
    ///
    /// # Errors
    /// Damage.
    fn preview(&self) -> Result<Arc<Preview>, AnswerError> {
        let bytes = self.read(State::export).map_err(AnswerError::damage)?;
        Ok(Arc::new(Preview::of_copy(&bytes)?))
    }

    /// The preview of an epoch that was open a moment ago; `None` if it is closed by now.
    ///
    /// # Errors
    /// Damage.
    fn preview_of(&self, epoch: u64) -> Result<Option<Arc<Preview>>, AnswerError> {
        let preview = self.preview()?;
        Ok((preview.closed.inputs.epoch == epoch).then_some(preview))
    }

    /// Where the chain stands.
    fn chain(&self) -> Chain {
        self.read(|state| *state.chain())
    }

    /// The parameters of the open epoch.
    ///
    /// # Errors
    /// Damage: there are always some.
    fn parameters(&self) -> Result<Arc<Parameters>, AnswerError> {
        let active = self.read(State::active_parameters);
        active.ok_or_else(|| AnswerError::damage("the state has no parameters"))
    }
}

/// A data directory, read as its files were when it was opened.
pub struct Directory {
    dir: PathBuf,
    view: View,
    /// Opened when it is first asked, because one process at a time may.
    index: OnceCell<OpenIndex>,
}

impl Directory {
    /// Opens a directory; it works while a node writes it, but for the index.
    ///
    /// # Errors
    /// [`AnswerError::NotFound`] if it holds no network; damage.
    pub fn open(dir: &Path) -> Result<Self, AnswerError> {
        let (view, _) = View::open(dir)?;
        Ok(Self { dir: dir.to_path_buf(), view, index: OnceCell::new() })
    }

    /// The state. A directory that is read has no lock to wait for.
    #[must_use]
    pub fn state(&self) -> &State {
        self.view.state()
    }

    fn index(&self) -> Result<&OpenIndex, AnswerError> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let opened = self.view.index()?;
        Ok(self.index.get_or_init(|| opened))
    }
}

fn decoded<T: borsh::BorshDeserialize>(bytes: &[u8]) -> Result<T, AnswerError> {
    let decoded = borsh::from_slice(bytes);
    decoded.map_err(|error| AnswerError::Damage(format!("an indexed event: {error}")))
}

impl Network for Directory {
    fn genesis(&self) -> &Genesis {
        self.view.genesis()
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(self.view.state())
    }

    fn epoch_inputs(&self, epoch: u64) -> Result<StoredEpoch, AnswerError> {
        Ok(self.view.epoch_inputs(epoch)?)
    }

    fn account_events(
        &self,
        account: &Address,
        order: Order,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<Events, AnswerError> {
        let page = self.index()?.get().events_of(&account.0, order, after, limit)?;
        let events = page.events.into_iter();
        let events = events.map(|(key, bytes)| Ok((key, decoded(&bytes)?)));
        Ok(Events { events: events.collect::<Result<_, AnswerError>>()?, next: page.next })
    }

    fn epoch_events(&self, epoch: u64) -> Result<Vec<Event>, AnswerError> {
        let all = self.index()?.get().events_of_epoch(epoch)?;
        all.iter().map(|bytes| decoded(bytes)).collect()
    }

    fn closed_epochs(&self, from: u64, limit: usize) -> Result<Vec<u64>, AnswerError> {
        Ok(self.index()?.get().closed_epochs(from, limit)?)
    }

    fn closed_before(&self, epoch: u64) -> Result<Option<u64>, AnswerError> {
        Ok(self.index()?.get().closed_before(epoch)?)
    }

    fn closing_height(&self, epoch: u64) -> Result<Option<u64>, AnswerError> {
        Ok(self.index()?.get().closing_height(epoch)?)
    }

    fn books_of(&self, epoch: u64) -> Result<Option<Books>, AnswerError> {
        Ok(self.index()?.books_of(epoch)?)
    }

    fn block_time(&self, height: u64) -> Result<Option<u64>, AnswerError> {
        Ok(self.view.block(height)?.map(|stored| stored.block.time_ms))
    }

    fn replay(&self) -> Result<(Replay, u64), AnswerError> {
        Ok(View::replay(&self.dir)?)
    }
}
