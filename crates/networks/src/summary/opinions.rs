//! Rows of `[opinions]` and its nested sections.

use super::{Rows, epochs};
use crate::choices::{DESTINATIONS, OPINION_POWERS, YUMA_KINDS, YUMA_MODES, word};
use crate::values::show_blocks;
use workmint_core::modules::parameters::{
    AssetId, ChildRules, OpinionPower, Opinions, SeatRegistration, Weighing, Yuma,
};

impl Rows<'_> {
    pub(super) fn opinions(&mut self) {
        let Some(rules) = &self.parameters.opinions else {
            return;
        };
        let section = "opinions";
        self.add(section, "seats", rules.seats);
        if let Some(owner) = &rules.owner {
            self.account(section, "owner", owner);
        }
        self.add(section, "power", word(OPINION_POWERS, &rules.power));
        self.amount(section, "least_power", rules.least_power, self.power_asset(rules));
        self.add(section, "most_validators", rules.most_validators);
        self.add(section, "activity_cutoff", show_blocks(rules.activity_cutoff_blocks));
        self.registration(&rules.registration);
        self.weighing(&rules.weighing);
        if let Some(yuma) = &rules.yuma {
            self.yuma(yuma);
        }
        if let Some(children) = &rules.children {
            self.children(children);
        }
    }

    /// The asset of what backs opinions.
    fn power_asset(&self, rules: &Opinions) -> AssetId {
        let collateral = self.parameters.collateral.asset;
        let bonded = self.parameters.validators.as_ref().map(|rules| rules.asset);
        let staked = self.parameters.stake.as_ref().map(|rules| rules.asset);
        match rules.power {
            OpinionPower::Bonded => bonded.unwrap_or(collateral),
            OpinionPower::Collateral => collateral,
            OpinionPower::Stake => staked.unwrap_or(collateral),
        }
    }

    fn registration(&mut self, rules: &SeatRegistration) {
        let (section, asset) = ("opinions.registration", self.parameters.emission.asset);
        self.amount(section, "initial", rules.initial, asset);
        self.amount(section, "minimum", rules.minimum, asset);
        self.amount(section, "maximum", rules.maximum, asset);
        self.add(section, "half_life", show_blocks(rules.half_life_blocks));
        self.add(section, "rise", rules.rise);
        self.add(section, "burned_share", rules.burned_share);
        self.add(section, "rest", word(DESTINATIONS, &rules.rest));
        self.add(section, "immunity", show_blocks(rules.immunity_blocks));
    }

    fn weighing(&mut self, rules: &Weighing) {
        let section = "opinions.weighing";
        self.add(section, "minimum_count", rules.minimum_count);
        self.add(section, "rate_limit", show_blocks(rules.rate_limit_blocks));
        if let Some(reveal) = rules.reveal_epochs {
            self.add(section, "reveal", epochs(reveal));
        }
        self.add(section, "most_commitments", rules.most_commitments);
    }

    fn yuma(&mut self, rules: &Yuma) {
        let section = "opinions.yuma";
        self.add(section, "mode", word(YUMA_MODES, &rules.mode));
        self.add(section, "kind", word(YUMA_KINDS, &rules.kind));
        self.add(section, "kappa", rules.kappa);
        self.add(section, "bonds_penalty", rules.bonds_penalty);
        self.add(section, "bonds_moving_average", rules.bonds_moving_average);
        if let Some(liquid) = rules.liquid {
            let section = "opinions.yuma.liquid";
            self.add(section, "low", liquid.low);
            self.add(section, "high", liquid.high);
            self.add(section, "steepness", liquid.steepness);
        }
    }

    fn children(&mut self, rules: &ChildRules) {
        let section = "opinions.children";
        self.add(section, "most", rules.most);
        self.add(section, "most_take", rules.most_take);
        self.add(section, "delay", epochs(rules.delay_epochs));
    }
}
