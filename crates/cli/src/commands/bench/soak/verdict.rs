//! Whether a soak passed: of what was seen, every fault in words. A pure function.

use std::time::Duration;

use workmint_node::load::Phase;

use super::super::phase;

/// What a process used at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) resident_bytes: u64,
    /// Open files, sockets and the like.
    pub(super) descriptors: u64,
}

/// The later two thirds of all samples, each as the median of memory and the most open files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Growth {
    pub(super) samples: usize,
    pub(super) middle: Sample,
    pub(super) last: Sample,
}

/// A number before the stop and after the next start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) before: u64,
    pub(super) after: u64,
}

/// All that a verdict looks at.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// How long the load should last.
    pub(super) length: Duration,
    pub(super) load: Phase,
    pub(super) growth: Growth,
    pub(super) height: Kept,
    /// Answered with a hash before, whatever came of them; in nonces after.
    pub(super) transactions: Kept,
    /// What the auditor says; the error is the first difference.
    pub(super) audit: Result<String, String>,
}

/// The last third may use a tenth more memory than the middle third, and have so many more files
/// open: the index merges files in the background.
const MEMORY_PERCENT: u64 = 110;
const MORE_FILES: u64 = 16;

/// The load may take this part of its length longer, but at least so long: the last answers come
/// after the end.
const LATE: u32 = 20;
const SHORTEST_LATE: Duration = Duration::from_secs(5);

impl Seen {
    /// What is not as it must be; empty: it passed.
    pub(super) fn wrong(&self) -> Vec<String> {
        let mut wrong = self.growth.wrong();
        wrong.extend(self.height.lost("height"));
        wrong.extend(self.transactions.lost("transactions"));
        wrong.extend(phase::failure(&self.load));
        wrong.extend(late(self.length, self.load.elapsed_us));
        let difference = self.audit.as_ref().err();
        wrong.extend(difference.map(|difference| format!("the audit: {difference}")));
        wrong
    }
}

impl Kept {
    fn lost(self, what: &str) -> Option<String> {
        let Self { before, after } = self;
        (after < before)
            .then(|| format!("{what}: {before} before the stop, {after} after the next start"))
    }
}

/// Whether the rate was missed: what should be sent in this length took so long.
fn late(length: Duration, elapsed_us: u64) -> Option<String> {
    let took = Duration::from_micros(elapsed_us);
    let most = length + (length / LATE).max(SHORTEST_LATE);
    (took > most).then(|| {
        let (took, length) = (took.as_secs(), length.as_secs());
        format!("the rate was missed: the load took {took} s instead of {length} s")
    })
}

impl Growth {
    pub(super) fn of(samples: &[Sample]) -> Self {
        let third = samples.len() / 3;
        let (earlier, last) = samples.split_at(samples.len() - third);
        let middle = earlier.get(earlier.len() - third..).unwrap_or_default();
        Self { samples: samples.len(), middle: one(middle), last: one(last) }
    }

    /// What grew.
    fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let (before, after) = (self.middle.resident_bytes, self.last.resident_bytes);
        if after.saturating_mul(100) > before.saturating_mul(MEMORY_PERCENT) {
            let (before, after) = (before >> 20, after >> 20);
            wrong.push(format!("memory grew from {before} MiB to {after} MiB"));
        }
        let (before, after) = (self.middle.descriptors, self.last.descriptors);
        if after > before.saturating_add(MORE_FILES) {
            wrong.push(format!("open files grew from {before} to {after}"));
        }
        if before == 0 || self.middle.resident_bytes == 0 {
            wrong.push("the system does not say what the node uses".to_owned());
        }
        wrong
    }
}

fn one(samples: &[Sample]) -> Sample {
    let mut memory: Vec<u64> = samples.iter().map(|sample| sample.resident_bytes).collect();
    memory.sort_unstable();
    let most = samples.iter().map(|sample| sample.descriptors).max();
    Sample {
        resident_bytes: memory.get(memory.len() / 2).copied().unwrap_or(0),
        descriptors: most.unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn growth(mib: impl Fn(u64) -> u64, files: impl Fn(u64) -> u64) -> Growth {
        let sample = |at| Sample { resident_bytes: mib(at) << 20, descriptors: files(at) };
        Growth::of(&(0..300).map(sample).collect::<Vec<_>>())
    }

    /// A minute at 1,000 transactions a second, and nothing wrong.
    fn sound() -> Seen {
        Seen {
            length: MINUTE,
            load: Phase { transactions: 60_000, elapsed_us: 60_100_000, ..Phase::default() },
            growth: growth(|_| 200, |_| 40),
            height: Kept { before: 700, after: 700 },
            transactions: Kept { before: 60_000, after: 60_000 },
            audit: Ok("equal".to_owned()),
        }
    }

    #[test]
    fn what_is_sound_passes() {
        assert_eq!(sound().wrong(), Vec::<String>::new());
        // A block more is made while it stops; one batch was answered by nobody.
        let more = Seen {
            height: Kept { before: 700, after: 701 },
            transactions: Kept { before: 60_000, after: 60_010 },
            ..sound()
        };
        assert_eq!(more.wrong(), Vec::<String>::new());
    }

    #[test]
    fn every_fault_fails_alone() {
        let slow = Phase { elapsed_us: 65_000_001, ..sound().load };
        let mut failed = sound().load;
        failed.take_back(3, "in its block");
        let faults = [
            (
                Seen { growth: growth(|at| 100 + at, |_| 40), ..sound() },
                "memory grew from 250 MiB to 350 MiB",
            ),
            (
                Seen { growth: growth(|_| 200, |at| 40 + at / 5), ..sound() },
                "open files grew from 79 to 99",
            ),
            (
                Seen { growth: growth(|_| 200, |_| 0), ..sound() },
                "the system does not say what the node uses",
            ),
            (
                Seen { load: slow, ..sound() },
                "the rate was missed: the load took 65 s instead of 60 s",
            ),
            (Seen { load: failed, ..sound() }, "3 transactions failed, the first: in its block"),
            (
                Seen { height: Kept { before: 700, after: 699 }, ..sound() },
                "height: 700 before the stop, 699 after the next start",
            ),
            (
                Seen { transactions: Kept { before: 60_000, after: 59_999 }, ..sound() },
                "transactions: 60000 before the stop, 59999 after the next start",
            ),
            (
                Seen { audit: Err("block 7 differs".to_owned()), ..sound() },
                "the audit: block 7 differs",
            ),
        ];
        for (seen, told) in &faults {
            assert_eq!(seen.wrong(), [*told]);
        }
        // And all that are wrong together are told.
        let both = Seen { audit: Err("x".to_owned()), ..faults[0].0.clone() };
        assert_eq!(both.wrong(), [faults[0].1, "the audit: x"]);
    }

    #[test]
    fn each_limit_is_where_it_says() {
        let step = |later: u64| move |at: u64| if at < 200 { 200 } else { later };
        let files = |later: u64| move |at: u64| if at < 200 { 40 } else { later };
        assert!(growth(step(220), files(56)).wrong().is_empty(), "a tenth, and 16 files");
        assert_eq!(growth(step(221), files(56)).wrong(), ["memory grew from 200 MiB to 221 MiB"]);
        assert_eq!(growth(step(220), files(57)).wrong(), ["open files grew from 40 to 57"]);
        let hour = Duration::from_secs(3_600);
        for (length, most_us) in [(MINUTE, 65_000_000), (hour, 3_780_000_000)] {
            assert_eq!(late(length, most_us), None);
            assert!(late(length, most_us + 1).is_some());
        }
    }

    #[test]
    fn warm_up_and_a_spike_are_no_growth() {
        let flat = growth(|at| if at < 100 { at } else { 200 }, |at| at.min(40));
        assert_eq!(flat.middle, Sample { resident_bytes: 200 << 20, descriptors: 40 });
        assert_eq!((flat.samples, flat.last), (300, flat.middle));
        assert!(flat.wrong().is_empty());
        let spike = growth(|at| if at % 10 == 0 { 900 } else { 200 }, |_| 40);
        assert!(spike.wrong().is_empty());
        assert_eq!(growth(|_| 0, |_| 0).wrong().len(), 1, "silence is no proof");
    }
}
