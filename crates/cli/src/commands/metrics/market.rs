//! Document 003's metrics of a market of jobs.

use workmint_core::modules::parameters::Asset;
use workmint_protocol::Money;
use workmint_protocol::market::{EpochMetrics, TierPrice, Utilization};

use super::WIDTH;
use crate::failure::Failure;
use crate::output::{Out, Side, Table, grouped, shown, wrapped};

/// Digits of prices in the table of epochs.
const DIGITS: u8 = 6;

fn named(price: &TierPrice) -> String {
    price.name.clone().unwrap_or_else(|| format!("tier {}", price.privacy_tier))
}

fn share(of: &Utilization) -> String {
    of.utilization.clone().unwrap_or_else(|| "-".to_owned())
}

/// One row an epoch. All epochs of a page have the same tiers, but for those of an epoch whose
/// jobs were of a tier that parameters dropped: that is in the epoch's own page.
pub(super) fn list(epochs: &[&EpochMetrics], asset: &Asset) -> Table {
    let first = epochs.first();
    let prices = first.map_or(&[][..], |epoch| &epoch.average_job_price);
    let models = first.map_or(&[][..], |epoch| &epoch.models);
    let mut heads = vec!["epoch".to_owned(), "active providers".to_owned(), "paid jobs".to_owned()];
    heads.extend(prices.iter().map(|price| format!("price {}, {}", named(price), asset.symbol)));
    heads.extend(models.iter().map(|model| format!("use of {}", model.model)));
    heads.push("of all".to_owned());
    let sides: Vec<(&str, Side)> = heads.iter().map(|head| (head.as_str(), Side::Right)).collect();
    let mut table = Table::new(&sides);
    for epoch in epochs {
        let jobs: u128 = epoch.average_job_price.iter().map(|price| u128::from(price.jobs)).sum();
        let mark = if epoch.open { " (open)" } else { "" };
        let mut cells = vec![
            format!("{}{mark}", grouped(epoch.epoch)),
            grouped(epoch.daily_active_providers),
            grouped(jobs),
        ];
        for tier in prices {
            let mut all = epoch.average_job_price.iter();
            let found = all.find(|price| price.privacy_tier == tier.privacy_tier);
            let price = found.and_then(|price| price.price.as_ref());
            let cut =
                |price: &Money| price.amount.to_grouped(asset.decimals, DIGITS.min(asset.decimals));
            cells.push(price.map_or_else(|| "-".to_owned(), cut));
        }
        cells.extend(epoch.models.iter().map(|model| share(&model.of)));
        cells.push(share(&epoch.utilization));
        table.row(cells);
    }
    table
}

pub(super) fn notes(out: &mut Out, asset: &Asset) -> Result<(), Failure> {
    let text = format!(
        "price: what a paid job of the tier cost on average, {}, fees included. use: units of paid \
         jobs / units offered, 1 is all. -: nothing was sold or offered. A session is one \
         job of tier 0 in each epoch in which it pays.",
        asset.symbol
    );
    out.line(wrapped(&text, WIDTH, ""))
}

/// One epoch with everything behind its figures, exact.
pub(super) fn in_full(out: &mut Out, epoch: &EpochMetrics, asset: &Asset) -> Result<(), Failure> {
    out.line(format_args!(
        "Daily active providers: {} with a paid job",
        grouped(epoch.daily_active_providers)
    ))?;
    out.line("")?;
    let mut table = Table::new(&[
        ("privacy tier", Side::Left),
        ("paid jobs", Side::Right),
        ("units", Side::Right),
        ("paid, fees included", Side::Right),
        ("average job price", Side::Right),
        ("of a unit", Side::Right),
    ]);
    let money = |money: &Money| shown(money.amount, asset);
    let known = |found: &Option<Money>| found.as_ref().map_or_else(|| "-".to_owned(), money);
    for price in &epoch.average_job_price {
        table.row(vec![
            format!("{} {}", price.privacy_tier, price.name.as_deref().unwrap_or("")),
            grouped(price.jobs),
            grouped(price.units),
            money(&price.paid),
            known(&price.price),
            known(&price.price_per_unit),
        ]);
    }
    table.print(out)?;
    out.line("")?;
    let mut table = Table::new(&[
        ("model", Side::Left),
        ("units paid", Side::Right),
        ("units offered", Side::Right),
        ("utilization", Side::Right),
    ]);
    let all = ("all", &epoch.utilization);
    let models = epoch.models.iter().map(|model| (model.model.as_str(), &model.of));
    for (name, of) in models.chain([all]) {
        let (paid, offered) = (grouped(of.units_paid), grouped(of.units_offered));
        table.row(vec![name.to_owned(), paid, offered, share(of)]);
    }
    table.print(out)?;
    out.line("")?;
    notes(out, asset)
}
