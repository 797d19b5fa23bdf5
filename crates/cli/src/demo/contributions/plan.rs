//! The work of one epoch: what is contributed, what is claimed of it, and what is true.

use super::cast::Cast;
use super::rated::{Rated, rated};
use super::timeline::{Act, Timeline};
use crate::demo::random::Draws;
use crate::demo::settings::Settings;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_amounts::{Amount, mul_div_floor};
use workmint_core::Hash;
use workmint_core::modules::contributions::{ContributionKey, SubmitContribution};
use workmint_core::modules::parameters::{ContributionKind, Parameters};
use workmint_core::names::ModelId;

/// Demand in per cent of what a stream's bucket gets, by kind; during a surge of tokens.
const USUAL: [(ContributionKind, u128); 4] = [
    (ContributionKind::Tokens, 94),
    (ContributionKind::Improvement, 45),
    (ContributionKind::Tasks, 55),
    (ContributionKind::Dataset, 96),
];
const SURGE: u128 = 300;
/// Each improvement lowers the loss by this much, 10^-9, or by twice the least one that counts.
const IMPROVEMENT: u128 = 20_000_000;
const NANO: u128 = 1_000_000_000;
/// Nobody improves a model further than to this loss, 10^-9.
const LEAST_LOSS: u64 = 1_000;
/// Multipliers of improvements and of the large dataset, 10^-6.
const SESSION: (u32, u32) = (2_000_000, 1_000_000);
const LARGE: (u32, u32) = (900_000, 1_100_000);
/// The large dataset comes in so many units, and is worth so many targets.
const LARGE_UNITS: u64 = 50;
const LARGE_TARGETS: u128 = 4;
/// What false contributions claim, in multiples of what is true.
const FORGED: u64 = 8;
const FOOLING: u64 = 3;
/// A network that lets a node submit more than this in an interval sees nobody submit too much.
const MOST_RUSHED: u32 = 50;

/// What verifiers see in a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// It is as claimed, and verifiers measure a little differently.
    Honest,
    /// It is as claimed, and all verifiers see the same.
    Exact,
    /// They see that it is false.
    Seen,
    /// They do not, but a challenger does.
    Hidden,
    /// It is as claimed, but somebody will challenge it.
    Accused,
}

/// One contribution.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// The contributor's number.
    pub(super) contributor: usize,
    pub(super) message: SubmitContribution,
    /// Quantity and multipliers that verifiers measure.
    pub(super) quantity: u64,
    pub(super) first: u32,
    pub(super) second: u32,
    pub(super) truth: Truth,
}

/// The contributions of one epoch, in the order in which they are submitted.
#[derive(Clone, Debug, Default)]
pub(super) struct EpochPlan {
    pub(super) works: Vec<Work>,
    /// Their places, by contributor and id.
    places: BTreeMap<(usize, u64), usize>,
}

impl EpochPlan {
    /// The contribution of this name.
    pub(super) fn find(&self, cast: &Cast, key: &ContributionKey) -> Option<&Work> {
        let contributor = cast.number(&key.contributor)?;
        self.works.get(*self.places.get(&(contributor, key.id))?)
    }

    /// The contribution that is one more than its node may submit in an epoch.
    pub(super) fn above_limit(&self, parameters: &Parameters) -> Option<&Work> {
        let limit = parameters.contributions.as_ref()?.rate_limit?;
        self.works.iter().find(|work| work.message.id == u64::from(limit.most))
    }

    /// Plans an epoch: pure.
    pub(super) fn new(
        (settings, cast, timeline): (&Settings, &Cast, &Timeline),
        parameters: &Parameters,
        epoch: u64,
    ) -> Result<Self, Failure> {
        let mut planner = Planner {
            settings,
            cast,
            timeline,
            parameters,
            epoch,
            ids: BTreeMap::new(),
            works: Vec::new(),
        };
        for rated in rated(parameters) {
            match rated.rule.kind {
                ContributionKind::Tokens | ContributionKind::Tasks => planner.shared(&rated)?,
                ContributionKind::Improvement => planner.improve(&rated)?,
                ContributionKind::Dataset => planner.datasets(&rated)?,
            }
        }
        planner.falsify();
        planner.exceed()?;
        let works = planner.works;
        let names = works.iter().map(|work| (work.contributor, work.message.id));
        Ok(Self { places: names.zip(0..).collect(), works })
    }
}

/// A plan under construction.
struct Planner<'a> {
    settings: &'a Settings,
    cast: &'a Cast,
    timeline: &'a Timeline,
    parameters: &'a Parameters,
    epoch: u64,
    /// By contributor, its next id of the epoch.
    ids: BTreeMap<usize, u64>,
    works: Vec<Work>,
}

/// A quantity with its multipliers.
type Measure = (u64, (u32, u32));

impl Planner<'_> {
    fn has(&self, act: Act) -> bool {
        self.timeline.has(act, self.epoch)
    }

    /// Demand of an epoch, base units.
    fn demand(&self, rated: &Rated) -> Result<Amount, Failure> {
        let kind = rated.rule.kind;
        let usual = USUAL.iter().find(|(of, _)| *of == kind).map_or(0, |(_, level)| *level);
        let surge = kind == ContributionKind::Tokens && self.has(Act::Surge);
        let level = if surge { SURGE } else { usual };
        let target = rated.target(self.parameters)?;
        let demand = mul_div_floor(target.get(), level, 100).map_err(Failure::damage)?;
        Ok(Amount::new(demand))
    }

    /// Plans a contribution of `contributor`.
    fn push(
        &mut self,
        rated: &Rated,
        contributor: usize,
        (model, (quantity, multipliers)): (Option<ModelId>, Measure),
        truth: Truth,
    ) {
        if quantity == 0 {
            return;
        }
        let id = self.ids.entry(contributor).or_default();
        let numbers = [self.settings.seed, self.epoch, contributor as u64, *id];
        let key = numbers.map(u64::to_be_bytes);
        let parts = [&key[0][..], &key[1][..], &key[2][..], &key[3][..]];
        let message = SubmitContribution {
            epoch: self.epoch,
            id: *id,
            stream: rated.stream.name.clone(),
            node: 0,
            model,
            quantity,
            content: Hash::of("workmint demo contribution", &parts),
        };
        *id += 1;
        let (first, second) = multipliers;
        self.works.push(Work { contributor, message, quantity, first, second, truth });
    }

    /// Tokens and tasks: everybody does a share of the demand.
    fn shared(&mut self, rated: &Rated) -> Result<(), Failure> {
        let members = self.cast.members(rated.at);
        let demand = self.demand(rated)?.get();
        let purpose = format!("shares {}", rated.at);
        let mut draws = Draws::new(self.settings.seed, self.epoch, 0, &purpose);
        let shares: Vec<u128> = members.iter().map(|_| u128::from(80 + draws.below(41))).collect();
        let all = shares.iter().sum::<u128>().max(1);
        let tokens = rated.rule.kind == ContributionKind::Tokens;
        let models = self.parameters.models.len() as u64;
        for (contributor, share) in members.into_iter().zip(shares) {
            let worth = mul_div_floor(demand, share, all).map_err(Failure::damage)?;
            let found = 900_000 + 10_000 * u32::try_from(draws.below(31)).unwrap_or(0);
            let multipliers = rated.multipliers((found, 1_000_000));
            let quantity = rated.quantity_worth(Amount::new(worth), multipliers)?;
            let model = u16::try_from(draws.below(models)).unwrap_or(0);
            let model = (tokens && models > 0).then_some(ModelId(model));
            self.push(rated, contributor, (model, (quantity, multipliers)), Truth::Honest);
        }
        Ok(())
    }

    /// Improvements: one after another, by everybody in turn, of every model in turn.
    fn improve(&mut self, rated: &Rated) -> Result<(), Failure> {
        let members = self.cast.members(rated.at);
        let models: Vec<(ModelId, u64)> = (0_u16..)
            .zip(&self.parameters.models)
            .filter(|(_, model)| model.recorded_loss > 0)
            .map(|(number, model)| (ModelId(number), model.recorded_loss))
            .collect();
        let (count, people) = (models.len() as u64, members.len() as u64);
        if count == 0 || people == 0 {
            return Ok(());
        }
        let least = rated.rule.least_improvement.ceil_mul(2 * NANO).map_err(Failure::damage)?;
        let step = IMPROVEMENT.max(least).min(NANO);
        let multipliers = rated.multipliers(SESSION);
        let each = rated.worth(u64::try_from(step).map_err(Failure::damage)?, multipliers)?;
        let demand = self.demand(rated)?.get();
        let until = |epoch: u64| {
            let all = mul_div_floor(demand, u128::from(epoch), each.get().max(1));
            all.map(|all| u64::try_from(all).unwrap_or(u64::MAX))
        };
        let from = until(self.epoch).map_err(Failure::damage)?;
        let to = until(self.epoch.saturating_add(1)).map_err(Failure::damage)?;
        // A session of the demo is worth much: nobody has more than a few in an epoch.
        for number in from..to.min(from.saturating_add(2 * people)) {
            let (model, recorded) = models[usize::try_from(number % count).unwrap_or(0)];
            let loss = improved(recorded, step, number / count);
            let contributor = members[usize::try_from(number % people).unwrap_or(0)];
            if loss >= LEAST_LOSS {
                self.push(rated, contributor, (Some(model), (loss, multipliers)), Truth::Honest);
            }
        }
        if let (true, Some(last)) = (self.has(Act::Stale), from.checked_sub(1)) {
            // What the last session before this epoch achieved; it becomes final first.
            let (model, recorded) = models[usize::try_from(last % count).unwrap_or(0)];
            let loss = improved(recorded, step, last / count);
            let contributor = members[usize::try_from(from % people).unwrap_or(0)];
            let found = (Some(model), (loss, multipliers));
            self.push(rated, contributor, found, Truth::Exact);
        }
        Ok(())
    }

    /// Datasets: one an epoch, by everybody in turn, and now and then a large one.
    fn datasets(&mut self, rated: &Rated) -> Result<(), Failure> {
        let members = self.cast.members(rated.at);
        let turn = |number: u64| {
            let turn = number.checked_rem(members.len() as u64)?;
            members.get(usize::try_from(turn).ok()?).copied()
        };
        let (Some(one), Some(next)) = (turn(self.epoch), turn(self.epoch.saturating_add(1))) else {
            return Ok(());
        };
        let mut draws = Draws::new(self.settings.seed, self.epoch, 0, "dataset");
        let mut found =
            |from: u32| from + 10_000 * u32::try_from(draws.below(21)).unwrap_or_default();
        let multipliers = rated.multipliers((found(800_000), found(900_000)));
        let quantity = rated.quantity_worth(self.demand(rated)?, multipliers)?;
        self.push(rated, one, (None, (quantity, multipliers)), Truth::Honest);
        if self.has(Act::LargeDataset) {
            let multipliers = rated.multipliers(LARGE);
            let wanted = rated.target(self.parameters)?.checked_mul(LARGE_TARGETS);
            let least = rated.quantity_worth(wanted.map_err(Failure::damage)?, multipliers)?;
            let lot = rated.rule.kind.unit().saturating_mul(LARGE_UNITS);
            let quantity = least.div_ceil(lot).saturating_mul(lot);
            self.push(rated, next, (None, (quantity, multipliers)), Truth::Exact);
        }
        Ok(())
    }

    /// What some of the contributions claim is false, or called so.
    fn falsify(&mut self) {
        let acts = [
            (Act::Forged, Truth::Seen, FORGED),
            (Act::Fooling, Truth::Hidden, FOOLING),
            (Act::Accused, Truth::Accused, 1),
        ];
        let Some((act, truth, factor)) = acts.into_iter().find(|(act, _, _)| self.has(*act)) else {
            return;
        };
        let mut draws = Draws::new(self.settings.seed, self.epoch, act as u64, "act");
        let streams: Vec<_> = rated(self.parameters)
            .filter(|rated| rated.rule.kind == ContributionKind::Tokens)
            .map(|rated| rated.stream.name.clone())
            .collect();
        let fits = |work: &&mut Work| streams.contains(&work.message.stream);
        let count = self.works.iter_mut().filter(fits).count() as u64;
        let chosen = usize::try_from(draws.below(count)).unwrap_or(0);
        if let Some(work) = self.works.iter_mut().filter(fits).nth(chosen) {
            work.truth = truth;
            work.message.quantity = work.quantity.saturating_mul(factor);
        }
    }

    /// Whoever submits more than it may, and the verifier that contributes.
    fn exceed(&mut self) -> Result<(), Failure> {
        let limit = self.parameters.contributions.as_ref().and_then(|rules| rules.rate_limit);
        let most = limit.map_or(0, |limit| limit.most);
        let rushed = self.has(Act::Rushed) && (1..=MOST_RUSHED).contains(&most);
        let shares = |kind: ContributionKind| {
            kind == ContributionKind::Tasks || kind == ContributionKind::Tokens
        };
        let mut streams: Vec<Rated> =
            rated(self.parameters).filter(|rated| shares(rated.rule.kind)).collect();
        streams.sort_by_key(|rated| rated.rule.kind != ContributionKind::Tasks);
        if let Some(rated) = streams.first().filter(|_| rushed) {
            let member = self.cast.members(rated.at).first().copied();
            let own = self.works.iter().find(|work| Some(work.contributor) == member).cloned();
            for _ in 0..own.as_ref().map_or(0, |_| most) {
                if let Some(Work { contributor, message, quantity, first, second, .. }) = &own {
                    let small = (quantity / u64::from(most.max(1)) / 2).max(1);
                    let found = (message.model, (small, (*first, *second)));
                    self.push(rated, *contributor, found, Truth::Exact);
                }
            }
        }
        let tasks = streams.first().filter(|rated| rated.rule.kind == ContributionKind::Tasks);
        if let (Some(rated), Some(insider)) = (tasks, self.cast.insider)
            && self.has(Act::SelfVerified)
        {
            let worth = self.demand(rated)?.get().checked_div(10).unwrap_or(0);
            let multipliers = rated.multipliers((1_000_000, 1_000_000));
            let quantity = rated.quantity_worth(Amount::new(worth), multipliers)?;
            self.push(rated, insider, (None, (quantity, multipliers)), Truth::Exact);
        }
        Ok(())
    }
}

/// A model's loss after one more session than `sessions`, 10^-9.
fn improved(recorded: u64, step: u128, sessions: u64) -> u64 {
    let mut loss = u128::from(recorded);
    for _ in 0..=sessions {
        loss = loss * (NANO - step) / NANO;
        if loss < u128::from(LEAST_LOSS) {
            break;
        }
    }
    u64::try_from(loss).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_lower_the_loss_by_equal_shares() {
        assert_eq!(improved(2_500_000_000, IMPROVEMENT, 0), 2_450_000_000);
        assert_eq!(improved(2_500_000_000, IMPROVEMENT, 1), 2_401_000_000);
        // It stops at the first loss below 1,000: at least 980, a step below 1,000.
        let last = improved(2_500_000_000, IMPROVEMENT, 1_000_000);
        assert!((980..1_000).contains(&last), "{last}");
        assert_eq!(improved(2_500_000_000, NANO, 3), 0);
    }
}
