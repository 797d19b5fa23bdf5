//! Rows of `[validators]`.

use super::{Rows, epochs};

impl Rows<'_> {
    pub(super) fn validators(&mut self) {
        let Some(rules) = &self.parameters.validators else {
            return;
        };
        let (section, asset) = ("validators", rules.asset);
        let symbol = self.unit(asset).0;
        self.add(section, "asset", symbol);
        self.amount(section, "minimum", rules.minimum, asset);
        self.amount(section, "minimum_delegation", rules.minimum_delegation, asset);
        self.add(section, "most_active", rules.most_active);
        self.add(section, "activation_delay", epochs(rules.activation_delay_epochs));
        self.add(section, "churn_limit", rules.churn_limit);
        self.add(section, "unbonding", rules.unbonding);
        self.add(section, "max_withdrawals", rules.max_withdrawals);
        self.add(section, "most_commission", rules.most_commission);
        self.add(section, "commission_step", rules.commission_step);
        self.add(section, "least_signed", rules.least_signed);
        self.add(section, "absence_least", rules.absence_least);
        self.add(section, "absence_most", rules.absence_most);
        self.amount(section, "least_slash", rules.least_slash, asset);
        self.add(section, "jail", epochs(rules.jail_epochs));
    }
}
