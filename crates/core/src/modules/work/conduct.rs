//! The status test: what an epoch's statistics say of a participant (`ComputeStatus`,
//! reference/gonka.md §1.8).

use super::Error;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::parameters::StatusTest;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::{Ratio, SignedRatio, ln_rounded, pow_floor};

/// Log likelihoods are whole numbers of 10^-18.
const LOG_UNITS: u128 = 1_000_000_000_000_000_000;
/// Decimals of the logarithms themselves, and of the quotients they are taken of: the peer's.
const LOG_DECIMALS: u8 = 12;
const QUOTIENT_DECIMALS: u8 = 16;

/// What a participant is, until its epoch ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Status {
    /// In good standing.
    #[default]
    Active,
    /// It answered too little, or its weight fell too far behind.
    Inactive,
    /// It did too much wrong work.
    Invalid,
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Invalid => "invalid",
        })
    }
}

/// Why a status was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum StatusReason {
    /// It was found before; only the next epoch changes it.
    AlreadySet,
    /// So many failures in a row are too unlikely for a good provider.
    FailuresInARow,
    /// Its share of invalidated work.
    Invalidations,
    /// Its share of missed requests.
    Downtime,
    /// A reading of its weight.
    Confirmation,
}

impl fmt::Display for StatusReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AlreadySet => "it was so before",
            Self::FailuresInARow => "too many failures in a row",
            Self::Invalidations => "too much of its work was invalidated",
            Self::Downtime => "too many missed requests",
            Self::Confirmation => "its weight fell too far behind",
        })
    }
}

/// What an epoch counts of a participant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Statistics {
    /// Requests answered.
    pub answered: u64,
    /// Requests not answered.
    pub missed: u64,
    /// Work that was found valid.
    pub validated: u64,
    /// Work that was found invalid.
    pub invalidated: u64,
}

/// How a participant stands in the open epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Standing {
    /// What it is.
    pub status: Status,
    /// Invalidated work in a row: ended by an epoch with accepted work and nothing invalidated.
    pub failures_in_a_row: u64,
    /// What the log likelihoods count already.
    pub statistics: Statistics,
    /// Log likelihood ratio of a bad provider against a good one by its work, 10^-18.
    pub invalid_log: i128,
    /// The same by its answers, 10^-18.
    pub downtime_log: i128,
}

/// A sequential probability ratio test; all numbers in 10^-18.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequentialTest {
    /// Added for each failure: ln(bad / good).
    pub failure: i128,
    /// Added for each success: ln((1 - bad) / (1 - good)), below 0.
    pub success: i128,
    /// From here on it is the bad one.
    pub threshold: i128,
}

impl SequentialTest {
    /// The test of a good and a bad rate of failures. Each logarithm has 12 decimals, of a quotient
    /// with 16, half-way cases away from zero, as in the peer's decimals.
    pub fn new(good: Ratio, bad: Ratio, threshold: Ratio) -> Result<Self, AnyError> {
        if good.is_zero() || bad.is_zero() || good >= Ratio::ONE || bad >= Ratio::ONE {
            let rule = "rates of a status test are above 0 and below 1";
            return Err(Error::OutOfRange { rule }.into());
        }
        let log = |above: Ratio, below: Ratio| {
            let quotient = above.checked_div(below)?.rounded_half_up(QUOTIENT_DECIMALS)?;
            ln_rounded(quotient, LOG_DECIMALS)
        };
        let success = log(bad.complement()?, good.complement()?)?;
        Self::of_logs(log(bad, good)?, success, threshold)
    }

    /// The test that adds these logarithms for each failure and each success.
    pub fn of_logs(
        failure: SignedRatio,
        success: SignedRatio,
        threshold: Ratio,
    ) -> Result<Self, AnyError> {
        let threshold = i128::try_from(threshold.ceil_mul(LOG_UNITS)?).map_err(|_| OVERFLOW)?;
        Ok(Self { failure: log_units(failure)?, success: log_units(success)?, threshold })
    }

    /// The log likelihood ratio after more failures and successes. Counts that went back and none
    /// that grew change nothing.
    fn advance(&self, log: i128, failures: i128, successes: i128) -> Option<i128> {
        if failures <= 0 && successes <= 0 {
            return Some(log);
        }
        let failed = self.failure.checked_mul(failures)?;
        log.checked_add(failed)?.checked_add(self.success.checked_mul(successes)?)
    }
}

/// A logarithm in units of 10^-18, which hold its decimals exactly; more are cut off.
pub fn log_units(value: SignedRatio) -> Result<i128, AnyError> {
    let magnitude =
        i128::try_from(value.magnitude().floor_mul(LOG_UNITS)?).map_err(|_| OVERFLOW)?;
    let signed = if value.is_negative() { magnitude.checked_neg() } else { Some(magnitude) };
    Ok(signed.ok_or(OVERFLOW)?)
}

/// The rules of [`StatusTest`], prepared once for many participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRule {
    /// The test of work.
    pub invalid: SequentialTest,
    /// The test of answers.
    pub downtime: SequentialTest,
    /// Rate of invalidations of a good provider.
    pub good_invalid: Ratio,
    /// Failures in a row less likely than this for a good provider are too many.
    pub quick_failure: Ratio,
}

impl StatusRule {
    /// Prepares the rules.
    pub fn new(test: &StatusTest) -> Result<Self, AnyError> {
        let (good, bad) = (test.good_invalid, test.bad_invalid);
        let (up, down) = (test.good_downtime, test.bad_downtime);
        Ok(Self {
            invalid: SequentialTest::new(good, bad, test.invalid_threshold)?,
            downtime: SequentialTest::new(up, down, test.downtime_threshold)?,
            good_invalid: good,
            quick_failure: test.quick_failure,
        })
    }

    /// Counts work found valid, and judges. A row of failures goes on.
    pub fn count_valid(
        &self,
        standing: &Standing,
    ) -> Result<(Standing, Option<StatusReason>), AnyError> {
        let validated = standing.statistics.validated.checked_add(1).ok_or(OVERFLOW)?;
        self.judge_counts(standing, &Statistics { validated, ..standing.statistics })
    }

    /// Counts work found invalid, one more failure in a row, and judges.
    pub fn count_invalid(
        &self,
        standing: &Standing,
    ) -> Result<(Standing, Option<StatusReason>), AnyError> {
        let failures_in_a_row = standing.failures_in_a_row.checked_add(1).ok_or(OVERFLOW)?;
        let invalidated = standing.statistics.invalidated.checked_add(1).ok_or(OVERFLOW)?;
        let new = Statistics { invalidated, ..standing.statistics };
        self.judge(&Standing { failures_in_a_row, ..*standing }, &new, false)
    }

    /// [`StatusRule::judge`] without the row of failures: that is tested when it grows, and not
    /// again under rules it did not grow under.
    pub fn judge_counts(
        &self,
        standing: &Standing,
        new: &Statistics,
    ) -> Result<(Standing, Option<StatusReason>), AnyError> {
        let failures_in_a_row = standing.failures_in_a_row;
        let without = Standing { failures_in_a_row: 0, ..*standing };
        let (judged, reason) = self.judge(&without, new, false)?;
        Ok((Standing { failures_in_a_row, ..judged }, reason))
    }

    /// Judges a participant by new statistics of the epoch; `fell_behind` says whether a reading
    /// found its weight too small. The tests run in the order of [`StatusReason`]; the first that
    /// fails decides, and later ones are not advanced.
    pub fn judge(
        &self,
        standing: &Standing,
        new: &Statistics,
        fell_behind: bool,
    ) -> Result<(Standing, Option<StatusReason>), AnyError> {
        let mut judged = Standing { statistics: *new, ..*standing };
        if standing.status != Status::Active {
            return Ok((judged, Some(StatusReason::AlreadySet)));
        }
        let found = |mut judged: Standing, status, reason| {
            judged.status = status;
            Ok((judged, Some(reason)))
        };
        if less_likely(self.good_invalid, standing.failures_in_a_row, self.quick_failure)? {
            return found(judged, Status::Invalid, StatusReason::FailuresInARow);
        }
        let old = &standing.statistics;
        let grown = |new: u64, old: u64| i128::from(new).checked_sub(i128::from(old));
        let advanced = |test: &SequentialTest, log, (new_bad, old_bad), (new_good, old_good)| {
            let (bad, good) = (grown(new_bad, old_bad)?, grown(new_good, old_good)?);
            test.advance(log, bad, good)
        };
        let bad = (new.invalidated, old.invalidated);
        let good = (new.validated, old.validated);
        judged.invalid_log =
            advanced(&self.invalid, standing.invalid_log, bad, good).ok_or(OVERFLOW)?;
        if judged.invalid_log >= self.invalid.threshold {
            return found(judged, Status::Invalid, StatusReason::Invalidations);
        }
        let (bad, good) = ((new.missed, old.missed), (new.answered, old.answered));
        judged.downtime_log =
            advanced(&self.downtime, standing.downtime_log, bad, good).ok_or(OVERFLOW)?;
        if judged.downtime_log >= self.downtime.threshold {
            return found(judged, Status::Inactive, StatusReason::Downtime);
        }
        if fell_behind {
            return found(judged, Status::Inactive, StatusReason::Confirmation);
        }
        Ok((judged, None))
    }
}

/// Whether so many failures in a row, each of this rate, are less likely than `limit`: exactly. A
/// rate above 1 is an error.
pub fn less_likely(rate: Ratio, failures: u64, limit: Ratio) -> Result<bool, AnyError> {
    if rate > Ratio::ONE {
        return Err(Error::OutOfRange { rule: "a rate of failures is 0 to 1" }.into());
    }
    // rate^n < a / b exactly if floor(b rate^n) < a, because a is whole.
    Ok(pow_floor(limit.denominator(), rate, failures)? < limit.numerator())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn mainnet() -> StatusRule {
        StatusRule::new(&StatusTest {
            good_invalid: ratio("0.05"),
            bad_invalid: ratio("0.2"),
            invalid_threshold: ratio("4"),
            good_downtime: ratio("0.1"),
            bad_downtime: ratio("0.2"),
            downtime_threshold: ratio("4"),
            quick_failure: ratio("0.000001"),
        })
        .unwrap()
    }

    /// ln 4, ln(0.8 / 0.95), ln 2 and ln(0.8 / 0.9) by mpmath, at 12 decimals.
    #[test]
    fn logarithms_come_from_the_rates() {
        let rule = mainnet();
        assert_eq!(rule.invalid.failure, 1_386_294_361_120_000_000);
        assert_eq!(rule.invalid.success, -171_850_256_927_000_000);
        assert_eq!(rule.downtime.failure, 693_147_180_560_000_000);
        assert_eq!(rule.downtime.success, -117_783_035_656_000_000);
        assert_eq!(rule.downtime.threshold, 4_000_000_000_000_000_000);
        // Upstream's own test of PrecomputeSPRTValues: ln 6 and ln(0.7 / 0.95).
        let test = SequentialTest::new(ratio("0.05"), ratio("0.3"), Ratio::ONE).unwrap();
        assert_eq!(test.failure, 1_791_759_469_228_000_000);
        assert_eq!(test.success, -305_381_649_551_000_000);
        assert!(SequentialTest::new(Ratio::ZERO, ratio("0.2"), Ratio::ONE).is_err());
        assert!(SequentialTest::new(ratio("0.1"), Ratio::ONE, Ratio::ONE).is_err());
    }

    /// A row of five stood under other rules: it is tested again when it grows.
    #[test]
    fn a_row_is_tested_when_it_grows() {
        let rule = mainnet();
        let five = Standing { failures_in_a_row: 5, ..Standing::default() };
        let (valid, reason) = rule.count_valid(&five).unwrap();
        assert_eq!((valid.status, valid.failures_in_a_row, reason), (Status::Active, 5, None));
        let (closed, _) = rule.judge_counts(&five, &five.statistics).unwrap();
        assert_eq!(closed, five);
        let (six, reason) = rule.count_invalid(&five).unwrap();
        assert_eq!((six.failures_in_a_row, reason), (6, Some(StatusReason::FailuresInARow)));
    }

    #[test]
    fn five_failures_in_a_row_are_too_many() {
        // 0.05^4 = 6.25e-6, 0.05^5 = 3.1e-7.
        assert!(!less_likely(ratio("0.05"), 4, ratio("0.000001")).unwrap());
        assert!(less_likely(ratio("0.05"), 5, ratio("0.000001")).unwrap());
        assert!(!less_likely(ratio("0.1"), 6, ratio("0.000001")).unwrap(), "equal is not less");
        assert!(less_likely(ratio("0.1"), u64::MAX, ratio("0.000001")).unwrap());
        assert!(!less_likely(ratio("0.1"), 3, Ratio::ZERO).unwrap(), "0 switches it off");
        assert!(less_likely(ratio("1.5"), 1, Ratio::ONE).is_err());
    }

    /// Three invalidations of three: 3 ln 4 = 4.16 reach 4; after nine validations they do not.
    #[test]
    fn first_test_that_fails_decides() {
        let rule = mainnet();
        let judge = |failures_in_a_row, statistics| {
            let standing = Standing { failures_in_a_row, ..Standing::default() };
            rule.judge(&standing, &statistics, false).unwrap()
        };
        let count = |answered, missed, validated, invalidated| Statistics {
            answered,
            missed,
            validated,
            invalidated,
        };
        let (judged, reason) = judge(3, count(0, 100, 0, 3));
        assert_eq!((judged.status, reason), (Status::Invalid, Some(StatusReason::Invalidations)));
        assert_eq!(judged.downtime_log, 0, "not advanced");
        let (judged, reason) = judge(5, count(0, 0, 0, 3));
        assert_eq!((judged.status, reason), (Status::Invalid, Some(StatusReason::FailuresInARow)));
        let (judged, reason) = judge(3, count(10, 7, 1, 3));
        // 3 ln 4 - 0.172 = 3.987; 7 ln 2 - 10 x 0.118 = 3.674.
        assert_eq!((judged.status, reason), (Status::Active, None));
        assert_eq!(judged.downtime_log, 3_674_199_907_360_000_000);
        let (again, reason) = rule.judge(&judged, &count(10, 8, 1, 3), false).unwrap();
        assert_eq!((again.status, reason), (Status::Inactive, Some(StatusReason::Downtime)));
        let (later, reason) = rule.judge(&again, &count(99, 8, 1, 9), true).unwrap();
        assert_eq!((later.status, reason), (Status::Inactive, Some(StatusReason::AlreadySet)));
        let (behind, reason) = rule.judge(&Standing::default(), &count(1, 0, 0, 0), true).unwrap();
        assert_eq!((behind.status, reason), (Status::Inactive, Some(StatusReason::Confirmation)));
    }
}
