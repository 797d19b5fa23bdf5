//! The configuration file: sections and keys of the table of settings, nothing else.

use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

use super::{Origin, SETTINGS, Value};
use crate::failure::Failure;

/// Reads a file; every problem with its line.
pub(super) fn read(text: &str, name: &str) -> Result<BTreeMap<&'static str, Value>, Failure> {
    let line = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    let document = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Failure::Input(format!("{name}:{}: this is no TOML: {}", line(at), error.message()))
    })?;
    let mut values = BTreeMap::new();
    let mut problems = Vec::new();
    for (section, keys) in document.get_ref() {
        let at = line(section.span().start);
        let section = section.get_ref().as_ref();
        let DeValue::Table(keys) = keys.get_ref() else {
            problems.push(format!("{name}:{at}: {section} stands in no section; {}", allowed("")));
            continue;
        };
        for (key, value) in keys {
            let at = line(key.span().start);
            let path = format!("{section}.{}", key.get_ref());
            let Some(setting) = SETTINGS.iter().find(|setting| setting.key == path) else {
                let allowed = allowed(section);
                problems.push(format!("{name}:{at}: there is no setting {path}; {allowed}"));
                continue;
            };
            match text_of(value.get_ref()) {
                Some(text) => {
                    let origin = Origin::File(name.to_owned(), at);
                    values.insert(setting.key, Value { text, origin });
                }
                None => problems.push(format!(
                    "{name}:{at}: {path}: allowed: a text, a whole number, true, false, or a list \
                     of texts"
                )),
            }
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(Failure::Input(problems.join("\n"))) }
}

fn allowed(section: &str) -> String {
    let of = |setting: &&super::Setting| setting.key.starts_with(&format!("{section}."));
    let all = SETTINGS.iter().any(|setting| of(&setting));
    let keys = SETTINGS.iter().filter(|setting| !all || of(setting)).map(|setting| setting.key);
    format!("allowed: {}", keys.collect::<Vec<&str>>().join(", "))
}

fn text_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Array(parts) => {
            let parts = parts.iter().map(|part| match part.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            });
            parts.collect::<Option<Vec<String>>>().map(|parts| parts.join(","))
        }
        DeValue::Table(pairs) => {
            let pairs = pairs.iter().map(|(name, value)| match value.get_ref() {
                DeValue::String(text) => Some(format!("{}={text}", name.get_ref())),
                _ => None,
            });
            pairs.collect::<Option<Vec<String>>>().map(|pairs| pairs.join(","))
        }
        DeValue::Float(_) | DeValue::Datetime(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_kind() {
        let text = "[node]\ndev = true\nblock_time = 500\n[node.accounts]\nfounder = \"0x1\"\n\
                    [api]\ncors = [\"https://a\", \"https://b\"]\n";
        let values = read(text, "f").unwrap();
        let text = |key: &str| values[key].text.as_str();
        assert_eq!(text("node.dev"), "true");
        assert_eq!(text("node.block_time"), "500");
        assert_eq!(text("node.accounts"), "founder=0x1");
        assert_eq!(text("api.cors"), "https://a,https://b");
        assert_eq!(values["api.cors"].origin, Origin::File("f".to_owned(), 7));
    }

    #[test]
    fn what_is_unknown_is_an_error_with_its_line() {
        let cases = [
            ("\n[api]\nlisen = \"x\"\n", "f:3: there is no setting api.lisen; allowed: api.listen"),
            ("[apis]\nlisten = \"x\"\n", "f:2: there is no setting apis.listen"),
            ("listen = \"x\"\n", "f:1: listen stands in no section"),
            ("[api]\nlisten = 1.5\n", "f:2: api.listen: allowed: a text"),
            ("[api]\nlisten = \n", "f:2: this is no TOML"),
        ];
        for (text, expected) in cases {
            let error = read(text, "f").unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
