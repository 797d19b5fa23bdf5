//! What a job would cost, by the functions that create and settle it.

use serde::{Serialize, Serializer};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::market::{jobs, of_payment};
use workmint_core::modules::parameters::{EpochLength, Parameters, PriceMoves, Pricing};
use workmint_core::modules::pricing::PricingState;
use workmint_core::names::ModelId;
use workmint_core::time::Duration;

use super::Error;
use crate::money::text;
use crate::{Money, Unit};

/// A job that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The model.
    pub model: ModelId,
    /// The privacy tier.
    pub tier: u8,
    /// Units of work.
    pub units: u64,
    /// The quality that is taken to be measured.
    pub quality: Ratio,
}

/// What the price of a unit can become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// Until when.
    pub until: &'static str,
    /// How long that is at most.
    #[serde(serialize_with = "text")]
    pub within: Duration,
    /// Steps of the price that can end until then.
    #[serde(serialize_with = "text")]
    pub steps: u64,
    /// Of a unit at tier 0.
    pub lowest: Money,
    /// Of a unit at tier 0.
    pub highest: Money,
}

/// What a job would cost if it were created now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The model's id.
    pub model: String,
    /// The tier.
    pub privacy_tier: u8,
    /// What people call it; null without tiers.
    pub name: Option<String>,
    /// Units of work.
    #[serde(serialize_with = "text")]
    pub units: u64,
    /// Of a unit at tier 0, locked when the job is created.
    pub price_per_unit: Money,
    /// What the tier multiplies the price by.
    #[serde(serialize_with = "ratio")]
    pub multiplier: Ratio,
    /// The quality that is taken to be measured.
    #[serde(serialize_with = "ratio")]
    pub quality: Ratio,
    /// The least quality that is paid.
    #[serde(serialize_with = "ratio")]
    pub least_quality: Ratio,
    /// The highest quality that is paid.
    #[serde(serialize_with = "ratio")]
    pub most_quality: Ratio,
    /// Locked when the job is created: its largest cost.
    pub deposit: Money,
    /// Paid at that quality, fee included.
    pub payment: Money,
    /// Of the payment, to the pot of fees.
    pub fee: Money,
    /// Of the payment, to the provider.
    pub to_provider: Money,
    /// Of the deposit, spendable again.
    pub refunded: Money,
    /// Locked of the customer's too while it disputes the result.
    pub dispute_bond: Money,
    /// What the price can become; empty under rules that do not move by steps.
    pub price_bounds: Vec<Reach>,
}

fn ratio<S: Serializer>(ratio: &Ratio, serializer: S) -> Result<S::Ok, S::Error> {
    text(ratio, serializer)
}

/// What people call each tier; one without a name where the network has no tiers.
#[must_use]
pub fn tiers(parameters: &Parameters) -> Vec<Option<String>> {
    match &parameters.attestation {
        Some(rules) => rules.tiers.iter().map(|tier| Some(tier.name.to_string())).collect(),
        None => vec![None],
    }
}

/// The model of an id.
///
/// # Errors
/// [`Error::NotAllowed`] for an unknown one, with all there are.
pub fn model(parameters: &Parameters, id: &str) -> Result<ModelId, Error> {
    parameters.model_id(id).ok_or_else(|| {
        let known: Vec<&str> = parameters.models.iter().map(|model| model.id.as_str()).collect();
        not_allowed("model", id, known.join(", "))
    })
}

/// The tier of a name or a number.
///
/// # Errors
/// [`Error::NotAllowed`] for an unknown one, with all there are.
pub fn tier(parameters: &Parameters, given: &str) -> Result<u8, Error> {
    let names = tiers(parameters);
    let by_name = names.iter().position(|name| name.as_deref() == Some(given));
    let number = given.parse::<usize>().ok().filter(|number| *number < names.len());
    let found = by_name.or(number).and_then(|tier| u8::try_from(tier).ok());
    found.ok_or_else(|| {
        let word = |(at, name): (usize, &Option<String>)| match name {
            Some(name) => format!("{name} or {at}"),
            None => at.to_string(),
        };
        let known: Vec<String> = names.iter().enumerate().map(word).collect();
        not_allowed("tier", given, known.join(", "))
    })
}

fn not_allowed(parameter: &'static str, given: &str, allowed: String) -> Error {
    Error::NotAllowed { parameter, given: given.to_owned(), allowed }
}

/// What a job costs at the prices of a state; of the default one, what a network begins with.
///
/// # Errors
/// [`Error::NoJobs`]; [`Error::NotAllowed`] for units and qualities out of range; what the message
/// that creates the job would be refused with.
pub fn quote(
    parameters: &Parameters,
    (prices, epoch): (&PricingState, u64),
    question: &Question,
) -> Result<Quote, Error> {
    let Question { model, tier, units, quality } = *question;
    let terms = jobs::Terms::of(parameters, (model, tier), units).map_err(|error| match error {
        jobs::Error::NoJobs {} => Error::NoJobs,
        jobs::Error::OutOfRange { least, most, .. } => {
            not_allowed("tokens", &units.to_string(), format!("{least} to {most} in one job"))
        }
        other => other.into(),
    })?;
    let rules = &terms.rules;
    if quality < rules.least_quality || quality > rules.most_quality {
        let allowed = format!("{} to {}", rules.least_quality, rules.most_quality);
        return Err(not_allowed("quality", &quality.to_string(), allowed));
    }
    let price = prices.quote(parameters, epoch, model)?;
    let deposit = terms.deposit(price)?;
    let payment = jobs::payment((price, units), terms.multiplier, quality, deposit)?;
    let fee = of_payment(parameters.market.fee.as_ref(), payment)?;
    let unit = Unit::of(parameters, parameters.market.asset).ok_or(Error::NoAsset)?;
    let money = |amount: Amount| unit.money(amount);
    let price_bounds = bounds(parameters, prices, model, &unit)?;
    Ok(Quote {
        model: parameters.model(model).map_or_else(String::new, |model| model.id.to_string()),
        privacy_tier: tier,
        name: tiers(parameters).into_iter().nth(usize::from(tier)).flatten(),
        units,
        price_per_unit: money(price),
        multiplier: terms.multiplier,
        quality,
        least_quality: rules.least_quality,
        most_quality: rules.most_quality,
        deposit: money(deposit),
        payment: money(payment),
        fee: money(fee),
        to_provider: money(payment.checked_sub(fee)?),
        refunded: money(deposit.checked_sub(payment)?),
        dispute_bond: money(jobs::bond(rules, deposit)?),
        price_bounds,
    })
}

/// What the price can become until a job created now is accepted, and until it is paid.
fn bounds(
    parameters: &Parameters,
    prices: &PricingState,
    model: ModelId,
    unit: &Unit,
) -> Result<Vec<Reach>, Error> {
    let moves = match &parameters.pricing {
        Pricing::Imbalance(rules) => &rules.moves,
        Pricing::Hamiltonian(rules) => &rules.moves,
        Pricing::Fixed | Pricing::StabilityZone(_) | Pricing::UnitOfCompute { .. } => {
            return Ok(Vec::new());
        }
    };
    let rules = parameters.market.jobs.as_ref().ok_or(Error::NoJobs)?;
    let all = [rules.accept_window, rules.result_window, rules.dispute_window];
    let spans = [
        ("accept_window", Some(rules.accept_window)),
        ("accept_window + result_window + dispute_window", sum(all)),
    ];
    let mut reaches = Vec::new();
    for (until, within) in spans {
        let Some(within) = within else {
            continue;
        };
        let Some(steps) = steps_within(parameters.network.epoch_length, moves, within)? else {
            continue;
        };
        if let Some((lowest, highest)) = prices.reach(parameters, model, steps)? {
            let (lowest, highest) = (unit.money(lowest), unit.money(highest));
            reaches.push(Reach { until, within, steps, lowest, highest });
        }
    }
    Ok(reaches)
}

/// `None` of lengths in different units.
fn sum(all: [Duration; 3]) -> Option<Duration> {
    let add = |sum: Duration, next: Duration| match (sum, next) {
        (Duration::Milliseconds(sum), Duration::Milliseconds(next)) => {
            sum.checked_add(next).map(Duration::Milliseconds)
        }
        (Duration::Epochs(sum), Duration::Epochs(next)) => {
            sum.checked_add(next).map(Duration::Epochs)
        }
        (Duration::Milliseconds(_), Duration::Epochs(_))
        | (Duration::Epochs(_), Duration::Milliseconds(_)) => None,
    };
    let [first, second, third] = all;
    add(add(first, second)?, third)
}

/// Most steps that can end in a span that begins anywhere: whole ones and the one under way. `None`
/// of a time on a chain whose epochs are counted in blocks.
fn steps_within(
    length: EpochLength,
    moves: &PriceMoves,
    within: Duration,
) -> Result<Option<u64>, Error> {
    let a_step = u128::from(moves.steps_per_epoch);
    let whole = match (within, length) {
        (Duration::Epochs(epochs), _) => {
            Ratio::from_integer(a_step).floor_mul(u128::from(epochs))?
        }
        (Duration::Milliseconds(time), EpochLength::Time(length)) => {
            Ratio::new(a_step, u128::from(length))?.floor_mul(u128::from(time))?
        }
        (Duration::Milliseconds(_), EpochLength::Blocks(_)) => return Ok(None),
    };
    let whole = u64::try_from(whole).unwrap_or(u64::MAX);
    Ok(Some(whole.saturating_add(1)))
}
