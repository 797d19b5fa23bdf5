//! Rows of sessions and of the market's fee.

use super::{Rows, word};
use crate::choices::{FEE_PLACES, FeePlace};
use workmint_core::modules::parameters::{FeeTo, Market};

impl Rows<'_> {
    pub(super) fn sessions_and_fee(&mut self, market: &Market) {
        if let Some(rules) = &market.sessions {
            self.add("market.sessions", "close_window", rules.close_window);
            self.add("market.sessions", "max_length", rules.max_length);
        }
        let Some(fee) = &market.fee else {
            return;
        };
        self.add("market.fee", "rate", fee.rate);
        for (at, part) in fee.split.iter().enumerate() {
            let section = format!("market.fee.split[{at}]");
            let place = match &part.to {
                FeeTo::Burn => FeePlace::Burn,
                FeeTo::Treasury => FeePlace::Treasury,
                FeeTo::Pot(_) => FeePlace::Pot,
            };
            self.add(&section, "to", word(FEE_PLACES, &place));
            if let FeeTo::Pot(name) = &part.to {
                self.add(&section, "pot", name);
            }
            self.add(&section, "share", part.share);
        }
    }
}
