//! What commands print: lines, tables, JSON, amounts with their unit.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::{Value, json};
use workmint_amounts::{Amount, share_by_long_division};
use workmint_core::Hash;
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::names::AssetId;

use crate::failure::Failure;

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

    /// A file, or standard output for `-`. The file is replaced by [`Out::finish`], not before.
    pub(crate) fn file(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self::stdout());
        }
        let name = path.display().to_string();
        if path.is_dir() {
            return Err(Failure::Input(format!("cannot write {name}: it is a directory")));
        }
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(format!(".{}.unfinished", std::process::id()));
        let unfinished = PathBuf::from(unfinished);
        let file = File::create(&unfinished).map_err(|error| Failure::writing(&name, &error))?;
        Ok(Self {
            writer: BufWriter::with_capacity(1 << 16, Box::new(file)),
            name,
            rename: Some((unfinished, path.to_path_buf())),
        })
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

/// An amount with thousands separators and unit, exact: `284,864.657146472 GNK`.
pub(crate) fn shown(amount: Amount, asset: &Asset) -> String {
    format!("{} {}", number(amount, asset), asset.symbol)
}

/// As [`shown`], without the unit.
pub(crate) fn number(amount: Amount, asset: &Asset) -> String {
    let digits = amount.to_decimal(asset.decimals);
    let fraction = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let fraction = u8::try_from(fraction).unwrap_or(asset.decimals);
    amount.to_grouped(asset.decimals, fraction)
}

/// For columns of tables: thousands separators and all decimals.
pub(crate) fn column(amount: Amount, asset: &Asset) -> String {
    amount.to_grouped(asset.decimals, asset.decimals)
}

/// A whole number with thousands separators.
pub(crate) fn grouped(number: impl Into<u128>) -> String {
    Amount::new(number.into()).to_grouped(0, 0)
}

/// A count of things, `what` being one of them: `1 error`, `2,000 errors`.
pub(crate) fn counted(number: impl Into<u128>, what: &str) -> String {
    let number = number.into();
    let end = if number == 1 { "" } else { "s" };
    format!("{} {what}{end}", grouped(number))
}

/// A whole number of 10^-`decimals`, as a decimal with thousands separators and no trailing zeros.
pub(crate) fn scaled(number: u128, decimals: u8) -> String {
    let digits = Amount::new(number).to_decimal(decimals);
    let fraction = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let fraction = u8::try_from(fraction).unwrap_or(decimals);
    Amount::new(number).to_grouped(decimals, fraction)
}

/// `part` of `whole` in per cent with four digits, rounded down.
pub(crate) fn percent(part: u128, whole: u128) -> String {
    match share_by_long_division(1_000_000, part, whole) {
        Ok(share) => format!("{} %", Amount::new(share).to_grouped(4, 4)),
        Err(_) => "-".to_owned(),
    }
}

/// A multiple of 10^-9 as a number: `1.05`.
pub(crate) fn nano(number: u128) -> String {
    let text = Amount::new(number).to_decimal(9);
    match text.split_once('.') {
        Some((whole, fraction)) => {
            let whole: Amount = whole.parse().unwrap_or_default();
            format!("{}.{fraction}", whole.to_grouped(0, 0))
        }
        None => grouped(number.checked_div(1_000_000_000).unwrap_or(0)),
    }
}

/// An amount for machines: base units as a decimal string, asset and decimals beside it.
pub(crate) fn amount_json(amount: Amount, asset: &Asset) -> Value {
    json!({
        "amount": amount.to_string(),
        "asset": asset.symbol.as_str(),
        "decimals": asset.decimals,
    })
}

/// A hash as its `Display` writes it, fast enough for the proofs of a million claims.
pub(crate) fn hex(hash: &Hash) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' } else { b'a' - 10 } + value);
    let mut text = String::with_capacity(66);
    text.push_str("0x");
    for byte in hash.0 {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// The asset with this number; parameters and state always agree on the numbers.
pub(crate) fn asset_of(parameters: &Parameters, id: AssetId) -> Result<&Asset, Failure> {
    parameters
        .asset(id)
        .ok_or_else(|| Failure::Damage(format!("the network has no asset number {}", id.0)))
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
    fn hex_is_what_display_writes() {
        let hash = Hash(std::array::from_fn(|at| (at * 37 + 5) as u8));
        assert_eq!(hex(&hash), hash.to_string());
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(percent(1, 3), "33.3333 %");
        assert_eq!(percent(1, 0), "-");
        assert_eq!(nano(1_050_000_000), "1.05");
        assert_eq!(nano(12_345_000_000_001), "12,345.000000001");
        assert_eq!(wrapped("one two three", 9, " "), " one two\n three");
    }
}
