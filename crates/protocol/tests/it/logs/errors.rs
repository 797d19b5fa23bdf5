//! Custom errors: the engine's text comes back from the bytes.

use alloy_json_abi::JsonAbi;
use std::collections::{BTreeMap, BTreeSet};
use workmint_amounts::{Amount, ArithmeticError, Ratio};
use workmint_core::error::ErrorInfo;
use workmint_core::modules::contributions::{self, ContributionKey};
use workmint_core::modules::ledger::{self, LockKind, Pot};
use workmint_core::modules::{registry, slashing};
use workmint_core::names::{AssetId, ModelId};
use workmint_core::time::Deadline;
use workmint_core::{Address, Error};
use workmint_protocol::wire::Field;
use workmint_protocol::wire::errors::{catalogue, describe_revert, refused, revert_data};

fn all() -> Vec<(&'static str, ErrorInfo)> {
    let modules = Error::catalogue();
    modules
        .into_iter()
        .flat_map(|(module, of)| of.iter().map(move |info| (module, *info)))
        .collect()
}

#[test]
fn numbers_are_unique_and_names_too_in_a_module() {
    let (mut codes, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (module, info) in all() {
        assert!(codes.insert(info.code), "{} of {module}", info.code);
        assert!(names.insert((module, info.name)), "{} of {module}", info.name);
        assert!(!info.about.is_empty() && info.code < 3_000);
    }
    // One declaration per error, and `Refused`.
    assert_eq!(catalogue().len(), codes.len() + 1);
}

#[test]
fn a_text_names_fields_of_its_error_only() {
    for (module, info) in all() {
        for part in info.text.split('{').skip(1) {
            let (name, _) = part.split_once('}').expect("closed");
            let known = info.fields.iter().any(|field| field.name == name);
            assert!(known, "{module}: {} has no field {name}", info.name);
        }
    }
}

/// One error of every kind of field.
fn samples() -> Vec<Error> {
    let account = Address([0xab; 20]);
    let asset = AssetId(3);
    vec![
        Error::Arithmetic(ArithmeticError::DivisionByZero),
        Error::WrongNonce { expected: u64::MAX, given: 0 },
        Error::Inconsistent { what: "a sum" },
        ledger::Error::UnknownAsset { asset }.into(),
        ledger::Error::InsufficientFunds {
            account,
            needed: Amount::new(u128::MAX),
            spendable: Amount::ZERO,
        }
        .into(),
        ledger::Error::InsufficientLock {
            account,
            kind: LockKind::JobBond,
            needed: Amount::new(2),
            locked: Amount::new(1),
        }
        .into(),
        ledger::Error::InsufficientPot {
            pot: Pot::Named("a/b".parse().unwrap()),
            needed: Amount::new(2),
            held: Amount::new(1),
        }
        .into(),
        contributions::Error::IdUsed {
            contribution: ContributionKey { epoch: 4, contributor: account, id: 9 },
        }
        .into(),
        contributions::Error::DecisionOver { deadline: Deadline::Epoch(17) }.into(),
        contributions::Error::OutOfRange { rule: "a text of more than thirty-two bytes, padded" }
            .into(),
        registry::Error::UnknownModel { model: ModelId(65_535) }.into(),
        slashing::Error::FractionAboveOne { fraction: Ratio::new(4, 3).unwrap() }.into(),
        slashing::Error::AlreadyPunished {}.into(),
    ]
}

#[test]
fn the_text_comes_back_from_the_bytes() {
    for error in samples() {
        let read = describe_revert(&revert_data(&error)).expect("described");
        assert_eq!((read.code, read.name), (error.code(), error.name()), "{error:?}");
        assert_eq!(read.text, error.to_string());
        assert_eq!(read.fields.len(), error.fields().len());
    }
}

#[test]
fn every_error_has_the_selector_of_its_declaration() {
    // The declarations that wallets get, read by the library that reads them in wallets.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/contracts/abi/IErrors.json");
    let text = std::fs::read_to_string(path).expect("the file");
    let abi: JsonAbi = serde_json::from_str(&text).expect("an ABI");
    let declared: BTreeMap<[u8; 4], String> =
        abi.errors().map(|error| (error.selector().0, error.name.clone())).collect();
    for spec in catalogue().values() {
        assert_eq!(declared.get(&spec.selector).map(String::as_str), Some(spec.info.name));
    }
}

#[test]
fn a_refusal_has_its_number_and_text() {
    let read = describe_revert(&refused(3_009, "chainId is 1, this network's is 7")).expect("one");
    assert_eq!((read.code, read.name), (3_009, "Refused"));
    assert_eq!(read.text, "chainId is 1, this network's is 7");
    assert_eq!(read.fields, vec![("text".to_owned(), Field::Text(read.text.clone()))]);
}

#[test]
fn other_bytes_are_no_error() {
    let data = revert_data(&samples()[4]);
    let zeros = [0_u8; 100];
    for bad in [&[][..], &data[..3], &data[..4], &data[..36], &data[..data.len() - 1], &zeros] {
        assert_eq!(describe_revert(bad), None, "{}", bad.len());
    }
}
