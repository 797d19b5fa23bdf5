//! Rows of fees.

use super::Rows;
use crate::choices::{DESTINATIONS, MESSAGE_GROUPS, word};

impl Rows<'_> {
    pub(super) fn fees(&mut self) {
        let fees = &self.parameters.fees;
        let symbol = self.unit(fees.asset).0;
        self.add("fees", "asset", symbol);
        self.amount("fees", "flat", fees.flat, fees.asset);
        if !fees.per_byte.is_zero() {
            self.amount("fees", "per_byte", fees.per_byte, fees.asset);
        }
        if !fees.storage_deposit.is_zero() {
            self.amount("fees", "storage_deposit", fees.storage_deposit, fees.asset);
        }
        if !fees.free.is_empty() {
            let groups = fees.free.iter().map(|group| word(MESSAGE_GROUPS, group));
            self.add("fees", "free", groups.collect::<Vec<_>>().join(", "));
        }
        self.add("fees", "burned_share", fees.burned_share);
        self.add("fees", "destination", word(DESTINATIONS, &fees.destination));
        for (kind, fee) in &fees.kinds {
            self.amount("fees.kinds", kind.name(), *fee, fees.asset);
        }
    }
}
