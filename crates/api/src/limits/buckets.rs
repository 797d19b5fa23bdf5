//! Token buckets in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::mem;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens that come back a second, or in the other unit of [`Buckets::per`]; 0: no limit.
    pub per_second: u32,
    /// Tokens of a full bucket.
    pub burst: u32,
}

#[derive(Clone, Copy)]
struct Bucket {
    /// As many parts make a token as the rate's unit has milliseconds: slow rates refill exactly.
    parts: u64,
    seen: Instant,
}

struct Generations<K> {
    young: HashMap<K, Bucket>,
    old: HashMap<K, Bucket>,
}

/// One bucket per key. Of more keys than `remembered` the longest unseen half is forgotten, in
/// constant time a call: who is forgotten starts again with a full bucket.
pub struct Buckets<K> {
    rate: Rate,
    unit_ms: u64,
    half: usize,
    generations: Mutex<Generations<K>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// Buckets of `rate` for at most `remembered` keys.
    pub fn new(rate: Rate, remembered: usize) -> Self {
        Self::per(Duration::from_secs(1), rate, remembered)
    }

    /// The same of a rate in another unit than a second.
    pub fn per(unit: Duration, rate: Rate, remembered: usize) -> Self {
        Self {
            rate,
            unit_ms: u64::try_from(unit.as_millis()).unwrap_or(u64::MAX).max(1),
            half: (remembered / 2).max(1),
            generations: Mutex::new(Generations { young: HashMap::new(), old: HashMap::new() }),
        }
    }

    /// Takes `tokens` from `key`'s bucket, or leaves it and says how long to wait. More than a full
    /// bucket is never there: the wait is then that for a full one.
    pub fn take(&self, key: K, tokens: u32, now: Instant) -> Result<(), Duration> {
        if self.rate.per_second == 0 {
            return Ok(());
        }
        let full = u64::from(self.rate.burst).saturating_mul(self.unit_ms);
        let wanted = u64::from(tokens).saturating_mul(self.unit_ms);
        // Buckets hold no promise that a panic elsewhere could have broken.
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let known = generations.young.remove(&key).or_else(|| generations.old.remove(&key));
        let mut bucket = known.unwrap_or(Bucket { parts: full, seen: now });
        let passed = now.saturating_duration_since(bucket.seen).as_millis();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        let refilled = passed.saturating_mul(u64::from(self.rate.per_second));
        bucket.parts = bucket.parts.saturating_add(refilled).min(full);
        bucket.seen = now;
        let answer = match bucket.parts.checked_sub(wanted) {
            Some(rest) => {
                bucket.parts = rest;
                Ok(())
            }
            None => {
                let lacking = wanted.min(full) - bucket.parts.min(wanted.min(full));
                Err(Duration::from_millis(lacking.div_ceil(u64::from(self.rate.per_second)).max(1)))
            }
        };
        if generations.young.len() >= self.half {
            generations.old = mem::take(&mut generations.young);
        }
        generations.young.insert(key, bucket);
        answer
    }

    /// Keys remembered now.
    pub fn len(&self) -> usize {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.len() + generations.old.len()
    }

    /// Whether no key is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 10, burst: 5 };

    #[test]
    fn a_burst_then_the_rate() {
        let buckets = Buckets::new(RATE, 100);
        let start = Instant::now();
        for _ in 0..5 {
            assert_eq!(buckets.take("a", 1, start), Ok(()));
        }
        // Ten a second: one comes back after 100 ms.
        assert_eq!(buckets.take("a", 1, start), Err(Duration::from_millis(100)));
        assert_eq!(buckets.take("b", 1, start), Ok(()), "others are not affected");
        let later = start + Duration::from_millis(99);
        assert_eq!(buckets.take("a", 1, later), Err(Duration::from_millis(1)));
        let later = start + Duration::from_millis(100);
        assert_eq!(buckets.take("a", 1, later), Ok(()));
        assert!(buckets.take("a", 1, later).is_err());
        // An hour fills it to the burst and no further.
        let hour = later + Duration::from_secs(3_600);
        assert_eq!(buckets.take("a", 5, hour), Ok(()));
        assert!(buckets.take("a", 1, hour).is_err());
    }

    #[test]
    fn a_slow_rate_refills_however_often_it_is_asked() {
        let rate = Rate { per_second: 6, burst: 6 };
        let buckets = Buckets::per(Duration::from_secs(3_600), rate, 100);
        let start = Instant::now();
        assert_eq!(buckets.take("a", 6, start), Ok(()));
        // Six an hour: one comes back after ten minutes.
        for seconds in 0..600 {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(buckets.take("a", 1, now), Err(Duration::from_secs(600 - seconds)));
        }
        assert_eq!(buckets.take("a", 1, start + Duration::from_secs(600)), Ok(()));
        assert!(buckets.take("a", 1, start + Duration::from_secs(600)).is_err());
    }

    #[test]
    fn more_than_a_bucket_never_passes_and_nothing_is_taken() {
        let buckets = Buckets::new(RATE, 100);
        let start = Instant::now();
        assert!(buckets.take("a", 6, start).is_err());
        assert_eq!(buckets.take("a", 5, start), Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_the_active_are_remembered() {
        let buckets = Buckets::new(RATE, 100);
        let start = Instant::now();
        assert_eq!(buckets.take(u64::MAX, 5, start), Ok(()));
        for key in 0..10_000_u64 {
            let _ = buckets.take(key, 1, start);
            assert!(buckets.take(u64::MAX, 1, start).is_err(), "after {key}");
            assert!(buckets.len() <= 101);
        }
    }

    #[test]
    fn no_rate_is_no_limit() {
        let none = Rate { per_second: 0, burst: 0 };
        let buckets = Buckets::new(none, 10);
        assert_eq!(buckets.take((), u32::MAX, Instant::now()), Ok(()));
        assert!(buckets.is_empty());
    }
}
