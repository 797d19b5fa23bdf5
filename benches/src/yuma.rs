//! A large network of validators and miners, and its epoch the way upstream goes about it: every
//! row as long as the network, 128 bits for each division, an alpha for each pair of seats.

use workmint_amounts::Amount;
use workmint_core::modules::opinions::yuma::{Limits, Matrix, Run, Seats};
use workmint_core::modules::parameters::{LiquidAlpha, Yuma, YumaKind, YumaMode};

/// A network and its rules.
pub struct Network {
    rules: Yuma,
    limits: Limits,
    seats: Seats,
}

/// So many seats, the first of them validators that weigh every other, with bonds on all.
#[must_use]
pub fn network(
    seats: u16,
    validators: u16,
    mode: YumaMode,
    kind: YumaKind,
    liquid: bool,
) -> Network {
    let count = usize::from(seats);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u32::try_from(state % u64::from(below)).unwrap_or(0)
    };
    let mut matrix = |start: u16| {
        let mut matrix = Matrix::with_capacity(count, count * usize::from(validators));
        for row in 0..seats {
            let columns = if row < validators { start..seats } else { 0..0 };
            let columns = columns.filter(|column| *column != row);
            matrix.push_row(columns.map(|column| (column, 1 + draw(65_535))));
        }
        matrix
    };
    let (weights, bonds) = (matrix(0), matrix(0));
    let power = |seat: u16| if seat < validators { 1_000 + u128::from(draw(100_000)) } else { 0 };
    Network {
        rules: Yuma {
            mode,
            kind,
            kappa: 32_767,
            bonds_penalty: 65_535,
            bonds_moving_average: 900_000,
            liquid: liquid.then_some(LiquidAlpha { low: 45_875, high: 58_982, steepness: 1_000 }),
        },
        limits: Limits {
            least_power: Amount::ZERO,
            most_validators: validators,
            activity_cutoff_blocks: 5_000,
            commit_reveal: false,
        },
        seats: Seats {
            height: 1_000,
            blocks: 360,
            last_run: 640,
            owner: None,
            power: (0..seats).map(power).map(Amount::new).collect(),
            permit: (0..seats).map(|seat| seat < validators).collect(),
            last_update: vec![900; count],
            registered: vec![0; count],
            committed: vec![None; count],
            weights,
            bonds,
        },
    }
}

impl Network {
    /// What an epoch reads.
    #[must_use]
    pub fn run(&self) -> Run<'_> {
        Run { rules: &self.rules, limits: self.limits, seats: &self.seats }
    }
}

const ONE: i64 = 1 << 32;

type Rows = Vec<Vec<(u16, i64)>>;

fn times(one: i64, other: i64) -> i64 {
    let bits = (i128::from(one) * i128::from(other)) >> 32;
    bits.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

fn over(one: i64, other: i64) -> i64 {
    let quotient = (i128::from(one) << 32).checked_div(i128::from(other));
    quotient.and_then(|bits| i64::try_from(bits).ok()).unwrap_or(0)
}

fn normalize(numbers: &mut [i64]) {
    let sum: i64 = numbers.iter().sum();
    if sum != 0 {
        numbers.iter_mut().for_each(|number| *number = over(*number, sum));
    }
}

fn normalize_columns(rows: &mut Rows, count: usize) {
    let mut sums = vec![0_i64; count];
    for (column, value) in rows.iter().flatten() {
        sums[usize::from(*column)] = sums[usize::from(*column)].saturating_add(*value);
    }
    for (column, value) in rows.iter_mut().flatten() {
        let sum = sums[usize::from(*column)];
        if sum != 0 {
            *value = over(*value, sum);
        }
    }
}

/// Partitions around the middle of the places, until the stake on one side decides.
fn median(stake: &[i64], score: &[i64], places: &[usize], minority: i64, edges: (i64, i64)) -> i64 {
    match places {
        [] => return 0,
        [place] => return score[*place],
        _ => {}
    }
    let middle = score[places[places.len() / 2]];
    let (mut lower, mut upper, mut below, mut above) = (Vec::new(), Vec::new(), 0_i64, 0_i64);
    for place in places.iter().copied() {
        if score[place] < middle {
            below = below.saturating_add(stake[place]);
            lower.push(place);
        } else if score[place] > middle {
            above = above.saturating_add(stake[place]);
            upper.push(place);
        }
    }
    let (low, high) = (edges.0.saturating_add(below), edges.1.saturating_sub(above));
    if minority < low && !lower.is_empty() {
        median(stake, score, &lower, minority, (edges.0, low))
    } else if high <= minority && !upper.is_empty() {
        median(stake, score, &upper, minority, (high, edges.1))
    } else {
        middle
    }
}

fn medians(stake: &[i64], weights: &Rows, majority: i64) -> Vec<i64> {
    let mut voters: Vec<i64> = stake.iter().copied().filter(|stake| *stake > 0).collect();
    normalize(&mut voters);
    let all: i64 = voters.iter().sum();
    let mut score = vec![vec![0_i64; voters.len()]; stake.len()];
    let rows = weights.iter().zip(stake).filter(|(_, stake)| **stake > 0);
    for (voter, (row, _)) in rows.enumerate() {
        for (column, value) in row {
            score[usize::from(*column)][voter] = *value;
        }
    }
    let places: Vec<usize> = (0..voters.len()).collect();
    let of = |score: &Vec<i64>| median(&voters, score, &places, all - majority, (0, all));
    score.iter().map(of).collect()
}

fn exp(power: i64) -> i64 {
    match power {
        0 => return ONE,
        ONE => return 22_802_600 << 9,
        _ => {}
    }
    let size = power.abs();
    let (mut term, mut sum) = (size, size + ONE);
    for place in 2..32 {
        term = over(times(term, size), place << 32);
        sum += term;
    }
    if power < 0 { over(ONE, sum) } else { sum }
}

fn alpha(rules: &LiquidAlpha, consensus: i64, weight: i64, bond: i64) -> i64 {
    let part = |parts: u16| over(i64::from(parts) << 32, 65_535 << 32);
    let (low, high) = (part(rules.low), part(rules.high));
    let way = if weight >= bond { weight - consensus } else { bond - weight }.clamp(0, ONE);
    let slope = over(i64::from(rules.steepness) << 32, -(100 << 32));
    let sigmoid = over(ONE, ONE + exp(times(slope, way - ONE / 2).clamp(-20 * ONE, 20 * ONE)));
    (low + times(sigmoid, high - low)).clamp(low, high)
}

fn full(row: &[(u16, i64)], count: usize) -> Vec<i64> {
    let mut all = vec![0_i64; count];
    for (column, value) in row {
        all[usize::from(*column)] = *value;
    }
    all
}

fn moved(network: &Network, new: &Rows, old: &Rows, consensus: &[i64]) -> Rows {
    let count = consensus.len();
    let mut bonds = Rows::new();
    for (new, old) in new.iter().zip(old) {
        let (weights, held) = (full(new, count), full(old, count));
        let mut row = vec![0_i64; count];
        match &network.rules.liquid {
            Some(rules) => {
                let pairs = weights.iter().zip(&held).zip(consensus);
                let alphas: Vec<i64> = pairs
                    .map(|((weight, bond), agreed)| alpha(rules, *agreed, *weight, *bond))
                    .collect();
                for (column, value) in new {
                    let at = usize::from(*column);
                    let kept = times(ONE - alphas[at], held[at]);
                    row[at] = (kept + times(alphas[at], *value).max(0)).min(ONE);
                }
            }
            None => {
                let share = ONE - (((900_000_i128 << 64) / 1_000_000) >> 32) as i64;
                for (column, value) in new {
                    row[usize::from(*column)] += times(share, *value);
                }
                for (column, value) in old {
                    row[usize::from(*column)] += times(ONE - share, *value);
                }
            }
        }
        let entries = (0_u16..).zip(row).filter(|(_, value)| *value > 0);
        bonds.push(entries.collect());
    }
    bonds
}

fn read(matrix: &Matrix, scale: impl Fn(i64) -> i64) -> Rows {
    let row =
        |at| matrix.entries_of(at).map(|(column, value)| (column, scale(i64::from(value) << 32)));
    (0..matrix.rows()).map(|at| row(at).collect()).collect()
}

/// Incentive and dividends of a [`network`] in mode `subtensor`, parts of 2^32.
#[must_use]
pub fn as_upstream(network: &Network) -> (Vec<i64>, Vec<i64>) {
    let (seats, count) = (&network.seats, network.seats.power.len());
    let power: Vec<i128> = seats.power.iter().map(|power| power.get() as i128).collect();
    let all: i128 = power.iter().sum();
    let mut stake: Vec<i64> =
        power.iter().map(|power| (((power << 64) / all) >> 32) as i64).collect();
    normalize(&mut stake);
    let mut weights = read(&seats.weights, |weight| weight);
    for row in &mut weights {
        let sum: i64 = row.iter().map(|(_, value)| value).sum();
        row.iter_mut().for_each(|(_, value)| *value = over(*value, sum));
    }
    let consensus = medians(&stake, &weights, over(32_767 << 32, 65_535 << 32));
    let mut clipped = Rows::new();
    for row in &weights {
        let cut =
            |(column, value): &(u16, i64)| (*column, (*value).min(consensus[usize::from(*column)]));
        clipped.push(row.iter().map(cut).filter(|(_, value)| *value > 0).collect());
    }
    let mut incentive = vec![0_i64; count];
    for (row, stake) in clipped.iter().zip(&stake) {
        for (column, value) in row {
            incentive[usize::from(*column)] += times(*stake, *value);
        }
    }
    normalize(&mut incentive);
    let yuma3 = network.rules.kind == YumaKind::Yuma3;
    let mut old = read(&seats.bonds, |bond| if yuma3 { over(bond, 65_535 << 32) } else { bond });
    if !yuma3 {
        normalize_columns(&mut old, count);
        for (row, stake) in clipped.iter_mut().zip(&stake) {
            row.iter_mut().for_each(|(_, value)| *value = times(*value, *stake));
        }
        normalize_columns(&mut clipped, count);
    }
    let mut bonds = moved(network, &clipped, &old, &consensus);
    normalize_columns(&mut bonds, count);
    let mut dividends: Vec<i64> = bonds
        .iter()
        .map(|row| {
            row.iter().map(|(column, value)| times(incentive[usize::from(*column)], *value)).sum()
        })
        .collect();
    if yuma3 {
        dividends
            .iter_mut()
            .zip(&stake)
            .for_each(|(earned, stake)| *earned = times(*earned, *stake));
    }
    normalize(&mut dividends);
    (incentive, dividends)
}
