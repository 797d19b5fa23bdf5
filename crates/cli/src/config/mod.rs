//! How a node is configured: one table of settings, from which flags, environment variables, the
//! file's keys, `--print-config` and the documentation's table come.
//!
//! A flag comes before the environment, that before the file, that before the default.

mod file;
mod settings;
pub(crate) mod variables;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::failure::Failure;
pub(crate) use settings::SETTINGS;

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Section and key of the file: `api.listen`.
    pub(crate) key: &'static str,
    /// The flag without its dashes: `listen`.
    pub(crate) flag: &'static str,
    /// The environment variable.
    pub(crate) variable: &'static str,
    /// What it is if nobody says otherwise.
    pub(crate) default: &'static str,
    /// What a value looks like; empty: the flag stands alone and means `true`.
    pub(crate) shape: &'static str,
    /// What it says.
    pub(crate) says: &'static str,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The command line.
    Flag(&'static str),
    /// The environment.
    Environment(&'static str),
    /// A line of the file.
    File(String, usize),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(formatter, "--{flag}"),
            Self::Environment(variable) => formatter.write_str(variable),
            Self::File(file, line) => write!(formatter, "{file}:{line}"),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    /// As it was written.
    pub(crate) text: String,
    /// By whom.
    pub(crate) origin: Origin,
}

/// What was given on the command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    given: BTreeMap<&'static str, String>,
    config: Option<PathBuf>,
}

const CONFIG: &str = "config";
const CONFIG_VARIABLE: &str = "WORKMINT_CONFIG";

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = SETTINGS.iter().filter_map(|setting| {
            let text = match setting.shape {
                "" => matches.get_flag(setting.flag).then(|| "true".to_owned()),
                _ => matches.get_one::<String>(setting.flag).cloned(),
            };
            Some((setting.key, text?))
        });
        let config = matches.get_one::<PathBuf>(CONFIG).cloned();
        Ok(Self { given: given.collect(), config })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("A configuration file (workmint.toml); without it that of WORKMINT_CONFIG");
        let arguments = SETTINGS.iter().map(|setting| {
            let argument = Arg::new(setting.flag).long(setting.flag).help(setting.says);
            match setting.shape {
                "" => argument.action(ArgAction::SetTrue),
                shape => argument.value_name(shape),
            }
        });
        command.arg(config).args(arguments)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Every setting with its value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config(BTreeMap<&'static str, Value>);

impl Config {
    /// Puts together what the command line, the environment and the file say.
    pub(crate) fn read(flags: &Flags) -> Result<Self, Failure> {
        let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let path = flags.config.clone().or_else(|| variable(CONFIG_VARIABLE).map(PathBuf::from));
        let file = match path {
            Some(path) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(&path);
                let text = text.map_err(|error| Failure::reading(&name, &error))?;
                file::read(&text, &name)?
            }
            None => BTreeMap::new(),
        };
        Ok(Self::of(&flags.given, &variable, &file))
    }

    fn of(
        flags: &BTreeMap<&'static str, String>,
        environment: &dyn Fn(&str) -> Option<String>,
        file: &BTreeMap<&'static str, Value>,
    ) -> Self {
        let values = SETTINGS.iter().map(|setting| {
            let flag = flags.get(setting.key);
            let value = match (flag, environment(setting.variable), file.get(setting.key)) {
                (Some(text), ..) => {
                    Value { text: text.clone(), origin: Origin::Flag(setting.flag) }
                }
                (None, Some(text), _) => {
                    Value { text, origin: Origin::Environment(setting.variable) }
                }
                (None, None, Some(value)) => value.clone(),
                (None, None, None) => {
                    Value { text: setting.default.to_owned(), origin: Origin::Default }
                }
            };
            (setting.key, value)
        });
        Self(values.collect())
    }

    /// The text of a setting.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |value| value.text.as_str())
    }

    /// Whether somebody said something.
    pub(crate) fn given(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| value.origin != Origin::Default)
    }

    /// A setting read by a function; the error names where the value came from.
    pub(crate) fn parsed<T>(
        &self,
        key: &str,
        allowed: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        read(self.text(key)).ok_or_else(|| self.wrong(key, &format!("allowed: {allowed}")))
    }

    /// The error of a setting that cannot be.
    pub(crate) fn wrong(&self, key: &str, why: &str) -> Failure {
        let (text, origin) = match self.0.get(key) {
            Some(value) => (value.text.as_str(), value.origin.to_string()),
            None => ("", String::new()),
        };
        Failure::Input(format!("{origin}: {key} is \"{text}\"; {why}"))
    }

    /// A yes or no.
    pub(crate) fn flag(&self, key: &str) -> Result<bool, Failure> {
        self.parsed(key, "true, false", |text| text.parse().ok())
    }

    /// The parts of a list.
    pub(crate) fn list(&self, key: &str) -> Vec<String> {
        let parts = self.text(key).split(',').map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Every setting, its value, and where that came from.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&'static Setting, &Value)> {
        SETTINGS.iter().filter_map(|setting| Some((setting, self.0.get(setting.key)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_come_before_environment_before_file_before_defaults() {
        let file = file::read("[api]\nlisten = \"1.1.1.1:1\"\nadmin = \"off\"\n", "f").unwrap();
        let flags = BTreeMap::from([("api.listen", "3.3.3.3:3".to_owned())]);
        let none = |_: &str| None;
        let some = |name: &str| (name == "WORKMINT_LISTEN").then(|| "2.2.2.2:2".to_owned());
        let origin = |config: &Config, key: &str| config.0[key].origin.clone();
        let all = Config::of(&flags, &some, &file);
        assert_eq!(all.text("api.listen"), "3.3.3.3:3");
        assert_eq!(origin(&all, "api.listen"), Origin::Flag("listen"));
        let two = Config::of(&BTreeMap::new(), &some, &file);
        assert_eq!(two.text("api.listen"), "2.2.2.2:2");
        assert_eq!(origin(&two, "api.listen"), Origin::Environment("WORKMINT_LISTEN"));
        let one = Config::of(&BTreeMap::new(), &none, &file);
        assert_eq!(one.text("api.listen"), "1.1.1.1:1");
        assert_eq!(origin(&one, "api.listen"), Origin::File("f".to_owned(), 2));
        assert!(one.given("api.admin") && !one.given("node.dev"));
        assert_eq!(origin(&one, "node.dev"), Origin::Default);
        assert!(!one.flag("node.dev").unwrap());
        let error = one.flag("api.listen").unwrap_err().to_string();
        assert_eq!(error, "f:2: api.listen is \"1.1.1.1:1\"; allowed: true, false");
    }

    #[test]
    fn the_documentation_has_every_setting() {
        let text = include_str!("../../../../docs/operating.md");
        let rows: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("| `") && line.contains("` | `--"))
            .collect();
        let expected = SETTINGS.iter().map(|setting| {
            let Setting { key, flag, variable, default, says, .. } = setting;
            let default = match *default {
                "" => String::new(),
                default => format!("`{default}` "),
            };
            format!("| `{key}` | `--{flag}` | `{variable}` | {default}| {says} |")
        });
        assert_eq!(rows, expected.collect::<Vec<String>>());
    }

    #[test]
    fn every_setting_has_a_name_of_its_own() {
        for (at, one) in SETTINGS.iter().enumerate() {
            for other in &SETTINGS[at + 1..] {
                assert!(one.key != other.key && one.flag != other.flag);
                assert_ne!(one.variable, other.variable);
            }
            assert_eq!(
                one.variable,
                format!("WORKMINT_{}", one.flag.to_uppercase()).replace('-', "_")
            );
        }
    }
}
