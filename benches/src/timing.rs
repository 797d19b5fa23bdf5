//! Times of a few runs, for benchmarks that change what they measure and so cannot be repeated as
//! they are.

use std::fmt;
use std::time::{Duration, Instant};

/// What `work` returned, and how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// Times of the same work, shown as the median and, where there are several, the extremes.
#[derive(Clone, Debug)]
pub struct Times {
    ascending: Vec<Duration>,
}

impl Times {
    /// Runs `sample` so often, at least once; it returns what it took itself.
    pub fn of(samples: usize, mut sample: impl FnMut() -> Duration) -> Self {
        Self::from((0..samples.max(1)).map(|_| sample()).collect::<Vec<_>>())
    }

    /// The upper median.
    #[must_use]
    pub fn median(&self) -> Duration {
        self.ascending.get(self.ascending.len() / 2).copied().unwrap_or_default()
    }

    /// The slowest.
    #[must_use]
    pub fn most(&self) -> Duration {
        self.ascending.last().copied().unwrap_or_default()
    }

    /// The fastest.
    #[must_use]
    pub fn least(&self) -> Duration {
        self.ascending.first().copied().unwrap_or_default()
    }
}

impl From<Vec<Duration>> for Times {
    fn from(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { ascending: times }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        write!(formatter, "{:.2} ms", ms(self.median()))?;
        if self.ascending.len() > 1 {
            write!(formatter, " ({:.2} to {:.2})", ms(self.least()), ms(self.most()))?;
        }
        Ok(())
    }
}

/// Memory that the process holds, bytes; `None` where the system does not tell.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1_024)
}

/// Whether this is a benchmark rather than a check that it runs.
#[must_use]
pub fn is_bench() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}
