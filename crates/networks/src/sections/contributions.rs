//! `[contributions]` with its nested sections.

use super::scalars::Unit;
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{Contributions, ContributorReputation, RateLimit};

/// `unit` is what emission mints, `stake` what collateral is deposited in.
pub(super) fn contributions(
    reader: &mut Reader<'_>,
    unit: Option<&Unit>,
    stake: Option<&Unit>,
) -> Option<Option<Contributions>> {
    let Some(section) = reader.optional_section(None, "contributions")? else {
        return Some(None);
    };
    let submit_window_epochs = reader.epochs(&section, "submit_window");
    let verifiers = reader.count(&section, "verifiers");
    let approvals = reader.count(&section, "approvals");
    let confidence = reader.ratio(&section, "confidence");
    let verify_window = reader.duration(&section, "verify_window");
    let challenge_window = reader.duration(&section, "challenge_window");
    let challenge_bond = reader.amount(&section, "challenge_bond", unit);
    let decision_window = reader.duration(&section, "decision_window");
    let rate_limit = rate_limit(reader, &section);
    let reputation = reputation(reader, &section, stake);
    Some(Some(Contributions {
        submit_window_epochs: submit_window_epochs?,
        verifiers: verifiers?,
        approvals: approvals?,
        confidence: confidence?,
        verify_window: verify_window?,
        challenge_window: challenge_window?,
        challenge_bond: challenge_bond?,
        decision_window: decision_window?,
        rate_limit: rate_limit?,
        reputation: reputation?,
    }))
}

fn rate_limit<'a>(reader: &mut Reader<'a>, parent: &Section<'a>) -> Option<Option<RateLimit>> {
    let Some(section) = reader.optional_section(Some(parent), "rate_limit")? else {
        return Some(None);
    };
    let most = reader.count(&section, "most");
    let interval_ms = reader.time(&section, "interval");
    let cooldown_ms = reader.time(&section, "cooldown");
    Some(Some(RateLimit { most: most?, interval_ms: interval_ms?, cooldown_ms: cooldown_ms? }))
}

fn reputation<'a>(
    reader: &mut Reader<'a>,
    parent: &Section<'a>,
    stake: Option<&Unit>,
) -> Option<Option<ContributorReputation>> {
    let Some(section) = reader.optional_section(Some(parent), "reputation")? else {
        return Some(None);
    };
    let per_contribution = reader.ratio(&section, "per_contribution");
    let most_contributions = reader.ratio(&section, "most_contributions");
    let accuracy = reader.ratio(&section, "accuracy");
    let per_stake_decade = reader.ratio(&section, "per_stake_decade");
    let most_stake = reader.ratio(&section, "most_stake");
    let days_per_point = reader.ratio(&section, "days_per_point");
    let most_age = reader.ratio(&section, "most_age");
    let clean = reader.ratio(&section, "clean");
    let per_violation = reader.ratio(&section, "per_violation");
    let least = reader.ratio(&section, "least");
    let least_stake = reader.amount(&section, "least_stake", stake);
    Some(Some(ContributorReputation {
        per_contribution: per_contribution?,
        most_contributions: most_contributions?,
        accuracy: accuracy?,
        per_stake_decade: per_stake_decade?,
        most_stake: most_stake?,
        days_per_point: days_per_point?,
        most_age: most_age?,
        clean: clean?,
        per_violation: per_violation?,
        least: least?,
        least_stake: least_stake?,
    }))
}
