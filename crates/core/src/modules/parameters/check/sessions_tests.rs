//! One row per statement about sessions and the market's fee.

use super::super::*;
use super::tests::{self, ErrorRow, RemarkRow, assert_errors, assert_remarks, ratio};
use crate::time::{DAY_MS, Duration};

/// Sound parameters with sessions and a fee of 0.3 %.
fn sound() -> Parameters {
    let mut all = tests::sound();
    all.market.sessions = Some(SessionRules {
        close_window: Duration::Milliseconds(DAY_MS),
        max_length: Duration::Milliseconds(7 * DAY_MS),
    });
    let split = vec![
        FeeShare { to: FeeTo::Burn, share: ratio("0.6") },
        FeeShare { to: FeeTo::Treasury, share: ratio("0.4") },
    ];
    all.market.fee = Some(MarketFee { rate: ratio("0.003"), split });
    all
}

fn rules(all: &mut Parameters) -> &mut SessionRules {
    all.market.sessions.as_mut().unwrap()
}

fn fee(all: &mut Parameters) -> &mut MarketFee {
    all.market.fee.as_mut().unwrap()
}

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("no length", |p| rules(p).max_length = Duration::Milliseconds(0),
     "market.sessions.max_length", "the block it is opened in"),
    ("endless", |p| rules(p).max_length = Duration::Epochs(100_001),
     "market.sessions.max_length", "locks money for ever"),
    ("endless window", |p| rules(p).close_window = Duration::Epochs(100_001),
     "market.sessions.close_window", "locks money for ever"),
    ("rate", |p| fee(p).rate = ratio("1.1"), "market.fee.rate", "0 to 1"),
    ("share 0", |p| fee(p).split[1].share = ratio("0"), "market.fee.split[1].share", "above 0"),
    ("sum", |p| fee(p).split[1].share = ratio("0.3"), "market.fee.split", "sum to 0.9"),
    ("no split", |p| fee(p).split.clear(), "market.fee.split", "sum to 0"),
    ("twice", |p| fee(p).split[1].to = FeeTo::Burn, "market.fee.split[1].to", "same place"),
];

#[rustfmt::skip]
const REMARKS: &[RemarkRow] = &[
    ("no window", |p| rules(p).close_window = Duration::Milliseconds(0),
     Level::Warning, "market.sessions.close_window", "before its voucher is redeemed"),
    ("nobody pays", |p| p.market.sessions = None, Level::Warning, "market.fee", "nobody pays it"),
    ("burned", |_| {}, Level::Fact, "market.fee", "0.0018 is burned"),
    ("not burned", |p| fee(p).rate = ratio("0"), Level::Warning, "market.fee", "nothing of"),
];

#[test]
fn every_error_of_sessions() {
    assert_errors(&sound, ERRORS);
}

#[test]
fn every_remark_on_sessions() {
    assert_remarks(&sound, REMARKS);
}
