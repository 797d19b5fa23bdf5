//! What commands print: lines, tables, JSON, amounts with their unit.

use std::fmt::Display;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::Value;
pub(crate) use workmint_answers::text::{
    amount_json, asset_of, column, counted, grouped, hex, nano, percent, scaled, shown, utc,
};

use crate::failure::Failure;

/// Above the options that many commands share, in their help.
pub(crate) const COMMON: &str = "Common options";

/// Where a command's result goes: standard output, or a file that appears only when it is complete.
pub(crate) struct Out {
    writer: BufWriter<Box<dyn Write>>,
    name: String,
    /// The unfinished file and the one it becomes.
    rename: Option<(PathBuf, PathBuf)>,
}

impl Out {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        Self {
            writer: BufWriter::new(Box::new(io::stdout())),
            name: "standard output".to_owned(),
            rename: None,
        }
    }

    /// A file, or standard output for `-`. A regular file is replaced by [`Out::finish`], not
    /// before, where links lead to it and with the mode it has; devices and pipes are written to.
    pub(crate) fn file(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self::stdout());
        }
        let name = path.display().to_string();
        let writing = |error| Failure::writing(&name, &error);
        let there = match fs::metadata(path) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(writing(error)),
        };
        let (file, rename) = match there {
            Some(there) if there.is_dir() => {
                return Err(Failure::Input(format!("cannot write {name}: it is a directory")));
            }
            Some(there) if is_stdout(&there) => return Ok(Self::stdout()),
            Some(there) if !there.is_file() => {
                (OpenOptions::new().write(true).open(path).map_err(writing)?, None)
            }
            there => {
                let target = target(path).map_err(writing)?;
                let (file, unfinished) = begin(&target, there.as_ref()).map_err(writing)?;
                (file, Some((unfinished, target)))
            }
        };
        Ok(Self { writer: BufWriter::with_capacity(1 << 16, Box::new(file)), name, rename })
    }

    /// One line.
    pub(crate) fn line(&mut self, text: impl Display) -> Result<(), Failure> {
        let written = writeln!(self.writer, "{text}");
        self.checked(written)
    }

    /// Text as it is.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Failure> {
        let written = self.writer.write_all(text.as_bytes());
        self.checked(written)
    }

    /// A JSON document and a line end.
    pub(crate) fn json(&mut self, value: &Value) -> Result<(), Failure> {
        self.line(format_args!("{value:#}"))
    }

    /// Writes what is buffered; a file now gets its name.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let written = self.writer.flush();
        self.checked(written)?;
        if let Some((from, to)) = &self.rename {
            fs::rename(from, to).map_err(|error| Failure::writing(&self.name, &error))?;
        }
        self.rename = None;
        Ok(())
    }

    fn checked(&self, result: io::Result<()>) -> Result<(), Failure> {
        result.map_err(|error| Failure::writing(&self.name, &error))
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if let Some((unfinished, _)) = &self.rename {
            // Not finished: nobody shall find half a file.
            fs::remove_file(unfinished).ok();
        }
    }
}

/// Whether a file is where standard output goes, whatever name leads to it.
fn is_stdout(there: &Metadata) -> bool {
    let stdout = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    let stdout = stdout.and_then(|file| file.metadata());
    stdout.is_ok_and(|stdout| (stdout.dev(), stdout.ino()) == (there.dev(), there.ino()))
}

/// The file that a path leads to through links, which need not be there yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    match (fs::canonicalize(path), fs::read_link(path)) {
        // Links that lead in a circle are another error.
        (Err(error), Ok(to)) if error.kind() == io::ErrorKind::NotFound => {
            target(&path.parent().unwrap_or(Path::new("")).join(to))
        }
        (Err(error), Err(_)) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_path_buf()),
        (found, _) => found,
    }
}

/// A new file beside a target, with the mode of what it will replace.
fn begin(target: &Path, there: Option<&Metadata>) -> io::Result<(File, PathBuf)> {
    let mut unfinished = target.as_os_str().to_owned();
    unfinished.push(format!(".{}.unfinished", std::process::id()));
    let unfinished = PathBuf::from(unfinished);
    // Nobody else's file or link is written to.
    let file = File::options().write(true).create_new(true).open(&unfinished)?;
    let mode = there.map(|there| Permissions::from_mode(there.mode() & 0o777));
    if let Some(mode) = mode
        && let Err(error) = file.set_permissions(mode)
    {
        fs::remove_file(&unfinished).ok();
        return Err(error);
    }
    Ok((file, unfinished))
}

/// Prints one JSON document.
pub(crate) fn print_json(value: &Value) -> Result<(), Failure> {
    let mut out = Out::stdout();
    out.json(value)?;
    out.finish()
}

/// Prints one document in the order of its fields.
pub(crate) fn print_document(document: &impl Serialize) -> Result<(), Failure> {
    let mut out = Out::stdout();
    out.line(serde_json::to_string_pretty(document).map_err(Failure::damage)?)?;
    out.finish()
}

/// Which side of its column a cell keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table for people.
#[derive(Debug)]
pub(crate) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these column heads.
    pub(crate) fn new(heads: &[(&str, Side)]) -> Self {
        Self {
            sides: heads.iter().map(|(_, side)| *side).collect(),
            rows: vec![heads.iter().map(|(head, _)| (*head).to_owned()).collect()],
        }
    }

    /// Appends a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints it, each column as wide as its widest cell.
    pub(crate) fn print(&self, out: &mut Out) -> Result<(), Failure> {
        self.lines().into_iter().try_for_each(|line| out.line(line))
    }

    /// Its lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.sides.len()).map(width).collect();
        let line = |row: &Vec<String>| {
            let mut line = String::new();
            for ((cell, side), width) in row.iter().zip(&self.sides).zip(&widths) {
                if !line.is_empty() {
                    line.push_str("  ");
                }
                match side {
                    Side::Left => line.push_str(&format!("{cell:<width$}")),
                    Side::Right => line.push_str(&format!("{cell:>width$}")),
                }
            }
            line.trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

/// What a command is doing and for how long, on standard error, drawn only on a terminal; the
/// message names it.
pub(crate) fn stages() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.enable_steady_tick(Duration::from_millis(200));
    let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

/// A progress bar on standard error, drawn only on a terminal; `unit` names what is counted.
pub(crate) fn progress(total: Option<u64>, unit: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    let template = match total {
        Some(_) => format!("{{bar:30}} {{human_pos}}/{{human_len}} {unit} {{eta}} left"),
        None => format!("{{spinner}} {{human_pos}} {unit} {{elapsed}}"),
    };
    let style = ProgressStyle::with_template(&template);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Text broken into lines of at most `width` characters at spaces, each after `indent`.
pub(crate) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let long = line.chars().count() + word.chars().count() + 1 + indent.len() > width;
        if long && !line.is_empty() {
            lines.push(format!("{indent}{line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(format!("{indent}{line}"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_at_spaces() {
        assert_eq!(wrapped("one two three", 9, " "), " one two\n three");
    }
}
