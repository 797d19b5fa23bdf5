//! Schedules `geometric` and `work_subsidy`, and switching between them by governance (document 000
//! §7.4). Expected numbers are computed by hand beside the tests.

use crate::kit::*;
use crate::properties::cases;
use proptest::prelude::*;
use workmint_amounts::Amount;
use workmint_core::modules::emission::{
    Bound, Facts, Totals, budget, findings, project, stages, work_subsidy_rate,
};
use workmint_core::modules::parameters::Event as ParameterEvent;
use workmint_core::modules::parameters::*;
use workmint_core::offline::{OfflineEpoch, OfflineParticipant, settle};
use workmint_core::{Event, Message};

/// 1,000 in epoch 0, nine tenths from epoch to epoch, to weights; payments to providers.
fn bitcoin_style() -> Parameters {
    let mut parameters = parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters.emission.allocation = amount(10_000);
    let (initial, factor) = (amount(1_000), ratio("0.9"));
    parameters.emission.schedule = Schedule::Geometric { initial, factor, period_epochs: 1 };
    parameters
}

fn subsidy(rate: &str, interval: &str, reduction: &str) -> Schedule {
    let [rate, interval, reduction] = [rate, interval, reduction].map(ratio);
    Schedule::WorkSubsidy { rate, interval, reduction }
}

/// The same network with ten for each unit of work, less after each 2,000 minted.
fn legacy() -> Parameters {
    let mut parameters = bitcoin_style();
    parameters.emission.schedule = subsidy("0.9", "0.2", "0.2");
    parameters.streams = vec![emission_stream("subsidy", "1", Score::WorkDone), work_stream()];
    parameters.streams[0].denominator = Denominator::Paid;
    parameters
}

/// The governor schedules parameters for the next epoch, which begins with a close; then that epoch
/// is open under them.
fn switch(chain: &mut Chain, parameters: Parameters) {
    let message = ScheduleParameters { epoch: chain.epoch() + 1, parameters: Box::new(parameters) };
    chain.ok("friend", Message::ScheduleParameters(message));
    let applied = chain.close();
    let activated =
        |event: &Event| matches!(event, Event::Parameters(ParameterEvent::Activated { .. }));
    assert!(applied.events.iter().any(activated), "{:?}", applied.events);
}

fn totals(chain: &Chain) -> (u128, u32) {
    let Totals { minted, reductions, .. } = chain.state.emission.totals();
    (minted.get(), reductions)
}

#[test]
fn governance_switches_to_a_subsidy_of_work_and_back() {
    let mut chain = Chain::new(bitcoin_style());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 5_000));
    chain.prove(&[("alice", 0, 3), ("bob", 0, 1)]);
    chain.close();
    assert_eq!(totals(&chain), (0, 0), "nobody has a weight in epoch 0");

    // Epoch 1: 1,000 x 0.9, shared 3 : 1.
    switch(&mut chain, legacy());
    assert_eq!(totals(&chain), (900, 0));

    // Epoch 2: 100 + 200 of work, ten for one is 3,000. Up to the cut-off at 2,000 there are 1,100,
    // which use 110 of the work; the other 190 give 190 / (1 - 0.72) = 678.57.
    chain.serve("alice", 0, "cust", 20);
    chain.serve("bob", 0, "cust", 40);
    let closed = chain.close().closed.unwrap();
    assert_eq!(closed.inputs.emission.work, amount(300));
    let line = closed.record.header.emission;
    assert_eq!((line.scheduled, line.cutoff), (amount(1_778), Some(amount(2_000))));
    // 1,778 x 100 / 300 and x 200 / 300; payments beside them.
    let paid = |stream: usize| closed.record.header.streams[stream].paid.get();
    assert_eq!((paid(0), paid(1)), (592 + 1_185, 300));
    assert_eq!(totals(&chain), (900 + 1_778, 1), "the dust is minted and carried");
    assert!(chain.state.revert(chain.undo.take().unwrap()));
    assert_eq!(totals(&chain), (900, 0), "the cut-off is undone with the block");
    chain.close();
    assert_eq!(totals(&chain), (2_678, 1));

    // Epoch 3: 100 of work at the lower rate: 100 / 0.28 = 357.14, and the dust of 1.
    chain.prove(&[("alice", 0, 3), ("bob", 0, 1)]);
    chain.serve("alice", 0, "cust", 20);
    switch(&mut chain, bitcoin_style());
    assert_eq!(totals(&chain), (2_678 + 357, 1));
    let header = chain.state.settlement.header(3).unwrap();
    assert_eq!((header.streams[0].paid, header.streams[0].dust), (amount(358), Amount::ZERO));

    // Epoch 4: 1,000 x 0.9^4 = 656.1: the exponent counts epochs, whatever paid in between.
    switch(&mut chain, legacy());
    assert_eq!(totals(&chain), (2_678 + 357 + 656, 1));

    // Epoch 5: the rate stays where it had fallen to: 50 / 0.28 = 178.57.
    chain.serve("bob", 0, "cust", 10);
    let facts = chain.state.preview_inputs().unwrap().emission;
    assert_eq!((facts.minted, facts.reductions), (amount(3_691), 1));
    chain.close();
    assert_eq!(totals(&chain), (3_691 + 178, 1));
}

fn worker(who: &str, work: u128, refuted: bool) -> OfflineParticipant {
    OfflineParticipant {
        account: address(who),
        nodes: Vec::new(),
        collateral: Amount::ZERO,
        unbonding: Amount::ZERO,
        requests: 0,
        missed: 0,
        units: Vec::new(),
        jailed: false,
        refuted,
        inactive: false,
        effective: None,
        confirmed: None,
        work: Some(amount(work)),
        debt: Amount::ZERO,
    }
}

/// Who lost a challenge neither raises the subsidy nor shares it; its payments stay its own.
#[test]
fn refuted_work_earns_no_subsidy() {
    let (minted, asset_issued) = (amount(500), amount(500));
    let participants = vec![worker("alice", 30, false), worker("bob", 70, true)];
    let epoch = OfflineEpoch {
        epoch: 9,
        blocks: 1,
        minted,
        asset_issued,
        reductions: 2,
        pots: Vec::new(),
        burned_fees: Amount::ZERO,
        participants,
        ..OfflineEpoch::default()
    };
    let settled = settle(&legacy(), epoch, false).unwrap();
    // 0.9 x 0.8 x 0.8 = 0.576; 30 / 0.424 = 70.75.
    assert_eq!(settled.plan.emission.scheduled, amount(70));
    let at = |who| settled.inputs.participants.find(&address(who)).unwrap();
    let paid = |stream: usize, who| settled.plan.streams[stream].rewards[at(who)].get();
    assert_eq!([paid(0, "alice"), paid(0, "bob")], [70, 0]);
    assert_eq!([paid(1, "alice"), paid(1, "bob")], [30, 70]);
}

#[test]
fn stages_reach_from_cutoff_to_cutoff() {
    let mut emission = legacy().emission;
    emission.allocation = amount(9_000);
    // 9,000 x 0.3 = 2,700; the allocation ends the last.
    emission.schedule = subsidy("0.5", "0.3", "0.5");
    let all: Vec<_> = stages(&emission).map(Result::unwrap).collect();
    let told: Vec<String> = all
        .iter()
        .map(|stage| format!("{}-{} {} {}", stage.from, stage.until, stage.rate, stage.per_unit))
        .collect();
    let expected =
        ["0-2700 0.5 2", "2700-5400 0.25 4/3", "5400-8100 0.125 8/7", "8100-9000 0.0625 16/15"];
    assert_eq!(told, expected);
    let schedule = &emission.schedule;
    assert_eq!(work_subsidy_rate(schedule, 4).unwrap(), Some(ratio("0.0313")));
    assert_eq!(work_subsidy_rate(&bitcoin_style().emission.schedule, 4).unwrap(), None);
    assert_eq!(stages(&bitcoin_style().emission).count(), 0);
}

#[test]
fn findings_tell_what_a_network_of_these_schedules_does() {
    let told = |parameters: &Parameters| -> Vec<String> {
        let found = findings(parameters, Amount::ZERO);
        found.iter().map(|finding| format!("{}: {}", finding.path, finding.message)).collect()
    };
    let mut parameters = legacy();
    let all = told(&parameters);
    assert_eq!(
        all[0],
        "emission.rate: work_subsidy mints 1 / (1 - rate) = 10 GNK for each GNK paid for work: a \
         provider that is its own customer gets its payment back and earns 10 GNK besides"
    );
    assert_eq!(
        all[1],
        "emission.interval: for every 20 GNK minted the rate falls: 0.9, 0.72, 0.576, 0.4608, \
         0.3686"
    );
    assert!(all[2].starts_with("emission.schedule: what an epoch mints depends on its work"));
    parameters.streams[0].limit = Limit::BurnedFees;
    assert!(!told(&parameters).iter().any(|text| text.starts_with("emission.rate")));

    let mut yearly = bitcoin_style();
    let (initial, factor) = (amount(2_000), ratio("0.7"));
    yearly.emission.schedule = Schedule::Geometric { initial, factor, period_epochs: 365 };
    let all = told(&yearly);
    assert!(
        all.contains(
            &"emission.factor: the first period below half of the first begins at offset 730"
                .to_owned()
        ),
        "{all:?}"
    );
    // Floors of 2,000 x 0.7^k, k = 0 to 21, summed: 2000 1400 980 686 480 336 235 164 115 80 56 39
    // 27 19 13 9 6 4 3 2 1 1. The unit of period 21 falls on its last epoch, 22 x 365 - 1.
    let last = all.iter().find(|text| text.starts_with("emission.allocation")).unwrap();
    assert!(last.contains("mints 66.56 GNK of 100 GNK in all, the last epoch 8,029"), "{last}");
    // A schedule that never falls has no end of its own.
    let (initial, factor) = (amount(300), ratio("1"));
    yearly.emission.schedule = Schedule::Geometric { initial, factor, period_epochs: 4 };
    let all = told(&yearly);
    assert!(all[0].contains("unlimited it would mint on"), "{}", all[0]);
    // 75 an epoch: 133 epochs give 9,975, the 134th the last 25.
    assert!(all[0].contains("epoch offset 133"), "{}", all[0]);
}

/// floor(initial x (numerator / denominator)^period) in plain integers.
fn of_period(initial: u128, (numerator, denominator): (u128, u128), period: u32) -> u128 {
    initial * numerator.pow(period) / denominator.pow(period)
}

proptest! {
    #![proptest_config(cases(300))]

    /// Each period of a geometric schedule sums to exactly its amount until the allocation binds,
    /// evenly within a unit; nothing passes the allocation.
    #[test]
    fn geometric_sums_exactly_and_ends_with_the_allocation(
        initial in 0_u128..1_000_000_000,
        numerator in 0_u128..200,
        length in 1_u64..40,
        allocation in 0_u128..3_000_000_000,
        genesis_epoch in 0_u64..5,
    ) {
        let factor = (numerator, 100);
        let emission = Emission {
            utility: None,
            quota: workmint_amounts::Ratio::ZERO,
            reference_weight: 0,
            asset: GNK,
            schedule: Schedule::Geometric {
                initial: amount(initial),
                factor: workmint_amounts::Ratio::new(numerator, 100).unwrap(),
                period_epochs: length,
            },
            allocation: amount(allocation),
            genesis_epoch,
        };
        let mut parameters = parameters();
        parameters.assets[0].cap = Amount::MAX;
        parameters.emission = emission;
        let rows: Vec<_> = project(&parameters, Amount::ZERO, 1)
            .take(10 * usize::try_from(length).unwrap())
            .map(Result::unwrap)
            .collect();
        let mut minted = 0;
        for (period, rows) in rows.chunks(usize::try_from(length).unwrap()).enumerate() {
            let whole = of_period(initial, factor, u32::try_from(period).unwrap());
            let given: Vec<u128> = rows.iter().map(|row| row.scheduled.get()).collect();
            prop_assert_eq!(given.iter().sum::<u128>(), whole);
            prop_assert!(given.iter().max().unwrap() - given.iter().min().unwrap() <= 1);
            for row in rows {
                minted += row.minted.get();
                prop_assert!(minted <= allocation && row.minted <= row.scheduled);
                prop_assert_eq!(row.bound_by != Bound::Schedule, row.minted < row.scheduled);
                // With a factor below 1 a period without anything is the end.
                prop_assert_eq!(row.ended, whole == 0);
            }
        }
    }

    /// Whatever work an epoch brings: minting never passes the allocation, the rate never rises,
    /// and no epoch pays more than 1 / (1 - rate) for a unit of work, of which rounding at a
    /// cut-off may give one away.
    #[test]
    fn a_subsidy_never_passes_the_allocation(
        works in prop::collection::vec(0_u64..5_000, 1..60),
        rate in 0_u32..100,
        interval in 1_u32..100,
        reduction in 0_u32..=100,
        allocation in 0_u128..100_000,
    ) {
        let percent = |share: u32| format!("0.{share:02}");
        let reduction = if reduction == 100 { "1".to_owned() } else { percent(reduction) };
        let emission = Emission {
            utility: None,
            quota: workmint_amounts::Ratio::ZERO,
            reference_weight: 0,
            asset: GNK,
            schedule: subsidy(&percent(rate), &percent(interval), &reduction),
            allocation: amount(allocation),
            genesis_epoch: 0,
        };
        let (mut minted, mut reductions) = (0, 0);
        let mut last = ratio("1");
        for (epoch, work) in (0_u64..).zip(works) {
            let facts = Facts {
                epoch,
                blocks: 1,
                minted: amount(minted),
                asset_issued: Amount::ZERO,
                work: amount(work.into()),
                reductions,
                ..Default::default()
            };
            let line = budget(&emission, Amount::MAX, &facts).unwrap();
            let rate = work_subsidy_rate(&emission.schedule, reductions).unwrap().unwrap();
            prop_assert!(rate <= last);
            last = rate;
            let most = u128::from(work + 1) * rate.denominator()
                / (rate.denominator() - rate.numerator());
            prop_assert!(line.scheduled.get() <= most);
            minted += line.budget.get();
            prop_assert!(minted <= allocation);
            if let Some(cutoff) = line.cutoff {
                let offered = facts.minted.get() + line.scheduled.get();
                prop_assert!(cutoff > facts.minted && offered >= cutoff.get());
                reductions += u32::from(amount(minted) >= cutoff);
            }
        }
    }
}
