//! Document 002's questions, at its paths and in its shapes; rates and buckets of `/v1`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use workmint_answers::{Network, buckets};
use workmint_core::modules::parameters::{ContributionKind, Parameters};
use workmint_protocol::rewards::{
    self, Buckets, Question, Scenario, ScenarioWork, Work, parse_multiplier, parse_quantity, rated,
    words,
};

use super::answer::At;
use super::{Asked, Problem, Rest, Running};

const KINDS: [ContributionKind; 4] = [
    ContributionKind::Tokens,
    ContributionKind::Improvement,
    ContributionKind::Tasks,
    ContributionKind::Dataset,
];

/// What contributions are worth at the rates of the network, and what its buckets have left.
#[utoipa::path(get, path = "/rewards/estimate", tag = "document 002",
    params(
        ("tokens" = Option<String>, Query, description = "Tokens processed, at most 2^64 - 1",
            pattern = "WHOLE"),
        ("quality" = Option<String>, Query, description = "Their quality; 1 unless given; with \
            tokens only", pattern = "MULT"),
        ("improvement_pct" = Option<String>, Query, description = "By how much a model's loss \
            falls, per cent of its recorded loss, 0 to 100",
            pattern = "PERCENT"),
        ("difficulty" = Option<String>, Query, description = "The improvement's difficulty; 1.5 \
            unless given", pattern = "MULT"),
        ("applicability" = Option<String>, Query, description = "The improvement's applicability; \
            1 unless given", pattern = "MULT"),
        ("validation_tasks" = Option<String>, Query, description = "Validation tasks completed",
            pattern = "WHOLE"),
        ("complexity" = Option<String>, Query, description = "Their complexity; 1 unless given",
            pattern = "MULT"),
        ("dataset_gb" = Option<String>, Query, description = "Size of a dataset, GB of 10^9 bytes",
            pattern = "GIGABYTES"),
        ("dataset_quality" = Option<String>, Query, description = "Its quality; 0.9 unless given",
            pattern = "MULT"),
        ("dataset_diversity" = Option<String>, Query, description = "Its diversity; 1 unless given",
            pattern = "MULT"),
        ("daily" = Option<bool>, Query, description = "They are a day's work, not one contribution \
            of each kind")),
    responses((status = 200, description = "The estimate, by document 002's names",
        body = Value)))]
pub(super) async fn rewards_estimate(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let question = question(&mut asked)?;
    asked.end()?;
    rest.asks(move |network| {
        let at = network.at();
        let (parameters, buckets) = of_rated(network)?;
        let estimate = rewards::estimate(&parameters, &question, &buckets).map_err(refused)?;
        Ok(network.answered_at(at).respond(axum::Json(estimate)))
    })
    .await
}

/// The buckets of the open epoch; a problem if the network has none.
fn of_rated(network: &Running) -> Result<(Arc<Parameters>, Buckets), Problem> {
    rated(&*network.parameters()?).map_err(refused)?;
    Ok(buckets::of_network(network)?)
}

fn question(asked: &mut Asked) -> Result<Question, Problem> {
    let mut work = BTreeMap::new();
    for kind in KINDS {
        let words = words(kind);
        let quantity = asked.text(words.quantity)?.map(|text| {
            parse_quantity(kind, text).map_err(|error| Problem::parameter(words.quantity, error))
        });
        let quantity = quantity.transpose()?;
        let first = multiplier(asked, words.first.parameter)?;
        let second = match &words.second {
            Some(second) => multiplier(asked, second.parameter)?,
            None => None,
        };
        match quantity {
            Some(quantity) => {
                work.insert(kind, Work { quantity, first, second });
            }
            None if first.is_some() || second.is_some() => {
                let detail = format!("needed beside its multiplier: {}", words.quantity);
                return Err(Problem::refused(None, detail).of(words.quantity));
            }
            None => {}
        }
    }
    Ok(Question { work, daily: asked.switch("daily")? })
}

fn multiplier(asked: &mut Asked, name: &'static str) -> Result<Option<u32>, Problem> {
    let read = |text: &str| parse_multiplier(text).map_err(|error| Problem::parameter(name, error));
    asked.text(name)?.map(read).transpose()
}

/// Why rates and buckets have no answer.
fn refused(error: rewards::Error) -> Problem {
    match error {
        rewards::Error::NoRates => Problem::not_of_network(error),
        rewards::Error::NoAsset | rewards::Error::Engine(_) => Problem::internal(error),
        rewards::Error::NoStream(_)
        | rewards::Error::NotAsked { .. }
        | rewards::Error::TooMuch(_)
        | rewards::Error::NotOne(_)
        | rewards::Error::NothingAsked => Problem::refused(None, error),
    }
}

/// What typical work earns.
#[utoipa::path(get, path = "/rewards/calculator", tag = "document 002",
    params(
        ("scenario" = Option<String>, Query, description = "What work: custom (one of each), \
            inference_hour, learning_session, validation_batch or dataset_upload; custom unless \
            given",
            pattern = "^(custom|inference_hour|learning_session|validation_batch|dataset_upload)$"),
        ("hours" = Option<String>, Query, description = "Hours it takes, above 0, at most 8760; 1 \
            unless given", pattern = "HOURS"),
        ("tokens_per_hour" = Option<String>, Query, description = "Tokens an hour; 100000 unless \
            given", pattern = "WHOLE"),
        ("improvements_per_session" = Option<String>, Query, description = "The improvement, per \
            cent of the model's recorded loss; 2 unless given",
            pattern = "PERCENT"),
        ("tasks_per_batch" = Option<String>, Query, description = "Tasks; 50 unless given",
            pattern = "WHOLE"),
        ("gb_per_upload" = Option<String>, Query, description = "Size of the dataset, GB of 10^9 \
            bytes; 10 unless given", pattern = "GIGABYTES")),
    responses((status = 200, description = "What it earns, by document 002's names",
        body = Value)))]
pub(super) async fn rewards_calculator(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let scenario = asked.text("scenario")?.unwrap_or("custom");
    let scenario: Scenario =
        scenario.parse().map_err(|error: String| Problem::parameter("scenario", error))?;
    let work = work(&mut asked, scenario)?;
    asked.end()?;
    rest.look(move |state| {
        let parameters = super::parameters(state)?;
        let calculation = rewards::calculate(&parameters, scenario, &work).map_err(refused)?;
        Ok(At::of(state).respond(axum::Json(calculation)))
    })
    .await
}

/// The scenario's work; a quantity that it has not is refused.
fn work(asked: &mut Asked, scenario: Scenario) -> Result<ScenarioWork, Problem> {
    let mut work = ScenarioWork::default();
    if let Some(text) = asked.text("hours")? {
        let read = workmint_amounts::Amount::parse_decimal(text, 3).ok();
        let read = read.and_then(|hours| u64::try_from(hours.get()).ok());
        let read = read.filter(|hours| (1..=8_760_000).contains(hours));
        let detail = "allowed: 0.001 to 8760 hours, with at most 3 decimals";
        work.hours = read.ok_or_else(|| Problem::parameter("hours", detail))?;
    }
    let fields = [
        ("tokens_per_hour", ContributionKind::Tokens, &mut work.tokens_per_hour),
        (
            "improvements_per_session",
            ContributionKind::Improvement,
            &mut work.improvements_per_session,
        ),
        ("tasks_per_batch", ContributionKind::Tasks, &mut work.tasks_per_batch),
        ("gb_per_upload", ContributionKind::Dataset, &mut work.gb_per_upload),
    ];
    for (name, kind, field) in fields {
        let Some(text) = asked.text(name)? else { continue };
        *field = parse_quantity(kind, text).map_err(|error| Problem::parameter(name, error))?;
        if !scenario.has(kind) {
            let detail = format!("scenario {scenario} has none of it");
            return Err(Problem::refused(None, detail).of(name));
        }
    }
    Ok(work)
}

macro_rules! of_buckets {
    ($(#[$about:meta])* $name:ident, $path:literal, $tag:literal, $answer:path) => {
        $(#[$about])*
        #[utoipa::path(get, path = $path, tag = $tag,
            responses((status = 200, description = "By document 002's names", body = Value)))]
        pub(super) async fn $name(
            Shared(rest): Shared<Rest>,
            asked: Asked,
        ) -> Result<Response, Problem> {
            asked.end()?;
            rest.asks(|network| {
                let at = network.at();
                let (parameters, buckets) = of_rated(network)?;
                let answer = $answer(&parameters, &buckets).map_err(refused)?;
                Ok(network.answered_at(at).respond(axum::Json(answer)))
            })
            .await
        }
    };
}

fn status(_: &Parameters, buckets: &Buckets) -> Result<rewards::BucketStatus, rewards::Error> {
    buckets.status()
}

of_buckets! {
    /// What the buckets have, used and owe in the open epoch.
    buckets_status, "/rewards/buckets/status", "document 002", status
}
of_buckets! {
    /// Whether the buckets are healthy, and what is wrong.
    rewards_health, "/rewards/health", "document 002", rewards::health
}
of_buckets! {
    /// Rates, multipliers and the day's budget.
    policy, "/rewards/policy", "document 002", rewards::policy
}
of_buckets! {
    /// Use of the buckets, what they owe, alerts.
    rewards_metrics, "/rewards/metrics", "document 002", rewards::metrics
}
of_buckets! {
    /// What the buckets have, used and owe in the open epoch.
    v1_buckets, "/v1/buckets", "rewards", status
}
of_buckets! {
    /// Rates, multipliers and the day's budget.
    v1_rates, "/v1/rates", "rewards", rewards::policy
}
