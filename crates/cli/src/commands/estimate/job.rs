//! What a job costs its customer, and who could take it.

use std::path::Path;
use std::sync::Arc;

use workmint_amounts::Ratio;
use workmint_answers::estimate::{Asked, Basis, PROVIDERS, job, job_of_file};
use workmint_core::modules::market::jobs::Available;
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_protocol::Money;
use workmint_protocol::market::Quote;

use crate::failure::Failure;
use crate::output::{Out, Side, Table, asset_of, grouped, print_json, shown, wrapped};
use crate::source;

/// Width of the texts, characters.
const WIDTH: usize = 100;

pub(super) fn run(
    (network, data_dir): (Option<&str>, Option<&Path>),
    asked: Asked<'_>,
    json: bool,
) -> Result<(), Failure> {
    let estimate = match (data_dir, network) {
        (Some(dir), _) => job(&source::directory(dir)?, asked),
        (None, Some(network)) => job_of_file(Arc::new(source::network(network)?.parameters), asked),
        (None, None) => return Err(Failure::input("needed: --data-dir DIR or --network NAME")),
    };
    let estimate = estimate.map_err(|error| super::named(&error))?;
    if json {
        return print_json(&estimate.document()?);
    }
    tell(&estimate.basis, &estimate.assumptions)
}

/// `gpu-tee`, or `0` without tiers.
fn tier_name(quote: &Quote) -> String {
    let number = quote.privacy_tier;
    quote.name.as_ref().map_or_else(|| number.to_string(), |name| format!("{number} {name}"))
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
