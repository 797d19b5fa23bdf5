//! Adapters: weights, their confirmation, votes by weight.

use std::collections::BTreeMap;

use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{Confirmation, ModelId};
use workmint_core::modules::weights::{Factors, fold_reading, merge_by_model};
use workmint_core::modules::work::{passes_vote, time_factor};

use crate::conformance::case::{Case, Node};
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

const fn any(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    any("ConfirmationWeightOfModelNodes", weight_of_model_nodes),
    any("ConfirmationWeightOfParticipant", weight_of_participant),
    any("foldEventReadings", fold_readings),
    any("mergeByModel", merge),
    any("passesValidationVoteThreshold", vote),
    any("CalculateTimeNormalizationFactor", time),
];

/// A list of nodes under a model's name; nodes that are null are left out.
type Nodes<'a> = (&'a str, Vec<Node<'a>>);

fn nodes_in<'a>(list: &Node<'a>) -> Result<Vec<Node<'a>>, Mismatch> {
    Ok(list.list()?.into_iter().filter(|node| !node.is_null()).collect())
}

fn weight_of_model_nodes(case: &Case) -> Outcome {
    let mut nodes = Vec::new();
    for (model, list) in case.input().at("modelNodes").members()? {
        nodes.push((model, nodes_in(&list)?));
    }
    compare_weight(case, &nodes)
}

fn weight_of_participant(case: &Case) -> Outcome {
    let participant = case.input().at("p");
    let names = participant.at("Models").list()?;
    let mut nodes = Vec::new();
    for (name, list) in names.iter().zip(participant.at("MlNodes").list()?) {
        nodes.push((name.text()?, nodes_in(&list.at("MlNodes"))?));
    }
    compare_weight(case, &nodes)
}

fn compare_weight(case: &Case, nodes: &[Nodes<'_>]) -> Outcome {
    let mut factors = BTreeMap::new();
    for scale in case.input().at("scales").list()? {
        if !scale.at("ModelId").text()?.is_empty() {
            factors.insert(scale.at("ModelId").text()?, factor_of(&scale)?);
        }
    }
    // Our models are numbers: the place of a name among all names, ascending.
    let named = factors.keys().copied().chain(nodes.iter().map(|(model, _)| *model));
    let names = numbered(named);
    let by_model = names.keys().map(|name| factors.get(name).copied()).collect();
    let mut rows = Vec::new();
    for (model, list) in nodes {
        for node in list {
            rows.push((ModelId(number_of(&names, model)?), node.at("PocWeight").number()?));
        }
    }
    let ours = Factors::new(by_model).potential(rows)?;
    same("weight", i128::from(ours), case.expected().at("result").integer()?)
}

/// The factor of a scale: 1 if it is not set, which to the peer includes 0 x 10^0.
pub(super) fn factor_of(scale: &Node<'_>) -> Result<Ratio, Mismatch> {
    let factor = scale.at("WeightScaleFactor");
    let unset = factor.at("Value").integer()? == 0 && factor.at("Exponent").integer()? == 0;
    if unset { Ok(Ratio::ONE) } else { factor.ratio() }
}

pub(super) fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, u16> {
    let names: std::collections::BTreeSet<&str> = names.collect();
    names.into_iter().zip(0..).collect()
}

pub(super) fn number_of(names: &BTreeMap<&str, u16>, name: &str) -> Result<u16, Mismatch> {
    names.get(name).copied().ok_or_else(|| Mismatch::new(format!("no number for \"{name}\"")))
}

fn fold_readings(case: &Case) -> Outcome {
    // The deviation that the peer tolerates is a constant of its code.
    let rules = Confirmation { inactive_below: Ratio::ZERO, tolerance: "0.909".parse()? };
    let (input, expected) = (case.input(), case.expected());
    let mut skipped = Vec::new();
    for account in input.at("skipAddrs").list()? {
        skipped.push(account.text()?.to_owned());
    }
    let group = |node: &Node<'_>| node.at("ValidationWeights").list().unwrap_or_default().len();
    let after = expected.at("epochGroupData_after");
    require("members", group(&input.at("epochGroupData")), group(&after))?;
    for kept in ["measured", "preserved", "totalExpected", "skipAddrs"] {
        expected.at(&format!("{kept}_after")).unchanged(&input.at(kept))?;
    }
    after.at("EpochIndex").unchanged(&input.at("epochGroupData").at("EpochIndex"))?;
    let members = input.at("epochGroupData").at("ValidationWeights").list()?;
    let (mut changed, mut ratios) = (false, 0);
    for (member, after) in members.iter().zip(after.at("ValidationWeights").list()?) {
        let account = member.at("MemberAddress").text()?;
        for kept in ["MemberAddress", "Weight"] {
            after.at(kept).unchanged(&member.at(kept))?;
        }
        let before: u64 = member.at("ConfirmationWeight").number()?;
        let folded = if skipped.iter().any(|skipped| skipped == account) {
            None
        } else {
            let read = (
                input.at("measured").at(account).number()?,
                input.at("preserved").at(account).number()?,
            );
            let weight = input.at("totalExpected").at(account).number()?;
            fold_reading(&rules, weight, before, read)?
        };
        let confirmed = folded.map_or(before, |folded| folded.confirmed);
        require(account, confirmed, after.at("ConfirmationWeight").number()?)?;
        changed |= confirmed != before;
        if let Some(folded) = folded {
            ratios += 1;
            require(account, folded.ratio, expected.at("r1").at(account).ratio()?)?;
        }
    }
    require("changed", changed, expected.at("r0").flag()?)?;
    same("ratios", ratios, expected.at("r1").members()?.len())
}

/// (model, node, weight), nodes without a name left out.
fn rows_of<'a>(
    names: &Node<'a>,
    lists: &Node<'a>,
) -> Result<Vec<(&'a str, &'a str, u64)>, Mismatch> {
    let mut rows = Vec::new();
    for (name, list) in names.list()?.iter().zip(lists.list()?) {
        for node in nodes_in(&list.at("MlNodes"))? {
            if node.has("NodeId") && !node.at("NodeId").text()?.is_empty() {
                rows.push((
                    name.text()?,
                    node.at("NodeId").text()?,
                    node.at("PocWeight").number()?,
                ));
            }
        }
    }
    Ok(rows)
}

fn merge(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let kept = rows_of(&input.at("preservedModels"), &input.at("preservedMLNodes"))?;
    let measured = rows_of(&input.at("pocModels"), &input.at("pocMLNodes"))?;
    let ours: Vec<_> = merge_by_model(&kept, &measured)
        .iter()
        .map(|row| (row.model, row.node, row.weight))
        .collect();
    let lists = (expected.at("r0").list()?.len(), expected.at("r1").list()?.len());
    let models: std::collections::BTreeSet<&str> = ours.iter().map(|row| row.0).collect();
    require("models and their lists", (models.len(), models.len()), lists)?;
    let theirs = rows_of(&expected.at("r0"), &expected.at("r1"))?;
    require("nodes by model", ours, theirs)?;
    Ok(Verdict::Passed)
}

fn vote(case: &Case) -> Outcome {
    let input = case.input();
    let number = |key: &str| input.at(key).integer();
    let given = [number("votes")?, number("total")?, number("thresholdBps")?];
    let expected = case.expected().at("result").flag()?;
    // A negative number cannot be said here, and passes nothing there.
    let [Ok(votes), Ok(total), Ok(points)] = given.map(u128::try_from) else {
        return same("passes", false, expected);
    };
    same("passes", passes_vote(votes, total, Ratio::new(points, 10_000)?), expected)
}

fn time(case: &Case) -> Outcome {
    let input = case.input();
    let mut blocks = 0_u64;
    for key in ["pocStageDuration", "pocExchangeDuration"] {
        let more = blocks.checked_add(input.at(key).number::<u64>()?);
        blocks = more.ok_or_else(|| Mismatch::new("too many blocks"))?;
    }
    // The peer's nominal time: so many blocks of 5.41 s.
    let nominal = Ratio::from(blocks).checked_mul("5.41".parse()?)?;
    let (from, to) =
        (input.at("genStartTimestamp").number()?, input.at("exchangeEndTimestamp").number()?);
    same("factor", time_factor(nominal, from, to)?, case.expected().at("result").ratio()?)
}
