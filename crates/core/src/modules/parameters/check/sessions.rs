//! `[market.sessions]` and `[market.fee]`.

use super::checker::{Checker, is_share, is_zero};
use crate::modules::parameters::{FeeTo, MarketFee};
use crate::time::Duration;
use workmint_amounts::Ratio;

pub(super) fn check(checker: &mut Checker<'_>) {
    let market = &checker.parameters.market;
    if let Some(rules) = &market.sessions {
        if rules.max_length == Duration::Milliseconds(0) {
            let message = "a session would end in the block it is opened in";
            checker.error("market.sessions.max_length", message, "above 0");
        }
        if is_zero(rules.close_window) {
            let message = "a customer can take work and close the session before its voucher is \
                           redeemed";
            checker.warning("market.sessions.close_window", message);
        }
    }
    if let Some(fee) = &market.fee {
        check_fee(checker, fee);
        if market.jobs.is_none() && market.sessions.is_none() {
            checker.warning("market.fee", "there are no jobs and no sessions: nobody pays it");
        }
    }
}

fn check_fee(checker: &mut Checker<'_>, fee: &MarketFee) {
    checker.ratio(fee.rate.at_most_one(), "market.fee.rate", fee.rate, "0 to 1");
    let mut sum = Some(Ratio::ZERO);
    for (at, part) in fee.split.iter().enumerate() {
        let share = part.share;
        checker.ratio(
            is_share(share),
            &format!("market.fee.split[{at}].share"),
            share,
            "above 0, at most 1",
        );
        sum = sum.and_then(|sum| sum.checked_add(share).ok());
        if fee.split.iter().take(at).any(|before| before.to == part.to) {
            let message = "two parts go to the same place";
            checker.error(&format!("market.fee.split[{at}].to"), message, "each place once");
        }
    }
    if sum != Some(Ratio::ONE) {
        let sum = sum.map_or_else(|| "too much".to_owned(), |sum| sum.to_string());
        checker.error("market.fee.split", format!("the shares sum to {sum}"), "exactly 1");
    }
    let burned = fee.split.iter().find(|part| part.to == FeeTo::Burn);
    let least = burned.and_then(|part| fee.rate.checked_mul(part.share).ok());
    match least.filter(|least| !least.is_zero()) {
        Some(least) => {
            let message =
                format!("of what a customer pays itself, {least} is burned, rounded down");
            checker.fact("market.fee", message);
        }
        None => {
            let message = "nothing of the fee is burned: who pays itself may get it back";
            checker.warning("market.fee", message);
        }
    }
}
