//! `workmint schedule`: what a network mints, epoch by epoch, and where a limit binds.

mod stages;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::emission::{
    Bound, Row, block_reward, counts_blocks, is_endless, project,
};
use workmint_core::modules::parameters::{Asset, Emission, EpochLength, Parameters, Schedule};

use crate::failure::Failure;
use crate::output::{Out, Side, Table, amount_json, column, grouped, percent, print_json, shown};
use crate::{plot, source};

/// Epochs looked at for totals, from the first that emits.
const HORIZON_EPOCHS: u64 = 100_000;
/// Epochs shown if nothing else is asked and the schedule goes on.
const DEFAULT_EPOCHS: u64 = 20_000;
/// Most epochs of one range.
const MAX_EPOCHS: u64 = 1_000_000;
/// Lines of the printed table.
const SAMPLES: usize = 24;

/// ln 2 rounded down, in units of 10^-30.
const LN_2: u128 = 693_147_180_559_945_309_417_232_121_458;
const LN_2_UNIT: u128 = 1_000_000_000_000_000_000_000_000_000_000;

/// A network's schedule.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  workmint schedule gonka\n  \
                        workmint schedule gonka --epochs 1..1461 --csv -\n  \
                        workmint schedule gonka --plot gonka.svg\n  \
                        workmint schedule --network blyan --epochs 0..23")]
pub(crate) struct Arguments {
    /// A built-in network, or the path of a network.toml file.
    #[arg(value_name = "NETWORK", required_unless_present = "by_option")]
    network: Option<String>,
    /// The same, as other commands take it.
    #[arg(long = "network", value_name = "NETWORK", conflicts_with = "network")]
    by_option: Option<String>,
    /// Epochs to show, both ends included; by default from the first that mints to the last, at
    /// most 20,000.
    #[arg(long, value_name = "A..B", value_parser = range)]
    epochs: Option<(u64, u64)>,
    /// Draw emission and supply into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Write every epoch as CSV to this file; - prints nothing but the CSV.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    csv: Option<PathBuf>,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let allowed = format!(
        "allowed: A..B with A <= B, at most {} epochs, such as 1..1461",
        grouped(MAX_EPOCHS)
    );
    let numbers = text
        .split_once("..")
        .and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    match numbers {
        Some((first, last)) if first <= last && last - first < MAX_EPOCHS => Ok((first, last)),
        _ => Err(allowed),
    }
}

/// The whole schedule, looked at once.
pub(crate) struct Outlook {
    /// The epochs asked for.
    pub(crate) rows: Vec<Row>,
    /// The first epoch that allocation or cap holds down.
    pub(crate) bound: Option<Row>,
    /// The last epoch that mints; `None` if it lies beyond the horizon.
    pub(crate) last: Option<Row>,
    /// What the schedule alone would mint; `None` if it does not end inside the horizon.
    uncapped: Option<Amount>,
    /// The first epoch below half of the first.
    first_below_half: Option<u64>,
    /// What exists of the asset at genesis.
    pub(crate) genesis_issued: Amount,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let network = arguments.network.as_ref().or(arguments.by_option.as_ref());
    let definition = source::network(network.map_or("", String::as_str))?;
    let parameters = &definition.parameters;
    let asset = crate::output::asset_of(parameters, parameters.emission.asset)?;
    if let Schedule::WorkSubsidy { .. } = parameters.emission.schedule {
        return stages::run(arguments, parameters, asset);
    }
    let issued = source::genesis_issued(&definition)?;
    let outlook = look(parameters, issued, arguments.epochs)?;
    if let Some(file) = &arguments.plot {
        let mut out = Out::file(file)?;
        out.text(&plot::schedule(parameters, asset, &outlook))?;
        out.finish()?;
    }
    if let Some(file) = &arguments.csv {
        write_csv(file, parameters, asset, &outlook)?;
        if file == Path::new("-") {
            return Ok(());
        }
    }
    if arguments.json {
        return print_json(&as_json(parameters, asset, &outlook)?);
    }
    let mut out = Out::stdout();
    print_table(&mut out, parameters, asset, &outlook)?;
    out.line("")?;
    for line in facts(parameters, asset, &outlook)? {
        out.line(line)?;
    }
    for file in [&arguments.plot, &arguments.csv].into_iter().flatten() {
        out.line(format_args!("written: {}", file.display()))?;
    }
    out.finish()
}

/// The last epoch that can be asked for: the walk there takes a second.
const LAST_EPOCH: u64 = 1_000_000;

fn look(
    parameters: &Parameters,
    genesis_issued: Amount,
    epochs: Option<(u64, u64)>,
) -> Result<Outlook, Failure> {
    let emission = &parameters.emission;
    let start = emission.genesis_epoch;
    let horizon = start.saturating_add(HORIZON_EPOCHS);
    let end = epochs.map_or(0, |(_, last)| last);
    if end > LAST_EPOCH {
        return Err(Failure::Input(format!(
            "--epochs ends with {end}; allowed: at most {LAST_EPOCH}"
        )));
    }
    let mut all = Vec::new();
    let mut uncapped = Some(Amount::ZERO);
    let mut seen = Seen::default();
    let endless = is_endless(parameters);
    let blocks = source::blocks_per_epoch(parameters);
    for row in project(parameters, genesis_issued, blocks) {
        let row = row.map_err(Failure::input)?;
        seen.see(&row, begins_period(emission, row.epoch));
        uncapped = uncapped.and_then(|sum| sum.checked_add(row.scheduled).ok());
        if row.epoch <= end || epochs.is_none() {
            all.push(row);
        }
        let ended = row.ended || (endless && seen.bound.is_some());
        seen.ended |= ended;
        if row.epoch >= end && (ended || row.epoch >= horizon) {
            break;
        }
    }
    let (first, last) = epochs.unwrap_or_else(|| default_range(start, &seen));
    let mut rows: Vec<Row> =
        (first..=last).take_while(|epoch| *epoch < start).map(before_genesis).collect();
    rows.extend(all.into_iter().filter(|row| (first..=last).contains(&row.epoch)));
    Ok(Outlook {
        rows,
        bound: seen.bound,
        last: seen.minting.filter(|_| seen.ended),
        uncapped: uncapped.filter(|_| seen.ended && !endless),
        first_below_half: seen.first_below_half,
        genesis_issued,
    })
}

/// Whether a period of the schedule begins with this epoch; only `geometric` has longer ones.
fn begins_period(emission: &Emission, epoch: u64) -> bool {
    let Schedule::Geometric { period_epochs, .. } = emission.schedule else {
        return true;
    };
    epoch.saturating_sub(emission.genesis_epoch).checked_rem(period_epochs) == Some(0)
}

/// What a walk over the schedule has met.
#[derive(Default)]
struct Seen {
    first: Option<Amount>,
    bound: Option<Row>,
    minting: Option<Row>,
    first_below_half: Option<u64>,
    ended: bool,
}

impl Seen {
    /// Epochs of a period differ by a unit, so that only first ones are compared.
    fn see(&mut self, row: &Row, begins_period: bool) {
        let first = *self.first.get_or_insert(row.scheduled);
        if self.bound.is_none() && row.bound_by != Bound::Schedule {
            self.bound = Some(*row);
        }
        if !row.minted.is_zero() {
            self.minting = Some(*row);
        }
        let below = |amount: Amount| amount.checked_add(amount).is_ok_and(|twice| twice < first);
        if self.first_below_half.is_none() && begins_period && below(row.scheduled) {
            self.first_below_half = Some(row.epoch);
        }
    }
}

fn default_range(start: u64, seen: &Seen) -> (u64, u64) {
    let longest = start.saturating_add(DEFAULT_EPOCHS - 1);
    let last = seen.minting.filter(|_| seen.ended).map(|row| row.epoch);
    (start, last.unwrap_or(longest).clamp(start, longest))
}

fn before_genesis(epoch: u64) -> Row {
    Row {
        epoch,
        scheduled: Amount::ZERO,
        minted: Amount::ZERO,
        blocks: Amount::ZERO,
        cumulative: Amount::ZERO,
        bound_by: Bound::Schedule,
        ended: false,
    }
}

fn word(bound: Bound) -> &'static str {
    match bound {
        Bound::Schedule => "schedule",
        Bound::Allocation => "allocation",
        Bound::Cap => "cap",
    }
}

fn print_table(
    out: &mut Out,
    parameters: &Parameters,
    asset: &Asset,
    outlook: &Outlook,
) -> Result<(), Failure> {
    let symbol = &asset.symbol;
    let pays = !block_reward(parameters).is_zero();
    let titles = ["scheduled", "minted", "for blocks", "cumulative"];
    let titles = titles.map(|title| format!("{title} {symbol}"));
    let [scheduled, minted, blocks, cumulative] = &titles;
    let mut columns: Vec<(&str, Side)> =
        vec![("epoch", Side::Right), (scheduled, Side::Right), (minted, Side::Right)];
    columns.extend(pays.then_some((blocks.as_str(), Side::Right)));
    columns.extend([(cumulative.as_str(), Side::Right), ("of allocation", Side::Right)]);
    columns.push(("", Side::Left));
    let mut table = Table::new(&columns);
    let shown = samples(outlook);
    for row in &shown {
        let note = match row.bound_by {
            Bound::Schedule => String::new(),
            bound => format!("limited by the {}", word(bound)),
        };
        let mut cells = vec![grouped(row.epoch)];
        cells.extend([column(row.scheduled, asset), column(row.minted, asset)]);
        cells.extend(pays.then(|| column(row.blocks, asset)));
        cells.push(column(row.cumulative, asset));
        cells.push(percent(row.cumulative.get(), parameters.emission.allocation.get()));
        cells.push(note);
        table.row(cells);
    }
    table.print(out)?;
    if shown.len() < outlook.rows.len() {
        let (some, all) = (shown.len(), grouped(outlook.rows.len() as u64));
        out.line(format_args!("{some} of {all} epochs; --csv writes all of them"))?;
    }
    Ok(())
}

/// Evenly spread rows, with the one where a limit binds and the last.
fn samples(outlook: &Outlook) -> Vec<&Row> {
    let rows = &outlook.rows;
    let step = rows.len().div_ceil(SAMPLES).max(1);
    let bound = outlook.bound.map(|row| row.epoch);
    rows.iter()
        .enumerate()
        .filter(|(at, row)| {
            at % step == 0 || Some(row.epoch) == bound || *at + 1 == rows.len() || *at == 1
        })
        .map(|(_, row)| row)
        .collect()
}

/// The statements below the table.
fn facts(
    parameters: &Parameters,
    asset: &Asset,
    outlook: &Outlook,
) -> Result<Vec<String>, Failure> {
    let emission = &parameters.emission;
    let mut lines = Vec::new();
    if let Some(ratio) = half_life(emission)? {
        lines.push(format!(
            "half-life: ln 2 / rate = {ratio} epochs{}",
            match outlook.first_below_half {
                Some(epoch) => format!(
                    "; the first epoch below half of the first is {} (offset {})",
                    grouped(epoch),
                    grouped(epoch.saturating_sub(emission.genesis_epoch))
                ),
                None => String::new(),
            }
        ));
    } else if let Some(epoch) = outlook.first_below_half {
        lines.push(format!(
            "half-life: the first epoch below half of the first is {}",
            grouped(epoch)
        ));
    }
    lines.push(match &outlook.bound {
        Some(row) => format!(
            "limit: the {} of {} binds at epoch {} (offset {}), which mints {} of {} scheduled; \
             later epochs mint nothing",
            word(row.bound_by),
            shown(limit_of(row.bound_by, emission, asset), asset),
            grouped(row.epoch),
            grouped(row.epoch.saturating_sub(emission.genesis_epoch)),
            shown(row.minted, asset),
            shown(row.scheduled, asset),
        ),
        None => "limit: neither allocation nor cap binds in the epochs looked at".to_owned(),
    });
    lines.push(match (&outlook.last, outlook.uncapped) {
        (Some(last), Some(uncapped)) => format!(
            "in all: {} minted, the last in epoch {}; without allocation and cap it would be {}",
            shown(last.cumulative, asset),
            grouped(last.epoch),
            shown(uncapped, asset),
        ),
        (Some(last), None) => format!(
            "in all: {} minted, the last in epoch {}; without allocation and cap it would go on \
             for ever",
            shown(last.cumulative, asset),
            grouped(last.epoch),
        ),
        (None, _) => {
            format!("in all: the schedule still mints after {} epochs", grouped(HORIZON_EPOCHS))
        }
    });
    lines.push(format!(
        "supply: {} exist at genesis, the cap is {}",
        shown(outlook.genesis_issued, asset),
        shown(asset.cap, asset)
    ));
    lines.extend(assumptions(parameters).into_iter().map(|text| format!("assumption: {text}")));
    Ok(lines)
}

/// What the projection supposes.
fn assumptions(parameters: &Parameters) -> Vec<String> {
    let (emission, mut all) = (&parameters.emission, Vec::new());
    let pays = !block_reward(parameters).is_zero();
    let by_time = matches!(parameters.network.epoch_length, EpochLength::Time(_));
    if by_time && (pays || counts_blocks(&emission.schedule)) {
        all.push("one block a second".to_owned());
    }
    if pays {
        all.push("validators propose every block".to_owned());
    }
    if emission.utility.is_some() {
        all.push("utility is 1 in every epoch".to_owned());
    }
    if emission.reference_weight > 0 {
        let weight = grouped(emission.reference_weight);
        all.push(format!("the weight of all is at least {weight}"));
    }
    if !emission.quota.is_zero() {
        all.push(format!("at least {} of requests are answered", emission.quota));
    }
    all
}

fn limit_of(bound: Bound, emission: &Emission, asset: &Asset) -> Amount {
    match bound {
        Bound::Schedule | Bound::Allocation => emission.allocation,
        Bound::Cap => asset.cap,
    }
}

/// ln 2 / |rate| with two digits, rounded to the nearest; exponential schedules only.
fn half_life(emission: &Emission) -> Result<Option<String>, Failure> {
    let Schedule::Exponential { rate, .. } = &emission.schedule else {
        return Ok(None);
    };
    if !rate.is_negative() {
        return Ok(None);
    }
    let value = Ratio::new(LN_2, LN_2_UNIT)
        .and_then(|ln_2| ln_2.checked_div(rate.magnitude()))
        .and_then(|exact| exact.checked_add(Ratio::new(5, 1_000)?));
    let text = value.map_err(Failure::input)?.to_decimal_string(2);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = whole.parse::<Amount>().map_err(Failure::input)?;
    Ok(Some(format!("{}.{fraction}", whole.to_grouped(0, 0))))
}

fn write_csv(
    file: &Path,
    parameters: &Parameters,
    asset: &Asset,
    outlook: &Outlook,
) -> Result<(), Failure> {
    let mut out = Out::file(file)?;
    let symbol = &asset.symbol;
    let pays = !block_reward(parameters).is_zero();
    out.line(format_args!(
        "epoch,scheduled_{symbol},minted_{symbol},cumulative_{symbol},percent_of_allocation,\
         limited_by{}",
        if pays { format!(",for_blocks_{symbol}") } else { String::new() }
    ))?;
    let shown = |amount: Amount| amount.to_decimal(asset.decimals);
    for row in &outlook.rows {
        let share = percent(row.cumulative.get(), parameters.emission.allocation.get());
        let blocks = if pays { format!(",{}", shown(row.blocks)) } else { String::new() };
        out.line(format_args!(
            "{},{},{},{},{},{}{blocks}",
            row.epoch,
            shown(row.scheduled),
            shown(row.minted),
            shown(row.cumulative),
            share.trim_end_matches(" %"),
            word(row.bound_by),
        ))?;
    }
    out.finish()
}

fn as_json(parameters: &Parameters, asset: &Asset, outlook: &Outlook) -> Result<Value, Failure> {
    let emission = &parameters.emission;
    let amount = |amount: Amount| amount_json(amount, asset);
    let row_json = |row: &Row| {
        json!({
            "epoch": row.epoch.to_string(),
            "scheduled": row.scheduled.to_string(),
            "minted": row.minted.to_string(),
            "cumulative": row.cumulative.to_string(),
            "blocks": row.blocks.to_string(),
            "limited_by": word(row.bound_by),
        })
    };
    let bound = outlook.bound.map(|row| {
        json!({
            "limit": word(row.bound_by),
            "epoch": row.epoch.to_string(),
            "offset": row.epoch.saturating_sub(emission.genesis_epoch).to_string(),
            "scheduled": amount(row.scheduled),
            "minted": amount(row.minted),
        })
    });
    Ok(json!({
        "network": parameters.network.name.as_str(),
        "asset": asset.symbol.as_str(),
        "decimals": asset.decimals,
        "genesis_epoch": emission.genesis_epoch.to_string(),
        "genesis_issued": amount(outlook.genesis_issued),
        "allocation": amount(emission.allocation),
        "cap": amount(asset.cap),
        "half_life_epochs": half_life(emission)?.map(|text| text.replace(',', "")),
        "first_epoch_below_half": outlook.first_below_half.map(|epoch| epoch.to_string()),
        "binds": bound,
        "minted_in_all": outlook.last.map(|row| amount(row.cumulative)),
        "last_epoch": outlook.last.map(|row| row.epoch.to_string()),
        "uncapped_total": outlook.uncapped.map(amount),
        "assumed": assumptions(parameters),
        "rows": outlook.rows.iter().map(row_json).collect::<Vec<Value>>(),
    }))
}
