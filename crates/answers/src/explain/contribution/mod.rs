//! One contribution from its submission to its payment, or to the reason why it is not paid.

mod gather;
mod json;
mod refused;
mod settled;

use serde_json::Value;
use workmint_core::modules::contributions::{ContributionKey, Event, Stage};
use workmint_core::modules::parameters::{Asset, ContributionKind, Name};

pub use refused::Refused;
pub use settled::{Later, Recipient, Settled};

use super::Past;
use crate::contribution::counted;
use crate::error::AnswerError;
use crate::network::Network;

/// Everything that happened to one contribution.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Its name.
    pub key: ContributionKey,
    /// The network.
    pub network: Name,
    /// What the stream pays in.
    pub asset: Asset,
    /// The stream.
    pub stream: Name,
    /// What it contributes.
    pub kind: ContributionKind,
    /// What happened, oldest first.
    pub steps: Vec<Step>,
    /// Where it stands, as long as it is not decided for good.
    pub open: Option<Stage>,
    /// What a settlement made of it.
    pub settled: Option<Settled>,
}

/// One event of a contribution.
#[derive(Clone, Debug)]
pub struct Step {
    /// Height of its block.
    pub height: u64,
    /// Block time, milliseconds.
    pub time_ms: u64,
    /// What happened.
    pub event: Event,
}

/// What is known of a contribution.
pub enum Story {
    /// It was taken.
    Taken(Box<Trace>),
    /// It never was: its refused submissions, in the order of blocks.
    Refused(ContributionKey, Vec<Refused>),
}

/// Tells what happened to a contribution. It reads all events of the contributor since the epoch of
/// the work began. Of one that was never taken only a replay of the journal knows why, if `past`
/// allows it; `progress` is told the blocks done and in all.
///
/// # Errors
/// [`AnswerError::NotFound`] if nobody ever submitted it; damage.
pub fn story(
    network: &impl Network,
    key: &ContributionKey,
    past: Past,
    progress: impl FnMut(u64, u64),
) -> Result<Story, AnswerError> {
    if let Some(trace) = gather::trace(network, key)? {
        return Ok(Story::Taken(Box::new(trace)));
    }
    let all = match past {
        Past::Replay => refused::refused(network, key, progress)?,
        Past::Leave => Vec::new(),
    };
    if all.is_empty() {
        return Err(AnswerError::NotFound {
            field: "contribution",
            what: format!(
                "{key} was never submitted; allowed: one that `workmint history` shows or whose \
                 submission was refused"
            ),
        });
    }
    Ok(Story::Refused(*key, all))
}

impl Story {
    /// For machines.
    #[must_use]
    pub fn document(&self) -> Value {
        match self {
            Self::Taken(trace) => json::document(trace),
            Self::Refused(key, all) => refused::document(key, all),
        }
    }
}

/// Reads EPOCH/ACCOUNT/ID.
///
/// # Errors
/// What is wrong, and what is allowed.
pub fn key(text: &str) -> Result<ContributionKey, String> {
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

/// Why it is closed unpaid, if it is.
#[must_use]
pub fn closed(trace: &Trace) -> Option<String> {
    trace.steps.iter().find_map(|step| match &step.event {
        Event::Closed { reason, .. } => Some(reason.to_string()),
        _ => None,
    })
}

/// What it waits for.
#[must_use]
pub fn waiting(stage: &Stage) -> String {
    match stage {
        Stage::Submitted { verdicts, until } => format!(
            "It waits for verifiers until {until}; {} so far.",
            counted(verdicts.len() as u64, "verdict", "verdicts")
        ),
        Stage::Accepted { until, .. } => {
            format!("It can be challenged until {until}; the first close after that settles it.")
        }
        Stage::Settled { .. } | Stage::Closed { .. } => "It is decided.".to_owned(),
    }
}
