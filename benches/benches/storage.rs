//! Journal appends, durable settlement records, and recovery.

use divan::Bencher;
use std::collections::BTreeMap;
use std::path::Path;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::AssetId;
use workmint_core::{Address, Block, DecodedTransaction, Message, RawTransaction};
use workmint_storage::chunk::{self, Durability};
use workmint_storage::journal::{Journal, Limits};
use workmint_storage::store::{Settings, Store, View};

fn main() {
    divan::main();
}

/// `frames` appends of `bytes` each, then one fdatasync.
#[divan::bench(args = [(1, 256), (64, 256), (1_024, 256), (64, 65_536)], sample_count = 50)]
fn journal_append_and_sync(bencher: Bencher<'_, '_>, (frames, bytes): (u64, usize)) {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::create(dir.path(), [7; 32], Limits::default()).unwrap();
    let body = vec![0x5a_u8; bytes];
    bencher.bench_local(|| {
        let first = journal.last_height() + 1;
        let group: Vec<(u64, &[u8])> = (0..frames).map(|at| (first + at, &body[..])).collect();
        journal.append(&group).unwrap();
        journal.sync().unwrap();
    });
}

/// A record of a settlement of a million participants (about 100 bytes each), synced.
#[divan::bench(sample_count = 5)]
fn durable_record_100_mb(bencher: Bencher<'_, '_>) {
    let dir = tempfile::tempdir().unwrap();
    let payload = vec![0x5a_u8; 100_000_000];
    let path = chunk::path(dir.path(), 1, "inputs");
    bencher.bench_local(|| chunk::write(&path, *b"BNCH", 1, &payload, Durability::Synced).unwrap());
}

fn address(number: u64) -> Address {
    Address::derived(&number.to_be_bytes())
}

/// A network whose journal holds `count` transfers in blocks of 1,000 between 10,000 accounts.
fn network(dir: &Path, count: u64) {
    let definition = workmint_networks::preset("gonka").unwrap().definition().unwrap();
    let names = definition.names();
    let bindings: BTreeMap<String, Address> = names
        .iter()
        .map(|name| (name.to_string(), Address::derived(name.as_str().as_bytes())))
        .collect();
    let genesis = definition.genesis(0, &bindings).unwrap();
    let mut store = Store::create(dir, &genesis, Settings::default()).unwrap();
    let sender = bindings["founder"];
    for block in 0..count / 1_000 {
        let decoded: Vec<DecodedTransaction> = (0..1_000)
            .map(|at| {
                let to = address((block * 1_000 + at) % 10_000);
                let (asset, amount) = (AssetId(0), Amount::new(1));
                let message = Message::Transfer(Transfer { to, asset, amount });
                DecodedTransaction::new(sender, block * 1_000 + at, message)
            })
            .collect();
        let transactions = decoded
            .iter()
            .map(|transaction| RawTransaction {
                codec: 0,
                bytes: transaction.encode_local().unwrap(),
            })
            .collect();
        let block = Block {
            height: block + 1,
            time_ms: block,
            transactions,
            evidence: Vec::new(),
            votes: Vec::new(),
            proposer: None,
        };
        let applied = store.commit(vec![(block, decoded)]).unwrap();
        assert!(applied[0].results.iter().all(Result::is_ok));
    }
}

/// Opening a network and replaying its whole journal.
#[divan::bench(args = [100_000, 1_000_000], sample_count = 3, sample_size = 1)]
fn recovery_transfers(bencher: Bencher<'_, '_>, count: u64) {
    let dir = tempfile::tempdir().unwrap();
    network(dir.path(), count);
    bencher.bench_local(|| View::open(dir.path()).unwrap().1.replayed_transactions);
}
