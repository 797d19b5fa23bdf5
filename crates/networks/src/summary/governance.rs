//! Rows of `[governance]`.

use super::Rows;
use crate::choices::{POWERS, word};

impl Rows<'_> {
    pub(super) fn governance(&mut self) {
        let Some(rules) = &self.parameters.governance else {
            return;
        };
        let section = "governance";
        let symbol = self.unit(rules.asset).0;
        self.add(section, "asset", symbol);
        self.add(section, "power", word(POWERS, &rules.power));
        self.amount(section, "least_power", rules.least_power, rules.asset);
        self.amount(section, "deposit", rules.deposit, rules.asset);
        self.add(section, "timelock", rules.timelock);
        self.add(section, "max_open", rules.max_open);
        for (kind, rules) in [
            ("parameters", &rules.parameters),
            ("treasury", &rules.treasury),
            ("upgrade", &rules.upgrade),
        ] {
            let section = format!("governance.{kind}");
            self.add(&section, "quorum", rules.quorum);
            self.add(&section, "approval", rules.approval);
            self.add(&section, "voting", rules.voting);
        }
    }
}
