//! Adapters: buckets, as status and estimates show them.

use std::collections::BTreeSet;

use serde_json::Value;
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{ContributionKind, Parameters, Schedule, Source};
use workmint_protocol::rewards::{Bucket, BucketStatus, Buckets, Question, Work, estimate};

use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::tolerances::{CENTS, FOUR_DECIMALS};
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};
use crate::source;

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "BucketAllocator", run: allocator },
    Adapter { file: "docs_examples", function: "budget", run: budget },
    Adapter { file: "docs_examples", function: "GET /rewards/estimate", run: estimated },
];

/// Hours of the network's year.
const YEAR_HOURS: u64 = 8_760;

/// Base units as the asset's display units.
fn shown(bucket: &Bucket, amount: Amount) -> Result<Ratio, Mismatch> {
    Ok(Ratio::new(amount.get(), 10_u128.pow(bucket.unit.decimals.into()))?)
}

/// The network's buckets in their first hour, with this budget of a day, BLY.
fn of_day(daily: Ratio) -> Result<(Parameters, BucketStatus), Mismatch> {
    let definition = source::network("blyan").map_err(|_| Mismatch::new("blyan cannot be read"))?;
    let mut parameters = definition.parameters;
    let asset = parameters.asset(parameters.emission.asset);
    let unit = 10_u128.pow(asset.map_or(0, |asset| asset.decimals).into());
    let year = daily.checked_mul(Ratio::from_integer(365))?;
    parameters.emission.schedule = Schedule::Inflation {
        base: Amount::new(year.floor_mul(unit)?),
        rate: Ratio::ONE,
        year_epochs: YEAR_HOURS,
        dynamic: None,
    };
    let status = Buckets::of_file(&parameters, Amount::ZERO)?.status()?;
    Ok((parameters, status))
}

/// A category's part of a day's budget, and of an hour's. Upstream's balance ends at three hours.
fn budget(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected().at("code"));
    let (parameters, status) = of_day(input.at("daily").ratio()?)?;
    let share = input.at("split").ratio()?;
    let has_share =
        |source: &Source| matches!(source, Source::Emission { share: of } if *of == share);
    let stream = parameters.streams.iter().find(|stream| has_share(&stream.source));
    let Some(stream) = stream else {
        return Ok(Verdict::NotCovered("no stream of ours has this share"));
    };
    let mut buckets = status.buckets.iter();
    let bucket = buckets.find(|bucket| bucket.stream == stream.name.as_str());
    let bucket = bucket.ok_or_else(|| Mismatch::new("the stream has no bucket"))?;
    let hour = shown(bucket, bucket.line.target)?;
    FOUR_DECIMALS.compare("hourly", hour, expected.at("hourly").ratio()?)?;
    let day = hour.checked_mul(Ratio::from_integer(24))?;
    FOUR_DECIMALS.compare("daily", day, expected.at("daily").ratio()?)?;
    let three = hour.checked_mul(Ratio::from_integer(3))?;
    FOUR_DECIMALS.compare("three hours", three, expected.at("cap3x").ratio()?)?;
    Ok(Verdict::Deviates(Decision::RolloverByEpochs))
}

/// Names of an object's members.
fn names(value: Option<&Value>) -> BTreeSet<&str> {
    let members = value.and_then(Value::as_object);
    members.map(|members| members.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// What a status says of a network that nobody has drawn on: names of fields, targets and bounds.
/// What was granted follows from the order of claims there, and from an hour's whole demand here.
fn allocator(case: &Case) -> Outcome {
    let (_, status) = of_day(case.input().at("daily_budget").ratio()?)?;
    let ours = serde_json::to_value(&status)?;
    let mut compared = false;
    for step in case.expected().at("steps").list()? {
        // Ours grants at the hour's end: there is nothing of ours to compare a grant with.
        if step.at("op").text()? == "status" {
            compared = compare_status(&status, &ours, &step.at("result"))? || compared;
        }
    }
    Ok(match compared {
        true => Verdict::Deviates(Decision::DemandOfAnHour),
        false => Verdict::NotCovered(
            "ours grants at the hour's end: only statuses compare, and there is none",
        ),
    })
}

fn compare_status(
    status: &BucketStatus,
    ours: &Value,
    theirs: &Node<'_>,
) -> Result<bool, Mismatch> {
    let hourly = status.hourly_budget.as_ref();
    let hourly = hourly.ok_or_else(|| Mismatch::new("there is no budget of an hour"))?;
    let hour = Ratio::new(hourly.amount.get(), 10_u128.pow(hourly.decimals.into()))?;
    CENTS.compare("hourly_budget", hour, theirs.at("hourly_budget").ratio()?)?;
    for bucket in &status.buckets {
        let theirs = theirs.at("buckets").at(&bucket.stream);
        let fields: BTreeSet<&str> = theirs.members()?.iter().map(|(name, _)| *name).collect();
        let of_ours = ours.get("buckets").and_then(|all| all.get(&bucket.stream));
        require("fields of a bucket", names(of_ours), fields)?;
        let line = &bucket.line;
        let amounts = [("target", line.target), ("floor", line.floor), ("ceiling", line.ceiling)];
        for (name, amount) in amounts {
            CENTS.compare(name, shown(bucket, amount)?, theirs.at(name).ratio()?)?;
        }
    }
    Ok(true)
}

/// The document's request, answered by the call that `workmint estimate` makes.
fn estimated(case: &Case) -> Outcome {
    let input = case.input();
    let definition = source::network("blyan").map_err(|_| Mismatch::new("blyan cannot be read"))?;
    let issued = source::genesis_issued(&definition);
    let issued = issued.map_err(|_| Mismatch::new("blyan's genesis cannot be summed"))?;
    let quality = input.at("quality").ratio()?.floor_mul(1_000_000)?;
    let work = Work {
        quantity: input.at("tokens").number()?,
        first: Some(u32::try_from(quality)?),
        second: None,
    };
    let question =
        Question { work: [(ContributionKind::Tokens, work)].into(), ..Question::default() };
    let buckets = Buckets::of_file(&definition.parameters, issued)?;
    let ours = estimate(&definition.parameters, &question, &buckets)?;
    let ours = serde_json::to_value(&ours)?;
    contains("answer", &ours, case.expected().at("document").value()?)?;
    Ok(Verdict::Passed)
}

/// Whether everything that the document prints is in our answer: members by name, numbers by
/// value, sentences of a list somewhere in it.
fn contains(what: &str, ours: &Value, theirs: &Value) -> Result<(), Mismatch> {
    match (ours, theirs) {
        (_, Value::Object(members)) => members.iter().try_for_each(|(name, theirs)| {
            let ours = ours.get(name).unwrap_or(&Value::Null);
            contains(&format!("{what}.{name}"), ours, theirs)
        }),
        (Value::Array(ours), Value::Array(theirs)) => theirs.iter().try_for_each(|theirs| {
            require(&format!("{what} has {theirs}"), ours.contains(theirs), true)
        }),
        (Value::String(ours), Value::Number(theirs)) => {
            let (ours, theirs): (Ratio, Ratio) = (ours.parse()?, theirs.to_string().parse()?);
            FOUR_DECIMALS.compare(what, ours, theirs).map(|_| ())
        }
        (ours, theirs) => require(what, ours, theirs),
    }
}
