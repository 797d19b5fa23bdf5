//! What waits for a block: order, gaps, replacement, limits. Blocks are made on request.

use std::thread::JoinHandle;

use workmint_amounts::Amount;
use workmint_core::Hash;
use workmint_node::load::Crowd;
use workmint_node::{Config, Included, MempoolLimits, Node, SubmitError};

use crate::kit::{EACH, balance, block_on, crowd, driven, fee, genesis};

struct Bench {
    node: Node,
    crowd: Crowd,
    _dir: tempfile::TempDir,
}

type Sent = JoinHandle<Result<Included, SubmitError>>;

impl Bench {
    fn new(limits: MempoolLimits, wait_ms: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let genesis = genesis(4);
        let config = Config { mempool: limits, wait_ms, ..driven(dir.path(), &genesis) };
        let node = Node::start(config).unwrap();
        let crowd = crowd(&node, 4);
        Self { node, crowd, _dir: dir }
    }

    fn one(&self, from: usize, nonce: u64, tip: u128) -> Vec<u8> {
        self.crowd.transfer_at(from, (3, Amount::new(1)), nonce, tip)
    }

    /// Sends and waits for the answer at once.
    fn ask(&self, bytes: Vec<u8>) -> Result<Included, SubmitError> {
        block_on(self.node.submit(bytes))
    }

    /// Sends and comes back once it waits.
    fn send(&self, bytes: Vec<u8>) -> Sent {
        let hash = hash(&bytes);
        let node = self.node.clone();
        let sent = std::thread::spawn(move || block_on(node.submit(bytes)));
        while self.node.waiting(&hash).is_none() && !sent.is_finished() {
            std::thread::yield_now();
        }
        sent
    }

    /// Makes a block; the hashes in it.
    fn block(&self) -> Vec<Hash> {
        let driven = self.node.drive(0, Vec::new()).unwrap();
        driven.record.transactions.iter().map(|one| one.hash).collect()
    }
}

fn hash(bytes: &[u8]) -> Hash {
    workmint_core::RawTransaction { codec: 1, bytes: bytes.to_vec() }.id()
}

#[test]
fn tips_should_come_first_and_nonces_in_order() {
    let bench = Bench::new(MempoolLimits::default(), 60_000);
    // Account 0's second pays most but must follow its first; equal tips stand by arrival.
    let all =
        [bench.one(0, 1, 900), bench.one(0, 0, 0), bench.one(1, 0, 50_000_000), bench.one(2, 0, 0)];
    let sent: Vec<Sent> = all.iter().map(|bytes| bench.send(bytes.clone())).collect();
    let tips = |at: usize| {
        let wei = [900_u128, 0, 50_000_000, 0][at] * 21_000;
        wei / 1_000_000_000
    };
    assert!(tips(2) > 0, "the tip of account 1 is worth a base unit");
    let want = [2, 1, 0, 3].map(|at| hash(&all[at]));
    // Account 0's second has less than a base unit of tip: with none, arrival decides.
    let order = bench.block();
    assert_eq!(order[0], want[0]);
    let place = |at: usize| order.iter().position(|one| *one == hash(&all[at])).unwrap();
    assert!(place(1) < place(0));
    assert_eq!(order.len(), 4);
    for one in sent {
        assert_eq!(one.join().unwrap().unwrap().result, Ok(()));
    }
    assert_eq!(balance(&bench.node, &bench.crowd.address(3)), EACH + 4);
    bench.node.stop();
}

#[test]
fn a_gap_should_wait_and_then_be_queued() {
    let bench = Bench::new(MempoolLimits::default(), 10_000);
    let second = bench.one(0, 1, 0);
    let answer = bench.ask(second.clone());
    assert_eq!(answer, Err(SubmitError::Queued { hash: hash(&second) }));
    assert_eq!(bench.node.status().gapped, 1);
    assert_eq!(bench.node.pending_nonce(&bench.crowd.address(0)), 0);
    assert!(bench.block().is_empty(), "nothing can run");
    let sent = bench.send(bench.one(0, 0, 0));
    assert_eq!(bench.node.pending_nonce(&bench.crowd.address(0)), 2);
    assert_eq!(bench.block(), [hash(&bench.one(0, 0, 0)), hash(&second)]);
    assert_eq!(sent.join().unwrap().unwrap().position, 0);
    // Asked again, it is answered with where it is.
    assert_eq!(bench.ask(second).unwrap().position, 1);
    assert_eq!(bench.node.status().gapped, 0);
    bench.node.stop();
}

#[test]
fn only_a_tenth_more_should_replace() {
    let bench = Bench::new(MempoolLimits::default(), 60_000);
    let price = u128::try_from(bench.crowd.price()).unwrap();
    let first = bench.one(0, 0, price);
    let old = bench.send(first.clone());
    let tip = |bytes: &[u8]| bench.node.waiting(&hash(bytes)).unwrap().decoded().tip.get();
    let paid = tip(&first);
    // One wei per gas under a tenth more is not enough, a tenth more is.
    let too_little = bench.ask(bench.one(0, 0, price / 10 * 11 - 1));
    let Err(SubmitError::Underpriced { tip: given, needed }) = too_little else {
        panic!("{too_little:?}")
    };
    assert_eq!(needed.get(), (paid * 11).div_ceil(10));
    assert!(given < needed);
    let better = bench.one(0, 0, price / 10 * 11 + 10);
    let new = bench.send(better.clone());
    assert_eq!(old.join().unwrap(), Err(SubmitError::Replaced { by: hash(&better) }));
    assert_eq!(bench.block(), [hash(&better)]);
    assert_eq!(new.join().unwrap().unwrap().height, 1);
    let too_late = bench.ask(first);
    assert_eq!(too_late, Err(SubmitError::NonceTooLow { expected: 1, given: 0 }));
    bench.node.stop();
}

#[test]
fn the_same_bytes_should_be_answered_alike() {
    let bench = Bench::new(MempoolLimits::default(), 60_000);
    let bytes = bench.one(0, 0, 0);
    let first = bench.send(bytes.clone());
    let second = {
        let (node, bytes) = (bench.node.clone(), bytes.clone());
        std::thread::spawn(move || block_on(node.submit(bytes)))
    };
    while bench.node.status().pending < 1 {
        std::thread::yield_now();
    }
    assert_eq!(bench.block(), [hash(&bytes)]);
    let answer = first.join().unwrap().unwrap();
    assert_eq!(second.join().unwrap().unwrap(), answer);
    assert_eq!(bench.ask(bytes).unwrap(), answer);
    assert_eq!(bench.node.status().pending, 0);
    bench.node.stop();
}

#[test]
fn what_an_account_cannot_pay_should_be_refused() {
    let bench = Bench::new(MempoolLimits::default(), 60_000);
    let all = |amount| bench.crowd.transfer_at(0, (3, Amount::new(amount)), 0, 0);
    // Amounts of one length have transactions of one length.
    let cost = fee(&all(EACH - 1_000_000));
    let answer = bench.ask(all(EACH - cost + 1));
    let (needed, spendable) = (Amount::new(EACH + 1), Amount::new(EACH));
    assert_eq!(answer, Err(SubmitError::NotCovered { needed, spendable }));
    // Exactly all of it waits; then nothing more fits beside it.
    let sent = bench.send(all(EACH - cost));
    let more = bench.one(0, 1, 0);
    let needed = Amount::new(EACH + fee(&more) + 1);
    let answer = bench.ask(more);
    assert_eq!(answer, Err(SubmitError::NotCovered { needed, spendable }));
    assert_eq!(bench.block().len(), 1);
    assert_eq!(sent.join().unwrap().unwrap().result, Ok(()));
    assert_eq!(balance(&bench.node, &bench.crowd.address(0)), 0);
    bench.node.stop();
}

/// 0.05 WMT a row by the network's file, and a recipient without an account is a row.
#[test]
fn the_deposit_of_a_new_row_should_be_covered_on_entry() {
    const DEPOSIT: u128 = 50_000_000;
    let bench = Bench::new(MempoolLimits::default(), 60_000);
    // The fifth member has no account yet.
    let members = crowd(&bench.node, 5);
    let all = |amount| members.transfer_at(0, (4, Amount::new(amount)), 0, 0);
    let cost = fee(&all(EACH - 100_000_000)) + DEPOSIT;
    let answer = bench.ask(all(EACH - cost + 1));
    let (needed, spendable) = (Amount::new(EACH + 1), Amount::new(EACH));
    assert_eq!(answer, Err(SubmitError::NotCovered { needed, spendable }));
    let sent = bench.send(all(EACH - cost));
    assert_eq!(bench.block().len(), 1);
    assert_eq!(sent.join().unwrap().unwrap().result, Ok(()));
    assert_eq!(balance(&bench.node, &members.address(0)), 0, "what is left is locked");
    assert_eq!(balance(&bench.node, &members.address(4)), EACH - cost);
    // Now it has one.
    let again = members.transfer_at(1, (4, Amount::new(EACH - cost + DEPOSIT)), 0, 0);
    let sent = bench.send(again);
    assert_eq!(bench.block().len(), 1);
    assert_eq!(sent.join().unwrap().unwrap().result, Ok(()));
    bench.node.stop();
}

#[test]
fn limits_below_the_longest_transaction_should_be_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = genesis(1);
    let refused = |change: &dyn Fn(&mut Config)| {
        let mut config = driven(dir.path(), &genesis);
        change(&mut config);
        Node::start(config).err().map(|error| error.to_string())
    };
    let says = |text: &str, change: &dyn Fn(&mut Config)| {
        assert_eq!(refused(change).as_deref(), Some(text));
        assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none(), "nothing was made");
    };
    let longest = "131071; allowed: 131072 and more";
    says(&format!("block.bytes is {longest}"), &|it| it.block.bytes = 131_071);
    says(&format!("mempool.bytes is {longest}"), &|it| it.mempool.bytes = 131_071);
    says("block.signatures is 0; allowed: 1 and more", &|it| it.block.signatures = 0);
    says("mempool.count is 0; allowed: 1 and more", &|it| it.mempool.count = 0);
    assert_eq!(refused(&|it| it.block.bytes = 131_072), None);
}

#[test]
fn what_cannot_pay_when_its_turn_comes_should_be_in_no_block() {
    let bench = Bench::new(MempoolLimits::default(), 60_000);
    let waits = bench.one(0, 0, 0);
    let sent = bench.send(waits.clone());
    let other = bench.send(bench.one(1, 0, 0));
    // A local transaction of the same account comes first and uses the nonce.
    let transfer = workmint_core::modules::ledger::Transfer {
        to: bench.crowd.address(3),
        asset: bench.node.chain().fee_asset,
        amount: Amount::new(10),
    };
    let message = workmint_core::Message::Transfer(transfer);
    let sender = bench.crowd.address(0);
    let local = workmint_core::DecodedTransaction::new(sender, 0, message);
    let driven = bench.node.drive(0, vec![local]).unwrap();
    let hashes: Vec<Hash> = driven.record.transactions.iter().map(|one| one.hash).collect();
    assert_eq!(hashes.len(), 2);
    assert_eq!(hashes[1], hash(&bench.one(1, 0, 0)));
    assert_eq!(other.join().unwrap().unwrap().position, 1);
    let dropped = sent.join().unwrap().unwrap_err();
    assert!(matches!(dropped, SubmitError::Dropped { .. }), "{dropped}");
    assert!(bench.node.transaction(&hash(&waits)).unwrap().is_none());
    assert_eq!(balance(&bench.node, &bench.crowd.address(3)), EACH + 11);
    bench.node.stop();
}

#[test]
fn limits_should_hold_and_name_themselves() {
    let limits = MempoolLimits { count: 3, per_sender: 2, gapped: 1, ..MempoolLimits::default() };
    let bench = Bench::new(limits, 10_000);
    let high = bench.ask(bench.one(0, 2, 0));
    assert_eq!(high, Err(SubmitError::NonceTooHigh { expected: 0, given: 2, limit: 2 }));
    assert!(matches!(bench.ask(bench.one(0, 1, 0)), Err(SubmitError::Queued { .. })));
    let gapped = bench.ask(bench.one(1, 1, 0));
    assert!(matches!(gapped, Err(SubmitError::Full { limit: 1, .. })), "{gapped:?}");
    let sent = [bench.send(bench.one(1, 0, 0)), bench.send(bench.one(2, 0, 0))];
    let full = bench.ask(bench.one(3, 0, 0));
    assert!(matches!(full, Err(SubmitError::Full { limit: 3, .. })), "{full:?}");
    assert_eq!(bench.block().len(), 2);
    for one in sent {
        one.join().unwrap().unwrap();
    }
    // There is room again.
    let sent = bench.send(bench.one(3, 0, 0));
    assert_eq!(bench.block().len(), 1);
    sent.join().unwrap().unwrap();
    assert_eq!(bench.node.status().pending, 1);
    bench.node.stop();
}

#[test]
fn whoever_finds_no_room_to_wait_should_hear_that_the_transaction_waits() {
    let bench = Bench::new(MempoolLimits::default(), 60_000);
    let bytes = bench.one(0, 1, 0);
    let first = bench.send(bytes.clone());
    let at_once = |answer: &Result<Included, SubmitError>| match answer {
        Err(SubmitError::Queued { hash: which }) => *which == hash(&bytes),
        Ok(_) | Err(_) => false,
    };
    // 64 may wait for one transaction: with 75, eleven are told at once, the others by the block.
    let (tell, told) = std::sync::mpsc::channel();
    let asking: Vec<_> = (0..74)
        .map(|_| {
            let (node, bytes, tell) = (bench.node.clone(), bytes.clone(), tell.clone());
            std::thread::spawn(move || tell.send(block_on(node.submit(bytes))).unwrap())
        })
        .collect();
    let early: Vec<_> = (0..11).map(|_| told.recv().unwrap()).collect();
    assert!(early.iter().all(at_once), "{early:?}");
    let opens = bench.send(bench.one(0, 0, 0));
    assert_eq!(bench.block(), [hash(&bench.one(0, 0, 0)), hash(&bytes)]);
    let late: Vec<_> = (0..63).map(|_| told.recv().unwrap()).collect();
    assert!(late.iter().all(|answer| answer.as_ref().is_ok_and(|one| one.position == 1)));
    for one in [first, opens] {
        one.join().unwrap().unwrap();
    }
    for one in asking {
        one.join().unwrap();
    }
    bench.node.stop();
}
