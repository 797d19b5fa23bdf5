//! Backpay: what it is worth, what is paid of it, what is closed (docs/spec/rewards.md §5, rules
//! 4 and 5).

use super::pay;
use crate::error::Error;
use crate::inputs::Liability;
use crate::modules::parameters::Backpay;
use crate::modules::rewards::{self, BackpayPaid, Unpaid, UnpaidReason};
use crate::time::DAY_MS;
use workmint_amounts::{Amount, Ratio, mul_div_ceil};

/// What a stream owes, by the epoch it is owed for, the oldest first.
pub(super) struct Owed<'a> {
    groups: Vec<Group<'a>>,
    /// What all of it is worth now.
    pub due: Amount,
}

/// What is owed for one epoch.
struct Group<'a> {
    rows: &'a [Liability],
    /// What a unit of it is worth, or why it is closed.
    factor: Result<Ratio, UnpaidReason>,
    /// By row, what it is worth now.
    dues: Vec<Amount>,
    due: Amount,
}

/// What became of what was owed.
#[derive(Default)]
pub(super) struct Settled {
    pub paid: Vec<BackpayPaid>,
    pub unpaid: Vec<Unpaid>,
    pub left: Vec<Liability>,
}

impl<'a> Owed<'a> {
    /// `rows` are one stream's, ascending by epoch and participant, at most `people` of those.
    pub(super) fn new(
        rows: &'a [Liability],
        rules: Option<&Backpay>,
        time_ms: u64,
        people: usize,
    ) -> Result<Self, Error> {
        let key = |row: &Liability| (row.epoch, row.participant);
        let ascend = rows.is_sorted_by(|one, next| key(one) < key(next));
        if !ascend || rows.iter().any(|row| row.participant as usize >= people) {
            let what = "backpay does not ascend, or is nobody's";
            return Err(rewards::Error::BadInputs { what }.into());
        }
        let groups = rows.chunk_by(|one, next| one.epoch == next.epoch);
        let groups = groups.map(|rows| Group::new(rows, rules, time_ms));
        let groups = groups.collect::<Result<Vec<_>, Error>>()?;
        let due = Amount::sum(groups.iter().map(|group| group.due))?;
        Ok(Self { groups, due })
    }

    /// Pays at most `available`, older epochs first, and closes what is due no longer.
    pub(super) fn pay(self, available: Amount, most: Ratio) -> Result<Settled, Error> {
        let mut settled = Settled::default();
        let mut left = available;
        for group in self.groups {
            let part = group.due.min(left);
            left = left.checked_sub(part)?;
            let paid = pay::pay_out(part, &group.dues, most)?;
            for ((row, due), paid) in group.rows.iter().zip(&group.dues).zip(paid) {
                settled.add(row, group.factor, (*due, paid))?;
            }
        }
        Ok(settled)
    }
}

impl<'a> Group<'a> {
    fn new(rows: &'a [Liability], rules: Option<&Backpay>, time_ms: u64) -> Result<Self, Error> {
        let since = rows.first().map_or(0, |row| row.since_ms);
        let (Some(age), true) =
            (time_ms.checked_sub(since), rows.iter().all(|row| row.since_ms == since))
        else {
            let what = "what is owed for one epoch is owed since one time, not a later one";
            return Err(rewards::Error::BadInputs { what }.into());
        };
        let factor = match rules {
            None => Err(UnpaidReason::NoBackpay),
            Some(rules) if age > rules.max_age_ms => Err(UnpaidReason::TooOld),
            Some(rules) => Ok(rules.decay.at(Ratio::new(u128::from(age), u128::from(DAY_MS))?)),
        };
        let worth = |row: &Liability| match factor {
            Ok(factor) if factor == Ratio::ONE => Ok(row.owed),
            Ok(factor) => factor.apply_floor(row.owed),
            Err(_) => Ok(Amount::ZERO),
        };
        let dues = rows.iter().map(worth).collect::<Result<Vec<_>, _>>()?;
        let due = pay::sum(&dues)?;
        Ok(Self { rows, factor, dues, due })
    }
}

impl Settled {
    /// What became of one row. A payment of x closes ceil(x / factor); what is worth nothing any
    /// more is closed too, for it never will be again.
    fn add(
        &mut self,
        row: &Liability,
        factor: Result<Ratio, UnpaidReason>,
        (due, paid): (Amount, Amount),
    ) -> Result<(), Error> {
        let (epoch, participant) = (row.epoch, row.participant);
        let factor = match factor {
            Ok(factor) if !due.is_zero() => factor,
            Ok(_) | Err(_) => {
                let reason = factor.err().unwrap_or(UnpaidReason::Decayed);
                self.unpaid.push(Unpaid { epoch, participant, amount: row.owed, reason });
                return Ok(());
            }
        };
        let closed = mul_div_ceil(paid.get(), factor.denominator(), factor.numerator())?;
        let rest = row.owed.checked_sub(Amount::new(closed))?;
        let worthless = factor != Ratio::ONE && factor.apply_floor(rest)?.is_zero();
        let owed = if worthless { Amount::ZERO } else { rest };
        if !owed.is_zero() {
            self.left.push(Liability { owed, ..*row });
        }
        if !paid.is_zero() {
            self.paid.push(BackpayPaid { epoch, participant, amount: paid });
        }
        let amount = row.owed.checked_sub(owed)?.checked_sub(paid)?;
        if !amount.is_zero() {
            let reason = UnpaidReason::Decayed;
            self.unpaid.push(Unpaid { epoch, participant, amount, reason });
        }
        Ok(())
    }

    /// Owes what new contributions were not paid, as far as the stream may owe that much: so many
    /// times `scheduled`, its share of what the schedule gives the epoch, before allocation, cap
    /// and rollover cut that. Of what is above it each recipient loses its part, rounded up.
    pub(super) fn owe(
        &mut self,
        new: &[Liability],
        rules: Option<&Backpay>,
        scheduled: Amount,
    ) -> Result<(), Error> {
        let before = Amount::sum(self.left.iter().map(|row| row.owed))?;
        let wanted: Vec<Amount> = new.iter().map(|row| row.owed).collect();
        let (kept, reason) = match rules {
            None => (vec![Amount::ZERO; new.len()], UnpaidReason::NoBackpay),
            Some(rules) => {
                // More than 128 bits is no limit.
                let most = scheduled.checked_mul(rules.max_periods.into()).unwrap_or(Amount::MAX);
                let room = most.checked_sub(before).unwrap_or(Amount::ZERO);
                (pay::pay_out(room, &wanted, Ratio::ONE)?, UnpaidReason::LimitReached)
            }
        };
        for (row, owed) in new.iter().zip(kept) {
            let amount = row.owed.checked_sub(owed)?;
            if !owed.is_zero() {
                self.left.push(Liability { owed, ..*row });
            }
            if !amount.is_zero() {
                let (epoch, participant) = (row.epoch, row.participant);
                self.unpaid.push(Unpaid { epoch, participant, amount, reason });
            }
        }
        Ok(())
    }
}
