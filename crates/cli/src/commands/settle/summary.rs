//! A settled epoch for people.

use super::Settled;
use super::render::{Assets, bound, destination, score_of_line};
use crate::failure::Failure;
use crate::output::{Out, Side, Table, asset_of, column, counted, grouped, scaled, shown};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{Asset, Parameters, Remainder, Score};
use workmint_core::modules::settlement::StreamLine;

/// Most participants listed.
const SHOWN: usize = 100;

pub(super) fn as_table(out: &mut Out, settled: &Settled<'_>) -> Result<(), Failure> {
    let assets = Assets::of(settled.parameters)?;
    let count = settled.settlement.inputs.participants.len();
    if count > 0 {
        let (work, reward) = (&assets.work.symbol, &assets.reward.symbol);
        let mut table = Table::new(&[
            ("account", Side::Left),
            ("weight", Side::Right),
            ("effective", Side::Right),
            ("requests", Side::Right),
            ("missed", Side::Right),
            (&format!("work paid {work}"), Side::Right),
            (&format!("reward paid {reward}"), Side::Right),
            (&format!("forfeited {reward}"), Side::Right),
            (&format!("slashed {}", assets.collateral.symbol), Side::Right),
            ("total", Side::Right),
        ]);
        for line in settled.lines()?.take(SHOWN) {
            let mut totals = Vec::new();
            for (asset, amount) in &line.totals {
                totals.push(shown(*amount, asset_of(settled.parameters, *asset)?));
            }
            table.row(vec![
                line.written.map_or_else(|| line.account.to_string(), str::to_owned),
                grouped(line.potential),
                grouped(line.effective),
                grouped(line.requests),
                grouped(line.missed),
                column(line.work, assets.work),
                column(line.reward, assets.reward),
                column(line.forfeited, assets.reward),
                column(line.slashed, assets.collateral),
                totals.join(" + "),
            ]);
        }
        table.print(out)?;
        if count > SHOWN {
            out.line(format_args!(
                "{SHOWN} of {} participants; --output csv writes all of them",
                grouped(count as u64)
            ))?;
        }
        out.line("")?;
    }
    for line in lines(settled)? {
        out.line(line)?;
    }
    if settled.proofs {
        out.line("proofs: --output json or csv prints them")?;
    }
    Ok(())
}

/// What a stream's budget is divided by, in the unit of its scores.
fn divisor(parameters: &Parameters, line: &StreamLine, asset: &Asset) -> String {
    match score_of_line(parameters, line) {
        Some(Score::PocWeight(_)) => format!("a weight of {}", scaled(line.denominator, 18)),
        Some(Score::ModelShares) => {
            format!("{} of the models' shares", scaled(line.denominator, 30))
        }
        Some(Score::Performance) => format!("{} / 65,535 of a weight", grouped(line.denominator)),
        Some(Score::BlocksProposed) => format!("{} blocks", grouped(line.denominator)),
        Some(Score::YumaIncentive) => format!("{} parts of incentive", grouped(line.denominator)),
        Some(Score::YumaDividends) => format!("{} parts of dividends", grouped(line.denominator)),
        Some(Score::Liquidity) => format!("{} shares of the pool", grouped(line.denominator)),
        Some(
            Score::WorkDone
            | Score::Rate(_)
            | Score::Availability(_)
            | Score::BondedStake
            | Score::StakingPower(_),
        ) => shown(Amount::new(line.denominator), asset),
        Some(Score::FixedAccount { .. }) | None => "nobody".to_owned(),
    }
}

/// Streams and epoch in words.
pub(super) fn lines(settled: &Settled<'_>) -> Result<Vec<String>, Failure> {
    let parameters = settled.parameters;
    let header = &settled.settlement.record.header;
    let mut lines = Vec::new();
    for stream in &header.streams {
        let asset = asset_of(parameters, stream.asset)?;
        lines.push(format!(
            "stream {}: budget {}, of which {} carried in, divided by {}; paid {} to {}, \
             forfeited {} ({}), {}{}dust {} {}",
            stream.name,
            shown(stream.budget, asset),
            shown(stream.carried_in, asset),
            divisor(parameters, stream, asset),
            shown(stream.paid, asset),
            grouped(stream.recipients),
            shown(stream.forfeited, asset),
            destination(stream.forfeits_to),
            if stream.recovered.is_zero() {
                String::new()
            } else {
                format!("recovered for customers {}, ", shown(stream.recovered, asset))
            },
            if stream.delegated.is_zero() {
                String::new()
            } else {
                format!("delegators' {}, ", shown(stream.delegated, asset))
            },
            shown(stream.dust, asset),
            match stream.remainder {
                Remainder::Carry => "carried to the next epoch",
                Remainder::Forfeits => "with the forfeits",
            },
        ));
    }
    lines.extend(epoch_lines(settled)?);
    Ok(lines)
}

/// The epoch in words.
pub(super) fn epoch_lines(settled: &Settled<'_>) -> Result<Vec<String>, Failure> {
    let assets = Assets::of(settled.parameters)?;
    let header = &settled.settlement.record.header;
    let mut lines = Vec::new();
    lines.push(format!(
        "epoch {}: {}, scheduled {}, budget {} (by the {}), minted {}",
        grouped(header.epoch),
        counted(settled.settlement.inputs.participants.len() as u64, "participant"),
        shown(header.emission.scheduled, assets.reward),
        shown(header.emission.budget, assets.reward),
        bound(header.emission.bound_by),
        shown(header.minted, assets.reward),
    ));
    lines.extend(use_lines(settled, &assets));
    if let Some(reason) = nothing_minted(settled) {
        lines.push(reason);
    }
    let claims = grouped(header.claims);
    lines.push(format!("root {} over {claims} claims", header.root));
    if !settled.assumed.is_empty() {
        lines.push(format!("assumed: {}", settled.assumed.join("; ")));
    }
    Ok(lines)
}

/// What the network's use took of the schedule's amount, and what blocks pay.
fn use_lines(settled: &Settled<'_>, assets: &Assets) -> Vec<String> {
    let line = &settled.settlement.record.header.emission;
    let mut lines = Vec::new();
    if line.plain != line.scheduled {
        let mut text = format!(
            "the schedule gives {}; utility and weight leave {}",
            shown(line.plain, assets.reward),
            shown(line.scheduled.checked_add(line.unmet).unwrap_or(line.plain), assets.reward)
        );
        if !line.unmet.is_zero() {
            let unmet = shown(line.unmet, assets.reward);
            text.push_str(&format!(", of which {unmet} are not minted: the quota is unmet"));
        }
        lines.push(text);
    }
    if !line.blocks.is_zero() {
        lines.push(format!("{} for blocks come first", shown(line.blocks, assets.reward)));
    }
    lines
}

/// Why an epoch mints nothing; `None` if it mints.
pub(super) fn nothing_minted(settled: &Settled<'_>) -> Option<String> {
    let settlement = &settled.settlement;
    let header = &settlement.record.header;
    if !header.minted.is_zero() {
        return None;
    }
    let participants = &settlement.inputs.participants;
    let why = if header.emission.budget.is_zero() {
        format!("the {} leaves nothing for epoch {}", bound(header.emission.bound_by), header.epoch)
    } else if settled.parameters.contributions.is_some() {
        let lines = header.streams.iter().filter_map(|stream| stream.bucket.as_ref());
        match lines.clone().all(|line| line.demand.is_zero() && line.due.is_zero()) {
            true => "no contribution is worth anything and no backpay is due".to_owned(),
            false => "no budget was left for what is due".to_owned(),
        }
    } else if participants.is_empty() {
        "the epoch has no participants".to_owned()
    } else if super::providers::pays_providers(settled.parameters) {
        "no provider asks for any".to_owned()
    } else if participants.effective.iter().all(|weight| *weight == 0) {
        "the total effective weight is 0".to_owned()
    } else {
        "everything was forfeited".to_owned()
    };
    Some(format!("nothing is minted: {why}"))
}
