//! A contribution that was never taken: which submissions of it were refused, and why.

use serde_json::{Value, json};
use workmint_core::Message;
use workmint_core::modules::contributions::ContributionKey;

use crate::error::AnswerError;
use crate::network::Network;

/// A transaction that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Height of its block.
    pub height: u64,
    /// Block time, milliseconds.
    pub time_ms: u64,
    /// Number of the error.
    pub code: u16,
    /// The error in words.
    pub why: String,
}

impl Refused {
    fn json(&self) -> Value {
        json!({
            "height": self.height.to_string(),
            "time_ms": self.time_ms.to_string(),
            "code": self.code,
            "error": self.why,
        })
    }
}

/// For machines.
pub(super) fn document(key: &ContributionKey, all: &[Refused]) -> Value {
    json!({
        "contribution": key.to_string(),
        "status": "refused",
        "refused": all.iter().map(Refused::json).collect::<Vec<Value>>(),
    })
}

/// A failed transaction changes nothing and leaves no event, so the journal is applied again to see
/// why it failed.
pub(super) fn refused(
    network: &impl Network,
    key: &ContributionKey,
    mut progress: impl FnMut(u64, u64),
) -> Result<Vec<Refused>, AnswerError> {
    let (mut replay, last) = network.replay()?;
    let mut all = Vec::new();
    while let Some(block) = replay.next_block()? {
        let named = block.stored.block.height;
        progress(named, last);
        for (transaction, result) in block.stored.decode()?.iter().zip(&block.applied.results) {
            let Message::SubmitContribution(message) = &transaction.message else { continue };
            let of = (message.epoch, transaction.sender, message.id);
            if let Err(error) = result
                && of == (key.epoch, key.contributor, key.id)
            {
                all.push(Refused {
                    height: named,
                    time_ms: block.stored.block.time_ms,
                    code: error.code(),
                    why: error.to_string(),
                });
            }
        }
    }
    Ok(all)
}
