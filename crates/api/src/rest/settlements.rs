//! Settled epochs: headers for ever, entries and proofs while their claims are open or from the
//! frozen inputs.

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_core::State;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::settlement::{Header, StreamLine};

use super::answer::{Answer, At, Money, Page, Units};
use super::ordered::{Ordering, Paged};
use super::{Asked, Problem, Rest, TimePaging, parameters};

/// A settled epoch in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct Epoch {
    /// The epoch.
    pub epoch: u64,
    /// Height of the block that closed it.
    pub closed_at_height: u64,
    /// Time of that block, milliseconds.
    pub closed_at_ms: u64,
    /// Version of the parameters it ran under.
    pub parameters_version: u64,
    /// What emission could issue to its streams.
    pub emission: Money,
    /// Newly minted.
    pub minted: Money,
    /// Re-issued from the recycling pool.
    pub recycled: Money,
    /// Number of claims.
    pub claims: u64,
    /// Root of the tree of claims.
    pub root: String,
}

/// A settled epoch, stream by stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct Settlement {
    /// In short.
    #[serde(flatten)]
    pub epoch: Epoch,
    /// Its streams, in the network's order.
    pub streams: Vec<Stream>,
    /// Whether its claims can still be collected.
    pub open: bool,
    /// The epoch at whose close claims expire; null when they have.
    pub expires_after: Option<u64>,
}

/// What one stream did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stream {
    /// Its name.
    pub name: String,
    /// New money offered.
    pub fresh: Money,
    /// Dust of earlier epochs in it.
    pub carried_in: Money,
    /// What was split.
    pub budget: Money,
    /// By what it was divided, a whole number as text.
    pub denominator: String,
    /// How many received something.
    pub recipients: u64,
    /// Paid.
    pub paid: Money,
    /// Removed by penalties, readings and the power cap.
    pub forfeited: Money,
    /// Taken out of rewards for debts to customers.
    pub recovered: Money,
    /// Taken out of validators' rewards for their delegators.
    pub delegated: Money,
    /// What rounding left.
    pub dust: Money,
    /// The account of its bucket; null of a stream without a rate.
    pub bucket: Option<Bucket>,
    /// Number of the error that kept the stream from being planned; null: it was planned.
    pub quarantined: Option<u16>,
}

/// The account of a bucket over one epoch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bucket {
    /// The stream's share of what emission offers.
    pub target: Money,
    /// Never lent.
    pub floor: Money,
    /// Most it may pay beside what rolled over.
    pub ceiling: Money,
    /// Rolled over from earlier epochs.
    pub rolled_in: Money,
    /// What the contributions that became final are worth.
    pub demand: Money,
    /// Lent to other buckets.
    pub lent: Money,
    /// Borrowed from other buckets.
    pub borrowed: Money,
    /// Paid for contributions that became final.
    pub paid_new: Money,
    /// Paid of backpay.
    pub paid_backpay: Money,
    /// What could not be paid.
    pub newly_owed: Money,
    /// Owed no longer without having been paid.
    pub closed: Money,
    /// Owed after the close, before decay.
    pub owed: Money,
    /// What was too old of the rollover, or cannot be issued.
    pub expired: Money,
    /// Rolls over to the next epoch.
    pub rolled_out: Money,
}

/// Settled epochs in short, by number.
#[utoipa::path(get, path = "/v1/epochs", tag = "settlement", params(TimePaging, Ordering),
    responses((status = 200, description = "Epochs", body = Page<Epoch>)))]
pub(super) async fn epochs(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Epoch>, Problem> {
    let paged = asked.paged()?;
    asked.end()?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        page(state, &paged, |header| short(&parameters, header))
    })
    .await
}

/// Settled epochs stream by stream, by number.
#[utoipa::path(get, path = "/v1/settlements", tag = "settlement", params(TimePaging, Ordering),
    responses((status = 200, description = "Settlements", body = Page<Settlement>)))]
pub(super) async fn settlements(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Settlement>, Problem> {
    let paged = asked.paged()?;
    asked.end()?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        page(state, &paged, |header| full(state, &parameters, header))
    })
    .await
}

/// A page of settled epochs.
fn page<T>(
    state: &State,
    paged: &Paged<1>,
    item: impl FnMut(&Header) -> Result<T, Problem>,
) -> Result<Page<T>, Problem> {
    let epochs = paged.keys((0, u64::MAX), |[epoch]| epoch);
    let rows = epochs.into_iter().flat_map(|epochs| state.settlement.headers(epochs));
    paged.page(At::of(state), rows, |header| header.epoch.to_string(), item)
}

/// The settlement of one epoch.
#[utoipa::path(get, path = "/v1/settlements/{epoch}", tag = "settlement",
    params(("epoch" = u64, Path, description = "A settled epoch", maximum = 9007199254740991_u64)),
    responses((status = 200, description = "The settlement", body = Answer<Settlement>)))]
pub(super) async fn settlement(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Settlement>, Problem> {
    asked.end()?;
    let epoch = asked.number_part("epoch")?;
    rest.look(move |state| {
        let header = state.settlement.header(epoch).ok_or_else(|| not_settled(state, epoch))?;
        Ok(Answer::new(At::of(state), full(state, &*parameters(state)?, header)?))
    })
    .await
}

/// Why an epoch has no settlement.
pub(super) fn not_settled(state: &State, epoch: u64) -> Problem {
    let open = state.chain().epoch;
    let why = if epoch >= open {
        format!("epoch {epoch} is not closed; the open one is {open}")
    } else {
        format!("epoch {epoch} passed without a block: it was skipped")
    };
    Problem::missing(why).of("epoch")
}

fn short(parameters: &Parameters, header: &Header) -> Result<Epoch, Problem> {
    let money = |amount| Units(parameters).money(parameters.emission.asset, amount);
    Ok(Epoch {
        epoch: header.epoch,
        closed_at_height: header.height,
        closed_at_ms: header.time_ms,
        parameters_version: header.parameters_version,
        emission: money(header.emission.budget)?,
        minted: money(header.minted)?,
        recycled: money(header.recycled)?,
        claims: header.claims,
        root: header.root.to_string(),
    })
}

fn full(state: &State, parameters: &Parameters, header: &Header) -> Result<Settlement, Problem> {
    let record = state.settlement.record(header.epoch);
    let streams = header.streams.iter().map(|line| stream(parameters, line));
    Ok(Settlement {
        epoch: short(parameters, header)?,
        streams: streams.collect::<Result<_, _>>()?,
        open: record.is_some(),
        expires_after: record.map(|record| record.expires_after),
    })
}

fn stream(parameters: &Parameters, line: &StreamLine) -> Result<Stream, Problem> {
    let money = |amount| Units(parameters).money(line.asset, amount);
    let bucket = line.bucket.as_ref().map(|bucket| {
        Ok::<_, Problem>(Bucket {
            target: money(bucket.target)?,
            floor: money(bucket.floor)?,
            ceiling: money(bucket.ceiling)?,
            rolled_in: money(bucket.rolled_in)?,
            demand: money(bucket.demand)?,
            lent: money(bucket.lent)?,
            borrowed: money(bucket.borrowed)?,
            paid_new: money(bucket.paid_new)?,
            paid_backpay: money(bucket.paid_backpay)?,
            newly_owed: money(bucket.newly_owed)?,
            closed: money(bucket.closed)?,
            owed: money(bucket.owed)?,
            expired: money(bucket.expired)?,
            rolled_out: money(bucket.rolled_out)?,
        })
    });
    Ok(Stream {
        name: line.name.to_string(),
        fresh: money(line.fresh)?,
        carried_in: money(line.carried_in)?,
        budget: money(line.budget)?,
        denominator: line.denominator.to_string(),
        recipients: line.recipients,
        paid: money(line.paid)?,
        forfeited: money(line.forfeited)?,
        recovered: money(line.recovered)?,
        delegated: money(line.delegated)?,
        dust: money(line.dust)?,
        bucket: bucket.transpose()?,
        quarantined: line.quarantined,
    })
}
