//! What the Solidity interfaces say of their functions, in the words wallets' developers read.

use std::collections::BTreeMap;

/// What is said of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// What it does.
    pub(crate) notice: String,
    /// What each parameter is, by name.
    pub(crate) parameters: BTreeMap<String, String>,
}

/// What an interface's text says of its functions, by name, and of its structs, by their fields:
/// an ABI does not name structs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    functions: BTreeMap<String, Said>,
    structs: BTreeMap<Vec<String>, Vec<String>>,
}

impl Words {
    /// Reads an interface: `///` comments, and what follows them.
    pub(crate) fn read(source: &str) -> Self {
        let mut words = Self::default();
        let (mut comment, mut of) = (Vec::new(), None::<(Vec<String>, Vec<String>)>);
        for line in source.lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("///") {
                comment.push(text.trim());
                continue;
            }
            let mut tokens = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            match (tokens.next(), tokens.next()) {
                (Some("function"), Some(name)) => {
                    words.functions.insert(name.to_owned(), said(&comment));
                }
                (Some("struct"), _) => of = Some((Vec::new(), Vec::new())),
                _ => {
                    let field = line.strip_suffix(';').and_then(|line| line.rsplit(' ').next());
                    if let (Some((names, says)), Some(field)) = (&mut of, field) {
                        names.push(field.to_owned());
                        says.push(comment.join(" "));
                    }
                    if line.starts_with('}') {
                        words.structs.extend(of.take());
                    }
                }
            }
            comment.clear();
        }
        words
    }

    /// What is said of a function.
    pub(crate) fn function(&self, name: &str) -> Said {
        self.functions.get(name).cloned().unwrap_or_default()
    }

    /// What is said of the fields of the struct that has these.
    pub(crate) fn fields(&self, names: &[String]) -> &[String] {
        self.structs.get(names).map_or(&[], Vec::as_slice)
    }
}

fn said(comment: &[&str]) -> Said {
    let mut said = Said::default();
    let mut parameter = None::<String>;
    for line in comment {
        let line = match line.strip_prefix("@param ") {
            Some(rest) => {
                let (name, text) = rest.split_once(' ').unwrap_or((rest, ""));
                parameter = Some(name.to_owned());
                text
            }
            None => line.strip_prefix("@notice ").unwrap_or(line),
        };
        let text = match &parameter {
            Some(name) => said.parameters.entry(name.clone()).or_default(),
            None => &mut said.notice,
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_functions_and_fields() {
        let words = Words::read(
            "interface IX {\n/// @notice A key.\nstruct Key {\n/// The\n/// epoch.\n\
             uint64 epoch;\n}\n\
             /// @notice Does a thing\n/// that matters.\n/// @param a First: one\n/// or two.\n\
             /// @param b Second.\nfunction doIt(\nuint64 a,\nKey calldata b\n) external;\n}\n",
        );
        let said = words.function("doIt");
        assert_eq!(said.notice, "Does a thing that matters.");
        assert_eq!(said.parameters["a"], "First: one or two.");
        assert_eq!(said.parameters["b"], "Second.");
        assert_eq!(words.fields(&["epoch".to_owned()]), ["The epoch."]);
        assert_eq!(words.function("other"), Said::default());
    }
}
