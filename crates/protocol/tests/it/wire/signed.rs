//! Envelopes: what is signed is what is read.

use alloy_consensus::transaction::SignerRecoverable;
use alloy_consensus::{Transaction, TxEnvelope};
use alloy_eips::eip2718::Decodable2718;
use workmint_amounts::Amount;
use workmint_core::modules::collateral::Deposit;
use workmint_core::modules::ledger::Transfer;
use workmint_core::names::AssetId;
use workmint_core::{Hash, Message};
use workmint_protocol::wire::{Refusal, U256, address_of, call_of, sign, verify};

use super::{chain, key, native, unsigned};

#[test]
fn a_signed_transfer_says_who_sends_what() {
    let chain = chain();
    // TOY has two decimals: one base unit is 10^16 wei.
    let wei = U256::from(12_345) * U256::from(10_u64.pow(16));
    let raw = sign(&key(1), &unsigned(&chain, native(2, wei)));
    let verified = verify(&raw, &chain).expect("valid");
    let to = address_of(&key(2));
    let amount = Amount::new(12_345);
    assert_eq!(verified.decoded().sender, address_of(&key(1)));
    assert_eq!(verified.decoded().nonce, 7);
    let expected = Message::Transfer(Transfer { to, asset: AssetId(0), amount });
    assert_eq!(verified.decoded().message, expected);
    assert_eq!(verified.raw(), raw);
    // Another library reads the same.
    let other = TxEnvelope::decode_2718_exact(&raw).expect("alloy reads it");
    assert_eq!(verified.hash(), Hash(other.hash().0));
    assert_eq!(other.recover_signer().expect("signed").0.0, verified.decoded().sender.0);
    assert_eq!(other.value(), wei);
}

#[test]
fn part_of_a_base_unit_is_refused() {
    let chain = chain();
    let wei = U256::from(10_u64.pow(16) + 1);
    let raw = sign(&key(1), &unsigned(&chain, native(2, wei)));
    let refusal = verify(&raw, &chain).expect_err("half a unit");
    assert_eq!(refusal.code(), 3017);
    assert_eq!(
        refusal.to_string(),
        "value is 10000000000000001 wei, allowed are multiples of 10000000000000000 wei \
         (one base unit)"
    );
}

#[test]
fn collateral_is_deposited_by_its_contract() {
    let chain = chain();
    let message = Message::DepositCollateral(Deposit { amount: Amount::new(500) });
    let call = call_of(&message, &chain).expect("a call");
    assert_eq!(call.to.to_string(), "0x0000000000000000000000000000000000000802");
    let raw = sign(&key(1), &unsigned(&chain, call.clone()));
    assert_eq!(verify(&raw, &chain).expect("valid").decoded().message, message);
    let with_value = workmint_protocol::wire::Call { value: U256::from(1), ..call };
    let raw = sign(&key(1), &unsigned(&chain, with_value));
    let expected = Refusal::ValueToContract { contract: "ICollateral" };
    assert_eq!(verify(&raw, &chain).expect_err("value"), expected);
}
