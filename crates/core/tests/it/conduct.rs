//! Conduct of participants: misses, status, reputation, sampled duties.

use crate::kit::*;
use workmint_core::Message;
use workmint_core::block::Applied;
use workmint_core::inputs::Penalty;
use workmint_core::modules::parameters::*;

/// Everyone's weight counts whole; misses by Gonka's table for this rate.
fn tables(rate: &str, follows_network: bool, consequence: MissConsequence) -> Parameters {
    let mut parameters = parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters.work.missed_requests = MissedRequests::Tables { rate: ratio(rate), follows_network };
    parameters.work.missed_consequence = consequence;
    parameters
}

/// A summary of (answered, missed) requests, one unit each, attested in the open epoch.
fn serve_misses(chain: &mut Chain, who: &str, answered: u64, missed: u64) {
    let summary = summary(chain.epoch(), 0, &[("cust", answered, 1)], missed);
    let report = report_of_summary(who, &summary);
    chain.ok(who, Message::SubmitSummary(summary));
    chain.attest(vec![report]);
}

fn penalty(applied: &Applied, who: &str) -> Penalty {
    let inputs = &applied.closed.as_ref().unwrap().inputs;
    let at = inputs.participants.find(&address(who)).unwrap();
    inputs.participants.row(at).unwrap().penalty
}

fn rewarded(applied: &Applied, who: &str) -> u128 {
    let record = &applied.closed.as_ref().unwrap().record;
    record.summaries.of(&address(who)).unwrap().rewarded.get()
}

/// Alice misses 15 of 100 at a rate of 0.1: the table passes 14.
fn misses_of_alice(consequence: MissConsequence) -> (Chain, Applied) {
    let mut chain = Chain::new(tables("0.1", false, consequence));
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 50_000));
    chain.block(vec![("alice", put_collateral(1_000)), ("bob", put_collateral(1_000))]);
    chain.prove(&[("alice", 0, 400), ("bob", 0, 600)]);
    chain.close();
    serve_misses(&mut chain, "alice", 85, 15);
    serve_misses(&mut chain, "bob", 86, 14);
    let preview = chain.state.preview_inputs().unwrap();
    assert_eq!(preview.participants.penalty, [Penalty::None; 2], "no summary is final yet");
    let closed = chain.close();
    (chain, closed)
}

#[test]
fn failing_the_table_forfeits_the_reward_and_no_collateral() {
    let (chain, closed) = misses_of_alice(MissConsequence::Forfeit);
    assert_eq!(penalty(&closed, "alice"), Penalty::Downtime);
    assert_eq!(penalty(&closed, "bob"), Penalty::None);
    assert_eq!((rewarded(&closed, "alice"), rewarded(&closed, "bob")), (0, 600));
    assert_eq!(chain.state.collateral.active(chain.handle("alice")), amount(1_000));
}

#[test]
fn failing_the_table_slashes_and_pays_where_the_rule_says_so() {
    let (chain, closed) = misses_of_alice(MissConsequence::Slash);
    assert_eq!(penalty(&closed, "alice"), Penalty::None);
    assert_eq!((rewarded(&closed, "alice"), rewarded(&closed, "bob")), (400, 600));
    assert_eq!(chain.state.collateral.active(chain.handle("alice")), amount(900));
}

/// Five providers, 2,500 requests, 270 missed: 10.8 % + 2 % is judged at 20 %, where 131 of 500
/// fail and 49 pass; at the own rate of 5 % those 49 fail too, 30 pass.
#[test]
fn the_rate_follows_what_the_network_missed() {
    let providers = ["alice", "bob", "carol", "dave", "buyer"];
    let misses = [30, 30, 30, 49, 131];
    for (follows, failing) in [(true, 1), (false, 2)] {
        let mut chain = Chain::new(tables("0.05", follows, MissConsequence::Forfeit));
        let all: Vec<(&str, &[u16])> = providers.iter().map(|who| (*who, &[0][..])).collect();
        chain.register(&all);
        chain.ok("cust", prepay(0, 50_000));
        chain.prove(&providers.map(|who| (who, 0, 100)));
        chain.close();
        for (who, missed) in providers.iter().zip(misses) {
            serve_misses(&mut chain, who, 500 - missed, missed);
        }
        let closed = chain.close();
        let failed = providers.iter().filter(|who| penalty(&closed, who) == Penalty::Downtime);
        assert_eq!(failed.count(), failing, "follows the network: {follows}");
        assert_eq!(rewarded(&closed, "buyer"), 0);
        assert_eq!(rewarded(&closed, "dave"), if follows { 200 } else { 0 });
    }
}
