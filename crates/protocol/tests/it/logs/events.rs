//! Every event there is: its log says all its fields, under the topic of its declaration.

use super::dice;
use std::collections::{BTreeMap, BTreeSet};
use workmint_amounts::Amount;
use workmint_core::modules::ledger::{self, Ledger};
use workmint_core::names::AssetId;
use workmint_core::{Address, Event, Hash};
use workmint_protocol::wire::logs::{
    Described, EventSpec, Log, catalogue, describe, enums, logs_of,
};
use workmint_protocol::wire::{Field, addresses};

/// Keccak-256 of `Transfer(address,address,uint256)`, as every block explorer knows it.
const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/// Events of every variant: its tag, the tag of its module's variant and, of the market's parts,
/// of theirs, then dice.
fn samples() -> Vec<Event> {
    let tags = |count: u8| 0..count;
    let prefixes = tags(24).flat_map(|module| {
        tags(20).flat_map(move |variant| tags(16).map(move |part| [module, variant, part]))
    });
    let with_seed = |first: [u8; 3]| {
        let seed = u64::from_be_bytes([0, 0, 0, 0, 0, first[0], first[1], first[2]]);
        dice::value::<Event>(&first, seed)
    };
    // Escaped letters would only make the debug text harder to read.
    let is_plain = |event: &Event| !format!("{event:?}").contains('\\');
    prefixes.filter_map(with_seed).filter(is_plain).collect()
}

fn log_of(event: &Event) -> Option<Log> {
    logs_of(std::slice::from_ref(event), &[], &Ledger::default()).pop()
}

fn spec_of(said: &Described) -> &'static EventSpec {
    let own = |spec: &&EventSpec| spec.contract == said.contract && spec.name == said.event;
    catalogue().iter().find(own).expect("declared")
}

/// Names of types, and of what is there if it is there: no values.
const WRAPPERS: [&str; 11] = [
    "Amount",
    "AssetId",
    "BucketLine",
    "ConfirmationKey",
    "ContributionKey",
    "MissKey",
    "ModelId",
    "Ratio",
    "ReportKey",
    "Some",
    "Tally",
];

/// The values in the debug text of an event, by field.
fn debug_values(event: &Event) -> BTreeMap<String, Vec<String>> {
    let text = format!("{event:?}");
    let (_, body) = text.split_once('{').expect("fields");
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut depth, mut field, mut word) = (0_i32, String::new(), String::new());
    let mut quoted = false;
    for letter in body.chars() {
        if letter == '"' {
            quoted = !quoted;
            if !quoted {
                values.get_mut(&field).expect("a field").push(std::mem::take(&mut word));
            }
        } else if quoted || letter.is_alphanumeric() || letter == '_' {
            word.push(letter);
        }
        if quoted || letter == '"' || letter.is_alphanumeric() || letter == '_' {
            continue;
        }
        let ended = std::mem::take(&mut word);
        match letter {
            ':' if depth == 0 => {
                field = ended;
                values.entry(field.clone()).or_default();
            }
            ':' => {}
            _ if ended.is_empty() || WRAPPERS.contains(&ended.as_str()) => {}
            _ => values.get_mut(&field).expect("a field").push(ended),
        }
        match letter {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
    }
    values
}

fn flat(field: &Field) -> Vec<String> {
    match field {
        Field::List(fields) => fields.iter().flat_map(flat).collect(),
        other => vec![other.to_string()],
    }
}

/// The values that the log says, by the event's own field.
fn said_values(said: &Described) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (field, (name, value)) in spec_of(said).fields.iter().zip(&said.fields) {
        assert_eq!(&field.name, name);
        values.entry(field.of.to_owned()).or_default().extend(flat(value));
    }
    values
}

/// Debug text, said as the wire says it: nobody is the zero address, no number is `false, 0`.
fn expected(field: &str, given: &[String], said: &[String]) -> Vec<String> {
    let zero = Address::ZERO.to_string();
    let texts: Vec<&str> = given.iter().map(String::as_str).collect();
    match (field, texts.as_slice()) {
        ("recorded_loss", ["None"]) => vec!["false".into(), "0".into()],
        ("recorded_loss", [loss]) => vec!["true".into(), (*loss).into()],
        (_, ["None"]) => vec![zero],
        ("children", pairs) => {
            let of = |place| pairs.iter().skip(place).step_by(2).map(ToString::to_string);
            of(0).chain(of(1)).collect()
        }
        // What a report is not about is zero.
        ("report", [kind, rest @ ..]) => {
            let mut rest = rest.iter();
            let mut next = rest.next();
            let fill = |said: &String| match next {
                Some(value) if value == said => {
                    next = rest.next();
                    said.clone()
                }
                _ if *said == zero => said.clone(),
                _ => "0".into(),
            };
            let filled: Vec<String> = said[1..].iter().map(fill).collect();
            assert_eq!(next, None, "not said: {given:?}");
            [(*kind).to_owned()].into_iter().chain(filled).collect()
        }
        (_, all) => all.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_log_says_every_field_of_every_event() {
    let mut seen = BTreeSet::new();
    for event in samples() {
        let Some(log) = log_of(&event) else {
            assert!(format!("{event:?}").starts_with("Ledger(Transferred"), "no log: {event:?}");
            continue;
        };
        let said = describe(&log).expect("described");
        seen.insert((said.contract, said.event));
        let (mut given, said) = (debug_values(&event), said_values(&said));
        if matches!(event, Event::Ledger(_)) {
            // The standard's names; the contract is the asset's.
            let asset = given.remove("asset").expect("an asset");
            let number: u16 = asset[0].parse().expect("a number");
            assert_eq!(log.address, addresses::token(AssetId(number)));
            let value = given.remove("amount").expect("an amount");
            given.insert("value".to_owned(), value);
        }
        assert_eq!(given.keys().collect::<Vec<_>>(), said.keys().collect::<Vec<_>>(), "{event:?}");
        for (field, values) in &said {
            assert_eq!(&expected(field, &given[field], values), values, "{field} of {event:?}");
        }
    }
    // What moved is said by postings: see the ledger's books from the logs alone.
    let declared = catalogue().iter().filter(|spec| spec.name != "Transfer");
    let declared: BTreeSet<_> = declared.map(|spec| (spec.contract, spec.name)).collect();
    assert_eq!(seen, declared);
    assert!(declared.len() >= 138, "{}", declared.len());
}

/// What a Solidity file declares: by event, signature and which fields are indexed.
fn declarations(text: &str) -> BTreeMap<String, (String, Vec<bool>)> {
    let enums: Vec<&str> = enums().iter().map(|words| words.name).collect();
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut found = BTreeMap::new();
    for part in code.split("event ").skip(1) {
        let (name, rest) = part.split_once('(').expect("fields");
        let (fields, _) = rest.split_once(')').expect("their end");
        let (mut types, mut indexed) = (Vec::new(), Vec::new());
        for field in fields.split(',') {
            let words: Vec<&str> = field.split_whitespace().collect();
            types.push(if enums.contains(&words[0]) { "uint8" } else { words[0] });
            indexed.push(words.contains(&"indexed"));
        }
        found.insert(name.to_owned(), (format!("{name}({})", types.join(",")), indexed));
    }
    found
}

#[test]
fn topics_are_those_of_the_solidity_files() {
    for spec in catalogue() {
        let root = env!("CARGO_MANIFEST_DIR");
        let file = format!("{root}/contracts/{}.sol", spec.contract);
        let text = std::fs::read_to_string(&file).expect("a Solidity file");
        let (signature, indexed) = &declarations(&text)[spec.name];
        let topic = alloy_primitives::keccak256(signature);
        assert_eq!(spec.topic.0, topic.0, "{signature}");
        let ours: Vec<bool> = spec.fields.iter().map(|field| field.indexed).collect();
        assert_eq!(&ours, indexed, "{signature}");
        assert!(indexed.iter().filter(|indexed| **indexed).count() <= 3);
    }
}

#[test]
fn events_of_one_contract_differ_in_their_topic() {
    let all: BTreeSet<_> = catalogue().iter().map(|spec| (spec.address, spec.topic)).collect();
    assert_eq!(all.len(), catalogue().len());
    let transfer = catalogue().iter().find(|spec| spec.name == "Transfer").expect("a transfer");
    assert_eq!(transfer.topic.to_string(), TRANSFER);
}

#[test]
fn what_is_not_ours_is_not_described() {
    let event = Event::EpochsSkipped { first: 3, last: u64::MAX };
    let log = log_of(&event).expect("a log");
    assert!(describe(&log).is_some());
    let account = Address([0x11; 20]);
    assert_eq!(describe(&Log { address: account, ..log.clone() }), None);
    assert_eq!(describe(&Log { address: addresses::token(AssetId(0)), ..log.clone() }), None);
    assert_eq!(describe(&Log { topics: Vec::new(), ..log.clone() }), None);
    assert_eq!(describe(&Log { topics: vec![Hash([7; 32])], ..log.clone() }), None);
    assert_eq!(
        describe(&Log { topics: [log.topics.clone(), vec![Hash::ZERO]].concat(), ..log.clone() }),
        None
    );
    assert_eq!(describe(&Log { data: log.data[..63].to_vec(), ..log }), None);
}

#[test]
fn json_has_numbers_as_decimal_strings_and_words_as_words() {
    use workmint_core::modules::settlement;
    let event = settlement::Event::Expired {
        epoch: 4,
        asset: AssetId(1),
        amount: Amount::new(u128::MAX),
        to: workmint_core::modules::parameters::Destination::Treasury,
    };
    let said = describe(&log_of(&event.into()).expect("a log")).expect("described");
    let expected = serde_json::json!({
        "contract": "ISettlementEvents",
        "event": "Expired",
        "fields": {
            "epoch": "4",
            "asset": "1",
            "amount": "340282366920938463463374607431768211455",
            "to": "Treasury",
        },
    });
    assert_eq!(serde_json::to_value(said).expect("JSON"), expected);
}

#[test]
fn an_approval_without_limit_is_the_largest_word() {
    let [owner, spender] = [1, 2].map(|byte| Address([byte; 20]));
    let (asset, amount) = (AssetId(1), Amount::MAX);
    let log = log_of(&Event::Ledger(ledger::Event::Approved { owner, spender, asset, amount }));
    let log = log.expect("a log");
    assert_eq!(log.data, [0xff; 32]);
    let said = describe(&log).expect("ours").fields;
    assert_eq!(said.last(), Some(&("value".to_owned(), Field::Unlimited)));
    assert_eq!(Field::Unlimited.to_string(), workmint_protocol::wire::U256::MAX.to_string());
}
