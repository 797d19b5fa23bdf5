//! Rows of weights, collateral and slashing.

use super::{Rows, epochs};
use crate::choices::{BASES, DESTINATIONS, ROUNDINGS, word};
use workmint_amounts::Ratio;

impl Rows<'_> {
    pub(super) fn weights_and_collateral(&mut self) {
        let (weights, collateral) = (&self.parameters.weights, &self.parameters.collateral);
        let (symbol, decimals) = self.unit(collateral.asset);
        self.add("weights", "base_weight_ratio", weights.base_weight_ratio);
        let per_unit = display_units(weights.collateral_per_weight_unit, decimals);
        self.push("weights", "collateral_per_weight_unit", per_unit, &symbol);
        if let Some(epoch) = weights.grace_until_epoch {
            self.add("weights", "grace_until_epoch", epoch);
        }
        self.add("weights", "kept_share", weights.kept_share);
        if let Some(cap) = &weights.power_cap {
            self.add("weights.power_cap", "of_two", cap.of_two);
            self.add("weights.power_cap", "of_three", cap.of_three);
            self.add("weights.power_cap", "of_many", cap.of_many);
        }
        if let Some(rule) = &weights.confirmation {
            self.add("weights.confirmation", "inactive_below", rule.inactive_below);
            self.add("weights.confirmation", "tolerance", rule.tolerance);
        }
        if let Some(rule) = &weights.participation {
            self.add("weights.participation", "refused", rule.refused);
            self.add("weights.participation", "absent", rule.absent);
            self.add("weights.participation", "delegated", rule.delegated);
            self.add("weights.participation", "minimum_members", rule.minimum_members);
            self.add("weights.participation", "minimum_share", rule.minimum_share);
        }
        if let Some(rule) = &weights.unit_price {
            let section = "weights.unit_price";
            self.add(section, "window", epochs(u64::from(rule.window_epochs)));
            self.add(section, "multiple", rule.multiple);
            self.add(section, "largest_step", rule.largest_step);
            self.push(section, "minimum", display_units(rule.minimum, decimals), &symbol);
            self.push(section, "maximum", display_units(rule.maximum, decimals), &symbol);
        }
        self.add("collateral", "asset", symbol);
        self.add("collateral", "unbonding", collateral.unbonding);
        self.add("collateral", "max_withdrawals", collateral.max_withdrawals);
    }

    pub(super) fn slashing(&mut self) {
        let (section, slashing) = ("slashing", &self.parameters.slashing);
        self.add(section, "invalid_work", slashing.invalid_work);
        self.add(section, "downtime", slashing.downtime);
        if let Some(most) = slashing.downtime_most {
            self.add(section, "downtime_most", most);
        }
        self.add(section, "reporter_share", slashing.reporter_share);
        self.add(section, "destination", word(DESTINATIONS, &slashing.destination));
        self.add(section, "rounding", word(ROUNDINGS, &slashing.rounding));
        self.add(section, "base", word(BASES, &slashing.base));
        self.add(section, "evidence_max_age", slashing.evidence_max_age);
    }
}

/// Base units to display units, exactly.
fn display_units(base_units: Ratio, decimals: u8) -> String {
    let unit = 10_u128.checked_pow(u32::from(decimals)).map(Ratio::from_integer);
    let shown = unit.and_then(|unit| base_units.checked_div(unit).ok());
    shown.map_or_else(|| format!("{base_units} base units"), |ratio| ratio.to_string())
}
