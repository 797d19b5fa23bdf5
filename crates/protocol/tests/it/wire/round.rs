//! Every message of the engine as a call and back: one function, one form.

use std::collections::{BTreeMap, BTreeSet};
use workmint_amounts::Amount;
use workmint_core::modules::governance::{Kind, Propose};
use workmint_core::modules::ledger::{Approve, Transfer, TransferFrom};
use workmint_core::modules::market::{RedeemVoucher, Voucher};
use workmint_core::modules::parameters::{MessageKind, ScheduleParameters};
use workmint_core::names::AssetId;
use workmint_core::{Message, Relayed, Report};
use workmint_protocol::wire::contracts::{self, Contract, Place};
use workmint_protocol::wire::{
    Call, ChainSpec, Refusal, U256, address_of, call_of, message_of, signed_call_of, typed,
};

use super::{chain, genesis, key};
use crate::logs::dice;

/// Messages of every kind, by encoding tag and, where a kind has kinds, by theirs.
pub(crate) fn messages(seed: u64, chain: &ChainSpec) -> Vec<Message> {
    let mut all = Vec::new();
    for tag in 0..128 {
        let inner = (0..16).filter_map(|inner| dice::value::<Message>(&[tag, inner], seed));
        all.extend(inner.chain(dice::value(&[tag], seed)));
    }
    let reports = (0..16).filter_map(|tag| dice::value::<Report>(&[tag], seed));
    all.extend(
        reports
            .map(|report| Message::Relayed(Box::new(Relayed { by: address_of(&key(9)), report }))),
    );
    let parameters = Box::new(genesis().parameters);
    all.push(Message::ScheduleParameters(ScheduleParameters {
        epoch: seed,
        parameters: parameters.clone(),
    }));
    let kind = Kind::Parameters { base: seed, parameters };
    all.push(Message::Propose(Propose { kind }));
    all.into_iter().map(|message| fitted(message, chain)).collect()
}

/// What only this network can mean: its asset, its vouchers, signers whose key is known.
fn fitted(message: Message, chain: &ChainSpec) -> Message {
    let asset = AssetId(0);
    match message {
        Message::Transfer(it) => Message::Transfer(Transfer { asset, ..it }),
        Message::Approve(it) => Message::Approve(Approve { asset, ..it }),
        Message::TransferFrom(it) => Message::TransferFrom(TransferFrom { asset, ..it }),
        Message::RedeemVoucher(it) => {
            let (chain_id, genesis) = (chain.chain_id, chain.genesis);
            let customer = address_of(&key(9));
            let voucher = Voucher { chain_id, genesis, signer: customer, ..it.voucher };
            Message::RedeemVoucher(RedeemVoucher { customer, voucher })
        }
        Message::Relayed(it) => {
            Message::Relayed(Box::new(Relayed { by: address_of(&key(9)), report: it.report }))
        }
        other => other,
    }
}

/// The call of a message, signed by key 9 where it carries a signature; `None` where a value has no
/// form in the call.
pub(crate) fn encoded(message: &Message, chain: &ChainSpec) -> Option<Call> {
    let digest = match message {
        Message::RedeemVoucher(RedeemVoucher { voucher, .. }) => {
            typed::voucher_digest(voucher.session, voucher.cumulative, chain)
        }
        Message::Relayed(relayed) => typed::report_digest(&relayed.report, chain),
        other => return call_of(other, chain).ok(),
    };
    assert!(call_of(message, chain).is_err(), "without the signature there is no call");
    signed_call_of(message, &typed::sign_typed(&key(9), &digest), chain).ok()
}

/// Reports are told apart by this match: one that is added does not compile here.
fn report_number(report: &Report) -> usize {
    match report {
        Report::SubmitSummary(_) => 0,
        Report::SubmitComputeProof(_) => 1,
        Report::ReportMisses(_) => 2,
        Report::ReportConfirmation(_) => 3,
        Report::Attest(_) => 4,
        Report::AttestHeartbeats { .. } => 5,
        Report::AttestQuality(_) => 6,
        Report::VerifyContributions(_) => 7,
    }
}

#[test]
fn every_message_has_one_call_and_comes_back_from_it() {
    let chain = chain();
    let mut kinds: BTreeMap<MessageKind, u32> = BTreeMap::new();
    let (mut reports, mut called) = (BTreeSet::new(), BTreeSet::new());
    for seed in 0..4 {
        for message in messages(seed, &chain) {
            let Some(call) = encoded(&message, &chain) else { continue };
            match message_of(&call, &chain) {
                Ok(back) => assert_eq!(back, message),
                Err(Refusal::Reserved { .. }) => continue,
                Err(refusal) => panic!("{message:?}: {refusal}"),
            }
            *kinds.entry(message.kind()).or_default() += 1;
            if let Message::Relayed(relayed) = &message {
                reports.insert(report_number(&relayed.report));
            }
            if let Some(selector) = call.input.first_chunk::<4>() {
                called.insert((call.to, *selector));
            }
        }
    }
    let missing: Vec<_> =
        MessageKind::ALL.iter().filter(|kind| !kinds.contains_key(kind)).collect();
    assert!(missing.is_empty(), "no message of {missing:?}");
    assert_eq!(reports.len(), 8, "{reports:?}");
    // And every function that changes something is the form of some message.
    for (place, abi) in interfaces() {
        for function in abi.functions().filter(|function| is_message(function)) {
            // The fee asset is sent as native value; its function is tested by name.
            if function.name != "transfer" {
                let found = called.contains(&(place, function.selector().0));
                assert!(found, "nothing calls {} of {place}", function.signature());
            }
        }
    }
}

pub(crate) fn interfaces() -> Vec<(workmint_core::Address, alloy_json_abi::JsonAbi)> {
    let modules = Contract::ALL.iter().map(|contract| (contract.address(), contract.abi()));
    let token = (workmint_protocol::wire::addresses::token(AssetId(0)), contracts::token_abi());
    modules.chain([token]).collect()
}

pub(crate) fn is_message(function: &alloy_json_abi::Function) -> bool {
    function.state_mutability == alloy_json_abi::StateMutability::NonPayable
}

/// Cut at any byte, longer by a byte, with any byte of it changed: what still decodes is the one
/// form of what it says.
#[test]
fn no_second_form_of_any_call_decodes() {
    let chain = chain();
    let (mut refused, mut other) = (0_u32, 0_u32);
    for message in messages(3, &chain) {
        let Some(call) = encoded(&message, &chain) else { continue };
        if call.input.is_empty() || message_of(&call, &chain).is_err() {
            continue;
        }
        let length = call.input.len();
        let step = 1 + length / 60;
        let cut = (0..length).step_by(step).map(|end| call.input[..end].to_vec());
        let longer = [&call.input[..], &[0]].concat();
        let flipped = (0..length).step_by(step).map(|at| {
            let mut input = call.input.clone();
            input[at] ^= 0x80;
            input
        });
        for input in cut.chain([longer]).chain(flipped) {
            let changed = Call { input, ..call.clone() };
            match message_of(&changed, &chain) {
                Err(refusal) => {
                    assert!((3_000..3_100).contains(&refusal.code()));
                    refused += 1;
                }
                Ok(Message::Relayed(_) | Message::RedeemVoucher(_)) => {
                    panic!("{message:?}: the signature is over something else")
                }
                Ok(decoded) => {
                    let again = call_of(&decoded, &chain).expect("it has a form");
                    assert_eq!(again.input, changed.input, "{decoded:?}");
                    other += 1;
                }
            }
        }
    }
    assert!(refused > 1_000 && other > 1_000, "{refused} refused, {other} other messages");
}

/// Every word of every call at its largest: refused by name, or the message that says so.
#[test]
fn the_largest_words_are_refused_by_field() {
    let chain = chain();
    let mut named = BTreeSet::new();
    for message in messages(5, &chain) {
        let Some(call) = encoded(&message, &chain) else { continue };
        for at in (4..call.input.len()).step_by(32) {
            let mut input = call.input.clone();
            let end = input.len().min(at + 32);
            input[at..end].fill(0xff);
            if let Err(Refusal::Range { field, given, allowed }) =
                message_of(&Call { input, ..call.clone() }, &chain)
            {
                assert!(!field.is_empty() && !allowed.is_empty());
                assert!(given.starts_with(&U256::MAX.to_string()[..20]) || given.len() < 140);
                named.insert((field, allowed));
            }
        }
    }
    let expected = [
        ("amount", "0 to 2^128 - 1 base units"),
        ("summary.epoch", "0 to 2^64 - 1"),
        ("participant", "an address: 20 bytes after 12 zeros"),
        ("refuted", "0 (false) or 1 (true)"),
        ("models[0]", "0 to 2^16 - 1"),
        ("checks[1].summary.node", "0 to 2^32 - 1"),
        ("choice", "0 to 2^8 - 1"),
    ];
    for (field, allowed) in expected {
        assert!(named.contains(&(field.to_owned(), allowed.to_owned())), "{field}: {named:#?}");
    }
}

#[test]
fn an_approval_without_end_is_the_largest_word() {
    let chain = chain();
    let (spender, asset) = (address_of(&key(2)), AssetId(0));
    let message = Message::Approve(Approve { spender, asset, amount: Amount::MAX });
    let call = call_of(&message, &chain).expect("a call");
    assert_eq!(call.input[36..], [0xff; 32]);
    assert_eq!(message_of(&call, &chain).expect("valid"), message);
    let mut above = call.clone();
    above.input[36] = 0x7f;
    let refusal = message_of(&above, &chain).expect_err("between 2^128 and 2^256 - 1");
    assert!(refusal.to_string().ends_with("allowed is 0 to 2^128 - 1 base units, or 2^256 - 1"));
}

#[test]
fn what_is_reserved_owns_nothing() {
    let chain = chain();
    for last in [0_u32, 1, 0x0800, 0x0801, 0x01_0000, 0x01_ffff, 0x02_0000, 0x02_ffff] {
        let mut to = [0; 20];
        to[16..].copy_from_slice(&last.to_be_bytes());
        let to = workmint_core::Address(to);
        assert!(contracts::is_reserved(&to));
        let call = Call { to, value: chain.scale(), input: Vec::new() };
        let code = message_of(&call, &chain).expect_err("reserved").code();
        let is_contract = !matches!(contracts::place(&to, &chain), Place::Reserved);
        assert_eq!(code, if is_contract { 3_018 } else { 3_020 }, "{to}");
        let transfer = Transfer { to, asset: AssetId(0), amount: Amount::new(1) };
        let call = call_of(&Message::Transfer(transfer), &chain).expect("a call");
        assert_eq!(message_of(&call, &chain).expect_err("reserved").code(), 3_020, "{to}");
    }
    let mut next = [0; 20];
    next[17..].copy_from_slice(&[3, 0, 0]);
    assert!(!contracts::is_reserved(&workmint_core::Address(next)));
}
