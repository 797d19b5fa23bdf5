//! `workmint explain --contribution`: one contribution from its submission to its payment, or to
//! the reason why it is not paid.

mod gather;
mod json;
mod refused;
mod settled;
mod tell;

use std::path::Path;

use workmint_core::modules::contributions::{ContributionKey, Event, Stage};
use workmint_core::modules::parameters::{Asset, ContributionKind, Name};
use workmint_storage::store::View;

use crate::failure::Failure;
use crate::output::print_json;
use settled::Settled;

/// Everything that happened to one contribution.
struct Trace {
    key: ContributionKey,
    network: Name,
    /// What the stream pays in.
    asset: Asset,
    stream: Name,
    kind: ContributionKind,
    /// What happened, oldest first.
    steps: Vec<Step>,
    /// Where it stands, as long as it is not decided for good.
    open: Option<Stage>,
    settled: Option<Settled>,
}

/// One event of a contribution.
struct Step {
    height: u64,
    /// Block time.
    time_ms: u64,
    event: Event,
}

/// Reads EPOCH/ACCOUNT/ID of the command line; for clap.
pub(super) fn key(text: &str) -> Result<ContributionKey, String> {
    let allowed = "allowed: EPOCH/ACCOUNT/ID, such as 3/0x5aAe..eAed/7";
    let mut parts = text.split('/');
    let (Some(epoch), Some(account), Some(id), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(allowed.to_owned());
    };
    let number = |field: &str, text: &str| {
        text.parse::<u64>().map_err(|error| format!("{field}: {error}; {allowed}"))
    };
    Ok(ContributionKey {
        epoch: number("EPOCH", epoch)?,
        contributor: account.parse().map_err(|error| format!("ACCOUNT: {error}; {allowed}"))?,
        id: number("ID", id)?,
    })
}

pub(super) fn run(
    data_dir: &Path,
    view: &View,
    key: &ContributionKey,
    as_json: bool,
) -> Result<(), Failure> {
    let Some(trace) = gather::trace(view, key)? else {
        return refused::run(data_dir, key, as_json);
    };
    match as_json {
        true => print_json(&json::document(&trace)),
        false => tell::print(data_dir, &trace),
    }
}
