//! What became of a transaction, for people.

use serde_json::{Value, json};
use workmint_core::{Address, Hash};
use workmint_protocol::wire::logs::{Log, describe};

use crate::failure::Failure;
use crate::keys::unhex;
use crate::output::Out;
use crate::sending::facts::Facts;
use crate::sending::happened;
use crate::sending::render::scalar;

/// Names in one column, what they are in the next.
pub(super) fn aligned(lines: &[(String, String)]) -> Vec<String> {
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    lines.iter().map(|(name, text)| format!("{name:<width$}  {text}")).collect()
}

/// The events of a receipt, decoded; a log that no contract of ours declares is left out.
pub(super) fn events(receipt: &Value) -> Vec<Value> {
    let logs = receipt["logs"].as_array().map_or(&[][..], Vec::as_slice);
    let described = logs.iter().filter_map(|log| {
        let mut event = json!(describe(&read(log)?)?);
        // Which asset's, where one interface is that of several.
        event.as_object_mut()?.insert("address".to_owned(), log["address"].clone());
        Some(event)
    });
    described.collect()
}

fn read(log: &Value) -> Option<Log> {
    let hash = |value: &Value| {
        let bytes = unhex(value.as_str()?.strip_prefix("0x")?)?;
        <[u8; 32]>::try_from(bytes).ok().map(Hash)
    };
    let topics: Option<Vec<Hash>> = log["topics"].as_array()?.iter().map(hash).collect();
    Some(Log {
        address: log["address"].as_str()?.parse::<Address>().ok()?,
        topics: topics?,
        data: unhex(log["data"].as_str()?.strip_prefix("0x")?)?,
    })
}

/// Prints what became of it.
pub(super) fn outcome(transaction: &Value, facts: &Facts) -> Result<(), Failure> {
    let succeeded = transaction["succeeded"].as_bool() == Some(true);
    let lines = [
        ("transaction", scalar(&transaction["hash"])),
        ("block", scalar(&transaction["block"])),
        ("outcome", if succeeded { "done".to_owned() } else { "failed".to_owned() }),
        ("fee", scalar(&transaction["fee"])),
    ];
    let lines = lines.map(|(name, text)| (name.to_owned(), text));
    let mut out = Out::stdout();
    for line in aligned(&lines) {
        out.line(line)?;
    }
    for event in transaction["events"].as_array().map_or(&[][..], Vec::as_slice) {
        out.line(format_args!("event        {}", happened::said(event, facts)))?;
    }
    out.finish()
}
