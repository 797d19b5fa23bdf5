//! What a job costs its customer, and who could take it.

use std::sync::Arc;

use serde_json::{Value, json};
use workmint_amounts::Ratio;
use workmint_core::modules::market::jobs::{Available, available};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::pricing::PricingState;
use workmint_protocol::market::{Error, Question, Quote, model, quote, tier};

use crate::error::AnswerError;
use crate::network::Network;
use crate::text::grouped;

/// Most providers that are listed.
pub const PROVIDERS: usize = 100;

/// Parts of one in a quality.
const MILLION: u128 = 1_000_000;

/// A job that is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The model's id.
    pub model: &'a str,
    /// The tier's name or number.
    pub tier: &'a str,
    /// Units of work.
    pub units: u64,
    /// In 10^-6; `None`: 1, what a job is paid without measurements.
    pub quality: Option<u32>,
}

/// Where prices and offers come from.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The parameters.
    pub parameters: Arc<Parameters>,
    /// The open epoch.
    pub epoch: u64,
    /// Of a running network: its offers.
    pub offers: Option<Vec<Available>>,
    /// What it costs.
    pub quote: Quote,
}

/// What a job costs, and what that assumes.
#[derive(Clone, Debug)]
pub struct JobEstimate {
    /// Prices and offers.
    pub basis: Basis,
    /// What is assumed.
    pub assumptions: Vec<String>,
}

impl JobEstimate {
    fn new(basis: Basis, asked: Asked<'_>) -> Self {
        let assumptions = assumptions(&basis, asked);
        Self { basis, assumptions }
    }

    /// For machines.
    ///
    /// # Errors
    /// Damage.
    pub fn document(&self) -> Result<Value, AnswerError> {
        document(&self.basis, &self.assumptions)
    }
}

/// What a job costs on a running network, and who offers it: the price of now, and the offers in
/// the order of accounts.
///
/// # Errors
/// [`AnswerError::BadInput`] of the fields `model`, `privacy_tier` and `units`; damage.
pub fn job(network: &impl Network, asked: Asked<'_>) -> Result<JobEstimate, AnswerError> {
    let parameters = network.parameters()?;
    let question = question(&parameters, asked)?;
    let (epoch, quote, offers) = network.read(|state| {
        let epoch = state.chain().epoch;
        let quote = quote(&parameters, (&state.pricing, epoch), &question);
        let offers = available(state, &parameters, (question.model, question.tier));
        (epoch, quote, offers)
    });
    let quote = quote.map_err(refused)?;
    let offers = Some(offers.map_err(AnswerError::input)?);
    Ok(JobEstimate::new(Basis { parameters, epoch, offers, quote }, asked))
}

/// What a job costs on a network as its file begins it.
///
/// # Errors
/// As [`job`].
pub fn job_of_file(
    parameters: Arc<Parameters>,
    asked: Asked<'_>,
) -> Result<JobEstimate, AnswerError> {
    let question = question(&parameters, asked)?;
    let quote = quote(&parameters, (&PricingState::default(), 0), &question).map_err(refused)?;
    Ok(JobEstimate::new(Basis { parameters, epoch: 0, offers: None, quote }, asked))
}

fn question(parameters: &Parameters, asked: Asked<'_>) -> Result<Question, AnswerError> {
    let quality = match asked.quality {
        None => Ratio::ONE,
        Some(quality) => Ratio::new(quality.into(), MILLION).map_err(AnswerError::input)?,
    };
    if parameters.market.jobs.is_none() {
        return Err(AnswerError::BadInput {
            field: "model",
            value: String::new(),
            what: format!("network {} has no market of jobs", parameters.network.name),
            allowed: "a network with [market.jobs], such as hanzo".to_owned(),
        });
    }
    Ok(Question {
        model: model(parameters, asked.model).map_err(refused)?,
        tier: tier(parameters, asked.tier).map_err(refused)?,
        units: asked.units,
        quality,
    })
}

fn refused(error: Error) -> AnswerError {
    match error {
        Error::NotAllowed { parameter, given, allowed } => AnswerError::BadInput {
            field: parameter,
            value: String::new(),
            what: format!("\"{given}\""),
            allowed,
        },
        Error::NoAsset => AnswerError::damage(error),
        Error::NoJobs | Error::Engine(_) => AnswerError::input(error),
    }
}

fn assumptions(basis: &Basis, asked: Asked<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    notes.push(match basis.offers {
        Some(_) => format!(
            "The price is that of now, epoch {}; a job locks the price of the block that creates \
             it, and keeps it.",
            grouped(basis.epoch)
        ),
        None => "The price is what the network's file begins with; a running network may have \
                 another. A job locks the price of the block that creates it, and keeps it."
            .to_owned(),
    });
    let quote = &basis.quote;
    notes.push(format!(
        "Quality is taken to be {}{}. Reporters measure it: {} to {}; a late result is worth less.",
        quote.quality,
        match asked.quality {
            Some(_) => "",
            None => ", what counts without a quorum of measurements",
        },
        quote.least_quality,
        quote.most_quality
    ));
    notes.push(format!(
        "All {} units are done; a provider that reveals fewer is paid for fewer.",
        grouped(quote.units)
    ));
    notes.push(
        "A unit of work is one token of the model. The flat fee of each transaction is not in it."
            .to_owned(),
    );
    if quote.price_bounds.is_empty() {
        notes
            .push("The network's price rule names no largest step: no bounds are told.".to_owned());
    }
    notes
}

fn document(basis: &Basis, assumptions: &[String]) -> Result<Value, AnswerError> {
    let mut value = serde_json::to_value(&basis.quote).map_err(AnswerError::damage)?;
    let Some(fields) = value.as_object_mut() else {
        return Err(AnswerError::damage("an estimate is no object"));
    };
    let mut put = |key: &str, value: Value| drop(fields.insert(key.to_owned(), value));
    put("network", json!(basis.parameters.network.name.as_str()));
    put("epoch", basis.offers.as_ref().map_or(Value::Null, |_| json!(basis.epoch.to_string())));
    put("assumptions", json!(assumptions));
    let one = |offer: &Available| {
        json!({
            "provider": offer.provider.to_string(),
            "privacy_tier": offer.tier,
            "units_offered": offer.capacity.to_string(),
            "units_free": offer.free.to_string(),
            "enough": enough(offer, basis.quote.units),
            "refused": offer.refused.as_ref().map(ToString::to_string),
        })
    };
    let listed = basis.offers.as_ref();
    let listed = listed.map(|offers| offers.iter().take(PROVIDERS).map(one).collect::<Vec<_>>());
    put("providers", json!(listed));
    put("providers_in_all", json!(basis.offers.as_ref().map(|all| all.len().to_string())));
    Ok(value)
}

/// Whether it could accept the job now.
fn enough(offer: &Available, units: u64) -> bool {
    offer.free >= units && offer.refused.is_none()
}
