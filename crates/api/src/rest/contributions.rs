//! Contributions to streams that pay at a rate, what is owed of them.

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_core::State;
use workmint_core::modules::contributions::{Contribution as Row, ContributionId, Stage};
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::ContributionKind;
use workmint_core::modules::rewards::Owed;
use workmint_core::names::Name;

use super::answer::{Answer, At, Ends, Money, Page, Units};
use super::ordered::Ordering;
use super::{Asked, Problem, Rest, TimeTriples, Triples, handle, parameters};

/// A contribution whose row is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contribution {
    /// The epoch in which the work was done.
    pub epoch: u64,
    /// Who contributed.
    pub contributor: String,
    /// The contributor's own number for it.
    pub id: u64,
    /// The stream.
    pub stream: String,
    /// Tokens, improvement, tasks or dataset.
    pub kind: String,
    /// The model, for tokens and improvements.
    pub model: Option<String>,
    /// Tokens; loss in 10^-9; tasks; bytes: a whole number as text.
    pub quantity: String,
    /// Hash of the evidence or of the dataset.
    pub content: String,
    /// Hash of the whole submission: verdicts name it.
    pub submission: String,
    /// Submitted, accepted, settled or closed.
    pub stage: String,
    /// When the stage is over.
    pub until: Option<Ends>,
    /// Verdicts so far.
    pub verdicts: u64,
    /// The epoch that settled it.
    pub settled_in: Option<u64>,
    /// Why it was closed unpaid.
    pub reason: Option<String>,
}

/// Contributions whose rows are kept, by epoch, contributor and id.
#[utoipa::path(get, path = "/v1/contributions", tag = "rewards",
    params(TimeTriples, Ordering),
    responses((status = 200, description = "Contributions", body = Page<Contribution>)))]
pub(super) async fn contributions(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Contribution>, Problem> {
    let paged = asked.paged()?;
    asked.end()?;
    rest.look(move |state| {
        let at = |[epoch, contributor, id]: [u64; 3]| ContributionId {
            epoch,
            contributor: handle(contributor),
            id,
        };
        let ids = paged.keys((at([0; 3]), at([u64::MAX; 3])), at);
        let rows = ids.into_iter().flat_map(|ids| state.contributions.rows_in(ids));
        let key = |(key, _): &(&ContributionId, &Row)| {
            format!("{}~{}~{}", key.epoch, key.contributor.0, key.id)
        };
        paged.page(At::of(state), rows, key, |(key, row)| of(state, key, row))
    })
    .await
}

/// One contribution whose row is kept.
#[utoipa::path(get, path = "/v1/contributions/{epoch}/{address}/{number}", tag = "rewards",
    params(("epoch" = u64, Path, description = "The epoch in which the work was done",
        maximum = 9007199254740991_u64), super::AddressPart, super::NumberPart),
    responses((status = 200, description = "The contribution", body = Answer<Contribution>)))]
pub(super) async fn contribution(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Contribution>, Problem> {
    asked.end()?;
    let (epoch, address) = (asked.number_part("epoch")?, asked.address_part("address")?);
    let id = asked.number_part("number")?;
    rest.look(move |state| {
        let account = state.ledger.handle(&address);
        let key = account.map(|contributor| ContributionId { epoch, contributor, id });
        let found = key.and_then(|key| Some((key, state.contributions.get(&key)?)));
        let missing = || {
            Problem::missing(format!("no contribution {id} of {address} in epoch {epoch} is kept"))
        };
        let (key, row) = found.ok_or_else(missing)?;
        Ok(Answer::new(At::of(state), of(state, &key, row)?))
    })
    .await
}

fn of(state: &State, key: &ContributionId, row: &Row) -> Result<Contribution, Problem> {
    let parameters = parameters(state)?;
    let kind = match row.kind {
        ContributionKind::Tokens => "tokens",
        ContributionKind::Improvement => "improvement",
        ContributionKind::Tasks => "tasks",
        ContributionKind::Dataset => "dataset",
    };
    let (stage, verdicts, settled_in, reason) = match &row.stage {
        Stage::Submitted { verdicts, .. } => ("submitted", verdicts.len(), None, None),
        Stage::Accepted { .. } => ("accepted", 0, None, None),
        Stage::Settled { epoch } => ("settled", 0, Some(*epoch), None),
        Stage::Closed { reason } => ("closed", 0, None, Some(reason.to_string())),
    };
    Ok(Contribution {
        epoch: key.epoch,
        contributor: state.ledger.address(key.contributor).to_string(),
        id: key.id,
        stream: row.stream.to_string(),
        kind: kind.to_owned(),
        model: row.model.map(|model| Units(&parameters).model(model)).transpose()?,
        quantity: row.quantity.to_string(),
        content: row.content.to_string(),
        submission: row.submission.to_string(),
        stage: stage.to_owned(),
        until: row.stage.until().map(Ends::from),
        verdicts: u64::try_from(verdicts).unwrap_or(u64::MAX),
        settled_in,
        reason,
    })
}

/// What a bucket owes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Backpay {
    /// The stream.
    pub stream: String,
    /// The epoch it is owed of.
    pub epoch: u64,
    /// To whom.
    pub account: String,
    /// Before decay.
    pub owed: Money,
    /// When that epoch closed, milliseconds.
    pub since_ms: u64,
}

/// What buckets owe, by stream (in the network's order of names), epoch and account.
#[utoipa::path(get, path = "/v1/backpay", tag = "rewards", params(Triples),
    responses((status = 200, description = "Backpay", body = Page<Backpay>)))]
pub(super) async fn backpay(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Backpay>, Problem> {
    let limit = asked.limit()?;
    let [stream, epoch, account] = asked.cursor()?.unwrap_or_default();
    asked.end()?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        let mut names: Vec<&Name> = parameters.streams.iter().map(|stream| &stream.name).collect();
        names.sort_unstable();
        let place = usize::try_from(stream).ok();
        let Some(first) = place.and_then(|place| names.get(place)) else {
            return Page::of(
                At::of(state),
                limit,
                std::iter::empty::<()>(),
                |()| String::new(),
                |()| Err(Problem::internal("a row of an empty list")),
            );
        };
        let first = ((*first).clone(), epoch, handle(account));
        let rows = state.rewards.backpay_from(first);
        let key = |((stream, epoch, account), _): &(&(Name, u64, AccountHandle), Owed)| {
            let place = names.binary_search(&stream).unwrap_or_else(|place| place);
            format!("{place}~{epoch}~{}", account.0)
        };
        let item = |((stream, epoch, account), owed): (&(Name, u64, AccountHandle), Owed)| {
            let asset = parameters.emission.asset;
            Ok(Backpay {
                stream: stream.to_string(),
                epoch: *epoch,
                account: state.ledger.address(*account).to_string(),
                owed: Units(&parameters).money(asset, owed.amount)?,
                since_ms: owed.since_ms,
            })
        };
        Page::of(At::of(state), limit, rows, key, item)
    })
    .await
}
