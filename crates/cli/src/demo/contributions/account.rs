//! What became of everything since genesis: streams, contributors, and what was minted for them.

use super::cast::Cast;
use super::rated::rated;
use crate::demo::chart;
use crate::demo::table::cut;
use crate::failure::Failure;
use crate::output::{Side, Table, amount_json, asset_of, grouped, shown};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::parameters::{Asset, Source};
use workmint_core::modules::rewards::{BucketLine, plan};
use workmint_storage::store::Store;

/// Contributors that are listed.
const LISTED: usize = 30;

/// One stream since genesis; base units.
struct StreamAccount {
    name: String,
    /// By epoch.
    lines: Vec<BucketLine>,
}

/// One recipient since genesis.
#[derive(Clone, Copy, Default)]
struct Earned {
    /// Epochs in which it was paid.
    epochs: u64,
    /// Base units.
    amount: Amount,
}

/// Everything since genesis.
pub(super) struct Account {
    streams: Vec<StreamAccount>,
    /// Epochs closed.
    epochs: u64,
    /// By recipient of rates.
    earned: BTreeMap<Address, Earned>,
    /// Base units paid by rates, and minted in all.
    paid: Amount,
    minted: Amount,
}

impl Account {
    /// Recounts: buckets from the settlements' records, earnings from the frozen inputs of each
    /// epoch. A difference is damage.
    pub(super) fn recount(store: &Store) -> Result<Self, Failure> {
        let headers: Vec<_> = store.state().settlement.headers(..).collect();
        let parameters = &store.genesis().parameters;
        let mut streams: Vec<StreamAccount> = rated(parameters)
            .map(|rated| StreamAccount { name: rated.stream.name.to_string(), lines: Vec::new() })
            .collect();
        let mut earned: BTreeMap<Address, Earned> = BTreeMap::new();
        for header in &headers {
            for account in &mut streams {
                let mut lines = header.streams.iter();
                let line = lines.find(|line| line.name.as_str() == account.name);
                let line = line.and_then(|line| line.bucket).unwrap_or_default();
                account.lines.push(line);
            }
            let stored = store.epoch_inputs(header.epoch)?;
            let planned = plan(&stored.parameters, &stored.inputs).map_err(Failure::damage)?;
            let rates = planned.streams.iter().filter(|stream| stream.bucket.is_some());
            for stream in rates {
                let people = stored.inputs.participants.account.iter();
                for (account, reward) in people.zip(&stream.rewards) {
                    if !reward.is_zero() {
                        let sum = earned.entry(*account).or_default();
                        sum.epochs += 1;
                        sum.amount = sum.amount.checked_add(*reward).map_err(Failure::damage)?;
                    }
                }
            }
        }
        let minted = Amount::sum(headers.iter().map(|header| header.minted));
        let account = Self {
            epochs: headers.len() as u64,
            paid: Amount::sum(earned.values().map(|earned| earned.amount))
                .map_err(Failure::damage)?,
            minted: minted.map_err(Failure::damage)?,
            streams,
            earned,
        };
        let all_rates = parameters.streams.iter().all(|stream| {
            matches!(stream.source, Source::Payments)
                || rated(parameters).any(|rated| rated.stream.name == stream.name)
        });
        account.require_equal(all_rates)?;
        Ok(account)
    }

    /// What recipients received == what buckets paid == what was minted, where nothing but rates
    /// is minted for.
    fn require_equal(&self, all_rates: bool) -> Result<(), Failure> {
        let mut buckets = Amount::ZERO;
        for stream in &self.streams {
            buckets = buckets.checked_add(stream.paid()?).map_err(Failure::damage)?;
        }
        if buckets == self.paid && (!all_rates || buckets == self.minted) {
            return Ok(());
        }
        Err(Failure::Damage(format!(
            "recipients received {}, buckets paid {buckets}, minted were {} base units",
            self.paid, self.minted
        )))
    }

    /// In lines of text.
    pub(super) fn lines(&self, cast: &Cast, asset: &Asset) -> Result<Vec<String>, Failure> {
        let mut lines = vec![String::new(), self.heading(asset)];
        lines.extend(self.stream_table(asset)?);
        lines.push(String::new());
        lines.extend(self.charts(asset)?);
        lines.push(String::new());
        lines.extend(self.people_table(cast, asset));
        Ok(lines)
    }

    fn heading(&self, asset: &Asset) -> String {
        format!(
            "Paid {} to {} contributors in {} epochs; minted {}; difference 0 base units",
            shown(self.paid, asset),
            grouped(self.earned.len() as u64),
            grouped(self.epochs),
            shown(self.minted, asset),
        )
    }

    fn stream_table(&self, asset: &Asset) -> Result<Vec<String>, Failure> {
        let symbol = asset.symbol.as_str();
        let heads = ["target", "demand", "paid", "of it backpay", "borrowed", "lent"];
        let last = ["owed", "closed unpaid", "rolls over"];
        let names = heads.iter().chain(&last).map(|head| (*head, Side::Right));
        let heads: Vec<(&str, Side)> = [("stream", Side::Left)].into_iter().chain(names).collect();
        let mut table = Table::new(&heads);
        for stream in &self.streams {
            let (now, paid) = (stream.now(), stream.paid()?);
            let sums = [
                stream.sum(|line| line.target)?,
                stream.sum(|line| line.demand)?,
                paid,
                stream.sum(|line| line.paid_backpay)?,
                stream.sum(|line| line.borrowed)?,
                stream.sum(|line| line.lent)?,
                now.owed,
                stream.sum(|line| line.closed)?,
                now.rolled_out,
            ];
            let mut cells = vec![stream.name.clone()];
            cells.extend(sums.iter().map(|amount| cut(*amount, asset)));
            table.row(cells);
        }
        let mut lines = vec![format!("By stream since genesis, {symbol}:")];
        lines.extend(table.lines());
        lines.push("What rolls over includes what expires at the next close.".to_owned());
        Ok(lines)
    }

    /// What each stream paid, and owed, over the epochs.
    fn charts(&self, asset: &Asset) -> Result<Vec<String>, Failure> {
        let count = self.streams.first().map_or(0, |stream| stream.lines.len());
        let a_mark = chart::epochs_a_mark(count);
        let width = self.streams.iter().map(|stream| stream.name.len()).max().unwrap_or(0);
        let mut lines = vec![format!(
            "Epochs 0 to {}, {a_mark} a mark; a full mark is the figure at the end:",
            grouped((count as u64).saturating_sub(1))
        )];
        for stream in &self.streams {
            let paid: Vec<Amount> = stream
                .lines
                .iter()
                .map(|line| line.paid_new.checked_add(line.paid_backpay))
                .collect::<Result<_, _>>()
                .map_err(Failure::damage)?;
            let owed: Vec<Amount> = stream.lines.iter().map(|line| line.owed).collect();
            let name = &stream.name;
            for (word, amounts) in [("paid", paid), ("owed", owed)] {
                let highest = amounts.iter().max().copied().unwrap_or_default();
                if word == "owed" && highest.is_zero() {
                    continue;
                }
                let marks = chart::marks(&amounts, highest);
                let (highest, symbol) = (cut(highest, asset), &asset.symbol);
                lines.push(format!("  {name:<width$} {word} {marks} {highest} {symbol}"));
            }
        }
        Ok(lines)
    }

    /// Recipients by what they earned.
    fn ranked(&self) -> Vec<(Address, Earned)> {
        let mut ranked: Vec<_> = self.earned.iter().map(|(who, earned)| (*who, *earned)).collect();
        ranked.sort_by_key(|(who, earned)| (std::cmp::Reverse(earned.amount), *who));
        ranked
    }

    fn people_table(&self, cast: &Cast, asset: &Asset) -> Vec<String> {
        let earned = format!("earned, {}", asset.symbol);
        let heads = [
            ("contributor", Side::Left),
            ("epochs paid in", Side::Right),
            (earned.as_str(), Side::Right),
            ("account", Side::Left),
        ];
        let mut table = Table::new(&heads);
        for (who, earned) in self.ranked().into_iter().take(LISTED) {
            table.row(vec![
                cast.people.name(&who),
                grouped(earned.epochs),
                cut(earned.amount, asset),
                who.to_string(),
            ]);
        }
        let mut lines = table.lines();
        let more = self.earned.len().saturating_sub(LISTED);
        if more > 0 {
            lines.push(format!("and {} more, who earned less", grouped(more as u64)));
        }
        lines
    }

    /// Members of the final object.
    pub(super) fn json(&self, cast: &Cast, asset: &Asset) -> Result<Map<String, Value>, Failure> {
        let amount = |amount: Amount| amount_json(amount, asset);
        let mut streams = Map::new();
        for stream in &self.streams {
            let now = stream.now();
            let value = json!({
                "target": amount(stream.sum(|line| line.target)?),
                "demand": amount(stream.sum(|line| line.demand)?),
                "paid": amount(stream.paid()?),
                "paid_backpay": amount(stream.sum(|line| line.paid_backpay)?),
                "borrowed": amount(stream.sum(|line| line.borrowed)?),
                "lent": amount(stream.sum(|line| line.lent)?),
                "newly_owed": amount(stream.sum(|line| line.newly_owed)?),
                "closed": amount(stream.sum(|line| line.closed)?),
                "owed": amount(now.owed),
                "rolled_out": amount(now.rolled_out),
            });
            streams.insert(stream.name.clone(), value);
        }
        let listed = self.ranked().into_iter().take(LISTED).map(|(who, earned)| {
            json!({
                "account": who.to_string(),
                "name": cast.people.name(&who),
                "epochs_paid_in": earned.epochs,
                "earned": amount(earned.amount),
            })
        });
        let mut members = Map::new();
        members.insert("paid".to_owned(), amount(self.paid));
        members.insert("minted".to_owned(), amount(self.minted));
        members.insert("streams".to_owned(), Value::Object(streams));
        members.insert("contributors".to_owned(), json!(self.earned.len()));
        members.insert("top_contributors".to_owned(), listed.collect());
        Ok(members)
    }
}

impl StreamAccount {
    fn sum(&self, of: impl Fn(&BucketLine) -> Amount) -> Result<Amount, Failure> {
        Amount::sum(self.lines.iter().map(of)).map_err(Failure::damage)
    }

    fn paid(&self) -> Result<Amount, Failure> {
        let new = self.sum(|line| line.paid_new)?;
        new.checked_add(self.sum(|line| line.paid_backpay)?).map_err(Failure::damage)
    }

    /// After the last close.
    fn now(&self) -> BucketLine {
        self.lines.last().copied().unwrap_or_default()
    }
}

/// The asset that contributions are paid in.
pub(super) fn coin(store: &Store) -> Result<&Asset, Failure> {
    let parameters = &store.genesis().parameters;
    Ok(asset_of(parameters, parameters.emission.asset)?)
}
