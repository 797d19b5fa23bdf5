//! Every environment variable that is ours. One that begins as ours do and is none of them says
//! nothing: whoever set it is told.

use std::io::Write;

use super::{CONFIG_VARIABLE, SETTINGS};

const PREFIX: &str = "WORKMINT_";

/// How those begin that Kubernetes sets in every container for a service called `workmint`.
const OF_A_SERVICE: [&str; 2] = ["WORKMINT_SERVICE_", "WORKMINT_PORT"];

/// What commands read beside the settings.
const COMMANDS: [&str; 6] = [
    "WORKMINT_KEY",
    "WORKMINT_KEYSTORE",
    "WORKMINT_NEW_PASSWORD_FILE",
    "WORKMINT_PASSWORD",
    "WORKMINT_PASSWORD_FILE",
    "WORKMINT_RPC",
];

/// What the project's own tests and tools read.
const TESTS: [&str; 13] = [
    "WORKMINT_BINARY",
    "WORKMINT_CRASH_AT",
    "WORKMINT_DATA",
    "WORKMINT_FULL",
    "WORKMINT_IO_ERROR_AT",
    "WORKMINT_PYTHON",
    "WORKMINT_SCRATCH",
    "WORKMINT_TEST_DIR",
    "WORKMINT_TEST_NODE_DIRECTORY",
    "WORKMINT_TEST_WORKLOAD",
    "WORKMINT_VECTORS",
    "WORKMINT_WRITE",
    "WORKMINT_WRITE_OPENAPI",
];

/// Says on standard error which variables of the environment mean nothing.
pub(crate) fn warn() {
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    for line in unknown(names) {
        // Nobody may be there to read it.
        writeln!(std::io::stderr(), "{line}").ok();
    }
}

/// What people may set.
fn known() -> impl Iterator<Item = &'static str> {
    let settings = SETTINGS.iter().map(|setting| setting.variable);
    settings.chain([CONFIG_VARIABLE]).chain(COMMANDS)
}

/// A line for every name that begins as ours do and is none.
fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let is_unknown = |name: &String| {
        let name = name.as_str();
        name.starts_with(PREFIX)
            && !known().any(|one| one == name)
            && !TESTS.contains(&name)
            && !OF_A_SERVICE.iter().any(|begin| name.starts_with(begin))
    };
    let mut names: Vec<String> = names.filter(is_unknown).collect();
    names.sort();
    let line = |name: &String| {
        let nearest = known().min_by_key(|one| distance(name, one)).unwrap_or_default();
        format!("warning: no variable is called {name}; did you mean {nearest}?")
    };
    names.iter().map(line).collect()
}

/// How many letters one has to insert, remove or replace to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.bytes().enumerate() {
        let mut left = at + 1;
        let mut next = vec![left];
        for (second, above) in other.bytes().zip(row.windows(2)) {
            let [before, over] = above else { continue };
            left = (before + usize::from(letter != second)).min(over + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, CommandFactory};
    use std::collections::BTreeSet;

    fn variables(command: &Command, found: &mut BTreeSet<String>) {
        let named = command.get_arguments().filter_map(clap::Arg::get_env);
        found.extend(named.map(|name| name.to_string_lossy().into_owned()));
        command.get_subcommands().for_each(|command| variables(command, found));
    }

    #[test]
    fn every_variable_that_a_command_reads_is_known() {
        let mut read = BTreeSet::new();
        variables(&crate::Arguments::command(), &mut read);
        assert!(read.contains("WORKMINT_RPC") && read.contains("WORKMINT_LISTEN"), "{read:?}");
        let known: BTreeSet<String> = known().map(str::to_owned).collect();
        let missing: Vec<&String> = read.difference(&known).collect();
        assert_eq!(missing, Vec::<&String>::new());
        assert!(known.contains(crate::keys::passphrase::VARIABLE));
    }

    #[test]
    fn the_nearest_name_is_named() {
        let names = ["WORKMINT_LISEN", "WORKMINT_FULL", "WORKMINT_LIMIT_BACH", "PATH", "WORKMINT"];
        let of_a_service = ["WORKMINT_SERVICE_HOST", "WORKMINT_PORT_8645_TCP_ADDR"];
        assert_eq!(unknown(of_a_service.map(str::to_owned).into_iter()), Vec::<String>::new());
        assert_eq!(
            unknown(names.iter().map(|name| (*name).to_owned())),
            [
                "warning: no variable is called WORKMINT_LIMIT_BACH; did you mean \
                 WORKMINT_LIMIT_BATCH?",
                "warning: no variable is called WORKMINT_LISEN; did you mean WORKMINT_LISTEN?",
            ]
        );
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!((distance("", "abc"), distance("abc", "abc")), (3, 0));
    }
}
