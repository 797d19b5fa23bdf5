//! From budgets to amounts.

use super::page::Page;
use super::{models, provider, rate, seat, usage, validator};
use crate::failure::Failure;
use crate::output::{asset_of, counted, grouped, percent, scaled, shown};
use workmint_answers::explain::facts::Facts;
use workmint_answers::explain::formula::formula;
use workmint_answers::explain::models::SCORE_DIGITS;
use workmint_core::explain::StreamStep;
use workmint_core::inputs::Penalty;
use workmint_core::modules::emission::Bound;
use workmint_core::modules::parameters::{
    Asset, Denominator, Destination, Emission, Limit, MissConsequence, MissedRequests, Score,
    Source, Stream,
};
use workmint_core::modules::rewards::StreamPlan;

pub(super) fn tell(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    page.section("Emission of the epoch")?;
    budget(page, facts)?;
    for step in &facts.explanation.streams {
        let rules = facts.parameters.streams.iter();
        let stream = rules.clone().find(|stream| stream.name == step.name);
        let planned = facts.plan.streams.iter().find(|plan| plan.name == step.name);
        if let (Some(stream), Some(planned)) = (stream, planned) {
            page.section(&format!(
                "Stream \"{}\": {}",
                step.name,
                match &stream.source {
                    Source::Emission { .. } => "your share of the emission",
                    Source::BlockRewards { .. } => "your blocks",
                    Source::Payments => "customers' payments for your work",
                    Source::Pot { .. } => "your share of the market's fees",
                }
            ))?;
            share(page, facts, (stream, planned), step)?;
        }
    }
    page.section("Missed requests")?;
    missed(page, facts)?;
    if let Some(reputation) = facts.reputation {
        page.say(&format!("Your reputation is {reputation} of 100 now."))?;
    }
    page.section("Total")?;
    totals(page, facts)
}

fn totals(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    for (id, total) in &facts.explanation.totals {
        let asset = asset_of(&facts.parameters, *id)?;
        let steps = facts.explanation.streams.iter();
        let parts: Vec<String> = steps
            .filter(|step| step.asset == *id)
            .map(|step| format!("{} ({})", shown(step.paid, asset), step.name))
            .collect();
        page.sum(&format!("{} = {}", parts.join(" + "), shown(*total, asset)))?;
    }
    Ok(())
}

fn budget(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    let (explanation, rules) = (&facts.explanation, &facts.parameters.emission);
    let asset = asset_of(&facts.parameters, rules.asset)?;
    page.say("The schedule gives")?;
    let line = &facts.plan.emission;
    page.sum(&format!("{} = {}", formula(facts, asset)?, shown(line.plain, asset)))?;
    for text in usage::lines(facts, asset)? {
        page.say(&text)?;
    }
    if !line.blocks.is_zero() {
        let blocks = shown(line.blocks, asset);
        page.say(&format!("Blocks come first: {blocks} of the allocation."))?;
    }
    page.say(&bound(explanation.bound_by, rules, asset, facts))
}

fn bound(bound_by: Bound, rules: &Emission, asset: &Asset, facts: &Facts) -> String {
    let budget = shown(facts.explanation.emission_budget, asset);
    match bound_by {
        Bound::Schedule => format!(
            "Neither the emission's allocation nor the asset's cap holds it down: the budget is \
             {budget}."
        ),
        Bound::Allocation => format!(
            "Of the emission's allocation of {} only {budget} is left: that is the budget.",
            shown(rules.allocation, asset)
        ),
        Bound::Cap => format!(
            "Below the asset's cap of {} only {budget} is left: that is the budget.",
            shown(asset.cap, asset)
        ),
    }
}

fn share(
    page: &mut Page,
    facts: &Facts,
    (stream, planned): (&Stream, &StreamPlan),
    step: &StreamStep,
) -> Result<(), Failure> {
    let asset = asset_of(&facts.parameters, step.asset)?;
    if let Some(code) = step.quarantined {
        return page.say(&format!(
            "The stream could not be computed (error {code}) and paid nobody; emission was not \
             minted, a pot is kept for the next epoch."
        ));
    }
    if let Some(rate) = &step.rate {
        return rate::tell(page, facts, (planned, step, rate));
    }
    page.say(&source(stream, planned, asset))?;
    if planned.payee.is_some() {
        return page.say(&format!(
            "The stream pays one account its whole budget; you receive {}.",
            shown(step.paid, asset)
        ));
    }
    if step.denominator == 0 {
        return page.say(&nobody(planned, asset));
    }
    if let Some(found) = &step.provider {
        provider::tell(page, facts, (stream, step, found))?;
    }
    if stream.score == Score::ModelShares {
        models::tell(page, facts, planned, step)?;
    }
    if let Some(row) = &step.validator {
        validator::tell(page, facts, (stream, step, row))?;
    }
    seat::tell(page, facts, stream)?;
    split(page, asset, (stream, step))?;
    if let Some(row) = &step.validator {
        validator::tell_delegated(page, facts, (step, row))?;
    }
    forfeit(page, facts, planned, step)
}

/// What becomes of a budget that nobody scored for.
fn nobody(planned: &StreamPlan, asset: &Asset) -> String {
    if planned.dust.is_zero() {
        return "Nobody scored anything in this stream: it pays nothing.".to_owned();
    }
    format!(
        "Nobody scored anything in this stream of {}: {}.",
        shown(planned.dust, asset),
        destination(planned.forfeits_to)
    )
}

fn source(stream: &Stream, planned: &StreamPlan, asset: &Asset) -> String {
    let mut text = match &stream.source {
        Source::Emission { share } => {
            format!("Its share of the emission is {share}: {}", shown(planned.fresh, asset))
        }
        Source::BlockRewards { reward } => format!(
            "Each block earns {}: {} for all blocks of active validators",
            shown(*reward, asset),
            shown(planned.fresh, asset)
        ),
        Source::Payments => {
            let paid = shown(planned.fresh, asset);
            format!(
                "Customers paid {paid} for all accepted work, each unit at the price locked for it"
            )
        }
        Source::Pot { name } => {
            format!("The pot {name} held {} of the market's fees", shown(planned.fresh, asset))
        }
    };
    if !planned.carried_in.is_zero() {
        let dust = shown(planned.carried_in, asset);
        text.push_str(&format!(", and rounding left {dust} of earlier epochs"));
    }
    if stream.limit == Limit::BurnedFees {
        text.push_str(", at most the fees burned in the epoch");
    }
    format!("{text}. Budget: {}.", shown(planned.budget, asset))
}

fn split(
    page: &mut Page,
    asset: &Asset,
    (stream, step): (&Stream, &StreamStep),
) -> Result<(), Failure> {
    let whose = match step.denominator_rule {
        Denominator::Full => "all scores, before penalties",
        Denominator::Paid => "the scores of those without penalty",
    };
    page.say(&format!(
        "Your share is budget x your score / {whose}, rounded down ({} of the whole):",
        percent(step.score.min(step.denominator), step.denominator)
    ))?;
    let score = |score: u128| match (step.breakdown, &stream.score) {
        (Some(_), _) => scaled(score, 18),
        (None, Score::ModelShares) => scaled(score, SCORE_DIGITS),
        (None, Score::Liquidity) => counted(score, "share"),
        (None, Score::BlocksProposed) => counted(score, "block"),
        (None, Score::Performance | Score::YumaIncentive | Score::YumaDividends) => {
            counted(score, "part")
        }
        (None, _) => shown(workmint_amounts::Amount::new(score), asset),
    };
    let (whole, result) = (shown(step.uncut, asset), shown(step.share, asset));
    let (mine, all) = (score(step.score), score(step.denominator));
    if step.uncut == step.budget {
        return page.sum(&format!("{whole} x {mine} / {all} = {result}"));
    }
    page.say(&format!(
        "All of the {whole} is split, and each share is scaled down to the budget, rounded down:"
    ))?;
    page.sum(&format!(
        "{whole} x {mine} / {all}, x {} / {whole} = {result}",
        shown(step.budget, asset)
    ))
}

/// Where money without an owner goes, as the end of a sentence.
pub(super) fn destination(to: Destination) -> &'static str {
    match to {
        Destination::Burn => "it is burned",
        Destination::Treasury => "it goes to the treasury",
        Destination::Recycling => "it goes to the recycling pool and is emitted again",
    }
}

fn forfeit(
    page: &mut Page,
    facts: &Facts,
    planned: &StreamPlan,
    step: &StreamStep,
) -> Result<(), Failure> {
    let asset = asset_of(&facts.parameters, step.asset)?;
    let debt = match step.recovered.is_zero() {
        true => String::new(),
        false => format!(
            " {} of the rest goes to customers you owe for work that was found invalid after it \
             was paid.",
            shown(step.recovered, asset)
        ),
    };
    let paid = shown(step.paid, asset);
    if step.forfeited.is_zero() {
        return page.say(&format!("Nothing of it is forfeited.{debt} Paid: {paid}."));
    }
    let reason = match facts.explanation.row.penalty {
        Penalty::Refuted => "you lost a challenge in this epoch: one of your reports was refuted",
        Penalty::Inactive => "you were inactive in this epoch",
        Penalty::Downtime => "you missed too many requests in this epoch",
        Penalty::None => "not all of your weight counts (see the steps above)",
    };
    let goes = match step.denominator_rule {
        Denominator::Full if step.from_emission && planned.forfeits_to == Destination::Burn => {
            "it is not minted"
        }
        Denominator::Full => destination(planned.forfeits_to),
        Denominator::Paid => "the others share it",
    };
    let forfeited = shown(step.forfeited, asset);
    page.say(&format!("Forfeited: {forfeited}, because {reason}; {goes}.{debt} Paid: {paid}."))
}

fn missed(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    let row = &facts.explanation.row;
    let total = u128::from(row.missed).saturating_add(u128::from(row.requests));
    if total == 0 {
        return page.say("No request was counted for you, so none was missed: the test is passed.");
    }
    let rule = match &facts.parameters.work.missed_requests {
        MissedRequests::Ratio { threshold } => {
            format!("the test fails above a share of {threshold}")
        }
        MissedRequests::Binomial { rate, significance } => format!(
            "the test fails when so many misses are less likely than {significance} for a provider \
             that misses a share of {rate}"
        ),
        MissedRequests::Tables { rate, follows_network } => format!(
            "the test fails above the critical value for a provider that misses a share of \
             {rate}{}",
            if *follows_network {
                ", or of what the whole network missed if that is more"
            } else {
                ""
            }
        ),
    };
    page.say(&format!(
        "{} of {} requests were missed ({}); {rule}.",
        grouped(row.missed),
        grouped(total),
        percent(u128::from(row.missed), total)
    ))?;
    if !facts.explanation.missed_test_failed {
        return page.say(match facts.parameters.work.missed_consequence {
            MissConsequence::Slash => "Passed: nothing is slashed for it.",
            MissConsequence::Forfeit => "Passed: the reward stays yours.",
        });
    }
    if facts.parameters.work.missed_consequence == MissConsequence::Forfeit {
        return page.say("Failed: the epoch's rewards from emission are forfeited.");
    }
    let asset = asset_of(&facts.parameters, facts.parameters.collateral.asset)?;
    let graded = match facts.parameters.slashing.downtime_most {
        None => String::new(),
        Some(most) => format!(
            " That is {} for failing, and more up to {most} by how much more than {} was missed.",
            facts.parameters.slashing.downtime,
            percent(
                facts.explanation.missed_allowed.numerator(),
                facts.explanation.missed_allowed.denominator()
            )
        ),
    };
    page.say(&format!(
        "Failed: a share of {} of your collateral, active and unbonding, is slashed: {}.{graded} \
         The rewards of the epoch stay yours.",
        facts.explanation.downtime_fraction,
        shown(row.slashed, asset)
    ))
}
