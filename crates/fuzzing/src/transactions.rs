//! Bytes from wallets: transactions, calls, and what is read back.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use workmint_core::names::AssetId;
use workmint_core::{Address, Hash};
use workmint_networks::preset;
use workmint_protocol::wire::contracts::Contract;
use workmint_protocol::wire::errors::describe_revert;
use workmint_protocol::wire::logs::{Log, describe};
use workmint_protocol::wire::{
    Call, ChainSpec, SecretKey, U256, Unsigned, address_of, addresses, call_of, message_of, sign,
    verify,
};

/// The first byte of bytes that are a whole transaction.
pub const TRANSACTION: u8 = 0;
/// The first byte of a call: where to, whether it has value, its input.
pub const CALL: u8 = 1;
/// The first byte of a log: who says it, topics, data.
pub const LOG: u8 = 2;
/// The first byte of what a failed call answers.
pub const ERROR: u8 = 3;

static CHAIN: LazyLock<ChainSpec> = LazyLock::new(|| {
    let definition = preset("workmint").and_then(|preset| preset.definition().ok());
    let definition = definition.expect("a built-in network");
    let names = definition.names();
    let bindings: BTreeMap<String, Address> = names
        .iter()
        .map(|name| (name.to_string(), Address::derived(name.as_str().as_bytes())))
        .collect();
    let genesis = definition.genesis(1_800_000_000_000, &bindings).expect("a genesis");
    ChainSpec::of(&genesis).expect("a network")
});

/// The key that signs calls here.
#[must_use]
pub fn key() -> SecretKey {
    SecretKey::from_slice(&[7; 32]).expect("a key")
}

/// Transactions, calls, logs and errors, by their first byte.
pub fn transaction(data: &[u8]) {
    match data.split_first() {
        Some((&TRANSACTION, bytes)) => whole(bytes),
        Some((&CALL, bytes)) => called(bytes),
        Some((&LOG, bytes)) => logged(bytes),
        Some((&ERROR, bytes)) => {
            if let Some(error) = describe_revert(bytes) {
                assert!(!error.name.is_empty(), "an error without a name");
            }
        }
        _ => {}
    }
}

/// Any bytes are refused with a number and a text, or are exactly what was signed.
fn whole(bytes: &[u8]) {
    match verify(bytes, &CHAIN) {
        Ok(verified) => {
            assert_eq!(verified.raw(), bytes);
            let envelope = verified.envelope();
            let call =
                Call { to: envelope.to, value: envelope.value, input: envelope.input.to_vec() };
            let said = message_of(&call, &CHAIN).expect("what was verified is a message");
            assert_eq!(said, verified.decoded().message);
        }
        Err(refusal) => {
            assert!(refusal.code() >= 3_000, "{refusal}");
            assert!(!refusal.to_string().is_empty());
        }
    }
}

/// A call that is a message is one way to say it, and is the same when it was signed.
fn called(bytes: &[u8]) {
    let [to, value, input @ ..] = bytes else {
        return;
    };
    let contracts = Contract::ALL;
    let to = match usize::from(*to) {
        place if place < contracts.len() => contracts[place].address(),
        place if place < 250 => addresses::token(AssetId(u16::from(*to) % 4)),
        _ => address_of(&key()),
    };
    // Whole base units or a part of one.
    let value = U256::from(*value) * CHAIN.scale() / U256::from(if *value > 200 { 3 } else { 1 });
    let call = Call { to, value, input: input.to_vec() };
    let Ok(message) = message_of(&call, &CHAIN) else {
        return;
    };
    if let Ok(again) = call_of(&message, &CHAIN) {
        assert_eq!(message_of(&again, &CHAIN).as_ref(), Ok(&message), "{again:?}");
        if again.to == call.to {
            assert_eq!(again, call, "two forms of one message");
        }
    }
    let unsigned = Unsigned {
        chain_id: CHAIN.chain_id,
        nonce: 3,
        max_priority_fee_per_gas: 0,
        max_fee_per_gas: u128::MAX,
        gas_limit: u64::MAX,
        call,
    };
    let verified = verify(&sign(&key(), &unsigned), &CHAIN).expect("signed here");
    assert_eq!(verified.decoded().message, message);
    assert_eq!(verified.decoded().sender, address_of(&key()));
}

/// A log from anywhere is described or not; nothing else.
fn logged(bytes: &[u8]) {
    let [contract, topics, rest @ ..] = bytes else {
        return;
    };
    let contracts = Contract::ALL;
    let address = match contracts.get(usize::from(*contract)) {
        Some(contract) => contract.address(),
        None => addresses::token(AssetId(0)),
    };
    let (words, data) = rest.as_chunks::<32>();
    let count = usize::from(*topics % 5).min(words.len());
    let topics = words.iter().take(count).map(|word| Hash(*word)).collect();
    let data: Vec<u8> = words.iter().skip(count).flatten().chain(data).copied().collect();
    if let Some(said) = describe(&Log { address, topics, data }) {
        assert!(serde_json::to_value(&said).is_ok());
    }
}
