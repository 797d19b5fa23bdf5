//! The recount of Yuma against the engine's, run after run.

use super::Dice;
use crate::audit::yuma::{Found, find};
use workmint_amounts::Amount;
use workmint_core::modules::opinions::yuma::{Limits, Matrix, Run, Seats, strict};
use workmint_core::modules::parameters::{LiquidAlpha, Yuma, YumaKind, YumaMode};

fn of<T: Copy>(dice: &mut Dice, values: &[T]) -> T {
    values[dice.below(values.len() as u64) as usize]
}

fn rules(dice: &mut Dice) -> (Yuma, Limits) {
    let liquid = LiquidAlpha {
        low: 1_638 + dice.below(30_000) as u16,
        high: 40_000 + dice.below(25_536) as u16,
        steepness: of(dice, &[1_000, 1_000, 37, 0, -450, i16::MAX, i16::MIN]),
    };
    let rules = Yuma {
        mode: YumaMode::Strict,
        kind: of(dice, &[YumaKind::Yuma1, YumaKind::Yuma3]),
        kappa: of(dice, &[32_767, 32_768, 0, 65_535, 50_000]),
        bonds_penalty: of(dice, &[65_535, 65_535, 0, 12_345]),
        bonds_moving_average: of(dice, &[900_000, 900_000, 0, 1_000_000, 333_333]),
        liquid: of(dice, &[None, Some(liquid)]),
    };
    let limits = Limits {
        least_power: Amount::new(of(dice, &[0, 0, 900_000])),
        most_validators: of(dice, &[0, 3, 8, 64]),
        activity_cutoff_blocks: of(dice, &[60, 5_000, u64::MAX]),
        commit_reveal: dice.below(2) == 0,
    };
    (rules, limits)
}

fn matrix(dice: &mut Dice, rows: u16, row: impl Fn(&mut Dice) -> Vec<(u16, u32)>) -> Matrix {
    let mut matrix = Matrix::with_capacity(usize::from(rows), 0);
    for _ in 0..rows {
        matrix.push_row(row(dice));
    }
    matrix
}

fn seats(dice: &mut Dice) -> Seats {
    let count = 1 + dice.below(24) as u16;
    let scale = of(dice, &[1, 1 << 20, 1 << 69, 1 << 92]);
    let kinds = of(dice, &[2, 3, 1_000]);
    let mut seats = Seats {
        height: 1_000,
        blocks: of(dice, &[100, 2_000]),
        last_run: of(dice, &[0, 900]),
        owner: of(dice, &[None, Some(0), Some(count - 1)]),
        ..Seats::default()
    };
    for _ in 0..count {
        let power = u128::from(dice.below(kinds)) * scale + u128::from(dice.below(2));
        seats.power.push(Amount::new(power));
        seats.permit.push(dice.below(5) > 0);
        seats.last_update.push(999 - dice.below(120));
        seats.registered.push(of(dice, &[0, 0, 0, 900, 901, 950]));
        let committed = 900 + dice.below(100);
        seats.committed.push(of(dice, &[None, Some(committed)]));
    }
    // In any order, some double, some zero, some beyond the seats.
    let row = |most: u64| {
        move |dice: &mut Dice| {
            let width = dice.below(u64::from(count) + 3);
            let value = |dice: &mut Dice| (dice.below(most) * dice.below(3)) as u32;
            (0..width).map(|_| (dice.below(u64::from(count) + 1) as u16, value(dice))).collect()
        }
    };
    seats.weights = matrix(dice, count, row(32_768));
    seats.bonds = matrix(dice, count, row(1 << 31));
    seats
}

#[test]
fn the_recount_agrees_to_the_last_part() {
    let mut dice = Dice(2_026);
    let (mut earning, mut bonded) = (0, 0);
    for round in 0..3_000 {
        let (rules, limits) = rules(&mut dice);
        let mut seats = seats(&mut dice);
        for _ in 0..3 {
            let run = Run { rules: &rules, limits, seats: &seats };
            let outcome = strict::run(&run).unwrap();
            let found = find(&rules, &limits, &seats).unwrap();
            assert!(Found::of(&outcome) == found, "round {round}: {rules:?} {limits:?}");
            earning += usize::from(found.dividends.iter().any(|part| *part > 0));
            bonded += outcome.bonds.entries();
            (seats.bonds, seats.permit) = (outcome.bonds, outcome.permit);
            seats.last_run = seats.height;
            seats.height += 40;
        }
    }
    assert!(earning > 2_000 && bonded > 50_000, "{earning} {bonded}");
}
