//! A node made of another one's snapshot: refused unless all of it is what a trusted app hash says,
//! and then equal to the other one block by block.

use std::path::Path;

use workmint_amounts::Amount;
use workmint_core::modules::ledger::Transfer;
use workmint_core::{DecodedTransaction, Genesis, Hash, Message};
use workmint_node::application::Application;
use workmint_node::load::Crowd;
use workmint_node::{Node, NodeError};
use workmint_storage::store::{
    CHUNK_BYTES, MOST_BYTES, Offered, Restore, RestoreError, Settings, Store, StoreError, View,
};

use crate::kit::{balance, crowd, driven, genesis};

/// An epoch of the network.
const DAY: u64 = 86_400_000;

fn application(dir: &Path) -> Application {
    Application::new(Store::open(dir, Settings::default()).unwrap().0).unwrap()
}

/// The middle and the end of a day: a transfer, then nothing.
fn day(node: &Node, crowd: &Crowd, number: u64) {
    let start = node.genesis().time_ms + (number - 1) * DAY;
    let message = Message::Transfer(Transfer {
        to: crowd.address(1),
        asset: node.genesis().parameters.fees.asset,
        amount: Amount::new(number.into()),
    });
    let nonce = node.pending_nonce(&crowd.address(0));
    let transfer = DecodedTransaction::new(crowd.address(0), nonce, message);
    let made = node.drive(start + DAY / 2, vec![transfer]).unwrap();
    assert_eq!(made.applied.results, [Ok(())]);
    assert!(node.drive(start + DAY, Vec::new()).unwrap().applied.closed.is_some());
}

/// Five days of a network; the snapshot is that of the close of the third.
fn five_days(dir: &Path, genesis: &Genesis) -> (Node, Crowd) {
    let node = Node::start(driven(dir, genesis)).unwrap();
    let crowd = crowd(&node, 2);
    for number in 1..=5 {
        if number == 3 {
            assert_eq!(node.ask_snapshot(), 2);
            assert_eq!(node.snapshots().unwrap(), (Vec::new(), true));
        }
        day(&node, &crowd, number);
    }
    (node, crowd)
}

/// Everything that is in a folder's folder, by name.
fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// An offer of other chunks under the same network and app hash.
fn forged(offer: &Offered, chunk: &[u8]) -> Offered {
    let mut metadata = offer.metadata[..64].to_vec();
    metadata.extend(1_u32.to_le_bytes());
    metadata.extend(blake3::hash(chunk).as_bytes());
    let hash = Hash(blake3::hash(&metadata).into());
    Offered { hash, metadata, chunks: 1, ..offer.clone() }
}

#[test]
fn a_node_of_a_snapshot_should_go_on_as_the_other_one_does() {
    let parent = tempfile::tempdir().unwrap();
    let (of_a, of_b) = (parent.path().join("a"), parent.path().join("b"));
    let genesis = genesis(2);
    let (a, crowd) = five_days(&of_a, &genesis);
    let last = a.head();
    a.stop();
    drop(a);

    let a = application(&of_a);
    let offers = a.list_snapshots().unwrap();
    let [offer] = &offers[..] else { panic!("{} snapshots", offers.len()) };
    assert_eq!((offer.height, last.height), (6, 10));
    let (view, _) = View::open(&of_a).unwrap();
    let trusted = view.block(6).unwrap().unwrap().app_hash;
    let mut restore =
        Application::offer_snapshot(&of_b, &genesis, offer, &trusted, MOST_BYTES).unwrap();
    let named = (offer.height, offer.format);
    for number in 0..offer.chunks {
        let chunk = a.load_snapshot_chunk(named, number).unwrap().unwrap();
        assert!(chunk.len() <= CHUNK_BYTES);
        let (mut bad, next) = (chunk.clone(), number + 1);
        bad[chunk.len() / 2] ^= 1;
        let refused = restore.apply_chunk(number, &bad);
        assert!(matches!(refused, Err(RestoreError::BadChunk { .. })), "{refused:?}");
        let refused = restore.apply_chunk(next, &chunk);
        assert!(matches!(refused, Err(RestoreError::NotNext { .. })), "{refused:?}");
        restore.apply_chunk(number, &chunk).unwrap();
        assert!(!of_b.exists());
    }
    assert_eq!(a.load_snapshot_chunk(named, offer.chunks).unwrap(), None);
    assert_eq!(a.load_snapshot_chunk((6, 9), 0).unwrap(), None);
    assert_eq!(a.load_snapshot_chunk((7, offer.format), 0).unwrap(), None);
    restore.finish().unwrap();
    assert_eq!(names(parent.path()), ["a", "b"]);

    // The blocks that follow, one by one.
    let mut b = application(&of_b);
    assert_eq!((b.info().height, b.info().app_hash), (6, trusted));
    let mut under_way = None;
    b.store().ask_snapshot();
    for height in 7..=last.height {
        let stored = view.block(height).unwrap().unwrap();
        let done = b.finalize_block(&stored.block, &stored.decode().unwrap()).unwrap();
        assert_eq!(done.applied.app_hash, stored.app_hash);
        let done = b.commit().unwrap();
        let taken = b.follow_up(&done).unwrap();
        assert_eq!(taken.is_some(), height == 8, "days end at 8 and 10, the first is not written");
        if taken.is_some() {
            under_way = taken;
            b.store().ask_snapshot();
        }
    }
    assert!(b.store().snapshot_asked(), "it stays due");
    drop(under_way);
    assert_eq!(b.info(), a.info());
    drop((a, b));

    // Two nodes on the same further days.
    let (a, b) = (Node::start(driven(&of_a, &genesis)), Node::start(driven(&of_b, &genesis)));
    let (a, mut b) = (a.unwrap(), b.unwrap());
    for number in 6..=9 {
        b.ask_snapshot();
        day(&a, &crowd, number);
        day(&b, &crowd, number);
        assert_eq!(a.head(), b.head());
        // Ends when the snapshot is written: while one is, no other is taken.
        b.stop();
        drop(b);
        b = Node::start(driven(&of_b, &genesis)).unwrap();
    }
    assert_eq!(balance(&a, &crowd.address(1)), balance(&b, &crowd.address(1)));
    assert_eq!(b.block(11).unwrap(), a.block(11).unwrap());
    assert!(a.block(6).unwrap().is_some() && b.block(7).unwrap().is_some());
    assert_eq!((a.history_from(), b.history_from()), (0, 7));
    for height in [0, 1, 6] {
        let missing = b.block(height);
        let is_told = matches!(missing, Err(NodeError::Store(StoreError::NoHistory { before: 6 })));
        assert!(is_told, "{height}: {missing:?}");
    }
    assert_eq!(b.epoch_inputs(8).unwrap(), a.epoch_inputs(8).unwrap());
    let missing = b.epoch_inputs(1);
    assert!(matches!(missing, Err(StoreError::NoHistory { before: 6 })), "{missing:?}");
    let head = b.head();
    b.stop();
    drop(b);
    assert!(matches!(View::replay(&of_b), Err(StoreError::NoHistory { before: 6 })));
    // The newest two, and the one that everything begins with.
    let kept = ["06", "16", "18"].map(|end| format!("{end:0>20}.snapshot"));
    assert_eq!(names(&of_b.join("snapshots")), kept);
    std::fs::remove_dir_all(of_b.join("index")).unwrap();
    without_its_beginning(&of_b, &genesis, &kept[0]);
    let b = Node::start(driven(&of_b, &genesis)).unwrap();
    assert_eq!(b.head(), head);
    assert!(b.block(7).unwrap().is_some());
    b.stop();
}

/// What a restored directory begins with is gone or damaged: the error says what to do.
fn without_its_beginning(dir: &Path, genesis: &Genesis, snapshot: &str) {
    let open = || match Node::start(driven(dir, genesis)) {
        Err(NodeError::Store(error)) => error,
        other => panic!("{:?}", other.map(|node| node.head())),
    };
    let path = dir.join("snapshots").join(snapshot);
    let whole = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let error = open();
    assert!(matches!(error, StoreError::BaseMissing { height: 6, .. }), "{error:?}");
    assert!(error.is_damage());
    let text = error.to_string();
    assert!(text.contains(snapshot) && text.contains("put that file back from a copy"), "{text}");
    std::fs::write(&path, whole).unwrap();
    let base = dir.join("base.chunk");
    let whole = std::fs::read(&base).unwrap();
    std::fs::remove_file(&base).unwrap();
    for error in [open(), View::open(dir).err().unwrap()] {
        assert!(matches!(error, StoreError::BeginningMissing { first: 7, .. }), "{error:?}");
        assert!(error.is_damage());
        let text = error.to_string();
        let told = "put it back from a copy, or restore the directory anew from another node";
        assert!(text.starts_with(&base.display().to_string()) && text.ends_with(told), "{text}");
    }
    assert!(!base.exists(), "nothing was changed");
    std::fs::write(&base, whole).unwrap();
    for path in [path, base] {
        let whole = std::fs::read(&path).unwrap();
        let mut bad = whole.clone();
        bad[whole.len() / 2] ^= 1;
        std::fs::write(&path, bad).unwrap();
        let text = open().to_string();
        let told = "nothing was changed: restore this file from a copy, nothing else holds it";
        assert!(text.starts_with(&path.display().to_string()) && text.ends_with(told), "{text}");
        std::fs::write(&path, whole).unwrap();
    }
}

#[test]
fn what_is_not_the_trusted_state_should_change_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let (of_a, of_b) = (parent.path().join("a"), parent.path().join("b"));
    let genesis = genesis(2);
    five_days(&of_a, &genesis).0.stop();
    let a = application(&of_a);
    let offer = a.list_snapshots().unwrap().remove(0);
    let chunk = a.load_snapshot_chunk((6, offer.format), 0).unwrap().unwrap();
    assert_eq!(offer.chunks, 1, "the case below forges the only chunk");
    let (view, _) = View::open(&of_a).unwrap();
    let trusted = view.block(6).unwrap().unwrap().app_hash;
    let begin = |offer: &Offered, trusted: &Hash| {
        Restore::begin(&of_b, &genesis, offer, trusted, MOST_BYTES)
    };

    let other = view.block(8).unwrap().unwrap().app_hash;
    assert!(matches!(begin(&offer, &other), Err(RestoreError::NotTrusted { .. })));
    let format = Offered { format: 2, ..offer.clone() };
    assert!(matches!(begin(&format, &trusted), Err(RestoreError::Format { given: 2 })));
    let mut metadata = offer.clone();
    metadata.metadata[70] ^= 1;
    assert!(matches!(begin(&metadata, &trusted), Err(RestoreError::Offer { .. })));
    let count = Offered { chunks: 2, ..offer.clone() };
    assert!(matches!(begin(&count, &trusted), Err(RestoreError::Offer { .. })));
    let stranger = crate::kit::genesis(3);
    let refused = Restore::begin(&of_b, &stranger, &offer, &trusted, MOST_BYTES);
    assert!(matches!(refused, Err(RestoreError::OtherNetwork)));
    let refused = Restore::begin(&of_a, &genesis, &offer, &trusted, MOST_BYTES);
    assert!(matches!(refused, Err(RestoreError::Occupied { .. })));
    for nameless in [".", "..", "/", "a/.."] {
        let dir = Path::new(nameless);
        let refused = Restore::begin(dir, &genesis, &offer, &trusted, MOST_BYTES);
        assert!(matches!(refused, Err(RestoreError::Nameless { .. })), "{nameless}: {refused:?}");
    }
    let mebibyte = 1 << 20;
    let refused = Restore::begin(&of_b, &genesis, &offer, &trusted, mebibyte - 1);
    let Err(RestoreError::TooLarge { bytes, most }) = refused else { panic!("{refused:?}") };
    assert_eq!((bytes, most), (mebibyte, mebibyte - 1));
    assert_eq!(names(parent.path()), ["a"]);
    drop(Restore::begin(&of_b, &genesis, &offer, &trusted, mebibyte).unwrap());
    let early = begin(&offer, &trusted).unwrap().finish();
    assert!(matches!(early, Err(RestoreError::Missing { have: 0, of: 1 })), "{early:?}");

    // Chunks that are what was offered, but not what they say.
    for at in [0, chunk.len() / 2, chunk.len() - 1] {
        let mut lie = chunk.clone();
        lie[at] ^= 1;
        let mut restore = begin(&forged(&offer, &lie), &trusted).unwrap();
        restore.apply_chunk(0, &lie).unwrap();
        assert!(matches!(restore.finish(), Err(RestoreError::Store(_))));
    }
    // A sound snapshot of the same network, but not of this height.
    let node = {
        drop(a);
        Node::start(driven(&of_a, &genesis)).unwrap()
    };
    let crowd = crowd(&node, 2);
    node.ask_snapshot();
    day(&node, &crowd, 6);
    node.stop();
    drop(node);
    let a = application(&of_a);
    let later = a.load_snapshot_chunk((12, offer.format), 0).unwrap().unwrap();
    let mut restore = begin(&forged(&offer, &later), &trusted).unwrap();
    restore.apply_chunk(0, &later).unwrap();
    assert!(matches!(restore.finish(), Err(RestoreError::Store(_))));
    assert_eq!(names(parent.path()), ["a"]);
}

#[test]
fn one_at_a_time_should_build_a_directory() {
    let parent = tempfile::tempdir().unwrap();
    let of_a = parent.path().join("a");
    let genesis = genesis(2);
    five_days(&of_a, &genesis).0.stop();
    let a = application(&of_a);
    let offer = a.list_snapshots().unwrap().remove(0);
    let chunk = a.load_snapshot_chunk((6, offer.format), 0).unwrap().unwrap();
    let (view, _) = View::open(&of_a).unwrap();
    let trusted = view.block(6).unwrap().unwrap().app_hash;
    let begin = |name: &str| {
        let dir = parent.path().join(name);
        Restore::begin(&dir, &genesis, &offer, &trusted, MOST_BYTES)
    };
    // What a process that died left there.
    let scratch = parent.path().join("b.restoring");
    std::fs::create_dir_all(scratch.join("journal")).unwrap();
    std::fs::write(scratch.join("base.chunk"), "half").unwrap();
    std::fs::write(scratch.join("journal").join("half"), "half").unwrap();

    let mut first = begin("b/").unwrap();
    assert_eq!(names(parent.path()), ["a", "b.restoring"]);
    assert_eq!(names(&scratch), ["LOCK", "snapshots"]);
    for name in ["b", "b/", "b/."] {
        let second = begin(name);
        let held = matches!(&second, Err(RestoreError::Store(StoreError::Lock(_))));
        assert!(held, "{name}: {second:?}");
    }
    first.apply_chunk(0, &chunk).unwrap();
    first.finish().unwrap();
    assert_eq!(names(parent.path()), ["a", "b"]);
    assert_eq!(application(&parent.path().join("b")).info().app_hash, trusted);
    drop(begin("c").unwrap());
    drop(begin("c").unwrap());
    assert_eq!(names(parent.path()), ["a", "b"]);
}
