//! What is sent after its deadline: one row a message in `late.txt`. The same message is sent
//! before it, on the same stage, so that nothing but time makes the difference.

use workmint_api::ApiConfig;
use workmint_core::{DecodedTransaction, Message};
use workmint_node::Production;
use workmint_protocol::wire;

use crate::kit::{Running, address, genesis, named};
use crate::roles::{BEFORE, call};

const ROWS: &str = include_str!("late.txt");
const DAY_MS: u64 = 86_400_000;

/// A driven network, its time going on only when told.
struct Stage {
    running: Running,
    network: &'static str,
}

impl Stage {
    /// Keys 1 and 8 take part, as far as the network knows that.
    fn new(network: &'static str) -> Self {
        let running = Running::tuned(genesis(network), ApiConfig::default(), |settings| {
            settings.production = Production::Driven;
        });
        let stage = Self { running, network };
        let mut before = Vec::new();
        for number in [1, 8] {
            for (nonce, (contract, function, arguments)) in (0..).zip(BEFORE) {
                let message = stage.message((contract, function), arguments);
                before.push(DecodedTransaction::new(address(number), nonce, message));
            }
        }
        stage.running.node.drive(0, before).unwrap();
        stage
    }

    fn message(&self, function: (&str, &str), arguments: &str) -> Message {
        let call = call(&self.running, self.network, function, arguments);
        wire::message_of(&call, self.running.node.chain()).unwrap()
    }

    /// Sends a message a second after the last block; the number of its error, 0 if it succeeds.
    fn send(&self, from: u8, message: &Message) -> (u16, String) {
        let node = &self.running.node;
        let nonce = node.pending_nonce(&address(from));
        let transaction = DecodedTransaction::new(address(from), nonce, message.clone());
        let driven = node.drive(node.head().time_ms + 1_000, vec![transaction]).unwrap();
        let result = &driven.applied.results[0];
        let text = result.as_ref().map_or_else(ToString::to_string, |()| String::new());
        (result.as_ref().map_or_else(workmint_core::Error::code, |()| 0), text)
    }

    /// A block of nothing so many milliseconds later, or at the end of so many epochs.
    fn wait(&self, words: &str) {
        let node = &self.running.node;
        let epochs = match words.strip_prefix("close") {
            Some("") => 1,
            Some(times) => times.strip_prefix('*').unwrap().parse().unwrap(),
            None => 0,
        };
        for _ in 0..epochs {
            let end = node.genesis().time_ms + (node.head().epoch + 1) * DAY_MS;
            let driven = node.drive(end, Vec::new()).unwrap();
            assert!(driven.applied.closed.is_some());
        }
        if epochs == 0 {
            let after: u64 = words.strip_prefix('+').unwrap().parse().unwrap();
            node.drive(node.head().time_ms + after, Vec::new()).unwrap();
        }
    }

    /// Sends what a step says: who, what, its arguments.
    fn step(&self, text: &str) -> (u16, String) {
        let mut words = text.splitn(3, ' ');
        let from = words.next().unwrap();
        let from = from.parse().unwrap_or_else(|_| named(self.network)[from]);
        let function = words.next().unwrap().split_once('.').unwrap();
        let message = self.message(function, words.next().unwrap_or_default());
        self.send(from, &message)
    }
}

#[test]
fn what_comes_after_its_deadline_is_refused_by_its_number() {
    let mut wrong = Vec::new();
    for line in ROWS.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [network, before, wait, step, codes] = cells[..] else { panic!("{line}") };
        let (early, late) = codes.split_once(' ').unwrap();
        for (waits, expected) in [(false, early), (true, late)] {
            let stage = Stage::new(network);
            for text in before.split(" ; ").filter(|text| !text.is_empty()) {
                if text.starts_with(['+', 'c']) {
                    stage.wait(text);
                    continue;
                }
                let (code, why) = stage.step(text);
                assert_eq!(code, 0, "{line}: {text}: {why}");
            }
            if waits {
                stage.wait(wait);
            }
            let (code, text) = stage.step(step);
            if code.to_string() != expected {
                wrong.push(format!("{step} of {network}, late {waits}: {code} {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
