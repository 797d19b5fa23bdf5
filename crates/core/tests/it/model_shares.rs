//! Compute divided by models' shares: on a chain, by its definition, and whoever tries to gain.

use crate::kit::*;
use crate::properties::cases;
use crate::reward_split::{mainnet, rewards, who};
use proptest::prelude::*;
use workmint_amounts::{Amount, Ratio};
use workmint_core::EpochInputs;
use workmint_core::explain::explain;
use workmint_core::inputs::{Penalty, Row};
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{MODEL_SCORE_UNIT, plan};

/// Shares 0.5, 0.3 and 0.2; the second model has a reference weight of 100.
fn by_shares(mut parameters: Parameters) -> Parameters {
    parameters.models.resize(3, parameters.models[0].clone());
    for (at, share) in ["0.5", "0.3", "0.2"].into_iter().enumerate() {
        parameters.models[at].share = ratio(share);
        parameters.models[at].id = name(["small", "large", "free"][at]);
    }
    parameters.models[1].reference_weight = 100;
    parameters.streams[0].score = Score::ModelShares;
    parameters
}

/// 30 and 10 share the 500 of the first model, 50 of a reference of 100 earn half of the 300 of
/// the second; nobody serves the third.
#[test]
fn what_no_model_earns_is_not_minted() {
    let mut chain = Chain::new(by_shares(open_weights()));
    chain.register(&[("alice", &[0]), ("bob", &[0, 1])]);
    chain.prove(&[("alice", 0, 30), ("bob", 0, 10), ("bob", 1, 50)]);
    chain.close();
    let closed = chain.close().closed.unwrap();
    let line = &closed.record.header.streams[0];
    assert_eq!((line.fresh, line.budget, line.paid), (amount(1_000), amount(650), amount(650)));
    assert_eq!((chain.minted(), chain.pot(&Pot::Claims)), (650, 650));
    chain.ok("alice", claim(1));
    chain.ok("bob", claim(1));
    assert_eq!((chain.balance("alice"), chain.balance("bob")), (RICH + 375, RICH + 125 + 150));

    let plan = plan(&closed.parameters, &closed.inputs).unwrap();
    let bob = explain(&closed.parameters, &closed.inputs, &plan, &address("bob")).unwrap();
    let models = &bob.unwrap().streams[0].models;
    let unit = MODEL_SCORE_UNIT;
    let told: Vec<_> = models.iter().map(|of| (of.part.model.0, of.part.score)).collect();
    assert_eq!(told, [(0, unit / 8), (1, unit * 3 / 20)]);
    assert_eq!((models[1].total.weight, models[1].total.earned), (50_000_000_000, unit * 3 / 20));
}

/// A model that loses its only node does not enrich the others, and one that a stranger begins to
/// serve does not impoverish them.
#[test]
fn no_model_pays_for_another() {
    let mut parameters = by_shares(mainnet(1_000_000));
    (parameters.weights.power_cap, parameters.weights.confirmation) = (None, None);
    let alone = inputs(&[(&[(0, 30)], 30), (&[(0, 10)], 10)]);
    let beside = inputs(&[(&[(0, 30)], 30), (&[(0, 10)], 10), (&[(1, 900), (2, 1)], 901)]);
    let (alone, beside) = (paid(&parameters, &alone), paid(&parameters, &beside));
    assert_eq!(alone, [375_000, 125_000]);
    assert_eq!(beside, [375_000, 125_000, 500_000]);
}

/// What a penalty takes is a forfeit of that model, by the full weights.
#[test]
fn a_penalty_forfeits_the_part_of_every_model() {
    let mut parameters = by_shares(mainnet(1_000_000));
    (parameters.weights.power_cap, parameters.weights.confirmation) = (None, None);
    let mut inputs = inputs(&[(&[(0, 30)], 30), (&[(0, 10), (1, 200)], 210)]);
    inputs.participants.penalty[1] = Penalty::Refuted;
    let plan = plan(&parameters, &inputs).unwrap();
    let stream = &plan.streams[0];
    assert_eq!(rewards(&plan), [375_000, 0]);
    assert_eq!((stream.budget, stream.forfeited), (amount(800_000), amount(425_000)));
}

type Nodes<'a> = &'a [(u16, u64)];

/// Participants with nodes by model and weight, and their effective weight.
fn inputs(rows: &[(Nodes<'_>, u64)]) -> EpochInputs {
    let mut inputs = crate::reward_split::inputs(&[]);
    for (at, (nodes, effective)) in rows.iter().enumerate() {
        for (model, weight) in *nodes {
            inputs.nodes.node.push(1);
            inputs.nodes.model.push(ModelId(*model));
            inputs.nodes.weight.push(*weight);
        }
        let potential = nodes.iter().map(|(_, weight)| weight).sum();
        let end = u32::try_from(inputs.nodes.node.len()).unwrap();
        let mut row = Row::idle(who(at));
        (row.potential, row.effective, row.confirmed) = (potential, *effective, potential);
        inputs.participants.push(row, end);
    }
    inputs.model_units = vec![0; 3];
    inputs
}

fn paid(parameters: &Parameters, inputs: &EpochInputs) -> Vec<u128> {
    let plan = plan(parameters, inputs).unwrap();
    assert_eq!(plan.streams[0].quarantined, None);
    rewards(&plan)
}

/// A participant's nodes, and the thousandths of its weight that count.
type Host = (Vec<(u16, u64)>, u64);

fn any_hosts() -> impl Strategy<Value = Vec<Host>> {
    let node = (0_u16..3, 0_u64..400);
    prop::collection::vec((prop::collection::vec(node, 0..4), 0_u64..=1_000), 1..12)
}

fn frozen(hosts: &[Host]) -> EpochInputs {
    let effective = |nodes: &[(u16, u64)], backed: u64| {
        nodes.iter().map(|(_, weight)| weight).sum::<u64>() * backed / 1_000
    };
    let rows: Vec<_> =
        hosts.iter().map(|(nodes, backed)| (&nodes[..], effective(nodes, *backed))).collect();
    inputs(&rows)
}

/// Real parts of the budget, as fractions: share x min(1, W / reference) x w / W, where all weight
/// counts.
fn exact(parameters: &Parameters, hosts: &[Host], budget: u128) -> Vec<Ratio> {
    let of = |nodes: &[(u16, u64)], model: u16| -> u128 {
        nodes.iter().filter(|(of, _)| *of == model).map(|(_, weight)| u128::from(*weight)).sum()
    };
    let mut parts = vec![Ratio::ZERO; hosts.len()];
    for (number, model) in (0_u16..).zip(&parameters.models) {
        let all: u128 = hosts.iter().map(|(nodes, _)| of(nodes, number)).sum();
        let among = all.max(u128::from(model.reference_weight));
        for (part, (nodes, _)) in parts.iter_mut().zip(hosts) {
            let own = of(nodes, number);
            if own > 0 {
                let share = Ratio::new(own, among).unwrap().checked_mul(model.share).unwrap();
                *part = part.checked_add(share).unwrap();
            }
        }
    }
    let whole = Ratio::from_integer(budget);
    parts.iter().map(|part| part.checked_mul(whole).unwrap()).collect()
}

#[test]
fn everybody_gets_its_part_of_each_model() {
    let rules = (1_u128..1 << 40, any::<bool>());
    proptest!(cases(300), |(hosts in any_hosts(), (budget, fixed) in rules)| {
        let mut parameters = by_shares(mainnet(budget));
        (parameters.weights.power_cap, parameters.weights.confirmation) = (None, None);
        parameters.models[0].reference_weight = if fixed { 500 } else { 0 };
        let all: Vec<Host> = hosts.iter().map(|(nodes, _)| (nodes.clone(), 1_000)).collect();
        let got = paid(&parameters, &frozen(&all));
        for (got, wanted) in got.iter().zip(exact(&parameters, &all, budget)) {
            let wanted = wanted.floor_mul(1).unwrap();
            // The budget and the share are rounded down, one after the other.
            prop_assert!(*got <= wanted && wanted - got <= 2, "{got} of {wanted}");
        }
    });
}

#[test]
fn every_unit_has_a_place_whatever_counts() {
    let rules = (1_u128..1 << 50, 0_usize..12, any::<bool>(), any::<bool>());
    proptest!(cases(300), |(hosts in any_hosts(), (budget, bad, full, carry) in rules)| {
        let mut parameters = by_shares(mainnet(budget));
        let stream = &mut parameters.streams[0];
        stream.denominator = if full { Denominator::Full } else { Denominator::Paid };
        stream.remainder = if carry { Remainder::Carry } else { Remainder::Forfeits };
        let mut inputs = frozen(&hosts);
        if let Some(penalty) = inputs.participants.penalty.get_mut(bad) {
            *penalty = Penalty::Inactive;
        }
        let plan = plan(&parameters, &inputs).unwrap();
        let stream = &plan.streams[0];
        prop_assert_eq!(stream.quarantined, None);
        let parts = [stream.paid, stream.recovered, stream.forfeited, stream.dust];
        prop_assert_eq!(Amount::sum(parts).unwrap(), stream.budget);
        prop_assert!(stream.budget <= amount(budget));
        prop_assert_eq!(rewards(&plan).iter().sum::<u128>(), stream.paid.get());
    });
}

/// Whoever comes first in order of address gets no more for it; nor does it matter how many
/// threads plan.
#[test]
fn the_order_of_participants_and_threads_change_nothing() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    proptest!(cases(200), |(hosts in any_hosts(), turn in 0_usize..12)| {
        let mut parameters = by_shares(mainnet(1 << 40));
        (parameters.weights.power_cap, parameters.weights.confirmation) = (None, None);
        let inputs = frozen(&hosts);
        let before = paid(&parameters, &inputs);
        prop_assert_eq!(&one.install(|| paid(&parameters, &inputs)), &before);
        let turn = turn % hosts.len();
        let mut turned = hosts;
        turned.rotate_left(turn);
        let mut after = paid(&parameters, &frozen(&turned));
        // Where nobody scores, there is no column.
        if !after.is_empty() {
            after.rotate_right(turn);
        }
        prop_assert_eq!(after, before);
    });
}

/// Two accounts with the halves of one's nodes get what the one got, but for rounding.
#[test]
fn splitting_into_identities_gains_nothing() {
    let halves = prop::collection::vec((0_u16..3, 1_u64..300), 1..4);
    proptest!(cases(200), |(hosts in any_hosts(), halves in halves)| {
        let mut parameters = by_shares(mainnet(1 << 40));
        (parameters.weights.power_cap, parameters.weights.confirmation) = (None, None);
        let whole: Vec<(u16, u64)> =
            halves.iter().map(|(model, weight)| (*model, weight * 2)).collect();
        let (mut one, mut two) = (hosts.clone(), hosts);
        one.insert(0, (whole, 1_000));
        two.splice(0..0, [(halves.clone(), 1_000), (halves, 1_000)]);
        let one = paid(&parameters, &frozen(&one))[0];
        let two = paid(&parameters, &frozen(&two));
        prop_assert!(two[0] + two[1] <= one + 2);
    });
}
