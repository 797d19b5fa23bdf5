//! The Solidity files and ABIs of events and errors. `WORKMINT_WRITE=1` writes them; without it
//! they must be what the types say.

use super::docs::{self, Docs};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use workmint_protocol::wire::errors::{self, ErrorSpec};
use workmint_protocol::wire::logs::{EventField, EventSpec, catalogue, enums};
use workmint_protocol::wire::{Kind, Words};

const HEAD: &str = "// SPDX-License-Identifier: MIT OR Apache-2.0\npragma solidity ^0.8.20;\n";

/// An event, what it says, and what each of its fields says.
type Told = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What the ERC-20 standard's own events say of the engine's.
const TOKEN_EVENTS: [Told; 2] = [
    (
        "Transfer",
        "An amount moved: minting is from the zero address, burning is to it.",
        &[
            ("from", "Giver: an account, a pot or the zero address."),
            ("to", "Taker: an account, a pot or the zero address."),
            ("value", "Base units, at least 1."),
        ],
    ),
    (
        "Approval",
        "One account lets another spend of its own.",
        &[
            ("owner", "Whose money it is."),
            ("spender", "Who may spend it."),
            ("value", "Base units from now on; 0: nothing, 2^256 - 1: without end."),
        ],
    ),
];

/// Where the engine says what the words of an enum mean.
const ENUMS: [(&str, &str, &str); 14] = [
    ("Destination", "modules/parameters/params.rs", "Destination"),
    ("CollateralOffence", "modules/slashing/formulas.rs", "OffenceKind"),
    ("StakeOffence", "modules/stake/events.rs", "Offence"),
    ("BondFault", "modules/validators/events.rs", "Fault"),
    ("LeavingReason", "modules/validators/events.rs", "Why"),
    ("Status", "modules/work/conduct.rs", "Status"),
    ("StatusReason", "modules/work/conduct.rs", "StatusReason"),
    ("RefundKind", "modules/market/events.rs", "Return"),
    ("JobOutcome", "modules/market/jobs/events.rs", "Outcome"),
    ("ClosedReason", "modules/contributions/events.rs", "ClosedReason"),
    ("UnpaidReason", "modules/rewards/bucket.rs", "UnpaidReason"),
    ("VoteChoice", "modules/governance/messages.rs", "Choice"),
    ("DeadlineKind", "time.rs", "Deadline"),
    ("ReportKind", "modules/work/messages.rs", "ReportRef"),
];

/// The module whose events an interface has: `IWorkEvents` is of `work`.
fn module_of(contract: &str) -> String {
    contract.trim_start_matches('I').trim_end_matches("Events").to_lowercase()
}

fn token_docs() -> Docs {
    let mut docs = Docs::default();
    for (event, about, fields) in TOKEN_EVENTS {
        docs.variants.insert(event.to_owned(), about.to_owned());
        for (field, about) in fields {
            docs.fields.insert((event.to_owned(), (*field).to_owned()), (*about).to_owned());
        }
    }
    docs
}

fn event_docs(module: &str) -> Docs {
    match module {
        "erc20" => token_docs(),
        "engine" => docs::of_enum("event.rs", "Event"),
        "jobs" => docs::of_enum("modules/market/jobs/events.rs", "Event"),
        "sessions" => docs::of_enum("modules/market/sessions/events.rs", "SessionEvent"),
        "vesting" | "slashing" | "rewards" => {
            docs::of_enum(&format!("modules/{module}/mod.rs"), "Event")
        }
        _ => docs::of_enum(&format!("modules/{module}/events.rs"), "Event"),
    }
}

fn by_contract() -> BTreeMap<&'static str, Vec<&'static EventSpec>> {
    let mut contracts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for spec in catalogue() {
        contracts.entry(spec.contract).or_default().push(spec);
    }
    contracts
}

/// What a field is: of a part of a field, which part.
fn about(field: &EventField, about: &str) -> String {
    let about = about.replace("`None`", "the zero address");
    match field.part {
        "" => about,
        part => format!("{}: {}.", about.trim_end_matches('.'), part.replace('_', " ")),
    }
}

fn events_file(contract: &str, specs: &[&EventSpec]) -> String {
    let module = module_of(contract);
    let docs = event_docs(&module);
    let used: BTreeSet<&str> = specs
        .iter()
        .flat_map(|spec| &spec.fields)
        .filter_map(|field| match field.kind {
            Kind::Word(words) => Some(words.name),
            _ => None,
        })
        .collect();
    let mut file = HEAD.to_owned();
    if !used.is_empty() {
        let names: Vec<&str> = used.into_iter().collect();
        write!(file, "\nimport {{{}}} from \"./EventTypes.sol\";\n", names.join(", ")).unwrap();
    }
    write!(file, "\n/// @title What happens in `{module}`.\ninterface {contract} {{").unwrap();
    for (place, spec) in specs.iter().enumerate() {
        let gap = if place == 0 { "" } else { "\n" };
        write!(file, "{gap}\n    /// @notice {}\n", docs.variants[spec.name]).unwrap();
        for field in &spec.fields {
            let said = &docs.fields[&(spec.name.to_owned(), field.of.to_owned())];
            writeln!(file, "    /// @param {} {}", field.name, about(field, said)).unwrap();
        }
        let fields: Vec<String> = spec
            .fields
            .iter()
            .map(|field| {
                let indexed = if field.indexed { "indexed " } else { "" };
                format!("        {} {indexed}{}", field.kind.solidity(), field.name)
            })
            .collect();
        write!(file, "    event {}(\n{}\n    );", spec.name, fields.join(",\n")).unwrap();
    }
    file.push_str("\n}\n");
    file
}

fn types_file() -> String {
    let mut file = HEAD.to_owned();
    for Words { name, words } in enums() {
        let (_, path, of) = ENUMS.iter().find(|(known, ..)| known == name).expect("documented");
        let docs = docs::of_enum(path, of);
        let lines: Vec<String> = words
            .iter()
            .map(|word| format!("    /// {}\n    {word}", docs.variants[*word]))
            .collect();
        write!(file, "\nenum {name} {{\n{}\n}}\n", lines.join(",\n")).unwrap();
    }
    file
}

fn errors_file() -> String {
    let mut modules: BTreeMap<&str, Vec<&ErrorSpec>> = BTreeMap::new();
    for spec in errors::catalogue().values() {
        modules.entry(spec.module).or_default().push(spec);
    }
    let mut file = HEAD.to_owned();
    for (module, specs) in modules {
        let (first, rest) = module.split_at(1);
        let name = format!("I{}{rest}Errors", first.to_uppercase());
        write!(file, "\n/// @title Why `{module}` refuses.\ninterface {name} {{").unwrap();
        for (place, spec) in specs.iter().enumerate() {
            let gap = if place == 0 { "" } else { "\n" };
            let number = match spec.info.code {
                0 => "3000 and above".to_owned(),
                code => code.to_string(),
            };
            write!(file, "{gap}\n    /// @notice {}\n", spec.info.about.trim()).unwrap();
            writeln!(file, "    /// @param code {number}.").unwrap();
            for (field, (name, _)) in spec.info.fields.iter().zip(&spec.fields[1..]) {
                writeln!(file, "    /// @param {name} {}", field.about.trim()).unwrap();
            }
            let fields: Vec<String> = spec
                .fields
                .iter()
                .map(|(name, kind)| format!("{} {name}", kind.solidity()))
                .collect();
            write!(file, "    error {}({});", spec.info.name, fields.join(", ")).unwrap();
        }
        file.push_str("\n}\n");
    }
    file
}

fn input(name: &str, kind: Kind, indexed: Option<bool>) -> Value {
    let internal = match kind {
        Kind::Word(words) => format!("enum {}", words.name),
        _ => kind.abi(),
    };
    let mut input = json!({ "name": name, "type": kind.abi(), "internalType": internal });
    if let Some(indexed) = indexed {
        input["indexed"] = json!(indexed);
    }
    input
}

fn events_abi(specs: &[&EventSpec]) -> Value {
    let event = |spec: &&EventSpec| {
        let inputs = spec.fields.iter();
        let inputs: Vec<Value> =
            inputs.map(|field| input(&field.name, field.kind, Some(field.indexed))).collect();
        json!({ "type": "event", "name": spec.name, "inputs": inputs, "anonymous": false })
    };
    specs.iter().map(event).collect()
}

/// Errors of one signature are one error here: their numbers keep them apart.
fn errors_abi() -> Value {
    let mut seen = BTreeSet::new();
    let all = errors::catalogue().values().filter(|spec| seen.insert(spec.selector));
    all.map(|spec| {
        let fields = spec.fields.iter();
        let inputs: Vec<Value> = fields.map(|(name, kind)| input(name, *kind, None)).collect();
        json!({ "type": "error", "name": spec.info.name, "inputs": inputs })
    })
    .collect()
}

#[test]
fn the_files_are_what_the_types_say() {
    let pretty = |abi: &Value| format!("{}\n", serde_json::to_string_pretty(abi).unwrap());
    let mut files = BTreeMap::from([
        ("EventTypes.sol".to_owned(), types_file()),
        ("IErrors.sol".to_owned(), errors_file()),
        ("abi/IErrors.json".to_owned(), pretty(&errors_abi())),
    ]);
    for (contract, specs) in by_contract() {
        files.insert(format!("{contract}.sol"), events_file(contract, &specs));
        files.insert(format!("abi/{contract}.json"), pretty(&events_abi(&specs)));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts");
    for (name, text) in files {
        let path = root.join(&name);
        if std::env::var_os("WORKMINT_WRITE").is_some() {
            std::fs::write(&path, &text).expect("written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "contracts/{name} is old: run this test with WORKMINT_WRITE=1");
    }
}
