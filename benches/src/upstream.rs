//! The shape of upstream's sparse epoch, to compare with: written for this benchmark after its
//! description, not copied, and rounded more coarsely. Numbers of 32.32 bits in rows of pairs; each
//! step makes new rows; consensus is a quickselect over a dense column of all validators; moving
//! averages go through a dense row; liquid alpha takes an exponential of thirty terms for each bond.

use workmint_core::modules::opinions::yuma::Seats;
use workmint_core::modules::parameters::{LiquidAlpha, Yuma, YumaKind};

type Row = Vec<(u16, i64)>;

const ONE: i64 = 1 << 32;

fn times(one: i64, other: i64) -> i64 {
    ((i128::from(one) * i128::from(other)) >> 32) as i64
}

fn over(one: i64, other: i64) -> i64 {
    if other == 0 { 0 } else { ((i128::from(one) << 32) / i128::from(other)) as i64 }
}

/// Incentive and dividends, and the bonds in parts of 65,535.
#[must_use]
pub fn epoch(rules: &Yuma, seats: &Seats) -> (Vec<i64>, Vec<i64>, Vec<Row>) {
    let count = seats.power.len();
    let all: u128 = seats.power.iter().map(|power| power.get()).sum();
    let stake: Vec<i64> =
        seats.power.iter().map(|power| ((power.get() << 32) / all.max(1)) as i64).collect();
    let part = |value: u16| over(i64::from(value), 65_535);
    let weights: Vec<Row> = rows(&seats.weights, |value| value << 32);
    let weights: Vec<Row> = weights.iter().map(|row| normalised(row)).collect();
    let consensus = medians(&stake, &weights, count, part(rules.kappa));
    let clipped: Vec<Row> = weights.iter().map(|row| clip(row, &consensus)).collect();
    let mut rank = vec![0_i64; count];
    for (row, stake) in clipped.iter().zip(&stake) {
        for (column, value) in row {
            rank[usize::from(*column)] += times(*stake, *value);
        }
    }
    let incentive = shares(&rank);
    let wanted = if rules.bonds_penalty == u16::MAX { clipped } else { weights.clone() };
    let old = rows(&seats.bonds, |value| value << 32);
    let pace = ONE - ((i64::from(rules.bonds_moving_average) << 32) / 1_000_000);
    let (bonds, earned) = match (rules.kind, &rules.liquid) {
        (YumaKind::Yuma1, _) => {
            let old = by_column(&old, count);
            let scale = |(row, stake): (&Row, &i64)| {
                row.iter().map(|(column, value)| (*column, times(*value, *stake))).collect()
            };
            let wanted: Vec<Row> = wanted.iter().zip(&stake).map(scale).collect();
            let moved = moved(&by_column(&wanted, count), &old, |_, _, _| pace);
            let bonds = by_column(&moved, count);
            let earned = earned(&bonds, &incentive);
            (bonds, earned)
        }
        (YumaKind::Yuma3, liquid) => {
            let old: Vec<Row> = old
                .iter()
                .map(|row| row.iter().map(|(column, bond)| (*column, bond / 65_535)).collect())
                .collect();
            let bonds = match liquid {
                None => moved(&wanted, &old, |_, _, _| pace),
                Some(liquid) => moved(&wanted, &old, |column, weight, bond| {
                    alpha(liquid, weight, bond, consensus[column])
                }),
            };
            let earned = earned(&by_column(&bonds, count), &incentive);
            (bonds, earned.iter().zip(&stake).map(|(one, other)| times(*one, *other)).collect())
        }
    };
    (incentive, shares(&earned), upscaled(&bonds, count))
}

fn rows(
    matrix: &workmint_core::modules::opinions::yuma::Matrix,
    number: impl Fn(i64) -> i64,
) -> Vec<Row> {
    let row =
        |row| matrix.entries_of(row).map(|(c, value)| (c, number(i64::from(value)))).collect();
    (0..matrix.rows()).map(row).collect()
}

fn shares(values: &[i64]) -> Vec<i64> {
    let all: i64 = values.iter().sum();
    values.iter().map(|value| over(*value, all)).collect()
}

fn normalised(row: &Row) -> Row {
    let all: i64 = row.iter().map(|entry| entry.1).sum();
    row.iter().map(|(column, value)| (*column, over(*value, all))).collect()
}

fn by_column(rows: &[Row], count: usize) -> Vec<Row> {
    let mut sums = vec![0_i64; count];
    for (column, value) in rows.iter().flatten() {
        sums[usize::from(*column)] += value;
    }
    let part = |(column, value): &(u16, i64)| (*column, over(*value, sums[usize::from(*column)]));
    rows.iter().map(|row| row.iter().map(part).collect()).collect()
}

fn clip(row: &Row, consensus: &[i64]) -> Row {
    let within = |(column, value): &(u16, i64)| {
        let most = consensus[usize::from(*column)];
        if *value <= most { Some((*column, *value)) } else { (most > 0).then_some((*column, most)) }
    };
    row.iter().filter_map(within).collect()
}

fn medians(stake: &[i64], weights: &[Row], count: usize, kappa: i64) -> Vec<i64> {
    let used: Vec<i64> = stake.iter().copied().filter(|stake| *stake > 0).collect();
    let mut scores = vec![vec![0_i64; used.len()]; count];
    let with_stake = weights.iter().zip(stake).filter(|(_, stake)| **stake > 0);
    for (at, (row, _)) in with_stake.enumerate() {
        for (column, value) in row {
            scores[usize::from(*column)][at] = *value;
        }
    }
    let minority = used.iter().sum::<i64>() - kappa;
    let every: Vec<usize> = (0..used.len()).collect();
    scores.iter().map(|scores| median(&used, scores, every.clone(), minority)).collect()
}

fn median(stake: &[i64], scores: &[i64], mut left: Vec<usize>, minority: i64) -> i64 {
    let (mut low, mut high) = (0_i64, stake.iter().sum::<i64>());
    while left.len() > 1 {
        let pivot = scores[left[left.len() / 2]];
        let (mut lower, mut upper) = (Vec::new(), Vec::new());
        let (mut below, mut above) = (0, 0);
        for at in left {
            if scores[at] < pivot {
                lower.push(at);
                below += stake[at];
            } else if scores[at] > pivot {
                upper.push(at);
                above += stake[at];
            }
        }
        if minority < low + below && !lower.is_empty() {
            (left, high) = (lower, low + below);
        } else if high - above <= minority && !upper.is_empty() {
            (left, low) = (upper, high - above);
        } else {
            return pivot;
        }
    }
    left.first().map_or(0, |at| scores[*at])
}

fn moved(wanted: &[Row], old: &[Row], pace: impl Fn(usize, i64, i64) -> i64) -> Vec<Row> {
    let count = wanted.len();
    let step = |(wanted, old): (&Row, &Row)| {
        let (mut to, mut from) = (vec![0_i64; count], vec![0_i64; count]);
        for (column, value) in wanted {
            to[usize::from(*column)] = *value;
        }
        for (column, value) in old {
            from[usize::from(*column)] = *value;
        }
        let mean = |(at, (to, from)): (usize, (&i64, &i64))| {
            if *to == 0 && *from == 0 {
                return None;
            }
            let pace = pace(at, *to, *from);
            let bond = times(pace, *to) + times(ONE - pace, *from);
            (bond > 0).then_some((at as u16, bond))
        };
        to.iter().zip(&from).enumerate().filter_map(mean).collect()
    };
    wanted.iter().zip(old).map(step).collect()
}

fn alpha(liquid: &LiquidAlpha, weight: i64, bond: i64, consensus: i64) -> i64 {
    let part = |value: u16| over(i64::from(value), 65_535);
    let (low, high) = (part(liquid.low), part(liquid.high));
    let difference = if weight >= bond { weight - consensus } else { bond - weight };
    let difference = difference.clamp(0, ONE) - ONE / 2;
    let exponent = times(i64::from(liquid.steepness) * ONE / -100, difference);
    let curve = over(ONE, ONE + exponential(exponent));
    (low + times(curve, high - low)).clamp(low, high)
}

fn exponential(exponent: i64) -> i64 {
    let positive = exponent.abs().min(20 * ONE);
    let (mut term, mut sum) = (positive, ONE + positive);
    for index in 2..32 {
        term = over(times(term, positive), index * ONE);
        sum += term;
    }
    if exponent < 0 { over(ONE, sum) } else { sum }
}

fn earned(bonds: &[Row], incentive: &[i64]) -> Vec<i64> {
    let part = |(column, bond): &(u16, i64)| times(incentive[usize::from(*column)], *bond);
    bonds.iter().map(|row| row.iter().map(part).sum()).collect()
}

/// Each column scaled so that its largest is 65,535.
fn upscaled(bonds: &[Row], count: usize) -> Vec<Row> {
    let mut most = vec![0_i64; count];
    for (column, bond) in bonds.iter().flatten() {
        let most = &mut most[usize::from(*column)];
        *most = (*most).max(*bond);
    }
    let scale = |(column, bond): &(u16, i64)| {
        (*column, over(*bond, most[usize::from(*column)]) * 65_535 >> 32)
    };
    bonds.iter().map(|row| row.iter().map(scale).collect()).collect()
}
