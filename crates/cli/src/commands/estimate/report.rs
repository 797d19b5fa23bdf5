//! The estimate for people.

use workmint_amounts::{Amount, Ratio};
use workmint_answers::estimate::{Assets, Band, Earned, Estimate};
use workmint_core::modules::parameters::{Asset, Score};

use super::contributed;
use crate::failure::Failure;
use crate::output::{Out, Side, Table, column, grouped, percent, shown, wrapped};

/// Columns of a line.
const WIDTH: usize = 96;

pub(super) fn tell(mut out: Out, estimate: &Estimate) -> Result<(), Failure> {
    let assets = estimate.assets()?;
    let network = &estimate.parameters.network.name;
    out.line(match &estimate.account {
        Some(account) => format!("Estimate for {account} in {network}"),
        None => format!("Estimate for a participant of {network}"),
    })?;
    for line in &estimate.told {
        out.line(wrapped(line, WIDTH, ""))?;
    }
    if estimate.account.is_some() {
        out.line("")?;
        tell_exact(&mut out, estimate, &assets)?;
    }
    if let Some(contributed) = &estimate.contributed {
        out.line("")?;
        contributed::tell(&mut out, &estimate.parameters, contributed)?;
    }
    if let Some(band) = &estimate.band {
        tell_band(&mut out, estimate, band, &assets)?;
    }
    out.finish()
}

fn tell_band(
    out: &mut Out,
    estimate: &Estimate,
    band: &Band,
    assets: &Assets<'_>,
) -> Result<(), Failure> {
    out.line("")?;
    out.line(format_args!(
        "Band from epoch {} on, under the assumptions below; not a promise",
        grouped(band.first_epoch)
    ))?;
    table(out, estimate, band, assets)?;
    out.line("")?;
    out.line("Assumptions")?;
    for assumption in &estimate.assumptions {
        let text = format!("{}: {}", assumption.name, assumption.text);
        out.line(wrapped(&text, WIDTH, "  "))?;
    }
    if band.step > 1 {
        let step = grouped(band.step);
        let text = format!("epochs are short: the budget of every {step}th stands for the others");
        out.line(wrapped(&text, WIDTH, "  "))?;
    }
    if estimate.parameters.claims.vesting_epochs > 0 {
        let epochs = grouped(estimate.parameters.claims.vesting_epochs);
        let share = estimate.parameters.claims.vesting_share;
        let text = match share < Ratio::ONE {
            true => {
                format!("vesting: a share of {share} of a claim becomes free over {epochs} epochs")
            }
            false => format!("vesting: what is claimed becomes free over {epochs} epochs"),
        };
        out.line(wrapped(&text, WIDTH, "  "))?;
    }
    Ok(())
}

fn tell_exact(out: &mut Out, estimate: &Estimate, assets: &Assets<'_>) -> Result<(), Failure> {
    match &estimate.exact {
        Some(exact) => {
            out.line(format_args!(
                "Exact: what the open epoch {} pays if nothing more happens before it ends",
                grouped(exact.epoch)
            ))?;
            let lines = [
                ("rewards from emission", exact.rewards, assets.emission),
                ("payments for work", exact.work, assets.market),
            ];
            for (name, amount, asset) in lines {
                out.line(format_args!("  {name}: {}", shown(amount, asset)))?;
            }
            if !exact.pots.is_zero() {
                out.line(format_args!("  out of pots: {}", shown(exact.pots, assets.market)))?;
            }
            if estimate.one_asset() {
                let total = Amount::sum([exact.rewards, exact.work, exact.pots]);
                let total = total.map_err(Failure::damage)?;
                out.line(format_args!("  total: {}", shown(total, assets.emission)))?;
            }
            if !exact.slashed.is_zero() {
                out.line(format_args!(
                    "  missed requests cost {} of collateral",
                    shown(exact.slashed, assets.collateral)
                ))?;
            }
        }
        None if estimate.contributed.is_some() => {
            out.line(
                "Exact: the open epoch pays nothing so far, nothing of yours is final in it.",
            )?;
        }
        None => out.line("Exact: the open epoch pays nothing, it has neither weight nor work.")?,
    }
    let Some(next) = &estimate.next else {
        return Ok(());
    };
    let mut streams = estimate.parameters.streams.iter();
    let weighs = streams.any(|stream| matches!(stream.score, Score::PocWeight(_)));
    if next.yours.is_none() && !weighs {
        return Ok(());
    }
    let epoch = grouped(next.epoch);
    let text = match next.yours {
        Some((potential, effective)) => format!(
            "Epoch {epoch}: proofs of weight {} are accepted; {} of it counts, of {} in the \
             network so far ({}).",
            grouped(potential),
            grouped(effective),
            grouped(next.network),
            percent(effective.into(), next.network)
        ),
        None => format!("Epoch {epoch}: no proof of yours is accepted yet."),
    };
    out.line(wrapped(&text, WIDTH, ""))
}

type Row = (&'static str, fn(&Earned) -> Result<Amount, Failure>);

fn rows<'a>(estimate: &Estimate, assets: &'a Assets<'_>) -> Vec<(Row, &'a Asset)> {
    let rewards: Row = ("rewards", |earned| Ok(earned.rewards));
    let work: Row = ("work", |earned| Ok(earned.work));
    let total: Row = ("total", |earned| {
        let sum = earned.rewards.checked_add(earned.work);
        sum.map_err(Failure::damage)
    });
    let mut rows = vec![(rewards, assets.emission)];
    if estimate.has_work() {
        rows.push((work, assets.market));
        if estimate.one_asset() {
            rows.push((total, assets.emission));
        }
    }
    rows
}

fn table(
    out: &mut Out,
    estimate: &Estimate,
    band: &Band,
    assets: &Assets<'_>,
) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("per", Side::Left),
        ("", Side::Left),
        ("low", Side::Right),
        ("base", Side::Right),
        ("high", Side::Right),
        ("", Side::Left),
    ]);
    let rows = rows(estimate, assets);
    for period in &band.periods {
        for (at, ((name, of), asset)) in rows.iter().enumerate() {
            let first = if at == 0 { period.name } else { "" };
            let mut cells = vec![first.to_owned(), (*name).to_owned()];
            for earned in &period.earned {
                cells.push(column(of(earned)?, asset));
            }
            cells.push(asset.symbol.to_string());
            table.row(cells);
        }
    }
    table.print(out)
}
