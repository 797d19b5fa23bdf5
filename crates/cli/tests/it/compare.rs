//! `network compare`: the page of all networks, and what can be asked of it.

use crate::support::{json, workmint};
use std::path::Path;

/// The committed page is what the command prints.
#[test]
fn the_page_of_all_networks_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/networks/README.md");
    let run = workmint(&["network", "compare", "--output", "markdown"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let page = std::fs::read_to_string(page).unwrap();
    let differs = page.lines().zip(run.stdout.lines()).find(|(one, other)| one != other);
    let write = "write it: workmint network compare --output markdown > docs/networks/README.md";
    assert_eq!(differs, None, "{write}");
    assert_eq!(page.lines().count(), run.stdout.lines().count(), "{write}");
}

#[test]
fn every_network_is_a_column() {
    let networks = json(Path::new("."), &["network", "list", "--json"]);
    let names: Vec<&str> = networks["networks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|network| network["name"].as_str().unwrap())
        .collect();
    let run = workmint(&["network", "compare", "--sections", "emission", "--output", "markdown"]);
    let head = format!("| parameter | unit | {} |", names.join(" | "));
    assert!(run.stdout.lines().any(|line| line == head), "{head}\n{}", run.stdout);
}

/// Values of the files, by hand: units where they differ, "-" where a network has none.
#[test]
fn values_stand_under_their_networks() {
    let arguments = ["network", "compare", "--networks", "hanzo,gonka", "--output", "markdown"];
    let run = workmint(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for line in [
        "| parameter | unit | hanzo | gonka |",
        "| epoch_length | duration | 1d | 1d |",
        "| initial | as shown | 100,000,000 AI | 285,000 GNK |",
        "| rate | ratio | - | -0.000475 |",
        "| fee.rate | ratio | 0.003 | - |",
        "| minimum | AI | 100 | - |",
        "| hanzo | treasury | 1,000,000,000 HANZO | 0 epochs | 0 epochs | 0 |",
    ] {
        assert!(run.stdout.lines().any(|found| found == line), "{line}\n{}", run.stdout);
    }
    let streams = run.stdout.lines().filter(|line| line.contains("| emission |"));
    assert_eq!(streams.count(), 2, "availability of hanzo, compute of gonka");
    assert!(run.stdout.contains("least_factor 0.5; most_factor 2; window 7 epochs"));
}

#[test]
fn json_has_what_a_network_lacks_as_null() {
    let arguments = ["network", "compare", "--networks", "gonka,hanzo", "--json"];
    let all = json(Path::new("."), &arguments);
    let parameters = all["parameters"].as_array().unwrap();
    let find = |section: &str, key: &str| {
        let found = parameters.iter().find(|row| row["section"] == section && row["key"] == key);
        found.unwrap_or_else(|| panic!("{section}.{key}"))
    };
    let fee = find("market", "fee.rate");
    assert_eq!(fee["values"]["hanzo"]["value"], "0.003");
    assert!(fee["values"]["gonka"].is_null());
    let allocation = find("emission", "allocation");
    assert_eq!(allocation["values"]["gonka"]["value"], "600000000", "as the file writes it");
    assert_eq!(allocation["values"]["gonka"]["unit"], "GNK");
    let streams = all["lists"]["streams"].as_array().unwrap();
    assert_eq!(streams.len(), 6);
    let needs = |at: usize| &streams[at]["values"]["needs_paid_job"]["value"];
    assert_eq!((needs(2), needs(4).as_str()), (&serde_json::Value::Null, Some("true")));
}

#[test]
fn what_is_unknown_is_named_with_what_is_allowed() {
    for (flag, wrong, allowed) in
        [("--networks", "gonk", "gonka, "), ("--sections", "emissions", "emission, ")]
    {
        let run = workmint(&["network", "compare", flag, wrong]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flag}");
        assert!(run.stderr.contains(wrong) && run.stderr.contains(allowed), "{}", run.stderr);
    }
}
