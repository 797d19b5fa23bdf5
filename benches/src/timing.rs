//! Times of a few runs, for benchmarks that change what they measure and so cannot be repeated as
//! they are. Beside the clock there is the processor time of all threads: it says more on a machine
//! that does other work too.

use std::fmt;
use std::time::{Duration, Instant};

/// How long something took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// By the clock.
    pub wall: Duration,
    /// Of processors, all threads together; 0 where the system does not tell.
    pub cpu: Duration,
}

/// What `work` returned, and how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (cpu, start) = (cpu_time(), Instant::now());
    let result = work();
    let wall = start.elapsed();
    (result, Took { wall, cpu: cpu_time().saturating_sub(cpu) })
}

/// Processor time of all threads of this process so far.
fn cpu_time() -> Duration {
    // A thread that gives way has its time counted up to now.
    std::thread::yield_now();
    let nanoseconds = |text: String| text.split_whitespace().next()?.parse::<u64>().ok();
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let stats =
        tasks.filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok());
    Duration::from_nanos(stats.filter_map(nanoseconds).sum())
}

/// Times of the same work: the medians and, where there are several, the extremes.
#[derive(Clone, Debug)]
pub struct Times {
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
}

impl Times {
    /// Runs `sample` so often, at least once; it returns what it took itself.
    pub fn of(samples: usize, mut sample: impl FnMut() -> Took) -> Self {
        Self::from((0..samples.max(1)).map(|_| sample()).collect::<Vec<_>>())
    }

    /// The upper medians.
    #[must_use]
    pub fn median(&self) -> Took {
        let middle = |times: &[Duration]| times.get(times.len() / 2).copied().unwrap_or_default();
        Took { wall: middle(&self.wall), cpu: middle(&self.cpu) }
    }

    /// How many a second, of so many each: by the clock and of processor time.
    #[must_use]
    pub fn rate(&self, count: u64) -> String {
        let Took { wall, cpu } = self.median();
        let rate = |time: Duration| count as f64 / time.as_secs_f64();
        format!("{:.0} a second of processor, {:.0} by the clock", rate(cpu), rate(wall))
    }
}

impl From<Vec<Took>> for Times {
    fn from(times: Vec<Took>) -> Self {
        let sorted = |of: fn(&Took) -> Duration| {
            let mut all: Vec<Duration> = times.iter().map(of).collect();
            all.sort_unstable();
            all
        };
        Self { wall: sorted(|took| took.wall), cpu: sorted(|took| took.cpu) }
    }
}

fn show(times: &[Duration], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
    write!(formatter, "{:.2} ms", ms(times.get(times.len() / 2)))?;
    if times.len() > 1 {
        write!(formatter, " ({:.2} to {:.2})", ms(times.first()), ms(times.last()))?;
    }
    Ok(())
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.cpu, formatter)?;
        formatter.write_str(" of processor, ")?;
        show(&self.wall, formatter)?;
        formatter.write_str(" by the clock")
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
