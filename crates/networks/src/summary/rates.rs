//! Rows of contributions, their rates and buckets.

use super::{Rows, epochs};
use crate::choices::{MULTIPLIERS, MultiplierWord, SCORES, ScoreWord, word};
use crate::sections::LOSS_DIGITS;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{
    Bucket, ContributionKind, DynamicBudget, Multiplier, MultiplierRule, Name, RateScore, Steps,
};
use workmint_core::time::Duration;

impl Rows<'_> {
    /// Only of a model that can be improved.
    pub(super) fn recorded_loss(&mut self, section: &str, loss: u64) {
        if loss > 0 {
            let loss = Amount::new(u128::from(loss)).to_decimal(LOSS_DIGITS);
            self.add(section, "recorded_loss", loss);
        }
    }

    pub(super) fn rate_score(&mut self, section: &str, rule: &RateScore) {
        let asset = self.parameters.emission.asset;
        let (symbol, decimals) = self.unit(asset);
        self.add(section, "score", word(SCORES, &ScoreWord::Rate(rule.kind)));
        let rated = match rule.kind {
            ContributionKind::Tokens => "1,000 tokens",
            ContributionKind::Improvement => "1 % of the recorded loss",
            ContributionKind::Tasks => "task",
            ContributionKind::Dataset => "10^9 bytes",
        };
        let unit = format!("{symbol} per {rated}");
        self.push(section, "rate", rule.rate.to_decimal(decimals), &unit);
        self.amount(section, "minimum", rule.minimum, asset);
        self.amount(section, "maximum", rule.maximum, asset);
        if rule.kind == ContributionKind::Improvement {
            self.add(section, "least_improvement", rule.least_improvement);
        }
    }

    /// Sections of their own, after the stream's rows.
    pub(super) fn multipliers(&mut self, section: &str, rule: &RateScore) {
        let (first, second) = rule.kind.multipliers();
        self.multiplier(&format!("{section}.{first}"), &rule.first);
        if let Some(second) = second {
            self.multiplier(&format!("{section}.{second}"), &rule.second);
        }
    }

    fn multiplier(&mut self, section: &str, multiplier: &Multiplier) {
        self.add(section, "min", multiplier.min);
        self.add(section, "max", multiplier.max);
        let rule = match &multiplier.rule {
            MultiplierRule::Measured => MultiplierWord::Measured,
            MultiplierRule::Consensus { .. } => MultiplierWord::Consensus,
            MultiplierRule::ByImprovement(_) => MultiplierWord::ByImprovement,
        };
        self.add(section, "rule", word(MULTIPLIERS, &rule));
        match &multiplier.rule {
            MultiplierRule::Measured => {}
            MultiplierRule::Consensus { steps, few, few_value } => {
                self.add(section, "steps", shown(steps));
                self.add(section, "few", few);
                self.add(section, "few_value", few_value);
            }
            MultiplierRule::ByImprovement(steps) => self.add(section, "steps", shown(steps)),
        }
    }

    pub(super) fn bucket(&mut self, section: &str, bucket: Bucket) {
        self.add(section, "floor", bucket.floor);
        self.add(section, "ceiling", bucket.ceiling);
        self.add(section, "priority", bucket.priority);
    }

    pub(super) fn dynamic(&mut self, rule: &DynamicBudget) {
        let section = "emission.dynamic";
        self.add(section, "of_supply", rule.of_supply);
        self.add(section, "full_activity", rule.full_activity);
        self.add(section, "least_activity", rule.least_activity);
        self.add(section, "most_activity", rule.most_activity);
        self.add(section, "backlog", shown(&rule.backlog));
        self.add(section, "least", rule.least);
        self.add(section, "most", rule.most);
    }

    pub(super) fn contributions(&mut self) {
        let parameters = self.parameters;
        let Some(rules) = &parameters.contributions else {
            return;
        };
        let section = "contributions";
        self.add(section, "submit_window", epochs(rules.submit_window_epochs));
        self.add(section, "verifiers", rules.verifiers);
        self.add(section, "approvals", rules.approvals);
        self.add(section, "confidence", rules.confidence);
        self.add(section, "verify_window", rules.verify_window);
        self.add(section, "challenge_window", rules.challenge_window);
        self.amount(section, "challenge_bond", rules.challenge_bond, parameters.emission.asset);
        self.add(section, "decision_window", rules.decision_window);
        if let Some(limit) = rules.rate_limit {
            let section = "contributions.rate_limit";
            self.add(section, "most", limit.most);
            self.add(section, "interval", Duration::Milliseconds(limit.interval_ms));
            self.add(section, "cooldown", Duration::Milliseconds(limit.cooldown_ms));
        }
        if let Some(rule) = &rules.reputation {
            let section = "contributions.reputation";
            self.add(section, "per_contribution", rule.per_contribution);
            self.add(section, "most_contributions", rule.most_contributions);
            self.add(section, "accuracy", rule.accuracy);
            self.add(section, "per_stake_decade", rule.per_stake_decade);
            self.add(section, "most_stake", rule.most_stake);
            self.add(section, "days_per_point", rule.days_per_point);
            self.add(section, "most_age", rule.most_age);
            self.add(section, "clean", rule.clean);
            self.add(section, "per_violation", rule.per_violation);
            self.add(section, "least", rule.least);
            let stake = parameters.collateral.asset;
            self.amount(section, "least_stake", rule.least_stake, stake);
        }
    }

    pub(super) fn buckets(&mut self) {
        let Some(rules) = &self.parameters.buckets else {
            return;
        };
        self.add("buckets", "rollover", epochs(rules.rollover_epochs));
        self.add("buckets", "max_recipient_share", rules.max_recipient_share);
        if let Some(backpay) = &rules.backpay {
            let section = "buckets.backpay";
            self.add(section, "max_age", Duration::Milliseconds(backpay.max_age_ms));
            self.add(section, "decay", shown(&backpay.decay));
            self.add(section, "max_periods", backpay.max_periods);
            self.add(section, "share", backpay.share);
        }
        if let Some(alerts) = &rules.alerts {
            let section = "buckets.alerts";
            let asset = self.parameters.emission.asset;
            let streams: Vec<&str> = alerts.streams.iter().map(Name::as_str).collect();
            self.add(section, "streams", streams.join(", "));
            self.add(section, "least_utilization", alerts.least_utilization);
            self.amount(section, "high_backpay", alerts.high_backpay, asset);
            self.amount(section, "critical_backpay", alerts.critical_backpay, asset);
        }
    }
}

/// Steps as the file writes them.
fn shown(steps: &Steps) -> String {
    let pairs = steps.steps.iter().map(|step| format!("[\"{}\", \"{}\"]", step.from, step.value));
    format!("[{}]", pairs.collect::<Vec<String>>().join(", "))
}
