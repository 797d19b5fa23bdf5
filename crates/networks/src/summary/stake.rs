//! Rows of stake, privacy tiers and heartbeats.

use super::Rows;
use workmint_amounts::Ratio;
use workmint_core::time::Duration;

impl Rows<'_> {
    pub(super) fn stake_and_attestation(&mut self) {
        if let Some(rules) = &self.parameters.stake {
            let (section, asset) = ("stake", rules.asset);
            let symbol = self.unit(asset).0;
            self.add(section, "asset", symbol);
            self.amount(section, "minimum", rules.minimum, asset);
            self.add(section, "full_lock", Duration::Milliseconds(rules.full_lock_ms));
            self.add(section, "most_lock", rules.most_lock);
            self.add(section, "unbonding", rules.unbonding);
            self.add(section, "max_withdrawals", rules.max_withdrawals);
            self.add(section, "unstake_burn", rules.unstake_burn);
            if let Some(capacity) = rules.capacity {
                let (symbol, decimals) = self.unit(asset);
                let unit = 10_u128.checked_pow(u32::from(decimals)).map(Ratio::from_integer);
                let shown = unit.and_then(|unit| capacity.checked_mul(unit).ok());
                let value = shown.map_or_else(|| "beyond 128 bits".to_owned(), |it| it.to_string());
                self.push(section, "capacity", value, &symbol);
            }
            let (section, fractions) = ("stake.slashing", &rules.slashing);
            self.add(section, "sla_least", fractions.sla_least);
            self.add(section, "sla_most", fractions.sla_most);
            self.add(section, "attestation", fractions.attestation);
            self.add(section, "malice", fractions.malice);
        }
        if let Some(rules) = &self.parameters.attestation {
            let section = "attestation";
            self.add(section, "quorum", rules.quorum);
            self.add(section, "validity", rules.validity);
            self.add(section, "probes_per_epoch", rules.probes_per_epoch);
            for (at, tier) in rules.tiers.iter().enumerate() {
                let section = format!("attestation.tiers[{at}]");
                self.add(&section, "name", &tier.name);
                self.add(&section, "multiplier", tier.multiplier);
            }
        }
    }
}
