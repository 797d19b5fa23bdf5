//! What holds of buckets over random demand, period after period: 100,000 of them, each compared
//! with plain loops (`bucket_oracle`). `WORKMINT_FULL` runs ten times as many.

use crate::bucket_oracle::{Told, tell};
use crate::buckets::{backpay, buckets, inputs, network, rate_stream};
use crate::draw::{Draw, is_full};
use crate::kit::*;
use rayon::prelude::*;
use std::collections::BTreeMap;
use workmint_amounts::{Amount, Ratio};
use workmint_core::EpochInputs;
use workmint_core::inputs::{Liability, Lot};
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{BucketPlan, UnpaidReason};
use workmint_core::time::DAY_MS;

/// Periods of one network.
const PERIODS: u64 = 250;

/// Two to four buckets by random rules.
fn random_network(draw: &mut Draw) -> Parameters {
    let shares: &[&str] = draw.of(&[
        &["0.45", "0.35", "0.1", "0.1"],
        &["0.5", "0.5"],
        &["0.333", "0.333", "0.334"],
        &["0.9", "0.0999", "0.0001"],
    ]);
    let names = ["a", "b", "c", "d"];
    let streams = names.iter().zip(shares).map(|(name, share)| {
        let times = |factor: &str| ratio(share).checked_mul(ratio(factor)).unwrap().min(Ratio::ONE);
        let (floor, ceiling) = (draw.of(&["0", "0.5", "1"]), draw.of(&["1", "1.5", "20"]));
        let priority = u8::try_from(draw.below(3)).unwrap();
        let bounds = Bucket { floor: times(floor), ceiling: times(ceiling), priority };
        Stream { split: Split::Rate(bounds), ..rate_stream(name, share, ("0", "1"), 0) }
    });
    let mut network = network(streams.collect());
    let reward = draw.of(&[3, 100, 1_000, 1_237]);
    network.emission.schedule = Schedule::FixedPerBlock { reward: amount(reward) };
    network.emission.allocation = amount(draw.of(&[40_000, 10_000_000]));
    let kept = Backpay {
        max_periods: draw.of(&[1, 5, 1_000]),
        share: ratio(draw.of(&["0", "0.5", "1"])),
        ..backpay()
    };
    let lasting = Backpay {
        max_age_ms: 3_660 * DAY_MS,
        decay: Steps { steps: vec![Step { from: Ratio::ZERO, value: Ratio::ONE }] },
        max_periods: 1_000_000,
        ..kept.clone()
    };
    let before = network.buckets.take().unwrap();
    network.buckets = Some(Buckets {
        rollover_epochs: draw.of(&[0, 1, 3, 24]),
        max_recipient_share: ratio(draw.of(&["0.1", "0.25", "0.5", "1"])),
        backpay: draw.of(&[None, Some(0), Some(1), Some(1)]).map(|which| match which {
            0 => kept.clone(),
            _ => lasting.clone(),
        }),
        ..before
    });
    network
}

/// A chain's part in it: what is minted, owed and rolled over.
struct Chain {
    parameters: Parameters,
    minted: u128,
    scheduled: u128,
    budgets: u128,
    expired: u128,
    backpay: Vec<Liability>,
    lots: Vec<Lot>,
}

impl Chain {
    /// Closes a period, compares it with plain loops, and checks what must hold of it.
    fn period(&mut self, epoch: u64, blocks: u64, work: &[(u16, u32, u64)]) {
        let inputs = self.freeze(epoch, blocks, work);
        let plans = buckets(&self.parameters, &inputs);
        let Schedule::FixedPerBlock { reward } = self.parameters.emission.schedule else {
            panic!()
        };
        let issuable = self.parameters.emission.allocation.get() - self.minted;
        let reserved = inputs.emission.reserved.get();
        let offered = reward.get() * u128::from(blocks);
        let budget = offered.min(issuable - reserved);
        let told = tell(&self.parameters, &inputs, (offered, budget), issuable);
        let planned: Vec<Told> = plans.iter().map(Told::of).collect();
        assert_eq!(planned, told);
        let target: u128 = plans.iter().map(|plan| plan.line.target.get()).sum();
        assert_eq!(target, budget, "the targets are the whole budget");
        for (stream, plan) in plans.iter().enumerate() {
            self.bounds(plan);
            self.debts(stream, plan, &inputs, offered);
            recipients(plan, self.parameters.buckets.as_ref().unwrap().max_recipient_share);
            self.minted += plan.line.paid_new.get() + plan.line.paid_backpay.get();
            self.expired += plan.line.expired.get();
        }
        self.scheduled += offered;
        self.budgets += budget;
        self.backpay = plans.iter().flat_map(|plan| plan.liabilities.clone()).collect();
        self.lots = plans.iter().flat_map(|plan| plan.lots.clone()).collect();
        let lots: u128 = self.lots.iter().map(|lot| lot.amount.get()).sum();
        assert_eq!(self.budgets, self.minted + self.expired + lots, "budget is conserved");
        assert!(self.minted + lots <= self.scheduled, "minted within the schedule");
        assert!(self.minted + lots <= self.parameters.emission.allocation.get());
    }

    fn freeze(&self, epoch: u64, blocks: u64, work: &[(u16, u32, u64)]) -> EpochInputs {
        let mut inputs = inputs(work);
        let rollover = self.parameters.buckets.as_ref().unwrap().rollover_epochs;
        let usable = self.lots.iter().filter(|lot| lot.epoch + rollover >= epoch);
        inputs.emission.reserved = Amount::sum(usable.map(|lot| lot.amount)).unwrap();
        inputs.emission.minted = amount(self.minted);
        inputs.emission.blocks = blocks;
        (inputs.epoch, inputs.emission.epoch) = (epoch, epoch);
        inputs.time_ms = epoch * DAY_MS;
        (inputs.backpay, inputs.lots) = (self.backpay.clone(), self.lots.clone());
        inputs
    }

    /// Floor, ceiling, and that no stream is starved.
    fn bounds(&self, plan: &BucketPlan) {
        let line = &plan.line;
        let paid = line.paid_new.get() + line.paid_backpay.get();
        assert!(line.lent.get() <= line.target.get() - line.floor.get().min(line.target.get()));
        assert!(paid <= line.ceiling.get() + line.rolled_in.get());
        assert!(line.lent.is_zero() || line.borrowed.is_zero());
        // Rounding keeps back less than a unit a recipient of one epoch, new and old.
        let demand = line.demand.get() + line.due.get();
        assert!(paid + 16 > demand.min(line.target.get()), "{line:?}");
        if demand <= line.target.get() {
            assert_eq!(paid, demand);
        }
    }

    /// Backpay only falls, but for what new contributions were not paid; what closes is lost by
    /// age, limit or decay only where there are such rules.
    fn debts(&self, stream: usize, plan: &BucketPlan, inputs: &EpochInputs, offered: u128) {
        let before = self.backpay.iter().filter(|row| usize::from(row.stream) == stream);
        let mut left: BTreeMap<(u64, u32), u128> =
            before.map(|row| ((row.epoch, row.participant), row.owed.get())).collect();
        for (row, worth, paid) in &plan.settled {
            assert!(paid <= worth);
            left.insert((inputs.epoch, *row), worth.get() - paid.get());
        }
        let mut take = |key, amount: Amount| {
            let left: &mut u128 = left.get_mut(&key).expect("only what was owed is paid");
            *left = left.checked_sub(amount.get()).expect("never more than owed");
        };
        plan.backpay.iter().for_each(|row| take((row.epoch, row.participant), row.amount));
        plan.unpaid.iter().for_each(|row| take((row.epoch, row.participant), row.amount));
        plan.liabilities.iter().for_each(|row| take((row.epoch, row.participant), row.owed));
        assert!(left.values().all(|left| *left == 0), "{left:?}");
        let kept = self.parameters.buckets.as_ref().unwrap().backpay.as_ref();
        let lasting = kept.is_some_and(|rules| rules.max_age_ms > 100 * DAY_MS);
        // Only a schedule that gives a stream nothing; never an allocation that does not.
        let streams = self.parameters.streams.iter();
        let shares = streams.map(|stream| match stream.source {
            Source::Emission { share } => share,
            Source::BlockRewards { .. } | Source::Payments | Source::Pot { .. } => {
                panic!("a stream of emission")
            }
        });
        let shares: Vec<Ratio> = shares.collect();
        let until = |count: usize| {
            let sum =
                shares[..count].iter().fold(Ratio::ZERO, |sum, one| sum.checked_add(*one).unwrap());
            sum.numerator() * offered / sum.denominator()
        };
        let nothing = until(stream) == until(stream + 1);
        let idle = |row: UnpaidReason| row == UnpaidReason::LimitReached && nothing;
        assert!(!lasting || plan.unpaid.iter().all(|row| idle(row.reason)));
    }
}

/// Equal dues are paid alike, a larger one never less; nobody gets more than the largest share, or
/// an equal part, while others are unpaid.
fn recipients(plan: &BucketPlan, most: Ratio) {
    let mut rows: Vec<(u128, u128)> =
        plan.settled.iter().map(|(_, worth, paid)| (worth.get(), paid.get())).collect();
    rows.sort_unstable();
    for pair in rows.windows(2) {
        assert!(pair[0].0 < pair[1].0 || pair[0].1 == pair[1].1, "{rows:?}");
        assert!(pair[0].1 <= pair[1].1, "{rows:?}");
    }
    if rows.iter().filter(|(worth, paid)| paid < worth).count() > 1 {
        // What could be paid: what was, and less than a unit each that rounding kept back.
        let paid: u128 = rows.iter().map(|(_, paid)| paid + 1).sum();
        let share = paid * most.numerator() / most.denominator();
        let level =
            |limit: &u128| rows.iter().map(|(worth, _)| *worth.min(limit)).sum::<u128>() >= paid;
        let equal = (0..=paid).find(level).unwrap_or(paid);
        assert!(rows.iter().all(|(_, paid)| *paid <= share.max(equal)), "{rows:?}");
    }
}

fn work(draw: &mut Draw, streams: u64) -> Vec<(u16, u32, u64)> {
    let count = draw.of(&[0, 1, 3, 8]);
    let mut one = || {
        let stream = u16::try_from(draw.below(streams)).unwrap();
        let participant = u32::try_from(draw.below(8)).unwrap();
        let most = draw.of(&[2, 100, 1_000, 5_000]);
        (stream, participant, draw.below(most))
    };
    (0..count).map(|_| one()).collect()
}

#[test]
fn over_random_demand() {
    let networks = if is_full() { 4_000 } else { 400 };
    (1..=networks).into_par_iter().for_each(|seed: u64| {
        let mut draw = Draw::from_seed(seed);
        let parameters = random_network(&mut draw);
        let streams = parameters.streams.len() as u64;
        let mut chain = Chain {
            parameters,
            minted: 0,
            scheduled: 0,
            budgets: 0,
            expired: 0,
            backpay: Vec::new(),
            lots: Vec::new(),
        };
        let mut epoch = 1_000;
        for _ in 0..PERIODS {
            // Now and then an epoch is skipped, or has no block or many.
            epoch += draw.of(&[1, 1, 1, 1, 1, 1, 2]);
            let blocks = draw.of(&[0, 1, 1, 1, 1, 3]);
            chain.period(epoch, blocks, &work(&mut draw, streams));
        }
    });
}

/// Once nothing new comes, everything owed is paid, whoever it is owed to.
#[test]
fn all_backpay_is_paid_in_the_end() {
    for seed in 1..=40_u64 {
        let mut draw = Draw::from_seed(seed);
        let mut parameters = random_network(&mut draw);
        let tiny = Source::Emission { share: ratio("0.0001") };
        if parameters.streams.iter().any(|stream| stream.source == tiny) {
            // Without a target it may owe nothing.
            continue;
        }
        parameters.emission.allocation = amount(10_000_000);
        parameters.emission.schedule = Schedule::FixedPerBlock { reward: amount(1_000) };
        let rules = parameters.buckets.as_mut().unwrap();
        rules.rollover_epochs = rules.rollover_epochs.max(1);
        let mut lasting = backpay();
        lasting.max_age_ms = 3_660 * DAY_MS;
        lasting.decay.steps.truncate(1);
        lasting.max_periods = 1_000_000;
        rules.backpay = Some(lasting);
        let streams = parameters.streams.len() as u64;
        let (backpay, lots) = (Vec::new(), Vec::new());
        let mut chain =
            Chain { parameters, minted: 0, scheduled: 0, budgets: 0, expired: 0, backpay, lots };
        let mut worth = 0;
        for epoch in 1_000..1_020 {
            let work = work(&mut draw, streams);
            worth += work.iter().map(|(_, _, worth)| u128::from(*worth)).sum::<u128>();
            chain.period(epoch, 1, &work);
        }
        let mut epoch = 1_020;
        while !chain.backpay.is_empty() {
            chain.period(epoch, 1, &[]);
            epoch += 1;
            assert!(epoch < 3_000, "{:?}", chain.backpay);
        }
        assert_eq!(chain.minted, worth);
    }
}

fn started(parameters: Parameters) -> Chain {
    let (backpay, lots) = (Vec::new(), Vec::new());
    Chain { parameters, minted: 0, scheduled: 0, budgets: 0, expired: 0, backpay, lots }
}

/// Two recipients want 750 each of 1,000, epoch after epoch; backpay gets half. Epoch 0 pays 500
/// each and owes 250 each; every later one pays 250 of what is owed and 250 of the new to each, and
/// owes 500 each. Epochs 0 to k owe 500 + 1,000 k together, n epochs later 500 n are paid: epoch k
/// is done with epoch 2 k + 1, and what is oldest after epoch n is of epoch (n + 1) / 2, rounded
/// down. What is 31 days old is closed, so from epoch 62 on it is of epoch n - 30.
#[test]
fn backpay_goes_on_under_lasting_demand() {
    let mut parameters = crate::buckets::one();
    let rules = parameters.buckets.as_mut().unwrap();
    let mut kept = backpay();
    kept.decay.steps.truncate(1);
    rules.backpay = Some(kept);
    let mut chain = started(parameters);
    for n in 0..100 {
        chain.period(1_000 + n, 1, &[(0, 2, 750), (0, 5, 750)]);
        let oldest = chain.backpay.iter().map(|row| row.epoch - 1_000).min();
        let by_payment = if n == 0 { 0 } else { n.div_ceil(2) };
        assert_eq!(oldest, Some(by_payment.max(n.max(30) - 30)), "after epoch {n}");
        let of = |who: u32| -> u128 {
            let rows = chain.backpay.iter().filter(|row| row.participant == who);
            rows.map(|row| row.owed.get()).sum()
        };
        assert_eq!(of(2), of(5), "after epoch {n}");
        // 1,000 each epoch, none of it lost.
        assert_eq!(chain.minted, 1_000 * u128::from(n + 1));
    }
    // Of epochs 70 to 99 each owes 500 to both; the oldest was paid half.
    let owed: u128 = chain.backpay.iter().map(|row| row.owed.get()).sum();
    assert_eq!(owed, 500 + 30 * 1_000);
}

/// By random rules: no debt gets older than the rules allow, and the oldest never becomes older.
#[test]
fn no_debt_outlives_its_age() {
    for seed in 1..=60_u64 {
        let mut draw = Draw::from_seed(seed);
        let mut parameters = random_network(&mut draw);
        parameters.emission.allocation = amount(10_000_000);
        parameters.emission.schedule = Schedule::FixedPerBlock { reward: amount(1_000) };
        parameters.buckets.as_mut().unwrap().backpay = Some(backpay());
        let streams = u16::try_from(parameters.streams.len()).unwrap();
        let mut chain = started(parameters);
        let mut oldest = vec![0; usize::from(streams)];
        for epoch in 1_000..1_080 {
            let each = (0..streams).flat_map(|stream| (0..8).map(move |who| (stream, who)));
            let work: Vec<_> =
                each.map(|(stream, who)| (stream, who, 400 + draw.below(200))).collect();
            chain.period(epoch, 1, &work);
            for row in &chain.backpay {
                assert!(row.since_ms + 30 * DAY_MS >= epoch * DAY_MS, "{row:?} at {epoch}");
                assert!(row.epoch >= oldest[usize::from(row.stream)], "{row:?} came back");
            }
            for (stream, oldest) in oldest.iter_mut().enumerate() {
                let rows = chain.backpay.iter().filter(|row| usize::from(row.stream) == stream);
                *oldest = rows.map(|row| row.epoch).min().unwrap_or(*oldest);
            }
        }
    }
}

/// Which of its contributions a participant numbered first makes no difference to anybody.
#[test]
fn order_is_irrelevant() {
    let mut draw = Draw::from_seed(7);
    for _ in 0..200 {
        let parameters = random_network(&mut draw);
        let mut work = work(&mut draw, parameters.streams.len() as u64);
        work.extend([(0, 3, 700), (0, 3, 20), (1, 3, 500), (1, 2, 90)]);
        let one = inputs(&work);
        let mut other = one.clone();
        let columns = &mut other.contributions;
        for at in 1..columns.quantity.len() {
            let key = |at: usize| (columns.stream[at], columns.participant[at]);
            if key(at) == key(at - 1) {
                columns.quantity.swap(at, at - 1);
            }
        }
        let told = |inputs| buckets(&parameters, inputs).iter().map(Told::of).collect::<Vec<_>>();
        assert_eq!(told(&one), told(&other));
    }
}
