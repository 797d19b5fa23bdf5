//! The recount of halvings, utility, quota, reference weight and rewards of blocks against the
//! engine's.

use super::super::emission;
use super::{Dice, epoch};
use std::collections::BTreeSet;
use workmint_amounts::{Amount, Ratio};
use workmint_core::count_use;
use workmint_core::inputs::{EpochInputs, ValidatorRow};
use workmint_core::modules::emission::Bound;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{Parameters, Schedule, Score, Source, Utility};
use workmint_core::modules::rewards::plan;
use workmint_networks::preset;

fn schedule(dice: &mut Dice) -> Schedule {
    let initial = Amount::new(u128::from(dice.below(1 << 30)) << dice.below(60));
    match dice.below(3) {
        0 => Schedule::Halving {
            initial,
            interval_epochs: 1 + dice.below(4),
            most_halvings: u32::try_from(dice.below(6)).unwrap(),
            minimum: Amount::new(initial.get() / (1 + u128::from(dice.below(10)))),
        },
        1 => Schedule::HalvingByIssuance {
            initial: Amount::new(initial.get() >> 20),
            of: Amount::new(1 + (initial.get() << dice.below(6))),
            most_halvings: 1 + u32::try_from(dice.below(30)).unwrap(),
        },
        _ => Schedule::RemainingFraction { rate: "0.001".parse().unwrap() },
    }
}

/// Weights in thousandths that sum to 1.
fn utility(dice: &mut Dice) -> Utility {
    let tasks = dice.below(1_001);
    let difficulty = dice.below(1_001 - tasks);
    let share = |part: u64| Ratio::new(part.into(), 1_000).unwrap();
    Utility {
        max_tasks: 1 + dice.below(3_000),
        tasks: share(tasks),
        difficulty: share(difficulty),
        participation: share(1_000 - tasks - difficulty),
        gate: dice.below(2) == 0,
    }
}

fn network(dice: &mut Dice) -> Parameters {
    let mut all = preset("gonka-mainnet").unwrap().definition().unwrap().parameters;
    all.emission.genesis_epoch = dice.below(12);
    all.emission.schedule = schedule(dice);
    all.emission.utility = (dice.below(3) > 0).then(|| utility(dice));
    all.emission.quota = if dice.below(2) == 0 { Ratio::ZERO } else { dice.share() };
    all.emission.reference_weight = dice.below(3) * dice.below(100_000);
    for model in &mut all.models {
        model.difficulty = dice.share();
    }
    if dice.below(2) == 0 {
        let mut blocks = all.streams[0].clone();
        blocks.name = "blocks".parse().unwrap();
        let reward = Amount::new(u128::from(dice.below(1 << 30)) << dice.below(30));
        blocks.source = Source::BlockRewards { reward };
        blocks.score = Score::BlocksProposed;
        all.streams.push(blocks);
    }
    all
}

fn inputs(dice: &mut Dice, parameters: &Parameters) -> EpochInputs {
    let mut inputs = epoch(dice, parameters);
    for at in 0..inputs.participants.len() {
        inputs.participants.requests[at] = dice.below(100);
        inputs.participants.missed[at] = dice.below(100);
    }
    for units in &mut inputs.model_units {
        *units = dice.below(3) * dice.below(1 << 30);
    }
    for participant in 0..u32::try_from(dice.below(4)).unwrap() {
        let due = dice.below(1_000);
        inputs.validators.push(ValidatorRow {
            participant,
            bonded: Amount::new(u128::from(dice.below(1 << 30)) << dice.below(90)),
            signed: dice.below(due + 1),
            due,
            proposed: dice.below(due + 1),
            ..ValidatorRow::default()
        });
    }
    let pool = Amount::new(u128::from(dice.below(2) * dice.below(1 << 30)));
    inputs.pots.push((parameters.emission.asset, Pot::Recycling, pool));
    let facts = &mut inputs.emission;
    facts.blocks = dice.below(2_000);
    facts.minted = Amount::new(facts.minted.get() + u128::from(dice.below(1 << 20)));
    facts.asset_issued = Amount::new(facts.minted.get() + pool.get());
    count_use(parameters, &mut inputs).unwrap();
    inputs
}

#[test]
fn every_amount_of_the_emission_is_counted_again() {
    let mut dice = Dice(11);
    let (mut plain, mut less, mut unmet, mut blocks, mut cut) = (BTreeSet::new(), 0, 0, 0, 0);
    for case in 0..600 {
        let parameters = network(&mut dice);
        let inputs = inputs(&mut dice, &parameters);
        let line = plan(&parameters, &inputs).unwrap().emission;
        emission::check(&parameters, &inputs, &line)
            .unwrap_or_else(|why| panic!("case {case}: {why}"));
        plain.insert(line.plain);
        less += u32::from(line.scheduled < line.plain && !line.scheduled.is_zero());
        unmet += u32::from(!line.unmet.is_zero());
        blocks += u32::from(!line.blocks.is_zero());
        cut += u32::from(line.bound_by != Bound::Schedule && !line.budget.is_zero());
        let mut wrong = line;
        let amount = match case % 5 {
            0 => &mut wrong.plain,
            1 => &mut wrong.scheduled,
            2 => &mut wrong.unmet,
            3 => &mut wrong.blocks,
            _ => &mut wrong.budget,
        };
        *amount = amount.checked_add(Amount::new(1)).unwrap();
        assert!(emission::check(&parameters, &inputs, &wrong).is_err(), "case {case}");
    }
    let seen = (plain.len(), less, unmet, blocks, cut);
    assert!(seen.0 > 300 && less > 150 && unmet > 80 && blocks > 80 && cut > 20, "{seen:?}");
}

/// A fact that the columns do not give is found, where something follows it.
#[test]
fn wrong_facts_are_found() {
    let mut dice = Dice(5);
    let mut parameters = network(&mut dice);
    parameters.emission.genesis_epoch = 0;
    parameters.emission.utility = Some(utility(&mut dice));
    parameters.emission.reference_weight = 7;
    parameters.streams[0].source = Source::BlockRewards { reward: Amount::new(1) };
    parameters.streams.truncate(1);
    let inputs = inputs(&mut dice, &parameters);
    let line = plan(&parameters, &inputs).unwrap().emission;
    emission::check(&parameters, &inputs, &line).unwrap();
    type Change = fn(&mut EpochInputs);
    let changes: [(&str, Change); 6] = [
        ("tasks", |inputs| inputs.emission.tasks += 1),
        ("missed", |inputs| inputs.emission.missed += 1),
        ("weight", |inputs| inputs.emission.weight += 1),
        ("difficulty", |inputs| inputs.emission.difficulty = Ratio::new(1, 1_001).unwrap()),
        ("participation", |inputs| inputs.emission.participation = Ratio::new(1, 1_001).unwrap()),
        ("proposed", |inputs| inputs.emission.proposed += 1),
    ];
    for (fact, change) in changes {
        let mut inputs = inputs.clone();
        change(&mut inputs);
        let line = plan(&parameters, &inputs).unwrap().emission;
        assert!(emission::check(&parameters, &inputs, &line).is_err(), "{fact}");
    }
}
