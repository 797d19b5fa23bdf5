//! Properties of the plan and of the off-line settler: conservation, fairness, order.

use crate::kit::*;
use crate::properties::cases;
use proptest::prelude::*;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{SettlementPlan, plan};
use workmint_core::offline::{OfflineEpoch, OfflineError, OfflineNode, OfflineParticipant, settle};
use workmint_core::{Address, EpochInputs};

fn participant(number: u32, weight: u64) -> OfflineParticipant {
    let model = ModelId(u16::try_from(number % 3).unwrap());
    OfflineParticipant {
        nodes: vec![OfflineNode { node: 1, model, weight }],
        ..participant_of(Address::derived(&number.to_be_bytes()))
    }
}

/// One that did nothing and has nothing.
pub(crate) fn participant_of(account: Address) -> OfflineParticipant {
    OfflineParticipant {
        account,
        nodes: Vec::new(),
        collateral: Amount::ZERO,
        unbonding: Amount::ZERO,
        requests: 0,
        missed: 0,
        units: Vec::new(),
        jailed: false,
        refuted: false,
        inactive: false,
        effective: None,
        confirmed: None,
        work: None,
        debt: Amount::ZERO,
    }
}

pub(crate) fn epoch_of(participants: Vec<OfflineParticipant>) -> OfflineEpoch {
    OfflineEpoch {
        epoch: 5,
        blocks: 1,
        minted: Amount::ZERO,
        asset_issued: Amount::ZERO,
        reductions: 0,
        pots: Vec::new(),
        burned_fees: Amount::ZERO,
        participants,
        ..OfflineEpoch::default()
    }
}

fn rules(bonus: bool, emission: u128) -> Parameters {
    let mut parameters = parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters.emission.schedule =
        Schedule::Exponential { initial: amount(emission), rate: "0".parse().unwrap() };
    parameters.emission.allocation = Amount::MAX;
    parameters.assets[0].cap = Amount::MAX;
    if bonus {
        let bonuses = Bonuses {
            utilisation_factor: ratio("0.5"),
            full_coverage: ratio("1.2"),
            partial_coverage: ratio("0.1"),
        };
        parameters.streams[0].score = Score::PocWeight(bonuses);
    }
    parameters
}

fn random_participants() -> impl Strategy<Value = Vec<OfflineParticipant>> {
    let row = (0_u64..1_000_000, any::<u8>(), 0_u64..500, 0_u128..5_000);
    prop::collection::vec(row, 1..60).prop_map(|rows| {
        let of = |(number, (weight, flags, units, collateral))| {
            let mut row = participant(number, weight);
            row.refuted = flags & 7 == 0;
            row.jailed = flags & 56 == 0;
            row.missed = u64::from(flags & 3);
            row.requests = u64::from(flags);
            row.collateral = amount(collateral);
            row.units = vec![(ModelId(0), units), (ModelId(1), units / 2)];
            row
        };
        (0_u32..).zip(rows).map(of).collect()
    })
}

/// paid + forfeited + dust == budget; less dust than scored participants; who weighs more never
/// receives less.
fn check_plan(inputs: &EpochInputs, plan: &SettlementPlan) {
    let penalised = |at: usize| inputs.participants.penalty[at] != Default::default();
    for stream in &plan.streams {
        let parts = stream.paid.get() + stream.forfeited.get() + stream.dust.get();
        assert_eq!(parts, stream.budget.get(), "{}", stream.name);
        let sum: u128 = stream.rewards.iter().map(|reward| reward.get()).sum();
        assert_eq!(sum, stream.paid.get());
        let scored = inputs.participants.len() as u128;
        assert!(stream.dust.get() < scored || stream.budget.is_zero());
    }
    let rewards = &plan.streams[0].rewards;
    let mut by_weight: Vec<(u64, u128)> = (0..rewards.len())
        .filter(|at| !penalised(*at))
        .map(|at| (inputs.participants.effective[at], rewards[at].get()))
        .collect();
    by_weight.sort_unstable();
    assert!(by_weight.is_sorted_by_key(|(_, reward)| *reward), "monotone in weight");
}

#[test]
fn a_plan_conserves_and_is_monotone() {
    let budgets = 1_u128..1 << 100;
    let case = (random_participants(), budgets, any::<bool>());
    proptest!(cases(300), |((rows, budget, full) in case)| {
        let mut parameters = rules(false, budget);
        let rules = [Denominator::Paid, Denominator::Full];
        parameters.streams[0].denominator = rules[usize::from(full)];
        let settled = settle(&parameters, epoch_of(rows), false).unwrap();
        check_plan(&settled.inputs, &settled.plan);
        let paid: u128 = settled.plan.streams[0].paid.get() + settled.plan.streams[0].dust.get();
        prop_assert_eq!(settled.record.header.minted.get(), paid);
    });
}

/// floor(budget x weight / total), by the definition in 256 bits.
#[test]
fn every_share_is_the_exact_floor() {
    let rows = prop::collection::vec(0_u64..1_000_000_000_000, 1..40);
    proptest!(cases(200), |(weights in rows, budget in 1_u128..1 << 80)| {
        let participants = (0_u32..).zip(&weights).map(|(n, weight)| participant(n, *weight));
        let epoch = epoch_of(participants.collect());
        let settled = settle(&rules(false, budget), epoch, true).unwrap();
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        for (number, weight) in (0_u32..).zip(&weights) {
            let account = Address::derived(&number.to_be_bytes());
            let rewarded = settled.record.summaries.of(&account).unwrap().rewarded.get();
            let expected = (budget * u128::from(*weight)).checked_div(total).unwrap_or(0);
            prop_assert_eq!(rewarded, expected);
        }
    });
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let rows = random_participants().prop_flat_map(|rows| {
        let shuffled = Just(rows.clone()).prop_shuffle();
        (Just(rows), shuffled)
    });
    proptest!(cases(150), |((rows, shuffled) in rows, bonus in any::<bool>())| {
        let parameters = rules(bonus, 1_000_003);
        let one = settle(&parameters, epoch_of(rows), true).unwrap();
        let other = settle(&parameters, epoch_of(shuffled), true).unwrap();
        prop_assert_eq!(one.record, other.record);
        prop_assert_eq!(one.inputs, other.inputs);
    });
}

/// INV-06: one identity, or two with the same weight and collateral between them: two never earn
/// more.
#[test]
fn splitting_never_gains() {
    let others = prop::collection::vec((1_u64..10_000, 0_u128..50_000), 0..10);
    let mine = (2_u64..10_000, 0_u128..50_000, any::<prop::sample::Index>(), 0_u128..50_000);
    proptest!(cases(300), |(others in others, (weight, collateral, cut, more) in mine)| {
        let mut parameters = rules(false, 123_457);
        parameters.weights.base_weight_ratio = ratio("0.3");
        let with = |number, weight, collateral| {
            let mut row = participant(number, weight);
            row.collateral = amount(collateral);
            row
        };
        let rest: Vec<OfflineParticipant> = (10_u32..)
            .zip(&others)
            .map(|(number, (weight, collateral))| with(number, *weight, *collateral))
            .collect();
        let part = cut.index(usize::try_from(weight).unwrap()) as u64;
        let first = more.min(collateral);
        let whole = vec![with(0, weight, collateral)];
        let split = vec![with(0, part, first), with(1, weight - part, collateral - first)];
        let earned = |mine: Vec<OfflineParticipant>| {
            let accounts: Vec<Address> = mine.iter().map(|row| row.account).collect();
            let all = mine.into_iter().chain(rest.clone()).collect();
            let settled = settle(&parameters, epoch_of(all), false).unwrap();
            let of = |account| settled.record.summaries.of(account).unwrap().rewarded.get();
            accounts.iter().map(of).sum::<u128>()
        };
        prop_assert!(earned(split) <= earned(whole));
    });
}

#[test]
fn many_participants_are_planned_alike_on_one_thread_and_four() {
    let rows = |count: u32| (0..count).map(|n| participant(n, u64::from(n % 977))).collect();
    let settled = settle(&rules(true, 1 << 90), epoch_of(rows(70_001)), false).unwrap();
    let parameters = rules(true, 1 << 90);
    let on = |threads| {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
        builder.build().unwrap().install(|| plan(&parameters, &settled.inputs).unwrap())
    };
    let one = on(1);
    assert_eq!(one, on(4));
    assert_eq!(one, settled.plan);
    check_plan_sums(&one);
}

fn check_plan_sums(plan: &SettlementPlan) {
    let stream = &plan.streams[0];
    let sum: u128 = stream.rewards.iter().map(|reward| reward.get()).sum();
    assert_eq!(sum + stream.dust.get(), 1 << 90);
}

/// What a close recorded is what anyone computes from its frozen inputs.
#[test]
fn frozen_inputs_settle_again_to_the_same_record() {
    let mut parameters = crate::driver::variant(2);
    parameters.weights.base_weight_ratio = ratio("1");
    let mut chain = Chain::new(parameters.clone());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 1_000));
    for round in 0..5 {
        chain.prove(&[("alice", 0, 10), ("bob", 0, 20)]);
        let lie = chain.serve("alice", 0, "cust", 10);
        if round % 2 == 1 {
            // Her forfeits go to the recycling pool, and a second stream re-issues them.
            chain.ok("hunter", challenge(lie, 20));
            chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
        }
        let closed = chain.close().closed.unwrap();
        let inputs = closed.inputs.as_ref().clone();
        let again = workmint_core::offline::settle_inputs(&parameters, inputs, true).unwrap();
        assert_eq!(again.record, *closed.record, "epoch {round}");
    }
    let header = chain.state.settlement.header(1).unwrap();
    assert!(header.streams[0].forfeited > Amount::ZERO, "the case is met");
}

#[test]
fn bad_rows_are_named() {
    let row = participant(1, 5);
    let twice = settle(&rules(false, 1), epoch_of(vec![row.clone(), row.clone()]), false);
    assert_eq!(twice.unwrap_err(), OfflineError::Duplicate(row.account));
    let mut unknown = row;
    unknown.units = vec![(ModelId(3), 1)];
    let unknown_model = OfflineError::UnknownModel { account: unknown.account, model: ModelId(3) };
    let refused = settle(&rules(false, 1), epoch_of(vec![unknown]), false);
    assert_eq!(refused.unwrap_err(), unknown_model);
}

/// Reports of one epoch in any order, attested in any order: the same record.
#[test]
fn the_order_of_submissions_changes_no_record() {
    let orders = Just(vec!["alice", "bob", "carol", "dave"]).prop_shuffle();
    let record_of = |order: &[&str]| {
        let mut parameters = parameters();
        parameters.weights.base_weight_ratio = ratio("0.7");
        let mut chain = Chain::new(parameters);
        chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0]), ("dave", &[0])]);
        chain.ok("cust", prepay(0, 9_999));
        let weight = |who: &str| u64::from(address(who).0[0]) + 1;
        let proofs: Vec<(&str, u16, u64)> =
            order.iter().map(|who| (*who, 0, weight(who))).collect();
        chain.prove(&proofs);
        chain.close();
        for who in order {
            chain.serve(who, 0, "cust", weight(who));
        }
        chain.close().closed.unwrap()
    };
    let expected = record_of(&["alice", "bob", "carol", "dave"]);
    proptest!(cases(10), |(order in orders)| {
        let closed = record_of(&order);
        prop_assert_eq!(&closed.record, &expected.record);
        prop_assert_eq!(&closed.inputs, &expected.inputs);
    });
}

/// Nothing is left to mint, 300 are in the pool: they are re-issued, and no unit is minted.
#[test]
fn recycled_tokens_are_reissued_when_the_allocation_is_exhausted() {
    let mut rules = rules(false, 1);
    rules.emission.schedule = Schedule::FixedPerBlock { reward: amount(1_000) };
    rules.emission.genesis_epoch = 0;
    let mut epoch = epoch_of(vec![participant(1, 5)]);
    epoch.minted = rules.emission.allocation;
    epoch.asset_issued = rules.emission.allocation;
    let asset = rules.emission.asset;
    epoch.pots.push((asset, workmint_core::modules::ledger::Pot::Recycling, amount(300)));
    let header = settle(&rules, epoch.clone(), false).unwrap().record.header;
    assert_eq!((header.minted, header.recycled), (Amount::ZERO, amount(300)));
    assert_eq!(header.emission.budget, amount(300));
    epoch.pots.clear();
    let header = settle(&rules, epoch, false).unwrap().record.header;
    assert_eq!((header.minted, header.recycled), (Amount::ZERO, Amount::ZERO));
}
