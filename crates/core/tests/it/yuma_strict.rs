//! Yuma in strict mode: what holds of every network, whatever its rules.

use crate::draw::{Draw, is_full};
use crate::yuma_nets::{Net, moved, moved_matrix, rows, shuffle};
use workmint_amounts::{Amount, mul_div_floor};
use workmint_core::modules::opinions::yuma::strict::UNIT;
use workmint_core::modules::opinions::yuma::{Matrix, Outcome};
use workmint_core::modules::parameters::YumaKind;

const WHOLE: u64 = UNIT as u64;

fn nets(seed: u64, mut check: impl FnMut(&mut Draw, Net)) {
    let mut draw = Draw::from_seed(seed);
    for round in 0..if is_full() { 2_000 } else { 200 } {
        let (seats, validators) = draw.of(&[(3, 2), (12, 5), (40, 12), (40, 40)]);
        let net = Net::random(&mut draw, seats, validators);
        check(&mut draw, net);
        if round % 50 == 0 {
            let net = Net::random(&mut draw, 256, 64);
            check(&mut draw, net);
        }
    }
}

fn columns(bonds: &Matrix) -> Vec<u64> {
    let mut sums = vec![0; bonds.rows()];
    for (column, bond) in (0..bonds.rows()).flat_map(|row| bonds.entries_of(row)) {
        sums[usize::from(column)] += u64::from(bond);
    }
    sums
}

/// All of a column's parts together: nothing, or the whole but for less than one part of the unit
/// for each that has any.
fn conserves(column: &[u64]) -> bool {
    let sum: u64 = column.iter().sum();
    let most_lost = column.len() as u64;
    sum == 0 || (sum <= WHOLE && WHOLE - sum < most_lost)
}

#[test]
fn shares_sum_to_the_whole_or_to_nothing_and_bonds_to_no_more() {
    let (mut earning, mut bonded) = (0, 0);
    nets(1, |_, net| {
        let mut net = net;
        for _ in 0..3 {
            let outcome = net.run();
            for column in
                [&outcome.stake, &outcome.active_stake, &outcome.incentive, &outcome.dividends]
            {
                assert!(conserves(column), "{column:?}");
            }
            assert!(outcome.trust.iter().all(|trust| *trust <= WHOLE));
            // Whoever is in consensus earns, and only they do.
            let agreed = outcome.consensus.iter().any(|consensus| *consensus > 0);
            assert!(agreed || outcome.incentive.iter().all(|incentive| *incentive == 0));
            earning += usize::from(agreed);
            let sums = columns(&outcome.bonds);
            if net.rules.kind == YumaKind::Yuma1 {
                assert!(sums.iter().all(|sum| *sum <= WHOLE));
                bonded += sums.iter().filter(|sum| **sum > 0).count();
            }
            net = net.next(&outcome);
        }
    });
    assert!(earning > 100 && bonded > 1_000, "{earning} {bonded}");
}

/// Money is split in proportion to the parts, so their own sum is the whole of it: what is not
/// paid is less than one base unit for each who is paid.
#[test]
fn a_budget_split_by_incentive_is_paid_but_for_dust() {
    nets(2, |draw, net| {
        let incentive = net.run().incentive;
        let sum: u128 = incentive.iter().map(|part| u128::from(*part)).sum();
        let takers = incentive.iter().filter(|part| **part > 0).count() as u128;
        if sum > 0 {
            let budget = u128::from(draw.below(u64::MAX));
            let pay = |part: &u64| mul_div_floor(budget, u128::from(*part), sum).unwrap();
            let dust = budget - incentive.iter().map(pay).sum::<u128>();
            assert!(dust < takers, "{dust} of {takers}");
        }
    });
}

#[test]
fn the_order_of_entries_zeros_and_strays_change_nothing() {
    nets(3, |draw, net| {
        let expected = net.run();
        let mut other = net.clone();
        let seats = u16::try_from(net.seats.power.len()).unwrap();
        let told = |draw: &mut Draw, matrix: &Matrix| {
            let mut rows = rows(matrix);
            for row in &mut rows {
                let (columns, first): (Vec<u16>, _) =
                    (row.iter().map(|entry| entry.0).collect(), row.first().copied());
                row.extend((0..seats).filter(|at| !columns.contains(at)).map(|at| (at, 0)));
                row.push((seats, 77));
                // The same entry twice, and a smaller one, count once.
                row.extend(
                    first.into_iter().flat_map(|(at, value)| [(at, value), (at, value / 2)]),
                );
                shuffle(draw, row);
            }
            crate::yuma_nets::matrix(&rows)
        };
        other.seats.weights = told(draw, &net.seats.weights);
        other.seats.bonds = told(draw, &net.seats.bonds);
        assert_eq!(other.run(), expected);
    });
}

#[test]
fn the_numbers_of_seats_change_nothing() {
    nets(4, |draw, net| {
        let mut to: Vec<u16> = (0..u16::try_from(net.seats.power.len()).unwrap()).collect();
        shuffle(draw, &mut to);
        let plain = net.run();
        let expected = Outcome {
            unit: plain.unit,
            stake: moved(&plain.stake, &to),
            active_stake: moved(&plain.active_stake, &to),
            consensus: moved(&plain.consensus, &to),
            trust: moved(&plain.trust, &to),
            incentive: moved(&plain.incentive, &to),
            dividends: moved(&plain.dividends, &to),
            permit: moved(&plain.permit, &to),
            bonds: moved_matrix(&plain.bonds, &to),
        };
        assert_eq!(net.relabelled(&to).run(), expected);
    });
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let pools = [1, 2, 5]
        .map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
    nets(5, |draw, _| {
        let net = Net::random(draw, 256, 32);
        let [one, two, five] = pools.each_ref().map(|pool| pool.install(|| net.run()));
        assert!(one == two && two == five);
    });
}

/// Twice the power of everybody is the same network.
#[test]
fn only_proportions_of_power_count() {
    nets(6, |_, net| {
        let mut other = net.clone();
        other.limits.least_power = Amount::new(net.limits.least_power.get() * 7);
        for power in &mut other.seats.power {
            *power = Amount::new(power.get() * 7);
        }
        assert_eq!(other.run(), net.run());
    });
}

/// A coalition with less than kappa of the power gets no miner above the highest weight that
/// somebody else gives it; if the others have kappa, neither below the lowest.
#[test]
fn a_coalition_below_kappa_moves_no_consensus_beyond_the_others() {
    let (mut tried, mut held) = (0, 0);
    let mut draw = Draw::from_seed(7);
    for _ in 0..400 {
        let seats = 20_u16;
        let honest = 3 + draw.below(4);
        let row = |draw: &mut Draw| {
            (8..seats).map(|at| (at, 1 + u32::try_from(draw.below(60_000)).unwrap())).collect()
        };
        let mut weights: Vec<Vec<(u16, u32)>> = (0..8).map(|_| row(&mut draw)).collect();
        let powers: Vec<u128> = (0..seats)
            .map(|at| if at < 8 { 1 + u128::from(draw.below(1_000)) } else { 0 })
            .collect();
        let mut net = Net::plain(YumaKind::Yuma1, &powers, &weights);
        net.rules.kappa = draw.of(&[20_000, 32_767, 40_000, 60_000]);
        let kappa = u128::from(net.rules.kappa);
        let all: u128 = powers.iter().sum();
        let (others, coalition) = powers[..8].split_at(usize::try_from(honest).unwrap());
        let enough = |power: u128| power * 65_535 >= kappa * all;
        if enough(coalition.iter().sum()) {
            continue;
        }
        tried += 1;
        let told: Vec<Vec<u64>> = weights[..others.len()]
            .iter()
            .map(|row| {
                let sum: u64 = row.iter().map(|entry| u64::from(entry.1)).sum();
                row.iter().map(|entry| u64::from(entry.1) * WHOLE / sum).collect()
            })
            .collect();
        // The coalition gives all it has to one miner.
        let target = 8 + u16::try_from(draw.below(12)).unwrap();
        weights[others.len()..].fill(vec![(target, 65_535)]);
        net.seats.weights = crate::yuma_nets::matrix(
            &(0..usize::from(seats))
                .map(|at| weights.get(at).cloned().unwrap_or_default())
                .collect::<Vec<_>>(),
        );
        let consensus = net.run().consensus;
        for miner in 0..12 {
            let of_others = || told.iter().map(|row| row[miner]);
            let found = consensus[miner + 8];
            assert!(found <= of_others().max().unwrap());
            if enough(others.iter().sum()) {
                held += 1;
                assert!(found >= of_others().min().unwrap());
            }
        }
    }
    assert!(tried > 100 && held > 500, "{tried} {held}");
}
