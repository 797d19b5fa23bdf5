//! Networks of seats for tests of Yuma: random ones, and the same ones told otherwise.

use crate::draw::Draw;
use workmint_amounts::Amount;
use workmint_core::modules::opinions::yuma::{self, Limits, Matrix, Outcome, Run, Seats};
use workmint_core::modules::parameters::{LiquidAlpha, Yuma, YumaKind, YumaMode};

/// Rows as a user gives them.
pub(crate) type Rows = Vec<Vec<(u16, u32)>>;

/// Rules and seats, owned.
#[derive(Clone, Debug)]
pub(crate) struct Net {
    pub(crate) rules: Yuma,
    pub(crate) limits: Limits,
    pub(crate) seats: Seats,
}

pub(crate) fn matrix(rows: &[Vec<(u16, u32)>]) -> Matrix {
    let mut matrix = Matrix::with_capacity(rows.len(), rows.iter().map(Vec::len).sum());
    for row in rows {
        matrix.push_row(row.iter().copied());
    }
    matrix
}

pub(crate) fn rows(matrix: &Matrix) -> Rows {
    (0..matrix.rows()).map(|row| matrix.entries_of(row).collect()).collect()
}

pub(crate) const LIQUID: LiquidAlpha = LiquidAlpha { low: 45_875, high: 58_982, steepness: 1_000 };

pub(crate) fn rules(kind: YumaKind, liquid: Option<LiquidAlpha>) -> Yuma {
    Yuma {
        mode: YumaMode::Strict,
        kind,
        kappa: 32_767,
        bonds_penalty: 65_535,
        bonds_moving_average: 900_000,
        liquid,
    }
}

pub(crate) const LIMITS: Limits = Limits {
    least_power: Amount::ZERO,
    most_validators: 64,
    activity_cutoff_blocks: 5_000,
    commit_reveal: false,
};

impl Net {
    /// Seats of these powers, all active and permitted, with these weights; nothing is masked.
    pub(crate) fn plain(kind: YumaKind, powers: &[u128], weights: &[Vec<(u16, u32)>]) -> Self {
        let count = powers.len();
        let mut weights = weights.to_vec();
        weights.resize(count, Vec::new());
        Self {
            rules: rules(kind, None),
            limits: LIMITS,
            seats: Seats {
                height: 1_000,
                blocks: 100,
                last_run: 900,
                owner: None,
                power: powers.iter().copied().map(Amount::new).collect(),
                permit: vec![true; count],
                last_update: vec![950; count],
                registered: vec![10; count],
                committed: vec![None; count],
                weights: matrix(&weights),
                bonds: matrix(&vec![Vec::new(); count]),
            },
        }
    }

    /// A network of `seats`, of which about `validators` weigh, with every mask in use.
    pub(crate) fn random(draw: &mut Draw, seats: u16, validators: u16) -> Self {
        let kind = draw.of(&[YumaKind::Yuma1, YumaKind::Yuma3]);
        let steepness = draw.of(&[1_000, 1_000, 50, 0, -700, i16::MIN, i16::MAX]);
        let liquid = draw.of(&[None, Some(LiquidAlpha { steepness, ..LIQUID })]);
        let mut net = Self {
            rules: Yuma {
                kappa: draw.of(&[32_767, 32_768, 0, 65_535, 40_000]),
                bonds_penalty: draw.of(&[65_535, 0, 30_000]),
                bonds_moving_average: draw.of(&[900_000, 0, 975_000, 1_000_000]),
                ..rules(kind, liquid)
            },
            limits: Limits {
                least_power: Amount::new(draw.of(&[0, 1 << 20])),
                most_validators: draw.of(&[validators, validators / 2, 0, u16::MAX]),
                activity_cutoff_blocks: draw.of(&[100, 5_000, u64::MAX]),
                commit_reveal: draw.below(2) == 0,
            },
            seats: Seats {
                height: 10_000,
                blocks: 100,
                last_run: draw.of(&[0, 9_900]),
                ..Seats::default()
            },
        };
        if draw.below(2) == 0 {
            net.seats.owner = Some(number(draw.below(u64::from(seats))));
        }
        let scale = draw.of(&[1_u128, 1 << 40, 1 << 84]);
        let (mut weights, mut bonds) = (Rows::new(), Rows::new());
        for seat in 0..seats {
            let validator = seat < validators;
            let power = if validator { 1 << (10 + draw.below(14)) } else { draw.below(3) };
            let power = u128::from(power + draw.below(1_000)) * scale;
            net.seats.power.push(Amount::new(if draw.below(9) == 0 { 0 } else { power }));
            net.seats.permit.push(validator && draw.below(8) > 0);
            net.seats.last_update.push(9_999 - draw.below(draw_span(validator)));
            net.seats.registered.push(draw.of(&[0, 0, 0, 9_850, 9_901, 9_990]));
            let committed = 9_000 + draw.below(1_000);
            net.seats.committed.push(draw.of(&[None, Some(committed)]));
            let width = if validator { 1 + draw.below(u64::from(seats)) } else { draw.below(2) };
            weights.push(row(draw, seats, width, u64::from(u16::MAX)));
            let width = if validator { draw.below(u64::from(seats)) } else { 0 };
            bonds.push(row(draw, seats, width, u64::from(u32::MAX)));
        }
        net.seats.weights = matrix(&weights);
        net.seats.bonds = matrix(&bonds);
        net
    }

    pub(crate) fn run(&self) -> Outcome {
        self.try_run().unwrap()
    }

    pub(crate) fn try_run(&self) -> Result<Outcome, workmint_core::Error> {
        yuma::run(&Run { rules: &self.rules, limits: self.limits, seats: &self.seats })
    }

    /// The epoch after: bonds and permits are what the last run left.
    pub(crate) fn next(&self, outcome: &Outcome) -> Self {
        let mut next = self.clone();
        next.seats.last_run = self.seats.height;
        next.seats.height += 100;
        next.seats.bonds = outcome.bonds.clone();
        next.seats.permit.clone_from(&outcome.permit);
        next.seats.last_update.iter_mut().for_each(|height| *height += 100);
        next
    }

    /// The same seats under other numbers: seat `s` becomes `to[s]`.
    pub(crate) fn relabelled(&self, to: &[u16]) -> Self {
        let mut net = self.clone();
        let seats = &mut net.seats;
        seats.owner = seats.owner.map(|owner| to[usize::from(owner)]);
        seats.power = moved(&seats.power, to);
        seats.permit = moved(&seats.permit, to);
        seats.last_update = moved(&seats.last_update, to);
        seats.registered = moved(&seats.registered, to);
        seats.committed = moved(&seats.committed, to);
        seats.weights = moved_matrix(&seats.weights, to);
        seats.bonds = moved_matrix(&seats.bonds, to);
        net
    }
}

fn draw_span(validator: bool) -> u64 {
    if validator { 200 } else { 9_000 }
}

fn number(seat: u64) -> u16 {
    u16::try_from(seat).unwrap()
}

/// `width` different miners, ascending from a random one on, around.
fn row(draw: &mut Draw, seats: u16, width: u64, most: u64) -> Vec<(u16, u32)> {
    let from = draw.below(u64::from(seats));
    let value = |draw: &mut Draw| u32::try_from(1 + draw.below(most)).unwrap();
    let equal = value(draw);
    let columns = (0..width).map(|step| number((from + step) % u64::from(seats)));
    let mut row: Vec<(u16, u32)> = columns
        .map(|column| (column, if draw.below(3) == 0 { equal } else { value(draw) }))
        .collect();
    row.sort_unstable();
    row
}

/// A column under other numbers.
pub(crate) fn moved<T: Clone>(column: &[T], to: &[u16]) -> Vec<T> {
    let mut out = column.to_vec();
    for (value, to) in column.iter().zip(to) {
        out[usize::from(*to)] = value.clone();
    }
    out
}

/// A matrix under other numbers, rows in ascending order.
pub(crate) fn moved_matrix(matrix_in: &Matrix, to: &[u16]) -> Matrix {
    let renamed: Rows = rows(matrix_in)
        .into_iter()
        .map(|row| {
            let mut row: Vec<_> =
                row.into_iter().map(|(column, value)| (to[usize::from(column)], value)).collect();
            row.sort_unstable();
            row
        })
        .collect();
    matrix(&moved(&renamed, to))
}

/// A random order.
pub(crate) fn shuffle<T>(draw: &mut Draw, items: &mut [T]) {
    for at in (1..items.len()).rev() {
        items.swap(at, usize::try_from(draw.below(at as u64 + 1)).unwrap());
    }
}
