//! The requests of one epoch, made one by one, and the reports they become.

use super::behaviour::Behaviour;
use super::cast::{Cast, HostNode};
use crate::demo::random::Draws;
use crate::demo::requests::Source;
use crate::demo::settings::Settings;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_amounts::{Amount, apportion};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::work::Usage;
use workmint_core::names::ModelId;
use workmint_core::{Address, Hash, merkle};

/// How busy the models are, in proportion; by model, repeating.
const POPULARITY: [u128; 3] = [6, 9, 3];
/// A cheat reports so many times its units.
const INFLATION: u64 = 3;
/// Of 1,000 requests a good host leaves so many unanswered, and never more than 1 in 25.
const USUAL_MISSES: u64 = 4;
const USUAL_LIMIT: u64 = 25;
/// Of 1,000 requests an overloaded or silent host leaves so many unanswered.
const MANY_MISSES: u64 = 150;

/// A host's report about one node and model.
#[derive(Debug)]
pub(in crate::demo) struct Report {
    /// The host's number.
    pub(in crate::demo) host: u64,
    pub(in crate::demo) node: u32,
    pub(in crate::demo) model: ModelId,
    /// By customer, ascending.
    pub(in crate::demo) usage: Vec<Usage>,
    /// Requests not answered, as the host says.
    pub(in crate::demo) missed: u64,
    pub(in crate::demo) latency_ms: u32,
    pub(in crate::demo) quality_permille: u16,
    /// Root of the single requests answered.
    pub(in crate::demo) root: Hash,
}

/// An epoch's demand.
#[derive(Debug)]
pub(in crate::demo) struct EpochDemand {
    /// The epoch.
    pub(in crate::demo) epoch: u64,
    pub(in crate::demo) behaviour: Behaviour,
    /// Weight that each node's compute proof shows, in the order of hosts and nodes.
    pub(in crate::demo) proofs: Vec<(u64, HostNode)>,
    /// Reports, by host and node.
    pub(in crate::demo) reports: Vec<Report>,
    /// Requests that silent hosts left unanswered.
    pub(in crate::demo) unreported: BTreeMap<u64, u64>,
    /// What each customer will be charged at today's prices, by customer and model, base units of
    /// the market's asset.
    pub(in crate::demo) charges: BTreeMap<(Address, ModelId), Amount>,
}

/// One node's part of the epoch's requests.
struct Share {
    host: u64,
    node: HostNode,
    /// Number of its first request in the epoch.
    first: u64,
    count: u64,
}

impl EpochDemand {
    /// Makes the epoch's requests.
    pub(in crate::demo) fn new(
        (settings, cast, source): (&Settings, &Cast, &Source),
        parameters: &Parameters,
        epoch: u64,
    ) -> Result<Self, Failure> {
        let behaviour = Behaviour::new(settings, epoch);
        let proofs = proofs(settings, cast, epoch);
        let mut demand = Self {
            epoch,
            behaviour,
            proofs,
            reports: Vec::new(),
            unreported: BTreeMap::new(),
            charges: BTreeMap::new(),
        };
        for share in shares(settings, parameters, &demand.proofs, epoch)? {
            let report = demand.answer((settings, cast, source), &share);
            if !report.usage.is_empty() || report.missed > 0 {
                demand.charge(parameters, &report)?;
                demand.reports.push(report);
            }
        }
        Ok(demand)
    }

    /// Answers a node's requests one by one, or fails to.
    fn answer(
        &mut self,
        (settings, cast, source): (&Settings, &Cast, &Source),
        share: &Share,
    ) -> Report {
        let (host, node) = (share.host, share.node);
        let purpose = format!("requests {} {}", node.node, node.model.0);
        let mut draws = Draws::new(settings.seed, self.epoch, host, &purpose);
        let silent = self.behaviour.silent.contains(&host);
        let bad = silent || self.behaviour.overloaded.contains(&host);
        let customers = cast.customers.len() as u64;
        let mut usage: Vec<(u64, u64)> = vec![(0, 0); cast.customers.len()];
        let mut leaves = Vec::new();
        let mut missed = 0_u64;
        for number in share.first..share.first + share.count {
            // Small numbers come more often: some customers are larger than others.
            let customer = draws.below(customers).min(draws.below(customers));
            let fate = draws.below(1_000);
            let (kind, sizes) = (draws.next(), draws.next());
            let lost = match bad {
                true => fate < MANY_MISSES || missed == 0,
                false => fate < USUAL_MISSES && (missed + 1) * USUAL_LIMIT <= share.count,
            };
            if lost {
                missed += 1;
                continue;
            }
            let place = (self.epoch, settings.requests_per_epoch, number);
            let (context, generated) = source.size(place, (kind, sizes));
            let at = usize::try_from(customer).unwrap_or(0);
            usage[at].0 += 1;
            usage[at].1 += context + generated;
            leaves.push(leaf(number, &cast.customers[at], context, generated));
        }
        if silent {
            *self.unreported.entry(host).or_default() += missed;
            missed = 0;
        }
        let factor = if self.behaviour.cheats.contains(&host) { INFLATION } else { 1 };
        let mut usage: Vec<Usage> = usage
            .into_iter()
            .zip(&cast.customers)
            .filter(|((requests, _), _)| *requests > 0)
            .map(|((requests, units), customer)| Usage {
                customer: *customer,
                requests,
                units: units * factor,
            })
            .collect();
        usage.sort_unstable_by_key(|usage| usage.customer);
        Report {
            host,
            node: node.node,
            model: node.model,
            usage,
            missed,
            latency_ms: u32::try_from(180 + draws.below(700)).unwrap_or(0),
            quality_permille: u16::try_from(960 + draws.below(41)).unwrap_or(0),
            root: merkle::root(leaves),
        }
    }

    fn charge(&mut self, parameters: &Parameters, report: &Report) -> Result<(), Failure> {
        let Some(model) = parameters.model(report.model) else {
            return Ok(());
        };
        for usage in &report.usage {
            let price = model.price_per_unit;
            let amount = price.checked_mul(u128::from(usage.units)).map_err(Failure::damage)?;
            let sum = self.charges.entry((usage.customer, report.model)).or_default();
            *sum = sum.checked_add(amount).map_err(Failure::damage)?;
        }
        Ok(())
    }

    /// Base units that a report is worth.
    pub(in crate::demo) fn value(parameters: &Parameters, report: &Report) -> Amount {
        let units: u128 = report.usage.iter().map(|usage| u128::from(usage.units)).sum();
        let model = parameters.model(report.model);
        let value = model.map(|model| model.price_per_unit.checked_mul(units));
        value.and_then(Result::ok).unwrap_or_default()
    }
}

/// What nodes prove: their hardware, give or take one.
fn proofs(settings: &Settings, cast: &Cast, epoch: u64) -> Vec<(u64, HostNode)> {
    let mut proofs = Vec::new();
    for (number, host) in (0_u64..).zip(&cast.hosts) {
        let mut draws = Draws::new(settings.seed, epoch, number, "proofs");
        for node in &host.nodes {
            let weight = (node.weight + draws.below(3)).saturating_sub(1).max(1);
            proofs.push((number, HostNode { weight, ..*node }));
        }
    }
    proofs
}

/// Spreads the epoch's requests over the nodes by capacity, popularity of the model and chance;
/// every request goes somewhere.
fn shares(
    settings: &Settings,
    parameters: &Parameters,
    proofs: &[(u64, HostNode)],
    epoch: u64,
) -> Result<Vec<Share>, Failure> {
    let mut draws = Draws::new(settings.seed, epoch, 0, "shares");
    let mut score = |node: &HostNode| {
        let popularity = POPULARITY[usize::from(node.model.0) % POPULARITY.len()];
        let capacity = parameters.model(node.model).map_or(0, |model| model.units_per_weight);
        let chance = u128::from(80 + draws.below(41));
        u128::from(capacity) * u128::from(node.weight) * popularity * chance
    };
    let scores: Vec<u128> = proofs.iter().map(|(_, node)| score(node)).collect();
    if scores.iter().all(|score| *score == 0) {
        return Ok(Vec::new());
    }
    let total = Amount::new(u128::from(settings.requests_per_epoch));
    let parts = apportion(total, &scores).map_err(Failure::damage)?;
    let mut left_over = parts.dust.get();
    let mut first = 0;
    let mut shares = Vec::with_capacity(proofs.len());
    for ((host, node), part) in proofs.iter().zip(&parts.parts) {
        let extra = left_over.min(1);
        left_over -= extra;
        let count = u64::try_from(part.get() + extra).map_err(Failure::damage)?;
        shares.push(Share { host: *host, node: *node, first, count });
        first += count;
    }
    Ok(shares)
}

/// What a request's place in the root commits to.
fn leaf(number: u64, customer: &Address, context: u64, generated: u64) -> Hash {
    let mut bytes = [0_u8; 44];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8..28].copy_from_slice(customer.as_bytes());
    bytes[28..36].copy_from_slice(&context.to_be_bytes());
    bytes[36..].copy_from_slice(&generated.to_be_bytes());
    merkle::leaf(&bytes)
}
