//! The rules of buckets once more, in plain loops over small numbers and in the words of
//! docs/spec/rewards.md: what the engine's plan is compared with.

use std::collections::BTreeMap;
use workmint_amounts::Ratio;
use workmint_core::EpochInputs;
use workmint_core::inputs::Lot;
use workmint_core::modules::parameters::{Parameters, Score, Source, Split};
use workmint_core::modules::rewards::BucketPlan;
use workmint_core::time::DAY_MS;

/// What one bucket did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// By participant: worth, paid.
    pub(crate) new: BTreeMap<u32, (u128, u128)>,
    /// By epoch and participant, what was paid of backpay.
    pub(crate) backpay: BTreeMap<(u64, u32), u128>,
    /// What is owed after the close.
    pub(crate) owed: BTreeMap<(u64, u32), u128>,
    /// What rolls over.
    pub(crate) lots: BTreeMap<u64, u128>,
    pub(crate) lent: u128,
    pub(crate) borrowed: u128,
    pub(crate) expired: u128,
}

impl Told {
    /// What the engine says.
    pub(crate) fn of(plan: &BucketPlan) -> Self {
        let new = plan.settled.iter().map(|(row, worth, paid)| (*row, (worth.get(), paid.get())));
        let backpay = plan.backpay.iter();
        let owed = plan.liabilities.iter();
        Self {
            new: new.collect(),
            backpay: backpay.map(|row| ((row.epoch, row.participant), row.amount.get())).collect(),
            owed: owed
                .map(|row| ((row.epoch, row.participant), row.owed.get()))
                .inspect(|(_, amount): &(_, u128)| assert!(*amount > 0, "what is owed is above 0"))
                .collect(),
            lots: plan.lots.iter().map(|lot| (lot.epoch, lot.amount.get())).collect(),
            lent: plan.line.lent.get(),
            borrowed: plan.line.borrowed.get(),
            expired: plan.line.expired.get(),
        }
    }
}

fn part(ratio: Ratio, of: u128) -> u128 {
    of * ratio.numerator() / ratio.denominator()
}

/// By epoch: the factor, and by participant what is owed and what that is worth now.
type Groups = BTreeMap<u64, (Ratio, BTreeMap<u32, (u128, u128)>)>;

/// What is left of `all`, at least nothing.
fn less(all: u128, taken: u128) -> u128 {
    all - taken.min(all)
}

/// One bucket on its way.
struct Bucket {
    target: u128,
    /// The target by the schedule alone.
    scheduled: u128,
    floor: u128,
    ceiling: u128,
    priority: u8,
    /// May be used.
    lots: BTreeMap<u64, u128>,
    expired: u128,
    dues: BTreeMap<u32, u128>,
    /// Backpay.
    owed: Groups,
    new: u128,
    backpay: u128,
    lent: u128,
    lent_first: u128,
    borrowed: u128,
}

impl Bucket {
    fn rollover(&self) -> u128 {
        self.lots.values().sum()
    }

    fn demand(&self) -> u128 {
        self.dues.values().sum()
    }

    fn due(&self) -> u128 {
        self.owed.values().flat_map(|(_, rows)| rows.values()).map(|(_, due)| due).sum()
    }

    fn room(&self) -> u128 {
        less(self.ceiling + self.rollover(), self.new + self.backpay)
    }
}

/// What every bucket does; every stream of the parameters has a rate of 1 a task and draws on
/// emission. `scheduled` is what the schedule gives, `issuable` what may ever be issued.
pub(crate) fn tell(
    parameters: &Parameters,
    inputs: &EpochInputs,
    (scheduled, budget): (u128, u128),
    issuable: u128,
) -> Vec<Told> {
    let rules = parameters.buckets.as_ref().unwrap();
    let mut buckets = open(parameters, inputs, (scheduled, budget));
    let mut order: Vec<usize> = (0..buckets.len()).collect();
    order.sort_by_key(|at| (buckets[*at].priority, *at));
    while buckets.iter().map(Bucket::rollover).sum::<u128>() + budget > issuable {
        // A unit of the newest lot, of the last in order.
        let newest = buckets.iter().filter_map(|bucket| bucket.lots.keys().max()).max().copied();
        let newest = newest.unwrap();
        let last = order.iter().rev().find(|at| buckets[**at].lots.contains_key(&newest)).unwrap();
        let bucket = &mut buckets[*last];
        *bucket.lots.get_mut(&newest).unwrap() -= 1;
        bucket.lots.retain(|_, amount| *amount > 0);
        bucket.expired += 1;
    }
    let share = rules.backpay.as_ref().map_or(Ratio::ZERO, |backpay| backpay.share);
    for bucket in &mut buckets {
        let own = (bucket.demand() + bucket.due()).min(bucket.target + bucket.rollover());
        let first = part(share, own).min(bucket.due());
        bucket.new = bucket.demand().min(own - first);
        bucket.backpay = own - bucket.new;
        let used = (bucket.demand() + bucket.due()).min(bucket.target);
        bucket.lent = less(bucket.target, used.max(bucket.floor));
        bucket.lent_first = bucket.lent;
    }
    let mut pool: u128 = buckets.iter().map(|bucket| bucket.lent).sum();
    let wanted: Vec<u128> =
        buckets.iter().map(|bucket| (bucket.demand() - bucket.new).min(bucket.room())).collect();
    let weights: Vec<u128> = buckets.iter().map(|bucket| bucket.target).collect();
    for (bucket, got) in buckets.iter_mut().zip(share_out(pool, &weights, &wanted, &order)) {
        bucket.new += got;
        bucket.borrowed += got;
        pool -= got;
    }
    for at in &order {
        let bucket = &mut buckets[*at];
        let got = (bucket.due() - bucket.backpay).min(bucket.room()).min(pool);
        bucket.backpay += got;
        bucket.borrowed += got;
        pool -= got;
    }
    let lent: Vec<u128> = buckets.iter().map(|bucket| bucket.lent_first).collect();
    for (bucket, back) in buckets.iter_mut().zip(share_out(pool, &lent, &lent, &order)) {
        bucket.lent -= back;
    }
    buckets.into_iter().map(|bucket| close(bucket, parameters, inputs)).collect()
}

fn open(
    parameters: &Parameters,
    inputs: &EpochInputs,
    (scheduled, budget): (u128, u128),
) -> Vec<Bucket> {
    let rules = parameters.buckets.as_ref().unwrap();
    let (mut before, mut sum) = (0, Ratio::ZERO);
    let mut buckets = Vec::new();
    for (at, stream) in parameters.streams.iter().enumerate() {
        let (Source::Emission { share }, Split::Rate(bounds), Score::Rate(_)) =
            (&stream.source, stream.split, &stream.score)
        else {
            panic!("a stream with a rate");
        };
        let by_schedule = part(sum, scheduled);
        sum = sum.checked_add(*share).unwrap();
        let target = part(sum, budget) - before;
        before += target;
        let mut dues = BTreeMap::new();
        let columns = &inputs.contributions;
        for place in (0..columns.id.len()).filter(|place| usize::from(columns.stream[*place]) == at)
        {
            let due = dues.entry(columns.participant[place]).or_default();
            *due += u128::from(columns.quantity[place]);
        }
        let lots = inputs.lots.iter().filter(|lot| usize::from(lot.stream) == at);
        let (fresh, old): (Vec<&Lot>, Vec<&Lot>) =
            lots.partition(|lot| lot.epoch + rules.rollover_epochs >= inputs.epoch);
        let mut owed = Groups::new();
        for row in inputs.backpay.iter().filter(|row| usize::from(row.stream) == at) {
            let age = inputs.time_ms - row.since_ms;
            let Some(backpay) = rules.backpay.as_ref().filter(|rule| age <= rule.max_age_ms) else {
                continue;
            };
            let reached = backpay.decay.steps.iter().filter(|step| {
                let from = step.from;
                from.numerator() * u128::from(DAY_MS) <= u128::from(age) * from.denominator()
            });
            let factor = reached.max_by_key(|step| step.from).unwrap().value;
            let due = part(factor, row.owed.get());
            let rows = &mut owed.entry(row.epoch).or_insert((factor, BTreeMap::new())).1;
            rows.insert(row.participant, (row.owed.get(), due));
        }
        buckets.push(Bucket {
            target,
            scheduled: part(sum, scheduled) - by_schedule,
            floor: part(bounds.floor, budget),
            ceiling: part(bounds.ceiling, budget).max(target),
            priority: bounds.priority,
            lots: fresh.iter().map(|lot| (lot.epoch, lot.amount.get())).collect(),
            expired: old.iter().map(|lot| lot.amount.get()).sum(),
            dues,
            owed,
            new: 0,
            backpay: 0,
            lent: 0,
            lent_first: 0,
            borrowed: 0,
        });
    }
    buckets
}

/// By weight, rounded down, within what each wants; again with the rest; the last units one each.
fn share_out(mut pool: u128, weights: &[u128], wanted: &[u128], order: &[usize]) -> Vec<u128> {
    let mut got = vec![0; wanted.len()];
    loop {
        let open: Vec<usize> = order.iter().copied().filter(|at| got[*at] < wanted[*at]).collect();
        let total: u128 = open.iter().map(|at| weights[*at]).sum();
        if open.is_empty() || pool == 0 {
            return got;
        }
        let few = pool < open.len() as u128;
        let before = pool;
        for at in open {
            let most = match total {
                0 => pool,
                _ if few => 1,
                _ => before * weights[at] / total,
            };
            let part = most.min(wanted[at] - got[at]).min(pool);
            got[at] += part;
            pool -= part;
        }
    }
}

/// What recipients get of one epoch's money.
fn pay(available: u128, dues: &BTreeMap<u32, u128>, most: Ratio) -> BTreeMap<u32, u128> {
    if available >= dues.values().sum() {
        return dues.clone();
    }
    let mut cap = part(most, available);
    while dues.values().map(|due| *due.min(&cap)).sum::<u128>() < available {
        cap += 1;
    }
    let mut cut = 0_u128;
    let mut from = u128::MAX;
    loop {
        let weight: u128 = dues.values().filter(|due| **due < from).sum();
        let rest = available - cut * cap;
        let share = |due: u128| (rest * due).checked_div(weight).unwrap_or(0);
        let next = dues.values().filter(|due| **due < from && share(**due) > cap).max();
        let Some(next) = next else {
            let paid = |due: u128| if due >= from { cap } else { share(due) };
            return dues.iter().map(|(row, due)| (*row, paid(*due))).collect();
        };
        from = *next;
        cut = dues.values().filter(|due| **due >= from).count() as u128;
    }
}

fn close(bucket: Bucket, parameters: &Parameters, inputs: &EpochInputs) -> Told {
    let rules = parameters.buckets.as_ref().unwrap();
    let most = rules.max_recipient_share;
    let mut told = Told {
        lent: bucket.lent,
        borrowed: bucket.borrowed,
        expired: bucket.expired,
        lots: bucket.lots.clone(),
        ..Told::default()
    };
    let paid = pay(bucket.new, &bucket.dues, most);
    let mut left = bucket.backpay;
    for (epoch, (factor, rows)) in &bucket.owed {
        let dues = rows.iter().map(|(row, (_, due))| (*row, *due)).collect::<BTreeMap<_, _>>();
        let part_of = left.min(dues.values().sum());
        left -= part_of;
        for (row, paid) in pay(part_of, &dues, most) {
            let (owed, _) = rows[&row];
            if paid > 0 {
                told.backpay.insert((*epoch, row), paid);
            }
            let mut rest = owed;
            // The smallest part of what is owed that is worth what was paid.
            if paid > 0 {
                rest -= (paid..=owed).find(|closed| part(*factor, *closed) >= paid).unwrap();
            }
            if part(*factor, rest) > 0 {
                told.owed.insert((*epoch, row), rest);
            }
        }
    }
    if let Some(backpay) = &rules.backpay {
        let before: u128 = told.owed.values().sum();
        let room = less(bucket.scheduled * u128::from(backpay.max_periods), before);
        let unpaid = bucket.dues.iter().map(|(row, due)| (*row, due - paid[row]));
        let unpaid: BTreeMap<u32, u128> = unpaid.filter(|(_, unpaid)| *unpaid > 0).collect();
        let total: u128 = unpaid.values().sum();
        for (row, unpaid) in unpaid {
            let kept = if total <= room { unpaid } else { room * unpaid / total };
            if kept > 0 {
                told.owed.insert((inputs.epoch, row), kept);
            }
        }
    }
    let spent = paid.values().sum::<u128>() + told.backpay.values().sum::<u128>();
    let own = bucket.target - bucket.lent;
    let mut from_lots = less(spent, own).min(bucket.rollover());
    let unused = own + bucket.borrowed - (spent - from_lots);
    while from_lots > 0 {
        let mut oldest = told.lots.first_entry().unwrap();
        let part = from_lots.min(*oldest.get());
        *oldest.get_mut() -= part;
        from_lots -= part;
        if *oldest.get() == 0 {
            oldest.remove();
        }
    }
    match (rules.rollover_epochs, unused) {
        (_, 0) => {}
        (0, _) => told.expired += unused,
        (_, _) => assert!(told.lots.insert(inputs.epoch, unused).is_none()),
    }
    told.new = bucket.dues.iter().map(|(row, due)| (*row, (*due, paid[row]))).collect();
    told
}
