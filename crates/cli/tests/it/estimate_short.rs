//! Estimates on a node whose epochs take seconds: what is called exact is what is paid, and a month
//! of hundreds of thousands of epochs brings no more than there is to mint.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::served::{Served, agent, command, run};

const MODEL: &str = "Qwen/Qwen2.5-7B-Instruct";
/// The allocation of gonka's emission: 600,000,000 GNK.
const ALLOCATION: u128 = 600_000_000_000_000_000;

fn amount(money: &Value) -> u128 {
    let amount = money["amount"].as_str().unwrap_or_else(|| panic!("{money} is no amount"));
    amount.parse().unwrap()
}

/// A host with a measured node of weight 100; the reporters have a word of it before its epoch
/// ends.
fn host(dir: &Path, served: &Served) {
    fs::write(dir.join("proof.txt"), "what the node computed").unwrap();
    served.told(&["key", "new", "alice", "--light"]);
    served.told(&["faucet", "alice"]);
    let send = |words: &[&str]| served.told(&[&["tx"], words, &["--yes"]].concat());
    send(&["register-participant", "--owner", "alice", "--validator", "none"]);
    send(&["register-node", "--node", "1", "--models", MODEL]);
    send(&["deposit-collateral", "--amount", "500 GNK"]);
    prove(served);
}

fn prove(served: &Served) {
    let proof = ["tx", "submit-compute-proof", "--epoch", "open", "--node", "1", "--model", MODEL];
    let rest = ["--weight", "100", "--evidence", "@proof.txt", "--from-ms", "0", "--to-ms", "0"];
    served.told(&[&proof[..], &rest, &["--yes"]].concat());
}

/// What the account may claim of a settled epoch; `None`: its claims have expired already.
fn paid(served: &Served, epoch: u64, account: &str) -> Option<u128> {
    let path = format!("{}/v1/settlements/{epoch}/entries", served.url);
    let mut answer = match agent().get(path).call() {
        Ok(answer) => answer,
        Err(ureq::Error::StatusCode(404)) => return None,
        Err(error) => panic!("{error}"),
    };
    let text = answer.body_mut().read_to_string().unwrap();
    let entries: Value = serde_json::from_str(&text).unwrap();
    let rows = entries["items"].as_array().unwrap();
    let own = rows.iter().find(|row| row["account"] == account);
    Some(own.map_or(0, |row| amount(&row["amount"])))
}

#[test]
fn what_is_called_exact_should_be_paid_when_epochs_are_short() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let served =
        Served::start(dir, &["node", "--dev", "--epoch-length", "6s", "--data-dir", "net"]);
    host(dir, &served);
    let account = served.json(&["key", "show", "alice"])["address"].as_str().unwrap().to_owned();
    let mut asked = 0;
    let mut weighed = 0;
    // The weight counts from the epoch after the proof's; proofs are good for one epoch.
    while weighed < 2 {
        assert!(asked < 20, "the weight never counts");
        asked += 1;
        served.wait_for_epoch(served.epoch() + 1);
        prove(&served);
        let told = served.json(&["query", "estimate", "alice"]);
        let exact = &told["exact"];
        if exact.is_null() {
            continue;
        }
        let epoch: u64 = exact["epoch"].as_str().unwrap().parse().unwrap();
        // Off line the same is told of the same epoch.
        let beside = run(command(dir, &["estimate", "--data-dir", "net", &account, "--json"]));
        assert_eq!(beside.code, 0, "{}", beside.stderr);
        let beside: Value = serde_json::from_str(&beside.stdout).unwrap();
        if beside["exact"]["epoch"] == exact["epoch"] {
            assert_eq!(&beside["exact"], exact);
        }
        served.wait_for_epoch(epoch + 1);
        let due = amount(&exact["rewards"]) + amount(&exact["work"]) + amount(&exact["pots"]);
        let Some(found) = paid(&served, epoch, &account) else { continue };
        assert_eq!(due, found, "epoch {epoch}: {exact}");
        if due > 0 {
            weighed += 1;
            month(&told["band"]);
        }
    }
    assert_eq!(served.stop().code, 0);
}

/// 432,000 epochs of six seconds: the allocation is minted after 17,570 of them.
fn month(band: &Value) {
    let month = &band["periods"][3];
    assert_eq!(month["per"], "month (30 d)");
    for case in ["base", "high"] {
        let rewards = amount(&month[case]["rewards"]);
        assert!(rewards <= ALLOCATION && rewards > ALLOCATION / 2, "{case}: {month}");
    }
    let epoch = amount(&band["periods"][0]["base"]["rewards"]);
    let hour = amount(&band["periods"][1]["base"]["rewards"]);
    // 600 epochs, a few hundred of which stand for each other: 0.05 % less from one to the next.
    assert!(hour <= 600 * epoch && hour > 500 * epoch, "{hour} of {epoch}");
}
