//! A clock that cannot be right makes no block.

use std::time::{Duration, Instant};

use workmint_amounts::Amount;
use workmint_core::modules::parameters::EpochLength;
use workmint_node::{Config, Node, NodeError};

use crate::kit::{block_on, config, crowd, driven, genesis, now_ms};

const DAY_MS: u64 = 86_400_000;

#[test]
fn a_pause_longer_than_allowed_should_be_refused_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let mut genesis = genesis(2);
    genesis.time_ms -= 40 * DAY_MS;
    // The last block is five days old; epochs of a day allow two.
    let node = Node::start(driven(dir.path(), &genesis)).unwrap();
    let last = now_ms() - 5 * DAY_MS;
    node.drive(last, Vec::new()).unwrap();
    assert!(node.status().clock_right, "whoever drives names the times");
    node.stop();
    drop(node);
    let refused = Node::start(config(dir.path(), &genesis)).err().unwrap();
    let NodeError::Clock(pause) = &refused else { panic!("{refused}") };
    assert_eq!((pause.block_ms, pause.most_ms), (last, 2 * DAY_MS));
    assert!(refused.to_string().contains("the longest pause is 172800 s"), "{refused}");
    let longer = Config { most_pause_ms: 6 * DAY_MS, ..config(dir.path(), &genesis) };
    let node = Node::start(longer).unwrap();
    let mut crowd = crowd(&node, 2);
    let sent = block_on(node.submit(crowd.transfer(0, 1, Amount::new(1)))).unwrap();
    assert_eq!(sent.result, Ok(()));
    assert!(node.head().time_ms >= now_ms() - 60_000);
    node.stop();
    drop(node);
    // The last block is of today again.
    Node::start(config(dir.path(), &genesis)).unwrap().stop();
}

#[test]
fn a_clock_behind_the_last_block_should_be_told() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = genesis(2);
    let node = Node::start(driven(dir.path(), &genesis)).unwrap();
    let ahead = now_ms() + DAY_MS;
    node.drive(ahead, Vec::new()).unwrap();
    node.stop();
    drop(node);
    let node = Node::start(config(dir.path(), &genesis)).unwrap();
    let status = node.status();
    assert!(!status.clock_right);
    assert!((-86_400_000..-86_000_000).contains(&status.clock_lead_ms), "{status:?}");
    // Money still moves; time stands still.
    let mut crowd = crowd(&node, 2);
    let sent = block_on(node.submit(crowd.transfer(0, 1, Amount::new(1)))).unwrap();
    assert_eq!((sent.height, sent.result), (2, Ok(())));
    assert_eq!(node.head().time_ms, ahead);
    node.stop();
}

#[test]
fn while_the_clock_is_too_far_ahead_no_block_should_be_made() {
    let dir = tempfile::tempdir().unwrap();
    let mut genesis = genesis(2);
    genesis.parameters.network.epoch_length = EpochLength::Blocks(1_000);
    // Blocks that only time asks for are a second apart, and here a tenth of one is too long: after
    // the first block, which may be any time after the genesis, none is believed.
    let paused = Config { most_pause_ms: 1, heartbeat_ms: 50, ..config(dir.path(), &genesis) };
    let node = Node::start(paused).unwrap();
    let patience = Instant::now();
    while node.status().clock_right && patience.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let status = node.status();
    assert!(!status.clock_right && status.clock_lead_ms > 100, "{status:?}");
    let before = node.head();
    assert_eq!(before.height, 1);
    // What is sent waits, and so does time.
    let mut crowd = crowd(&node, 2);
    let bytes = crowd.transfer(0, 1, Amount::new(1));
    let sent = std::thread::spawn({
        let node = node.clone();
        move || block_on(node.submit(bytes))
    });
    let (begun, rounds) = (Instant::now(), node.status().rounds);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(node.head(), before);
    // A heartbeat is overdue all the time, and a transaction waits: the thread looks at the clock
    // once a second all the same. One more for what was sent, one for a look under way.
    let (woken, looks) = (node.status().rounds - rounds, begun.elapsed().as_secs() + 1);
    assert!((1..=looks + 2).contains(&woken), "{woken} rounds, {looks} looks");
    node.stop();
    assert!(sent.join().unwrap().is_err());
    assert_eq!(node.head(), before, "nor is one made at the end");
}
