//! Budgets, projections, totals.

use super::invariants::check_totals;
use super::*;
use crate::modules::parameters::{AssetId, Emission, Parameters, Schedule, sound};
use workmint_amounts::Amount;

const GNK: u128 = 1_000_000_000;

fn emission(schedule: Schedule, allocation: u128, genesis_epoch: u64) -> Emission {
    Emission {
        utility: None,
        quota: workmint_amounts::Ratio::ZERO,
        reference_weight: 0,
        asset: AssetId(0),
        schedule,
        allocation: Amount::new(allocation),
        genesis_epoch,
    }
}

fn gonka() -> Emission {
    let rate = "-0.000475".parse().unwrap();
    let schedule = Schedule::Exponential { initial: Amount::new(285_000 * GNK), rate };
    emission(schedule, 600_000_000 * GNK, 1)
}

/// Sound parameters with this emission and cap.
fn network(emission: Emission, cap: Amount) -> Parameters {
    let mut all = sound();
    (all.emission, all.assets[0].cap) = (emission, cap);
    all
}

fn facts(epoch: u64, minted: u128, issued: u128) -> Facts {
    Facts {
        epoch,
        blocks: 10,
        minted: Amount::new(minted),
        asset_issued: Amount::new(issued),
        work: Amount::ZERO,
        reductions: 0,
        reserved: Amount::ZERO,
        active: 0,
        backpay: Amount::ZERO,
        ..Facts::default()
    }
}

/// Name; schedule; allocation; cap; epoch, minted, issued; scheduled, budget, bound.
type BudgetCase = (&'static str, Schedule, u128, u128, (u64, u128, u128), (u128, u128, Bound));

#[test]
fn budgets() {
    let block = |reward| Schedule::FixedPerBlock { reward: Amount::new(reward) };
    let half = || Schedule::RemainingFraction { rate: "0.5".parse().unwrap() };
    #[rustfmt::skip]
    let cases: Vec<BudgetCase> = vec![
        ("before genesis", block(5), 99, 99, (1, 0, 0), (0, 0, Bound::Schedule)),
        ("genesis epoch", block(5), 99, 99, (2, 0, 0), (50, 50, Bound::Schedule)),
        ("allocation exact", block(5), 50, 99, (2, 0, 0), (50, 50, Bound::Schedule)),
        ("allocation left", block(5), 99, 199, (3, 60, 60), (50, 39, Bound::Allocation)),
        ("allocation gone", block(5), 99, 199, (3, 99, 99), (50, 0, Bound::Allocation)),
        ("allocation lowered", block(5), 80, 199, (3, 90, 90), (50, 0, Bound::Allocation)),
        ("cap left", block(5), 99, 100, (3, 0, 70), (50, 30, Bound::Cap)),
        ("cap gone", block(5), 99, 100, (3, 0, 100), (50, 0, Bound::Cap)),
        ("cap lowered", block(5), 99, 60, (3, 0, 100), (50, 0, Bound::Cap)),
        ("allocation and cap alike", block(5), 30, 30, (3, 0, 0), (50, 30, Bound::Allocation)),
        ("cap below allocation", block(5), 40, 30, (3, 0, 0), (50, 30, Bound::Cap)),
        ("endless", block(u128::MAX), 7, 9, (3, 0, 0), (u128::MAX, 7, Bound::Allocation)),
        ("remaining", half(), 99, 199, (3, 0, 0), (49, 49, Bound::Schedule)),
        ("remaining later", half(), 99, 199, (3, 49, 49), (25, 25, Bound::Schedule)),
        ("remaining, cap", half(), 99, 60, (3, 49, 49), (25, 11, Bound::Cap)),
    ];
    let reserved = |reserved, limits: (u128, u128)| {
        let emission = emission(block(5), limits.0, 2);
        let facts = Facts { reserved: Amount::new(reserved), ..facts(3, 20, 30) };
        let got = budget(&emission, Amount::new(limits.1), &facts).unwrap();
        (got.budget.get(), got.bound_by, issuable(&emission, Amount::new(limits.1), &facts).get())
    };
    assert_eq!(reserved(10, (80, 999)), (50, Bound::Schedule, 60));
    assert_eq!(reserved(11, (80, 999)), (49, Bound::Allocation, 60));
    assert_eq!(reserved(11, (999, 90)), (49, Bound::Cap, 60));
    assert_eq!(reserved(61, (80, 999)), (0, Bound::Allocation, 60));
    for (name, schedule, allocation, cap, (epoch, minted, issued), expected) in cases {
        let emission = emission(schedule, allocation, 2);
        let got = budget(&emission, Amount::new(cap), &facts(epoch, minted, issued)).unwrap();
        assert_eq!((got.scheduled.get(), got.budget.get(), got.bound_by), expected, "{name}");
    }
}

/// Sums up to and including an offset, from decimals of 60 digits in another program.
const CUMULATIVE: [(u64, u128); 4] = [
    (1, 569_864_657_146_472),
    (365, 95_768_970_541_482_909),
    (1_460, 300_319_557_670_641_640),
    (14_600, 599_558_776_099_073_099),
];

#[test]
fn gonka_reaches_its_allocation_at_offset_17_569() {
    let cap = Amount::new(1_000_000_000 * GNK);
    let genesis = Amount::new(400_000_000 * GNK);
    let mut unlimited = 0;
    let mut bound = Vec::new();
    let mut last = 0;
    for row in project(&network(gonka(), cap), genesis, 0).take(70_100).map(Result::unwrap) {
        unlimited += row.scheduled.get();
        assert!(row.minted <= row.scheduled);
        match (row.bound_by, row.minted.is_zero()) {
            (Bound::Schedule, _) => assert_eq!(row.minted, row.scheduled),
            (_, false) => bound.push(row),
            (_, true) => {}
        }
        if !row.scheduled.is_zero() {
            last = row.epoch - 1;
        }
        if let Some((_, sum)) = CUMULATIVE.iter().find(|(offset, _)| offset + 1 == row.epoch) {
            assert_eq!(row.cumulative.get(), *sum, "epoch {}", row.epoch);
        }
    }
    // The published total, 600142511281213054, sums what a binary float gives each epoch.
    assert_eq!(unlimited, 600_142_511_281_213_065, "uncapped total");
    assert_eq!(last, 70_070, "last offset that gives anything");
    assert_eq!(bound.len(), 1, "one epoch is cut, those after it mint nothing");
    assert_eq!(bound[0].epoch - 1, 17_569);
    assert_eq!(bound[0].bound_by, Bound::Allocation);
    assert_eq!(bound[0].scheduled.get(), 67_692_098_471);
    assert_eq!(bound[0].minted.get(), 32_248_481_119);
    assert_eq!(bound[0].cumulative, gonka().allocation);
}

#[test]
fn the_cap_counts_what_genesis_issued() {
    let cap = Amount::new(500_000 * GNK);
    let genesis = Amount::new(400_000 * GNK);
    let rows = project(&network(gonka(), cap), genesis, 0);
    let rows: Vec<Row> = rows.take(3).map(Result::unwrap).collect();
    let minted: Vec<u128> = rows.iter().map(|row| row.minted.get()).collect();
    assert_eq!(minted, [100_000 * GNK, 0, 0]);
    assert_eq!((rows[0].epoch, rows[0].bound_by), (1, Bound::Cap));
}

#[test]
fn the_projection_ends_with_the_last_epoch() {
    let schedule = Schedule::FixedPerBlock { reward: Amount::new(1) };
    let last = emission(schedule, 100, u64::MAX);
    let rows: Vec<_> = project(&network(last, Amount::MAX), Amount::ZERO, 3).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].as_ref().unwrap().cumulative.get(), 3);
}

#[test]
fn totals_refuse_more_than_the_schedule() {
    let mut state = EmissionState::default();
    state.record((Amount::new(10), Amount::ZERO), Amount::new(10), None).unwrap();
    state.record((Amount::new(10), Amount::ZERO), Amount::new(4), None).unwrap();
    let before = state.totals();
    assert_eq!((before.scheduled.get(), before.minted.get()), (20, 14));
    // Also where the sum would allow it: what an epoch did not mint is lost.
    let alone = (Amount::new(1), Amount::ZERO);
    assert!(state.record(alone, Amount::new(2), None).is_err());
    assert_eq!(state.totals(), before);
    state.record((Amount::MAX, Amount::ZERO), Amount::ZERO, None).unwrap();
    assert_eq!(state.totals().scheduled, Amount::MAX);
}

/// What rolled over may be minted later, never more than was offered in all.
#[test]
fn totals_accept_what_rolled_over() {
    let mut state = EmissionState::default();
    let mut record = |scheduled, rolled, minted| {
        let offered = (Amount::new(scheduled), Amount::new(rolled));
        state.record(offered, Amount::new(minted), None).is_ok()
    };
    assert!(record(10, 0, 4));
    assert!(!record(10, 5, 16), "above schedule and what rolled over");
    assert!(record(10, 6, 15), "19 of 20");
    assert!(!record(1, 6, 3), "22 of 21");
    assert!(record(1, 6, 2));
}

/// The rate falls when minting reaches the cut-off, not when the schedule merely offers it.
#[test]
fn a_cutoff_counts_once_it_is_reached() {
    let mut state = EmissionState::default();
    let mut record = |scheduled, minted, cutoff: Option<u128>| {
        let cutoff = cutoff.map(Amount::new);
        state.record((Amount::new(scheduled), Amount::ZERO), Amount::new(minted), cutoff).unwrap();
        state.totals().reductions
    };
    assert_eq!(record(90, 90, None), 0);
    assert_eq!(record(20, 9, Some(100)), 0, "99 of 100");
    assert_eq!(record(20, 1, Some(100)), 1, "100");
    assert_eq!(record(50, 0, Some(200)), 1);
    assert_eq!(record(150, 150, Some(200)), 2, "250");
}

#[test]
fn invariants() {
    let totals = |scheduled, minted| Totals {
        scheduled: Amount::new(scheduled),
        minted: Amount::new(minted),
        reductions: 0,
    };
    assert!(check_totals(totals(0, 0), Amount::ZERO).is_ok());
    assert!(check_totals(totals(9, 9), Amount::new(9)).is_ok());
    for (scheduled, minted, allocation) in [(8, 9, 9), (9, 9, 8)] {
        let violation = check_totals(totals(scheduled, minted), Amount::new(allocation));
        assert_eq!(violation.unwrap_err().invariant, "INV-03");
    }
}

/// Cumulative minted never exceeds schedule, allocation or cap, whatever is minted of each budget
/// and however allocation and cap change on the way.
#[test]
fn no_sequence_of_epochs_overruns_a_limit() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    for _ in 0..200 {
        let schedule = match draw(5) {
            0 => Schedule::FixedPerBlock { reward: Amount::new(u128::from(draw(50))) },
            1 => Schedule::RemainingFraction { rate: "0.3".parse().unwrap() },
            2 => Schedule::Geometric {
                initial: Amount::new(u128::from(draw(500))),
                factor: ["0.9", "1.2", "0"][draw(3) as usize].parse().unwrap(),
                period_epochs: 1 + draw(9),
            },
            3 => Schedule::WorkSubsidy {
                rate: "0.9".parse().unwrap(),
                interval: "0.05".parse().unwrap(),
                reduction: "0.2".parse().unwrap(),
            },
            _ => Schedule::Exponential {
                initial: Amount::new(u128::from(draw(500))),
                rate: "-0.01".parse().unwrap(),
            },
        };
        let mut emission = emission(schedule, u128::from(draw(5_000)), draw(3));
        let (mut cap, mut issued) = (u128::from(draw(6_000)), u128::from(draw(500)));
        let mut state = EmissionState::default();
        for epoch in 0..60 {
            let totals = state.totals();
            let work = Amount::new(u128::from(draw(40)));
            let reductions = totals.reductions;
            let facts = Facts { work, reductions, ..facts(epoch, totals.minted.get(), issued) };
            let budget = budget(&emission, Amount::new(cap), &facts).unwrap();
            assert!(budget.budget <= budget.scheduled);
            let minted = match draw(4) {
                0 => u128::from(draw(1_000)).min(budget.budget.get()),
                _ => budget.budget.get(),
            };
            let offered = (budget.scheduled, Amount::ZERO);
            state.record(offered, Amount::new(minted), budget.cutoff).unwrap();
            if minted > 0 {
                issued += minted;
                assert!(issued <= cap);
            }
            // Governance lowers limits, never below what is used: `parameters` refuses that.
            let used = state.totals().minted;
            check_totals(state.totals(), emission.allocation).unwrap();
            let lower = |limit: u128, by: u64| limit - u128::from(by).min(limit);
            let allocation = lower(emission.allocation.get(), draw(40));
            emission.allocation = Amount::new(allocation).max(used);
            cap = lower(cap, draw(40)).max(issued.min(cap));
        }
    }
}
