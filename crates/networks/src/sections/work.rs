//! `[work]` with its nested sections.

use super::scalars::Unit;
use crate::choices::{self, MISS_CONSEQUENCES, MISS_RULES, MissRule};
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{
    MissConsequence, MissedRequests, ReputationRule, Sampling, StatusTest, Work,
};

/// `unit` is what the market is paid in.
pub(super) fn work(reader: &mut Reader<'_>, unit: Option<&Unit>) -> Option<Work> {
    let section = reader.section(None, "work")?;
    let quorum = reader.count(&section, "quorum");
    let quorum_weight = reader.optional_ratio(&section, "quorum_weight");
    let proof_window_ms = reader.optional_time(&section, "proof_window");
    let challenge_window = reader.duration(&section, "challenge_window");
    let challenge_bond_minimum = reader.amount(&section, "challenge_bond_minimum", unit);
    let challenge_bond_ratio = reader.ratio(&section, "challenge_bond_ratio");
    let decision_window = reader.duration(&section, "decision_window");
    let max_customers_per_summary = reader.count(&section, "max_customers_per_summary");
    let checks_per_epoch = reader.count(&section, "checks_per_epoch");
    let missed_requests = missed_requests(reader, &section);
    let slash = MissConsequence::Slash;
    let missed_consequence =
        reader.choice_or(&section, "missed_consequence", MISS_CONSEQUENCES, slash);
    let sampling = sampling(reader, &section);
    let status = status(reader, &section);
    let reputation = reputation(reader, &section);
    Some(Work {
        quorum: quorum?,
        challenge_window: challenge_window?,
        challenge_bond_minimum: challenge_bond_minimum?,
        challenge_bond_ratio: challenge_bond_ratio?,
        decision_window: decision_window?,
        max_customers_per_summary: max_customers_per_summary?,
        checks_per_epoch: checks_per_epoch?,
        sampling: sampling?,
        missed_requests: missed_requests?,
        missed_consequence: missed_consequence?,
        status: status?,
        reputation: reputation?,
        quorum_weight: quorum_weight?,
        proof_window_ms: proof_window_ms?,
    })
}

/// The keys that some test has and others have not.
const MISS_KEYS: [&str; 4] = ["threshold", "rate", "significance", "follows_network"];

fn missed_requests<'a>(reader: &mut Reader<'a>, work: &Section<'a>) -> Option<MissedRequests> {
    let section = reader.section(Some(work), "missed_requests")?;
    let rule = reader.choice(&section, "rule", MISS_RULES)?;
    let used: &[&str] = match rule {
        MissRule::Ratio => &["threshold"],
        MissRule::Binomial => &["rate", "significance"],
        MissRule::Tables => &["rate", "follows_network"],
    };
    let beside = format!("rule \"{}\"", choices::word(MISS_RULES, &rule));
    reader.only(&section, used, &MISS_KEYS, &beside);
    match rule {
        MissRule::Ratio => {
            Some(MissedRequests::Ratio { threshold: reader.ratio(&section, "threshold")? })
        }
        MissRule::Binomial => {
            let rate = reader.ratio(&section, "rate");
            let significance = reader.ratio(&section, "significance");
            Some(MissedRequests::Binomial { rate: rate?, significance: significance? })
        }
        MissRule::Tables => {
            let rate = reader.ratio(&section, "rate");
            let follows_network = reader.flag(&section, "follows_network");
            Some(MissedRequests::Tables { rate: rate?, follows_network: follows_network? })
        }
    }
}

fn sampling<'a>(reader: &mut Reader<'a>, work: &Section<'a>) -> Option<Option<Sampling>> {
    let Some(section) = reader.optional_section(Some(work), "sampling")? else {
        return Some(None);
    };
    let minimum = reader.ratio(&section, "minimum");
    let halfway = reader.ratio(&section, "halfway");
    let maximum = reader.ratio(&section, "maximum");
    let low_traffic = reader.count(&section, "low_traffic");
    let full_traffic = reader.count(&section, "full_traffic");
    Some(Some(Sampling {
        minimum: minimum?,
        maximum: maximum?,
        halfway: halfway?,
        full_traffic: full_traffic?,
        low_traffic: low_traffic?,
    }))
}

fn status<'a>(reader: &mut Reader<'a>, work: &Section<'a>) -> Option<Option<StatusTest>> {
    let Some(section) = reader.optional_section(Some(work), "status")? else {
        return Some(None);
    };
    let good_invalid = reader.ratio(&section, "good_invalid");
    let bad_invalid = reader.ratio(&section, "bad_invalid");
    let invalid_threshold = reader.ratio(&section, "invalid_threshold");
    let good_downtime = reader.ratio(&section, "good_downtime");
    let bad_downtime = reader.ratio(&section, "bad_downtime");
    let downtime_threshold = reader.ratio(&section, "downtime_threshold");
    let quick_failure = reader.ratio(&section, "quick_failure");
    Some(Some(StatusTest {
        good_invalid: good_invalid?,
        bad_invalid: bad_invalid?,
        invalid_threshold: invalid_threshold?,
        good_downtime: good_downtime?,
        bad_downtime: bad_downtime?,
        downtime_threshold: downtime_threshold?,
        quick_failure: quick_failure?,
    }))
}

fn reputation<'a>(reader: &mut Reader<'a>, work: &Section<'a>) -> Option<Option<ReputationRule>> {
    let Some(section) = reader.optional_section(Some(work), "reputation")? else {
        return Some(None);
    };
    let epochs_to_full = reader.count(&section, "epochs_to_full");
    let miss_cutoff = reader.ratio(&section, "miss_cutoff");
    let miss_penalty = reader.ratio(&section, "miss_penalty");
    Some(Some(ReputationRule {
        epochs_to_full: epochs_to_full?,
        miss_cutoff: miss_cutoff?,
        miss_penalty: miss_penalty?,
    }))
}
