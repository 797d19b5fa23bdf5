//! What came of a part of a measurement.

use std::time::{Duration, Instant};

use super::process;

/// One part of a measurement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phase {
    /// Durable transactions that did what they say.
    pub transactions: u64,
    /// Those refused, failed or not answered in time.
    pub failed: u64,
    /// What the first of those was told.
    pub first_failure: Option<String>,
    /// How long it took, microseconds.
    pub elapsed_us: u64,
    /// Processor time that this process used, of all threads, microseconds.
    pub processor_us: u64,
    /// Half of the answers took no longer, microseconds.
    pub p50_us: u64,
    /// 99 of 100 took no longer, microseconds.
    pub p99_us: u64,
    /// None took longer, microseconds.
    pub max_us: u64,
}

impl Phase {
    /// Durable transactions per second, rounded down.
    #[must_use]
    pub fn per_s(&self) -> u64 {
        let all = self.transactions.saturating_mul(1_000_000);
        all.checked_div(self.elapsed_us).unwrap_or(0)
    }

    /// Moves so many of those counted as good to the failed ones, and says why unless another
    /// failure came before.
    pub fn take_back(&mut self, count: u64, why: &str) {
        if count > 0 {
            self.transactions = self.transactions.saturating_sub(count);
            self.failed = self.failed.saturating_add(count);
            self.first_failure.get_or_insert_with(|| why.to_owned());
        }
    }

    /// Processor time for each, nanoseconds, rounded down.
    #[must_use]
    pub fn processor_ns_each(&self) -> u64 {
        let all = self.processor_us.saturating_mul(1_000);
        all.checked_div(self.transactions).unwrap_or(0)
    }
}

/// Counts answers.
#[derive(Debug)]
pub struct Tally {
    began: Instant,
    processor: Duration,
    /// How long batches took, and how many of each did what they say.
    answers: Vec<(Duration, u64)>,
    failed: u64,
    first_failure: Option<String>,
}

impl Tally {
    /// Begins now.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            began: Instant::now(),
            processor: process::processor_time(),
            answers: Vec::new(),
            failed: 0,
            first_failure: None,
        }
    }

    /// When it began.
    #[must_use]
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Counts a batch that took so long: how many did what they say, and what the others were told.
    pub fn answered(&mut self, took: Duration, good: u64, failed: (u64, Option<String>)) {
        self.answers.push((took, good));
        self.failed = self.failed.saturating_add(failed.0);
        self.first_failure = self.first_failure.take().or(failed.1);
    }

    /// Adds what another counted meanwhile.
    pub fn add(&mut self, other: Self) {
        self.answers.extend(other.answers);
        self.failed = self.failed.saturating_add(other.failed);
        self.first_failure = self.first_failure.take().or(other.first_failure);
    }

    /// Ends now.
    #[must_use]
    pub fn end(mut self) -> Phase {
        let elapsed = self.began.elapsed();
        let processor = process::processor_time().saturating_sub(self.processor);
        self.answers.sort_unstable();
        let transactions: u64 = self.answers.iter().map(|(_, count)| count).sum();
        let at = |percent: u64| {
            let wanted = transactions.saturating_mul(percent).div_ceil(100);
            let mut seen = 0_u64;
            let found = self.answers.iter().find(|(_, count)| {
                seen = seen.saturating_add(*count);
                seen >= wanted
            });
            found.map_or(0, |(duration, _)| micros(*duration))
        };
        Phase {
            transactions,
            failed: self.failed,
            elapsed_us: micros(elapsed),
            processor_us: micros(processor),
            p50_us: at(50),
            p99_us: at(99),
            max_us: at(100),
            first_failure: self.first_failure,
        }
    }
}

/// Microseconds, rounded down.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_count_transactions_not_batches() {
        let ms = Duration::from_millis;
        let mut tally = Tally::begin();
        tally.answered(ms(9), 1, (2, Some("first".to_owned())));
        let mut other = Tally::begin();
        other.answered(ms(1), 50, (0, None));
        other.answered(ms(2), 48, (1, Some("second".to_owned())));
        other.answered(ms(5), 1, (0, None));
        tally.add(other);
        let phase = tally.end();
        assert_eq!((phase.transactions, phase.failed), (100, 3));
        assert_eq!((phase.p50_us, phase.p99_us, phase.max_us), (1_000, 5_000, 9_000));
        assert_eq!(phase.first_failure.as_deref(), Some("first"));
        let none = Tally::begin().end();
        assert_eq!((none.transactions, none.p50_us, none.p99_us, none.per_s()), (0, 0, 0, 0));
    }

    #[test]
    fn what_failed_in_its_block_was_not_done() {
        let mut phase = Phase { transactions: 100, failed: 1, ..Phase::default() };
        let same = phase.clone();
        phase.take_back(0, "nothing");
        assert_eq!(phase, same);
        phase.take_back(30, "in its block");
        phase.take_back(2, "later");
        assert_eq!((phase.transactions, phase.failed), (68, 33));
        assert_eq!(phase.first_failure.as_deref(), Some("in its block"));
    }

    #[test]
    fn rates_are_of_what_was_durable() {
        let phase = Phase {
            transactions: 3_000,
            failed: 7,
            elapsed_us: 2_000_000,
            processor_us: 150_000,
            ..Phase::default()
        };
        assert_eq!((phase.per_s(), phase.processor_ns_each()), (1_500, 50_000));
    }
}
