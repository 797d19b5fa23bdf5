//! Values of any type that Borsh reads: bytes that are likely to be one, until they are.

use borsh::BorshDeserialize;
use std::io::{self, Read};

/// A source of bytes that follows what is asked: lengths are short, texts are letters, numbers are
/// small or large by turns.
struct Dice {
    first: Vec<u8>,
    state: u64,
}

impl Dice {
    fn roll(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state >> 11
    }
}

impl Read for Dice {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.first.is_empty() {
            // Zeros after the given bytes keep a length that begins with them short.
            buffer.fill(0);
            let count = buffer.len().min(self.first.len());
            for (byte, first) in buffer.iter_mut().zip(self.first.drain(..count)) {
                *byte = first;
            }
            return Ok(buffer.len());
        }
        let count = buffer.len();
        match count {
            // A tag, a flag or a small number.
            1 => buffer[0] = (self.roll() % 5) as u8,
            // A length.
            4 => buffer.copy_from_slice(&[3, 0, 0, 0]),
            // A number, an account or a hash.
            2 | 8 | 16 | 20 | 32 => {
                buffer.fill(0);
                let kept = 1 + (self.roll() % count as u64) as usize;
                buffer.iter_mut().take(kept).for_each(|byte| *byte = self.roll() as u8);
            }
            _ => buffer.iter_mut().for_each(|byte| *byte = b'a' + (self.roll() % 26) as u8),
        }
        Ok(count)
    }
}

/// A value whose encoding begins with these bytes; `None` if no try in many was one.
pub(crate) fn value<T: BorshDeserialize>(first: &[u8], seed: u64) -> Option<T> {
    (0..400).find_map(|turn| {
        let state = (seed * 1_000 + turn + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut dice = Dice { first: first.to_vec(), state };
        T::deserialize_reader(&mut dice).ok()
    })
}
