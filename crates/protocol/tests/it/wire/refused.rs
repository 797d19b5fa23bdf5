//! Bytes that are no transaction of this network: each by its own refusal, none by a panic.

use alloy_consensus::TxEnvelope;
use alloy_consensus::transaction::SignerRecoverable;
use alloy_eips::eip2718::{Decodable2718, Encodable2718};
use alloy_rlp::{Encodable, Header};
use proptest::prelude::*;
use workmint_amounts::Amount;
use workmint_core::Message;
use workmint_core::modules::parameters::MessageKind;
use workmint_core::names::AssetId;
use workmint_protocol::wire::sign::HALF_ORDER;
use workmint_protocol::wire::{
    Call, ChainSpec, MAX_BYTES, Refusal, U256, Unsigned, addresses, gas, message_of, sign, verify,
};

use super::{chain, genesis, key, native, unsigned};

/// Signs a transfer, takes its fields apart, changes them, and puts them together again.
fn changed(change: impl Fn(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let chain = chain();
    let raw = sign(&key(1), &unsigned(&chain, native(2, chain.scale())));
    let mut rest = &raw[1..];
    let mut list = Header::decode_bytes(&mut rest, true).expect("a list");
    let mut fields = Vec::new();
    while !list.is_empty() {
        let before = list;
        let header = Header::decode(&mut list).expect("an item");
        list = &list[header.payload_length..];
        fields.push(before[..before.len() - list.len()].to_vec());
    }
    assert_eq!(fields.len(), 12);
    change(&mut fields);
    let payload = fields.concat();
    let mut out = vec![2];
    Header { list: true, payload_length: payload.len() }.encode(&mut out);
    out.extend(payload);
    out
}

fn rlp(value: &impl Encodable) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode(&mut out);
    out
}

fn refusal(raw: &[u8]) -> Refusal {
    verify(raw, &chain()).expect_err("refused")
}

#[test]
fn each_fault_has_its_refusal() {
    assert!(verify(&changed(|_| {}), &chain()).is_ok());
    let order = U256::from_be_bytes(HALF_ORDER) * U256::from(2) + U256::from(1);
    let high = changed(|fields| {
        let mut s = fields[11].as_slice();
        let s = U256::from_be_slice(Header::decode_bytes(&mut s, false).expect("s"));
        fields[11] = rlp(&(order - s));
        fields[9] = rlp(&(fields[9] == [0x80]));
    });
    assert_eq!(refusal(&high), Refusal::HighS {});
    let rows: [(&str, Vec<u8>, u16); 22] = [
        ("another chain", changed(|it| it[0] = rlp(&77_u64)), 3_009),
        ("chain id above 2^64", changed(|it| it[0] = rlp(&U256::MAX)), 3_024),
        ("nonce 2^64 - 1", changed(|it| it[1] = rlp(&u64::MAX)), 3_024),
        ("nonce 2^256 - 1", changed(|it| it[1] = rlp(&U256::MAX)), 3_024),
        ("tip above fee", changed(|it| it[2] = rlp(&3_000_000_000_u64)), 3_014),
        ("tip 2^256 - 1", changed(|it| it[2] = rlp(&U256::MAX)), 3_024),
        ("fee 2^256 - 1", changed(|it| it[3] = rlp(&U256::MAX)), 3_024),
        ("gas 2^256 - 1", changed(|it| it[4] = rlp(&U256::MAX)), 3_024),
        ("creation", changed(|it| it[5] = vec![0x80]), 3_010),
        ("to of 19 bytes", changed(|it| it[5] = [&[0x93][..], &[7; 19]].concat()), 3_007),
        ("value 2^256 - 1", changed(|it| it[6] = rlp(&U256::MAX)), 3_017),
        ("input", changed(|it| it[7] = vec![0x07]), 3_019),
        ("access list", changed(|it| it[8] = vec![0xc1, 0xc0]), 3_011),
        ("parity 2", changed(|it| it[9] = vec![0x02]), 3_024),
        ("parity 27", changed(|it| it[9] = vec![0x1b]), 3_024),
        ("r 0", changed(|it| it[10] = vec![0x80]), 3_013),
        ("s 0", changed(|it| it[11] = vec![0x80]), 3_013),
        ("r of the order", changed(|it| it[10] = rlp(&order)), 3_013),
        ("leading zero", changed(|it| it[1] = vec![0x82, 0, 7]), 3_007),
        ("zero as a byte", changed(|it| it[1] = vec![0]), 3_007),
        ("long form of a byte", changed(|it| it[1] = vec![0x81, 7]), 3_007),
        ("a field more", changed(|it| it.push(vec![0x80])), 3_007),
    ];
    for (what, raw, code) in rows {
        let refusal = refusal(&raw);
        assert_eq!(refusal.code(), code, "{what}: {refusal}");
    }
}

/// The engine's own number for an allowance without limit is no second form of it.
#[test]
fn an_allowance_without_limit_has_one_form() {
    let chain = chain();
    let approved = |value: U256| {
        let selector = [0x09, 0x5e, 0xa7, 0xb3];
        let mut input = [&selector[..], &[0; 12], &[7; 20], &[0; 32]].concat();
        input[36..].copy_from_slice(&value.to_be_bytes::<32>());
        let to = addresses::token(AssetId(0));
        message_of(&Call { to, value: U256::ZERO, input }, &chain)
    };
    let largest = U256::from(u128::MAX);
    let amounts = [
        (U256::ZERO, 0),
        (largest - U256::from(1), u128::MAX - 1),
        // 2^256 - 1
        (U256::MAX, u128::MAX),
    ];
    for (value, expected) in amounts {
        match approved(value) {
            Ok(Message::Approve(approve)) => assert_eq!(approve.amount.get(), expected),
            other => panic!("{value}: {other:?}"),
        }
    }
    for value in [largest, largest + U256::from(1), U256::MAX - U256::from(1)] {
        let refusal = approved(value).expect_err("refused");
        assert_eq!(refusal.code(), 3_024, "{value}: {refusal}");
        assert!(refusal.to_string().contains("2^256 - 1"), "{refusal}");
    }
}

#[test]
fn other_types_say_what_to_sign() {
    for (first, code) in [
        (0xc0, 3_002),
        (0xf8, 3_002),
        (1, 3_003),
        (3, 3_004),
        (4, 3_005),
        (0, 3_006),
        (0x7f, 3_006),
    ] {
        let refusal = refusal(&[first, 0xc0]);
        assert_eq!(refusal.code(), code, "{refusal}");
        assert!(refusal.to_string().contains("type 2"), "{refusal}");
    }
    assert_eq!(refusal(&[]), Refusal::Empty {});
    let long = vec![2; MAX_BYTES + 1];
    assert_eq!(refusal(&long), Refusal::TooLarge { bytes: MAX_BYTES + 1, limit: MAX_BYTES });
}

#[test]
fn the_list_has_one_form() {
    let good = changed(|_| {});
    assert_eq!(refusal(&[&good[..], &[0]].concat()), Refusal::Trailing { bytes: 1 });
    for end in 0..good.len() {
        let code = refusal(&good[..end]).code();
        assert!(code == 3_000 || code == 3_007, "cut at {end}: {code}");
    }
    // The list's length in two bytes where one is enough.
    assert_eq!(good[1], 0xf8);
    let long = [&[2, 0xf9, 0, good[2]][..], &good[3..]].concat();
    assert_eq!(refusal(&long).code(), 3_007);
}

proptest! {
    /// Whatever a byte is changed to: what is still taken is what another library reads, and the
    /// one encoding of it.
    #[test]
    fn changed_bytes_are_refused_or_read_alike(
        at in 0_usize..120,
        value in any::<u8>(),
        more in proptest::collection::vec(any::<u8>(), 0..4),
    ) {
        let chain = chain();
        let mut raw = changed(|_| {});
        let at = at % raw.len();
        raw[at] = value;
        raw.extend(more);
        if let Ok(verified) = verify(&raw, &chain) {
            let other = TxEnvelope::decode_2718_exact(&raw).expect("alloy reads it");
            prop_assert_eq!(other.encoded_2718(), raw);
            let signer = other.recover_signer().expect("signed");
            prop_assert_eq!(signer.0.0, verified.decoded().sender.0);
            prop_assert_eq!(other.hash().0, verified.hash().0);
        }
    }

    #[test]
    fn random_bytes_do_not_panic(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
        let raw = [&[2][..], &raw].concat();
        prop_assert!(verify(&raw, &chain()).is_err());
    }
}

/// The fee of the toy network: 250 cents for a transfer, 400 for another message, 1.5 a byte would
/// not be whole, so 2. Greatest common divisor 2 cents = 2 x 10^16 wei; in 25,000 parts.
#[test]
fn every_fee_is_a_whole_number_of_gas() {
    let mut genesis = genesis();
    let fees = &mut genesis.parameters.fees;
    fees.flat = Amount::new(400);
    fees.kinds = vec![(MessageKind::Transfer, Amount::new(250))];
    fees.per_byte = Amount::new(2);
    let parameters = genesis.parameters.clone();
    let chain = ChainSpec::of(&genesis).expect("a network");
    let price = gas::price_wei(&parameters, &chain);
    assert_eq!(price, U256::from(800_000_000_000_u64));
    for due in [2_u128, 250 + 2 * 110, 400 + 2 * 131_072] {
        let gas = gas::gas_of(Amount::new(due), &parameters, &chain);
        assert_eq!(U256::from(gas) * price, chain.to_wei(Amount::new(due)), "{due}");
    }
    let due = Amount::new(470);
    assert_eq!(gas::gas_of(due, &parameters, &chain), 235 * 25_000);
    let signed = |fee, limit| {
        let base = unsigned(&chain, native(2, chain.scale()));
        let unsigned = Unsigned { max_fee_per_gas: fee, gas_limit: limit, ..base };
        let verified = verify(&sign(&key(1), &unsigned), &chain).expect("valid");
        (gas::admit(verified.envelope(), due, &parameters, &chain), verified)
    };
    let (admitted, verified) = signed(800_000_000_000, 235 * 25_000);
    assert_eq!(admitted, Ok(()));
    assert_eq!(verified.decoded().fee_limit, due);
    let (low, _) = signed(799_999_999_999, 300 * 25_000);
    assert_eq!(low, Err(Refusal::PriceTooLow { given: 799_999_999_999, price }));
    let (little, _) = signed(800_000_000_001, 235 * 25_000 - 1);
    let (given, needed) = (5_874_999, 5_875_000);
    assert_eq!(little, Err(Refusal::GasTooLow { given, needed }));
}

/// Half a wei below a base unit is no base unit: limits and tips round down, and end at the largest
/// amount.
#[test]
fn limits_round_down() {
    let chain = chain();
    let with = |fee, tip, limit| {
        let base = unsigned(&chain, native(2, chain.scale()));
        let unsigned = Unsigned {
            max_fee_per_gas: fee,
            max_priority_fee_per_gas: tip,
            gas_limit: limit,
            ..base
        };
        let verified = verify(&sign(&key(1), &unsigned), &chain).expect("valid");
        (verified.decoded().fee_limit.get(), verified.decoded().tip.get())
    };
    assert_eq!(with(10_u128.pow(16) - 1, 10_u128.pow(15), 2), (1, 0));
    assert_eq!(with(10_u128.pow(16), 10_u128.pow(15), 20), (20, 2));
    assert_eq!(with(u128::MAX, 0, u64::MAX), (u128::MAX, 0));
}

/// Without fees the price is a wei, and no gas is used.
#[test]
fn a_network_without_fees_asks_for_none() {
    let mut genesis = genesis();
    let fees = &mut genesis.parameters.fees;
    (fees.flat, fees.per_byte) = (Amount::ZERO, Amount::ZERO);
    fees.kinds.clear();
    let chain = ChainSpec::of(&genesis).expect("a network");
    assert_eq!(gas::price_wei(&genesis.parameters, &chain), U256::from(1));
    assert_eq!(gas::gas_of(Amount::ZERO, &genesis.parameters, &chain), 0);
    assert_eq!(gas::estimate(Amount::ZERO, &genesis.parameters, &chain), 21_000);
}

/// The bytes that a fee per byte is estimated with are never too few.
#[test]
fn no_transaction_is_longer_than_the_longest() {
    let mut call = Call { value: U256::MAX, ..native(2, U256::ZERO) };
    for length in [0, 1, 55, 56, 300, 70_000] {
        call.input = vec![0xff; length];
        let unsigned = Unsigned {
            chain_id: u64::MAX,
            nonce: u64::MAX,
            max_priority_fee_per_gas: u128::MAX,
            max_fee_per_gas: u128::MAX,
            gas_limit: u64::MAX,
            call: call.clone(),
        };
        let bytes = sign(&key(1), &unsigned).len();
        assert!(bytes <= gas::longest(&call) && bytes + 10 > gas::longest(&call), "{length}");
    }
}

/// What is paid to an address of the network itself is lost, so no field that is paid takes one.
#[test]
fn nobody_is_paid_at_an_address_of_the_network() {
    use workmint_core::modules::governance::{Kind, Propose};
    use workmint_core::modules::registry::{RegisterParticipant, SetRecipient};
    use workmint_core::names::AssetId;
    use workmint_core::{Address, Message};
    use workmint_protocol::wire::{addresses, call_of, message_of};

    let chain = chain();
    let (sender, token) = (Address([7; 20]), addresses::token(AssetId(0)));
    let messages = |to: Address| {
        let kind = Kind::Spend { to, asset: AssetId(0), amount: Amount::new(1) };
        [
            ("recipient", Message::SetRecipient(SetRecipient { recipient: to })),
            (
                "owner",
                Message::RegisterParticipant(RegisterParticipant { owner: to, validator: None }),
            ),
            (
                "validator",
                Message::RegisterParticipant(RegisterParticipant {
                    owner: sender,
                    validator: Some(to),
                }),
            ),
            ("to", Message::Propose(Propose { kind })),
        ]
    };
    for (name, message) in messages(token) {
        let call = call_of(&message, &chain).expect("it has a call");
        let refused = message_of(&call, &chain).expect_err("reserved");
        assert_eq!(refused, Refusal::Reserved { field: name, address: token });
    }
    for (_, message) in messages(Address([9; 20])) {
        let call = call_of(&message, &chain).expect("it has a call");
        assert_eq!(message_of(&call, &chain), Ok(message));
    }
}
