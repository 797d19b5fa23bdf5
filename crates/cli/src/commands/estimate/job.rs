//! What a job costs its customer, and who could take it.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use workmint_amounts::Ratio;
use workmint_core::modules::market::jobs::{Available, available};
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::modules::pricing::PricingState;
use workmint_protocol::Money;
use workmint_protocol::market::{Error, Question, Quote, model, quote, tier};

use crate::failure::Failure;
use crate::output::{Out, Side, Table, asset_of, grouped, print_json, shown, wrapped};
use crate::source;

/// Width of the texts, characters.
const WIDTH: usize = 100;
/// Most providers that are listed.
const PROVIDERS: usize = 100;
/// Parts of one in a quality.
const MILLION: u128 = 1_000_000;

/// A job as the command line asks about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The model's id.
    pub(super) model: &'a str,
    /// The tier's name or number.
    pub(super) tier: &'a str,
    /// Units of work.
    pub(super) units: u64,
    /// In 10^-6; `None`: 1, what a job is paid without measurements.
    pub(super) quality: Option<u32>,
}

/// Where prices and offers come from.
struct Basis {
    parameters: Arc<Parameters>,
    epoch: u64,
    /// Of a data directory: its offers.
    offers: Option<Vec<Available>>,
    quote: Quote,
}

pub(super) fn run(
    (network, data_dir): (Option<&str>, Option<&Path>),
    asked: Asked<'_>,
    json: bool,
) -> Result<(), Failure> {
    let basis = match (data_dir, network) {
        (Some(dir), _) => of_directory(dir, asked)?,
        (None, Some(network)) => of_file(network, asked)?,
        (None, None) => return Err(Failure::input("needed: --data-dir DIR or --network NAME")),
    };
    let assumptions = assumptions(&basis, asked);
    if json {
        return print_json(&document(&basis, &assumptions)?);
    }
    tell(&basis, &assumptions)
}

fn of_directory(dir: &Path, asked: Asked<'_>) -> Result<Basis, Failure> {
    let view = source::view(dir)?;
    let parameters = source::parameters(&view)?;
    let state = view.state();
    let question = question(&parameters, asked)?;
    let epoch = state.chain().epoch;
    let quote = quote(&parameters, (&state.pricing, epoch), &question).map_err(refused)?;
    let offers = available(state, &parameters, (question.model, question.tier));
    let offers = Some(offers.map_err(Failure::input)?);
    Ok(Basis { parameters, epoch, offers, quote })
}

fn of_file(network: &str, asked: Asked<'_>) -> Result<Basis, Failure> {
    let parameters = Arc::new(source::network(network)?.parameters);
    let question = question(&parameters, asked)?;
    let quote = quote(&parameters, (&PricingState::default(), 0), &question).map_err(refused)?;
    Ok(Basis { parameters, epoch: 0, offers: None, quote })
}

fn question(parameters: &Parameters, asked: Asked<'_>) -> Result<Question, Failure> {
    let quality = match asked.quality {
        None => Ratio::ONE,
        Some(quality) => Ratio::new(quality.into(), MILLION).map_err(Failure::input)?,
    };
    if parameters.market.jobs.is_none() {
        return Err(Failure::Input(format!(
            "--model: network {} has no market of jobs; allowed: a network with [market.jobs], \
             such as hanzo",
            parameters.network.name
        )));
    }
    Ok(Question {
        model: model(parameters, asked.model).map_err(refused)?,
        tier: tier(parameters, asked.tier).map_err(refused)?,
        units: asked.units,
        quality,
    })
}

fn refused(error: Error) -> Failure {
    match error {
        Error::NotAllowed { .. } => Failure::Input(format!("--{error}")),
        Error::NoAsset => Failure::damage(error),
        Error::NoJobs | Error::Engine(_) => Failure::input(error),
    }
}

/// `gpu-tee`, or `0` without tiers.
fn tier_name(quote: &Quote) -> String {
    let number = quote.privacy_tier;
    quote.name.as_ref().map_or_else(|| number.to_string(), |name| format!("{number} {name}"))
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

fn document(basis: &Basis, assumptions: &[String]) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(&basis.quote).map_err(Failure::damage)?;
    let Some(fields) = value.as_object_mut() else {
        return Err(Failure::damage("an estimate is no object"));
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

fn tell(basis: &Basis, assumptions: &[String]) -> Result<(), Failure> {
    let (quote, parameters) = (&basis.quote, &basis.parameters);
    let asset = asset_of(parameters, parameters.market.asset)?;
    let mut out = Out::stdout();
    out.line(format_args!("Estimate of a job in {}", parameters.network.name))?;
    costs(quote, parameters, asset).print(&mut out)?;
    if !quote.price_bounds.is_empty() {
        out.line("")?;
        out.line("What a unit can cost later, if each step of the price is the largest:")?;
        bounds(quote, asset).print(&mut out)?;
    }
    if let Some(offers) = &basis.offers {
        out.line("")?;
        providers(&mut out, quote, offers)?;
    }
    out.line("")?;
    out.line("Assumptions")?;
    for note in assumptions {
        out.line(wrapped(note, WIDTH, "  "))?;
    }
    out.finish()
}

fn costs(quote: &Quote, parameters: &Parameters, asset: &Asset) -> Table {
    let money = |money: &Money| shown(money.amount, asset);
    let rate = parameters.market.fee.as_ref().map_or(Ratio::ZERO, |fee| fee.rate);
    let (units, times) = (grouped(quote.units), quote.multiplier);
    let price = money(&quote.price_per_unit);
    let mut table =
        Table::new(&[("what", Side::Left), ("amount", Side::Right), ("how", Side::Left)]);
    let mut row =
        |what: &str, amount: String, how: String| table.row(vec![what.to_owned(), amount, how]);
    row("model", quote.model.clone(), String::new());
    row("units (tokens)", units.clone(), String::new());
    row("privacy tier", tier_name(quote), format!("x {times}"));
    row("price of a unit", price.clone(), "at tier 0".to_owned());
    row(
        "deposit",
        money(&quote.deposit),
        format!("{price} x {units} x {times} x {}, the highest quality", quote.most_quality),
    );
    row(
        "payment",
        money(&quote.payment),
        format!("{price} x {units} x {times} x {}, the quality", quote.quality),
    );
    row("  fee inside", money(&quote.fee), format!("payment x {rate}"));
    row("  to the provider", money(&quote.to_provider), "payment - fee".to_owned());
    row("comes back", money(&quote.refunded), "deposit - payment".to_owned());
    row("bond of a dispute", money(&quote.dispute_bond), "only if you dispute".to_owned());
    table
}

fn bounds(quote: &Quote, asset: &Asset) -> Table {
    let mut table = Table::new(&[
        ("until", Side::Left),
        ("at most", Side::Right),
        ("steps", Side::Right),
        ("lowest", Side::Right),
        ("highest", Side::Right),
    ]);
    for reach in &quote.price_bounds {
        let until = match reach.until {
            "accept_window" => "a job is accepted",
            _ => "it is paid",
        };
        table.row(vec![
            until.to_owned(),
            reach.within.to_string(),
            grouped(reach.steps),
            shown(reach.lowest.amount, asset),
            shown(reach.highest.amount, asset),
        ]);
    }
    table
}

fn providers(out: &mut Out, quote: &Quote, offers: &[Available]) -> Result<(), Failure> {
    let (model, tier) = (&quote.model, tier_name(quote));
    if offers.is_empty() {
        return out.line(format_args!("Nobody offers {model} at tier {tier} now."));
    }
    out.line(format_args!("Who offers {model} at tier {tier} or above now"))?;
    let mut table = Table::new(&[
        ("provider", Side::Left),
        ("up to tier", Side::Right),
        ("units an epoch", Side::Right),
        ("free", Side::Right),
        ("can accept", Side::Left),
    ]);
    for offer in offers.iter().take(PROVIDERS) {
        let can = match &offer.refused {
            Some(error) => format!("no: {error}"),
            None if offer.free < quote.units => "no: too few units are free".to_owned(),
            None => "yes".to_owned(),
        };
        table.row(vec![
            offer.provider.to_string(),
            offer.tier.to_string(),
            grouped(offer.capacity),
            grouped(offer.free),
            can,
        ]);
    }
    table.print(out)?;
    if offers.len() > PROVIDERS {
        let all = u64::try_from(offers.len()).unwrap_or(u64::MAX);
        out.line(format_args!("and {} more", grouped(all.saturating_sub(PROVIDERS as u64))))?;
    }
    Ok(())
}
