//! A participant's life as rows of a table.

use std::collections::BTreeMap;

use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_protocol::Money;

use super::lines::Line;
use super::{Question, page};
use crate::error::AnswerError;
use crate::network::Network;
use crate::text::utc;

/// Some rows of an account's life, and where the next begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Comma-separated rows, each with its line end; fields are quoted where they must be.
    pub rows: String,
    /// What to ask the next rows with, if there are more.
    pub next: Option<workmint_storage::index::EventKey>,
}

/// An account's life as a table, page by page: epoch, kind, amount, what its balance changed by,
/// counterparty, height, time.
///
/// Amounts stand in the columns of their asset, in base units and in display units, both named in
/// the header. The column of changes, which have a sign, adds up to what the balance changed by. An
/// epoch holds the blocks up to the one that closes it; of a block that belongs to no closed epoch
/// it is the open one.
pub struct Life {
    assets: Vec<Asset>,
    /// Height of the last block of each closed epoch.
    closes: BTreeMap<u64, u64>,
    open: u64,
}

impl Life {
    /// Reads what all pages need: 16 bytes for each closed epoch.
    ///
    /// # Errors
    /// Damage.
    pub fn of(network: &impl Network) -> Result<Self, AnswerError> {
        let parameters: &Parameters = &*network.parameters()?;
        let (closes, open) = network.read(|state| {
            let headers = state.settlement.headers(..);
            let closes = headers.map(|header| (header.height, header.epoch)).collect();
            (closes, state.chain().epoch)
        });
        Ok(Self { assets: parameters.assets.clone(), closes, open })
    }

    /// The first row.
    ///
    /// # Errors
    /// Damage: it cannot be written.
    pub fn header(&self) -> Result<String, AnswerError> {
        let mut fields = vec!["epoch".to_owned(), "kind".to_owned()];
        for asset in &self.assets {
            fields.push(format!("amount [10^-{} {}]", asset.decimals, asset.symbol));
            fields.push(format!("amount [{}]", asset.symbol));
            fields.push(format!("change [10^-{} {}]", asset.decimals, asset.symbol));
            fields.push(format!("change [{}]", asset.symbol));
        }
        for name in ["counterparty", "height", "sequence", "time [UTC]", "time [Unix ms]", "text"] {
            fields.push(name.to_owned());
        }
        written(&[fields])
    }

    /// A page of rows. Each block that is named costs a look into the journal for its
    /// time.
    ///
    /// # Errors
    /// As [`page`].
    pub fn rows(&self, network: &impl Network, question: &Question) -> Result<Sheet, AnswerError> {
        let page = page(network, question)?;
        let mut times: BTreeMap<u64, u64> = BTreeMap::new();
        let mut rows = Vec::with_capacity(page.lines.len());
        for line in &page.lines {
            let height = line.key.height;
            let time = match times.get(&height) {
                Some(time) => *time,
                None => {
                    let missing = || AnswerError::Damage(format!("there is no block {height}"));
                    let time = network.block_time(height)?.ok_or_else(missing)?;
                    times.insert(height, time);
                    time
                }
            };
            rows.push(self.row(line, time));
        }
        Ok(Sheet { rows: written(&rows)?, next: page.next })
    }

    fn row(&self, line: &Line, time_ms: u64) -> Vec<String> {
        let epoch = self.closes.range(line.key.height..).next();
        let epoch = epoch.map_or(self.open, |(_, epoch)| *epoch);
        let mut fields = vec![epoch.to_string(), line.kind.to_owned()];
        for asset in &self.assets {
            fields.extend(written_of(asset, "", line.amount.as_ref()));
            let (sign, changed) = match &line.lost {
                Some(lost) => ("-", Some(lost)),
                None => ("", line.gained.as_ref()),
            };
            fields.extend(written_of(asset, sign, changed));
        }
        let others: Vec<String> = line.others.iter().map(ToString::to_string).collect();
        fields.push(others.join(" "));
        fields.push(line.key.height.to_string());
        fields.push(line.key.sequence.to_string());
        fields.push(utc(time_ms));
        fields.push(time_ms.to_string());
        fields.push(line.text.clone());
        fields
    }
}

/// An amount in base units and in display units; nothing of another asset.
fn written_of(asset: &Asset, sign: &str, money: Option<&Money>) -> [String; 2] {
    match money.filter(|money| money.unit.symbol == asset.symbol.as_str()) {
        None => Default::default(),
        Some(Money { amount, .. }) => {
            [format!("{sign}{amount}"), format!("{sign}{}", amount.to_decimal(asset.decimals))]
        }
    }
}

fn written(rows: &[Vec<String>]) -> Result<String, AnswerError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(AnswerError::damage)?;
    }
    let bytes = writer.into_inner().map_err(AnswerError::damage)?;
    String::from_utf8(bytes).map_err(AnswerError::damage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_commas_are_quoted() {
        let row = ["1", "a, b", "say \"x\""].map(str::to_owned).to_vec();
        assert_eq!(written(&[row]).unwrap(), "1,\"a, b\",\"say \"\"x\"\"\"\n");
    }
}
