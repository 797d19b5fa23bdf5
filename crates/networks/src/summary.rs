//! A network as rows for people and for JSON: every value with unit and meaning.

mod emission;
mod exchange;
mod fees;
mod governance;
mod jobs;
mod opinions;
mod rates;
mod sessions;
mod stake;
mod validators;
mod weights;

use crate::choices::{
    CLIPS, DENOMINATORS, DESTINATIONS, LIMITS, MISS_CONSEQUENCES, MODES, PRICE_ROUNDINGS,
    REMAINDERS, SPLITS, STEPS, SplitWord, VESTING_REMAINDERS, word,
};
use crate::definition::{NetworkDefinition, Owner};
use crate::schema;
use crate::sections::ROLES;
use crate::values::show_epoch_length;
use std::collections::BTreeMap;
use std::fmt::Display;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::parameters::{
    AssetId, MissedRequests, Name, Parameters, Payee, PriceMoves, Pricing, Score, Source, Split,
    StabilityZone, Stream,
};
use workmint_core::modules::registry::Role;
use workmint_core::time::Duration;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRow {
    /// The section with its number in a list: `streams[1]`.
    pub section: String,
    /// The key of the file.
    pub key: &'static str,
    /// The value as the file would write it, defaults included. Amounts are display units.
    pub value: String,
    /// The unit; empty for words.
    pub unit: String,
    /// What it says.
    pub meaning: &'static str,
}

impl SummaryRow {
    /// Where specification and schema name its section and key: rows of two networks in one order.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        let name = schema::without_numbers(&self.section);
        let known = schema::SECTIONS.iter().enumerate().find(|(_, section)| section.name == name);
        known.map_or((usize::MAX, 0), |(at, section)| {
            let key = section.keys.iter().position(|key| key.name == self.key);
            (at, key.unwrap_or(usize::MAX))
        })
    }
}

/// All values of a network in the file's order.
#[must_use]
pub fn summary(definition: &NetworkDefinition) -> Vec<SummaryRow> {
    let names = &definition.accounts;
    let mut rows = Rows { parameters: &definition.parameters, names, all: Vec::new() };
    rows.network();
    for (at, id) in rows.asset_ids() {
        rows.asset(at);
        let of = definition.allocations.iter().filter(|allocation| allocation.asset == id);
        for (k, allocation) in of.enumerate() {
            let section = format!("assets[{at}].genesis[{k}]");
            rows.add(&section, "to", &allocation.to);
            rows.amount(&section, "amount", allocation.amount, id);
            rows.add(&section, "vesting", epochs(allocation.vesting_epochs));
            rows.add(&section, "cliff", epochs(allocation.cliff_epochs));
            rows.add(&section, "at_once", allocation.at_once);
        }
    }
    rows.rules();
    for (key, role) in ROLES {
        let parameters = &definition.parameters;
        match role {
            Role::Verifier if parameters.contributions.is_none() => continue,
            Role::Attestor if parameters.attestation.is_none() => continue,
            Role::Reporter | Role::Judge | Role::Governor | Role::Verifier | Role::Attestor => {}
        }
        let holders = definition.roles.iter().filter(|(of, _)| *of == role);
        let holders: Vec<String> =
            holders.map(|(_, owner): &(Role, Owner)| owner.to_string()).collect();
        rows.add("roles", key, holders.join(", "));
    }
    rows.all
}

/// The values of parameters alone, such as those a running chain has: no genesis, no roles.
#[must_use]
pub fn summary_of(parameters: &Parameters) -> Vec<SummaryRow> {
    let mut rows = Rows { parameters, names: &BTreeMap::new(), all: Vec::new() };
    rows.network();
    for (at, _) in rows.asset_ids() {
        rows.asset(at);
    }
    rows.rules();
    rows.all
}

struct Rows<'a> {
    parameters: &'a Parameters,
    /// Accounts that are only names, by what stands in for them.
    names: &'a BTreeMap<Address, Name>,
    all: Vec<SummaryRow>,
}

impl Rows<'_> {
    fn add(&mut self, section: &str, key: &'static str, value: impl Display) {
        self.push(section, key, value.to_string(), "");
    }

    /// `symbol` replaces `$` in the unit.
    fn push(&mut self, section: &str, key: &'static str, value: String, symbol: &str) {
        let schema = schema::section(&schema::without_numbers(section));
        let (unit, meaning) = schema
            .and_then(|schema| schema.key(key))
            .map_or(("", ""), |known| (known.unit, known.meaning));
        let (section, unit) = (section.to_owned(), unit.replace('$', symbol));
        self.all.push(SummaryRow { section, key, value, unit, meaning });
    }

    fn account(&mut self, section: &str, key: &'static str, account: &Address) {
        match self.names.get(account) {
            Some(name) => self.add(section, key, name),
            None => self.add(section, key, account),
        }
    }

    fn amount(&mut self, section: &str, key: &'static str, amount: Amount, asset: AssetId) {
        let (symbol, decimals) = self.unit(asset);
        self.push(section, key, amount.to_decimal(decimals), &symbol);
    }

    fn unit(&self, asset: AssetId) -> (String, u8) {
        let found = self.parameters.asset(asset);
        found.map_or_else(Default::default, |of| (of.symbol.to_string(), of.decimals))
    }

    fn asset_ids(&self) -> impl Iterator<Item = (usize, AssetId)> + use<> {
        let count = u16::try_from(self.parameters.assets.len()).unwrap_or(u16::MAX);
        (0..count).map(|id| (usize::from(id), AssetId(id)))
    }

    fn network(&mut self) {
        let network = &self.parameters.network;
        self.add("network", "name", &network.name);
        self.add("network", "chain_id", network.chain_id);
        self.add("network", "epoch_length", show_epoch_length(network.epoch_length));
    }

    fn asset(&mut self, at: usize) {
        let section = format!("assets[{at}]");
        let asset = &self.parameters.assets[at];
        self.add(&section, "symbol", &asset.symbol);
        self.add(&section, "decimals", asset.decimals);
        let cap = asset.cap.to_decimal(asset.decimals);
        self.push(&section, "cap", cap, asset.symbol.as_str());
    }

    fn rules(&mut self) {
        let parameters = self.parameters;
        for (at, model) in parameters.models.iter().enumerate() {
            let section = format!("models[{at}]");
            self.add(&section, "id", &model.id);
            self.add(&section, "units_per_weight", model.units_per_weight);
            let price = model.price_per_unit;
            self.amount(&section, "price_per_unit", price, parameters.market.asset);
            self.add(&section, "weight_factor", model.weight_factor);
            self.add(&section, "compute_per_unit", model.compute_per_unit);
            self.recorded_loss(&section, model.recorded_loss);
            if parameters.emission.utility.is_some() {
                self.add(&section, "difficulty", model.difficulty);
            }
            if parameters.streams.iter().any(|of| of.score == Score::ModelShares) {
                self.add(&section, "share", model.share);
                self.add(&section, "reference_weight", model.reference_weight);
            }
        }
        self.emission();
        for (at, stream) in parameters.streams.iter().enumerate() {
            self.stream(&format!("streams[{at}]"), stream);
        }
        self.weights_and_collateral();
        self.slashing();
        self.work();
        self.market_fees_and_claims();
        self.contributions();
        self.buckets();
        self.stake_and_attestation();
        self.governance();
        self.exchange();
        self.validators();
        self.opinions();
    }

    fn stream(&mut self, section: &str, stream: &Stream) {
        self.add(section, "name", &stream.name);
        match &stream.source {
            Source::Emission { share } => {
                self.add(section, "source", "emission");
                self.add(section, "share", share);
            }
            Source::BlockRewards { reward } => {
                self.add(section, "source", "block_rewards");
                self.amount(section, "reward", *reward, self.parameters.emission.asset);
            }
            Source::Payments => self.add(section, "source", "payments"),
            Source::Pot { name } => {
                self.add(section, "source", "pot");
                self.add(section, "pot", name);
            }
        }
        self.score(section, &stream.score);
        let split = match stream.split {
            Split::Proportional => SplitWord::Proportional,
            Split::Direct => SplitWord::Direct,
            Split::Rate(_) => SplitWord::Rate,
        };
        self.add(section, "split", word(SPLITS, &split));
        if let (Split::Rate(bucket), Score::Rate(rule)) = (stream.split, &stream.score) {
            self.bucket(section, bucket);
            return self.multipliers(section, rule);
        }
        self.add(section, "denominator", word(DENOMINATORS, &stream.denominator));
        self.add(section, "limit", word(LIMITS, &stream.limit));
        self.add(section, "forfeits", word(DESTINATIONS, &stream.forfeits));
        self.add(section, "remainder", word(REMAINDERS, &stream.remainder));
        if matches!(stream.source, Source::Emission { .. }) {
            self.add(section, "clip", word(CLIPS, &stream.clip));
        }
    }

    fn score(&mut self, section: &str, score: &Score) {
        match score {
            Score::PocWeight(bonuses) => {
                self.add(section, "score", "poc_weight");
                self.add(section, "utilisation_factor", bonuses.utilisation_factor);
                self.add(section, "full_coverage", bonuses.full_coverage);
                self.add(section, "partial_coverage", bonuses.partial_coverage);
            }
            Score::Rate(rule) => self.rate_score(section, rule),
            Score::WorkDone => self.add(section, "score", "work_done"),
            Score::Availability(rule) => {
                self.add(section, "score", "availability");
                self.add(section, "rate_per_epoch", rule.rate_per_epoch);
                self.add(section, "least_factor", rule.least_factor);
                self.add(section, "most_factor", rule.most_factor);
                self.add(section, "window", rule.window);
            }
            Score::StakingPower(rule) => {
                self.add(section, "score", "staking_power");
                self.add(section, "least_uptime", rule.least_uptime);
                self.add(section, "needs_paid_job", rule.needs_paid_job);
            }
            Score::Liquidity => self.add(section, "score", "liquidity"),
            Score::ModelShares => self.add(section, "score", "model_shares"),
            Score::Performance => self.add(section, "score", "performance"),
            Score::BondedStake => self.add(section, "score", "bonded_stake"),
            Score::BlocksProposed => self.add(section, "score", "blocks_proposed"),
            Score::YumaIncentive => self.add(section, "score", "yuma_incentive"),
            Score::YumaDividends => self.add(section, "score", "yuma_dividends"),
            Score::FixedAccount { account } => {
                self.add(section, "score", "fixed_account");
                match account {
                    Payee::Treasury => self.add(section, "account", "treasury"),
                    Payee::Account(address) => self.account(section, "account", address),
                }
            }
        }
    }

    fn work(&mut self) {
        let (section, work) = ("work", &self.parameters.work);
        let asset = self.parameters.market.asset;
        self.add(section, "quorum", work.quorum);
        if let Some(weight) = work.quorum_weight {
            self.add(section, "quorum_weight", weight);
        }
        if let Some(length) = work.proof_window_ms {
            self.add(section, "proof_window", Duration::Milliseconds(length));
        }
        self.add(section, "challenge_window", work.challenge_window);
        self.amount(section, "challenge_bond_minimum", work.challenge_bond_minimum, asset);
        self.add(section, "challenge_bond_ratio", work.challenge_bond_ratio);
        self.add(section, "decision_window", work.decision_window);
        self.add(section, "max_customers_per_summary", work.max_customers_per_summary);
        self.add(section, "checks_per_epoch", work.checks_per_epoch);
        let consequence = word(MISS_CONSEQUENCES, &work.missed_consequence);
        self.add(section, "missed_consequence", consequence);
        self.missed_requests();
        self.conduct();
    }

    fn missed_requests(&mut self) {
        let section = "work.missed_requests";
        match &self.parameters.work.missed_requests {
            MissedRequests::Ratio { threshold } => {
                self.add(section, "rule", "ratio");
                self.add(section, "threshold", threshold);
            }
            MissedRequests::Binomial { rate, significance } => {
                self.add(section, "rule", "binomial");
                self.add(section, "rate", rate);
                self.add(section, "significance", significance);
            }
            MissedRequests::Tables { rate, follows_network } => {
                self.add(section, "rule", "tables");
                self.add(section, "rate", rate);
                self.add(section, "follows_network", follows_network);
            }
        }
    }

    /// Sampling, status test, reputation.
    fn conduct(&mut self) {
        let work = &self.parameters.work;
        if let Some(rule) = &work.sampling {
            let section = "work.sampling";
            self.add(section, "minimum", rule.minimum);
            self.add(section, "halfway", rule.halfway);
            self.add(section, "maximum", rule.maximum);
            self.add(section, "low_traffic", rule.low_traffic);
            self.add(section, "full_traffic", rule.full_traffic);
        }
        if let Some(rule) = &work.status {
            let section = "work.status";
            self.add(section, "good_invalid", rule.good_invalid);
            self.add(section, "bad_invalid", rule.bad_invalid);
            self.add(section, "invalid_threshold", rule.invalid_threshold);
            self.add(section, "good_downtime", rule.good_downtime);
            self.add(section, "bad_downtime", rule.bad_downtime);
            self.add(section, "downtime_threshold", rule.downtime_threshold);
            self.add(section, "quick_failure", rule.quick_failure);
        }
        if let Some(rule) = &work.reputation {
            let section = "work.reputation";
            self.add(section, "epochs_to_full", rule.epochs_to_full);
            self.add(section, "miss_cutoff", rule.miss_cutoff);
            self.add(section, "miss_penalty", rule.miss_penalty);
        }
    }

    fn pricing(&mut self) {
        let (section, asset) = ("pricing", self.parameters.market.asset);
        match &self.parameters.pricing {
            Pricing::Fixed => self.add(section, "rule", "fixed"),
            Pricing::StabilityZone(zone) => {
                self.add(section, "rule", "stability_zone");
                self.stability_zone(zone);
            }
            Pricing::UnitOfCompute { initial } => {
                self.add(section, "rule", "unit_of_compute");
                self.amount(section, "initial", *initial, asset);
            }
            Pricing::Imbalance(rules) => {
                self.add(section, "rule", "imbalance");
                self.add(section, "elasticity", rules.elasticity);
                self.price_moves(&rules.moves);
            }
            Pricing::Hamiltonian(rules) => {
                self.add(section, "rule", "hamiltonian");
                self.add(section, "stiffness", rules.stiffness);
                self.add(section, "damping", rules.damping);
                self.add(section, "most_queue", rules.most_queue);
                self.price_moves(&rules.moves);
            }
        }
    }

    fn price_moves(&mut self, moves: &PriceMoves) {
        let (section, asset) = ("pricing", self.parameters.market.asset);
        self.add(section, "steps_per_epoch", moves.steps_per_epoch);
        self.add(section, "largest_step", moves.largest_step);
        self.amount(section, "minimum", moves.minimum, asset);
        self.amount(section, "maximum", moves.maximum, asset);
    }

    fn stability_zone(&mut self, zone: &StabilityZone) {
        let (section, asset) = ("pricing", self.parameters.market.asset);
        self.add(section, "lower", zone.lower);
        self.add(section, "upper", zone.upper);
        self.add(section, "elasticity", zone.elasticity);
        self.add(section, "step", word(STEPS, &zone.step));
        self.add(section, "window", zone.window);
        self.amount(section, "minimum", zone.minimum, asset);
        self.amount(section, "maximum", zone.maximum, asset);
        self.add(section, "grace_end_epoch", zone.grace_end_epoch);
        self.amount(section, "grace_price", zone.grace_price, asset);
        self.add(section, "rounding", word(PRICE_ROUNDINGS, &zone.rounding));
    }

    fn market_fees_and_claims(&mut self) {
        let parameters = self.parameters;
        let (market, claims) = (&parameters.market, &parameters.claims);
        let symbol = self.unit(market.asset).0;
        self.add("market", "asset", symbol);
        self.add("market", "close_window", market.close_window);
        if let Some(rules) = &market.escrow {
            self.add("market.escrow", "default_max_units", rules.default_max_units);
            self.add("market.escrow", "expiry", rules.expiry);
        }
        self.jobs();
        self.sessions_and_fee(market);
        self.pricing();
        self.fees();
        self.add("claims", "mode", word(MODES, &claims.mode));
        self.add("claims", "window", epochs(claims.window_epochs));
        self.add("claims", "unclaimed", word(DESTINATIONS, &claims.unclaimed));
        self.add("claims", "vesting", epochs(claims.vesting_epochs));
        self.add("claims", "vesting_share", claims.vesting_share);
        let remainder = word(VESTING_REMAINDERS, &claims.vesting_remainder);
        self.add("claims", "vesting_remainder", remainder);
    }
}

/// A length in epochs as the file writes it.
fn epochs(count: u64) -> String {
    Duration::Epochs(count).to_string()
}
