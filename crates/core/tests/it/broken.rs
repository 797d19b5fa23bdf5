//! Broken conservation really stops the engine: states with one number changed, as a damaged
//! snapshot would have them, refuse the next block, name the invariant and stay as they are.

use crate::kit::*;
use workmint_core::State;
use workmint_core::block::{BlockError, Commitments};
use workmint_core::time::DAY_MS;

/// Amounts that occur where they are meant and nowhere else.
const BALANCE: u128 = 77_771_111;
const COLLATERAL: u128 = 55_533;
const DEPOSIT: u128 = 44_421;
const BOND: u128 = 31_337;
const RESERVED: u128 = 1_237 * 5;

/// A chain in which each of these amounts stands somewhere, with its export.
fn exported() -> Vec<u8> {
    let mut parameters = parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters.assets[0].cap = amount(1 << 60);
    parameters.emission.allocation = amount(987_654);
    let mut genesis = genesis(parameters);
    genesis.allocations[0].amount = amount(BALANCE);
    let mut chain = Chain::of(&genesis);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("bob", put_collateral(COLLATERAL));
    chain.ok("cust", prepay(0, DEPOSIT));
    chain.prove(&[("alice", 0, 1), ("bob", 0, 2)]);
    chain.close();
    chain.close();
    let served = chain.serve("alice", 0, "cust", 1_237);
    chain.ok("hunter", challenge(served, BOND));
    chain.state.export().unwrap()
}

/// Every place of a little-endian amount in the bytes.
fn places(bytes: &[u8], units: u128) -> Vec<usize> {
    let pattern = units.to_le_bytes();
    let windows = bytes.windows(pattern.len()).enumerate();
    windows.filter(|(_, at)| *at == pattern).map(|(at, _)| at).collect()
}

/// The invariant that stops the next block of a state with `units` raised by one at `place`.
/// `None` if the block is applied.
fn stopped_by(bytes: &[u8], place: usize, units: u128, closes: bool) -> Option<String> {
    let mut damaged = bytes.to_vec();
    damaged[place..place + 16].copy_from_slice(&(units + 1).to_le_bytes());
    let mut state = State::import(&damaged).unwrap();
    let chain = *state.chain();
    let time = chain.time_ms + if closes { DAY_MS } else { 1 };
    let block = block(chain.height + 1, time, &[]);
    let result = state.apply_block(&block, &[], Commitments::Full);
    match result {
        Ok(_) => None,
        Err(BlockError::Invariant(violation)) => {
            assert_eq!(state.export().unwrap(), damaged, "nothing is written");
            Some(violation.invariant.to_owned())
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn totals_stop_the_very_next_block() {
    let bytes = exported();
    let issued = BALANCE + RICH * 13 + 1_000;
    let expected = [
        // Issued, or what accounts hold in total: supply no longer equals the holdings.
        (issued, "INV-01"),
        // What emission minted so far, against the claims' total and the supply it explains.
        (999, "INV-08"),
        // The total of deposits.
        (DEPOSIT, "INV-10"),
    ];
    for (units, invariant) in expected {
        let found: Vec<String> = places(&bytes, units)
            .into_iter()
            .filter_map(|place| stopped_by(&bytes, place, units, false))
            .collect();
        assert!(found.iter().any(|name| name == invariant), "{units}: {found:?}");
    }
}

#[test]
fn rows_stop_the_next_close() {
    let bytes = exported();
    let expected = [
        (BALANCE, "INV-23"),
        (COLLATERAL, "INV-23"),
        (DEPOSIT, "INV-23"),
        (BOND, "INV-23"),
        (RESERVED, "INV-10"),
    ];
    for (units, invariant) in expected {
        let places = places(&bytes, units);
        assert!(!places.is_empty(), "{units} stands in the state");
        let found: Vec<Option<String>> =
            places.into_iter().map(|place| stopped_by(&bytes, place, units, true)).collect();
        assert!(found.iter().flatten().any(|name| name == invariant), "{units}: {found:?}");
    }
}

/// Every single place of money, raised by one, stops the engine at the latest at the next close.
#[test]
fn no_place_of_money_escapes() {
    let bytes = exported();
    for units in [BALANCE, COLLATERAL, BOND] {
        for place in places(&bytes, units) {
            let stopped = stopped_by(&bytes, place, units, true);
            assert!(stopped.is_some(), "{units} at byte {place}");
        }
    }
}

#[test]
fn the_undamaged_state_goes_on() {
    let bytes = exported();
    let mut state = State::import(&bytes).unwrap();
    let chain = *state.chain();
    let block = block(chain.height + 1, chain.time_ms + DAY_MS, &[]);
    state.apply_block(&block, &[], Commitments::Full).unwrap();
    assert!(State::import(&bytes[..bytes.len() - 1]).is_err());
    let trailing = [&bytes[..], &[0]].concat();
    assert!(State::import(&trailing).is_err());
}

/// A genesis that breaks a rule is refused like any other bad input.
#[test]
fn a_genesis_above_its_cap_is_refused() {
    let mut parameters = parameters();
    parameters.assets[0].cap = amount(RICH * 14 + 100_000 - 1);
    assert!(State::genesis(&genesis(parameters.clone())).is_err());
    parameters.assets[0].cap = amount(RICH * 14 + 100_000);
    assert!(State::genesis(&genesis(parameters)).is_ok());
}
