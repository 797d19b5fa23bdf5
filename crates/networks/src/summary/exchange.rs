//! Rows of the pool of two assets.

use super::Rows;

impl Rows<'_> {
    pub(super) fn exchange(&mut self) {
        let Some(rules) = &self.parameters.exchange else {
            return;
        };
        let (section, (first, second)) = ("exchange", rules.assets);
        let (first_symbol, second_symbol) = (self.unit(first).0, self.unit(second).0);
        self.add(section, "first_asset", first_symbol);
        self.add(section, "second_asset", second_symbol);
        self.add(section, "fee", rules.fee);
        self.add(section, "locked_shares", rules.locked_shares);
        if let Some(seed) = rules.seed {
            self.amount(section, "first_seed", seed.0, first);
            self.amount(section, "second_seed", seed.1, second);
        }
    }
}
