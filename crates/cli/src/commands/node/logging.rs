//! What the process logs, on standard error.

use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use workmint_api::LogLevel;

use crate::config::Config;
use crate::failure::Failure;

const ALLOWED: &str =
    "error, warn, info, debug, trace, or a filter such as info,workmint_api=debug";

/// How the process will log.
pub(super) struct Log {
    filter: EnvFilter,
    json: bool,
}

impl Log {
    /// Reads the settings; nothing is logged yet.
    pub(super) fn read(config: &Config) -> Result<Self, Failure> {
        let filter = config.parsed("log.level", ALLOWED, |text| EnvFilter::try_new(text).ok())?;
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
        let read = |text: &str| EnvFilter::try_new(text).map_err(|_| format!("allowed: {ALLOWED}"));
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
