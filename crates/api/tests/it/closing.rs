//! What is asked while epochs close.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::rest_kit::{DAY_MS, Town};

const CLOSES: usize = 60;

fn number(value: &Value) -> u64 {
    let text = value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
    text.parse().unwrap_or_else(|_| panic!("{value} is no number"))
}

/// The state is ahead of the index for some milliseconds after each close: who saw the next epoch
/// open finds the one before it in every list.
#[test]
fn answers_never_lack_the_epoch_just_closed() {
    let town = Town::new("hanzo");
    town.block(DAY_MS, Vec::new());
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let ask = |look: fn(&Town, u64)| {
            let (town, over) = (&town, &over);
            scope.spawn(move || {
                let mut is_last = false;
                while !is_last {
                    is_last = over.load(Ordering::Relaxed);
                    look(town, number(&town.json("/v1/network")["epoch"]));
                }
            })
        };
        let asking = [ask(metrics), ask(one_epoch), ask(events)];
        for _ in 0..CLOSES {
            town.block(DAY_MS, Vec::new());
        }
        over.store(true, Ordering::Relaxed);
        asking.into_iter().for_each(|one| one.join().unwrap());
    });
}

/// The newest rows are of the open epoch or a later one, and of each before it.
fn metrics(town: &Town, open: u64) {
    let page = town.json("/v1/metrics?order=desc&limit=3");
    let epochs: Vec<u64> =
        page["items"].as_array().unwrap().iter().map(|row| number(&row["epoch"])).collect();
    assert!(epochs.first().is_some_and(|first| *first >= open), "{epochs:?} while {open} is open");
    assert!(epochs.windows(2).all(|two| two[0] == two[1] + 1), "{epochs:?} while {open} is open");
}

/// An epoch that was open a moment ago is told as itself, open or closed.
fn one_epoch(town: &Town, open: u64) {
    let row = town.json(&format!("/v1/epochs/{open}/metrics"));
    assert_eq!(number(&row["epoch"]), open, "{row}");
}

/// The epoch before the open one has its close.
fn events(town: &Town, open: u64) {
    let closed = open - 1;
    let page = town.json(&format!("/v1/events?epoch={closed}&event=Settled"));
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page} of epoch {closed}");
}
