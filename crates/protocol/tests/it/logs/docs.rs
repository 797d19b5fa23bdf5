//! Doc comments of the engine's enums, for the Solidity files: said once, read from there.

use std::collections::BTreeMap;
use std::path::Path;

/// What the comments of one enum say.
#[derive(Default)]
pub(crate) struct Docs {
    /// Of its variants.
    pub(crate) variants: BTreeMap<String, String>,
    /// Of the fields of variants that have names.
    pub(crate) fields: BTreeMap<(String, String), String>,
}

/// The comments of enum `name` in a file of the engine.
pub(crate) fn of_enum(file: &str, name: &str) -> Docs {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src").join(file);
    let text = std::fs::read_to_string(&path).expect("a file of the engine");
    let (_, body) = text.split_once(&format!("pub enum {name} {{\n")).expect("the enum");
    let (body, _) = body.split_once("\n}\n").expect("its end");
    let mut docs = Docs::default();
    let (mut said, mut variant) = (Vec::new(), String::new());
    for line in body.lines() {
        let trimmed = line.trim_start();
        if let Some(doc) = trimmed.strip_prefix("///") {
            said.push(doc.trim());
            continue;
        }
        let word: String =
            trimmed.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if word.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let about = std::mem::take(&mut said).join(" ");
        if line.len() - trimmed.len() == 4 {
            variant.clone_from(&word);
            docs.variants.insert(word, about);
        } else {
            docs.fields.insert((variant.clone(), word), about);
        }
    }
    docs
}
