//! When blocks are made: for transactions, at once or at intervals, and without any only where time
//! must pass. The clock is the real one, so epochs are short and bounds are those that no slow
//! machine can break.

use std::path::Path;
use std::time::{Duration, Instant};

use workmint_amounts::Amount;
use workmint_core::Genesis;
use workmint_core::modules::parameters::EpochLength;
use workmint_node::{Config, Node, Production};

use crate::kit::{block_on, config, crowd, genesis, now_ms};

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Least distance of blocks that only time asks for, a second, less what a thread may be kept from
/// reading the clock, milliseconds.
const LEAST_GAP: u64 = 500;

fn with_epochs(length: EpochLength) -> Genesis {
    let mut genesis = genesis(4);
    genesis.parameters.network.epoch_length = length;
    genesis
}

fn wait_for_height(node: &Node, height: u64) {
    let start = Instant::now();
    while node.head().height < height {
        assert!(start.elapsed() < PATIENCE, "block {height} does not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Times of blocks 1 to `height`, milliseconds; all of them must be without transactions.
fn times_of_empty(node: &Node, height: u64) -> Vec<u64> {
    let blocks = (1..=height).map(|height| node.block(height).unwrap().unwrap());
    let times = blocks.map(|block| {
        assert!(block.transactions.is_empty(), "block {}", block.height);
        block.time_ms
    });
    times.collect()
}

fn interval(dir: &Path, genesis: &Genesis, ms: u64) -> Config {
    Config { production: Production::Interval(ms), ..config(dir, genesis) }
}

#[test]
fn nothing_should_be_made_while_nothing_waits_and_no_time_is_over() {
    // Epochs of a day: the first ends long after this test.
    let genesis = genesis(4);
    for production in [Production::Instant, Production::Interval(50)] {
        let dir = tempfile::tempdir().unwrap();
        let config = Config { production, ..config(dir.path(), &genesis) };
        let node = Node::start(config).unwrap();
        std::thread::sleep(Duration::from_millis(1_500));
        assert_eq!(node.head().height, 0, "{production:?}");
        let mut crowd = crowd(&node, 2);
        let sent = block_on(node.submit(crowd.transfer(0, 1, Amount::new(1)))).unwrap();
        assert_eq!(sent.height, 1);
        std::thread::sleep(Duration::from_millis(1_500));
        assert_eq!(node.head().height, 1, "{production:?}");
        node.stop();
    }
}

#[test]
fn at_once_should_mean_with_the_next_write() {
    let dir = tempfile::tempdir().unwrap();
    let node = Node::start(config(dir.path(), &genesis(4))).unwrap();
    let mut crowd = crowd(&node, 2);
    // One after the other, each is answered before the next is sent: a block each.
    let before = now_ms();
    for expected in 1..=5 {
        let sent = block_on(node.submit(crowd.transfer(0, 1, Amount::new(1)))).unwrap();
        assert_eq!((sent.height, sent.position), (expected, 0));
        let time_ms = node.block(expected).unwrap().unwrap().time_ms;
        assert!((before..=now_ms()).contains(&time_ms));
    }
    node.stop();
}

#[test]
fn at_intervals_what_came_meanwhile_should_share_a_block() {
    const LENGTH: u64 = 5_000;
    let dir = tempfile::tempdir().unwrap();
    let node = Node::start(interval(dir.path(), &genesis(4), LENGTH)).unwrap();
    let mut crowd = crowd(&node, 4);
    let first = block_on(node.submit(crowd.transfer(0, 3, Amount::new(1)))).unwrap();
    assert_eq!(first.height, 1);
    // The first block has just been made: these wait together for the next.
    let batch = (0..12).map(|at| crowd.transfer(at % 3, 3, Amount::new(1))).collect();
    let answers = block_on(node.submit_many(batch));
    assert!(answers.iter().all(|one| one.as_ref().is_ok_and(|one| one.height == 2)));
    let [one, two] = [1, 2].map(|height| node.block(height).unwrap().unwrap());
    assert_eq!(two.transactions.len(), 12);
    let apart = two.time_ms - one.time_ms;
    assert!(apart + 20 >= LENGTH, "{apart} ms apart");
    node.stop();
}

#[test]
fn an_epoch_counted_in_time_should_end_by_itself_and_no_other_block_be_made() {
    const LENGTH: u64 = 1_200;
    let dir = tempfile::tempdir().unwrap();
    let genesis = with_epochs(EpochLength::Time(LENGTH));
    let node = Node::start(config(dir.path(), &genesis)).unwrap();
    wait_for_height(&node, 4);
    let times = times_of_empty(&node, 4);
    let mut open = 0;
    for time_ms in times {
        // The first block at or after an epoch's end closes it; the next one waits for its own end.
        let epoch = (time_ms - genesis.time_ms) / LENGTH;
        assert!(epoch > open, "a block of epoch {epoch} while {open} was open");
        open = epoch;
    }
    node.stop();
}

#[test]
fn blocks_that_only_time_asks_for_should_not_crowd() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = with_epochs(EpochLength::Blocks(3));
    let config = Config { heartbeat_ms: 100, ..config(dir.path(), &genesis) };
    let node = Node::start(config).unwrap();
    wait_for_height(&node, 4);
    let times = times_of_empty(&node, 4);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= LEAST_GAP), "{times:?}");
    // Transactions do not wait for that.
    let mut crowd = crowd(&node, 2);
    let mut heights = Vec::new();
    let mut fastest = PATIENCE;
    for _ in 0..5 {
        let start = Instant::now();
        heights.push(block_on(node.submit(crowd.transfer(0, 1, Amount::new(1)))).unwrap().height);
        fastest = fastest.min(start.elapsed());
    }
    assert!(fastest < Duration::from_millis(800), "the fastest of five waited {fastest:?}");
    assert!(heights.windows(2).all(|pair| pair[0] < pair[1]), "{heights:?}");
    node.stop();
}

#[test]
fn epochs_counted_in_blocks_should_have_a_heartbeat() {
    const HEARTBEAT: u64 = 1_300;
    let dir = tempfile::tempdir().unwrap();
    let genesis = with_epochs(EpochLength::Blocks(3));
    let config = Config { heartbeat_ms: HEARTBEAT, ..config(dir.path(), &genesis) };
    let node = Node::start(config).unwrap();
    wait_for_height(&node, 3);
    let times = times_of_empty(&node, 3);
    assert!(times[0] >= genesis.time_ms + HEARTBEAT);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= HEARTBEAT), "{times:?}");
    assert_eq!(node.head().epoch, 1);
    node.stop();
}
