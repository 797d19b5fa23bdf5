//! What the process logs, on standard error.

use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use workmint_api::LogLevel;

use crate::config::Config;
use crate::failure::Failure;

const ALLOWED: &str =
    "off, error, warn, info, debug, trace, or a filter such as info,workmint_api=debug";

/// How the process will log.
pub(super) struct Log {
    filter: EnvFilter,
    json: bool,
}

impl Log {
    /// Reads the settings; nothing is logged yet.
    pub(super) fn read(config: &Config) -> Result<Self, Failure> {
        let filter = config.parsed("log.level", ALLOWED, filter_of)?;
        let json = config.parsed("log.format", "text, json", |text| match text {
            "text" => Some(false),
            "json" => Some(true),
            _ => None,
        })?;
        Ok(Self { filter, json })
    }

    /// Starts logging; what it gives changes the level later.
    pub(super) fn start(self) -> LogLevel {
        let Self { filter, json } = self;
        let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false);
        let read = |text: &str| filter_of(text).ok_or_else(|| format!("allowed: {ALLOWED}"));
        // Both forms have a type of their own.
        if json {
            let builder = builder.json().with_env_filter(filter).with_filter_reloading();
            let handle = builder.reload_handle();
            builder.init();
            Arc::new(move |text| handle.reload(read(text)?).map_err(|error| error.to_string()))
        } else {
            let builder = builder.with_env_filter(filter).with_filter_reloading();
            let handle = builder.reload_handle();
            builder.init();
            Arc::new(move |text| handle.reload(read(text)?).map_err(|error| error.to_string()))
        }
    }
}

/// A filter. A word that stands alone is a level: a module alone would switch off the rest of the
/// log, which is how a misspelled level reads.
fn filter_of(text: &str) -> Option<EnvFilter> {
    let is_right = |directive: &str| {
        let word = directive.trim();
        let is_level = !word.is_empty() && word.parse::<LevelFilter>().is_ok();
        is_level || word.contains(['=', '['])
    };
    if text.split(',').all(is_right) { EnvFilter::try_new(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_alone_is_a_level() {
        let right = [
            "info",
            "WARN",
            "off",
            "info,workmint_api=debug",
            "workmint_api=debug",
            "workmint_api=trace, info",
            "info,[request{path=a}]=debug",
        ];
        for text in right {
            assert!(filter_of(text).is_some(), "{text}");
        }
        for text in ["foo", "debgu", "", "info,", "info,workmint_api", "workmint_api=loud", "="] {
            assert!(filter_of(text).is_none(), "{text}");
        }
    }
}
