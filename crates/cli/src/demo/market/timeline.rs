//! When something happens that does not happen every hour: acts and moods of demand, by epoch and
//! hour, repeated in cycles.

/// Epochs of a cycle, and of a run that names no number: one cycle.
pub(super) const CYCLE: u64 = 14;
/// Epochs after which sessions are closed and opened anew.
const SESSION: u64 = 7;

/// Something that does not happen every hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A provider reveals nothing of what it has accepted, and answers no probe.
    Silent,
    /// A provider reveals a result that is wrong: the customer disputes it.
    Wrong,
    /// A customer disputes a result that is right.
    Accused,
    /// A provider gives a wrong result and has nothing to answer the dispute with.
    Speechless,
}

/// Epoch of the cycle and hour of the acts.
const ACTS: [(Act, u64, u8); 4] =
    [(Act::Silent, 1, 9), (Act::Wrong, 2, 10), (Act::Accused, 3, 14), (Act::Speechless, 6, 11)];
/// Epoch of the cycle in which a provider gives false evidence of a tier.
const FALSE_TIER: u64 = 3;
/// Epoch of the cycle in which a provider of liquidity takes a part out.
const LESS_LIQUIDITY: u64 = 9;
/// Demand in per cent of an ordinary epoch: from an epoch of the cycle to another one.
const MOODS: [(u64, u64, u64); 2] = [(4, 5, 240), (8, 10, 60)];
/// Demand by hour, in 24th parts of 100: a day has its night.
const HOURLY: [u64; 24] = [
    70, 65, 60, 60, 65, 75, 85, 95, 110, 120, 125, 130, 130, 130, 125, 125, 120, 120, 115, 110,
    105, 95, 85, 80,
];

/// What happens in this hour beside the ordinary.
pub(super) fn act(epoch: u64, hour: u8) -> Option<Act> {
    let found = ACTS.iter().find(|(_, at, when)| (*at, *when) == (epoch % CYCLE, hour));
    found.map(|(act, _, _)| *act)
}

/// Whether somebody gives false evidence of a tier in this epoch.
pub(super) fn has_false_tier(epoch: u64) -> bool {
    epoch % CYCLE == FALSE_TIER
}

/// Whether liquidity is taken out in this epoch.
pub(super) fn takes_liquidity(epoch: u64) -> bool {
    epoch % CYCLE == LESS_LIQUIDITY
}

/// Whether sessions are closed in the last hour of this epoch.
pub(super) fn closes_sessions(epoch: u64) -> bool {
    epoch % SESSION == SESSION - 1
}

/// Demand of an epoch in per cent of an ordinary one.
pub(super) fn mood(epoch: u64) -> u64 {
    let at = epoch % CYCLE;
    let found = MOODS.iter().find(|(from, to, _)| (*from..=*to).contains(&at));
    found.map_or(100, |(_, _, per_cent)| *per_cent)
}

/// The requests of an hour of an epoch with this many: from which number to which.
pub(super) fn numbers(requests: u64, hour: u8) -> std::ops::Range<u64> {
    let all: u64 = HOURLY.iter().sum();
    let until = |hours: usize| {
        let share: u64 = HOURLY.iter().take(hours).sum();
        let number = u128::from(requests) * u128::from(share) / u128::from(all);
        u64::try_from(number).unwrap_or(requests)
    };
    let hour = usize::from(hour);
    until(hour)..until(hour + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_hold_all_requests_once() {
        for requests in [0, 1, 23, 1_000, 200_000] {
            let mut next = 0;
            for hour in 0..24 {
                let range = numbers(requests, hour);
                assert_eq!(range.start, next);
                next = range.end;
            }
            assert_eq!(next, requests);
        }
        assert!(numbers(24_000, 12).count() > 2 * numbers(24_000, 2).count());
    }

    #[test]
    fn a_cycle_has_a_surge_and_a_lull() {
        let moods: Vec<u64> = (0..CYCLE).map(mood).collect();
        assert_eq!(moods[3..6], [100, 240, 240]);
        assert_eq!(moods[7..12], [100, 60, 60, 60, 100]);
        assert_eq!(mood(CYCLE + 4), 240);
    }
}
