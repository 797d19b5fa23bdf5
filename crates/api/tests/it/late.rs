//! What is sent after its deadline: rows for every function that has one in `late.txt`, and for
//! every other one the reason why it is never late. The same message is sent before the deadline,
//! on the same stage, so that nothing but time makes the difference.

use std::collections::BTreeSet;

use workmint_api::ApiConfig;
use workmint_core::modules::parameters::EpochLength;
use workmint_core::{DecodedTransaction, Message};
use workmint_node::Production;
use workmint_protocol::wire;

use crate::kit::{Running, address, genesis, named};
use crate::roles::{BEFORE, asking, sent_for};

const ROWS: &str = include_str!("late.txt");
/// How many blocks an epoch has that is counted in blocks: few, so that some close in a second.
const BLOCKS: u64 = 20;

/// A driven network, its time going on only when told.
struct Stage {
    running: Running,
    network: &'static str,
}

impl Stage {
    /// Keys 1 and 8 take part, as far as the network knows that.
    fn new(network: &'static str) -> Self {
        let mut genesis = genesis(network);
        let length = &mut genesis.parameters.network.epoch_length;
        if matches!(length, EpochLength::Blocks(_)) {
            *length = EpochLength::Blocks(BLOCKS);
        }
        let running = Running::tuned(genesis, ApiConfig::default(), |settings| {
            settings.production = Production::Driven;
        });
        let stage = Self { running, network };
        let mut before = Vec::new();
        for number in [1, 8] {
            for (nonce, (contract, function, arguments)) in (0..).zip(BEFORE) {
                let (_, message) = stage.message(number, (contract, function), arguments);
                before.push(DecodedTransaction::new(address(number), nonce, message));
            }
        }
        stage.running.node.drive(0, before).unwrap();
        stage
    }

    /// What somebody says, and who sends it.
    fn message(&self, who: u8, function: (&str, &str), arguments: &str) -> (u8, Message) {
        let (from, call) = sent_for(who, &self.running, self.network, function, arguments);
        (from, wire::message_of(&call, self.running.node.chain()).unwrap())
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
            self.close();
        }
        if epochs == 0 {
            let after: u64 = words.strip_prefix('+').unwrap().parse().unwrap();
            node.drive(node.head().time_ms + after, Vec::new()).unwrap();
        }
    }

    /// Blocks up to the end of the open epoch.
    fn close(&self) {
        let node = &self.running.node;
        let open = node.head().epoch;
        let after_ms = match node.genesis().parameters.network.epoch_length {
            EpochLength::Time(length) => {
                node.genesis().time_ms + (open + 1) * length - node.head().time_ms
            }
            EpochLength::Blocks(_) => 1_000,
        };
        while node.head().epoch == open {
            node.drive(node.head().time_ms + after_ms, Vec::new()).unwrap();
        }
    }

    /// Sends what a step says: who, what, its arguments.
    fn step(&self, text: &str) -> (u16, String) {
        let mut words = text.splitn(3, ' ');
        let from = words.next().unwrap();
        let from = from.parse().unwrap_or_else(|_| named(self.network)[from]);
        let function = words.next().unwrap().split_once('.').unwrap();
        let (from, message) = self.message(from, function, words.next().unwrap_or_default());
        self.send(from, &message)
    }
}

/// The rows about deadlines, each in its cells.
fn rows() -> impl Iterator<Item = [&'static str; 5]> {
    let lines = ROWS.lines().filter(|line| !line.starts_with(['#', '-']));
    lines.map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        cells.try_into().unwrap_or_else(|_| panic!("{line}"))
    })
}

#[test]
fn every_function_has_a_deadline_or_a_reason() {
    let split = |text: &str| {
        let (contract, function) = text.split_once('.').unwrap_or_else(|| panic!("{text}"));
        (contract.to_owned(), function.to_owned())
    };
    let dated: BTreeSet<(String, String)> =
        rows().map(|[_, _, _, step, _]| split(step.split(' ').nth(1).unwrap())).collect();
    let mut never = BTreeSet::new();
    for line in ROWS.lines().filter_map(|line| line.strip_prefix("- ")) {
        let (reason, functions) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
        assert!(reason.len() > 10, "{line}");
        for function in functions.split(' ') {
            assert!(never.insert(split(function)), "{function} has two reasons");
        }
    }
    let both: Vec<_> = dated.intersection(&never).collect();
    assert!(both.is_empty(), "late.txt has a row and a reason of {both:?}");
    let listed: BTreeSet<(String, String)> = dated.union(&never).cloned().collect();
    assert_eq!(listed, asking(), "late.txt and the interfaces differ");
}

#[test]
fn what_comes_after_its_deadline_is_refused_by_its_number() {
    let mut wrong = Vec::new();
    for [network, before, wait, step, codes] in rows() {
        let (early, late) = codes.split_once(' ').unwrap();
        assert_ne!(early, late, "{step}");
        for (waits, expected) in [(false, early), (true, late)] {
            let stage = Stage::new(network);
            for text in before.split(" ; ").filter(|text| !text.is_empty()) {
                if text.starts_with(['+', 'c']) {
                    stage.wait(text);
                    continue;
                }
                let (code, why) = stage.step(text);
                if code != 0 {
                    wrong.push(format!("{step} of {network}, before: {text}: {code} {why}"));
                }
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
