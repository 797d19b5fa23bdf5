//! `[[models]]` share and reference weight, for streams that score `model_shares`.

use super::super::{Score, Source};
use super::checker::{Checker, brief, grouped};
use workmint_amounts::Ratio;

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let mut sum = Some(Ratio::ZERO);
    for (at, model) in parameters.models.iter().enumerate() {
        let path = format!("models[{at}].share");
        checker.ratio(model.share.at_most_one(), &path, model.share, "0 to 1");
        sum = sum.and_then(|sum| sum.checked_add(model.share).ok());
    }
    let mut streams = parameters.streams.iter().enumerate();
    let Some((stream, rule)) = streams.find(|(_, of)| of.score == Score::ModelShares) else {
        let idle = |at: &usize| parameters.models.get(*at).is_some_and(|of| !of.share.is_zero());
        if let Some(at) = (0..parameters.models.len()).find(idle) {
            let message = "no stream scores model_shares: nothing is divided by it";
            checker.warning(&format!("models[{at}].share"), message);
        }
        return;
    };
    if !parameters.models.is_empty() && sum != Some(Ratio::ONE) {
        let sum = sum.map_or_else(|| "more than can be added".to_owned(), |sum| sum.to_string());
        let message = format!("stream {} divides by shares that sum to {sum}", rule.name);
        checker.error("models", message, "shares that sum to exactly 1");
    }
    let kept = match rule.source {
        Source::Emission { .. } | Source::BlockRewards { .. } => "is not minted",
        Source::Payments | Source::Pot { .. } => "stays in its pot",
    };
    let message = format!(
        "each model's share of {} is divided among the weights for it; what a model without \
         enough weight does not earn {kept}: no other model gets it",
        rule.name
    );
    checker.fact(&format!("streams[{stream}].score"), message);
    for (at, model) in parameters.models.iter().enumerate() {
        let path = format!("models[{at}].reference_weight");
        let (share, id) = (brief(model.share), &model.id);
        if model.share.is_zero() {
            let message = format!("weight for {id} earns nothing of {}", rule.name);
            checker.fact(&format!("models[{at}].share"), message);
        } else if model.reference_weight == 0 {
            let message = format!(
                "a single node of any weight takes {id}'s share of {share} while nobody else \
                 serves it"
            );
            checker.warning(&path, message);
        } else {
            let whole = grouped(model.reference_weight);
            let message =
                format!("{id} earns its share of {share} from a weight of {whole} on, less below");
            checker.fact(&path, message);
        }
    }
}
