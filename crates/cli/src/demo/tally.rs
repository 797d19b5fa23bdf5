//! How often something of each kind happened, and the first of each in words.

use crate::output::grouped;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What of one kind happened, for one and for many.
pub(super) type Words = (&'static str, &'static str);

/// Counts by kind; the order of kinds is that of the summary.
#[derive(Debug)]
pub(super) struct Tally<K> {
    seen: BTreeMap<K, (u64, String)>,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self { seen: BTreeMap::new() }
    }
}

impl<K: Ord + Copy> Tally<K> {
    /// Counts one; the first of its kind is kept in words.
    pub(super) fn note(&mut self, kind: K, epoch: u64, text: &str) {
        let first = || (0, format!("epoch {epoch}: {text}"));
        self.seen.entry(kind).or_insert_with(first).0 += 1;
    }

    /// One line for each kind.
    pub(super) fn lines(&self, words: impl Fn(K) -> Words) -> Vec<String> {
        let line = |(kind, (count, first)): (&K, &(u64, String))| match *count {
            1 => format!("1 {}; {first}", words(*kind).0),
            many => format!("{} {}; first in {first}", grouped(many), words(*kind).1),
        };
        self.seen.iter().map(line).collect()
    }

    /// The same for machines.
    pub(super) fn json(&self, words: impl Fn(K) -> Words) -> Vec<Value> {
        let line = |(kind, (count, first)): (&K, &(u64, String))| {
            let what = words(*kind).1;
            json!({ "what": what, "count": count, "first": first })
        };
        self.seen.iter().map(line).collect()
    }
}
