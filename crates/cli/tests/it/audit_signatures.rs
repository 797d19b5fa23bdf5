//! `audit` believes no word of the journal about signed transactions.

use workmint_amounts::Amount;
use workmint_core::modules::ledger::Transfer;
use workmint_core::names::AssetId;
use workmint_core::transaction::ETHEREUM_CODEC;
use workmint_core::{Address, Block, DecodedTransaction, Message, RawTransaction};
use workmint_protocol::wire::{ChainSpec, SecretKey, Unsigned, address_of, call_of, sign, verify};

use crate::explain::network::{Network, START, address};
use crate::support::{json, workmint_in};

fn gnk(to: Address) -> Message {
    Message::Transfer(Transfer { to, asset: AssetId(0), amount: Amount::new(1_000_000_000) })
}

/// A network whose second block holds a payment to carol, signed by a key that alice has paid; the
/// journal says what `said` makes of it.
fn with_signed(said: impl FnOnce(DecodedTransaction) -> DecodedTransaction) -> Network {
    let mut network = Network::new();
    let key = SecretKey::from_byte_array(&[7; 32]).unwrap();
    network.block(
        1_000,
        vec![("alice", gnk(address_of(&key))), ("alice", gnk(address("dave")))],
        vec![],
    );
    let chain = ChainSpec::of(network.store.genesis()).unwrap();
    let unsigned = Unsigned {
        chain_id: chain.chain_id,
        nonce: 0,
        max_priority_fee_per_gas: 0,
        max_fee_per_gas: 1_000_000_000,
        gas_limit: 1_000_000,
        call: call_of(&gnk(address("carol")), &chain).unwrap(),
    };
    let bytes = sign(&key, &unsigned);
    let decoded = verify(&bytes, &chain).unwrap().decoded().clone();
    assert_eq!(decoded.sender, address_of(&key));
    let local = DecodedTransaction::new(address("alice"), 2, gnk(address("dave")));
    let block = Block {
        height: 2,
        time_ms: START + 2_000,
        transactions: vec![
            RawTransaction { codec: 0, bytes: local.encode_local().unwrap() },
            RawTransaction { codec: ETHEREUM_CODEC, bytes },
        ],
        evidence: Vec::new(),
        votes: Vec::new(),
        proposer: None,
    };
    network.store.commit(vec![(block, vec![local, said(decoded)])]).unwrap();
    network
}

#[test]
fn what_was_signed_is_read_out_of_its_bytes() {
    let network = with_signed(|decoded| decoded);
    let all = json(network.path(), &["audit", ".", "--json"]);
    assert_eq!((&all["result"], &all["signatures"]), (&"bit-equal".into(), &"1".into()));
    let words = workmint_in(network.path(), &["audit", "."]);
    assert!(words.stdout.contains("Recovered 1 signature: "), "{}", words.stdout);
}

#[test]
fn a_lie_about_a_signature_names_block_and_position() {
    let others =
        |decoded: DecodedTransaction| DecodedTransaction { sender: address("alice"), ..decoded };
    let more = |decoded: DecodedTransaction| DecodedTransaction {
        message: gnk(address("bob")),
        ..decoded
    };
    for network in [with_signed(others), with_signed(more)] {
        let run = workmint_in(network.path(), &["audit", ".", "--json"]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains("block 2, transaction 1: its bytes say"), "{}", run.stderr);
    }
}
