//! Lines of the pool of two assets.

use super::lines::{Said, Words, plain};
use crate::error::AnswerError;
use crate::text::{asset_of, shown};
use workmint_amounts::Amount;
use workmint_core::modules::exchange::Event;

impl Words<'_> {
    pub(super) fn exchange(&self, event: &Event) -> Result<Said, AnswerError> {
        let Some(rules) = &self.parameters.exchange else {
            return Ok(plain("other", format!("{event:?}")));
        };
        let (first, second) = rules.assets;
        let both = |amounts: (Amount, Amount)| -> Result<String, AnswerError> {
            let one = shown(amounts.0, asset_of(self.parameters, first)?);
            let other = shown(amounts.1, asset_of(self.parameters, second)?);
            Ok(format!("{one} and {other}"))
        };
        match event {
            Event::LiquidityAdded { amounts, shares, .. } => {
                let text = format!("{} put into the pool for {shares} shares", both(*amounts)?);
                Ok(plain("liquidity_added", text))
            }
            Event::LiquidityRemoved { amounts, shares, .. } => {
                let text = format!("{} taken out of the pool for {shares} shares", both(*amounts)?);
                Ok(plain("liquidity_removed", text))
            }
            Event::Swapped { asset_in, amount_in, amount_out, .. } => {
                let asset_out = if *asset_in == first { second } else { first };
                let out = shown(*amount_out, asset_of(self.parameters, asset_out)?);
                self.amount("swapped", *asset_in, *amount_in, &format!("swapped for {out}"))
            }
        }
    }
}
