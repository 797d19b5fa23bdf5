//! One transaction's way, and what is left of it after a restart.

use workmint_amounts::Amount;
use workmint_node::{Node, SubmitError};
use workmint_storage::index::Order;
use workmint_storage::store::Change;

use crate::kit::{EACH, balance, block_on, config, crowd, driven, fee, genesis};

#[test]
fn a_transfer_should_be_durable_found_everywhere_and_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = genesis(2);
    let node = Node::start(config(dir.path(), &genesis)).unwrap();
    let mut crowd = crowd(&node, 2);
    let bytes = crowd.transfer(0, 1, Amount::new(5_000));
    let sent = block_on(node.submit(bytes.clone())).unwrap();
    assert_eq!((sent.height, sent.position), (1, 0));
    assert_eq!(sent.result, Ok(()));
    let fee = fee(&bytes);
    let check = |node: &Node| {
        assert_eq!(balance(node, &crowd.address(0)), EACH - 5_000 - fee);
        assert_eq!(balance(node, &crowd.address(1)), EACH + 5_000);
        let (record, position) = node.transaction(&sent.hash).unwrap().unwrap();
        assert_eq!((record.height, position), (1, 0));
        let one = &record.transactions[0];
        assert_eq!((one.fee.get(), &one.raw.bytes), (fee, &bytes));
        assert!(!one.logs.is_empty());
        assert_eq!(node.block(1).unwrap().unwrap(), record);
        assert_eq!(node.block_by_hash(&record.hash).unwrap().unwrap(), record);
        assert_eq!(node.head().hash, record.hash);
        assert_eq!(node.pending_nonce(&crowd.address(0)), 1);
        let rows = [0, 1].map(|number| {
            let account = crowd.address(number);
            node.account_events(&account, Order::Ascending, None, 10).unwrap().events
        });
        assert_eq!(rows.each_ref().map(Vec::len), [2, 1], "{rows:?}");
        let lost: u128 = rows[0].iter().filter_map(|(_, row)| row.change).map(lost).sum();
        assert_eq!(lost, 5_000 + fee, "{rows:?}");
        // Sent again it is answered with what became of it, and not carried out again.
        assert_eq!(block_on(node.submit(bytes.clone())).unwrap(), sent);
        assert_eq!(node.head().height, 1);
        rows
    };
    let rows = check(&node);
    node.stop();
    drop(node);
    let node = Node::start(config(dir.path(), &genesis)).unwrap();
    assert_eq!(check(&node), rows);
    node.stop();
    drop(node);
    // The index is gone: it is rebuilt from the journal.
    std::fs::remove_dir_all(dir.path().join("index")).unwrap();
    let node = Node::start(config(dir.path(), &genesis)).unwrap();
    assert_eq!(check(&node), rows, "as they were written while it ran");
    node.stop();
}

fn lost(change: Change) -> u128 {
    assert!(!change.gained);
    change.amount.get()
}

#[test]
fn a_batch_should_run_in_the_order_of_nonces() {
    let dir = tempfile::tempdir().unwrap();
    let node = Node::start(config(dir.path(), &genesis(4))).unwrap();
    let mut crowd = crowd(&node, 4);
    let mut batch: Vec<Vec<u8>> =
        (0..40).map(|at| crowd.transfer(at % 3, 3, Amount::new(1))).collect();
    batch.reverse();
    let answers = block_on(node.submit_many(batch));
    assert_eq!(answers.len(), 40);
    assert!(answers.iter().all(|one| one.as_ref().is_ok_and(|one| one.result.is_ok())));
    assert_eq!(balance(&node, &crowd.address(3)), EACH + 40);
    assert_eq!(node.pending_nonce(&crowd.address(0)), 14);
    node.stop();
}

#[test]
fn a_driven_block_should_hold_local_transactions_and_what_waits() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = genesis(2);
    let node = Node::start(driven(dir.path(), &genesis)).unwrap();
    let mut crowd = crowd(&node, 2);
    let bytes = crowd.transfer(0, 1, Amount::new(7));
    let waits = std::thread::spawn({
        let node = node.clone();
        move || block_on(node.submit(bytes))
    });
    while node.status().pending == 0 || node.pending_nonce(&crowd.address(0)) == 0 {
        std::thread::yield_now();
    }
    assert_eq!(node.head().height, 0);
    let time_ms = genesis.time_ms + 10_000;
    let driven = node.drive(time_ms, Vec::new()).unwrap();
    assert_eq!((driven.record.height, driven.record.time_ms), (1, time_ms));
    assert_eq!(waits.join().unwrap().unwrap().height, 1);
    // Time does not run backwards.
    assert_eq!(node.drive(time_ms - 1, Vec::new()).unwrap().record.time_ms, time_ms);
    node.stop();
    assert!(node.drive(time_ms, Vec::new()).is_err());
    assert_eq!(
        block_on(node.submit(crowd.transfer(0, 1, Amount::new(7)))),
        Err(SubmitError::Stopping)
    );
}

#[test]
fn another_network_in_the_directory_should_be_refused() {
    let dir = tempfile::tempdir().unwrap();
    Node::start(config(dir.path(), &genesis(1))).unwrap().stop();
    let error = Node::start(config(dir.path(), &genesis(2))).err().unwrap();
    assert!(error.to_string().contains("holds another network"), "{error}");
}

#[test]
fn what_the_next_transaction_would_do_should_never_meet_a_used_nonce() {
    let dir = tempfile::tempdir().unwrap();
    let node = Node::start(config(dir.path(), &genesis(2))).unwrap();
    let mut crowd = crowd(&node, 2);
    let sender = crowd.address(0);
    let transfer = workmint_core::modules::ledger::Transfer {
        to: crowd.address(1),
        asset: node.chain().fee_asset,
        amount: Amount::new(1),
    };
    let message = workmint_core::Message::Transfer(transfer);
    let asking = std::thread::spawn({
        let node = node.clone();
        move || {
            let mut nonces = Vec::new();
            while nonces.last() != Some(&50) {
                let next = |nonce| {
                    nonces.push(nonce);
                    workmint_core::DecodedTransaction::new(sender, nonce, message.clone())
                };
                assert_eq!(node.simulate_next(&sender, next, 200).result, Ok(()));
            }
            nonces
        }
    });
    for _ in 0..50 {
        block_on(node.submit(crowd.transfer(0, 1, Amount::new(1)))).unwrap();
    }
    let nonces = asking.join().unwrap();
    assert!(nonces.is_sorted());
    assert_eq!(balance(&node, &crowd.address(1)), EACH + 50, "nothing was carried out");
    node.stop();
}
