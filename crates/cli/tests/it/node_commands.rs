//! `node`, `tx`, `query` and `faucet` as strangers use them: what is wrong is named together with
//! what is allowed, the exit code says whose fault it is, and nothing is changed.

use crate::served::{Served, agent, command, run};
use crate::support::Run;
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

/// Somebody who has nothing.
pub(crate) const OTHER: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

/// Arguments, the exit code, and what the message must say.
pub(crate) type Refusal<'a> = (&'a [&'a str], i32, &'a [&'a str]);

pub(crate) fn require(ask: impl Fn(&[&str]) -> Run, refusals: &[Refusal<'_>]) {
    for (arguments, code, expected) in refusals {
        let run = ask(arguments);
        assert_eq!(run.code, *code, "{arguments:?}: {}", run.stderr);
        for text in *expected {
            assert!(run.stderr.contains(text), "{arguments:?} lacks \"{text}\": {}", run.stderr);
        }
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

/// Addresses for the names of gonka's file.
pub(crate) fn accounts() -> String {
    let names = ["founder", "ecosystem", "judge-1", "reporter-1", "reporter-2", "reporter-3"];
    let all = (1..).zip(names).map(|(number, name)| format!("{name}=0x{number:0>40}"));
    all.collect::<Vec<String>>().join(",")
}

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_node_that_cannot_be_should_not_be_made() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("broken.toml"), "[network\n").unwrap();
    fs::write(dir.join("settings.toml"), "[limits]\nbatch = 5\nbatches = 6\n").unwrap();
    fs::write(dir.join("file"), "not a directory").unwrap();
    let before = names(dir);
    let founder = format!("founder={OTHER}");
    let (stranger, twice) = (format!("stranger={OTHER}"), format!("{founder},{founder}"));
    let start = |arguments: &[&str]| {
        let mut all = vec!["node"];
        for option in [["--listen", "127.0.0.1:0"], ["--data-dir", "net"]] {
            // Settings that are given twice would be an error of their own.
            if !arguments.iter().any(|word| word.starts_with(option[0])) {
                all.extend(option);
            }
        }
        all.extend(arguments);
        let refused = run(command(dir, &all));
        assert_eq!(names(dir), before, "{arguments:?} leaves something");
        // What is printed instead of a start fails alike.
        let printed = run(command(dir, &[&all[..], &["--print-config"]].concat()));
        assert_eq!((printed.code, &printed.stderr), (refused.code, &refused.stderr));
        refused
    };
    require(
        start,
        &[
            (&["--network", "nowhere"], 2, &["nowhere", "allowed: bittensor,", "workmint, or"]),
            (&["--network", "none.toml"], 2, &["none.toml"]),
            (&["--network", "broken.toml"], 2, &["broken.toml:1"]),
            (&[], 2, &["no address yet: ecosystem, founder", "--accounts NAME=ADDRESS"]),
            (&["--accounts", "founder=0x12"], 2, &["node.accounts", "NAME=ADDRESS,"]),
            (&["--dev", "--listen", "127.0.0.1"], 2, &["api.listen", "ADDRESS:PORT"]),
            (&["--dev", "--listen", "host:99999"], 2, &["api.listen", "ADDRESS:PORT"]),
            (&["--dev", "--admin", "0.0.0.0:1"], 2, &["api.admin", "ADDRESS:PORT on loopback"]),
            (&["--dev", "--block-time", "0"], 2, &["node.block_time", "instant, or milliseconds"]),
            (&["--dev", "--block-time=-1"], 2, &["node.block_time", "milliseconds"]),
            (&["--dev", "--block-time", "60001"], 2, &["milliseconds from 1 to 60000"]),
            (&["--dev", "--most-pause", "soon"], 2, &["node.most_pause", "90m, 12h, 30d"]),
            (&["--dev", "--most-pause", "0s"], 2, &["--most-pause: ", "from 1s to 36500d"]),
            (
                &["--dev", "--epoch-length", "0s"],
                2,
                &["error: --epoch-length: node.epoch_length is \"0s\"; allowed: 30s", "1s to 366d"],
            ),
            (
                &["--network", "gonka-mainnet", "--dev", "--epoch-length", "12s"],
                2,
                &["error: --epoch-length: ", "gonka-mainnet, whose own file has a number of bl"],
            ),
            (&["--dev", "--data-dir="], 2, &["node.data_dir", "the path of a directory"]),
            (&["--dev", "--log-format", "xml"], 2, &["log.format", "text, json"]),
            (&["--accounts", &stranger], 2, &["gonka has no name stranger; allowed: ecosystem,"]),
            (&["--accounts", &twice], 2, &["node.accounts", "founder stands there twice"]),
            (&["--dev", "--accounts", &founder], 2, &["gives every name a key of its own"]),
            (&["--epoch-length", "5s"], 2, &["node.epoch_length", "--dev"]),
            (&["--dev", "--epoch-length", "soon"], 2, &["node.epoch_length", "30s, 1h"]),
            (&["--dev", "--limit-batch", "0"], 2, &["limits.batch", "from 1 to 1073741824"]),
            (&["--dev", "--limit-json-depth", "101"], 2, &["limits.json_depth", "from 1 to 100"]),
            (&["--dev", "--limit-head-seconds", "x"], 2, &["limits.head_seconds", "1 to 3600"]),
            (&["--dev", "--limit-per-account", "1.5"], 2, &["limits.per_account", "whole number"]),
            (&["--dev", "--config", "none.toml"], 2, &["none.toml"]),
            (&["--dev", "--config", "settings.toml"], 2, &["settings.toml:3", "limits.batches"]),
            (&["--dev", "--frobnicate"], 2, &["--frobnicate"]),
            (&["--dev", "--log-level", "="], 2, &["log.level", "error, warn, info"]),
            (&["--dev", "--log-level", "debgu"], 2, &["--log-level: ", "error, warn, info"]),
            (&["--dev", "--limit-body-bytes", "1"], 2, &["--limit-body-bytes: ", "from 1024 to"]),
            (&["--dev", "--cors", "notaurl"], 2, &["--cors: ", "\"notaurl\" is no origin"]),
            (&["--dev", "--cors", "https://a.example/"], 2, &["--cors: ", "without a path"]),
        ],
    );
    let run_at = run(command(dir, &["node", "--dev", "--data-dir", "file"]));
    assert_eq!(run_at.code, 2, "{}", run_at.stderr);
    assert!(run_at.stderr.contains("file"), "{}", run_at.stderr);
    let mut by_variable = command(dir, &["node", "--dev", "--data-dir", "net"]);
    by_variable.env("WORKMINT_LIMIT_BATCH", "many");
    let run_by = run(by_variable);
    assert_eq!(run_by.code, 2);
    assert!(run_by.stderr.contains("WORKMINT_LIMIT_BATCH: limits.batch"), "{}", run_by.stderr);
    assert_eq!(names(dir), before);
}

#[test]
fn a_place_that_is_taken_should_be_told() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let start = |arguments: &[&str]| run(command(dir, arguments));
    let served = Served::start(dir, &["node", "--dev", "--data-dir", "net"]);
    let accounts = accounts();
    let net = ["node", "--dev", "--data-dir", "net", "--listen", "127.0.0.1:0"];
    let for_demo = ["demo", "--serve", "--data-dir", "demo", "--listen", &listen];
    require(
        start,
        &[
            (
                &["node", "--dev", "--data-dir", "other", "--listen", &listen],
                4,
                &["cannot listen on", &listen, "in use"],
            ),
            (&for_demo, 4, &["cannot listen on", &listen]),
            (&net, 4, &["net is in use by another running workmint (process", "`workmint query`"]),
        ],
    );
    // Where nobody could be served nothing was made.
    assert_eq!(names(dir), ["net"]);
    assert_eq!(served.stop().code, 0);
    require(
        start,
        &[
            (
                &["node", "--data-dir", "net", "--network", "hanzo", "--listen", "127.0.0.1:0"],
                2,
                &["net holds the network gonka, not hanzo", "--data-dir"],
            ),
            (
                &["node", "--data-dir", "net", "--network", "gonka", "--accounts", &accounts][..],
                2,
                &[
                    "--accounts: node.accounts",
                    "net holds the network gonka, whose ecosystem is 0x",
                ],
            ),
        ],
    );
}

/// A network for development, a key with money, and where the network stands then.
fn network(dir: &Path, more: &[&str]) -> Served {
    let mut arguments = vec!["node", "--dev", "--data-dir", "net"];
    arguments.extend(more);
    let served = Served::start(dir, &arguments);
    served.told(&["key", "new", "alice", "--light"]);
    served.told(&["faucet", "alice"]);
    served
}

fn rpc(served: &Served, method: &str, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    post(served, &body)
}

fn post(served: &Served, body: &Value) -> Value {
    let request =
        agent().post(format!("{}/rpc", served.url)).header("Content-Type", "application/json");
    let text = request.send(body.to_string()).unwrap().body_mut().read_to_string().unwrap();
    serde_json::from_str(&text).unwrap()
}

fn transfer<'a>(to: &'a str, amount: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["tx", "transfer", "--to", to, "--amount", amount, "--yes"];
    all.extend(more);
    all
}

#[test]
fn what_a_stranger_gets_wrong_should_be_told_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let served = network(
        dir,
        &["--limit-batch", "2", "--limit-faucet-per-hour", "1", "--epoch-length", "1h"],
    );
    let height = served.get("/v1/network")["height"].clone();
    fs::write(dir.join("wrong"), "another passphrase\n").unwrap();
    fs::write(dir.join("facts.json"), "{}").unwrap();
    let gone = "http://127.0.0.1:1".to_owned();
    let no_hash = format!("0x{:0>64}", 12);
    require(
        |arguments| served.ask(arguments),
        &[
            (&["tx", "frobnicate"], 2, &["frobnicate"]),
            (&transfer("0x12", "1", &[]), 2, &["--to: \"0x12\"", "40 hexadecimal digits"]),
            (&transfer("nobody", "1", &[]), 2, &["--to: \"nobody\"", "40 hexadecimal digits"]),
            (&transfer("nobody", "1", &[]), 2, &["no key \"nobody\"; allowed: alice, "]),
            (&transfer(OTHER, "0.1234567891", &[]), 2, &["--amount", "at most 9 decimals"]),
            (&transfer(OTHER, "1e3", &[]), 2, &["--amount", "\"5.25 GNK\""]),
            (&transfer(OTHER, "", &[]), 2, &["--amount", "\"5.25 GNK\""]),
            (&transfer(OTHER, "1 XYZ", &[]), 2, &["--amount: \"XYZ\" is no asset", "allowed: GNK"]),
            (&transfer(OTHER, "1.5 base", &[]), 2, &["--amount", "\"17 base\""]),
            (&transfer(OTHER, "99999999 GNK", &[]), 1, &["was not sent", "can spend"]),
            (&["tx", "transfer", "--amount", "1", "--yes"], 2, &["--to <ADDRESS|NAME>"]),
            (&["tx", "transfer", "--to", OTHER, "--amount", "1"], 2, &["nobody is there", "--yes"]),
            (&transfer(OTHER, "1", &["--key", "bob"]), 2, &["no key \"bob\"", "allowed: alice"]),
            (&transfer(OTHER, "1", &["--password-file", "wrong"]), 2, &["passphrase is wrong"]),
            (&transfer(OTHER, "1", &["--password-file", "none"]), 2, &["cannot read none"]),
            (&transfer(OTHER, "1", &["--rpc", &gone]), 4, &["no answer from a node", "--rpc"]),
            (&transfer(OTHER, "1", &["--rpc", "here:1"]), 2, &["--rpc", "http://HOST:PORT"]),
            (&transfer(OTHER, "1", &["--keystore", "empty"]), 2, &["empty"]),
            (&transfer(OTHER, "1", &["--gas", "many"]), 2, &["--gas"]),
            (&transfer(OTHER, "1", &["--tip", "1 XYZ"]), 2, &["--tip", "allowed"]),
            (&transfer(OTHER, "1", &["--offline"]), 2, &["--offline needs --facts"]),
            (&transfer(OTHER, "1", &["--offline", "--facts", "none"]), 2, &["cannot read none"]),
            (&transfer(OTHER, "1", &["--offline", "--facts", "facts.json"]), 2, &["facts.json"]),
            (&["tx", "claim", "--epoch", "soon", "--yes"], 2, &["--epoch", "\"soon\""]),
            (&["query", "nothing"], 2, &["nothing"]),
            (&["query", "balance", "0x12"], 2, &["0x12", "40 hexadecimal digits"]),
            (&["query", "balance", "bob"], 2, &["no key \"bob\"", "allowed: alice"]),
            (&["query", "explain", "x", "alice"], 2, &["epoch \"x\"", "number, \"open\" or \"clo"]),
            (&["query", "events", "--epoch", "foo"], 2, &["epoch \"foo\"", "number, \"open\" or"]),
            (&["query", "entries", "foo"], 2, &["epoch \"foo\"", "a number, or \"closed\""]),
            (&["query", "block", "latest"], 2, &["\"latest\"; allowed: a height, or the hash"]),
            (&["query", "explain", "closed", "alice"], 2, &["no epoch is closed yet"]),
            (&["query", "explain", "999", "alice"], 2, &["epoch 999", "allowed: 0"]),
            (&["query", "block", "../x"], 2, &["64 hexadecimal digits"]),
            (&["query", "block", "99999"], 2, &["no block 99999; the last is"]),
            (&["query", "tx", "0x12"], 2, &["64 hexadecimal digits"]),
            (&["query", "tx", &no_hash], 2, &["no transaction"]),
            (&["query", "job", "alice", "7"], 2, &["no job 7"]),
            (&["query", "session", "alice", "7"], 2, &["7"]),
            (&["query", "wait", "--most", "0"], 1, &["still open after 0 s"]),
            (&["query", "supply", "--rpc", &gone], 4, &["no answer from a node"]),
            (&["faucet", "0x12"], 2, &["0x12", "40 hexadecimal digits"]),
            (&["faucet", "bob"], 2, &["no key \"bob\"", "allowed: alice"]),
            (&["faucet", "alice"], 1, &["one account at most 1 times an hour; wait"]),
        ],
    );
    let one = json!({ "jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": [] });
    let answer = post(&served, &json!([one, one, one]));
    assert!(answer["error"]["message"].as_str().is_some_and(|text| text.contains('2')), "{answer}");
    assert_eq!(served.get("/v1/network")["height"], height);
    assert_eq!(served.stop().code, 0);
}

#[test]
fn a_network_without_a_faucet_should_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let accounts = accounts();
    let start = ["node", "--data-dir", "net", "--accounts", &accounts];
    let served = Served::start(dir.path(), &start);
    let refused = served.ask(&["faucet", OTHER]);
    assert_eq!(refused.code, 1);
    let expected = "this node was started without --dev, or its network has no faucet";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
}

#[test]
fn an_operators_snapshot_should_be_taken_at_the_next_close_and_be_what_a_start_begins_with() {
    let dir = tempfile::tempdir().unwrap();
    let start =
        ["node", "--dev", "--data-dir", "net", "--epoch-length", "2s", "--admin", "127.0.0.1:0"];
    let served = Served::start(dir.path(), &start);
    let admin = format!("{}/snapshots", served.admin());
    let list = || {
        let text = agent().get(&admin).call().unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    };
    assert_eq!(list(), json!({ "asked": false, "snapshots": [] }));
    let asked = agent().post(&admin).header("Content-Type", "application/json").send("{}");
    let text = asked.unwrap().body_mut().read_to_string().unwrap();
    let epoch = serde_json::from_str::<Value>(&text).unwrap()["taken_at_close_of_epoch"].clone();
    let epoch = epoch.as_u64().unwrap();
    // It is written behind the close.
    let begun = Instant::now();
    while list()["snapshots"] == json!([]) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no snapshot comes");
        std::thread::sleep(Duration::from_millis(50));
    }
    let found = list();
    assert_eq!(found["asked"], false, "{found}");
    let one = &found["snapshots"][0];
    let closed = served.get(&format!("/v1/settlements/{epoch}"));
    assert_eq!(one["height"], closed["closed_at_height"], "{found}");
    let path = one["path"].as_str().unwrap();
    let bytes = fs::metadata(dir.path().join(path)).unwrap().len();
    assert_eq!(one["bytes"], bytes);
    assert_eq!(served.stop().code, 0);
    let audit = run(command(dir.path(), &["audit", "net"]));
    assert_eq!(audit.code, 0, "{}", audit.stderr);
}

#[test]
fn what_is_signed_without_a_node_should_be_taken_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let served = network(dir, &["--epoch-length", "1h"]);
    fs::write(dir.join("facts.json"), served.told(&["query", "network", "--json"])).unwrap();
    let would = served.json(&transfer(OTHER, "0.25 GNK", &["--dry-run"]));
    assert_eq!(would["would_succeed"], true, "{would}");
    let [nonce, gas, price] = ["nonce", "gas", "gas_price_wei"]
        .map(|name| would[name].to_string().trim_matches('"').to_owned());
    let mut all = transfer(OTHER, "0.25 GNK", &["--offline", "--facts", "facts.json"]);
    for (missing, option, value) in [
        ("--nonce", "--nonce", &nonce),
        ("--gas-price", "--gas-price", &price),
        ("--gas", "--gas", &gas),
    ] {
        let refused = run(command(dir, &all));
        assert_eq!(refused.code, 2, "{}", refused.stderr);
        assert!(
            refused.stderr.contains(&format!("--offline needs {missing}")),
            "{}",
            refused.stderr
        );
        all.extend([option, value]);
    }
    // No address of a node is known here.
    let signed = run(command(dir, &all));
    assert_eq!(signed.code, 0, "{}", signed.stderr);
    let raw = signed.stdout.trim();
    assert!(raw.starts_with("0x02"), "{raw}");
    let balance = || served.json(&["query", "balance", OTHER])["balances"].clone();
    assert_eq!(balance(), json!([]));
    let sent = rpc(&served, "eth_sendRawTransaction", json!([raw]));
    let hash = sent["result"].as_str().unwrap_or_else(|| panic!("{sent}"));
    assert_eq!(balance()[0]["spendable"]["amount"], "250000000");
    assert_eq!(served.json(&["query", "tx", hash])["succeeded"], true);
    // The same bytes are one transaction, however often they are sent.
    assert_eq!(rpc(&served, "eth_sendRawTransaction", json!([raw]))["result"], hash);
    assert_eq!(balance()[0]["spendable"]["amount"], "250000000");
}
