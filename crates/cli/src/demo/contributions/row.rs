//! What one epoch did: a row of the demo's table, an object of its JSON.

use crate::demo::table::{self, Column};
use crate::failure::Failure;
use crate::output::{amount_json, asset_of, grouped};
use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::contributions;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::rewards::BucketLine;
use workmint_core::{Applied, Event, State};

/// The open epoch so far, or a closed one.
#[derive(Debug, Default)]
pub(super) struct EpochRow {
    blocks: u64,
    transactions: u64,
    refused: u64,
    submitted: u64,
    accepted: u64,
    closed: u64,
    settled: u64,
}

/// Heads, widths and whether the column holds money.
const COLUMNS: [(&str, usize, bool); 12] = [
    ("submitted", 9, false),
    ("accepted", 8, false),
    ("refused", 7, false),
    ("closed", 6, false),
    ("settled", 7, false),
    ("demand", 9, true),
    ("borrowed", 8, true),
    ("paid", 9, true),
    ("backpay", 8, true),
    ("owed", 9, true),
    ("rollover", 10, true),
    ("app hash", 10, false),
];

impl EpochRow {
    /// Counts a block of the epoch.
    pub(super) fn add(&mut self, applied: &Applied) {
        self.blocks += 1;
        self.transactions += applied.results.len() as u64;
        self.refused += applied.results.iter().filter(|result| result.is_err()).count() as u64;
        for event in &applied.events {
            match event {
                Event::Contributions(contributions::Event::Submitted { .. }) => self.submitted += 1,
                Event::Contributions(contributions::Event::Accepted { .. }) => self.accepted += 1,
                Event::Contributions(contributions::Event::Closed { .. }) => self.closed += 1,
                Event::Contributions(contributions::Event::Settled { .. }) => self.settled += 1,
                _ => {}
            }
        }
    }

    /// The two head lines of the table: names, units.
    pub(super) fn heads(parameters: &Parameters) -> Result<String, Failure> {
        let coin = asset_of(parameters, parameters.emission.asset)?.symbol.to_string();
        let columns = COLUMNS.map(|(head, width, money)| Column {
            head: head.to_owned(),
            width,
            unit: if money { coin.clone() } else { String::new() },
        });
        Ok(table::heads(&columns))
    }

    /// The row of the epoch just closed.
    pub(super) fn line(&self, closed: &ClosedEpoch, state: &State) -> Result<String, Failure> {
        let asset = asset_of(&closed.parameters, closed.parameters.emission.asset)?;
        let sum = Sum::of(closed)?;
        let cells = [
            grouped(self.submitted),
            grouped(self.accepted),
            grouped(self.refused),
            grouped(self.closed),
            grouped(self.settled),
            table::cut(sum.demand, asset),
            table::cut(sum.borrowed, asset),
            table::cut(sum.paid, asset),
            table::cut(sum.backpay, asset),
            table::cut(sum.owed, asset),
            table::cut(sum.rolled_out, asset),
            table::short(&state.chain().app_hash.to_string()),
        ];
        let widths = COLUMNS.map(|(_, width, _)| width);
        Ok(table::line(closed.inputs.epoch, &widths, &cells))
    }

    /// The row as JSON, every amount in base units.
    pub(super) fn json(&self, closed: &ClosedEpoch, state: &State) -> Result<Value, Failure> {
        let coin = closed.parameters.emission.asset;
        let asset = asset_of(&closed.parameters, coin)?;
        let amount = |amount: Amount| amount_json(amount, asset);
        let sum = Sum::of(closed)?;
        let header = &closed.record.header;
        let streams = header.streams.iter().filter_map(|stream| {
            let line = stream.bucket.as_ref()?;
            Some((stream.name.as_str().to_owned(), line_json(line, &amount)))
        });
        Ok(json!({
            "epoch": closed.inputs.epoch,
            "height": closed.inputs.height,
            "time_ms": closed.inputs.time_ms,
            "blocks": self.blocks,
            "transactions": self.transactions,
            "refused_transactions": self.refused,
            "submitted": self.submitted,
            "accepted": self.accepted,
            "closed": self.closed,
            "settled": self.settled,
            "minted": amount(header.minted),
            "paid": amount(sum.paid),
            "supply": amount(state.ledger.supply(coin).existing()),
            "streams": streams.collect::<serde_json::Map<String, Value>>(),
            "settlement_root": header.root.to_string(),
            "app_hash": state.chain().app_hash.to_string(),
        }))
    }
}

/// A bucket's account of an epoch for machines.
fn line_json(line: &BucketLine, amount: &dyn Fn(Amount) -> Value) -> Value {
    json!({
        "target": amount(line.target),
        "floor": amount(line.floor),
        "ceiling": amount(line.ceiling),
        "rolled_in": amount(line.rolled_in),
        "expired": amount(line.expired),
        "demand": amount(line.demand),
        "due": amount(line.due),
        "lent": amount(line.lent),
        "borrowed": amount(line.borrowed),
        "paid_new": amount(line.paid_new),
        "paid_backpay": amount(line.paid_backpay),
        "newly_owed": amount(line.newly_owed),
        "closed": amount(line.closed),
        "owed": amount(line.owed),
        "rolled_out": amount(line.rolled_out),
    })
}

/// All buckets of an epoch together; base units.
struct Sum {
    demand: Amount,
    borrowed: Amount,
    paid: Amount,
    backpay: Amount,
    owed: Amount,
    rolled_out: Amount,
}

impl Sum {
    fn of(closed: &ClosedEpoch) -> Result<Self, Failure> {
        let streams = &closed.record.header.streams;
        let sum = |of: &dyn Fn(&BucketLine) -> Amount| {
            let lines = streams.iter().filter_map(|stream| stream.bucket.as_ref());
            Amount::sum(lines.map(of)).map_err(Failure::damage)
        };
        let (new, backpay) = (sum(&|line| line.paid_new)?, sum(&|line| line.paid_backpay)?);
        Ok(Self {
            demand: sum(&|line| line.demand)?,
            borrowed: sum(&|line| line.borrowed)?,
            paid: new.checked_add(backpay).map_err(Failure::damage)?,
            backpay,
            owed: sum(&|line| line.owed)?,
            rolled_out: sum(&|line| line.rolled_out)?,
        })
    }
}
