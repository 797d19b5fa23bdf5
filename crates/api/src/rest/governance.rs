//! Proposals, ballots, the treasury, versions of the rules.

use std::collections::BTreeMap;

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_core::State;
use workmint_core::modules::governance::{
    Ballot as BallotRow, Choice, Kind, Proposal as Row, Stage,
};
use workmint_core::modules::ledger::{AccountHandle, Pot};
use workmint_core::names::AssetId;

use super::answer::{Answer, At, Ends, Money, Page, Units};
use super::ordered::Ordering;
use super::{Asked, Paging, Problem, Rest, TimePaging, handle, parameters};

/// How the network is governed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Governance {
    /// What the treasury holds, by asset; what is zero is left out.
    pub treasury: BTreeMap<String, Money>,
    /// Version of the rules in force.
    pub rules_version: u32,
    /// Upgrades that were decided.
    pub upgrades: Vec<Upgrade>,
    /// Versions of the parameters that are scheduled, by their first epoch.
    pub scheduled_epochs: Vec<u64>,
}

/// A version of the rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct Upgrade {
    /// Its first height.
    pub at_height: u64,
    /// The version.
    pub version: u32,
}

/// The treasury, versions of the rules, what is scheduled.
#[utoipa::path(get, path = "/v1/governance", tag = "governance",
    responses((status = 200, description = "Governance", body = Answer<Governance>)))]
pub(super) async fn governance(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Governance>, Problem> {
    asked.end()?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        let ids = (0_u16..).zip(&parameters.assets).map(|(number, _)| AssetId(number));
        let held = ids.map(|asset| (asset, state.ledger.pot(asset, &Pot::Treasury)));
        let treasury = held.filter(|(_, amount)| !amount.is_zero()).map(|(asset, amount)| {
            let money = Units(&parameters).money(asset, amount)?;
            Ok((money.asset.clone(), money))
        });
        let governance = Governance {
            treasury: treasury.collect::<Result<_, Problem>>()?,
            rules_version: state.governance.version_at(state.chain().height),
            upgrades: state
                .governance
                .upgrades()
                .map(|(at_height, version)| Upgrade { at_height, version })
                .collect(),
            scheduled_epochs: state.parameters.scheduled().map(|(epoch, _)| epoch).collect(),
        };
        Ok(Answer::new(At::of(state), governance))
    })
    .await
}

/// A proposal that has not ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proposal {
    /// Its number.
    pub number: u64,
    /// Who made it.
    pub proposer: String,
    /// Parameters, spend or upgrade.
    pub kind: String,
    /// What it asks for, in words.
    pub asks: String,
    /// What it would pay; of a spend.
    pub spend: Option<Money>,
    /// To whom; of a spend.
    pub to: Option<String>,
    /// What is still locked for it.
    pub deposit: Money,
    /// Waiting, voting or passed.
    pub stage: String,
    /// When the vote ends, or when it is carried out.
    pub ends: Option<Ends>,
    /// Sum of all power, a whole number as text; of an open vote.
    pub total_power: Option<String>,
    /// Power for it, a whole number as text.
    pub yes: String,
    /// Power against it, a whole number as text.
    pub no: String,
    /// Power of neither, a whole number as text.
    pub abstain: String,
    /// Share of all power that must vote.
    pub quorum: String,
    /// Share of yes and no that must be for it.
    pub approval: String,
}

/// Proposals that have not ended, by number.
#[utoipa::path(get, path = "/v1/governance/proposals", tag = "governance",
    params(TimePaging, Ordering),
    responses((status = 200, description = "Proposals", body = Page<Proposal>)))]
pub(super) async fn proposals(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Proposal>, Problem> {
    let paged = asked.paged::<1>()?;
    asked.end()?;
    rest.look(move |state| {
        let numbers = paged.keys((0, u64::MAX), |[number]| number);
        let rows = numbers.into_iter().flat_map(|of| state.governance.proposals_in(of));
        let key = |(number, _): &(u64, &Row)| number.to_string();
        paged.page(At::of(state), rows, key, |(number, row)| of(state, number, row))
    })
    .await
}

/// One proposal that has not ended.
#[utoipa::path(get, path = "/v1/governance/proposals/{number}", tag = "governance",
    params(super::NumberPart),
    responses((status = 200, description = "The proposal", body = Answer<Proposal>)))]
pub(super) async fn proposal(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Proposal>, Problem> {
    asked.end()?;
    let number = asked.number_part("number")?;
    rest.look(move |state| {
        let row = state.governance.proposal(number).ok_or_else(|| ended(number))?;
        Ok(Answer::new(At::of(state), of(state, number, row)?))
    })
    .await
}

fn ended(number: u64) -> Problem {
    let detail = format!("there is no proposal {number}, or it has ended: its events tell how");
    Problem::missing(detail).of("number")
}

fn of(state: &State, number: u64, row: &Row) -> Result<Proposal, Problem> {
    let parameters = parameters(state)?;
    let units = Units(&parameters);
    let (kind, asks, spend, to) = match &*row.kind {
        Kind::Parameters { base, .. } => {
            ("parameters", format!("other parameters than version {base}"), None, None)
        }
        Kind::Spend { to, asset, amount } => {
            let money = units.money(*asset, *amount)?;
            let asks = format!("{} base units of {} to {to}", money.amount, money.asset);
            ("spend", asks, Some(money), Some(to.to_string()))
        }
        Kind::Upgrade { version, height } => {
            ("upgrade", format!("version {version} of the rules from height {height}"), None, None)
        }
    };
    let (stage, ends, total) = match row.stage {
        Stage::Waiting => ("waiting", None, None),
        Stage::Voting { total, ends, .. } => ("voting", Some(ends.into()), Some(total)),
        Stage::Passed { executes } => ("passed", Some(executes.into()), None),
    };
    let tally = state.governance.tally(number).unwrap_or_default();
    Ok(Proposal {
        number,
        proposer: state.ledger.address(row.proposer).to_string(),
        kind: kind.to_owned(),
        asks,
        spend,
        to,
        deposit: units.money(row.asset, row.deposit)?,
        stage: stage.to_owned(),
        ends,
        total_power: total.map(|total| total.to_string()),
        yes: tally.yes.to_string(),
        no: tally.no.to_string(),
        abstain: tally.abstain.to_string(),
        quorum: row.rules.quorum.to_string(),
        approval: row.rules.approval.to_string(),
    })
}

/// A ballot that was counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ballot {
    /// The voter.
    pub account: String,
    /// Yes, no or abstain.
    pub choice: String,
    /// Its power, a whole number as text.
    pub power: String,
}

/// The ballots of a proposal that has not ended.
#[utoipa::path(get, path = "/v1/governance/proposals/{number}/ballots", tag = "governance",
    params(super::NumberPart, Paging),
    responses((status = 200, description = "Ballots", body = Page<Ballot>)))]
pub(super) async fn ballots(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Ballot>, Problem> {
    let number = asked.number_part("number")?;
    let limit = asked.limit()?;
    let [first] = asked.cursor()?.unwrap_or_default();
    asked.end()?;
    rest.look(move |state| {
        state.governance.proposal(number).ok_or_else(|| ended(number))?;
        let rows = state.governance.ballots_from(number, handle(first));
        let key = |(account, _): &(AccountHandle, BallotRow)| account.0.to_string();
        let item = |(account, row): (AccountHandle, BallotRow)| {
            let choice = match row.choice {
                Choice::Yes => "yes",
                Choice::No => "no",
                Choice::Abstain => "abstain",
            };
            Ok(Ballot {
                account: state.ledger.address(account).to_string(),
                choice: choice.to_owned(),
                power: row.power.to_string(),
            })
        };
        Page::of(At::of(state), limit, rows, key, item)
    })
    .await
}
