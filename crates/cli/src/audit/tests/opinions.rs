//! Scores of seats, recounted: random seats, weights and lent power against the engine's plans.

use super::{Dice, epoch};
use crate::audit::opinions::scores;
use workmint_amounts::{Amount, Ratio};
use workmint_core::inputs::{EpochInputs, LentPower, Opinions as Frozen};
use workmint_core::modules::opinions::yuma::{Matrix, Seats};
use workmint_core::modules::parameters::{
    Destination, Limit, OpinionPower, Opinions, Parameters, Score, SeatRegistration, Weighing,
    Yuma, YumaKind, YumaMode,
};
use workmint_core::offline::settle_inputs;
use workmint_networks::preset;

fn rules(dice: &mut Dice, seats: u64) -> Opinions {
    Opinions {
        seats: u16::try_from(seats).unwrap(),
        owner: None,
        power: OpinionPower::Collateral,
        least_power: Amount::new(u128::from(dice.below(300))),
        most_validators: 1 + u16::try_from(dice.below(seats)).unwrap(),
        activity_cutoff_blocks: 100 + dice.below(400),
        registration: SeatRegistration {
            initial: Amount::new(1),
            minimum: Amount::new(1),
            maximum: Amount::new(1),
            half_life_blocks: 1,
            rise: Ratio::ONE,
            burned_share: Ratio::ONE,
            rest: Destination::Burn,
            immunity_blocks: 0,
        },
        weighing: Weighing {
            minimum_count: 0,
            rate_limit_blocks: 0,
            reveal_epochs: (dice.below(2) == 0).then_some(1),
            most_commitments: 1,
        },
        yuma: Some(Yuma {
            mode: YumaMode::Strict,
            kind: [YumaKind::Yuma1, YumaKind::Yuma3][usize::try_from(dice.below(2)).unwrap()],
            kappa: 32_768,
            bonds_penalty: 65_535,
            bonds_moving_average: 900_000,
            liquid: None,
        }),
        children: None,
    }
}

fn matrix(dice: &mut Dice, seats: u64, most: u64) -> Matrix {
    let mut out = Matrix::default();
    for _ in 0..seats {
        let all: Vec<u16> = (0..seats).map(|seat| u16::try_from(seat).unwrap()).collect();
        let said = all.into_iter().filter_map(|seat| {
            let weight = u32::try_from(dice.below(most)).unwrap();
            (dice.below(2) == 0).then_some((seat, weight))
        });
        out.push_row(said.collect::<Vec<_>>());
    }
    out
}

fn frozen(dice: &mut Dice, seats: u64, people: u64) -> Frozen {
    let mut column = |most: u64| (0..seats).map(|_| dice.below(most)).collect::<Vec<u64>>();
    let power: Vec<Amount> =
        column(1_000).into_iter().map(|power| Amount::new(u128::from(power))).collect();
    let (permit, last_update) = (column(4), column(1_000));
    let (registered, committed) = (column(600), column(2_000));
    let seats_now = Seats {
        height: 1_000,
        blocks: 100,
        last_run: 900,
        owner: (dice.below(2) == 0).then_some(0),
        permit: permit.into_iter().map(|drawn| drawn > 0).collect(),
        last_update: last_update.into_iter().map(|at| 500 + at / 2).collect(),
        registered,
        committed: committed.into_iter().map(|at| (at < 1_000).then_some(at)).collect(),
        weights: matrix(dice, seats, 5),
        bonds: matrix(dice, seats, 1 << 30),
        power: power.clone(),
    };
    let mut lent = Vec::new();
    for (seat, power) in (0..).zip(&power) {
        for of in 0..2 {
            let part = Amount::new(power.get() / 3);
            if dice.below(2) == 0 && !part.is_zero() {
                lent.push(LentPower { seat, of, power: part });
            }
        }
    }
    let holder = (0..seats).map(|seat| (seat < people).then(|| u32::try_from(seat).unwrap()));
    Frozen {
        seats: seats_now,
        holder: holder.collect(),
        lent,
        take: (0..seats).map(|_| dice.share()).collect(),
    }
}

/// One stream that pays by `score`.
fn network(dice: &mut Dice, score: Score, seats: u64) -> Parameters {
    let mut parameters = preset("gonka-mainnet").unwrap().definition().unwrap().parameters;
    parameters.opinions = Some(rules(dice, seats));
    parameters.streams.retain(|stream| stream.source.is_emission());
    parameters.streams.truncate(1);
    parameters.streams[0].score = score;
    parameters.streams[0].limit = Limit::None;
    parameters
}

#[test]
fn scores_of_seats_are_recounted() {
    let mut dice = Dice(6_011);
    let mut paid = 0;
    for score in [Score::Performance, Score::YumaIncentive, Score::YumaDividends] {
        for _ in 0..60 {
            let seats = 2 + dice.below(8);
            let parameters = network(&mut dice, score.clone(), seats);
            let mut inputs = epoch(&mut dice, &parameters);
            let people = inputs.participants.len() as u64;
            if people < 2 {
                continue;
            }
            inputs.opinions = Some(frozen(&mut dice, seats, people));
            let settled = settle_inputs(&parameters, inputs.clone(), true).unwrap();
            let checked = super::super::recount::check(&parameters, &inputs, &settled.record);
            checked.unwrap_or_else(|why| panic!("{score:?}: {why}"));
            paid += u32::from(!settled.record.header.streams[0].paid.is_zero());
        }
    }
    assert!(paid > 60, "{paid} of 180 paid anything");
}

#[test]
fn what_does_not_fit_is_found() {
    let mut dice = Dice(77);
    let parameters = network(&mut dice, Score::YumaDividends, 3);
    let mut inputs = epoch(&mut dice, &parameters);
    let of = |inputs: &EpochInputs| scores(&Score::YumaDividends, &parameters, inputs);
    assert!(of(&inputs).unwrap().iter().all(|score| *score == 0), "nobody has a seat");
    let mut all = frozen(&mut dice, 3, 1);
    all.holder[0] = Some(1_000);
    inputs.opinions = Some(all);
    assert_eq!(of(&inputs).unwrap_err(), "a holder or lender is no participant");
}
