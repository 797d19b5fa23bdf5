//! Words signed off-line: who signed them, for which network, in which form.

use workmint_amounts::Amount;
use workmint_core::modules::attestation::AttestHeartbeats;
use workmint_core::modules::market::{RedeemVoucher, Voucher};
use workmint_core::{Address, Message, Relayed, Report};
use workmint_protocol::wire::sign::HALF_ORDER;
use workmint_protocol::wire::{
    Call, ChainSpec, Refusal, U256, address_of, message_of, signed_call_of, typed,
};

use super::{chain, key};

fn redeem(chain: &ChainSpec, customer: Address) -> Message {
    let (chain_id, genesis) = (chain.chain_id, chain.genesis);
    let cumulative = Amount::new(250);
    let voucher = Voucher { chain_id, genesis, session: 4, cumulative, signer: customer };
    Message::RedeemVoucher(RedeemVoucher { customer, voucher })
}

fn with(signature: &[u8; 65], chain: &ChainSpec) -> Result<Message, Refusal> {
    let message = redeem(chain, address_of(&key(2)));
    let call = signed_call_of(&message, signature, chain).expect("a call");
    message_of(&call, chain)
}

#[test]
fn a_voucher_counts_with_its_customers_signature_only() {
    let chain = chain();
    let digest = typed::voucher_digest(4, Amount::new(250), &chain);
    let good = typed::sign_typed(&key(2), &digest);
    assert_eq!(with(&good, &chain).expect("signed"), redeem(&chain, address_of(&key(2))));
    let other = with(&typed::sign_typed(&key(3), &digest), &chain).expect_err("another key");
    let (expected, found) = (address_of(&key(2)), address_of(&key(3)));
    assert_eq!(other, Refusal::WrongSigner { field: "signature", expected, found });
    let other_sum = typed::voucher_digest(4, Amount::new(251), &chain);
    let forged = with(&typed::sign_typed(&key(2), &other_sum), &chain);
    assert_eq!(forged.expect_err("another sum").code(), 3_025);
}

/// A word for another chain id, or for another genesis under the same chain id, is nobody's here.
#[test]
fn a_voucher_of_another_network_is_worth_nothing() {
    let chain = chain();
    let mut genesis = chain.genesis;
    genesis.0[31] ^= 1;
    for other in [
        ChainSpec { chain_id: chain.chain_id + 1, ..chain.clone() },
        ChainSpec { genesis, ..chain.clone() },
    ] {
        let digest = typed::voucher_digest(4, Amount::new(250), &other);
        let signature = typed::sign_typed(&key(2), &digest);
        assert_eq!(with(&signature, &chain).expect_err("another network").code(), 3_025);
    }
}

#[test]
fn a_signature_has_one_form() {
    let chain = chain();
    let digest = typed::voucher_digest(4, Amount::new(250), &chain);
    let good = typed::sign_typed(&key(2), &digest);
    // The other s with the other parity recovers to the same key: refused before that.
    let order = U256::from_be_bytes(HALF_ORDER) * U256::from(2) + U256::from(1);
    let mut high = good;
    let s = order - U256::from_be_slice(&good[32..64]);
    high[32..64].copy_from_slice(&s.to_be_bytes::<32>());
    high[64] = 27 + 28 - good[64];
    assert_eq!(with(&high, &chain), Err(Refusal::HighS {}));
    for v in [0, 1, 26, 29, 35, 255] {
        let mut wrong = good;
        wrong[64] = v;
        assert_eq!(with(&wrong, &chain).expect_err("v").code(), 3_013, "v {v}");
    }
    let mut swapped = good;
    swapped[64] = 27 + 28 - good[64];
    assert_eq!(with(&swapped, &chain).expect_err("another key").code(), 3_025);
    for (from, to) in [(0, 32), (32, 64), (0, 64)] {
        let mut zeros = good;
        zeros[from..to].fill(0);
        assert_eq!(with(&zeros, &chain).expect_err("zero").code(), 3_013);
    }
}

/// The word of a probe says its epoch, so it cannot be carried into another one.
#[test]
fn a_carried_report_is_what_was_signed() {
    let chain = chain();
    let by = address_of(&key(5));
    let report = |epoch, probe| Report::AttestHeartbeats {
        epoch,
        report: AttestHeartbeats { probe, answered: vec![address_of(&key(6))] },
    };
    let signature = typed::sign_typed(&key(5), &typed::report_digest(&report(3, 1), &chain));
    let carry = |report| {
        let message = Message::Relayed(Box::new(Relayed { by, report }));
        let call: Call = signed_call_of(&message, &signature, &chain).expect("a call");
        (message_of(&call, &chain), message)
    };
    let (found, said) = carry(report(3, 1));
    assert_eq!(found.expect("signed"), said);
    assert_eq!(carry(report(4, 1)).0.expect_err("another epoch").code(), 3_025);
    assert_eq!(carry(report(3, 2)).0.expect_err("another probe").code(), 3_025);
}
