//! What past epochs would have paid under other parameters.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::{Value, json};
use workmint_amounts::{Amount, ArithmeticError};
use workmint_core::Address;
use workmint_core::epoch::settle_with;
use workmint_core::modules::parameters::{Asset, Parameters, first_unvotable};
use workmint_core::modules::settlement::Record;
use workmint_core::names::AssetId;
use workmint_core::offline::settle_inputs;
use workmint_networks::{Problem, parse};

use crate::error::AnswerError;
use crate::network::Network;
use crate::text::{amount_json, asset_of};

/// Most epochs that are settled again.
pub const MOST_EPOCHS: u64 = 100;
/// Most accounts of a page.
pub const MOST_ACCOUNTS: usize = 1_000;

/// What an answer assumes.
const ASSUMPTIONS: [&str; 5] = [
    "everybody behaves as it did: the same work, requests, contributions, stakes, votes and claims",
    "weights, collateral, prices, penalties and what was slashed stay as they were when each epoch \
     closed: only how the epoch's money is made and split is computed again",
    "each epoch is settled on its own frozen inputs: what earlier epochs would have minted, rolled \
     over, owed or left as dust is taken as it was",
    "streams are the same if they have the same name",
    "the file's [network] section does not count; assets, their decimals and the models must be \
     those of the network",
];

/// What an epoch paid in one asset, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// To participants and direct payees.
    pub paid: Amount,
    /// To those who delegated to validators.
    pub delegated: Amount,
    /// Removed by penalties, readings and the power cap.
    pub forfeited: Amount,
}

/// What a settlement comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Newly minted, base units of the emission's asset.
    pub minted: Amount,
    /// Re-issued from the recycling pool, base units of the emission's asset.
    pub recycled: Amount,
    /// By asset.
    pub assets: BTreeMap<AssetId, Paid>,
}

impl Totals {
    fn of(record: &Record) -> Result<Self, ArithmeticError> {
        let header = &record.header;
        let mut totals =
            Self { minted: header.minted, recycled: header.recycled, ..Self::default() };
        for line in &header.streams {
            let of = totals.assets.entry(line.asset).or_default();
            of.paid = of.paid.checked_add(line.paid)?;
            of.delegated = of.delegated.checked_add(line.delegated)?;
            of.forfeited = of.forfeited.checked_add(line.forfeited)?;
        }
        Ok(totals)
    }

    fn add(&mut self, other: &Self) -> Result<(), ArithmeticError> {
        self.minted = self.minted.checked_add(other.minted)?;
        self.recycled = self.recycled.checked_add(other.recycled)?;
        for (asset, more) in &other.assets {
            let of = self.assets.entry(*asset).or_default();
            of.paid = of.paid.checked_add(more.paid)?;
            of.delegated = of.delegated.checked_add(more.delegated)?;
            of.forfeited = of.forfeited.checked_add(more.forfeited)?;
        }
        Ok(())
    }

    /// What there is of an asset.
    #[must_use]
    pub fn asset(&self, asset: AssetId) -> Paid {
        self.assets.get(&asset).copied().unwrap_or_default()
    }

    fn document(&self, parameters: &Parameters) -> Result<Value, AnswerError> {
        let emitted = asset_of(parameters, parameters.emission.asset)?;
        let assets = self.assets.iter().map(|(id, of)| {
            let asset = asset_of(parameters, *id)?;
            Ok(json!({
                "asset": asset.symbol.as_str(),
                "paid": amount_json(of.paid, asset),
                "delegated": amount_json(of.delegated, asset),
                "forfeited": amount_json(of.forfeited, asset),
            }))
        });
        Ok(json!({
            "minted": amount_json(self.minted, emitted),
            "recycled": amount_json(self.recycled, emitted),
            "by_asset": assets.collect::<Result<Vec<Value>, AnswerError>>()?,
        }))
    }
}

/// One epoch, as it was and as it would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Its number.
    pub epoch: u64,
    /// As it was settled.
    pub before: Totals,
    /// Under the other parameters.
    pub after: Totals,
}

/// What an account may claim of all the epochs in one asset, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// As it was.
    pub before: Amount,
    /// Under the other parameters.
    pub after: Amount,
}

/// An account and an asset, by which differences are ordered and paged.
pub type Key = (Address, AssetId);

/// Some accounts, ascending by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// What each may claim.
    pub rows: Vec<(Key, Difference)>,
    /// The key to go on with, if there are more.
    pub next: Option<Key>,
}

/// Past epochs under other parameters.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// Those of the open epoch, which name the assets.
    pub parameters: std::sync::Arc<Parameters>,
    /// The epochs, ascending.
    pub epochs: Vec<Epoch>,
    /// Their sums.
    pub before: Totals,
    /// Their sums under the other parameters.
    pub after: Totals,
    /// Every account that was or would have been paid.
    pub accounts: BTreeMap<Key, Difference>,
}

/// Settles the last `last` settled epochs (1 to [`MOST_EPOCHS`], or as many as there are) again
/// under the parameters of a network file. Every epoch costs two settlements without a tree,
/// computed outside of any lock.
///
/// # Errors
/// [`AnswerError::BadInput`] of the field `parameters`, with a line and column for each problem of
/// the text, or of `epochs`; [`AnswerError::NotFound`] if no epoch is settled; damage.
pub fn of_text(
    network: &impl Network,
    (text, file): (&str, &str),
    last: u64,
) -> Result<WhatIf, AnswerError> {
    let definition = parse(text, file).map_err(|problems| refused(&problems))?;
    what_if(network, &definition.parameters, last)
}

fn refused(problems: &[Problem]) -> AnswerError {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    AnswerError::refused("parameters", lines.join("\n"))
}

/// As [`of_text`], with parameters that are known to be valid.
///
/// # Errors
/// As [`of_text`].
pub fn what_if(
    network: &impl Network,
    candidate: &Parameters,
    last: u64,
) -> Result<WhatIf, AnswerError> {
    if !(1..=MOST_EPOCHS).contains(&last) {
        return Err(AnswerError::range("epochs", last, format!("1 to {MOST_EPOCHS}")));
    }
    let mut numbers: Vec<u64> = network.read(|state| {
        let newest = state.settlement.headers(..).rev().zip(0..last);
        newest.map(|(header, _)| header.epoch).collect()
    });
    numbers.reverse();
    if numbers.is_empty() {
        return Err(AnswerError::not_found("epochs", "no epoch is settled yet"));
    }
    let mut found = WhatIf {
        parameters: network.parameters()?,
        epochs: Vec::with_capacity(numbers.len()),
        before: Totals::default(),
        after: Totals::default(),
        accounts: BTreeMap::new(),
    };
    for number in numbers {
        found.settle(network, candidate, number)?;
    }
    Ok(found)
}

/// The candidate as an epoch could have run under it: the same network, and nothing that never
/// changes.
fn fitted(current: &Parameters, candidate: &Parameters) -> Result<Parameters, AnswerError> {
    let mut candidate = candidate.clone();
    candidate.network = current.network.clone();
    // Caps and the allocation may be asked about in both directions.
    let mut lowered = candidate.clone();
    for (new, old) in lowered.assets.iter_mut().zip(&current.assets) {
        new.cap = new.cap.min(old.cap);
    }
    lowered.emission.allocation = lowered.emission.allocation.min(current.emission.allocation);
    match first_unvotable(current, &lowered) {
        None => Ok(candidate),
        Some(field) => Err(AnswerError::BadInput {
            field: "parameters",
            value: String::new(),
            what: format!("{field}: it differs from the network's, and it can never change"),
            allowed: "the network's own".to_owned(),
        }),
    }
}

impl WhatIf {
    fn settle(
        &mut self,
        network: &impl Network,
        candidate: &Parameters,
        epoch: u64,
    ) -> Result<(), AnswerError> {
        let stored = network.epoch_inputs(epoch)?;
        let current = &stored.parameters;
        let candidate = fitted(current, candidate)?;
        let after = settle_with(current, &candidate, &stored.inputs).map_err(|error| {
            AnswerError::refused("parameters", format!("epoch {epoch} under them: {error}"))
        })?;
        let before = settle_inputs(current, stored.inputs, false).map_err(AnswerError::damage)?;
        self.compare(epoch, &before.record, &after.record).map_err(AnswerError::damage)
    }

    fn compare(
        &mut self,
        epoch: u64,
        before: &Record,
        after: &Record,
    ) -> Result<(), ArithmeticError> {
        let line = Epoch { epoch, before: Totals::of(before)?, after: Totals::of(after)? };
        self.before.add(&line.before)?;
        self.after.add(&line.after)?;
        self.epochs.push(line);
        let entries = |record: &Record| {
            let entries = &record.entries;
            (0..entries.len()).filter_map(|at| entries.get(at)).collect::<Vec<_>>()
        };
        for (account, asset, amount) in entries(before) {
            let of = self.accounts.entry((account, asset)).or_default();
            of.before = of.before.checked_add(amount)?;
        }
        for (account, asset, amount) in entries(after) {
            let of = self.accounts.entry((account, asset)).or_default();
            of.after = of.after.checked_add(amount)?;
        }
        Ok(())
    }

    /// What the answer assumes.
    #[must_use]
    pub fn assumptions(&self) -> &'static [&'static str] {
        &ASSUMPTIONS
    }

    /// At most `limit` accounts (1 to [`MOST_ACCOUNTS`]) after a key, and the key to go on with.
    ///
    /// # Errors
    /// [`AnswerError::BadInput`] of the field `limit`.
    pub fn page(&self, after: Option<Key>, limit: usize) -> Result<Accounts, AnswerError> {
        if !(1..=MOST_ACCOUNTS).contains(&limit) {
            return Err(AnswerError::range("limit", limit, format!("1 to {MOST_ACCOUNTS}")));
        }
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rows = self.accounts.range((from, Bound::Unbounded));
        let page: Vec<(Key, Difference)> =
            rows.by_ref().take(limit).map(|(key, of)| (*key, *of)).collect();
        let next = rows.next().and_then(|_| page.last().map(|(key, _)| *key));
        Ok(Accounts { rows: page, next })
    }

    /// For machines, with a page of accounts.
    ///
    /// # Errors
    /// [`AnswerError::BadInput`] of the field `limit`; damage.
    pub fn document(&self, after: Option<Key>, limit: usize) -> Result<Value, AnswerError> {
        let parameters = &self.parameters;
        let epochs = self.epochs.iter().map(|one| {
            Ok(json!({
                "epoch": one.epoch.to_string(),
                "before": one.before.document(parameters)?,
                "after": one.after.document(parameters)?,
            }))
        });
        let Accounts { rows, next } = self.page(after, limit)?;
        let accounts = rows.iter().map(|((account, id), of)| {
            let asset = asset_of(parameters, *id)?;
            Ok(json!({
                "account": account.to_string(),
                "before": amount_json(of.before, asset),
                "after": amount_json(of.after, asset),
                "change": change_json(of, asset),
            }))
        });
        Ok(json!({
            "network": parameters.network.name.as_str(),
            "assumptions": self.assumptions(),
            "epochs": epochs.collect::<Result<Vec<Value>, AnswerError>>()?,
            "before": self.before.document(parameters)?,
            "after": self.after.document(parameters)?,
            "accounts": accounts.collect::<Result<Vec<Value>, AnswerError>>()?,
            "accounts_in_all": self.accounts.len().to_string(),
            "next": next.map(|key| key_text(&key)),
        }))
    }
}

fn change_json(of: &Difference, asset: &Asset) -> Value {
    let size = of.after.get().abs_diff(of.before.get());
    let sign = if of.after < of.before { "-" } else { "" };
    json!({
        "amount": format!("{sign}{size}"),
        "asset": asset.symbol.as_str(),
        "decimals": asset.decimals,
    })
}

/// ACCOUNT.ASSET, the asset by its number.
#[must_use]
pub fn key_text((account, asset): &Key) -> String {
    format!("{account}.{}", asset.0)
}

/// Reads ACCOUNT.ASSET.
///
/// # Errors
/// [`AnswerError::BadInput`] of the field `after`.
pub fn key(text: &str) -> Result<Key, AnswerError> {
    let parts = text
        .split_once('.')
        .and_then(|(account, asset)| Some((account.parse().ok()?, AssetId(asset.parse().ok()?))));
    let wrong = "a key is ACCOUNT.ASSET, an address and the asset's number";
    parts.ok_or_else(|| AnswerError::refused("after", wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_it_is_written() {
        let of = (Address::derived(b"alice"), AssetId(3));
        assert_eq!(key(&key_text(&of)), Ok(of));
        for wrong in ["", "0x12.0", "1.2.3", &key_text(&of)[..42]] {
            assert_eq!(key(wrong).unwrap_err().field(), Some("after"), "{wrong}");
        }
    }
}
