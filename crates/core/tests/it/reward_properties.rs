//! Properties of the reward split with every rule on: an oracle for the weights that count,
//! conservation, who may gain, threads.

use crate::kit::*;
use crate::properties::cases;
use crate::reward_split::*;
use proptest::prelude::*;
use workmint_amounts::{Amount, Ratio};
use workmint_core::EpochInputs;
use workmint_core::explain::explain;
use workmint_core::inputs::*;
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{CountedWeights, plan};
use workmint_core::modules::settlement::moves_of_plan;

fn any_host() -> impl Strategy<Value = Host> {
    let weight = prop_oneof![Just(0_u64), 1_u64..50, 1_u64..100_000];
    let parts = (weight, 0_u64..1_000, 0_u64..1_200, 0_u8..12, 0_usize..4);
    parts.prop_map(|(potential, backed, read, penalty, debt)| Host {
        potential,
        effective: potential * backed / 1_000,
        confirmed: potential * read / 1_000,
        penalty: match penalty {
            0 => Penalty::Refuted,
            1 => Penalty::Inactive,
            2 => Penalty::Downtime,
            _ => Penalty::None,
        },
        debt: [0, 0, 5_000, 10_000][debt],
    })
}

/// Hosts, penalties and transfers as (row, row, thousandths), whatever the number of hosts.
type Case = (Vec<Host>, Vec<(u8, u8, u16)>, Vec<(u8, u8, u16)>);

fn any_case() -> impl Strategy<Value = Case> {
    let adjustments = || prop::collection::vec((any::<u8>(), any::<u8>(), 0_u16..=1_000), 0..12);
    (prop::collection::vec(any_host(), 1..25), adjustments(), adjustments())
}

fn adjusted((hosts, lost, moved): &Case) -> EpochInputs {
    let mut inputs = inputs(hosts);
    let row = |of: u8| u32::try_from(usize::from(of) % hosts.len()).unwrap();
    let share = |of: u16| Ratio::new(u128::from(of), 1_000).unwrap();
    inputs.weight_penalties = lost
        .iter()
        .map(|(of, _, part)| WeightPenalty { participant: row(*of), fraction: share(*part) })
        .collect();
    inputs.weight_transfers = moved
        .iter()
        .map(|(from, to, part)| WeightTransfer {
            from: row(*from),
            to: row(*to),
            share: share(*part),
        })
        .collect();
    inputs
}

/// Weights that count, by the definitions: every cap is tried, every step is its own column.
fn naive_weights(inputs: &EpochInputs) -> Vec<u64> {
    let people = &inputs.participants;
    let rows = || (0..people.len()).map(|at| people.row(at).unwrap());
    let mut weights: Vec<u64> = rows()
        .map(|row| match row.penalty {
            Penalty::Refuted | Penalty::Inactive => 0,
            _ if row.potential == 0 => 0,
            _ => row.effective.min(row.effective * row.confirmed / row.potential),
        })
        .collect();
    let share = match weights.iter().filter(|weight| **weight > 0).count() {
        0 | 1 => 10,
        2 => 5,
        3 => 4,
        _ => 3,
    };
    let fits =
        |cap: u64| cap * 10 <= share * weights.iter().map(|weight| cap.min(*weight)).sum::<u64>();
    let most = weights.iter().copied().max().unwrap_or(0);
    // What fits is an interval from 0: a share of a sum of minima grows slower than the cap.
    let cap = (1..=64).rev().fold(0, |cap, bit| {
        let next = cap + (1_u64 << (bit - 1)).min(1 << 40);
        if next <= most && fits(next) { next } else { cap }
    });
    if cap > 0 {
        weights.iter_mut().for_each(|weight| *weight = cap.min(*weight));
    }
    for (weight, row) in weights.iter_mut().zip(rows()) {
        if row.penalty == Penalty::Downtime {
            *weight = 0;
        }
    }
    let part = |ratio: Ratio, of: u64| {
        u64::try_from(u128::from(of) * ratio.numerator() / ratio.denominator()).unwrap()
    };
    let base = weights.clone();
    for lost in &inputs.weight_penalties {
        let at = lost.participant as usize;
        weights[at] -= part(lost.fraction, base[at]).min(weights[at]);
    }
    let base = weights.clone();
    for moved in &inputs.weight_transfers {
        let (from, to) = (moved.from as usize, moved.to as usize);
        let weight = part(moved.share, base[from]).min(weights[from]);
        weights[from] -= weight;
        if weights[to] > 0 {
            weights[to] += weight;
        }
    }
    weights
}

#[test]
fn weights_that_count_are_those_of_the_definition() {
    proptest!(cases(400), |(case in any_case())| {
        let inputs = adjusted(&case);
        let counted = CountedWeights::new(&mainnet(1), &inputs).unwrap().unwrap();
        prop_assert_eq!(counted.counted(), naive_weights(&inputs));
    });
}

/// All rules on, any budget, cut or not, with and without bonuses: everything minted has a place,
/// nobody gets more than its score would, and the explanation adds up.
#[test]
fn every_unit_of_the_budget_is_accounted_for() {
    let rules = (1_u128..1 << 50, 0_u8..3, any::<bool>(), any::<bool>(), any::<bool>());
    proptest!(cases(400), |(case in any_case(), (budget, left, carry, paid, bonus) in rules)| {
        let inputs = adjusted(&case);
        let mut parameters = mainnet(budget);
        let left = [budget, budget / 3, budget * 2][usize::from(left)];
        parameters.emission.allocation = amount(left);
        let stream = &mut parameters.streams[0];
        stream.remainder = if carry { Remainder::Carry } else { Remainder::Forfeits };
        stream.denominator = if paid { Denominator::Paid } else { Denominator::Full };
        if bonus {
            // One of two models: everybody's coverage is 1 + 0.5 x 0.4.
            let partial_coverage = ratio("0.4");
            stream.score = Score::PocWeight(Bonuses { partial_coverage, ..no_bonus() });
        }
        let plan = plan(&parameters, &inputs).unwrap();
        let stream = &plan.streams[0];
        prop_assert_eq!(stream.quarantined, None);
        let parts = [stream.paid, stream.recovered, stream.forfeited, stream.dust];
        prop_assert_eq!(Amount::sum(parts).unwrap(), stream.budget);
        prop_assert_eq!(rewards(&plan).iter().sum::<u128>(), stream.paid.get());
        let recipients = rewards(&plan).iter().filter(|reward| **reward > 0).count();
        prop_assert_eq!(recipients as u64, stream.recipients);
        let taken: u128 = stream.recoveries.iter().map(|(_, taken)| taken.get()).sum();
        prop_assert_eq!(taken, stream.recovered.get());
        for (row, taken) in &stream.recoveries {
            prop_assert!(*taken <= inputs.participants.debt[*row as usize]);
        }
        let moves = moves_of_plan(&plan, Amount::ZERO).unwrap().remove(0).unwrap();
        prop_assert_eq!(moves.minted, stream.budget);
        for row in 0..inputs.participants.len() {
            let told = explain(&parameters, &inputs, &plan, &who(row)).unwrap().unwrap();
            let line = &told.streams[0];
            if stream.denominator > 0 && !paid {
                let parts = [line.paid, line.recovered, line.forfeited];
                prop_assert_eq!(Amount::sum(parts).unwrap(), line.share);
            }
            prop_assert_eq!(line.paid, stream.rewards.get(row).copied().unwrap_or_default());
            let last = told.weight_steps.last().map_or(told.row.effective, |step| step.after);
            prop_assert_eq!(last, naive_weights(&inputs)[row]);
        }
    });
}

/// With the same coverage for all, bonuses change no reward: scores are lowered and moved as their
/// weights are.
#[test]
fn equal_bonuses_change_nothing() {
    proptest!(cases(200), |(case in any_case(), budget in 1_u128..1 << 60)| {
        let inputs = adjusted(&case);
        let plain = mainnet(budget);
        let mut equal = plain.clone();
        // One of two models: 1 + 0.5 x 2 = 2, so that every product is exact.
        let partial_coverage = ratio("2");
        equal.streams[0].score = Score::PocWeight(Bonuses { partial_coverage, ..no_bonus() });
        let mut whole = inputs.clone();
        // Effective weights are potential weights: the one place where a score is rounded.
        whole.participants.effective.clone_from(&inputs.participants.potential);
        let (one, other) = (plan(&plain, &whole).unwrap(), plan(&equal, &whole).unwrap());
        prop_assert_eq!(rewards(&one), rewards(&other));
        prop_assert_eq!(one.streams[0].forfeited, other.streams[0].forfeited);
    });
}

/// Under a full denominator nobody gains by what another one loses. (The power cap is the one
/// exception, and only as far as its share depends on how many have a weight:
/// docs/spec/rewards.md.)
#[test]
fn another_ones_penalty_never_raises_a_reward() {
    let which = (any::<prop::sample::Index>(), 0_u8..4, 0_u16..=1_000);
    proptest!(cases(400), |(mut case in any_case(), (at, what, part) in which)| {
        // Nobody delegates more than all it has: what is left over would depend on rounding.
        case.2.iter_mut().for_each(|(_, _, share)| *share /= 12);
        let inputs = adjusted(&case);
        let row = at.index(case.0.len());
        let mut worse = inputs.clone();
        let mut parameters = mainnet(1 << 40);
        match what {
            0 => worse.participants.penalty[row] = Penalty::Downtime,
            1 => {
                let fraction = Ratio::new(u128::from(part), 1_000).unwrap();
                let participant = u32::try_from(row).unwrap();
                worse.weight_penalties.push(WeightPenalty { participant, fraction });
            }
            2 => {
                parameters.weights.power_cap = None;
                worse.participants.penalty[row] = Penalty::Refuted;
            }
            _ => {
                parameters.weights.power_cap = None;
                worse.participants.confirmed[row] /= 2;
            }
        }
        if what == 0 && worse.participants.penalty[row] != inputs.participants.penalty[row] {
            // A status that becomes downtime would count for the cap again.
            prop_assume!(inputs.participants.penalty[row] == Penalty::None);
        }
        let before = rewards(&plan(&parameters, &inputs).unwrap());
        let after = rewards(&plan(&parameters, &worse).unwrap());
        for (of, (before, after)) in before.iter().zip(&after).enumerate() {
            if of == row {
                continue;
            }
            prop_assert!(after <= before, "row {}: {} became {}", of, before, after);
        }
    });
}

/// 80,000 participants, all rules: the same plan on one thread and on four.
#[test]
fn the_number_of_threads_changes_nothing() {
    let hosts: Vec<Host> = (0..80_000_u64)
        .map(|n| Host {
            confirmed: n % 977 * 9 / 10,
            penalty: if n % 50 == 7 { Penalty::Downtime } else { Penalty::None },
            debt: u128::from(n % 3 == 0) * 500,
            ..host(n % 977)
        })
        .collect();
    let mut inputs = inputs(&hosts);
    inputs.weight_penalties = (0..80_000).step_by(7).map(|row| absent(row, "0.1")).collect();
    inputs.weight_transfers =
        (1..79_999).step_by(5).map(|row| delegated(row, row + 1, "0.05")).collect();
    let parameters = mainnet(1 << 60);
    let on = |threads| {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
        builder.build().unwrap().install(|| plan(&parameters, &inputs).unwrap())
    };
    let one = on(1);
    assert!(one.streams[0].recovered > Amount::ZERO && one.streams[0].forfeited > Amount::ZERO);
    assert_eq!(one, on(4));
}
