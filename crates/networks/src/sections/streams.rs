//! `[[streams]]`.

use crate::choices::{
    CLIPS, DENOMINATORS, DESTINATIONS, LIMITS, REMAINDERS, SCORES, SOURCES, SPLITS, ScoreWord,
    SourceWord,
};
use crate::definition::Owner;
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{
    Bonuses, Clip, Denominator, Destination, Limit, Payee, Remainder, Score, Source, Stream,
};

const BONUSES: [&str; 3] = ["utilisation_factor", "full_coverage", "partial_coverage"];

pub(super) fn streams(reader: &mut Reader<'_>) -> Option<Vec<Stream>> {
    let mut all = Some(Vec::new());
    for section in reader.list(None, "streams")? {
        let stream = stream(reader, &section);
        all = all.zip(stream).map(|(mut all, stream)| {
            all.push(stream);
            all
        });
    }
    all
}

fn stream<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<Stream> {
    let name = reader.name(section, "name");
    let source = source(reader, section);
    let score = score(reader, section);
    let split = reader.choice(section, "split", SPLITS);
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

fn source<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<Source> {
    match reader.choice(section, "source", SOURCES)? {
        SourceWord::Emission => Some(Source::Emission { share: reader.ratio(section, "share")? }),
        SourceWord::Payments => {
            reader.unused(section, &["share", "clip"], "source \"payments\"");
            Some(Source::Payments)
        }
    }
}

fn score<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<Score> {
    match reader.choice(section, "score", SCORES)? {
        ScoreWord::PocWeight => {
            reader.unused(section, &["account"], "score \"poc_weight\"");
            let utilisation_factor = reader.ratio(section, "utilisation_factor");
            let full_coverage = reader.ratio(section, "full_coverage");
            let partial_coverage = reader.ratio(section, "partial_coverage");
            Some(Score::PocWeight(Bonuses {
                utilisation_factor: utilisation_factor?,
                full_coverage: full_coverage?,
                partial_coverage: partial_coverage?,
            }))
        }
        ScoreWord::WorkDone => {
            reader.unused(section, &["account"], "score \"work_done\"");
            reader.unused(section, &BONUSES, "score \"work_done\"");
            Some(Score::WorkDone)
        }
        ScoreWord::FixedAccount => {
            reader.unused(section, &BONUSES, "score \"fixed_account\"");
            Some(Score::FixedAccount { account: payee(reader, section)? })
        }
    }
}

fn payee<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<Payee> {
    let field = reader.field(section, "account")?;
    match reader.owner(&field)? {
        Owner::Treasury => Some(Payee::Treasury),
        Owner::Address(address) => Some(Payee::Account(address)),
        Owner::Named(name) => {
            let message = format!("\"{name}\" is a name, but a stream pays a known account");
            reader.wrong(&field, message, "an address, or \"treasury\"");
            None
        }
    }
}
