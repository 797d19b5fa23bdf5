//! Emission for use: what customers paid with the market's fee, within the fees burned; and what
//! paying oneself gains.

use crate::kit::*;
use crate::sessions::{open_for, redeem};
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::*;
use workmint_core::time::{DAY_MS, Duration};

/// 1,000 an epoch for use, at most the fees burned; a fee of 2 % on sessions, of which `burned` is
/// burned and the rest is the treasury's.
fn rules(burned: &str) -> Parameters {
    let mut parameters = open_weights();
    let day = Duration::Milliseconds(DAY_MS);
    parameters.market.sessions = Some(SessionRules { close_window: day, max_length: day });
    let burned = ratio(burned);
    parameters.market.fee = Some(MarketFee {
        rate: ratio("0.02"),
        split: vec![
            FeeShare { to: FeeTo::Burn, share: burned },
            FeeShare { to: FeeTo::Treasury, share: burned.complement().unwrap() },
        ],
    });
    let mut usage = emission_stream("usage", "1", Score::WorkDone);
    usage.limit = Limit::BurnedFees;
    parameters.streams = vec![usage, work_stream()];
    parameters
}

/// alice and bob, each paid so much in a session of cust's.
fn sold(parameters: Parameters, alice: u128, bob: u128) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    for (session, (who, sum)) in (0_u64..).zip([("alice", alice), ("bob", bob)]) {
        if sum > 0 {
            let session = if alice == 0 { 0 } else { session };
            chain.ok("cust", open_for(who, sum, None));
            let message = redeem(&chain, session, sum);
            chain.ok(who, message);
        }
    }
    chain
}

/// 20,000 and 5,000 bear fees of 400 and 100, half of which is burned: 250 are divided 4 to 1.
#[test]
fn use_is_rewarded_within_the_fees_it_burned() {
    let mut chain = sold(rules("0.5"), 20_000, 5_000);
    let closed = chain.close().closed.unwrap();
    let rows: Vec<u128> = closed.inputs.sold.iter().map(|(_, sold)| sold.get()).collect();
    assert_eq!(rows.iter().sum::<u128>(), 25_000);
    let line = &closed.record.header.streams[0];
    assert_eq!((line.budget, line.paid, line.denominator), (amount(250), amount(250), 25_000));
    let before = (chain.balance("alice"), chain.balance("bob"));
    chain.ok("alice", claim(0));
    chain.ok("bob", claim(0));
    assert_eq!((chain.balance("alice") - before.0, chain.balance("bob") - before.1), (200, 50));
    assert!(chain.close().closed.unwrap().inputs.sold.is_empty(), "counted anew");
}

/// Reported work bears no fee: whoever pays itself by reports takes nothing of others' fees.
#[test]
fn what_bore_no_fee_scores_nothing() {
    let mut chain = sold(rules("0.5"), 20_000, 0);
    chain.ok("buyer", prepay(0, 10_000));
    chain.serve("bob", 0, "buyer", 2_000);
    let closed = chain.close().closed.unwrap();
    let people = &closed.inputs.participants;
    assert!(people.work.iter().any(|work| *work == amount(10_000)), "bob worked for 10,000");
    let line = &closed.record.header.streams[0];
    assert_eq!((line.budget, line.recipients, line.denominator), (amount(200), 1, 20_000));
    // Without a fee of the market, and so without this rule, it counts as before.
    let mut free = rules("0.5");
    (free.market.fee, free.fees.flat) = (None, amount(10));
    let mut chain = sold(free, 20_000, 0);
    chain.ok("buyer", prepay(0, 10_000));
    chain.serve("bob", 0, "buyer", 2_000);
    let line = chain.close().closed.unwrap().record.header.streams[0].clone();
    assert_eq!((line.recipients, line.denominator), (2, 30_000));
}

/// Whatever alice pays herself, beside 5,000 of bob's honest sales: of the fee she gets back the
/// burned share at most, never more, and bob no less than his own sales burned.
#[test]
fn paying_oneself_never_pays() {
    for (burned, percent) in [("0.5", 50), ("0.9", 90)] {
        for own in [0, 100, 1_000, 5_000, 20_000, 45_000] {
            let mut chain = sold(rules(burned), own, 5_000);
            chain.close();
            let fee = own * 2 / 100;
            let mut rewards = [0; 2];
            for (reward, who) in rewards.iter_mut().zip(["alice", "bob"]) {
                let before = chain.balance(who);
                if own > 0 || who == "bob" {
                    chain.ok(who, claim(0));
                }
                *reward = chain.balance(who) - before;
            }
            assert!(rewards[0] * 100 <= fee * percent, "{own}: {} for a fee of {fee}", rewards[0]);
            assert!(rewards[1] + 1 >= percent, "{own}: bob's 5,000 burned {percent}");
        }
    }
}

/// No more than is emitted: 100, though 40,000 of sales burned 400.
#[test]
fn the_emission_still_bounds_it() {
    let mut parameters = rules("0.5");
    parameters.emission.schedule =
        Schedule::Exponential { initial: amount(100), rate: "0".parse().unwrap() };
    let mut chain = sold(parameters, 40_000, 0);
    assert_eq!(chain.pot(&Pot::MarketFees), 800);
    let line = chain.close().closed.unwrap().record.header.streams[0].clone();
    assert_eq!((line.budget, line.paid), (amount(100), amount(100)));
}
