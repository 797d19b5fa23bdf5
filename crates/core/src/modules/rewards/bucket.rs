//! What a stream with a rate did with its bucket.

use crate::inputs::{Liability, Lot};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::{Amount, ArithmeticError};

/// The account of one bucket and one epoch; base units of the stream's asset. Budget, not money:
/// only what is paid is minted.
///
/// target + `rolled_in` + borrowed == `paid_new` + `paid_backpay` + lent + expired + `rolled_out`;
/// `rolled_out` holds what nobody borrowed. Owed before + `newly_owed` == `paid_backpay` + closed +
/// owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct BucketLine {
    /// The stream's share of what emission offers.
    pub target: Amount,
    /// Never lent.
    pub floor: Amount,
    /// Most it may pay beside what rolled over; at least the target.
    pub ceiling: Amount,
    /// Rolled over from earlier epochs.
    pub rolled_in: Amount,
    /// What was too old of that, or more than may still be issued; without any rollover also what
    /// the epoch itself did not use.
    pub expired: Amount,
    /// What the contributions that became final are worth.
    pub demand: Amount,
    /// What backpay was worth, after decay.
    pub due: Amount,
    /// Lent to other buckets, net of what they did not need.
    pub lent: Amount,
    /// Borrowed from other buckets.
    pub borrowed: Amount,
    /// Paid for contributions that became final.
    pub paid_new: Amount,
    /// Paid of backpay.
    pub paid_backpay: Amount,
    /// What could not be paid: owed from now on, unless it is `closed` at once.
    pub newly_owed: Amount,
    /// Owed no longer without having been paid: decay, age, limit, no backpay.
    pub closed: Amount,
    /// Owed after the close, before decay.
    pub owed: Amount,
    /// Rolls over to the next epoch.
    pub rolled_out: Amount,
}

impl BucketLine {
    /// Whether all budget is accounted for.
    pub fn is_conserved(&self) -> Result<bool, ArithmeticError> {
        let given = Amount::sum([self.target, self.rolled_in, self.borrowed])?;
        let paid = self.paid_new.checked_add(self.paid_backpay)?;
        let taken = Amount::sum([paid, self.lent, self.expired, self.rolled_out])?;
        Ok(given == taken)
    }

    /// What was owed before the close, before decay, by the rest of the account.
    pub fn owed_before(&self) -> Result<Amount, ArithmeticError> {
        let gone = Amount::sum([self.paid_backpay, self.closed, self.owed])?;
        gone.checked_sub(self.newly_owed)
    }
}

/// Why something is owed no longer although it was not paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum UnpaidReason {
    /// It decayed: what was paid closes more than its amount.
    Decayed,
    /// It is older than backpay may be.
    TooOld,
    /// The stream owes as much as it may.
    LimitReached,
    /// The network keeps no backpay.
    NoBackpay,
    /// The stream pays no rate any more.
    StreamEnded,
}

impl fmt::Display for UnpaidReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Decayed => "it decayed",
            Self::TooOld => "it is older than backpay may be",
            Self::LimitReached => "the stream owes as much as it may",
            Self::NoBackpay => "the network keeps no backpay",
            Self::StreamEnded => "the stream pays no rate any more",
        })
    }
}

/// Something owed that is closed unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Unpaid {
    /// The epoch it was owed for.
    pub epoch: u64,
    /// Row of the participant.
    pub participant: u32,
    /// Base units.
    pub amount: Amount,
    /// Why.
    pub reason: UnpaidReason,
}

/// What one row of backpay, or of what is newly owed, received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct BackpayPaid {
    /// The epoch it was owed for.
    pub epoch: u64,
    /// Row of the participant.
    pub participant: u32,
    /// Base units paid, above 0.
    pub amount: Amount,
}

/// What a stream with a rate does.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct BucketPlan {
    /// The account of it.
    pub line: BucketLine,
    /// What each final contribution of the stream is worth, in the inputs' order.
    pub worth: Vec<Amount>,
    /// By participant with such a contribution, ascending: row, worth together, paid now.
    pub settled: Vec<(u32, Amount, Amount)>,
    /// Backpay paid, ascending by epoch and row.
    pub backpay: Vec<BackpayPaid>,
    /// Closed unpaid, ascending by epoch and row.
    pub unpaid: Vec<Unpaid>,
    /// What is owed after the close, ascending by epoch and row.
    pub liabilities: Vec<Liability>,
    /// What rolls over, ascending by epoch.
    pub lots: Vec<Lot>,
}
