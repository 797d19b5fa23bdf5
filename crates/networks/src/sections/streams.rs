//! `[[streams]]`.

use super::rates;
use super::scalars::Unit;
use crate::choices::{
    self, CLIPS, DENOMINATORS, DESTINATIONS, LIMITS, REMAINDERS, SCORES, SOURCES, SPLITS,
    ScoreWord, SourceWord, SplitWord,
};
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{
    Availability, Bonuses, Bucket, Clip, Denominator, Destination, Limit, Payee, Remainder, Score,
    Source, Split, StakingPower, Stream,
};

/// The keys that some score has and others have not.
const SCORE_KEYS: [&str; 19] = [
    "utilisation_factor",
    "full_coverage",
    "partial_coverage",
    "account",
    "rate",
    "minimum",
    "maximum",
    "least_improvement",
    "quality",
    "difficulty",
    "applicability",
    "complexity",
    "diversity",
    "rate_per_epoch",
    "least_factor",
    "most_factor",
    "window",
    "least_uptime",
    "needs_paid_job",
];
const BONUSES: [&str; 3] = ["utilisation_factor", "full_coverage", "partial_coverage"];
const AVAILABILITY: [&str; 4] = ["rate_per_epoch", "least_factor", "most_factor", "window"];
const STAKING_POWER: [&str; 2] = ["least_uptime", "needs_paid_job"];
/// What a bucket decides by rules of its own.
const SPLIT_KEYS: [&str; 5] = ["denominator", "limit", "forfeits", "remainder", "clip"];
const BUCKET_KEYS: [&str; 3] = ["floor", "ceiling", "priority"];

/// `unit` is what emission mints.
pub(super) fn streams(reader: &mut Reader<'_>, unit: Option<&Unit>) -> Option<Vec<Stream>> {
    let mut all = Some(Vec::new());
    for section in reader.list(None, "streams")? {
        let stream = stream(reader, &section, unit);
        all = all.zip(stream).map(|(mut all, stream)| {
            all.push(stream);
            all
        });
    }
    all
}

fn stream<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Stream> {
    let name = reader.name(section, "name");
    let source = source(reader, section, unit);
    let score = score(reader, section, unit);
    let split = split(reader, section);
    let denominator = reader.choice_or(section, "denominator", DENOMINATORS, Denominator::Full);
    let limit = reader.choice_or(section, "limit", LIMITS, Limit::None);
    let forfeits = reader.choice_or(section, "forfeits", DESTINATIONS, Destination::Burn);
    let remainder = reader.choice_or(section, "remainder", REMAINDERS, Remainder::Carry);
    let clip = reader.choice_or(section, "clip", CLIPS, Clip::Budget);
    Some(Stream {
        name: name?,
        source: source?,
        score: score?,
        split: split?,
        denominator: denominator?,
        limit: limit?,
        forfeits: forfeits?,
        remainder: remainder?,
        clip: clip?,
    })
}

fn source<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Source> {
    match reader.choice(section, "source", SOURCES)? {
        SourceWord::Emission => {
            reader.unused(section, &["pot", "reward"], "source \"emission\"");
            Some(Source::Emission { share: reader.ratio(section, "share")? })
        }
        SourceWord::BlockRewards => {
            reader.unused(section, &["share", "pot", "clip"], "source \"block_rewards\"");
            Some(Source::BlockRewards { reward: reader.amount(section, "reward", unit)? })
        }
        SourceWord::Payments => {
            reader.unused(section, &["share", "pot", "clip", "reward"], "source \"payments\"");
            Some(Source::Payments)
        }
        SourceWord::Pot => {
            reader.unused(section, &["share", "clip", "reward"], "source \"pot\"");
            Some(Source::Pot { name: reader.name(section, "pot")? })
        }
    }
}

fn split<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<Split> {
    let word = reader.choice(section, "split", SPLITS)?;
    let beside = format!("split \"{}\"", choices::word(SPLITS, &word));
    let unused: &[&str] = if word == SplitWord::Rate { &SPLIT_KEYS } else { &BUCKET_KEYS };
    reader.unused(section, unused, &beside);
    match word {
        SplitWord::Proportional => Some(Split::Proportional),
        SplitWord::Direct => Some(Split::Direct),
        SplitWord::Rate => {
            let floor = reader.ratio(section, "floor");
            let ceiling = reader.ratio(section, "ceiling");
            let priority = reader.count(section, "priority");
            Some(Split::Rate(Bucket { floor: floor?, ceiling: ceiling?, priority: priority? }))
        }
    }
}

fn score<'a>(reader: &mut Reader<'a>, section: &Section<'a>, unit: Option<&Unit>) -> Option<Score> {
    let word = reader.choice(section, "score", SCORES)?;
    let used: &[&str] = match word {
        ScoreWord::PocWeight => &BONUSES,
        ScoreWord::WorkDone
        | ScoreWord::Liquidity
        | ScoreWord::ModelShares
        | ScoreWord::Performance
        | ScoreWord::BondedStake
        | ScoreWord::BlocksProposed
        | ScoreWord::YumaIncentive
        | ScoreWord::YumaDividends => &[],
        ScoreWord::Availability => &AVAILABILITY,
        ScoreWord::StakingPower => &STAKING_POWER,
        ScoreWord::FixedAccount => &["account"],
        ScoreWord::Rate(kind) => rates::keys(kind),
    };
    let beside = format!("score \"{}\"", choices::word(SCORES, &word));
    reader.only(section, used, &SCORE_KEYS, &beside);
    match word {
        ScoreWord::PocWeight => {
            let utilisation_factor = reader.ratio(section, "utilisation_factor");
            let full_coverage = reader.ratio(section, "full_coverage");
            let partial_coverage = reader.ratio(section, "partial_coverage");
            Some(Score::PocWeight(Bonuses {
                utilisation_factor: utilisation_factor?,
                full_coverage: full_coverage?,
                partial_coverage: partial_coverage?,
            }))
        }
        ScoreWord::WorkDone => Some(Score::WorkDone),
        ScoreWord::Liquidity => Some(Score::Liquidity),
        ScoreWord::ModelShares => Some(Score::ModelShares),
        ScoreWord::Performance => Some(Score::Performance),
        ScoreWord::BondedStake => Some(Score::BondedStake),
        ScoreWord::BlocksProposed => Some(Score::BlocksProposed),
        ScoreWord::YumaIncentive => Some(Score::YumaIncentive),
        ScoreWord::YumaDividends => Some(Score::YumaDividends),
        ScoreWord::Availability => {
            let rate_per_epoch = reader.ratio(section, "rate_per_epoch");
            let least_factor = reader.ratio(section, "least_factor");
            let most_factor = reader.ratio(section, "most_factor");
            let window = reader.count(section, "window");
            Some(Score::Availability(Availability {
                rate_per_epoch: rate_per_epoch?,
                least_factor: least_factor?,
                most_factor: most_factor?,
                window: window?,
            }))
        }
        ScoreWord::StakingPower => {
            let least_uptime = reader.ratio(section, "least_uptime");
            let needs_paid_job = reader.flag(section, "needs_paid_job");
            Some(Score::StakingPower(StakingPower {
                least_uptime: least_uptime?,
                needs_paid_job: needs_paid_job?,
            }))
        }
        ScoreWord::FixedAccount => Some(Score::FixedAccount { account: payee(reader, section)? }),
        ScoreWord::Rate(kind) => {
            Some(Score::Rate(Box::new(rates::score(reader, section, kind, unit)?)))
        }
    }
}

fn payee<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<Payee> {
    let account = reader.account(section, "account")?;
    Some(account.map_or(Payee::Treasury, Payee::Account))
}
