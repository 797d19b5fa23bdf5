//! The table of epochs: columns of fixed width, amounts cut after two decimals.

use workmint_amounts::Amount;
use workmint_core::modules::parameters::Asset;

/// Decimals shown in the table; the JSON has all.
const SHOWN: u8 = 2;
/// Width of the epoch's column.
const EPOCH: usize = 5;

/// A column beside the epoch's.
pub(super) struct Column {
    pub(super) head: String,
    pub(super) width: usize,
    /// Empty for a number without unit.
    pub(super) unit: String,
}

/// The two head lines: names, units.
pub(super) fn heads(columns: &[Column]) -> String {
    let mut lines = (format!("{:>EPOCH$}", "epoch"), format!("{:>EPOCH$}", ""));
    for Column { head, width, unit } in columns {
        lines.0.push_str(&format!("  {head:>width$}"));
        lines.1.push_str(&format!("  {unit:>width$}"));
    }
    format!("{}\n{}", lines.0, lines.1.trim_end())
}

/// The row of an epoch.
pub(super) fn line(epoch: u64, widths: &[usize], cells: &[String]) -> String {
    let mut line = format!("{epoch:>EPOCH$}");
    for (width, cell) in widths.iter().zip(cells) {
        line.push_str(&format!("  {cell:>width$}"));
    }
    line
}

/// An amount without its unit, cut.
pub(super) fn cut(amount: Amount, asset: &Asset) -> String {
    amount.to_grouped(asset.decimals, SHOWN.min(asset.decimals))
}

/// The first eight digits of a hash.
pub(super) fn short(hash: &str) -> String {
    hash.chars().take(10).collect()
}
