//! What the open epoch pays if nothing more happens: the real close, applied to a copy.

use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::parameters::EpochLength;
use workmint_core::modules::validators;
use workmint_core::{Block, Commitments, State};

use crate::error::AnswerError;

/// A close that has not happened.
pub struct Preview {
    /// What it was computed from, and what it recorded.
    pub closed: ClosedEpoch,
    /// The copy after it: the next epoch is open, its weights are fixed from the proofs accepted
    /// so far.
    pub after: State,
}

impl Preview {
    /// Ends the open epoch of an exported state with empty blocks. Summaries whose challenge window
    /// is over by then are tallied, missed requests are judged: the code that settles does it all.
    /// It costs as much as a close of the network, and a second state in memory.
    ///
    /// # Errors
    /// Damage: the bytes are no state, or it cannot be closed.
    pub fn of_copy(exported: &[u8]) -> Result<Self, AnswerError> {
        close(State::import(exported).map_err(AnswerError::damage)?)
    }
}

fn close(mut after: State) -> Result<Preview, AnswerError> {
    let length = after
        .active_parameters()
        .ok_or_else(|| AnswerError::damage("the state has no parameters"))?
        .network
        .epoch_length;
    loop {
        let chain = *after.chain();
        let end = match length {
            EpochLength::Blocks(_) => Some(chain.time_ms),
            EpochLength::Time(length) => chain
                .epoch
                .checked_add(1)
                .and_then(|epochs| epochs.checked_mul(length))
                .and_then(|since| since.checked_add(chain.genesis_time_ms)),
        };
        let too_late = || AnswerError::damage("the open epoch ends beyond the end of time");
        let (votes, proposer) = validators::turn(&after).map_err(AnswerError::damage)?;
        let block = Block {
            height: chain.height.checked_add(1).ok_or_else(too_late)?,
            time_ms: end.ok_or_else(too_late)?.max(chain.time_ms),
            transactions: Vec::new(),
            evidence: Vec::new(),
            votes,
            proposer,
        };
        let applied = after.apply_block(&block, &[], Commitments::Off);
        let (applied, _) = applied.map_err(AnswerError::damage)?;
        if let Some(closed) = applied.closed {
            return Ok(Preview { closed, after });
        }
    }
}
