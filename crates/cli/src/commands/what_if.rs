//! `workmint what-if`: what past epochs would have paid under other parameters.

use std::path::PathBuf;

use clap::Args;
use workmint_answers::what_if::{Difference, Key, MOST_ACCOUNTS, Totals, WhatIf, key, of_text};
use workmint_core::modules::parameters::Asset;
use workmint_core::names::AssetId;

use crate::failure::Failure;
use crate::output::{Out, Side, Table, asset_of, counted, grouped, print_json, shown, wrapped};
use crate::source;

/// Width of the texts, characters.
const WIDTH: usize = 100;
/// Accounts shown to people.
const SHOWN: usize = 20;

/// Settle the last epochs of a network again under the parameters of another file.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  workmint what-if --data-dir workmint-data/demo-gonka mine.toml\n  \
                  workmint what-if --data-dir DIR mine.toml --epochs 30 --json\n\n\
                  The stored inputs of each epoch are settled under the parameters it ran under \
                  and under those of the file; behaviour and weights stay as they were. The \
                  network itself is not changed.\n\n\
                  Exit codes: 0 printed; 2 the file has errors (each with line and column), is of \
                  another network, or no epoch is settled; 3 damaged data."
)]
pub(crate) struct Arguments {
    /// The network's data directory.
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// A network.toml file, or a built-in network.
    file: String,
    /// The last epochs that are settled again, 1 to 100; of fewer settled ones, all.
    #[arg(long, value_name = "N", default_value_t = 10,
          value_parser = clap::value_parser!(u64).range(1..=100))]
    epochs: u64,
    /// Of the JSON: begin after this account (ACCOUNT.ASSET, as "next" gives it).
    #[arg(long, value_name = "KEY", requires = "json",
          value_parser = |text: &str| key(text).map_err(|error| error.told("")))]
    after: Option<Key>,
    /// Of the JSON: accounts on a page, 1 to 1,000.
    #[arg(long, value_name = "N", requires = "json", default_value_t = 1_000,
          value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let network = source::directory(&arguments.data_dir)?;
    let file = source::network_text(&arguments.file)?;
    let found = of_text(&network, (&file.text, &file.file), arguments.epochs);
    let found = found.map_err(|error| match error.field() {
        Some("epochs") => Failure::answer(&error, "--epochs"),
        // Every line of a file's problems names the file.
        _ => Failure::answer(&error, ""),
    })?;
    if arguments.json {
        let limit = usize::from(arguments.limit).min(MOST_ACCOUNTS);
        return print_json(&found.document(arguments.after, limit)?);
    }
    let mut out = Out::stdout();
    tell(&mut out, &file.file, &found)?;
    out.finish()
}

fn tell(out: &mut Out, file: &str, found: &WhatIf) -> Result<(), Failure> {
    let parameters = &found.parameters;
    let epochs = counted(found.epochs.len() as u64, "epoch");
    out.line(format_args!(
        "{}: the last {epochs} as settled, and under {file}",
        parameters.network.name
    ))?;
    let emitted = asset_of(parameters, parameters.emission.asset)?;
    out.line("")?;
    let minted = |totals: &Totals| totals.minted;
    by_epoch(out, found, emitted, &[("minted", &minted)])?;
    for (number, asset) in (0..).map(AssetId).zip(&parameters.assets) {
        let known = |totals: &Totals| totals.assets.contains_key(&number);
        if !known(&found.before) && !known(&found.after) {
            continue;
        }
        out.line("")?;
        let paid = |totals: &Totals| totals.asset(number).paid;
        let delegated = |totals: &Totals| totals.asset(number).delegated;
        let forfeited = |totals: &Totals| totals.asset(number).forfeited;
        let mut columns: Vec<Column<'_>> = vec![("paid", &paid), ("forfeited", &forfeited)];
        if !delegated(&found.before).is_zero() || !delegated(&found.after).is_zero() {
            columns.insert(1, ("to delegators", &delegated));
        }
        by_epoch(out, found, asset, &columns)?;
    }
    out.line("")?;
    accounts(out, found)?;
    out.line("")?;
    out.line("Assumptions")?;
    for assumption in found.assumptions() {
        out.line(wrapped(assumption, WIDTH, "  "))?;
    }
    Ok(())
}

/// A figure's name, and how it is found.
type Column<'a> = (&'a str, &'a dyn Fn(&Totals) -> workmint_amounts::Amount);

fn by_epoch(
    out: &mut Out,
    found: &WhatIf,
    asset: &Asset,
    columns: &[Column<'_>],
) -> Result<(), Failure> {
    let mut heads = vec!["epoch".to_owned()];
    for (name, _) in columns {
        heads.push(format!("{name}, {}", asset.symbol));
        heads.push("would be".to_owned());
        heads.push("change".to_owned());
    }
    let sides: Vec<(&str, Side)> = heads.iter().map(|head| (head.as_str(), Side::Right)).collect();
    let mut table = Table::new(&sides);
    let mut row = |name: String, before: &Totals, after: &Totals| {
        let mut cells = vec![name];
        for (_, of) in columns {
            let difference = Difference { before: of(before), after: of(after) };
            cells.push(exact(difference.before, asset));
            cells.push(exact(difference.after, asset));
            cells.push(change(&difference, asset));
        }
        table.row(cells);
    };
    for one in &found.epochs {
        row(grouped(one.epoch), &one.before, &one.after);
    }
    row("all".to_owned(), &found.before, &found.after);
    table.print(out)
}

fn exact(amount: workmint_amounts::Amount, asset: &Asset) -> String {
    amount.to_grouped(asset.decimals, asset.decimals)
}

fn change(of: &Difference, asset: &Asset) -> String {
    let size = workmint_amounts::Amount::new(of.after.get().abs_diff(of.before.get()));
    match of.after.cmp(&of.before) {
        std::cmp::Ordering::Less => format!("-{}", exact(size, asset)),
        std::cmp::Ordering::Equal => "0".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", exact(size, asset)),
    }
}

/// Those whose money changes most, asset by asset.
fn accounts(out: &mut Out, found: &WhatIf) -> Result<(), Failure> {
    let changed = |of: &Difference| of.after != of.before;
    let count = found.accounts.values().filter(|of| changed(of)).count();
    if count == 0 {
        let all = grouped(found.accounts.len() as u64);
        return out.line(format_args!("Nobody's claims change: all {all} stay as they were."));
    }
    let mut rows: Vec<(&Key, &Difference)> =
        found.accounts.iter().filter(|(_, of)| changed(of)).collect();
    let size = |of: &Difference| of.after.get().abs_diff(of.before.get());
    rows.sort_by_key(|((account, asset), of)| (*asset, std::cmp::Reverse(size(of)), *account));
    out.line("Whose claims of these epochs change most")?;
    let mut table = Table::new(&[
        ("account", Side::Left),
        ("claims", Side::Right),
        ("would be", Side::Right),
        ("change", Side::Right),
    ]);
    for ((account, id), of) in rows.iter().take(SHOWN) {
        let asset = asset_of(&found.parameters, *id)?;
        table.row(vec![
            account.to_string(),
            shown(of.before, asset),
            shown(of.after, asset),
            format!("{} {}", change(of, asset), asset.symbol),
        ]);
    }
    table.print(out)?;
    if let Some(more) = rows.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        out.line(format_args!("and {} more; --json has all", grouped(more as u64)))?;
    }
    Ok(())
}
