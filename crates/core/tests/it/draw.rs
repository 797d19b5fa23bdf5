//! Pseudo-random choices of long random runs, the same on every machine.

/// A xorshift generator: tests need variety, not quality.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn from_seed(seed: u64) -> Self {
        let mixed = u128::from(seed) * 0x9e37_79b9_7f4a_7c15;
        Self(u64::try_from(mixed % (1 << 64)).unwrap() | 1)
    }

    pub(crate) fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    pub(crate) fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()]
    }
}

/// Whether the long variants run: `WORKMINT_FULL=1`.
#[expect(clippy::disallowed_methods, reason = "tests may read the environment")]
pub(crate) fn is_full() -> bool {
    std::env::var("WORKMINT_FULL").is_ok_and(|value| value == "1")
}
