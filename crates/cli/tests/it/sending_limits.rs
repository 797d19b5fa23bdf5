//! What a transaction costs, as it is shown before it is sent: kinds without a fee, tips, totals;
//! and what programs are told of one that does not come through.

use serde_json::Value;

use crate::sending::hanzo;
use crate::served::Served;
use crate::support::Run;

fn read(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr))
}

/// Staking is free on hanzo: no price and no gas is asked for, and nothing is charged.
fn free_kinds_cost_nothing(served: &Served) {
    let takes_part = ["tx", "register-participant", "--owner", "bob", "--validator", "none"];
    served.told(&[&takes_part[..], &["--yes", "--key", "bob"]].concat());
    let stakes = ["tx", "deposit-stake", "--amount", "1000", "--lock-ms", "365d", "--key", "bob"];
    let limits: [&[&str]; 3] = [&[], &["--gas-price", "0"], &["--gas", "1"]];
    for limit in limits {
        let would = served.ask(&[&stakes[..], limit, &["--dry-run"]].concat());
        assert_eq!(would.code, 0, "{limit:?}: {}", would.stderr);
        let line = |name: &str| {
            let line = would.stdout.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{}", would.stdout)).trim().to_owned()
        };
        assert_eq!(line("fee "), "none", "{limit:?}");
        assert_eq!(line("total, at most"), "1,000 AI", "{limit:?}");
    }
    let all = [&stakes[..], &["--gas", "1", "--gas-price", "0", "--yes"]].concat();
    let sent = served.json(&all);
    assert_eq!(sent["succeeded"], true, "{sent}");
    assert_eq!(sent["fee"]["amount"], "0", "{sent}");
}

#[test]
fn what_will_be_charged_should_be_shown() {
    let dir = tempfile::tempdir().unwrap();
    let served = hanzo(dir.path());
    free_kinds_cost_nothing(&served);
    let transfer = ["tx", "transfer", "--to", "bob", "--key", "alice"];
    let run = |more: &[&str]| served.ask(&[&transfer[..], more].concat());
    let five = ["--amount", "5 AI", "--dry-run"];
    let shown = run(&five);
    assert!(shown.stdout.contains("0.01 HANZO + 5 AI"), "{}", shown.stdout);
    // A tip is paid by gas: one base unit becomes one for each.
    let tip = read(&run(&[&five[..], &["--tip", "1 base", "--json"]].concat()));
    assert_eq!(tip["tip"]["amount"], tip["gas"].to_string(), "{tip}");
    let fee: u128 = tip["fee_at_most"]["amount"].as_str().unwrap().parse().unwrap();
    let total = fee + u128::from(tip["gas"].as_u64().unwrap());
    assert_eq!(tip["total_at_most"][0]["amount"], total.to_string(), "{tip}");
    assert_eq!(tip["total_at_most"][1]["asset"], "AI", "{tip}");
    // A call that would fail is told as any other that would not succeed.
    for wrong in [&["--amount", "99999999 AI"][..], &["--amount", "5 AI", "--gas", "1"]] {
        let refused = run(&[wrong, &["--dry-run", "--json"]].concat());
        assert_eq!(refused.code, 1, "{wrong:?}: {}", refused.stderr);
        assert!(refused.stderr.contains("it would fail, and was not sent: "), "{}", refused.stderr);
        let told = read(&refused);
        assert_eq!(told["would_succeed"], false, "{told}");
        assert_eq!(told["problems"].as_array().map(Vec::len), Some(1), "{told}");
    }
    // One that waits for another is neither done nor lost.
    let waits = run(&["--amount", "5 AI", "--nonce", "3", "--yes", "--json"]);
    assert_eq!(waits.code, 5, "{}", waits.stderr);
    let told = read(&waits);
    assert_eq!((&told["status"], &told["nonce"]), (&"waiting".into(), &3.into()), "{told}");
    let hash = told["hash"].as_str().unwrap();
    assert!(waits.stderr.contains(&format!("{hash} waits: ")), "{}", waits.stderr);
    assert!(waits.stderr.contains(&format!(". Look with `workmint query tx {hash}`")));
    // A voucher is money: where nobody is asked it is not signed.
    let voucher = ["voucher", "sign", "--session", "0", "--cumulative", "1 AI", "--key", "alice"];
    let refused = served.ask(&voucher);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{}", refused.stderr);
    assert!(refused.stderr.contains("nobody is there to ask: give --yes"), "{}", refused.stderr);
}
