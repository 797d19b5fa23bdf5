//! Buckets of a running network: status, metrics, alerts, health.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::inputs::{Contributions, EpochInputs, Liability, Lot, Participants, Row};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::registry::Role;
use workmint_core::modules::rewards::first_epoch;
use workmint_core::{Address, Block, Commitments, Genesis, State};
use workmint_protocol::rewards::{Buckets, Status, health, metrics};

use crate::kit::*;

fn value(of: &impl serde::Serialize) -> Value {
    serde_json::to_value(of).expect("JSON")
}

/// Epoch 9: contributions worth 10 and 90 TOY, 50 TOY owed for an hour and 20 TOY for seven,
/// 30 TOY rolled over and 5 TOY too old.
fn inputs(parameters: &Parameters) -> EpochInputs {
    let now = 10 * HOUR_MS;
    let mut participants = Participants::default();
    participants.push(Row::idle(Address::derived(b"one")), 0);
    let owed = |epoch: u64, owed: u128| Liability {
        stream: 0,
        epoch,
        participant: 0,
        since_ms: (epoch + 1) * HOUR_MS,
        owed: cents(owed),
    };
    let lot = |epoch, amount| Lot { stream: 0, epoch, amount: cents(amount) };
    let mut inputs = first_epoch(parameters, Amount::ZERO);
    inputs.epoch = 9;
    inputs.emission.epoch = 9;
    inputs.time_ms = now;
    inputs.participants = participants;
    inputs.contributions = Contributions {
        stream: vec![0, 0],
        participant: vec![0, 0],
        epoch: vec![8, 8],
        id: vec![1, 2],
        quantity: vec![5_000, 45_000],
        first: vec![1_000_000, 1_000_000],
        second: vec![1_000_000, 1_000_000],
    };
    inputs.backpay = vec![owed(2, 2_000), owed(8, 5_000)];
    inputs.lots = vec![lot(5, 500), lot(7, 3_000)];
    inputs
}

#[test]
fn a_bucket_has_its_target_and_rollover_less_what_is_wanted() {
    let parameters = toy();
    let buckets = Buckets::of_inputs(&parameters, &inputs(&parameters), &State::default());
    let status = value(&buckets.expect("buckets").status().expect("a status"));
    assert_eq!(status["epoch"], 9);
    // 600 + 30 - 100 - 50 - 20 / 2: the older debt decayed to a half.
    let chat = json!({
        "available": "470",
        "target": "600",
        "floor": "400",
        "ceiling": "800",
        "utilization_24h": "0.0",
        "backpay_queue_size": 2,
        "backpay_queue_toy": "70",
    });
    assert_eq!(status["buckets"]["chat"], chat);
    assert_eq!(status["buckets"]["tuning"]["available"], "400");
}

#[test]
fn metrics_say_what_is_below_its_floor() {
    let parameters = toy();
    let mut inputs = inputs(&parameters);
    inputs.contributions.quantity[0] = 50_000;
    inputs.backpay[1].owed = cents(5_201);
    let state = State::default();
    let buckets = Buckets::of_inputs(&parameters, &inputs, &state).expect("buckets");
    // 600 + 30 - 100 - 90 - 52.01 - 10 = 377.99 is less than the floor of 400.
    let answer = value(&metrics(&parameters, &buckets).expect("metrics"));
    let expected = json!({
        "bucket_utilization": { "chat": "0.0", "tuning": "0.0" },
        "backpay_queue_size": { "chat": 2, "tuning": 0 },
        "backpay_queue_toy": { "chat": "72.01", "tuning": "0" },
        "budget_health": { "chat": false, "tuning": true },
        "alerts": [],
    });
    assert_eq!(answer, expected);
}

#[test]
fn health_follows_what_is_owed() {
    let parameters = toy();
    let state = State::default();
    // In all 20 TOY more than the row: 1,000 is not too much, 2,000 is not critical.
    let table = [
        (98_000, Status::Healthy),
        (98_001, Status::Degraded),
        (198_000, Status::Degraded),
        (198_001, Status::Critical),
    ];
    for (owed, status) in table {
        let mut inputs = inputs(&parameters);
        inputs.backpay[1].owed = cents(owed);
        let buckets = Buckets::of_inputs(&parameters, &inputs, &state).expect("buckets");
        let answer = health(&parameters, &buckets).expect("health");
        assert_eq!(answer.status, status, "{owed}");
        assert_eq!(answer.issues.is_empty(), status == Status::Healthy, "{owed}");
        let told = value(&metrics(&parameters, &buckets).expect("metrics"));
        if status == Status::Critical {
            let alert = json!({
                "type": "high_backpay",
                "value": "2000.01",
                "threshold": "2000",
                "message": "the buckets owe 2,000.01 TOY; at most 2,000 TOY is expected",
            });
            assert_eq!(told["alerts"], json!([alert]));
            let expected = json!({ "status": "critical", "issues": [alert["message"]] });
            assert_eq!(value(&answer), expected);
        }
    }
}

/// A network in which nobody does anything, after so many hours.
fn idle(hours: u64) -> State {
    let parameters = toy();
    let account = |who: &str| Address::derived(who.as_bytes());
    let mut roles = vec![(Role::Governor, account("governor"))];
    roles.extend(["one", "two"].map(|who| (Role::Reporter, account(who))));
    roles.extend(["one", "two"].map(|who| (Role::Judge, account(who))));
    roles.extend(["one", "two", "three"].map(|who| (Role::Verifier, account(who))));
    let genesis = Genesis { time_ms: 0, parameters, allocations: Vec::new(), roles };
    let mut state = State::genesis(&genesis).unwrap_or_else(|error| panic!("{error}"));
    for height in 1..=hours {
        let block = Block {
            height,
            time_ms: height * HOUR_MS,
            transactions: Vec::new(),
            evidence: Vec::new(),
            votes: Vec::new(),
            proposer: None,
        };
        state.apply_block(&block, &[], Commitments::Off).expect("a block");
    }
    state
}

#[test]
fn a_watched_stream_without_work_is_an_alert_once_something_was_settled() {
    let parameters = toy();
    let of = |hours| Buckets::of_state(&idle(hours)).expect("buckets");
    let fresh = health(&parameters, &of(0)).expect("health");
    assert_eq!(fresh.status, Status::Healthy);
    let buckets = of(5);
    let answer = value(&health(&parameters, &buckets).expect("health"));
    let issue =
        "tuning paid 0.0 % of its targets in the last 24 hours; at least 15.0 % is expected";
    assert_eq!(answer, json!({ "status": "degraded", "issues": [issue] }));
    let alerts = &value(&metrics(&parameters, &buckets).expect("metrics"))["alerts"];
    assert_eq!(alerts[0]["type"], "low_utilization");
    assert_eq!(alerts[0]["bucket"], "tuning");
    // Three hours of targets rolled over.
    let status = value(&buckets.status().expect("a status"));
    assert_eq!(status["epoch"], 5);
    assert_eq!(status["buckets"]["chat"]["available"], "2400");
}

/// A lot that is left from the open epoch itself cannot be: its stream is not planned.
#[test]
fn a_stream_that_cannot_be_planned_is_critical() {
    let parameters = toy();
    let state = idle(1);
    let mut inputs = inputs(&parameters);
    let epoch = inputs.epoch;
    inputs.lots.retain(|lot| lot.stream == 0);
    inputs.lots.push(Lot { stream: 0, epoch, amount: cents(1) });
    let buckets = Buckets::of_inputs(&parameters, &inputs, &state).expect("buckets");
    let answer = health(&parameters, &buckets).expect("health");
    assert_eq!(answer.status, Status::Critical);
    let issue = "chat cannot be planned (error 1101): it pays nothing";
    assert_eq!(value(&answer)["issues"][0], issue);
    let alerts = &value(&metrics(&parameters, &buckets).expect("metrics"))["alerts"];
    let expected = json!({
        "type": "quarantined", "bucket": "chat", "code": 1_101, "message": issue,
    });
    assert_eq!(alerts[0], expected);
}
