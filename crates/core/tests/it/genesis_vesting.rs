//! Genesis allocations with a cliff and a part that is free at once.

use crate::kit::*;
use workmint_core::Message;
use workmint_core::genesis::{Allocation, AllocationTo};
use workmint_core::modules::parameters::{ClaimMode, VestingRemainder};
use workmint_core::modules::vesting::ReleaseVested;

fn allocation(units: u128, vesting_epochs: u64, cliff_epochs: u64, at_once: &str) -> Allocation {
    Allocation {
        asset: GNK,
        amount: amount(units),
        to: AllocationTo::Account(address("newcomer")),
        vesting_epochs,
        cliff_epochs,
        at_once: ratio(at_once),
    }
}

/// What is free of 1,001 from epoch to epoch: asked for in every one, and without asking once all
/// of it has vested. By hand: a fifth of 1,001 is 200, the rest of 801 comes by the epoch.
#[test]
fn cliff_and_part_at_once() {
    #[rustfmt::skip]
    let cases: [(u64, u64, &str, [u128; 8]); 8] = [
        // vesting, cliff, at once; epochs 0 to 7.
        (0, 0, "0", [1_001; 8]),
        (0, 0, "0.2", [1_001; 8]),
        (3, 0, "0", [0, 333, 667, 1_001, 1_001, 1_001, 1_001, 1_001]),
        (3, 0, "0.2", [200, 467, 734, 1_001, 1_001, 1_001, 1_001, 1_001]),
        (3, 2, "0.2", [200, 200, 200, 467, 734, 1_001, 1_001, 1_001]),
        (0, 4, "0", [0, 0, 0, 0, 1_001, 1_001, 1_001, 1_001]),
        (0, 1, "0.2", [200, 1_001, 1_001, 1_001, 1_001, 1_001, 1_001, 1_001]),
        (2, 3, "1", [1_001; 8]),
    ];
    for (vesting, cliff, at_once, expected) in cases {
        let row = allocation(1_001, vesting, cliff, at_once);
        let mut genesis = genesis(parameters());
        assert_eq!(genesis.parameters.claims.vesting_remainder, VestingRemainder::Spread);
        genesis.allocations.push(row.clone());
        for asks in [true, false] {
            let mut chain = Chain::of(&genesis);
            for (epoch, expected) in expected.into_iter().enumerate() {
                assert_eq!(chain.epoch(), epoch as u64);
                let ours = row.vested(VestingRemainder::Spread, epoch as u64).unwrap();
                assert_eq!(ours.get(), expected, "{vesting} {cliff} {at_once} {epoch}");
                let before = chain.spendable("newcomer");
                if asks && before < expected {
                    let fee = chain.state.active_parameters().unwrap().fees.flat;
                    assert!(fee.is_zero(), "the release itself is free here");
                    chain.ok("newcomer", Message::ReleaseVested(ReleaseVested {}));
                }
                if asks || expected == 1_001 {
                    assert_eq!(chain.spendable("newcomer"), expected, "{row:?} {epoch}");
                }
                chain.close();
            }
            assert_conserved(&chain.state);
        }
    }
}

/// Allocations of one account that begin at different times are grants of their own.
#[test]
fn several_allocations_of_one_account() {
    let mut genesis = genesis(parameters());
    genesis.parameters.claims.mode = ClaimMode::Pull;
    genesis.allocations.push(allocation(100, 2, 1, "0.5"));
    genesis.allocations.push(allocation(10, 2, 1, "0"));
    genesis.allocations.push(allocation(1_000, 0, 2, "0"));
    let mut chain = Chain::of(&genesis);
    let mut free = vec![chain.spendable("newcomer")];
    for _ in 0..3 {
        chain.close();
        free.push(chain.spendable("newcomer"));
    }
    // The second one is part of the first one's grant: 60 over epochs 1 to 3.
    assert_eq!(free, [50, 50, 1_050, 1_110]);
}
