//! Document 004's metrics: emission, rewards, supply and burning.

use workmint_core::modules::parameters::Asset;
use workmint_protocol::Money;
use workmint_protocol::economy::EpochEconomy;

use super::WIDTH;
use crate::failure::Failure;
use crate::output::{Out, Side, Table, grouped, scaled, wrapped};

/// Digits of amounts in the table of epochs.
const DIGITS: u8 = 2;

/// Digits of the utility there.
const UTILITY: usize = 6;

/// One row an epoch.
pub(super) fn list(epochs: &[&EpochEconomy], asset: &Asset) -> Table {
    let symbol = asset.symbol.as_str();
    let heads = [
        "epoch".to_owned(),
        "utility".to_owned(),
        format!("emission, {symbol}"),
        "to blocks".to_owned(),
        "to miners".to_owned(),
        "to validators".to_owned(),
        "of it delegators".to_owned(),
        "to treasury".to_owned(),
        "burned".to_owned(),
        "supply".to_owned(),
    ];
    let sides: Vec<(&str, Side)> = heads.iter().map(|head| (head.as_str(), Side::Right)).collect();
    let mut table = Table::new(&sides);
    let cut = |money: &Money| money.amount.to_grouped(asset.decimals, DIGITS.min(asset.decimals));
    let known = |money: &Option<Money>| money.as_ref().map_or_else(|| "-".to_owned(), cut);
    for epoch in epochs {
        let mark = if epoch.open { " (open)" } else { "" };
        let short = |utility: &String| utility.chars().take(UTILITY).collect();
        table.row(vec![
            format!("{}{mark}", grouped(epoch.epoch)),
            epoch.utility_score.as_ref().map_or_else(|| "-".to_owned(), short),
            cut(&epoch.emission_amount),
            known(&epoch.block_rewards),
            known(&epoch.miner_rewards_total),
            known(&epoch.validator_rewards_total),
            known(&epoch.delegator_rewards_total),
            known(&epoch.dao_allocation),
            cut(&epoch.burned_amount),
            cut(&epoch.total_supply),
        ]);
    }
    table
}

pub(super) fn notes(out: &mut Out, asset: &Asset) -> Result<(), Failure> {
    let text = format!(
        "Amounts in {}, cut after {DIGITS} digits; exact with --epoch or --json. utility: what the \
         network's use made of the emission. -: the network has not got it, or pays nobody so; \
         burned: since the close before; supply: after the close.",
        asset.symbol
    );
    out.line(wrapped(&text, WIDTH, ""))
}

/// One epoch, exact, under the document's names.
pub(super) fn in_full(out: &mut Out, epoch: &EpochEconomy) -> Result<(), Failure> {
    let mut table = Table::new(&[("metric", Side::Left), ("value", Side::Right), ("", Side::Left)]);
    let mut row = |name: &str, value: Option<String>| {
        let why = if value.is_none() { epoch.why_null.get(name).copied() } else { None };
        let cells = [name, value.as_deref().unwrap_or("-"), why.unwrap_or("")];
        table.row(cells.map(str::to_owned).to_vec());
    };
    let exact = |money: &Money| {
        format!("{} {}", scaled(money.amount.get(), money.unit.decimals), money.unit.symbol)
    };
    let known = |money: &Option<Money>| money.as_ref().map(exact);
    row("utility_score", epoch.utility_score.clone());
    row("emission_amount", Some(exact(&epoch.emission_amount)));
    row("block_rewards", known(&epoch.block_rewards));
    row("total_supply", Some(exact(&epoch.total_supply)));
    row("minted_amount", Some(exact(&epoch.minted_amount)));
    row("burned_amount", Some(exact(&epoch.burned_amount)));
    row("miner_rewards_total", known(&epoch.miner_rewards_total));
    row("validator_rewards_total", known(&epoch.validator_rewards_total));
    row("delegator_rewards_total", known(&epoch.delegator_rewards_total));
    row("dao_allocation", known(&epoch.dao_allocation));
    row("other_rewards_total", known(&epoch.other_rewards_total));
    table.print(out)
}
