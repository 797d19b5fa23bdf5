//! The epoch's new money: what blocks pay first, then the epoch's emission.

use super::buckets::Offered;
use crate::error::Error as AnyError;
use crate::modules::emission::{self, Bound, Facts};
use crate::modules::parameters::Parameters;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// The epoch's emission, base units of the emission's asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct EmissionLine {
    /// By the schedule alone.
    pub plain: Amount,
    /// What utility, reference weight and quota leave of it.
    pub scheduled: Amount,
    /// What the quota took: never minted.
    pub unmet: Amount,
    /// What blocks pay, before anything else: within what allocation and cap leave to mint and what
    /// the recycling pool holds.
    pub blocks: Amount,
    /// What may be issued besides: `scheduled`, within what is left then.
    pub budget: Amount,
    /// Which of them gave it.
    pub bound_by: Bound,
    /// The cumulative minting at which the rate of `work_subsidy` falls, if the schedule passes it.
    pub cutoff: Option<Amount>,
}

/// The line, and what streams with a rate share of it.
pub(super) struct Emitted {
    pub(super) line: EmissionLine,
    pub(super) offered: Offered,
}

/// Recycled tokens were minted once: neither allocation nor cap counts them again. They cover what
/// rolled over first, then blocks, then the epoch's emission.
pub(super) fn emission_line(
    parameters: &Parameters,
    facts: &Facts,
    recycling: Amount,
) -> Result<Emitted, AnyError> {
    let rules = &parameters.emission;
    let cap = parameters.asset(rules.asset).map_or(Amount::ZERO, |asset| asset.cap);
    let less = |one: Amount, other| one.checked_sub(other).unwrap_or(Amount::ZERO);
    let more = |one: Amount, other| one.checked_add(other).unwrap_or(Amount::MAX);
    let (reserved, spare) = (less(facts.reserved, recycling), less(recycling, facts.reserved));
    let left = emission::issuable(rules, cap, facts);
    let room = more(less(left, reserved), spare);
    let blocks = emission::scheduled_blocks(parameters, facts).min(room);
    let recycled = blocks.min(spare);
    let reserved = more(reserved, less(blocks, recycled));
    let budget = emission::budget(rules, cap, &Facts { reserved, ..*facts })?;
    let issuable = more(budget.budget, less(spare, recycled));
    let line = EmissionLine {
        plain: budget.plain,
        scheduled: budget.scheduled,
        unmet: budget.unmet,
        blocks,
        budget: budget.scheduled.min(issuable),
        bound_by: budget.bound_by,
        cutoff: budget.cutoff,
    };
    let issuable = less(more(left, recycling), blocks);
    Ok(Emitted { line, offered: Offered { budget: line.budget, issuable } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::parameters::{Schedule, Score, Source, sound};

    /// 50 an epoch by the schedule and 2 a block; of 1,000 in all.
    fn network() -> Parameters {
        let mut all = sound();
        all.emission.schedule = Schedule::FixedPerBlock { reward: Amount::new(5) };
        all.emission.allocation = Amount::new(1_000);
        all.assets[0].cap = Amount::new(1_500);
        let mut blocks = all.streams[0].clone();
        blocks.source = Source::BlockRewards { reward: Amount::new(2) };
        blocks.score = Score::BlocksProposed;
        all.streams.insert(0, blocks);
        all
    }

    /// What blocks and emission are offered, and what binds it; worked out by hand.
    #[test]
    fn blocks_come_first_of_one_allocation() {
        #[rustfmt::skip]
        let cases = [
            // minted, issued, rolled over, pool, proposed; blocks, budget, bound.
            ((0, 0, 0, 0, 10), (20, 50, Bound::Schedule)),
            ((0, 0, 0, 0, 0), (0, 50, Bound::Schedule)),
            ((930, 930, 0, 0, 10), (20, 50, Bound::Schedule)),
            ((931, 931, 0, 0, 10), (20, 49, Bound::Allocation)),
            ((985, 985, 0, 0, 10), (15, 0, Bound::Allocation)),
            ((1_000, 1_000, 0, 0, 10), (0, 0, Bound::Allocation)),
            ((900, 1_440, 0, 0, 10), (20, 40, Bound::Cap)),
            ((900, 900, 60, 0, 10), (20, 20, Bound::Allocation)),
            ((900, 900, 90, 0, 10), (10, 0, Bound::Allocation)),
            // The pool pays first what rolled over, then blocks, then emission.
            ((1_000, 1_000, 0, 7, 10), (7, 0, Bound::Allocation)),
            ((1_000, 1_000, 0, 30, 10), (20, 10, Bound::Allocation)),
            ((985, 985, 0, 25, 10), (20, 20, Bound::Allocation)),
            ((985, 985, 30, 25, 10), (10, 0, Bound::Allocation)),
            ((985, 985, 20, 25, 10), (20, 0, Bound::Allocation)),
        ];
        for (given, expected) in cases {
            let (minted, issued, reserved, pool, proposed) = given;
            let facts = Facts {
                epoch: 1,
                blocks: 10,
                minted: Amount::new(minted),
                asset_issued: Amount::new(issued),
                reserved: Amount::new(reserved),
                proposed,
                ..Facts::default()
            };
            let emitted = emission_line(&network(), &facts, Amount::new(pool)).unwrap();
            let line = emitted.line;
            let got = (line.blocks.get(), line.budget.get(), line.bound_by);
            assert_eq!(got, expected, "{given:?}");
            assert_eq!(line.scheduled.get(), 50);
            // Blocks, emission and what rolled over never exceed what may be issued.
            let left = (1_000 - minted).min(1_500 - issued) + pool;
            assert!(got.0 + got.1 + reserved.min(left) <= left, "{given:?}");
            assert_eq!(emitted.offered.issuable.get(), left - got.0);
        }
        let early = Facts { epoch: 0, blocks: 10, proposed: 10, ..Facts::default() };
        let emitted = emission_line(&network(), &early, Amount::ZERO).unwrap();
        assert_eq!((emitted.line.blocks, emitted.line.budget), (Amount::ZERO, Amount::ZERO));
    }
}
