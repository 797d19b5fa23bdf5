//! `workmint demo --serve`: the moving network behind the interfaces of a node.

use crate::demo_support::audit;
use crate::served::{Served, command, run};
use std::fs;
use std::path::Path;
use workmint_networks::preset;
use workmint_storage::store::{self, Store, View};

const SMALL: [&str; 10] = [
    "demo",
    "--serve",
    "--json",
    "--participants",
    "4",
    "--requests-per-epoch",
    "200",
    "--data-dir",
    "net",
    "--seed=3",
];
/// Somebody who has nothing.
const OTHER: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

fn serve(dir: &Path) -> Served {
    let mut arguments = SMALL.to_vec();
    arguments.extend(["--epoch-seconds", "2"]);
    Served::start(dir, &arguments)
}

/// Stops a served demo; its rows must be those of one epoch after the other.
fn stop(served: Served) {
    let run = served.stop();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("Stopped at height"), "{}", run.stderr);
    let rows = run.stdout.lines().map(|line| {
        let row: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        row["epoch"].as_u64().expect("a row names its epoch")
    });
    let rows: Vec<u64> = rows.collect();
    assert!(!rows.is_empty());
    assert!(rows.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{rows:?}");
}

/// What an account can spend of GNK, base units.
fn money_of(served: &Served, account: &str) -> String {
    let answer = served.json(&["query", "balance", account]);
    let all = answer["balances"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let mut spendable = all.iter().map(|one| &one["spendable"]);
    let gnk = spendable.find(|one| one["asset"] == "GNK").unwrap_or_else(|| panic!("{answer}"));
    gnk["amount"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[test]
fn a_served_demo_should_move_take_transactions_stop_and_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let served = serve(dir);
    served.wait_for_epoch(3);
    // Its own life: what a settled epoch paid, to whom, and why.
    let settled = served.get("/v1/settlements/2");
    assert_eq!(settled["epoch"], 2, "{settled}");
    let participants = served.get("/v1/participants");
    let host = participants["items"][0]["account"].as_str();
    let host = host.unwrap_or_else(|| panic!("{participants}")).to_owned();
    let told = served.told(&["query", "explain", "2", &host]);
    assert!(told.contains("weight"), "{told}");
    let history = served.json(&["query", "history", &host]);
    assert!(history["items"].as_array().is_some_and(|all| !all.is_empty()), "{history}");
    // Somebody from outside: a key, money, a transfer.
    served.told(&["key", "new", "alice", "--light"]);
    served.told(&["faucet", "alice"]);
    let transfer = ["tx", "transfer", "--to", OTHER, "--amount", "0.5 GNK", "--yes"];
    served.told(&transfer);
    assert_eq!(money_of(&served, OTHER), "500000000");
    let epoch = served.epoch();
    served.wait_for_epoch(epoch + 1);
    stop(served);
    audit(&dir.join("net"));

    // It goes on where it was, and the plain demo goes on after it.
    let served = serve(dir);
    assert!(served.epoch() > epoch);
    assert_eq!(money_of(&served, OTHER), "500000000");
    served.told(&transfer);
    assert_eq!(money_of(&served, OTHER), "1000000000");
    served.wait_for_epoch(epoch + 3);
    stop(served);
    audit(&dir.join("net"));
    let plain = run(command(dir, &["demo", "--data-dir", "net", "--epochs", "1", "--json"]));
    assert_eq!(plain.code, 0, "{}", plain.stderr);
    audit(&dir.join("net"));
}

#[test]
fn a_plain_demo_can_be_served_later_and_has_a_chain_id_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut plain: Vec<&str> = SMALL.iter().copied().filter(|one| *one != "--serve").collect();
    plain.extend(["--epochs", "1"]);
    let made = run(command(dir, &plain));
    assert_eq!(made.code, 0, "{}", made.stderr);
    let served = serve(dir);
    let network = served.get("/v1/network");
    let id = network["chain_id"].as_u64().unwrap_or_else(|| panic!("{network}"));
    let definition = preset("gonka").expect("built in").definition().expect("valid");
    assert_ne!(id, definition.parameters.network.chain_id);
    assert_ne!(id, 0);
    served.wait_for_epoch(2);
    stop(served);
    audit(&dir.join("net"));
}

#[test]
fn a_demo_that_has_the_real_chain_id_is_not_served() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let data = dir.join("net");
    let mut plain: Vec<&str> = SMALL.iter().copied().filter(|one| *one != "--serve").collect();
    plain.extend(["--epochs", "1"]);
    let made = run(command(dir, &plain));
    assert_eq!(made.code, 0, "{}", made.stderr);
    // As an earlier version made it: the same network, but for the id that its file states.
    let mut genesis = View::genesis_of(&data).expect("a network");
    assert_eq!(genesis.parameters.network.chain_id, 0);
    let definition = preset("gonka").expect("built in").definition().expect("valid");
    let stated = definition.parameters.network.chain_id;
    genesis.parameters.network.chain_id = stated;
    let settings = fs::read(data.join("demo.json")).expect("its settings");
    fs::remove_dir_all(&data).expect("removed");
    drop(Store::create(&data, &genesis, store::Settings::default()).expect("a network"));
    fs::write(data.join("demo.json"), settings).expect("written");
    let refused = run(command(dir, &["demo", "--serve", "--data-dir", "net"]));
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    for expected in [stated.to_string().as_str(), "gonka", "--data-dir"] {
        assert!(refused.stderr.contains(expected), "{expected}: {}", refused.stderr);
    }
    // Unserved it goes on as before.
    let plain = run(command(dir, &plain));
    assert_eq!(plain.code, 0, "{}", plain.stderr);
    audit(&data);
}

#[test]
fn what_serving_is_not_for_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refused: [(&[&str], &str); 5] = [
        (&["--serve", "--epochs", "3"], "--epochs"),
        (&["--serve", "--epoch-seconds", "0"], "1..=600"),
        (&["--serve", "--epoch-seconds", "601"], "1..=600"),
        (&["--epoch-seconds", "5"], "--serve"),
        (&["--serve", "--listen", "8645"], "--listen"),
    ];
    for (arguments, expected) in refused {
        let mut all = vec!["demo", "--data-dir", "net"];
        all.extend(arguments);
        let run = run(command(dir.path(), &all));
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    }
    assert!(!dir.path().join("net").exists());
}

/// What a start proposes to ask is answered, though nothing is settled yet.
#[test]
fn the_example_of_a_start_should_work() {
    let dir = tempfile::tempdir().unwrap();
    let demo = ["demo", "--serve", "--quiet", "--network", "blyan", "--data-dir", "net"];
    let said = Served::start(dir.path(), &demo).stop().stderr;
    let example = said.lines().find_map(|line| line.trim().strip_prefix("workmint query "));
    let example = example.unwrap_or_else(|| panic!("{said}"));
    let (words, _) = example.split_once(" --rpc ").unwrap();
    let words: Vec<&str> = std::iter::once("query").chain(words.split(' ')).collect();
    Served::start(dir.path(), &demo).told(&words);
}
