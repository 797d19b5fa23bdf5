//! A subsidy of work has no schedule by epoch: the stages between its cut-offs.

use serde_json::json;
use workmint_core::modules::emission::{Stage, stages};
use workmint_core::modules::parameters::{Asset, Parameters};

use super::Arguments;
use crate::failure::Failure;
use crate::output::{Out, Side, Table, amount_json, column, grouped, print_json, shown};

/// Stages listed.
const MOST: usize = 100;

pub(super) fn run(
    arguments: &Arguments,
    parameters: &Parameters,
    asset: &Asset,
) -> Result<(), Failure> {
    let given = [
        ("--epochs", arguments.epochs.is_some()),
        ("--plot", arguments.plot.is_some()),
        ("--csv", arguments.csv.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        return Err(Failure::Input(format!(
            "{option}: the network subsidises the work of each epoch, which nobody knows before; \
             allowed: no {option}, which lists the rates by what was minted"
        )));
    }
    let mut listed = Vec::new();
    for stage in stages(&parameters.emission).take(MOST + 1) {
        listed.push(stage.map_err(Failure::input)?);
    }
    let more = listed.len() > MOST;
    listed.truncate(MOST);
    if arguments.json {
        print(parameters, asset, &listed, more)
    } else {
        tell(parameters, asset, &listed, more)
    }
}

fn print(
    parameters: &Parameters,
    asset: &Asset,
    listed: &[Stage],
    more: bool,
) -> Result<(), Failure> {
    let stage = |stage: &Stage| {
        json!({
            "minted_from": amount_json(stage.from, asset),
            "minted_until": amount_json(stage.until, asset),
            "rate": stage.rate.to_string(),
            "minted_per_unit_of_work": stage.per_unit.to_string(),
        })
    };
    print_json(&json!({
        "network": parameters.network.name.as_str(),
        "asset": asset.symbol.as_str(),
        "decimals": asset.decimals,
        "genesis_epoch": parameters.emission.genesis_epoch.to_string(),
        "allocation": amount_json(parameters.emission.allocation, asset),
        "cap": amount_json(asset.cap, asset),
        "depends_on": "work",
        "stages": listed.iter().map(stage).collect::<Vec<_>>(),
        "more_stages": more,
    }))
}

fn tell(
    parameters: &Parameters,
    asset: &Asset,
    listed: &[Stage],
    more: bool,
) -> Result<(), Failure> {
    let mut out = Out::stdout();
    let symbol = &asset.symbol;
    let mut table = Table::new(&[
        (&format!("minted from {symbol}"), Side::Right),
        (&format!("until {symbol}"), Side::Right),
        ("rate", Side::Right),
        ("minted per unit of work", Side::Right),
    ]);
    for stage in listed {
        table.row(vec![
            column(stage.from, asset),
            column(stage.until, asset),
            stage.rate.to_string(),
            stage.per_unit.to_decimal_string(4),
        ]);
    }
    table.print(&mut out)?;
    if more {
        out.line(format_args!("the first {} stages", grouped(MOST as u64)))?;
    }
    out.line("")?;
    out.line(
        "the schedule subsidises work: what an epoch mints depends on the payments for its work, \
         so there is no table by epoch",
    )?;
    out.line(format_args!(
        "limit: the allocation of {}; the cap is {}",
        shown(parameters.emission.allocation, asset),
        shown(asset.cap, asset)
    ))?;
    out.finish()
}
