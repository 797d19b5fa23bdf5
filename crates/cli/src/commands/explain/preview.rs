//! What the open epoch pays if nothing more happens: the real close, applied to a copy.

use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::parameters::EpochLength;
use workmint_core::modules::validators;
use workmint_core::{Block, Commitments, State};

use crate::failure::Failure;

/// A close that has not happened.
pub(crate) struct Preview {
    /// What it was computed from, and what it recorded.
    pub(crate) closed: ClosedEpoch,
    /// The copy after it: the next epoch is open, its weights are fixed from the proofs accepted
    /// so far.
    pub(crate) after: State,
}

/// Ends the open epoch of a copy with empty blocks. Summaries whose challenge window is over by
/// then are tallied, missed requests are judged: the code that settles does it all.
pub(crate) fn close_copy(state: &State) -> Result<Preview, Failure> {
    let bytes = state.export().map_err(Failure::damage)?;
    let mut after = State::import(&bytes).map_err(Failure::damage)?;
    let length = after
        .active_parameters()
        .ok_or_else(|| Failure::damage("the state has no parameters"))?
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
        let too_late = || Failure::damage("the open epoch ends beyond the end of time");
        let (votes, proposer) = validators::turn(&after).map_err(Failure::damage)?;
        let block = Block {
            height: chain.height.checked_add(1).ok_or_else(too_late)?,
            time_ms: end.ok_or_else(too_late)?.max(chain.time_ms),
            transactions: Vec::new(),
            evidence: Vec::new(),
            votes,
            proposer,
        };
        let applied = after.apply_block(&block, &[], Commitments::Off);
        let (applied, _) = applied.map_err(Failure::damage)?;
        if let Some(closed) = applied.closed {
            return Ok(Preview { closed, after });
        }
    }
}
