//! Somebody tries a network for development: money of the faucet, what a transaction would do, what
//! is shown before it is signed, a voucher from one hand to the other.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::served::{Served, command};

const BIG: &str = "1000000000 HANZO";

/// Hanzo for development; alice and bob have money.
pub(crate) fn hanzo(dir: &std::path::Path) -> Served {
    let served = Served::start(dir, &["node", "--dev", "--network", "hanzo", "--data-dir", "net"]);
    for name in ["alice", "bob"] {
        served.told(&["key", "new", name, "--light"]);
        let given = served.told(&["faucet", name]);
        // Of what fees are paid in, and of what everything else is paid in.
        assert!(
            given.contains("20,000 AI given") && given.contains("20,000 HANZO given"),
            "{given}"
        );
    }
    served
}

#[test]
fn a_network_for_development_can_be_tried_from_its_first_second_on() {
    let dir = tempfile::tempdir().unwrap();
    let served = hanzo(dir.path());
    let transfer =
        ["tx", "transfer", "--to", "bob", "--amount", "1000", "--asset", "HANZO", "--key", "alice"];
    let run = |more: &[&str]| served.ask(&[&transfer[..], more].concat());
    let fine = run(&["--dry-run"]);
    assert_eq!(fine.code, 0, "{}", fine.stderr);
    assert!(
        fine.stdout.contains("1,000 HANZO (1000000000000000000000 base units)"),
        "{}",
        fine.stdout
    );
    assert!(
        fine.stdout.contains("1,000.01 HANZO"),
        "the fee of 0.01 in the total: {}",
        fine.stdout
    );
    let wrong: [(&[&str], &str); 4] = [
        (&["--gas", "1"], "--gas: 1;"),
        (&["--gas-price", "1"], "--gas-price: 1 wei;"),
        (&["--nonce", "99"], "--nonce: 99 would wait; the account's next is 0"),
        (&["--tip", BIG], "can spend 20,000 HANZO"),
    ];
    for (limits, expected) in wrong {
        let run = run(&[limits, &["--dry-run"]].concat());
        assert_eq!(run.code, 1, "{limits:?}: {}", run.stdout);
        assert!(run.stderr.contains(expected), "{limits:?}: {}", run.stderr);
        assert!(!run.stdout.contains("It would succeed"), "{limits:?}");
    }
    let sent = run(&["--yes"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(
        sent.stderr.contains("bob (0x") && sent.stderr.contains("alice (0x"),
        "{}",
        sent.stderr
    );
    // The number that was used.
    let again = run(&["--nonce", "0", "--dry-run"]);
    assert!(
        again.stderr.contains("--nonce: 0 is used; the account's next is 1"),
        "{}",
        again.stderr
    );
}

/// Bob becomes a provider of hanzo: takes part, and stakes.
pub(crate) fn bob_provides(served: &Served) {
    let takes_part = ["tx", "register-participant", "--owner", "bob", "--validator", "none"];
    let stakes = ["tx", "deposit-stake", "--amount", "1000", "--lock-ms", "365d"];
    for command in [&takes_part[..], &stakes] {
        served.told(&[command, &["--yes", "--key", "bob"]].concat());
    }
}

/// The customer signs, the provider redeems: the flow of `workmint voucher --help`.
#[test]
fn a_voucher_is_signed_and_redeemed() {
    let dir = tempfile::tempdir().unwrap();
    let served = hanzo(dir.path());
    bob_provides(&served);
    let open =
        ["tx", "open-session", "--provider", "bob", "--model", "qwen3-30b", "--deposit", "10 AI"];
    let rest = [
        "--max-price",
        "unlimited",
        "--expiry-kind",
        "latest",
        "--expiry",
        "0",
        "--yes",
        "--key",
        "alice",
    ];
    served.told(&[&open[..], &rest].concat());
    let voucher = ["--session", "0", "--cumulative", "2.5 AI"];
    let signed =
        served.told(&[&["voucher", "sign", "--key", "alice", "--yes"][..], &voucher].concat());
    let signature = signed.trim();
    assert_eq!(signature.len(), 132, "65 bytes: {signature}");
    let redeem = [
        "tx",
        "redeem-voucher",
        "--customer",
        "alice",
        "--signature",
        signature,
        "--yes",
        "--key",
        "bob",
    ];
    // Of another sum it is nobody's signature.
    let other = ["--session", "0", "--cumulative", "2.6 AI"];
    assert_ne!(served.ask(&[&redeem[..], &other].concat()).code, 0);
    served.told(&[&redeem[..], &voucher].concat());
    let alice = served.json(&["key", "list"])["keys"][0]["address"].as_str().unwrap().to_owned();
    let session = served.get(&format!("/v1/sessions/{alice}/0"));
    assert_eq!(session["taken"]["amount"], "2500000000000000000", "{session}");
}

/// Nobody owns what fees are paid in at genesis of hanzo: the faucet has it of who changed some.
#[test]
fn the_faucet_of_a_served_demo_gives_what_fees_are_paid_in() {
    let dir = tempfile::tempdir().unwrap();
    let serve = ["demo", "--serve", "--network", "hanzo", "--data-dir", "net", "--quiet"];
    let served = Served::start(dir.path(), &serve);
    served.told(&["key", "new", "alice", "--light"]);
    // Its account is supplied in the first blocks.
    let begun = Instant::now();
    let mut given = served.ask(&["faucet", "alice"]);
    while given.code != 0 && begun.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_secs(5));
        given = served.ask(&["faucet", "alice"]);
    }
    assert!(given.stdout.contains("10 HANZO given"), "{}{}", given.stdout, given.stderr);
    let other = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    served.told(&["tx", "transfer", "--to", other, "--amount", "1 HANZO", "--yes"]);
}

/// The epoch turns while somebody looks for the passphrase: "open" is the epoch that is open when
/// it is signed.
#[test]
fn an_epoch_by_word_is_the_one_of_the_signature() {
    let dir = tempfile::tempdir().unwrap();
    let model = "Qwen/Qwen2.5-7B-Instruct";
    let node = ["node", "--dev", "--epoch-length", "10s", "--data-dir", "net"];
    let served = Served::start(dir.path(), &node);
    served.told(&["key", "new", "alice", "--light"]);
    served.told(&[
        "tx",
        "register-participant",
        "--owner",
        "alice",
        "--validator",
        "none",
        "--yes",
    ]);
    served.told(&["tx", "register-node", "--node", "1", "--models", model, "--yes"]);
    std::fs::write(dir.path().join("proof.txt"), "what it computed").unwrap();
    assert!(Command::new("mkfifo").arg(dir.path().join("late")).status().unwrap().success());
    let proof = ["tx", "submit-compute-proof", "--epoch", "open", "--node", "1", "--model", model];
    let rest = ["--weight", "100", "--evidence", "@proof.txt", "--from-ms", "0", "--to-ms", "0"];
    let how = ["--yes", "--password-file", "late"];
    let mut sending = command(dir.path(), &[&proof[..], &rest, &how].concat());
    sending.env("WORKMINT_RPC", &served.url).stdout(Stdio::piped()).stderr(Stdio::piped());
    let sending = sending.spawn().unwrap();
    // Opens once the command reads: by then it has written what it would sign.
    let mut late = std::fs::OpenOptions::new().write(true).open(dir.path().join("late")).unwrap();
    served.wait_for_epoch(served.epoch() + 1);
    late.write_all(b"correct horse\n").unwrap();
    drop(late);
    let output = sending.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("is open now; it is sent for that:"), "{said}");
}
