//! `history --csv`: a participant's life as a table.

use crate::explain::network::{DAY, Network, address};
use crate::support::workmint_in;

/// The rows of a run, by the names of their columns.
fn rows(network: &Network, arguments: &[&str]) -> Vec<std::collections::BTreeMap<String, String>> {
    let run = workmint_in(network.path(), arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut reader = csv::Reader::from_reader(run.stdout.as_bytes());
    let rows = reader.deserialize().collect::<Result<_, _>>();
    rows.unwrap()
}

#[test]
fn a_life_has_units_in_its_header_and_every_event() {
    let mut network = Network::with_weights();
    network.block(2 * DAY, Vec::new(), Vec::new());
    let alice = address("alice").to_string();
    let all = rows(&network, &["history", "--data-dir", ".", &alice, "--csv"]);
    let page = workmint_in(
        network.path(),
        &["history", "--data-dir", ".", &alice, "--limit", "1000", "--json"],
    );
    let page: serde_json::Value = serde_json::from_str(&page.stdout).unwrap();
    let events = page["events"].as_array().unwrap();
    assert_eq!((all.len(), &page["next"]), (events.len(), &serde_json::Value::Null));
    for (row, event) in all.iter().zip(events) {
        assert_eq!((&row["kind"], &row["text"]), (&text(&event["event"]), &text(&event["text"])));
        assert_eq!(row["height"], text(&event["height"]));
        let amount = &event["amount"];
        let amount = if amount.is_null() { String::new() } else { text(&amount["amount"]) };
        assert_eq!(row["amount [10^-9 GNK]"], amount);
    }
    // In the first block, a second after the genesis of 4 October 2024, alice puts up 40 GNK.
    let deposit = all.iter().find(|row| row["kind"] == "collateral_deposited").unwrap();
    assert_eq!(deposit["epoch"], "0");
    assert_eq!(deposit["amount [10^-9 GNK]"], "40000000000");
    assert_eq!(deposit["amount [GNK]"], "40");
    assert_eq!(deposit["counterparty"], "");
    assert_eq!(deposit["height"], "1");
    assert_eq!(deposit["time [UTC]"], "2024-10-04T00:00:01.000Z");
    assert_eq!(deposit["time [Unix ms]"], "1728000001000");
    // The page after a key is the rest of the whole.
    let key = format!("{}.{}", all[1]["height"], all[1]["sequence"]);
    let rest = rows(&network, &["history", "--data-dir", ".", &alice, "--csv", "--after", &key]);
    assert_eq!(rest, all[2..]);
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn a_stranger_has_no_life_here() {
    let network = Network::new();
    let stranger = address("stranger").to_string();
    let run = workmint_in(network.path(), &["history", "--data-dir", ".", &stranger, "--csv"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("is not known here"), "{}", run.stderr);
}
