//! Demand and supply of the epochs that availability's network factor looks at.

use crate::inputs::Utilisation;
use crate::modules::parameters::{Parameters, Score};
use crate::state::State;

/// The longest window of a stream, epochs; 0 if none has one.
fn window(parameters: &Parameters) -> u64 {
    let windows = parameters.streams.iter().map(|stream| match &stream.score {
        Score::Availability(rule) => u64::from(rule.window),
        Score::PocWeight(_)
        | Score::WorkDone
        | Score::FixedAccount { .. }
        | Score::Rate(_)
        | Score::StakingPower(_)
        | Score::Liquidity
        | Score::ModelShares
        | Score::Performance
        | Score::BondedStake
        | Score::BlocksProposed
        | Score::YumaIncentive
        | Score::YumaDividends => 0,
    });
    windows.max().unwrap_or(0)
}

/// The first epoch that a window ending with `epoch` holds.
fn first(parameters: &Parameters, epoch: u64) -> Option<u64> {
    let before = window(parameters).checked_sub(1)?;
    Some(epoch.abs_diff(before.min(epoch)))
}

/// Demand is what was paid for: what is only asked for costs nothing, and would raise rewards.
/// Supply is the most each offer gave in the epoch: who lowers one before the close changes
/// nothing.
fn open_epoch(state: &State) -> Utilisation {
    let demand = state.market.jobs.sales().map(|(.., sales)| u128::from(sales.units)).sum();
    Utilisation { demand, supply: state.market.jobs.supplies().values().sum() }
}

/// What the streams look at if `epoch`, the open one, closed now: oldest first, itself last. Epochs
/// that passed without a block are not there.
pub(crate) fn utilisation(state: &State, parameters: &Parameters, epoch: u64) -> Vec<Utilisation> {
    let Some(first) = first(parameters, epoch) else {
        return Vec::new();
    };
    let before = state.rewards.utilisation.range(first..epoch).map(|(_, row)| *row);
    before.chain([open_epoch(state)]).collect()
}

/// Keeps what the closing epoch saw, and forgets what no window reaches any more.
pub(crate) fn note_utilisation(state: &mut State, parameters: &Parameters, epoch: u64) {
    let kept = first(parameters, epoch);
    let old: Vec<u64> = match kept {
        Some(first) => state.rewards.utilisation.range(..first).map(|(epoch, _)| *epoch).collect(),
        None => state.rewards.utilisation.iter().map(|(epoch, _)| *epoch).collect(),
    };
    for epoch in old {
        state.rewards.utilisation.remove(&epoch);
    }
    if kept.is_some() {
        state.rewards.utilisation.put(epoch, open_epoch(state));
    }
}
