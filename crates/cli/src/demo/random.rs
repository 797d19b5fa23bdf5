//! Draws that depend on their key only: (seed, epoch, who, purpose).

use blake3::OutputReader;

/// Bytes hashed at a time.
const CHUNK: usize = 1_024;

/// An endless row of uniform numbers for one key.
pub(super) struct Draws {
    reader: OutputReader,
    chunk: [u8; CHUNK],
    at: usize,
}

impl Draws {
    /// The row of this key.
    pub(super) fn new(seed: u64, epoch: u64, who: u64, purpose: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("workmint demo draws v1");
        for number in [seed, epoch, who] {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(purpose.as_bytes());
        Self { reader: hasher.finalize_xof(), chunk: [0; CHUNK], at: CHUNK }
    }

    /// The next number, uniform in 0..2^64.
    pub(super) fn next(&mut self) -> u64 {
        if self.at >= CHUNK {
            self.reader.fill(&mut self.chunk);
            self.at = 0;
        }
        let mut bytes = [0_u8; 8];
        let end = self.at + bytes.len();
        bytes.copy_from_slice(&self.chunk[self.at..end]);
        self.at = end;
        u64::from_le_bytes(bytes)
    }

    /// The next number below `limit`; 0 if that is 0. Its bias is below `limit` / 2^64.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        let scaled = (u128::from(self.next()) * u128::from(limit)) >> 64;
        u64::try_from(scaled).unwrap_or(0)
    }

    /// `count` different numbers below `limit`, or all of them if there are not so many.
    pub(super) fn choose(&mut self, count: u64, limit: u64) -> std::collections::BTreeSet<u64> {
        let mut chosen = std::collections::BTreeSet::new();
        let wanted = usize::try_from(count.min(limit)).unwrap_or(usize::MAX);
        while chosen.len() < wanted {
            chosen.insert(self.below(limit));
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_row_and_others_differ() {
        let row = |seed, epoch, who, purpose| {
            let mut draws = Draws::new(seed, epoch, who, purpose);
            (0..300).map(|_| draws.next()).collect::<Vec<_>>()
        };
        let first = row(1, 2, 3, "requests");
        assert_eq!(first, row(1, 2, 3, "requests"));
        for other in [row(2, 2, 3, "requests"), row(1, 3, 3, "requests")] {
            assert_ne!(first, other);
        }
        assert_ne!(first, row(1, 2, 4, "requests"));
        assert_ne!(first, row(1, 2, 3, "misses"));
        let unique: std::collections::BTreeSet<_> = first.iter().collect();
        assert_eq!(unique.len(), first.len());
    }

    #[test]
    fn below_is_bounded_and_reaches_everything() {
        let mut draws = Draws::new(7, 0, 0, "test");
        let mut seen = [0_u32; 5];
        for _ in 0..1_000 {
            seen[usize::try_from(draws.below(5)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| *count > 140), "{seen:?}");
        assert_eq!(draws.below(0), 0);
        assert_eq!(draws.choose(9, 4).len(), 4);
        assert_eq!(draws.choose(2, 4).len(), 2);
    }
}
