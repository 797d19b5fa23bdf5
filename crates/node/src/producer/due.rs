//! When time alone asks for a block.

use std::time::Duration;

use workmint_core::State;
use workmint_core::modules::parameters::EpochLength;

use super::Producer;
use crate::clock;
use crate::config::Production;

/// Blocks that only time asks for are at least so far apart.
const LEAST_GAP: Duration = Duration::from_secs(1);

impl Producer {
    /// How long until time asks for a block; zero if it does now.
    pub(super) fn until_due(&self) -> Duration {
        if self.shared.config.production == Production::Driven {
            return Duration::MAX;
        }
        let at = {
            let application = self.shared.application();
            next_ms(application.state(), self.shared.config.heartbeat_ms)
        };
        let Some(at) = at else { return Duration::MAX };
        let due = Duration::from_millis(at.saturating_sub(clock::now_ms()));
        let gap =
            self.timed.map_or(Duration::ZERO, |last| LEAST_GAP.saturating_sub(last.elapsed()));
        due.max(gap)
    }
}

/// The time, in milliseconds since 1970, at which a network wants a block even without
/// transactions.
fn next_ms(state: &State, heartbeat_ms: u64) -> Option<u64> {
    let chain = state.chain();
    let parameters = state.active_parameters()?;
    let epoch = match parameters.network.epoch_length {
        EpochLength::Time(length) => chain
            .epoch
            .checked_add(1)
            .and_then(|next| next.checked_mul(length))
            .and_then(|since| since.checked_add(chain.genesis_time_ms)),
        EpochLength::Blocks(_) => chain.time_ms.checked_add(heartbeat_ms),
    };
    epoch.into_iter().chain(state.market.first_deadline_ms()).min()
}
