//! Prices of the run: highest, lowest, and where they stood at each close.

use super::cast::models;
use crate::demo::chart;
use crate::demo::table::cut;
use crate::failure::Failure;
use crate::output::{amount_json, asset_of};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::modules::pricing;
use workmint_core::names::ModelId;
use workmint_core::{Event, State};

/// A price is shown of so many units.
const MILLION: u128 = 1_000_000;

/// What a million units cost, base units.
pub(super) fn a_million(price: Amount) -> Result<Amount, Failure> {
    price.checked_mul(MILLION).map_err(Failure::damage)
}

/// One model's.
#[derive(Debug)]
struct Course {
    /// Price of a unit in base units, and the first epoch in which it was so.
    lowest: (Amount, u64),
    highest: (Amount, u64),
    /// By close.
    closes: Vec<Amount>,
}

/// Prices of a unit of each model in this run.
#[derive(Debug, Default)]
pub(super) struct Prices {
    courses: BTreeMap<ModelId, Course>,
    /// Epochs whose closes were seen: the first, and how many.
    epochs: (u64, u64),
}

impl Prices {
    fn see(&mut self, model: ModelId, price: Amount, epoch: u64) -> &mut Course {
        let first =
            || Course { lowest: (price, epoch), highest: (price, epoch), closes: Vec::new() };
        let course = self.courses.entry(model).or_insert_with(first);
        if price < course.lowest.0 {
            course.lowest = (price, epoch);
        }
        if price > course.highest.0 {
            course.highest = (price, epoch);
        }
        course
    }

    /// Looks at an event of an epoch.
    pub(super) fn note(&mut self, epoch: u64, event: &Event) {
        if let Event::Pricing(pricing::Event::PriceChanged { model, price }) = event {
            self.see(*model, *price, epoch);
        }
    }

    /// Looks at the prices after a close.
    pub(super) fn close(
        &mut self,
        parameters: &Parameters,
        (epoch, state): (u64, &State),
    ) -> Result<(), Failure> {
        for model in models(parameters) {
            let price = pricing::price(state, parameters, model).map_err(Failure::damage)?;
            self.see(model, price, epoch).closes.push(price);
        }
        if self.epochs.1 == 0 {
            self.epochs.0 = epoch;
        }
        self.epochs.1 += 1;
        Ok(())
    }

    /// Highest and lowest, a line for each model.
    pub(super) fn lines(&self, parameters: &Parameters) -> Result<Vec<String>, Failure> {
        let asset = asset_of(parameters, parameters.market.asset)?;
        let line = |(model, course): (&ModelId, &Course)| {
            let of = |price: Amount| a_million(price).map(|price| priced(price, asset));
            let last = course.closes.last().copied().unwrap_or(course.lowest.0);
            Ok(format!(
                "a million units of {}: highest {} in epoch {}, lowest {} in epoch {}, {} at the \
                 end",
                name(parameters, *model),
                of(course.highest.0)?,
                course.highest.1,
                of(course.lowest.0)?,
                course.lowest.1,
                of(last)?
            ))
        };
        self.courses.iter().map(line).collect()
    }

    /// The same for machines: prices of one unit.
    pub(super) fn json(&self, parameters: &Parameters) -> Result<Vec<Value>, Failure> {
        let asset = asset_of(parameters, parameters.market.asset)?;
        let one = |(model, course): (&ModelId, &Course)| {
            json!({
                "what": format!("price of {}", name(parameters, *model)),
                "highest": amount_json(course.highest.0, asset),
                "highest_in_epoch": course.highest.1,
                "lowest": amount_json(course.lowest.0, asset),
                "lowest_in_epoch": course.lowest.1,
            })
        };
        Ok(self.courses.iter().map(one).collect())
    }

    /// Each model's closes as marks.
    pub(super) fn chart(&self, parameters: &Parameters) -> Result<Vec<String>, Failure> {
        let asset = asset_of(parameters, parameters.market.asset)?;
        let (first, count) = self.epochs;
        let Some(last) = first.checked_add(count).and_then(|next| next.checked_sub(1)) else {
            return Ok(Vec::new());
        };
        let a_mark = chart::epochs_a_mark(usize::try_from(count).unwrap_or(usize::MAX));
        let mut lines =
            vec![format!("Prices at the closes of epochs {first} to {last}, {a_mark} a mark:")];
        for (model, course) in &self.courses {
            let highest = course.closes.iter().max().copied().unwrap_or_default();
            let marks = chart::marks(&course.closes, highest);
            let full = priced(a_million(highest)?, asset);
            let name = name(parameters, *model);
            lines.push(format!("  {name:<12} {marks}  full mark: {full} a million units"));
        }
        Ok(lines)
    }
}

fn name(parameters: &Parameters, model: ModelId) -> String {
    parameters.model(model).map_or_else(|| model.0.to_string(), |row| row.id.to_string())
}

fn priced(price: Amount, asset: &Asset) -> String {
    format!("{} {}", cut(price, asset), asset.symbol)
}
