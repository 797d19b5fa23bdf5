//! What is sealed first and shown later, sent by the program to a node: the result of a job, the
//! weights of a seat, the seed of checks. The hash is made by the program, or given by whoever
//! sends; the node decides whether it fits.

use std::fs;

use serde_json::Value;
use workmint_core::modules::market::jobs::result_seal;
use workmint_core::{Address, Hash};

use crate::sending::{bob_provides, hanzo};
use crate::served::Served;

const HOW: [&str; 2] = ["--yes", "--json"];

/// Sends a transaction; what became of it.
fn sent(served: &Served, words: &[&str]) -> Value {
    let text = served.told(&[&["tx"], words, &HOW[..]].concat());
    let done: Value = serde_json::from_str(&text).expect("nothing but JSON");
    assert_eq!(done["succeeded"], true, "{words:?}: {done}");
    done
}

/// Sends one that must be refused with this text; nothing is paid.
fn refused(served: &Served, words: &[&str], expected: &str) {
    let run = served.ask(&[&["tx"], words, &HOW[..]].concat());
    assert_eq!(run.code, 1, "{words:?}: {}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains(expected), "{words:?}: {}", run.stderr);
}

/// The value of a field of an event that a transaction had.
fn field<'a>(done: &'a Value, event: &str, field: &str) -> &'a str {
    let events = done["events"].as_array().expect("events");
    let found = events.iter().find(|one| one["event"] == event);
    found.and_then(|one| one["fields"][field].as_str()).unwrap_or_else(|| panic!("{done:#}"))
}

fn address(served: &Served, name: &str) -> Address {
    let list = served.json(&["key", "list"]);
    let keys = list["keys"].as_array().expect("keys");
    let found = keys.iter().find(|key| key["name"] == name);
    found.and_then(|key| key["address"].as_str()).expect("a key").parse().expect("an address")
}

/// The Keccak-256 of a text, as `@FILE` is read.
fn hash_of(text: &str) -> Hash {
    Hash(alloy_primitives::keccak256(text).0)
}

/// What reveals a result of alice's job of that number.
fn reveal<'a>(number: &'a str, units: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let what = ["reveal-result", "--customer", "alice", "--result", "@answer.txt"];
    let which = ["--number", number, "--units", units, "--key", "bob"];
    [&what[..], &which, more].concat()
}

#[test]
fn a_result_is_revealed_with_the_seal_of_the_program_or_ones_own() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("input.txt"), "the question").unwrap();
    fs::write(dir.path().join("answer.txt"), "the answer").unwrap();
    let served = hanzo(dir.path());
    bob_provides(&served);
    let model = ["--model", "qwen3-30b", "--tier", "open"];
    let by_bob = |words: &[&str]| sent(&served, &[words, &["--key", "bob"]].concat());
    by_bob(&[&["put-offer", "--capacity", "100000"], &model[..]].concat());
    for number in ["0", "1"] {
        let order = ["create-job", "--max-units", "900", "--max-latency-ms", "60000"];
        let rest = ["--max-spend", "10 AI", "--commitment", "@input.txt", "--provider", "bob"];
        let made = sent(&served, &[&order, &model[..], &rest, &["--key", "alice"]].concat());
        assert_eq!(field(&made, "Created", "number"), number);
        by_bob(&["accept-job", "--customer", "alice", "--number", number]);
    }
    let (alice, bob) = (address(&served, "alice"), address(&served, "bob"));
    let job = |number: u64| served.get(&format!("/v1/jobs/{alice}/{number}"));

    // The program asks the node what the job is, and makes the seal.
    assert_eq!(job(0)["stage"], "accepted");
    refused(&served, &reveal("0", "901", &[]), "is 1 to 900");
    let done = sent(&served, &reveal("0", "700", &[]));
    assert_eq!(field(&done, "Revealed", "units"), "700");
    let revealed = job(0);
    assert_eq!((&revealed["stage"], &revealed["units"]), (&"revealed".into(), &"700".into()));
    assert_eq!(revealed["result"], hash_of("the answer").to_string());

    // One's own seal: of another job, of another result, and the right one.
    let network = served.get("/v1/network");
    let genesis: Hash = network["genesis"].as_str().unwrap().parse().unwrap();
    let seal = |number, result: &str| {
        let bound = (&bob, &hash_of(result));
        result_seal(&genesis, (&alice, number), &hash_of("the question"), bound).to_string()
    };
    for wrong in [seal(0, "the answer"), seal(1, "another answer")] {
        refused(&served, &reveal("1", "900", &["--seal", &wrong]), "seal");
        assert_eq!(job(1)["stage"], "accepted");
    }
    let right = seal(1, "the answer");
    sent(&served, &reveal("1", "900", &["--seal", &right]));
    assert_eq!((&job(1)["stage"], &job(1)["units"]), (&"revealed".into(), &"900".into()));
}

/// In one epoch both are committed to, in the next both are revealed.
#[test]
fn weights_and_a_seed_are_committed_and_revealed() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("secret"), "what nobody guesses").unwrap();
    let node = ["node", "--dev", "--network", "bittensor", "--epoch-length", "20s"];
    let served = Served::start(dir.path(), &[&node[..], &["--data-dir", "net"]].concat());
    served.told(&["key", "new", "alice", "--light"]);
    served.told(&["faucet", "alice"]);
    sent(&served, &["register-participant", "--owner", "alice", "--validator", "none"]);
    sent(&served, &["bond", "--amount", "1 TAO", "--commission", "0%"]);
    let seat = sent(&served, &["register-seat", "--most-price", "1 TAO"]);
    let seat = field(&seat, "SeatTaken", "seat").to_owned();
    // The next close makes it an active validator, the one after it counts its power.
    let epoch = served.epoch() + 2;
    served.wait_for_epoch(epoch);
    let entries = format!("seat={seat},weight=10");
    let weights = ["--entries", &entries, "--salt", "@secret"];
    let commit = [&["commit-weights", "--seat", &seat], &weights[..]].concat();
    let committed = sent(&served, &commit);
    assert_eq!(field(&committed, "WeightsCommitted", "revealIn"), (epoch + 1).to_string());
    let seed = ["--seed", "@secret"];
    let how = ["commit-seed", "--epoch", "open", "--signature", "0x"];
    sent(&served, &[&how[..], &seed].concat());
    let reveal = [&["reveal-weights"], &weights[..]].concat();
    refused(&served, &reveal, "epoch");
    assert_eq!(served.epoch(), epoch, "the machine is too slow for epochs of 20 s");

    served.wait_for_epoch(epoch + 1);
    let other = ["reveal-weights", "--entries", &entries, "--salt", &Hash([7; 32]).to_string()];
    refused(&served, &other, "no open commitment");
    let done = sent(&served, &reveal);
    assert_eq!(field(&done, "WeightsSet", "seat"), seat);
    assert_eq!(field(&done, "WeightsSet", "count"), "1");
    refused(&served, &reveal, "no open commitment");
    sent(&served, &[&["reveal-seed", "--epoch", "closed"][..], &seed].concat());
    // The node tells everybody.
    let events = served.get("/v1/events?event=WeightsSet");
    assert_eq!(events["items"].as_array().map(Vec::len), Some(1), "{events}");
}
