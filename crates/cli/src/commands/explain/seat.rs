//! What a seat's scores came from: validators' weights, the consensus over them, bonds, lent power.

use workmint_amounts::Amount;
use workmint_answers::explain::facts::Facts;
use workmint_answers::explain::seat::{
    FULL, Part, account, ignored_words, lender, power_asset, silence_words, votes,
};
use workmint_core::inputs::{LentPower, Opinions};
use workmint_core::modules::opinions::scores::{performance, power_with_say};
use workmint_core::modules::opinions::yuma::trace::{BondLine, Trace, Vote};
use workmint_core::modules::parameters::{Score, Stream, YumaKind};

use super::page::Page;
use crate::failure::Failure;
use crate::output::{counted, grouped, percent, shown};

/// Lines of votes or bonds shown to people; the JSON has all.
const SHOWN: usize = 10;

/// A part of `unit`.
fn share(part: u64, unit: u64) -> String {
    percent(u128::from(part), u128::from(unit))
}

/// How the score came about; nothing for other streams, and for who holds no seat.
pub(super) fn tell(page: &mut Page, facts: &Facts, stream: &Stream) -> Result<(), Failure> {
    if matches!(stream.score, Score::YumaDividends) {
        tell_lender(page, facts)?;
    }
    let Some(part) = Part::of(facts, stream) else {
        return Ok(());
    };
    if matches!(stream.score, Score::Performance) {
        return tell_median(page, facts, &part);
    }
    let Some(found) = part.trace()? else {
        return Ok(());
    };
    match stream.score {
        Score::YumaIncentive => tell_miner(page, facts, &part, &found),
        _ => tell_validator(page, facts, &part, &found),
    }
}

fn tell_median(page: &mut Page, facts: &Facts, part: &Part) -> Result<(), Failure> {
    let seats = &part.frozen.seats;
    let votes = votes(part);
    let asset = power_asset(&facts.parameters)?;
    let all = power_with_say(part.rules, seats);
    let all: u128 = all.iter().sum();
    let medians = performance(part.rules, seats).map_err(Failure::damage)?;
    let median = medians.get(usize::from(part.seat)).copied().unwrap_or(0);
    page.say(&format!(
        "You hold seat {}. Your score is the median of validators' weights on you by the power \
         behind them: the smallest weight such that those who give it or less have more than half \
         of the {} with a say. Who gives none gives 0.",
        part.seat,
        shown(Amount::new(all), asset)
    ))?;
    let silent = all - votes.iter().map(|(_, _, power)| power).sum::<u128>();
    let mut below = silent;
    if silent > 0 {
        page.sum(&format!("0: {} of the power", percent(silent, all)))?;
    }
    let at = votes.iter().position(|(_, weight, _)| *weight >= u32::from(median)).unwrap_or(0);
    let first = at.saturating_sub(SHOWN / 2);
    for (number, (voter, weight, power)) in votes.iter().enumerate() {
        below += power;
        if !(first..first + SHOWN).contains(&number) {
            continue;
        }
        page.sum(&format!(
            "{}: seat {voter} ({}) with {}; up to here {}{}",
            grouped(*weight),
            account(facts, part.frozen, *voter),
            percent(*power, all),
            percent(below, all),
            if number == at && median > 0 { " - the median" } else { "" }
        ))?;
    }
    if votes.len() > SHOWN {
        let more = votes.len() as u64 - SHOWN as u64;
        page.say(&format!("{} more; all with --json.", counted(more, "vote")))?;
    }
    page.say(&format!("Median: {} of {}.", grouped(median), grouped(FULL)))
}

fn tell_miner(page: &mut Page, facts: &Facts, part: &Part, found: &Trace) -> Result<(), Failure> {
    let (miner, unit) = (&found.miner, found.unit);
    if miner.votes.is_empty() {
        return page.say(&format!("You hold seat {}. No validator weighed you.", part.seat));
    }
    let kappa = part.rules.yuma.as_ref().map_or(0, |yuma| yuma.kappa);
    page.say(&format!(
        "You hold seat {}. {} weighed you. Consensus is the highest weight that validators with at \
         least {} of the power with a say give you or exceed: {}, by {} of the power. What is \
         above it is cut off.",
        part.seat,
        counted(miner.votes.len() as u64, "validator"),
        percent(u128::from(kappa), FULL),
        share(miner.consensus, unit),
        share(miner.support, unit)
    ))?;
    let mut votes: Vec<&Vote> = miner.votes.iter().collect();
    votes.sort_by_key(|vote| (std::cmp::Reverse(vote.rank), vote.validator));
    for vote in votes.iter().take(SHOWN) {
        page.sum(&vote_line(facts, part, vote, unit))?;
    }
    if votes.len() > SHOWN {
        let more = votes.len() as u64 - SHOWN as u64;
        page.say(&format!("{} more; all with --json.", counted(more, "vote")))?;
    }
    page.say(&format!(
        "Your rank is the sum of power x weight within consensus: {} of all ranks, which are {}. \
         Your incentive is your part of them: {}.",
        share(miner.rank, unit),
        share(miner.all_ranks, unit),
        share(miner.incentive, unit)
    ))
}

fn vote_line(facts: &Facts, part: &Part, vote: &Vote, unit: u64) -> String {
    let who = account(facts, part.frozen, vote.validator);
    let said = format!("seat {} ({who}) set {}", vote.validator, grouped(vote.set));
    if let Some(silence) = vote.silence {
        return format!("{said}: no say, {}", silence_words(silence));
    }
    if let Some(ignored) = vote.ignored {
        return format!("{said}: does not count, {}", ignored_words(ignored));
    }
    let cut = match vote.within < vote.weight {
        true => format!(", cut to {}", share(vote.within, unit)),
        false => String::new(),
    };
    format!(
        "{said}, {} of its row{cut}; x {} of the power = {}",
        share(vote.weight, unit),
        share(vote.active_stake, unit),
        share(vote.rank, unit)
    )
}

fn tell_validator(
    page: &mut Page,
    facts: &Facts,
    part: &Part,
    found: &Trace,
) -> Result<(), Failure> {
    let (validator, unit) = (&found.validator, found.unit);
    if validator.stake == 0 && validator.lines.is_empty() {
        let seat = part.seat;
        return page.say(&format!("You hold seat {seat} without power: you weigh nobody."));
    }
    page.say(&format!(
        "You hold seat {} with {} of all power, {} of that with a say. {} of your weights were \
         within consensus.",
        part.seat,
        share(validator.stake, unit),
        share(validator.active_stake, unit),
        share(validator.trust, unit)
    ))?;
    if let Some(silence) = validator.silence {
        page.say(&format!("You have no say: {}.", silence_words(silence)))?;
    }
    let mut lines: Vec<&BondLine> = validator.lines.iter().collect();
    lines.sort_by_key(|line| (std::cmp::Reverse(line.earned), line.miner));
    if !lines.is_empty() {
        page.say("Your part of all bonds on a miner x its incentive:")?;
    }
    for line in lines.iter().take(SHOWN) {
        page.sum(&format!(
            "seat {} ({}): {} x {} = {}",
            line.miner,
            account(facts, part.frozen, line.miner),
            share(line.part, unit),
            share(line.incentive, unit),
            share(line.earned, unit)
        ))?;
    }
    if lines.len() > SHOWN {
        let more = lines.len() as u64 - SHOWN as u64;
        page.say(&format!("{} more; all with --json.", counted(more, "bond")))?;
    }
    let by_power = part.rules.yuma.as_ref().is_some_and(|yuma| yuma.kind == YumaKind::Yuma3);
    let times = if by_power { ", x your power with a say," } else { "" };
    page.say(&format!(
        "Together {}{times} is {} of what all validators earn: your dividends.",
        share(validator.earned, unit),
        share(validator.dividends, unit)
    ))?;
    if !validator.permit {
        page.say("You may not weigh others until the next close: others have more power.")?;
    }
    tell_child(page, facts, part)
}

/// What of its dividends goes to those who lent it power.
fn tell_child(page: &mut Page, facts: &Facts, part: &Part) -> Result<(), Failure> {
    let lent = part.frozen.lent.iter().filter(|lent| lent.seat == part.seat);
    for lent in lent {
        let (of, line) = (lender(facts, lent), lent_line(facts, part.frozen, lent)?);
        page.say(&format!("{of} lent you {line}"))?;
    }
    Ok(())
}

/// What somebody earns with power that it lent.
fn tell_lender(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    let Some(frozen) = &facts.inputs.opinions else {
        return Ok(());
    };
    let row = facts.inputs.participants.find(&facts.explanation.row.account);
    let row = row.and_then(|row| u32::try_from(row).ok());
    for lent in frozen.lent.iter().filter(|lent| Some(lent.of) == row) {
        let to = account(facts, frozen, lent.seat);
        let line = lent_line(facts, frozen, lent)?;
        page.say(&format!("You lent seat {} ({to}) {line}", lent.seat))?;
    }
    Ok(())
}

fn lent_line(facts: &Facts, frozen: &Opinions, lent: &LentPower) -> Result<String, Failure> {
    let asset = power_asset(&facts.parameters)?;
    let seat = usize::from(lent.seat);
    let power = frozen.seats.power.get(seat).copied().unwrap_or_default();
    let take = frozen.take.get(seat).copied().unwrap_or_default();
    Ok(format!(
        "{} of the {} behind that seat. That part of its dividends is the lender's, less {take} of \
         it, which the seat keeps.",
        shown(lent.power, asset),
        shown(power, asset)
    ))
}
