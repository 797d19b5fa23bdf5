//! What an epoch's inputs must say, given the epochs before: minted, issued, carried, paid in.

use std::collections::{BTreeMap, BTreeSet};

use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{Remainder, Score, Source, Stream};
use workmint_core::modules::settlement::StreamLine;
use workmint_core::names::{AssetId, Name};

use super::ledger::Book;
use super::recount::{Carried, Left};
use super::unit_price::UnitPrices;

/// Follows the settlements from the first to the last.
#[derive(Debug, Default)]
pub(crate) struct History {
    minted: Amount,
    /// Cut-offs of `work_subsidy` that minting reached.
    reductions: u32,
    /// What each account was paid for work and is still to be split.
    unsplit: BTreeMap<Address, Amount>,
    /// What each stream carries, by asset and name.
    carried: BTreeMap<(AssetId, Name), Amount>,
    /// What streams with a rate owe and rolled over.
    left: Left,
    /// Contributions that were settled, by epoch of work, account and id: each once, for ever.
    settled: BTreeSet<(u64, Address, u64)>,
    unit_prices: UnitPrices,
}

impl History {
    /// Compares the inputs of a closed epoch with what went before; `book` stands before the
    /// closing block, in which nothing but the settlement itself issues.
    pub(crate) fn check(&mut self, closed: &ClosedEpoch, book: &Book) -> Result<(), String> {
        let failed = |error| format!("{error}");
        let (inputs, header) = (&closed.inputs, &closed.record.header);
        let emitted = closed.parameters.emission.asset;
        let same = |what: &str, found: Amount, expected: Amount| {
            if found == expected {
                Ok(())
            } else {
                Err(format!("the inputs say {found} {what}, history gives {expected}"))
            }
        };
        same("minted before", inputs.emission.minted, self.minted)?;
        let (found, expected) = (inputs.emission.reductions, self.reductions);
        if found != expected {
            return Err(format!("the inputs say {found} cut-offs, history gives {expected}"));
        }
        same("issued before", inputs.emission.asset_issued, book.issued(emitted))?;
        let people = &inputs.participants;
        for (account, unsplit) in people.account.iter().zip(&people.unsplit) {
            same("still to be split", *unsplit, self.unsplit.remove(account).unwrap_or_default())?;
        }
        if let Some((account, unsplit)) = self.unsplit.pop_first() {
            return Err(format!("{unsplit} of {account} are still to be split and are not"));
        }
        let works = people.work.iter().chain(&people.unsplit).copied();
        let work = Amount::sum(works).map_err(failed)?;
        let paying = closed.parameters.market.asset;
        same("payments for work", inputs.pot(paying, &Pot::Payments), work)?;
        self.check_left(closed)?;
        self.unit_prices.check(closed)?;
        for line in &header.streams {
            let key = (line.asset, line.name.clone());
            let carried = self.carried.get(&key).copied().unwrap_or_default();
            let pot = Pot::Carry(line.name.clone());
            same("carried", inputs.pot(line.asset, &pot), carried)?;
            let used = carried.min(line.budget);
            let left = carried.checked_sub(used).map_err(failed)?;
            let dust = match line.remainder {
                Remainder::Carry => line.dust,
                Remainder::Forfeits => Amount::ZERO,
            };
            self.carried.insert(key, left.checked_add(dust).map_err(failed)?);
        }
        let quarantined = |(line, stream): (&StreamLine, &Stream)| {
            line.quarantined.is_some() && stream.source == Source::Payments
        };
        if header.streams.iter().zip(&closed.parameters.streams).any(quarantined) {
            let rows = people.work.iter().zip(&people.unsplit);
            for (account, (work, unsplit)) in people.account.iter().zip(rows) {
                let sum = work.checked_add(*unsplit).map_err(failed)?;
                if !sum.is_zero() {
                    self.unsplit.insert(*account, sum);
                }
            }
        }
        // A stream that ended gave its dust away; one of the same name begins without.
        self.carried.retain(|(asset, name), _| {
            header.streams.iter().any(|line| line.asset == *asset && line.name == *name)
        });
        self.minted = self.minted.checked_add(header.minted).map_err(failed)?;
        if header.emission.cutoff.is_some_and(|cutoff| self.minted >= cutoff) {
            self.reductions += 1;
        }
        Ok(())
    }

    /// Compares what the inputs say is owed and rolled over with what the epochs before left, and
    /// refuses a contribution that was settled before.
    pub(super) fn check_left(&mut self, closed: &ClosedEpoch) -> Result<(), String> {
        let (parameters, inputs) = (&closed.parameters, &closed.inputs);
        let rates = |name: &Name| {
            let mut streams = parameters.streams.iter();
            streams.any(|of| of.name == *name && matches!(of.score, Score::Rate(_)))
        };
        // What a stream owed that ended is closed, what rolled over to it is lost.
        self.left.retain(|name, left| rates(name) && *left != Carried::default());
        let stream = |at: u16| {
            let stream = parameters.streams.get(usize::from(at));
            stream.map(|stream| stream.name.clone()).ok_or("the inputs name an unknown stream")
        };
        let account = |row: u32| {
            let account = inputs.participants.account.get(row as usize);
            account.copied().ok_or("the inputs name nobody")
        };
        let mut found = Left::new();
        for row in &inputs.backpay {
            let of = found.entry(stream(row.stream)?).or_default();
            let key = (row.epoch, account(row.participant)?);
            of.owed.insert(key, (row.since_ms, row.owed));
        }
        for lot in &inputs.lots {
            let of = found.entry(stream(lot.stream)?).or_default();
            of.lots.insert(lot.epoch, lot.amount);
        }
        if found != self.left {
            let (found, left) = (&found, &self.left);
            return Err(format!("the inputs say {found:?} is left, history gives {left:?}"));
        }
        let columns = &inputs.contributions;
        let works = columns.participant.iter().zip(columns.epoch.iter().zip(&columns.id));
        for (at, (row, (epoch, id))) in columns.stream.iter().zip(works) {
            let line = closed.record.header.streams.get(usize::from(*at));
            let planned = line.is_some_and(|line| line.quarantined.is_none());
            let account = account(*row)?;
            if planned && !self.settled.insert((*epoch, account, *id)) {
                return Err(format!("contribution {epoch}/{account}/{id} is settled again"));
            }
        }
        Ok(())
    }

    /// Takes over what a settlement left; a stream that was quarantined keeps what it had.
    pub(crate) fn carry(&mut self, left: Left) {
        self.left.extend(left);
    }
}
