//! Tables of small cases: deadlines, selection, shares.

use super::pool::{Commission, Part};
use super::{Pool, release_at, select, slash_amount};
use crate::address::Address;
use crate::hash::Hash;
use crate::time::{Deadline, Duration, Now};
use workmint_amounts::{Amount, Ratio};

fn at(time_ms: u64, epoch: u64) -> Now {
    Now { height: 0, time_ms, epoch }
}

#[test]
fn deadlines_are_rounded_up_to_whole_steps() {
    let release = |length, time| release_at(Duration::Milliseconds(length), &at(time, 0)).unwrap();
    // A step is 100 ms.
    assert_eq!(release(6_400, 0), Deadline::Time(6_400));
    assert_eq!(release(6_400, 1), Deadline::Time(6_500));
    assert_eq!(release(6_400, 100), Deadline::Time(6_500));
    assert_eq!(release(6_401, 0), Deadline::Time(6_464), "a step of 101 ms");
    assert_eq!(release(1, 7), Deadline::Time(8), "never at once");
    let release = |epochs, epoch| release_at(Duration::Epochs(epochs), &at(0, epoch)).unwrap();
    assert_eq!(release(3, 5), Deadline::Epoch(8));
    assert_eq!(release(128, 5), Deadline::Epoch(134), "a step of two epochs");
    assert!(release_at(Duration::Milliseconds(u64::MAX), &at(1, 0)).is_err());
    assert!(release_at(Duration::Epochs(u64::MAX), &at(0, 1)).is_err());
}

#[test]
fn the_first_whose_power_is_passed_is_selected() {
    let one = |number: u8, power: u128| (Address([number; 20]), Amount::new(power));
    let powers = [one(1, 5), one(2, 0), one(3, 10)];
    let turn = |target: u128| {
        let mut seed = [0xff_u8; 32];
        seed[..16].copy_from_slice(&target.to_le_bytes());
        select(&powers, &Hash(seed)).unwrap()
    };
    for (target, number) in [(0, 1), (4, 1), (5, 3), (14, 3), (15, 1), (15 * 7 + 5, 3)] {
        assert_eq!(turn(target), Some(Address([number; 20])), "{target}");
    }
    assert_eq!(select(&[], &Hash::ZERO), Ok(None));
    assert_eq!(select(&[one(1, 0)], &Hash::ZERO), Ok(None), "nobody has power");
    assert!(select(&[one(1, u128::MAX), one(2, 1)], &Hash::ZERO).is_err());
}

#[test]
fn a_slash_is_rounded_up_within_its_bounds() {
    let taken = |percent, least, base| {
        let fraction = Ratio::new(percent, 100).unwrap();
        slash_amount(fraction, Amount::new(least), Amount::new(base)).unwrap().get()
    };
    assert_eq!(taken(10, 1, 101), 11);
    assert_eq!(taken(10, 50, 101), 50);
    assert_eq!(taken(1, 50, 101), 50, "no slash is smaller");
    assert_eq!(taken(0, 50, 101), 0, "no fraction, no slash");
    assert_eq!(taken(10, 500, 101), 101, "nor more than there is");
    assert_eq!(taken(150, 1, 101), 101);
    assert_eq!(taken(10, 50, 0), 0);
}

fn pool(tokens: u128, own: u128, delegated: (u128, u128)) -> Pool {
    Pool {
        tokens: Amount::new(tokens),
        own: Part { earning: own, pending: 0 },
        delegated: Part { earning: delegated.0, pending: delegated.1 },
        ..Pool::new(Ratio::ZERO, 7)
    }
}

#[test]
fn what_is_taken_out_is_worth_exactly_what_was_asked() {
    for (tokens, shares) in [(1, 1), (2, 3), (999, 1_000), (1_000, 1_999), (7, 1 << 34)] {
        let pool = pool(tokens, shares, (0, 0));
        for asked in 1..=tokens.min(200) {
            let out = pool.shares_of(Amount::new(asked)).unwrap();
            assert!(out <= shares);
            assert_eq!(pool.worth(out).unwrap().get(), asked, "{asked} of {tokens}/{shares}");
            assert!(pool.shares_for(Amount::new(asked)).unwrap() >= asked);
        }
    }
    assert_eq!(pool(0, 0, (0, 0)).worth(0), Ok(Amount::ZERO));
    assert_eq!(pool(0, 0, (0, 0)).shares_for(Amount::new(9)), Ok(9), "the first are one for one");
}

#[test]
fn what_came_in_the_epoch_counts_from_the_next_on() {
    let pool = pool(300, 100, (50, 150));
    assert_eq!(pool.throughout(7), Ok((Amount::new(150), Amount::new(50))));
    assert_eq!(pool.throughout(8), Ok((Amount::new(300), Amount::new(200))));
    let part = Part { earning: 10, pending: 4 };
    assert_eq!(part.minus(3), Ok(Part { earning: 10, pending: 1 }));
    assert_eq!(part.minus(6), Ok(Part { earning: 8, pending: 0 }));
    assert!(part.minus(15).is_err());
}

#[test]
fn a_commission_holds_from_its_epoch_on() {
    let half = Ratio::new(1, 2).unwrap();
    let commission = Commission { last: Ratio::ZERO, set: Some((half, 8)) };
    assert_eq!([7, 8, 9].map(|epoch| commission.during(epoch)), [Ratio::ZERO, half, half]);
}
