//! What other modules call: binding, and reputation.

use super::*;
use crate::address::Address;
use crate::modules::ledger::AccountHandle;
use crate::state::State;

fn accounts(state: &mut State) -> [AccountHandle; 3] {
    ["provider", "one", "other"]
        .map(|who| state.ledger.open(Address::derived(who.as_bytes())).unwrap())
}

#[test]
fn what_binds_is_counted_and_never_below_nothing() {
    let mut state = State::default();
    let [account, ..] = accounts(&mut state);
    bind(&mut state, account).unwrap();
    bind(&mut state, account).unwrap();
    unbind(&mut state, account).unwrap();
    assert_eq!(state.stake.bound(account), 1);
    unbind(&mut state, account).unwrap();
    assert_eq!(state.stake.bound(account), 0);
    assert!(state.stake.bound.is_empty(), "no row is left");
    assert_eq!(unbind(&mut state, account).map_err(|error| error.code()), Err(11));
}

#[test]
fn a_customer_counts_once_an_epoch_and_a_provider_never_for_itself() {
    let mut state = State::default();
    let [provider, one, other] = accounts(&mut state);
    for _ in 0..3 {
        earn_reputation(&mut state, provider, one).unwrap();
    }
    assert_eq!(state.stake.reputation(provider), 1);
    earn_reputation(&mut state, provider, other).unwrap();
    earn_reputation(&mut state, provider, provider).unwrap();
    assert_eq!(state.stake.reputation(provider), 2);
    state.stake.customers.clear();
    earn_reputation(&mut state, provider, one).unwrap();
    assert_eq!(state.stake.reputation(provider), 3);
}

#[test]
fn a_reputation_ends_at_a_thousand_and_a_slash_halves_it() {
    let mut state = State::default();
    let [provider, one, _] = accounts(&mut state);
    state.stake.reputations.put(provider, 999);
    for _ in 0..2 {
        state.stake.customers.clear();
        earn_reputation(&mut state, provider, one).unwrap();
    }
    assert_eq!(state.stake.reputation(provider), 1_000);
    for left in [500, 250, 125, 62] {
        reputation::halve(&mut state, provider);
        assert_eq!(state.stake.reputation(provider), left);
    }
    state.stake.reputations.put(provider, 1);
    reputation::halve(&mut state, provider);
    assert!(state.stake.reputations.is_empty(), "half of one point, rounded down, is none");
}
