//! Document 003's metrics of one epoch.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use workmint_amounts::{Amount, ArithmeticError, Operation, Ratio, mul_div_floor};
use workmint_core::State;
use workmint_core::modules::market::jobs::{Event, TierSales};
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::ModelId;

use super::{Error, tiers};
use crate::money::text;
use crate::{Money, Unit};

/// Digits of a utilization after the dot; the rest is cut off.
const DIGITS: u8 = 6;
const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Add };

/// What is known of an epoch's jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Providers with a paid job.
    pub active: u64,
    /// Paid jobs by model and tier.
    pub sold: BTreeMap<(ModelId, u8), TierSales>,
    /// Units offered of a model.
    pub offered: BTreeMap<ModelId, u128>,
}

impl Facts {
    /// Takes in what a close said.
    pub fn add(&mut self, event: &Event) {
        match *event {
            Event::Providers { active } => self.active = active,
            Event::Sold { model, tier, jobs, units, paid } => {
                self.sold.insert((model, tier), TierSales { jobs, units, paid });
            }
            Event::Capacity { model, units } => {
                self.offered.insert(model, units.into());
            }
            Event::Offered { .. }
            | Event::OfferWithdrawn { .. }
            | Event::Created { .. }
            | Event::Accepted { .. }
            | Event::Revealed { .. }
            | Event::Measured { .. }
            | Event::Disputed { .. }
            | Event::EvidencePosted { .. }
            | Event::Judged { .. }
            | Event::Ended { .. } => {}
        }
    }

    /// What the open epoch would say if it closed now.
    #[must_use]
    pub fn so_far(state: &State) -> Self {
        let jobs = &state.market.jobs;
        Self {
            active: u64::try_from(jobs.active_providers()).unwrap_or(u64::MAX),
            sold: jobs.sales().map(|(model, tier, sales)| ((model, tier), sales)).collect(),
            offered: jobs.supplies(),
        }
    }
}

/// The metrics of one epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EpochMetrics {
    /// The epoch.
    #[serde(serialize_with = "text")]
    pub epoch: u64,
    /// Whether it is still open: its figures are those so far.
    pub open: bool,
    /// Providers with a paid job.
    #[serde(serialize_with = "text")]
    pub daily_active_providers: u64,
    /// By tier, all of the network's.
    pub average_job_price: Vec<TierPrice>,
    /// By model, all of the network's.
    pub models: Vec<ModelUtilization>,
    /// Of all models together.
    pub utilization: Utilization,
}

/// What jobs of one tier cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierPrice {
    /// The tier.
    pub privacy_tier: u8,
    /// What people call it; null without tiers.
    pub name: Option<String>,
    /// Paid jobs.
    #[serde(serialize_with = "text")]
    pub jobs: u64,
    /// Units of work.
    #[serde(serialize_with = "text")]
    pub units: u64,
    /// Paid for them, fees included.
    pub paid: Money,
    /// floor(paid / jobs); null without jobs.
    pub price: Option<Money>,
    /// floor(paid / units); null without jobs.
    pub price_per_unit: Option<Money>,
}

/// How much of what is offered is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Utilization {
    /// Units of paid jobs.
    #[serde(serialize_with = "text")]
    pub units_paid: u128,
    /// Units offered: of each offer the most it gave in the epoch.
    #[serde(serialize_with = "text")]
    pub units_offered: u128,
    /// units_paid / units_offered, 6 digits, rounded down; null if nothing is offered.
    pub utilization: Option<String>,
}

/// Of one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelUtilization {
    /// Its id.
    pub model: String,
    /// Its figures.
    #[serde(flatten)]
    pub of: Utilization,
}

impl Utilization {
    fn of(units_paid: u128, units_offered: u128) -> Self {
        let share = Ratio::new(units_paid, units_offered).ok();
        let utilization = share.map(|share| share.to_decimal_string(DIGITS));
        Self { units_paid, units_offered, utilization }
    }
}

/// The metrics that follow from facts.
///
/// # Errors
/// [`Error::NoJobs`]; overflow of a sum.
pub fn metrics(
    parameters: &Parameters,
    (epoch, open): (u64, bool),
    facts: &Facts,
) -> Result<EpochMetrics, Error> {
    parameters.market.jobs.as_ref().ok_or(Error::NoJobs)?;
    let unit = Unit::of(parameters, parameters.market.asset).ok_or(Error::NoAsset)?;
    let names = tiers(parameters);
    let listed = (0..names.len()).filter_map(|tier| u8::try_from(tier).ok());
    // Parameters may have dropped a tier of which jobs were under way.
    let all: BTreeSet<u8> = listed.chain(facts.sold.keys().map(|(_, tier)| *tier)).collect();
    let average_job_price = all.into_iter().map(|tier| {
        let name = names.get(usize::from(tier)).cloned().flatten();
        tier_price(&unit, (tier, name), facts)
    });
    let models: Vec<(ModelId, String)> = (0..)
        .map(ModelId)
        .zip(parameters.models.iter().map(|model| model.id.to_string()))
        .collect();
    let by_model = models.into_iter().map(|(id, model)| {
        let sold = facts.sold.iter().filter(|((of, _), _)| *of == id);
        let paid = sold.map(|(_, sales)| u128::from(sales.units)).sum();
        let offered = facts.offered.get(&id).copied().unwrap_or(0);
        ModelUtilization { model, of: Utilization::of(paid, offered) }
    });
    let paid = facts.sold.values().map(|sales| u128::from(sales.units)).sum();
    let offered = facts.offered.values().sum();
    Ok(EpochMetrics {
        epoch,
        open,
        daily_active_providers: facts.active,
        average_job_price: average_job_price.collect::<Result<_, _>>()?,
        models: by_model.collect(),
        utilization: Utilization::of(paid, offered),
    })
}

fn tier_price(
    unit: &Unit,
    (tier, name): (u8, Option<String>),
    facts: &Facts,
) -> Result<TierPrice, Error> {
    let mut sum = TierSales::default();
    for (_, sales) in facts.sold.iter().filter(|((_, of), _)| *of == tier) {
        sum.jobs = sum.jobs.checked_add(sales.jobs).ok_or(OVERFLOW)?;
        sum.units = sum.units.checked_add(sales.units).ok_or(OVERFLOW)?;
        sum.paid = sum.paid.checked_add(sales.paid)?;
    }
    let average = |count: u64| {
        let mean = mul_div_floor(sum.paid.get(), 1, u128::from(count)).ok();
        mean.map(|mean| unit.money(Amount::new(mean)))
    };
    Ok(TierPrice {
        privacy_tier: tier,
        name,
        jobs: sum.jobs,
        units: sum.units,
        paid: unit.money(sum.paid),
        price: average(sum.jobs),
        price_per_unit: average(sum.units),
    })
}
