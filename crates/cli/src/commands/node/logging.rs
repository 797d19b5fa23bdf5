//! What the process logs, on standard error.

use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use workmint_api::LogLevel;

use crate::config::Config;
use crate::failure::Failure;

/// Starts logging; what it gives changes the level later.
pub(super) fn start(config: &Config) -> Result<LogLevel, Failure> {
    let allowed = "error, warn, info, debug, trace, or a filter such as info,workmint_api=debug";
    let filter = config.parsed("log.level", allowed, |text| EnvFilter::try_new(text).ok())?;
    let json = config.parsed("log.format", "text, json", |text| match text {
        "text" => Some(false),
        "json" => Some(true),
        _ => None,
    })?;
    let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false);
    // Both forms have a type of their own.
    if json {
        let builder = builder.json().with_env_filter(filter).with_filter_reloading();
        let handle = builder.reload_handle();
        builder.init();
        Ok(Arc::new(move |text| {
            let filter = EnvFilter::try_new(text).map_err(|_| format!("allowed: {allowed}"))?;
            handle.reload(filter).map_err(|error| error.to_string())
        }))
    } else {
        let builder = builder.with_env_filter(filter).with_filter_reloading();
        let handle = builder.reload_handle();
        builder.init();
        Ok(Arc::new(move |text| {
            let filter = EnvFilter::try_new(text).map_err(|_| format!("allowed: {allowed}"))?;
            handle.reload(filter).map_err(|error| error.to_string())
        }))
    }
}
