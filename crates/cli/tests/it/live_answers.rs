//! A network behind a lock gives the answers of its directory, and no look at its state asks it
//! again: a lock of readers that is taken twice waits for the writer between.

use std::cell::Cell;

use serde_json::Value;
use workmint_answers::explain::{Past, explain};
use workmint_answers::history::{self, Life, Question};
use workmint_answers::proof::{Whose, proofs};
use workmint_answers::{
    AnswerError, Directory, EventKey, Events, Network as Asked, Order, estimate, lists, metrics,
    supply, what_if,
};
use workmint_core::{Address, Event, Genesis, State};
use workmint_networks::{parse, preset};
use workmint_storage::store::{Books, OpenIndex, Replay, Store, StoredEpoch, View};

use crate::explain::network::{DAY, Network, START, address};

/// A store as a running node has it.
struct Live<'a> {
    store: &'a Store,
    dir: &'a std::path::Path,
    index: OpenIndex,
    reading: Cell<bool>,
}

impl Live<'_> {
    fn free(&self) {
        assert!(!self.reading.get(), "a look at the state asks the network again");
    }
}

fn event(bytes: &[u8]) -> Event {
    borsh::from_slice(bytes).unwrap()
}

impl Asked for Live<'_> {
    fn genesis(&self) -> &Genesis {
        self.store.genesis()
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        self.free();
        self.reading.set(true);
        let found = look(self.store.state());
        self.reading.set(false);
        found
    }

    fn epoch_inputs(&self, epoch: u64) -> Result<StoredEpoch, AnswerError> {
        self.free();
        Ok(self.store.epoch_inputs(epoch)?)
    }

    fn account_events(
        &self,
        account: &Address,
        order: Order,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<Events, AnswerError> {
        self.free();
        let page = self.index.get().events_of(&account.0, order, after, limit)?;
        let row = |bytes: &[u8]| borsh::from_slice(bytes).unwrap();
        let events = page.events.iter().map(|(key, bytes)| (*key, row(bytes)));
        Ok(Events { events: events.collect(), next: page.next })
    }

    fn epoch_events(&self, epoch: u64) -> Result<Vec<Event>, AnswerError> {
        self.free();
        Ok(self.index.get().events_of_epoch(epoch)?.iter().map(|bytes| event(bytes)).collect())
    }

    fn closed_epochs(&self, from: u64, limit: usize) -> Result<Vec<u64>, AnswerError> {
        self.free();
        Ok(self.index.get().closed_epochs(from, limit)?)
    }

    fn closed_before(&self, epoch: u64) -> Result<Option<u64>, AnswerError> {
        self.free();
        Ok(self.index.get().closed_before(epoch)?)
    }

    fn closing_height(&self, epoch: u64) -> Result<Option<u64>, AnswerError> {
        self.free();
        Ok(self.index.get().closing_height(epoch)?)
    }

    fn books_of(&self, epoch: u64) -> Result<Option<Books>, AnswerError> {
        self.free();
        Ok(self.index.books_of(epoch)?)
    }

    fn block_time(&self, height: u64) -> Result<Option<u64>, AnswerError> {
        self.free();
        // Of this network's blocks: registrations; twice proofs, what attests them, a close.
        let times = [1_000, 2_000, 3_000, DAY, DAY + 1_000, DAY + 2_000, 2 * DAY];
        Ok(times.get(height as usize - 1).map(|after| START + after))
    }

    fn replay(&self) -> Result<(Replay, u64), AnswerError> {
        self.free();
        Ok(View::replay(self.dir)?)
    }
}

/// Every answer, by its name.
fn answers(network: &impl Asked) -> Vec<(&'static str, Value)> {
    let alice = address("alice");
    let question = Question { account: alice, order: Order::Ascending, after: None, limit: 1_000 };
    let life = Life::of(network).unwrap();
    let sheet = life.rows(network, &question).unwrap();
    let told = |epoch| explain(network, (epoch, &alice), Past::Leave).unwrap().document().unwrap();
    let gonka = parse(preset("gonka").unwrap().text, "network.toml").unwrap();
    let parameters = network.parameters().unwrap();
    let all = Whose::All { from: 0, limit: 1 };
    let query = lists::Query { account: None, after: None, limit: 10 };
    vec![
        ("history", history::page(network, &question).unwrap().document()),
        ("life", format!("{}{}", life.header().unwrap(), sheet.rows).into()),
        ("settled epoch", told(1)),
        ("open epoch", told(2)),
        ("estimate", estimate::of_account(network, &alice).unwrap().document().unwrap()),
        (
            "metrics",
            metrics::page(network, (Order::Ascending, None), 10)
                .unwrap()
                .document(&parameters)
                .unwrap(),
        ),
        ("claims", proofs(network, 1, all).unwrap().document("gonka")),
        ("supply", supply::supply(network).unwrap().document()),
        (
            "what if",
            what_if::what_if(network, &gonka.parameters, 2).unwrap().document(None, 10).unwrap(),
        ),
        ("allowances", network.read(|state| lists::allowances(state, &query)).unwrap().document()),
    ]
}

#[test]
fn a_node_and_its_directory_answer_alike() {
    let mut network = Network::with_weights();
    network.prove(DAY + 1_000, 1, &[("alice", 100), ("bob", 200)]);
    network.block(2 * DAY, Vec::new(), Vec::new());
    let heights = network.store.state().chain().height;
    assert_eq!(heights, 7, "the times above are those of its blocks");
    let of_directory = answers(&Directory::open(network.path()).unwrap());
    let index = network.store.index().unwrap();
    let dir = network.path();
    let live = Live { store: &network.store, dir, index, reading: Cell::new(false) };
    for (one, other) in answers(&live).into_iter().zip(of_directory) {
        assert_eq!(one, other);
    }
}

#[test]
fn what_only_a_replay_tells_is_not_computed_unless_allowed() {
    let network = Network::with_weights();
    let directory = Directory::open(network.path()).unwrap();
    let stranger = address("stranger");
    for (epoch, field) in [(0, "account"), (9, "epoch")] {
        let error = explain(&directory, (epoch, &stranger), Past::Leave).err().unwrap();
        assert_eq!(error.field(), Some(field), "{error}");
    }
}
