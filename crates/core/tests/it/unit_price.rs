//! Collateral that follows rewards, downtime by degree, and rewards of which a part vests.

use crate::kit::*;
use workmint_amounts::Ratio;
use workmint_core::block::Applied;
use workmint_core::explain::explain;
use workmint_core::modules::collateral;
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::plan;
use workmint_core::modules::slashing;
use workmint_core::modules::vesting::ReleaseVested;
use workmint_core::time::Duration;
use workmint_core::{Event, Message};

/// 1,000 an epoch to weight; a unit of weight takes 10, then twice what it earns, a tenth a close.
fn following() -> Parameters {
    let mut parameters = parameters();
    parameters.weights.unit_price = Some(UnitPrice {
        window_epochs: 3,
        multiple: ratio("2"),
        largest_step: ratio("0.1"),
        minimum: ratio("5"),
        maximum: ratio("500"),
    });
    parameters.slashing.base = SlashBase::Required;
    parameters
}

fn alice_with(parameters: Parameters, collateral: u128) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.block(vec![
        ("alice", join("alice", Some("val"))),
        ("val", confirm("alice")),
        ("alice", node(1, &[0])),
        ("alice", put_collateral(collateral)),
    ]);
    chain
}

fn price(chain: &Chain) -> Option<String> {
    chain.state.collateral.unit_price().map(|price: Ratio| price.to_string())
}

fn moved(applied: &Applied) -> Vec<(String, String)> {
    let of = |event: &Event| match event {
        Event::Collateral(collateral::Event::UnitPriceMoved { from, to }) => {
            Some((from.to_string(), to.to_string()))
        }
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// 100 of weight with 800 of collateral is all effective at 10 a unit and earns 1,000: 10 a unit,
/// and twice that is 20. Epoch by epoch the price goes to 11, 12.1, 13.31.
#[test]
fn the_next_epochs_weights_take_the_price_that_rewards_gave() {
    let mut chain = alice_with(following(), 800);
    chain.prove(&[("alice", 0, 100)]);
    assert!(moved(&chain.close()).is_empty(), "epoch 0 had no weight");
    assert_eq!(chain.state.weights.current().effective, [100]);
    chain.prove(&[("alice", 0, 100)]);
    assert_eq!(moved(&chain.close()), [("10".to_owned(), "11".to_owned())]);
    // floor(20 + 800 / 11) = floor(92.7).
    assert_eq!(chain.state.weights.current().effective, [92]);
    chain.prove(&[("alice", 0, 100)]);
    let closed = chain.close().closed.unwrap();
    assert_eq!(closed.inputs.unit_price, Some(ratio("11")));
    let planned = plan(&closed.parameters, &closed.inputs).unwrap();
    let told = explain(&closed.parameters, &closed.inputs, &planned, &address("alice"));
    let told = told.unwrap().unwrap();
    assert_eq!((told.weight.effective, told.validator_active), (92, true));
    assert_eq!(told.collateral_per_weight_unit, ratio("11"));
    // (1,000 + 1,000) / (100 + 92) x 2 = 20.8: still a step away.
    assert_eq!(price(&chain), Some("12.1".to_owned()));
    // 2 x 3,000 / 278 at the third; then 20 + 800 / 12.1 = 86 of weight.
    chain.prove(&[("alice", 0, 100)]);
    chain.close();
    assert_eq!(price(&chain), Some("13.31".to_owned()));
    assert_eq!(chain.state.collateral.earned().count(), 3);
    chain.close();
    assert_eq!(chain.state.collateral.earned().count(), 3, "no more than the window");
}

/// A slash takes what the weight requires at the price it was fixed at: 100 x 0.8 x 11 = 880.
#[test]
fn slashes_go_by_the_price_of_the_open_epoch() {
    let mut chain = alice_with(following(), 2_000);
    for _ in 0..2 {
        chain.prove(&[("alice", 0, 100)]);
        chain.close();
    }
    assert_eq!(price(&chain), Some("11".to_owned()));
    chain.evidence(fault("val", "0.1", 1, chain.now()));
    assert_eq!(chain.locked("alice", LockKind::Collateral), 2_000 - 88);
}

/// Epochs without weight say nothing, however many; and without the rule it is as the file says.
#[test]
fn idle_epochs_leave_the_price() {
    let mut chain = alice_with(following(), 800);
    for _ in 0..2 {
        chain.prove(&[("alice", 0, 100)]);
        chain.close();
    }
    chain.close();
    // Epoch 2 had weight, the next ones have none.
    assert_eq!(price(&chain), Some("12.1".to_owned()));
    for _ in 0..4 {
        assert!(moved(&chain.close()).is_empty());
    }
    assert_eq!(price(&chain), Some("12.1".to_owned()));
    assert_eq!(chain.state.collateral.earned().count(), 0, "the window has passed");
    let parameters = Box::new(Parameters { weights: parameters().weights, ..following() });
    let epoch = chain.epoch() + 1;
    let message = workmint_core::modules::parameters::ScheduleParameters { epoch, parameters };
    chain.ok("friend", Message::ScheduleParameters(message));
    chain.close();
    assert_eq!(price(&chain), None);
}

fn taken(applied: &Applied) -> Vec<(Ratio, u128)> {
    let of = |event: &Event| match event {
        Event::Slashing(slashing::Event::Punished { fraction, amount, .. }) => {
            Some((*fraction, amount.get()))
        }
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// 5 % pass. 24 of 100 missed is 0.19 / 0.95 = a fifth of the way from 10 % to 50 %, 81 are four
/// fifths of it.
#[test]
fn downtime_is_slashed_by_degree() {
    for (missed, fraction, amount) in
        [(5, None, 0), (24, Some("0.18"), 181), (81, Some("0.42"), 421)]
    {
        let mut parameters = parameters();
        parameters.slashing.downtime_most = Some(ratio("0.5"));
        let mut chain = alice_with(parameters, 1_001);
        chain.ok("cust", prepay(0, 1_000));
        chain.close();
        let served = summary(1, 0, &[("cust", 100 - missed, 10)], missed);
        let report = report_of_summary("alice", &served);
        chain.ok("alice", Message::SubmitSummary(served));
        chain.attest(vec![report]);
        let applied = chain.close();
        let wanted: Vec<_> = fraction.map(|of| (ratio(of), amount)).into_iter().collect();
        assert_eq!(taken(&applied), wanted, "{missed} missed");
        assert_eq!(chain.burned(), amount);
    }
}

/// Alice earns 750; half of it, floor(375), vests over 4 epochs.
fn half_vests() -> Parameters {
    let mut parameters = open_weights();
    parameters.emission.schedule =
        Schedule::Exponential { initial: amount(1_001), rate: "0".parse().unwrap() };
    parameters.claims.vesting_epochs = 4;
    parameters.claims.vesting_share = ratio("0.5");
    parameters.work.challenge_window = Duration::Epochs(5);
    parameters
}

#[test]
fn half_of_a_claim_is_free_at_once() {
    let mut chain = alice_alone(half_vests());
    chain.close();
    let applied = chain.ok("alice", claim(1));
    // floor(1,001 x 0.5) = 500 vests.
    assert_eq!(
        (chain.spendable("alice"), chain.locked("alice", LockKind::Vesting)),
        (RICH + 501, 500)
    );
    let told = applied.events.iter().find_map(|event| match event {
        Event::Settlement(workmint_core::modules::settlement::Event::Claimed {
            amount,
            vesting,
            ..
        }) => Some((amount.get(), vesting.get())),
        _ => None,
    });
    assert_eq!(told, Some((1_001, 500)));
    chain.close();
    chain.ok("alice", Message::ReleaseVested(ReleaseVested {}));
    assert_eq!(chain.spendable("alice"), RICH + 501 + 125);
}

/// A conviction after the claim takes what has not vested of the vesting half, and nothing more.
#[test]
fn a_conviction_takes_what_has_not_vested_only() {
    let mut chain = alice_alone(half_vests());
    let lie = chain.serve("alice", 0, "cust", 1);
    chain.close();
    chain.ok("alice", claim(1));
    chain.close();
    chain.ok("hunter", challenge(lie, 10));
    let before = chain.balance("alice");
    chain.block(vec![("j1", judge(lie, true)), ("j2", judge(lie, true))]);
    // floor(500 / 4) = 125 had vested; 375 are taken.
    assert_eq!(before - chain.balance("alice"), 375);
    assert_eq!(chain.locked("alice", LockKind::Vesting), 0);
}
