//! The recount of providers' streams and of pots.

use super::{Dice, epoch, recount};
use workmint_amounts::Amount;
use workmint_core::EpochInputs;
use workmint_core::inputs::{ProviderRow, Utilisation};
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{
    Availability, Clip, Denominator, Parameters, Remainder, Score, Source, StakingPower,
};
use workmint_core::offline::settle_inputs;
use workmint_networks::preset;

/// Three streams: availability and shares of the pool from emission, staking power from a pot.
fn parameters(dice: &mut Dice) -> Parameters {
    let mut parameters = preset("gonka-mainnet").unwrap().definition().unwrap().parameters;
    let mut stream = parameters.streams[0].clone();
    if dice.below(2) == 0 {
        (stream.remainder, stream.clip) = (Remainder::Carry, Clip::Budget);
    }
    if dice.below(2) == 0 {
        stream.denominator = Denominator::Paid;
    }
    let of = |name: &str, source, score| {
        let mut stream = stream.clone();
        (stream.name, stream.source, stream.score) = (name.parse().unwrap(), source, score);
        stream
    };
    let half = |text: &str| Source::Emission { share: text.parse().unwrap() };
    let rate = if dice.below(2) == 0 { "1" } else { "0.000137" };
    let availability = Score::Availability(Availability {
        rate_per_epoch: rate.parse().unwrap(),
        least_factor: "0.5".parse().unwrap(),
        most_factor: "2".parse().unwrap(),
        window: 2,
    });
    let needs_paid_job = dice.below(2) == 0;
    let power = StakingPower { least_uptime: "0.5".parse().unwrap(), needs_paid_job };
    let pot = Source::Pot { name: "providers".parse().unwrap() };
    let mut staking = of("staking", pot, Score::StakingPower(power));
    staking.clip = Clip::Budget;
    parameters.streams = vec![
        of("availability", half("0.6"), availability),
        staking,
        of("liquidity", half("0.4"), Score::Liquidity),
    ];
    parameters
}

fn provided(dice: &mut Dice, parameters: &Parameters) -> EpochInputs {
    let mut inputs = epoch(dice, parameters);
    inputs.probes = u32::try_from(dice.below(9)).unwrap();
    for participant in 0..u32::try_from(inputs.participants.len()).unwrap() {
        if dice.below(4) == 0 {
            continue;
        }
        let answered = u32::try_from(dice.below(u64::from(inputs.probes) + 1)).unwrap();
        let mut some = || Amount::new(u128::from(dice.below(1 << 30)) << 20);
        let (stake, power, shares) = (some(), some(), some());
        let paid = dice.below(3);
        inputs.providers.push(ProviderRow { participant, stake, power, answered, paid, shares });
    }
    for _ in 0..dice.below(4) {
        let (demand, supply) = (dice.below(1_000), dice.below(1_000));
        inputs.utilisation.push(Utilisation { demand: demand.into(), supply: supply.into() });
    }
    let pot = Pot::Named("providers".parse().unwrap());
    inputs.pots = vec![(parameters.market.asset, pot, Amount::new(dice.below(1 << 30).into()))];
    inputs
}

#[test]
fn the_recount_agrees_on_providers_and_pots_and_on_nothing_else() {
    let mut dice = Dice(11);
    let mut seen = (0, 0, 0, 0);
    for case in 0..300 {
        let parameters = parameters(&mut dice);
        let inputs = provided(&mut dice, &parameters);
        let settled = settle_inputs(&parameters, inputs, true).unwrap();
        recount::check(&parameters, &settled.inputs, &settled.record)
            .unwrap_or_else(|why| panic!("case {case}: {why}"));
        let [availability, staking, liquidity] = &settled.plan.streams[..] else {
            panic!("three streams")
        };
        seen.0 += u32::from(!availability.paid.is_zero());
        seen.1 += u32::from(!staking.paid.is_zero());
        seen.2 += u32::from(!liquidity.paid.is_zero());
        seen.3 += u32::from(availability.budget < availability.fresh);
        for column in 0..4 {
            let mut wrong = settled.inputs.clone();
            let first = match column {
                0 => wrong.providers.stake.first_mut(),
                1 => wrong.providers.power.first_mut(),
                2 => wrong.providers.shares.first_mut(),
                _ => None,
            };
            match first {
                Some(first) => *first = Amount::new((first.get() + 1) << 40),
                None if wrong.probes > 0 => wrong.probes += 8,
                None => continue,
            }
            let differs = settle_inputs(&parameters, wrong.clone(), true)
                .map(|other| other.record.entries != settled.record.entries);
            if differs.is_ok_and(|differs| differs) {
                let found = recount::check(&parameters, &wrong, &settled.record);
                assert!(found.is_err(), "case {case}, column {column}");
            }
        }
    }
    assert!(seen.0 > 150 && seen.1 > 100 && seen.2 > 250 && seen.3 > 100, "{seen:?}");
}
