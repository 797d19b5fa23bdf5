//! The reward split with every rule of Gonka's mainnet on: readings, status, power cap, downtime,
//! models not served and delegated, debts, clipped shares, leftovers.

use crate::kit::*;
use workmint_amounts::{Amount, Ratio};
use workmint_core::explain::explain;
use workmint_core::inputs::*;
use workmint_core::modules::emission::Facts;
use workmint_core::modules::ledger::{Holder, Pot};
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{CountedWeights, SettlementPlan, WeightRule, plan};
use workmint_core::modules::settlement::moves_of_plan;
use workmint_core::{Address, EpochInputs};

/// What a test says of a participant: one node of model 0 per potential weight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Host {
    pub(crate) potential: u64,
    pub(crate) effective: u64,
    pub(crate) confirmed: u64,
    pub(crate) penalty: Penalty,
    pub(crate) debt: u128,
}

pub(crate) fn host(weight: u64) -> Host {
    Host {
        potential: weight,
        effective: weight,
        confirmed: weight,
        penalty: Penalty::None,
        debt: 0,
    }
}

pub(crate) fn who(row: usize) -> Address {
    let mut address = [0; 20];
    address[12..].copy_from_slice(&(row as u64).to_be_bytes());
    Address(address)
}

pub(crate) fn inputs(hosts: &[Host]) -> EpochInputs {
    let mut participants = Participants::default();
    let mut nodes = Nodes::default();
    for (at, host) in hosts.iter().enumerate() {
        nodes.node.push(1);
        nodes.model.push(ModelId(0));
        nodes.weight.push(host.potential);
        let row = Row {
            account: who(at),
            potential: host.potential,
            effective: host.effective,
            confirmed: host.confirmed,
            collateral: Amount::ZERO,
            requests: 0,
            missed: 0,
            units: 0,
            work: Amount::ZERO,
            unsplit: Amount::ZERO,
            penalty: host.penalty,
            slashed: Amount::ZERO,
            debt: amount(host.debt),
        };
        participants.push(row, u32::try_from(at + 1).unwrap());
    }
    let emission = Facts {
        epoch: 5,
        blocks: 1,
        minted: Amount::ZERO,
        asset_issued: Amount::ZERO,
        work: Amount::ZERO,
        reductions: 0,
        ..Default::default()
    };
    EpochInputs {
        epoch: 5,
        height: 0,
        time_ms: 0,
        parameters_version: 0,
        emission,
        pots: Vec::new(),
        burned_fees: Amount::ZERO,
        model_units: vec![0; 2],
        participants,
        nodes,
        weight_penalties: Vec::new(),
        weight_transfers: Vec::new(),
        seeds: Vec::new(),
        ..Default::default()
    }
}

/// Mainnet's rules of the split, with `budget` in every epoch.
pub(crate) fn mainnet(budget: u128) -> Parameters {
    let mut parameters = parameters();
    parameters.emission.schedule =
        Schedule::Geometric { initial: amount(budget), factor: Ratio::ONE, period_epochs: 1 };
    parameters.emission.genesis_epoch = 0;
    parameters.emission.allocation = Amount::MAX;
    parameters.assets[0].cap = Amount::MAX;
    parameters.streams.truncate(1);
    let stream = &mut parameters.streams[0];
    stream.forfeits = Destination::Treasury;
    stream.remainder = Remainder::Forfeits;
    stream.clip = Clip::Shares;
    parameters.weights.power_cap =
        Some(PowerCap { of_two: ratio("0.5"), of_three: ratio("0.4"), of_many: ratio("0.3") });
    parameters.weights.confirmation =
        Some(Confirmation { inactive_below: ratio("0.5"), tolerance: ratio("0.909") });
    parameters
}

pub(crate) fn rewards(plan: &SettlementPlan) -> Vec<u128> {
    plan.streams[0].rewards.iter().map(|reward| reward.get()).collect()
}

pub(crate) fn absent(participant: u32, fraction: &str) -> WeightPenalty {
    WeightPenalty { participant, fraction: ratio(fraction) }
}

pub(crate) fn delegated(from: u32, to: u32, share: &str) -> WeightTransfer {
    WeightTransfer { from, to, share: ratio(share) }
}

/// The worked example of docs/spec/rewards.md §9: every step once.
///
/// D = 1,000 + 400 + 300 + 200 + 100 = 2,000. Confirmed: alice 1,000; bob floor(400 x 150 / 200)
/// = 300; carol refuted, 0; dave 200; erin 100. Cap of four at 30 %: lower = 100 + 200 = 300; at
/// 300 300 > 0.3 x (300 + 600) = 270, so the cap is floor(0.3 x 300 / (1 - 0.6)) = 225. Downtime:
/// erin 0. Bob loses floor(0.1 x 225) = 22: 203. Dave gives floor(0.05 x 200) = 10 to bob: 190 and
/// 213.
#[test]
fn each_step_by_hand() {
    let mut hosts = [host(1_000), host(400), host(300), host(200), host(100)];
    (hosts[1].potential, hosts[1].confirmed) = (200, 150);
    hosts[2].penalty = Penalty::Refuted;
    hosts[3].debt = 40;
    hosts[4].penalty = Penalty::Downtime;
    let mut inputs = inputs(&hosts);
    inputs.weight_penalties = vec![absent(1, "0.1"), absent(2, "0.25")];
    inputs.weight_transfers = vec![delegated(3, 1, "0.05"), delegated(0, 2, "0.1")];
    let parameters = mainnet(1_000);
    let counted = CountedWeights::new(&parameters, &inputs).unwrap().unwrap();
    // Alice gives floor(0.1 x 225) = 22 to carol, who has no weight: nobody gets it.
    assert_eq!(counted.counted(), [203, 213, 0, 190, 0]);
    let plan = plan(&parameters, &inputs).unwrap();
    let stream = &plan.streams[0];
    // 203 / 2 = 101; 213 / 2 = 106; 190 / 2 = 95, of which a debt takes 40.
    assert_eq!(rewards(&plan), [101, 106, 0, 55, 0]);
    assert_eq!(stream.recoveries, [(3, amount(40))]);
    // Of full shares: alice 500 - 101, bob floor(410 / 2) = 205 - 106, carol 150, dave 95 - 95,
    // erin 50.
    assert_eq!(stream.forfeited, amount(399 + 99 + 150 + 50));
    assert_eq!((stream.paid, stream.recovered), (amount(262), amount(40)));
    assert_eq!(stream.dust, Amount::ZERO);

    let steps = |row: usize| {
        let told = explain(&parameters, &inputs, &plan, &who(row)).unwrap().unwrap();
        told.weight_steps
            .iter()
            .map(|step| (step.rule, step.before, step.after))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        steps(1),
        [
            (WeightRule::Confirmation, 400, 300),
            (WeightRule::PowerCap, 300, 225),
            (WeightRule::Absent { fraction: ratio("0.1") }, 225, 203),
            (WeightRule::Received { from: 3 }, 203, 213),
        ]
    );
    let lost = WeightRule::Delegated { to: 2, arrives: false };
    assert_eq!(steps(0), [(WeightRule::PowerCap, 1_000, 225), (lost, 225, 203)]);
    assert_eq!(steps(2), [(WeightRule::Status(Penalty::Refuted), 300, 0)]);
    assert_eq!(steps(4), [(WeightRule::Downtime, 100, 0)]);
    let dave = explain(&parameters, &inputs, &plan, &who(3)).unwrap().unwrap();
    let line = &dave.streams[0];
    assert_eq!((line.share, line.recovered, line.paid), (amount(95), amount(40), amount(55)));
}

/// 1,000 scheduled, 700 left of the allocation; weights 2 : 1. Shares 666 and 333 of 1,000, scaled
/// floor(466.2) and floor(233.1); a debt of 300 of the 333 leaves floor(33 x 0.7) = 23, and takes
/// 210.
#[test]
fn clipped_shares_are_scaled_after_the_split() {
    let mut hosts = [host(20), host(10)];
    hosts[1].debt = 300;
    let mut parameters = mainnet(1_000);
    parameters.weights.power_cap = None;
    parameters.emission.allocation = amount(700);
    let inputs = inputs(&hosts);
    let plan_of = |parameters: &Parameters| plan(parameters, &inputs).unwrap();
    let clipped = plan_of(&parameters);
    assert_eq!(rewards(&clipped), [466, 23]);
    let stream = &clipped.streams[0];
    assert_eq!((stream.recovered, stream.dust), (amount(210), amount(1)));
    assert_eq!((stream.budget, stream.uncut), (amount(700), amount(1_000)));
    // Without clipping the smaller budget is split: 466.66 and 233.33; the debt takes all of it.
    parameters.streams[0].clip = Clip::Budget;
    let budget = plan_of(&parameters);
    assert_eq!(rewards(&budget), [466, 0]);
    assert_eq!(budget.streams[0].recoveries, [(1, amount(233))]);
    assert_eq!(budget.streams[0].recipients, 1);
}

/// What debts take goes to the pot of restitution, leftovers with the forfeits: all of it is
/// minted.
#[test]
fn each_part_goes_to_its_own_place() {
    let mut hosts = [host(1), host(1), host(1)];
    hosts[0].debt = 1_000;
    hosts[1].penalty = Penalty::Inactive;
    let mut parameters = mainnet(100);
    let inputs = inputs(&hosts);
    let sent = |parameters: &Parameters| {
        let plan = plan(parameters, &inputs).unwrap();
        let moves = moves_of_plan(&plan, Amount::ZERO).unwrap().remove(0).unwrap();
        let to = |pot: Pot| -> u128 {
            let to = Holder::Pot(pot);
            let list = moves.list.iter().filter(|(_, holder, _, _)| *holder == to);
            list.map(|(_, _, amount, _)| amount.get()).sum()
        };
        let carry = Pot::Carry(parameters.streams[0].name.clone());
        (to(Pot::Claims), to(Pot::Restitution), to(Pot::Treasury), to(carry), moves.minted.get())
    };
    assert_eq!(sent(&parameters), (33, 33, 34, 0, 100));
    parameters.streams[0].remainder = Remainder::Carry;
    assert_eq!(sent(&parameters), (33, 33, 33, 1, 100));
    parameters.streams[0].forfeits = Destination::Burn;
    assert_eq!(sent(&parameters), (33, 33, 0, 1, 67));
    parameters.streams[0].remainder = Remainder::Forfeits;
    assert_eq!(sent(&parameters), (33, 33, 0, 0, 66));
}

/// Two streams of emission: the second recovers what the first did not, and no more.
#[test]
fn a_debt_is_recovered_once() {
    let mut hosts = [host(1), host(1)];
    hosts[0].debt = 70;
    let mut parameters = mainnet(200);
    let second = Stream { name: name("second"), ..parameters.streams[0].clone() };
    parameters.streams.push(second);
    for stream in &mut parameters.streams {
        stream.source = Source::Emission { share: ratio("0.5") };
    }
    let plan = plan(&parameters, &inputs(&hosts)).unwrap();
    let taken: Vec<u128> = plan.streams.iter().map(|stream| stream.recovered.get()).collect();
    assert_eq!(taken, [50, 20]);
    assert_eq!(rewards(&plan), [0, 50]);
    assert_eq!(plan.streams[1].rewards[0], amount(30));
}

/// Nobody has a weight: with a destination for leftovers all of the epoch goes there, as on Gonka's
/// mainnet; where dust is carried, or nobody is there at all, nothing is minted.
#[test]
fn an_epoch_without_weight() {
    let mut parameters = mainnet(100);
    let of = |parameters: &Parameters, hosts: &[Host]| {
        let plan = plan(parameters, &inputs(hosts)).unwrap();
        (plan.streams[0].budget.get(), plan.streams[0].dust.get())
    };
    assert_eq!(of(&parameters, &[host(0)]), (100, 100));
    assert_eq!(of(&parameters, &[]), (0, 0));
    parameters.streams[0].remainder = Remainder::Carry;
    assert_eq!(of(&parameters, &[host(0)]), (0, 0));
}

#[test]
fn rows_that_do_not_exist_quarantine_the_stream() {
    let mut inputs = inputs(&[host(5)]);
    inputs.weight_penalties = vec![absent(1, "0.5")];
    let plan = plan(&mainnet(100), &inputs).unwrap();
    assert_eq!(plan.streams[0].quarantined, Some(1101));
    assert!(plan.streams[0].paid.is_zero());
}

/// There (issue 1395): one zero weight forced the 30 % cap on three hosts, which is infeasible, and
/// everybody got 0. Here: it counts for nobody.
#[test]
fn a_weight_of_zero_counts_for_nobody() {
    let parameters = mainnet(1_000);
    let of = |hosts: &[Host]| rewards(&plan(&parameters, &inputs(hosts)).unwrap());
    // Three at 40 %: floor(0.4 x 100 / (1 - 0.8)) = 200 of a sum of 900.
    let three = [host(100), host(300), host(500)];
    assert_eq!(of(&three), [111, 222, 222]);
    let four = [host(0), host(100), host(300), host(500)];
    assert_eq!(of(&four), [0, 111, 222, 222]);
    // At 30 % no cap fits three: then nothing is cut, instead of everything.
    let mut parameters = mainnet(1_000);
    let third = ratio("0.3");
    parameters.weights.power_cap =
        Some(PowerCap { of_two: third, of_three: third, of_many: third });
    let plan = plan(&parameters, &inputs(&three)).unwrap();
    assert_eq!(rewards(&plan), [111, 333, 555]);
}

/// There (issues 1519, 1372): the cap is measured on what the others' readings left of their
/// weights, pay on full weights; an honest host with 28 % of all weight is cut when others fail.
/// That is the rule of `denominator = "full"` here too, bit for bit, and every unit cut has a line.
/// With `denominator = "paid"` both are measured on the same weights: the cap is a share of what is
/// paid.
#[test]
fn cap_and_denominator_can_have_one_base() {
    let mut hosts = [host(280), host(240), host(240), host(240)];
    hosts[1..].iter_mut().for_each(|host| host.confirmed = 120);
    let inputs = inputs(&hosts);
    let mut parameters = mainnet(1_000);
    // 280 > 0.3 x (360 + 280) = 192: cap floor(0.3 x 360 / 0.7) = 154, of 1,000.
    assert_eq!(rewards(&plan(&parameters, &inputs).unwrap()), [154, 120, 120, 120]);
    let told = explain(&parameters, &inputs, &plan(&parameters, &inputs).unwrap(), &who(0));
    let told = told.unwrap().unwrap();
    assert_eq!(told.weight_steps.len(), 1);
    assert_eq!(told.streams[0].forfeited, amount(126));
    parameters.streams[0].denominator = Denominator::Paid;
    // 154 + 360 = 514: 299.6 and 233.4.
    assert_eq!(rewards(&plan(&parameters, &inputs).unwrap()), [299, 233, 233, 233]);
}
