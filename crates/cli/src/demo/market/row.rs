//! What one epoch did: a row of the demo's table, an object of its JSON.

use super::cast::models;
use super::prices::a_million;
use crate::demo::table::{self, Column};
use crate::failure::Failure;
use crate::output::{amount_json, asset_of, grouped};
use serde_json::{Map, Value, json};
use workmint_amounts::{Amount, mul_div_floor};
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::ledger::{Holder, Posting, Reason};
use workmint_core::modules::market::{self, jobs};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::pricing;
use workmint_core::{Applied, Event, State};

/// Models whose price the table shows; the JSON shows all.
const SHOWN_MODELS: usize = 2;
/// Width of a model's column.
const MODEL: usize = 9;

/// Heads and widths of the columns before and after those of models, without the epoch's.
const BEFORE: [(&str, usize); 5] =
    [("jobs", 5), ("units paid", 11), ("paid", 9), ("burned", 8), ("slashed", 8)];
const AFTER: [(&str, usize); 5] =
    [("used", 5), ("active", 6), ("minted", 6), ("supply", 14), ("app hash", 10)];

/// The open epoch so far, or a closed one.
#[derive(Debug, Default)]
pub(super) struct EpochRow {
    blocks: u64,
    transactions: u64,
    refused: u64,
    /// Postings of the market's asset, base units.
    paid: Amount,
    fees: Amount,
    burned: Amount,
    slashed: Amount,
    /// What the close said was sold.
    jobs: u64,
    units: u64,
    active: u64,
    /// Units that providers offered.
    offered: u128,
    /// Those not summed yet: the parameters that name the market's asset come with the close.
    postings: Vec<Posting>,
}

impl EpochRow {
    /// Counts a block of the epoch.
    pub(super) fn add(&mut self, applied: &Applied) {
        self.blocks += 1;
        self.transactions += applied.results.len() as u64;
        self.refused += applied.results.iter().filter(|result| result.is_err()).count() as u64;
        let counts = |posting: &&Posting| {
            let burned = posting.to == Holder::Issuance && posting.from != Holder::Issuance;
            burned || matches!(posting.reason, Reason::Payment | Reason::Fee | Reason::Slash)
        };
        self.postings.extend(applied.postings.iter().filter(counts).cloned());
        for event in &applied.events {
            match event {
                Event::Market(market::Event::Job(jobs::Event::Sold { jobs, units, .. })) => {
                    self.jobs += jobs;
                    self.units += units;
                }
                Event::Market(market::Event::Job(jobs::Event::Providers { active })) => {
                    self.active = *active;
                }
                Event::Market(market::Event::Job(jobs::Event::Capacity { units, .. })) => {
                    self.offered += u128::from(*units);
                }
                _ => {}
            }
        }
    }

    /// Sums the postings of the market's asset.
    fn sum(&mut self, parameters: &Parameters) -> Result<(), Failure> {
        for posting in std::mem::take(&mut self.postings) {
            if posting.asset != parameters.market.asset {
                continue;
            }
            let from_account = matches!(posting.from, Holder::Account(_));
            let mut sums = Vec::new();
            match posting.reason {
                Reason::Payment if from_account => sums.push(&mut self.paid),
                Reason::Fee if from_account => sums.push(&mut self.fees),
                Reason::Slash => sums.push(&mut self.slashed),
                _ => {}
            }
            if posting.to == Holder::Issuance {
                sums.push(&mut self.burned);
            }
            for sum in sums {
                *sum = sum.checked_add(posting.amount).map_err(Failure::damage)?;
            }
        }
        Ok(())
    }

    /// The two head lines of the table: names, units.
    pub(super) fn heads(parameters: &Parameters) -> Result<String, Failure> {
        let market = asset_of(parameters, parameters.market.asset)?.symbol.to_string();
        let coin = asset_of(parameters, parameters.emission.asset)?.symbol.to_string();
        let column = |(head, width): (&str, usize), unit: &str| Column {
            head: head.to_owned(),
            width,
            unit: unit.to_owned(),
        };
        let units = ["", "", &market, &market, &market];
        let mut columns: Vec<Column> =
            BEFORE.into_iter().zip(units).map(|(head, unit)| column(head, unit)).collect();
        let of_a_million = format!("{market} per M");
        for model in parameters.models.iter().take(SHOWN_MODELS) {
            let name: String = model.id.as_str().chars().take(MODEL).collect();
            columns.push(column((&name, MODEL), &of_a_million));
        }
        let units = ["%", "", &coin, &coin, ""];
        columns.extend(AFTER.into_iter().zip(units).map(|(head, unit)| column(head, unit)));
        Ok(table::heads(&columns))
    }

    /// The row of the epoch just closed.
    pub(super) fn line(mut self, closed: &ClosedEpoch, state: &State) -> Result<String, Failure> {
        let parameters = &closed.parameters;
        self.sum(parameters)?;
        let asset = asset_of(parameters, parameters.market.asset)?;
        let coin = asset_of(parameters, parameters.emission.asset)?;
        let supply = state.ledger.supply(parameters.emission.asset).existing();
        let mut cells = vec![
            grouped(self.jobs),
            grouped(self.units),
            table::cut(self.paid, asset),
            table::cut(self.burned, asset),
            table::cut(self.slashed, asset),
        ];
        for model in models(parameters).take(SHOWN_MODELS) {
            let price = pricing::price(state, parameters, model).map_err(Failure::damage)?;
            cells.push(table::cut(a_million(price)?, asset));
        }
        let used = mul_div_floor(1_000, u128::from(self.units), self.offered).unwrap_or(0);
        cells.extend([
            Amount::new(used).to_grouped(1, 1),
            grouped(self.active),
            table::cut(closed.record.header.minted, coin),
            table::cut(supply, coin),
            table::short(&state.chain().app_hash.to_string()),
        ]);
        let models = models(parameters).take(SHOWN_MODELS).map(|_| MODEL);
        let widths: Vec<usize> = BEFORE.map(|(_, width)| width).into_iter().chain(models).collect();
        let widths = [widths, AFTER.map(|(_, width)| width).to_vec()].concat();
        Ok(table::line(closed.inputs.epoch, &widths, &cells))
    }

    /// The row as JSON, every amount in base units.
    pub(super) fn json(mut self, closed: &ClosedEpoch, state: &State) -> Result<Value, Failure> {
        let parameters = &closed.parameters;
        self.sum(parameters)?;
        let asset = asset_of(parameters, parameters.market.asset)?;
        let coin = asset_of(parameters, parameters.emission.asset)?;
        let market = |amount: Amount| amount_json(amount, asset);
        let mut prices = Map::new();
        for (model, row) in models(parameters).zip(&parameters.models) {
            let price = pricing::price(state, parameters, model).map_err(Failure::damage)?;
            prices.insert(row.id.to_string(), market(price));
        }
        let supply = state.ledger.supply(parameters.emission.asset).existing();
        let rate = parameters.market.fee.as_ref().map(|fee| fee.rate.to_string());
        Ok(json!({
            "epoch": closed.inputs.epoch,
            "height": closed.inputs.height,
            "time_ms": closed.inputs.time_ms,
            "blocks": self.blocks,
            "transactions": self.transactions,
            "refused_transactions": self.refused,
            "jobs_paid": self.jobs,
            "units_paid": self.units,
            "units_offered": self.offered.to_string(),
            "active_providers": self.active,
            "payments": market(self.paid),
            "market_fees": market(self.fees),
            "market_fee_rate": rate,
            "burned": market(self.burned),
            "slashed": market(self.slashed),
            "prices_of_a_unit": prices,
            "minted": amount_json(closed.record.header.minted, coin),
            "supply": amount_json(supply, coin),
            "settlement_root": closed.record.header.root.to_string(),
            "app_hash": state.chain().app_hash.to_string(),
        }))
    }
}
