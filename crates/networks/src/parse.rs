//! From text to a network.

use crate::definition::NetworkDefinition;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sections::{Assets, parameters, roles};
use crate::source::Source;
use toml::de::DeTable;
use workmint_core::modules::parameters::Level;

/// Reads a network file. `file` is only named in problems.
///
/// # Errors
/// All problems, in the file's order, in three rounds, because a later round needs the earlier:
/// what is no TOML; what is no network file (unknown and missing keys, values that cannot be read);
/// what the core's checker refuses.
pub fn parse(text: &str, file: &str) -> Result<NetworkDefinition, Vec<Problem>> {
    let source = Source::new(file, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::new(&source, document.get_ref());
    if !errors.is_empty() {
        reader.problems.clear();
        for error in errors {
            let span = error.span().unwrap_or(text.len()..text.len());
            let mut message = format!("this is no TOML: {}", error.message().replace('\n', ", "));
            if let ("duplicate key", Some(key)) = (error.message(), text.get(span.clone())) {
                message = format!("{message} \"{key}\"");
            }
            reader.problem(span.start, "", message, "");
        }
        return Err(in_order(reader.problems));
    }
    let assets = Assets::read(&mut reader);
    let allocations = assets.allocations.clone();
    let parameters = parameters(&mut reader, assets);
    let roles = roles(&mut reader);
    let Reader { problems, positions, accounts, .. } = reader;
    let (Some(parameters), Some(allocations), Some(roles), true) =
        (parameters, allocations, roles, problems.is_empty())
    else {
        return Err(in_order(problems));
    };
    let file = file.to_owned();
    let definition =
        NetworkDefinition { parameters, allocations, roles, file, positions, accounts };
    let refused = definition.checked().into_iter();
    let refused: Vec<Problem> = refused
        .filter(|found| found.finding.level == Level::Error)
        .map(|found| Problem {
            file: found.file,
            line: found.line,
            column: found.column,
            path: found.finding.path,
            message: found.finding.message,
            allowed: found.finding.allowed,
        })
        .collect();
    if refused.is_empty() { Ok(definition) } else { Err(in_order(refused)) }
}

fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(Problem::position);
    problems
}
