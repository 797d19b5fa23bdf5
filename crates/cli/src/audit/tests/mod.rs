//! The auditor's recount against the engine's settlements, with every rule of mainnet on.

mod buckets;
mod chain;
mod fees;
mod opinions;
mod providers;
mod seats;
mod usage;
mod validators;
mod yuma;

use super::recount;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::inputs::{
    EpochInputs, Nodes, Participants, Penalty, Row, WeightPenalty, WeightTransfer,
};
use workmint_core::modules::emission::Facts;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{Clip, ModelId, Parameters, Remainder, Score};
use workmint_core::offline::settle_inputs;
use workmint_networks::preset;

/// A Lehmer generator: the same cases in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0 * 48_271 % 0x7fff_ffff;
        self.0 % bound
    }

    fn row(&mut self, count: u64) -> u32 {
        u32::try_from(self.below(count)).unwrap()
    }

    fn share(&mut self) -> Ratio {
        Ratio::new(u128::from(self.below(1_001)), 1_000).unwrap()
    }
}

fn participants(dice: &mut Dice, parameters: &Parameters, count: u64) -> (Participants, Nodes) {
    let (mut people, mut nodes) = (Participants::default(), Nodes::default());
    for number in 0..count {
        let (mut account, weight) = ([0; 20], dice.below(5_000));
        account[12..].copy_from_slice(&number.to_be_bytes());
        let model = dice.below(3);
        nodes.node.push(1);
        nodes.model.push(ModelId(u16::try_from(model).unwrap()));
        nodes.weight.push(weight);
        let factor = parameters.models[usize::try_from(model).unwrap()].weight_factor;
        let potential = u64::try_from(factor.floor_mul(u128::from(weight)).unwrap()).unwrap();
        let owes = dice.below(4) == 0;
        let row = Row {
            account: Address(account),
            potential,
            // In the grace period all of it counts.
            effective: potential,
            confirmed: potential * dice.below(1_200) / 1_000,
            collateral: Amount::ZERO,
            requests: 0,
            missed: 0,
            units: 0,
            work: Amount::new(u128::from(dice.below(1_000))),
            unsplit: Amount::new(u128::from(dice.below(2) * dice.below(1_000))),
            penalty: match dice.below(10) {
                0 => Penalty::Refuted,
                1 => Penalty::Inactive,
                2 => Penalty::Downtime,
                _ => Penalty::None,
            },
            slashed: Amount::ZERO,
            debt: Amount::new(u128::from(owes) * u128::from(dice.below(1 << 30)) * 65_536),
        };
        people.push(row, u32::try_from(number + 1).unwrap());
    }
    (people, nodes)
}

fn epoch(dice: &mut Dice, parameters: &Parameters) -> EpochInputs {
    let count = 1 + dice.below(30);
    let (participants, nodes) = participants(dice, parameters, count);
    let payments = participants.work.iter().chain(&participants.unsplit).copied();
    let payments = Amount::sum(payments).unwrap();
    let minted = Amount::new(u128::from(dice.below(2)) * 679_800_000_000_000_000);
    let weight_penalties = (0..dice.below(10))
        .map(|_| WeightPenalty { participant: dice.row(count), fraction: dice.share() })
        .collect();
    let weight_transfers = (0..dice.below(10))
        .map(|_| WeightTransfer { from: dice.row(count), to: dice.row(count), share: dice.share() })
        .collect();
    EpochInputs {
        epoch: 9,
        height: 0,
        time_ms: 0,
        parameters_version: 0,
        emission: Facts {
            epoch: 9,
            blocks: 1,
            minted,
            asset_issued: minted,
            work: participants.unpenalised_work().unwrap(),
            reductions: 0,
            ..Facts::default()
        },
        pots: vec![(parameters.market.asset, Pot::Payments, payments)],
        burned_fees: Amount::ZERO,
        model_units: vec![0; parameters.models.len()],
        participants,
        nodes,
        weight_penalties,
        weight_transfers,
        ..EpochInputs::default()
    }
}

/// The stream of weights divides by models' shares; the first has this reference weight.
fn divide_by_models(parameters: &mut Parameters, reference_weight: u64) {
    let shares = ["0.5", "0.3", "0.2"].into_iter().chain(std::iter::repeat("0"));
    for (model, share) in parameters.models.iter_mut().zip(shares) {
        model.share = share.parse().unwrap();
    }
    parameters.models[0].reference_weight = reference_weight;
    parameters.streams[0].score = Score::ModelShares;
}

#[test]
fn the_recount_agrees_with_every_settlement_and_with_no_other() {
    let mut dice = Dice(7);
    let mut seen = (0, 0, 0);
    for case in 0..300 {
        let mut parameters = preset("gonka-mainnet").unwrap().definition().unwrap().parameters;
        if dice.below(3) == 0
            && let Score::PocWeight(bonuses) = &mut parameters.streams[0].score
        {
            bonuses.partial_coverage = "0.7".parse().unwrap();
        }
        if case % 3 == 0 {
            divide_by_models(&mut parameters, dice.below(2) * 3_000);
        }
        if dice.below(3) == 0 {
            parameters.streams[0].remainder = Remainder::Carry;
            parameters.streams[0].clip = Clip::Budget;
        }
        let inputs = epoch(&mut dice, &parameters);
        let settled = settle_inputs(&parameters, inputs, true).unwrap();
        recount::check(&parameters, &settled.inputs, &settled.record)
            .unwrap_or_else(|why| panic!("case {case}: {why}"));
        let line = &settled.plan.streams[0];
        seen.0 += u32::from(!line.recovered.is_zero());
        seen.1 += u32::from(line.uncut > line.budget);
        let mut wrong = settled.record.clone();
        if let Some(amount) = wrong.entries.amount.first_mut() {
            seen.2 += 1;
            *amount = amount.checked_add(Amount::new(1)).unwrap();
            assert!(recount::check(&parameters, &settled.inputs, &wrong).is_err(), "case {case}");
        }
    }
    assert!(seen.0 > 100 && seen.1 > 50 && seen.2 > 250, "{seen:?}");
}

/// A stream that the engine could not plan is not computed either: nobody may be paid from it.
#[test]
fn a_quarantined_stream_pays_nobody() {
    let parameters = preset("gonka-mainnet").unwrap().definition().unwrap().parameters;
    let many = |dice: &u64| epoch(&mut Dice(*dice), &parameters).participants.len() > 20;
    let dice = (1..1_000).find(many).expect("some epoch has so many");
    let mut inputs = epoch(&mut Dice(dice), &parameters);
    let count = inputs.participants.len();
    let account = inputs.participants.account[0];
    // Weights whose scores leave 128 bits: 21 x 2^64 x 10^18.
    inputs.participants.potential = vec![u64::MAX; count];
    inputs.participants.effective = vec![u64::MAX; count];
    inputs.participants.confirmed = vec![u64::MAX; count];
    let settled = settle_inputs(&parameters, inputs, true).unwrap();
    assert!(settled.plan.streams[0].quarantined.is_some());
    recount::check(&parameters, &settled.inputs, &settled.record).unwrap();
    let mut wrong = settled.record.clone();
    wrong.header.minted = Amount::new(1);
    assert!(recount::check(&parameters, &settled.inputs, &wrong).is_err(), "{account}");
}
