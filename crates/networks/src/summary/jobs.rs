//! Rows of single jobs.

use super::Rows;

impl Rows<'_> {
    pub(super) fn jobs(&mut self) {
        let market = &self.parameters.market;
        if let Some(rules) = &market.jobs {
            let section = "market.jobs";
            self.add(section, "accept_window", rules.accept_window);
            self.add(section, "result_window", rules.result_window);
            self.add(section, "dispute_window", rules.dispute_window);
            self.add(section, "evidence_window", rules.evidence_window);
            self.add(section, "decision_window", rules.decision_window);
            self.amount(section, "bond_minimum", rules.bond_minimum, market.asset);
            self.add(section, "bond_ratio", rules.bond_ratio);
            self.add(section, "least_quality", rules.least_quality);
            self.add(section, "most_quality", rules.most_quality);
            self.add(section, "max_units", rules.max_units);
            self.amount(section, "counts_from", rules.counts_from, market.asset);
        }
    }
}
