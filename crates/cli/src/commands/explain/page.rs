//! Lines for people: numbered sections of wrapped sentences and formulas.

use crate::failure::Failure;
use crate::output::{Out, wrapped};

/// Columns of a line.
const WIDTH: usize = 96;

/// An explanation under way to its reader.
pub(crate) struct Page {
    out: Out,
    sections: u32,
}

impl Page {
    pub(crate) fn new(out: Out) -> Self {
        Self { out, sections: 0 }
    }

    /// What it is all about.
    pub(crate) fn head(&mut self, text: &str) -> Result<(), Failure> {
        self.out.line(wrapped(text, WIDTH, ""))
    }

    /// Begins a numbered section.
    pub(crate) fn section(&mut self, title: &str) -> Result<(), Failure> {
        self.sections += 1;
        self.out.line("")?;
        self.out.line(format_args!("{}. {title}", self.sections))
    }

    /// A sentence.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Failure> {
        self.out.line(wrapped(text, WIDTH, "   "))
    }

    /// Arithmetic, on lines of its own.
    pub(crate) fn sum(&mut self, text: &str) -> Result<(), Failure> {
        self.out.line(wrapped(text, WIDTH, "     "))
    }

    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.out.finish()
    }
}
