//! The recount of buckets against the engine's, period after period, and records that were
//! tampered with.

use super::Dice;
use crate::audit::history::History;
use crate::audit::recount;
use std::sync::Arc;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::inputs::Lot;
use workmint_core::modules::parameters::{Backpay, Parameters, Score, Split};
use workmint_core::modules::rewards::BucketLine;
use workmint_core::offline::{
    OfflineContribution, OfflineEpoch, OfflineLiability, OfflineSettlement, settle,
};
use workmint_networks::preset;

const HOUR: u64 = 3_600_000;

/// Blyan with other numbers where rules have corners.
fn rules(dice: &mut Dice) -> Parameters {
    let mut parameters = preset("blyan").unwrap().definition().unwrap().parameters;
    let buckets = parameters.buckets.as_mut().unwrap();
    if dice.below(2) == 0 {
        buckets.rollover_epochs = dice.below(4);
    }
    buckets.max_recipient_share = Ratio::new(u128::from(1 + dice.below(10)), 10).unwrap();
    match dice.below(6) {
        0 => buckets.backpay = None,
        1 => {
            let backpay: &mut Backpay = buckets.backpay.as_mut().unwrap();
            backpay.max_periods = 1 + dice.below(3);
            backpay.max_age_ms = (1 + dice.below(5)) * HOUR;
        }
        _ => {}
    }
    // Small budgets: each leftover unit shows.
    if dice.below(2) == 0
        && let workmint_core::modules::parameters::Schedule::Inflation { base, .. } =
            &mut parameters.emission.schedule
    {
        *base = Amount::new(u128::from(dice.below(100_000)) * 8_760 * 10);
        for stream in &mut parameters.streams {
            if let Score::Rate(rate) = &mut stream.score {
                rate.rate = Amount::new(u128::from(1 + dice.below(500)));
                rate.minimum = Amount::new(u128::from(dice.below(3)));
            }
        }
    }
    parameters
}

/// What one epoch leaves to the next.
#[derive(Default)]
struct Carried {
    backpay: Vec<OfflineLiability>,
    lots: Vec<Lot>,
    minted: Amount,
}

/// Contributions of up to 12 accounts to the streams with a rate: some hours of many, some of none.
fn contributions(dice: &mut Dice, parameters: &Parameters, epoch: u64) -> Vec<OfflineContribution> {
    let surge = [0, 1, 20, 400][usize::try_from(dice.below(4)).unwrap()];
    let mut rows = Vec::new();
    for (stream, rules) in (0_u16..).zip(&parameters.streams) {
        if !matches!(rules.split, Split::Rate(_)) || dice.below(4) == 0 {
            continue;
        }
        for number in 0..dice.below(12) {
            let mut account = [0; 20];
            account[19] = u8::try_from(1 + dice.below(12)).unwrap();
            rows.push(OfflineContribution {
                stream,
                account: Address(account),
                epoch,
                id: u64::from(stream) * 100 + number,
                quantity: 1 + dice.below(50_000_000) * surge,
                first: u32::try_from(dice.below(3_500_000)).unwrap(),
                second: u32::try_from(dice.below(2_500_000)).unwrap(),
            });
        }
    }
    rows
}

fn close(
    dice: &mut Dice,
    parameters: &Parameters,
    epoch: u64,
    carried: Carried,
) -> OfflineSettlement {
    let Carried { backpay, lots, minted } = carried;
    let contributions = contributions(dice, parameters, epoch);
    let epoch = OfflineEpoch {
        epoch,
        blocks: 1,
        minted,
        asset_issued: minted.checked_add(Amount::new(1_000_000_000_000_000_000)).unwrap(),
        time_ms: epoch * HOUR,
        contributions,
        backpay,
        lots,
        ..OfflineEpoch::default()
    };
    settle(parameters, epoch, true).unwrap()
}

fn left_by(settled: &OfflineSettlement, minted: Amount) -> Carried {
    let mut carried = Carried { minted, ..Carried::default() };
    carried.minted = minted.checked_add(settled.record.header.minted).unwrap();
    for bucket in settled.plan.streams.iter().filter_map(|stream| stream.bucket.as_ref()) {
        carried.lots.extend(&bucket.lots);
        carried.backpay.extend(bucket.liabilities.iter().map(|row| OfflineLiability {
            stream: row.stream,
            epoch: row.epoch,
            account: settled.inputs.participants.account[row.participant as usize],
            since_ms: row.since_ms,
            owed: row.owed,
        }));
    }
    carried
}

/// What the auditor is shown of a close.
fn closed(parameters: &Parameters, settled: &OfflineSettlement) -> ClosedEpoch {
    ClosedEpoch {
        parameters: Arc::new(parameters.clone()),
        inputs: Arc::new(settled.inputs.clone()),
        record: Arc::new(settled.record.clone()),
    }
}

/// Which corners were met.
#[derive(Debug, Default)]
struct Seen {
    borrowed: u32,
    backpay: u32,
    closed: u32,
    expired: u32,
    /// Some recipients of a stream got all they were due, others did not.
    capped: u32,
    allocation: u32,
}

impl Seen {
    fn count(&mut self, settled: &OfflineSettlement) {
        self.allocation += u32::from(
            settled.record.header.emission.budget < settled.record.header.emission.scheduled,
        );
        for bucket in settled.plan.streams.iter().filter_map(|stream| stream.bucket.as_ref()) {
            let line = &bucket.line;
            self.borrowed += u32::from(!line.borrowed.is_zero());
            self.backpay += u32::from(!line.paid_backpay.is_zero());
            self.closed += u32::from(!line.closed.is_zero());
            self.expired += u32::from(!line.expired.is_zero());
            let capped = bucket.settled.iter().filter(|(_, worth, paid)| paid < worth).count();
            self.capped += u32::from(capped > 0 && capped < bucket.settled.len());
        }
    }
}

#[test]
fn the_recount_agrees_period_after_period() {
    let mut seen = Seen::default();
    for chain in 0..60 {
        let mut dice = Dice(11 + chain);
        let mut parameters = rules(&mut dice);
        let mut history = History::default();
        let mut carried = Carried::default();
        for epoch in 0..40 {
            if epoch == 30 && chain % 3 == 0 {
                // Governance lowers the allocation to what was minted and a bit.
                let bit = Amount::new(u128::from(dice.below(1 << 20)));
                parameters.emission.allocation = carried.minted.checked_add(bit).unwrap();
            }
            let minted = carried.minted;
            let settled = close(&mut dice, &parameters, epoch, carried);
            let at = format!("chain {chain}, epoch {epoch}");
            let shown = closed(&parameters, &settled);
            history.check_left(&shown).unwrap_or_else(|why| panic!("{at}: {why}"));
            let left = recount::check(&parameters, &settled.inputs, &settled.record);
            history.carry(left.unwrap_or_else(|why| panic!("{at}: {why}")));
            seen.count(&settled);
            carried = left_by(&settled, minted);
        }
    }
    let Seen { borrowed, backpay, closed, expired, capped, allocation } = seen;
    let often = [borrowed, backpay, closed, expired].into_iter().all(|times| times > 1_000);
    assert!(often && capped > 50 && allocation > 50, "{seen:?}");
}

/// A change of a record that must not go unnoticed.
type Tamper = (&'static str, fn(&mut BucketLine) -> &mut Amount);

const FIGURES: [Tamper; 15] = [
    ("target", |line| &mut line.target),
    ("floor", |line| &mut line.floor),
    ("ceiling", |line| &mut line.ceiling),
    ("rolled in", |line| &mut line.rolled_in),
    ("expired", |line| &mut line.expired),
    ("demand", |line| &mut line.demand),
    ("due", |line| &mut line.due),
    ("lent", |line| &mut line.lent),
    ("borrowed", |line| &mut line.borrowed),
    ("paid new", |line| &mut line.paid_new),
    ("paid backpay", |line| &mut line.paid_backpay),
    ("newly owed", |line| &mut line.newly_owed),
    ("closed", |line| &mut line.closed),
    ("owed", |line| &mut line.owed),
    ("rolled out", |line| &mut line.rolled_out),
];

/// Settled epochs of a surge: someone is paid, someone is owed, something rolls over.
fn some_epochs() -> (Parameters, Vec<OfflineSettlement>) {
    let parameters = preset("blyan").unwrap().definition().unwrap().parameters;
    let mut dice = Dice(5);
    let mut carried = Carried::default();
    let mut all = Vec::new();
    for epoch in 0..12 {
        let minted = carried.minted;
        let settled = close(&mut dice, &parameters, epoch, carried);
        carried = left_by(&settled, minted);
        all.push(settled);
    }
    assert!(!carried.backpay.is_empty() && !carried.lots.is_empty());
    (parameters, all)
}

#[test]
fn every_figure_of_a_bucket_is_compared() {
    let (parameters, all) = some_epochs();
    let settled = all.last().unwrap();
    recount::check(&parameters, &settled.inputs, &settled.record).unwrap();
    for stream in 0..4 {
        for (name, figure) in FIGURES {
            let mut wrong = settled.record.clone();
            let line = wrong.header.streams[stream].bucket.as_mut().unwrap();
            let amount = figure(line);
            *amount = amount.checked_add(Amount::new(1)).unwrap();
            let found = recount::check(&parameters, &settled.inputs, &wrong);
            assert!(found.is_err(), "{name} of stream {stream} goes unnoticed");
        }
        let mut wrong = settled.record.clone();
        wrong.header.streams[stream].bucket = None;
        assert!(recount::check(&parameters, &settled.inputs, &wrong).is_err(), "no bucket");
    }
    let mut wrong = settled.record.clone();
    wrong.entries.amount.swap(0, 1);
    assert!(recount::check(&parameters, &settled.inputs, &wrong).is_err(), "amounts swapped");
}

/// What spoils a settlement.
type Spoil<'a> = &'a dyn Fn(&mut OfflineSettlement);

/// A contribution, a debt or a lot that the inputs left out, added or changed.
#[test]
fn inputs_that_history_does_not_give_are_noticed() {
    let (parameters, all) = some_epochs();
    let (last, before) = all.split_last().unwrap();
    let check = |spoil: Spoil<'_>| {
        let mut history = History::default();
        for settled in before {
            history.check_left(&closed(&parameters, settled)).unwrap();
            let left = recount::check(&parameters, &settled.inputs, &settled.record).unwrap();
            history.carry(left);
        }
        let mut spoiled = last.clone();
        spoil(&mut spoiled);
        history.check_left(&closed(&parameters, &spoiled))
    };
    check(&|_| {}).unwrap();
    let unit = |amount: Amount| amount.checked_add(Amount::new(1)).unwrap();
    let spoils: [(&str, Spoil<'_>); 6] = [
        ("backpay left out", &|settled| {
            settled.inputs.backpay.pop();
        }),
        ("backpay raised", &|settled| {
            settled.inputs.backpay[0].owed = unit(settled.inputs.backpay[0].owed);
        }),
        ("backpay made younger", &|settled| settled.inputs.backpay[0].since_ms += 1),
        ("a lot left out", &|settled| {
            settled.inputs.lots.pop();
        }),
        ("a lot raised", &|settled| {
            settled.inputs.lots[0].amount = unit(settled.inputs.lots[0].amount);
        }),
        ("a contribution settled again", &|settled| {
            let earlier = before.iter().find(|epoch| !epoch.inputs.contributions.id.is_empty());
            let earlier = &earlier.unwrap().inputs;
            let account =
                earlier.participants.account[earlier.contributions.participant[0] as usize];
            let columns = &mut settled.inputs.contributions;
            let row = settled.inputs.participants.find(&account).expect("it contributes again");
            columns.stream.push(earlier.contributions.stream[0]);
            columns.participant.push(u32::try_from(row).unwrap());
            columns.epoch.push(earlier.contributions.epoch[0]);
            columns.id.push(earlier.contributions.id[0]);
        }),
    ];
    for (name, spoil) in spoils {
        assert!(check(spoil).is_err(), "{name} goes unnoticed");
    }
}

/// What rolled over may not be promised twice.
#[test]
fn a_wrong_reserve_is_noticed() {
    let (parameters, all) = some_epochs();
    let last = all.last().unwrap();
    let mut inputs = last.inputs.clone();
    inputs.emission.reserved = Amount::ZERO;
    let found = recount::check(&parameters, &inputs, &last.record);
    assert!(found.is_err_and(|why| why.contains("rolled over and may be used")));
}
