//! The recount of validators' streams and of what their delegators get.

use super::{Dice, epoch, recount};
use workmint_amounts::Amount;
use workmint_core::EpochInputs;
use workmint_core::inputs::ValidatorRow;
use workmint_core::modules::parameters::{
    AssetId, Clip, Denominator, Parameters, Remainder, Score, Source, Validators,
};
use workmint_core::offline::settle_inputs;
use workmint_core::time::{DAY_MS, Duration};
use workmint_networks::preset;

/// Two streams of emission: bonded stake and blocks proposed.
fn parameters(dice: &mut Dice) -> Parameters {
    let mut parameters = preset("gonka-mainnet").unwrap().definition().unwrap().parameters;
    let mut stream = parameters.streams[0].clone();
    if dice.below(2) == 0 {
        (stream.remainder, stream.clip) = (Remainder::Carry, Clip::Budget);
    }
    if dice.below(2) == 0 {
        stream.denominator = Denominator::Paid;
    }
    let of = |name: &str, share: &str, score| {
        let mut stream = stream.clone();
        stream.source = Source::Emission { share: share.parse().unwrap() };
        (stream.name, stream.score) = (name.parse().unwrap(), score);
        stream
    };
    parameters.streams =
        vec![of("security", "0.7", Score::BondedStake), of("blocks", "0.3", Score::BlocksProposed)];
    parameters.validators = Some(Validators {
        asset: AssetId(0),
        minimum: Amount::new(1_000),
        minimum_delegation: Amount::new(10),
        most_active: 100,
        activation_delay_epochs: 2,
        churn_limit: 10,
        unbonding: Duration::Milliseconds(28 * DAY_MS),
        max_withdrawals: 7,
        most_commission: "1".parse().unwrap(),
        commission_step: "0.01".parse().unwrap(),
        least_signed: "0.5".parse().unwrap(),
        absence_least: "0.001".parse().unwrap(),
        absence_most: "0.01".parse().unwrap(),
        least_slash: Amount::new(1),
        jail_epochs: 7,
    });
    parameters
}

fn bonded(dice: &mut Dice, parameters: &Parameters) -> EpochInputs {
    let mut inputs = epoch(dice, parameters);
    for participant in 0..u32::try_from(inputs.participants.len()).unwrap() {
        if dice.below(3) == 0 {
            continue;
        }
        let due = dice.below(20);
        let all = dice.below(1 << 30);
        inputs.validators.push(ValidatorRow {
            participant,
            bonded: Amount::new(u128::from(all) << 20),
            delegated: Amount::new(u128::from(dice.below(all + 1)) << 20),
            commission: dice.share(),
            signed: dice.below(due + 1),
            due,
            proposed: dice.below(5),
        });
    }
    inputs
}

#[test]
fn the_recount_agrees_on_validators_and_on_nothing_else() {
    let mut dice = Dice(13);
    let (mut paid, mut shared, mut repaid, mut found) = (0, 0, 0, 0);
    for case in 0..300 {
        let parameters = parameters(&mut dice);
        let inputs = bonded(&mut dice, &parameters);
        let mut free = inputs.clone();
        free.participants.debt.fill(Amount::ZERO);
        let free = settle_inputs(&parameters, free, true).unwrap();
        let settled = settle_inputs(&parameters, inputs, true).unwrap();
        for (stream, free) in settled.plan.streams.iter().zip(&free.plan.streams) {
            assert_eq!(stream.delegations, free.delegations, "case {case}: debts are validators'");
        }
        let check = |inputs, record| recount::check(&parameters, inputs, record);
        check(&settled.inputs, &settled.record).unwrap_or_else(|why| panic!("case {case}: {why}"));
        for stream in &settled.plan.streams {
            paid += u32::from(!stream.paid.is_zero());
            shared += u32::from(!stream.delegated.is_zero());
            repaid += u32::from(!stream.delegated.is_zero() && !stream.recovered.is_zero());
            let parts = [stream.paid, stream.recovered, stream.delegated];
            let parts = Amount::sum(parts.into_iter().chain([stream.forfeited, stream.dust]));
            assert_eq!(parts, Ok(stream.budget), "case {case}");
        }
        if settled.plan.streams[0].delegated.is_zero() {
            continue;
        }
        let mut wrong = settled.record.clone();
        let line = &mut wrong.header.streams[0];
        line.delegated = line.delegated.checked_add(Amount::new(1)).unwrap();
        assert!(check(&settled.inputs, &wrong).is_err(), "case {case}: one unit more");
        let mut wrong = settled.inputs.clone();
        wrong.validators.delegated.fill(Amount::ZERO);
        assert!(check(&wrong, &settled.record).is_err(), "case {case}: nobody delegated");
        let mut wrong = settled.inputs.clone();
        let first = wrong.validators.signed.iter_mut().zip(&wrong.validators.due);
        first.for_each(|(signed, due)| *signed = *due - *signed);
        found += u32::from(check(&wrong, &settled.record).is_err());
    }
    assert!(paid > 400 && shared > 400 && repaid > 50 && found > 200, "{paid} {shared} {found}");
}
