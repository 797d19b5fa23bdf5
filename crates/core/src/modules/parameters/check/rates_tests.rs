//! What a network file cannot say, but a scheduled change can: keys that have no meaning beside a
//! rate, multipliers that a kind does not have.

use super::super::*;
use super::check;
use super::tests::{self, ErrorRow, assert_errors, ratio};
use crate::time::Duration;
use workmint_amounts::{Amount, Ratio};

fn multiplier() -> Multiplier {
    Multiplier { min: Ratio::ONE, max: Ratio::ONE, rule: MultiplierRule::Measured }
}

/// Sound parameters whose first stream pays tasks.
fn sound() -> Parameters {
    let mut all = tests::sound();
    all.streams[0].score = Score::Rate(Box::new(RateScore {
        kind: ContributionKind::Tasks,
        rate: Amount::new(10),
        first: multiplier(),
        second: multiplier(),
        minimum: Amount::ZERO,
        maximum: Amount::new(1_000),
        least_improvement: Ratio::ZERO,
    }));
    let bucket = Bucket { floor: ratio("0.5"), ceiling: Ratio::ONE, priority: 0 };
    all.streams[0].split = Split::Rate(bucket);
    let day = Duration::Epochs(1);
    all.contributions = Some(Contributions {
        submit_window_epochs: 1,
        verifiers: 3,
        approvals: 2,
        confidence: ratio("0.5"),
        verify_window: day,
        challenge_window: day,
        challenge_bond: Amount::new(1),
        decision_window: day,
        rate_limit: None,
        reputation: None,
    });
    all.buckets = Some(Buckets {
        rollover_epochs: 1,
        max_recipient_share: Ratio::ONE,
        backpay: None,
        alerts: None,
    });
    all
}

fn rule(all: &mut Parameters) -> &mut RateScore {
    match &mut all.streams[0].score {
        Score::Rate(rule) => rule,
        _ => panic!("a rate"),
    }
}

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("denominator", |p| p.streams[0].denominator = Denominator::Paid,
     "streams[0].denominator", "no meaning beside split \"rate\"; allowed: full"),
    ("limit", |p| p.streams[0].limit = Limit::BurnedFees, "streams[0].limit", "allowed: none"),
    ("forfeits", |p| p.streams[0].forfeits = Destination::Treasury,
     "streams[0].forfeits", "allowed: burn"),
    ("remainder", |p| p.streams[0].remainder = Remainder::Forfeits,
     "streams[0].remainder", "allowed: carry"),
    ("clip", |p| p.streams[0].clip = Clip::Shares, "streams[0].clip", "allowed: budget"),
    ("second multiplier", |p| rule(p).second.max = ratio("2"),
     "streams[0].second", "this score has one multiplier; allowed: 1 to 1"),
    ("least of tasks", |p| rule(p).least_improvement = ratio("0.1"),
     "streams[0].least_improvement", "only improvements have a least one; allowed: 0"),
    ("rate of 2^127", |p| rule(p).rate = Amount::new(1 << 127),
     "streams[0].rate", "more than 2^128 base units"),
    ("improvement without a loss", |p| rule(p).kind = ContributionKind::Improvement,
     "streams[0].score", "no model has a recorded loss"),
    ("payments", |p| p.streams[0].source = Source::Payments,
     "streams[0].source", "contributions are paid out of emission"),
    ("rate of weights", |p| p.streams[0].score = Score::WorkDone,
     "streams[0].split", "this score has no rate; allowed: proportional"),
    ("rate of an account",
     |p| p.streams[0].score = Score::FixedAccount { account: Payee::Treasury },
     "streams[0].split", "allowed: direct"),
    ("inflation above 2^128",
     |p| p.emission.schedule = Schedule::Inflation {
         base: Amount::MAX, rate: ratio("2"), year_epochs: 1, dynamic: None,
     },
     "emission.base", "more than 2^128 base units; allowed: a smaller base"),
];

#[test]
fn sound_rates_have_no_error_and_no_warning() {
    let findings = check(&sound());
    assert!(findings.iter().all(|finding| finding.level == Level::Fact), "{findings:#?}");
}

#[test]
fn every_error() {
    assert_errors(&sound, ERRORS);
}
