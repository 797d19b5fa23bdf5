//! The missed-request test (reference/gonka.md §1.4, document 001 §2.3).

use super::miss_tables::{LAST_TOTAL, TABLES};
use crate::error::{Error, OVERFLOW};
use crate::modules::parameters::MissedRequests;
use workmint_amounts::{Ratio, binomial_critical};

/// Largest total for which the rule `binomial` computes the tail; above it the critical share of
/// misses at this total applies.
pub const BINOMIAL_LIMIT: u64 = 1_000;
/// The same for the rule `tables` at a rate that has no table.
pub const TAIL_LIMIT: u64 = 10_000;

/// Added to what the network missed, parts per thousand.
const MARGIN_PERMILLE: u128 = 20;
/// The last table; a network that misses so much is out of order, and nobody is to blame.
const OUTAGE_PERMILLE: u128 = 500;
/// Fewer requests say nothing about the network.
const LEAST_REQUESTS: u128 = 1_000;
/// Nor do fewer participants with requests.
const LEAST_PARTICIPANTS: u64 = 5;

/// What all participants of an epoch missed together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetworkMisses {
    /// Requests, answered or not.
    pub requests: u128,
    /// Requests not answered.
    pub missed: u128,
    /// Participants with a request.
    pub participants: u64,
}

impl NetworkMisses {
    /// Sums what each participant (missed, answered).
    pub fn of(participants: impl IntoIterator<Item = (u64, u64)>) -> Result<Self, Error> {
        let mut sum = Self::default();
        for (missed, answered) in participants {
            let total = u128::from(missed).checked_add(u128::from(answered)).ok_or(OVERFLOW)?;
            if total > 0 {
                sum.requests = sum.requests.checked_add(total).ok_or(OVERFLOW)?;
                sum.missed = sum.missed.checked_add(u128::from(missed)).ok_or(OVERFLOW)?;
                sum.participants = sum.participants.checked_add(1).ok_or(OVERFLOW)?;
            }
        }
        Ok(sum)
    }
}

/// One of Gonka's tables of critical values.
#[derive(Clone, Copy, Debug)]
pub struct CriticalTable {
    permille: u64,
    critical: &'static [u16],
}

impl CriticalTable {
    /// The table of a rate in parts per thousand, if there is one.
    #[must_use]
    pub fn of(permille: u64) -> Option<Self> {
        let table = TABLES.iter().find(|(of, _)| *of == permille);
        table.map(|(permille, critical)| Self { permille: *permille, critical })
    }

    /// The table of the smallest rate that is at least this; the last one above all.
    fn at_least(permille: u128) -> Option<Self> {
        let enough = TABLES.iter().find(|(of, _)| u128::from(*of) >= permille);
        enough.or_else(|| TABLES.last()).and_then(|(of, _)| Self::of(*of))
    }

    /// Rows: total, and the most misses that pass.
    pub fn rows(self) -> impl Iterator<Item = (u64, u64)> {
        let totals = (2..10).chain((10..=LAST_TOTAL).step_by(10));
        totals.zip(self.critical.iter().map(|critical| u64::from(*critical)))
    }

    /// The rate: above the last total, the share of misses that passes.
    pub fn rate(self) -> Result<Ratio, Error> {
        Ok(Ratio::new(u128::from(self.permille), 1_000)?)
    }

    /// Whether `missed` of `total` pass: at most the critical value of the last row whose total is
    /// not larger; above all rows at most the rate. Fewer requests than the first row pass.
    pub fn passes(self, missed: u128, total: u128) -> Result<bool, Error> {
        if total > u128::from(LAST_TOTAL) {
            return Ok(Ratio::new(missed, total)? <= self.rate()?);
        }
        Ok(self.critical(total).is_none_or(|critical| missed <= u128::from(critical)))
    }

    /// The most misses that pass of a total up to the last row's; `None` before the first row.
    fn critical(self, total: u128) -> Option<u16> {
        // Rows are one by one up to 10, then by tens.
        let row = match total.checked_div(10) {
            Some(0) => total.checked_sub(2),
            tens => tens.and_then(|tens| tens.checked_add(7)),
        };
        row.and_then(|row| usize::try_from(row).ok())
            .and_then(|row| self.critical.get(row))
            .copied()
    }
}

/// The rate that follows the network (`getDynamicP0`), or `None` when so much was missed that
/// nobody fails. All rates are those of tables, rounded up; only a governance rate above 0.5 stands
/// as it is, whatever the network does.
pub fn followed_rate(rate: Ratio, network: &NetworkMisses) -> Result<Option<Ratio>, Error> {
    let own = rate.ceil_mul(1_000)?;
    if own > OUTAGE_PERMILLE {
        return Ok(Some(rate));
    }
    let none = Error::Inconsistent { what: "there is no table of critical values" };
    let own = CriticalTable::at_least(own).ok_or(none.clone())?.rate()?;
    if network.requests < LEAST_REQUESTS || network.participants < LEAST_PARTICIPANTS {
        return Ok(Some(own));
    }
    let baseline = Ratio::new(network.missed, network.requests)?.floor_mul(1_000)?;
    let target = baseline.checked_add(MARGIN_PERMILLE).ok_or(OVERFLOW)?;
    let table = CriticalTable::at_least(target).ok_or(none)?;
    if u128::from(table.permille) == OUTAGE_PERMILLE {
        return Ok(None);
    }
    Ok(Some(own.max(table.rate()?)))
}

/// How a total is judged.
#[derive(Clone, Debug)]
enum Rule {
    /// Nobody fails.
    Off,
    /// Fails above this share of misses.
    Share(Ratio),
    /// By a table.
    Table(CriticalTable),
    /// The most misses that pass, by total; beyond, above this share.
    Critical(Vec<u64>, Ratio),
}

/// The missed-request test, prepared once for many participants.
#[derive(Clone, Debug)]
pub struct MissTest(Rule);

impl MissTest {
    /// Prepares a rule at its own rate, whatever the network did.
    pub fn new(rule: &MissedRequests) -> Result<Self, Error> {
        Self::for_total(rule, u64::MAX)
    }

    /// Prepares a rule at its own rate for totals up to this only, at least 1: no more work than
    /// they need.
    pub(super) fn for_total(rule: &MissedRequests, total: u64) -> Result<Self, Error> {
        Ok(Self(match rule {
            MissedRequests::Ratio { threshold } => Rule::Share(*threshold),
            MissedRequests::Binomial { rate, significance } => {
                Rule::binomial(BINOMIAL_LIMIT.min(total), *rate, *significance)?
            }
            MissedRequests::Tables { rate, .. } => Rule::tables(*rate, total)?,
        }))
    }

    /// Prepares a rule for an epoch in which the network missed this.
    pub fn for_epoch(rule: &MissedRequests, network: &NetworkMisses) -> Result<Self, Error> {
        match rule {
            MissedRequests::Tables { rate, follows_network: true } => {
                let followed = followed_rate(*rate, network)?;
                let rule = followed.map(|rate| Rule::tables(rate, u64::MAX)).transpose()?;
                Ok(Self(rule.unwrap_or(Rule::Off)))
            }
            MissedRequests::Tables { follows_network: false, .. }
            | MissedRequests::Ratio { .. }
            | MissedRequests::Binomial { .. } => Self::new(rule),
        }
    }

    /// The largest share of misses of so many requests that passes; 1 if any does, or for none.
    pub fn allowed(&self, missed: u64, answered: u64) -> Result<Ratio, Error> {
        let total = u128::from(missed).checked_add(u128::from(answered)).ok_or(OVERFLOW)?;
        let of_all = |critical: u64| -> Result<Ratio, Error> {
            Ok(Ratio::new(u128::from(critical).min(total), total)?)
        };
        match &self.0 {
            _ if total == 0 => Ok(Ratio::ONE),
            Rule::Off => Ok(Ratio::ONE),
            Rule::Share(share) => Ok((*share).min(Ratio::ONE)),
            Rule::Table(table) if total > u128::from(LAST_TOTAL) => table.rate(),
            Rule::Table(table) => match table.critical(total) {
                Some(critical) => of_all(u64::from(critical)),
                None => Ok(Ratio::ONE),
            },
            Rule::Critical(critical, share) => {
                match usize::try_from(total).ok().and_then(|total| critical.get(total)) {
                    Some(critical) => of_all(*critical),
                    None => Ok(*share),
                }
            }
        }
    }

    /// Whether `missed` of `missed + answered` requests fail. No request at all passes.
    pub fn fails(&self, missed: u64, answered: u64) -> Result<bool, Error> {
        let total = u128::from(missed).checked_add(u128::from(answered)).ok_or(OVERFLOW)?;
        if missed == 0 {
            return Ok(false);
        }
        let above = |share: &Ratio| Ok(Ratio::new(u128::from(missed), total)? > *share);
        match &self.0 {
            Rule::Off => Ok(false),
            Rule::Share(share) => above(share),
            Rule::Table(table) => Ok(!table.passes(u128::from(missed), total)?),
            Rule::Critical(critical, share) => {
                match usize::try_from(total).ok().and_then(|total| critical.get(total)) {
                    Some(critical) => Ok(missed > *critical),
                    None => above(share),
                }
            }
        }
    }
}

impl Rule {
    fn binomial(limit: u64, rate: Ratio, significance: Ratio) -> Result<Self, Error> {
        let critical = binomial_critical(limit, rate, significance)?;
        let last = critical.last().copied().unwrap_or(0);
        let share = Ratio::new(u128::from(last), u128::from(limit))?;
        Ok(Self::Critical(critical, share))
    }

    /// The table of the rate, cut off to parts per thousand as the peer does (issue 1081); without
    /// one, the exact tail at significance 0.05.
    fn tables(rate: Ratio, total: u64) -> Result<Self, Error> {
        let table = u64::try_from(rate.floor_mul(1_000)?).ok().and_then(CriticalTable::of);
        match table {
            Some(table) => Ok(Self::Table(table)),
            None => Self::binomial(TAIL_LIMIT.min(total), rate, Ratio::new(1, 20)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        Ratio::parse_decimal(text).unwrap()
    }

    fn fails(test: &MissTest, missed: u64, answered: u64) -> bool {
        test.fails(missed, answered).unwrap()
    }

    #[test]
    fn ratio_rule_is_strict_and_silence_passes() {
        let test = MissTest::new(&MissedRequests::Ratio { threshold: ratio("0.05") }).unwrap();
        assert!(!fails(&test, 0, 0));
        assert!(!fails(&test, 0, 1));
        assert!(fails(&test, 1, 0));
        assert!(!fails(&test, 5, 95), "exactly five per cent passes");
        assert!(fails(&test, 6, 94));
        assert!(fails(&test, u64::MAX, u64::MAX), "no count stops a close");
        assert!(!fails(&test, u64::MAX / 100, u64::MAX));
    }

    /// Upper tails computed with scipy.stats.binom.sf: P(X >= k) for n = 100, p = 0.1 is 0.0726 at
    /// k = 15 and 0.0399 at k = 16; for n = 20, p = 0.1 it is 0.1330 at 4 and 0.0432 at 5.
    #[test]
    fn binomial_rule() {
        let rule = MissedRequests::Binomial { rate: ratio("0.1"), significance: ratio("0.05") };
        let test = MissTest::new(&rule).unwrap();
        assert!(!fails(&test, 15, 85) && fails(&test, 16, 84));
        assert!(!fails(&test, 4, 16) && fails(&test, 5, 15));
        assert!(!fails(&test, 1, 0));
        // c(1000) = 116: P(X >= 116) is 0.0535, P(X >= 117) is 0.0433.
        assert!(!fails(&test, 1_160_000, 8_840_000) && fails(&test, 1_160_001, 8_839_999));
    }

    #[test]
    fn tables_step_and_give_way_to_the_rate() {
        let tables = |rate| {
            MissTest::new(&MissedRequests::Tables { rate: ratio(rate), follows_network: false })
                .unwrap()
        };
        let test = tables("0.1");
        assert!(!fails(&test, 1, 0), "no row for one request");
        assert!(!fails(&test, 4, 5) && fails(&test, 5, 4), "row 9");
        assert!(!fails(&test, 4, 15) && fails(&test, 5, 14), "19 requests read row 10");
        assert!(!fails(&test, 5, 25) && fails(&test, 6, 24), "row 30");
        assert!(!fails(&test, 114, 876) && fails(&test, 115, 875), "row 990");
        assert!(!fails(&test, 99, 892) && fails(&test, 100, 891), "991 requests: 99.1 pass");
        // 0.1009 is cut off to 0.1; 0.101 has no table, and its tail at 15 of 100 is above 0.05.
        assert!(fails(&tables("0.1009"), 15, 85) && !fails(&tables("0.101"), 15, 85));
    }

    /// What is allowed is the edge of the test: one request more, and it fails.
    #[test]
    fn what_is_allowed_is_the_edge_of_the_test() {
        let binomial = MissedRequests::Binomial { rate: ratio("0.1"), significance: ratio("0.05") };
        let tables = MissedRequests::Tables { rate: ratio("0.1"), follows_network: false };
        for rule in [binomial, tables, share_rule()] {
            let test = MissTest::new(&rule).unwrap();
            for total in [1_u64, 2, 9, 19, 20, 100, 990, 991, 5_000] {
                let share = test.allowed(0, total).unwrap();
                let most = u64::try_from(share.floor_mul(u128::from(total)).unwrap()).unwrap();
                assert!(!fails(&test, most, total - most), "{rule:?} {most} of {total}");
                let fails_next = most < total && fails(&test, most + 1, total - most - 1);
                assert_eq!(fails_next, most < total, "{rule:?} {most} + 1 of {total}");
            }
        }
        let off = MissTest(Rule::Off);
        assert_eq!(off.allowed(3, 4).unwrap(), Ratio::ONE);
        assert_eq!(MissTest::new(&share_rule()).unwrap().allowed(0, 0).unwrap(), Ratio::ONE);
    }

    fn share_rule() -> MissedRequests {
        MissedRequests::Ratio { threshold: ratio("0.05") }
    }

    /// Five participants, 1,000 requests: the least that says anything about the network.
    #[test]
    fn rate_follows_the_network_up_to_an_outage() {
        let network = |missed: u64, participants: usize, requests: u64| {
            let mut all = vec![(0, 1); participants - 1];
            all.push((missed, requests - missed - (participants as u64 - 1)));
            all.push((0, 0));
            NetworkMisses::of(all).unwrap()
        };
        let followed = |rate: &str, network| followed_rate(ratio(rate), &network).unwrap();
        assert_eq!(followed("0.1", network(80, 5, 1_000)), Some(ratio("0.1")));
        assert_eq!(followed("0.1", network(81, 5, 1_000)), Some(ratio("0.2")));
        assert_eq!(followed("0.1", network(380, 5, 1_000)), Some(ratio("0.4")));
        assert_eq!(followed("0.1", network(381, 5, 1_000)), None);
        assert_eq!(followed("0.1", network(900, 4, 1_000)), Some(ratio("0.1")));
        assert_eq!(followed("0.1", network(900, 5, 999)), Some(ratio("0.1")));
        assert_eq!(followed("0.101", network(0, 5, 1_000)), Some(ratio("0.2")));
        assert_eq!(followed("0.5", network(0, 5, 1_000)), Some(ratio("0.5")));
        assert_eq!(followed("0.501", network(999, 5, 1_100)), Some(ratio("0.501")));
        let rule = MissedRequests::Tables { rate: ratio("0.1"), follows_network: true };
        let test = MissTest::for_epoch(&rule, &network(600, 5, 1_000)).unwrap();
        assert!(!fails(&test, 1_000, 0), "nobody fails in an outage");
    }
}
