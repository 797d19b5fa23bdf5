//! Rows of `[emission]`.

use super::{Rows, epochs};
use workmint_core::modules::parameters::Schedule;

impl Rows<'_> {
    pub(super) fn emission(&mut self) {
        let (section, emission) = ("emission", &self.parameters.emission);
        let asset = emission.asset;
        let symbol = self.unit(asset).0;
        self.add(section, "asset", symbol);
        match &emission.schedule {
            Schedule::Exponential { initial, rate } => {
                self.add(section, "schedule", "exponential");
                self.amount(section, "initial", *initial, asset);
                self.add(section, "rate", rate);
            }
            Schedule::FixedPerBlock { reward } => {
                self.add(section, "schedule", "fixed_per_block");
                self.amount(section, "reward", *reward, asset);
            }
            Schedule::RemainingFraction { rate } => {
                self.add(section, "schedule", "remaining_fraction");
                self.add(section, "rate", rate);
            }
            Schedule::Geometric { initial, factor, period_epochs } => {
                self.add(section, "schedule", "geometric");
                self.amount(section, "initial", *initial, asset);
                self.add(section, "factor", factor);
                self.add(section, "period", epochs(*period_epochs));
            }
            Schedule::Inflation { base, rate, year_epochs, .. } => {
                self.add(section, "schedule", "inflation");
                self.amount(section, "base", *base, asset);
                self.add(section, "rate", rate);
                self.add(section, "year", epochs(*year_epochs));
            }
            Schedule::Halving { initial, interval_epochs, most_halvings, minimum } => {
                self.add(section, "schedule", "halving");
                self.amount(section, "initial", *initial, asset);
                self.add(section, "interval", epochs(*interval_epochs));
                self.add(section, "most_halvings", most_halvings);
                self.amount(section, "minimum", *minimum, asset);
            }
            Schedule::HalvingByIssuance { initial, of, most_halvings } => {
                self.add(section, "schedule", "halving_by_issuance");
                self.amount(section, "initial", *initial, asset);
                self.amount(section, "of", *of, asset);
                self.add(section, "most_halvings", most_halvings);
            }
            Schedule::WorkSubsidy { rate, interval, reduction } => {
                self.add(section, "schedule", "work_subsidy");
                self.add(section, "rate", rate);
                self.add(section, "interval", interval);
                self.add(section, "reduction", reduction);
            }
        }
        self.amount(section, "allocation", emission.allocation, asset);
        self.add(section, "genesis_epoch", emission.genesis_epoch);
        self.add(section, "quota", emission.quota);
        self.add(section, "reference_weight", emission.reference_weight);
        if let Some(utility) = &emission.utility {
            let section = "emission.utility";
            self.add(section, "max_tasks", utility.max_tasks);
            self.add(section, "tasks", utility.tasks);
            self.add(section, "difficulty", utility.difficulty);
            self.add(section, "participation", utility.participation);
            self.add(section, "gate", utility.gate);
        }
        if let Schedule::Inflation { dynamic: Some(rule), .. } = &emission.schedule {
            self.dynamic(rule);
        }
    }
}
