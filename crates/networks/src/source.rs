//! A file's text, and the line of every byte of it.

use crate::problem::Position;

/// Text with its name.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    /// Byte at which each line begins.
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { file, text, lines }
    }

    /// Line and column of a byte; bytes past the end count as the end.
    pub(crate) fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines[line - 1];
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count());
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: count(line), column: count(column + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns() {
        let source = Source::new("f", "ab\nä = 1\n\nx");
        let cases =
            [(0, 1, 1), (2, 1, 3), (3, 2, 1), (5, 2, 2), (10, 3, 1), (11, 4, 1), (99, 4, 2)];
        for (byte, line, column) in cases {
            assert_eq!(source.position(byte), Position { line, column }, "byte {byte}");
        }
        assert_eq!(Source::new("f", "").position(0), Position::START);
    }
}
