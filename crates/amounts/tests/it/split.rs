//! Splits by cumulative floors.

use num_traits::ToPrimitive;
use proptest::prelude::*;
use workmint_amounts::{Amount, ArithmeticError, Ratio, cumulative_ceil, split_cumulative, spread};

use crate::oracle::{cases, number, ratio, ratio_up_to_one, rational};

/// Shares that sum to one, as parts of a common denominator.
fn shares() -> impl Strategy<Value = Vec<Ratio>> {
    prop::collection::vec(0_u128..1 << 100, 1..12).prop_filter_map("all zero", |parts| {
        let whole = parts.iter().sum();
        parts.iter().map(|part| Ratio::new(*part, whole).ok()).collect()
    })
}

proptest! {
    #![proptest_config(cases(3_000, 500_000))]

    #[test]
    fn parts_sum_to_the_total(total in number(), shares in shares()) {
        let parts = split_cumulative(Amount::new(total), &shares).unwrap();
        prop_assert_eq!(parts.len(), shares.len());
        prop_assert_eq!(Amount::sum(parts.iter().copied()), Ok(Amount::new(total)));
        for (part, share) in parts.iter().zip(&shares) {
            let floor = share.apply_floor(Amount::new(total)).unwrap();
            prop_assert!(part.get() >= floor.get().saturating_sub(1));
            prop_assert!(part.get() <= floor.get().saturating_add(1));
        }
    }

    #[test]
    fn shares_off_one_are_refused(shares in shares(), numerator in 1_u128..1000) {
        let extra = Ratio::new(numerator, 1 << 20).unwrap();
        let mut longer = shares.clone();
        longer.push(extra);
        prop_assert_eq!(
            split_cumulative(Amount::new(1), &longer),
            Err(ArithmeticError::SharesNotOne)
        );
        let mut shorter = shares;
        if shorter.pop().is_some_and(|last| !last.is_zero()) {
            prop_assert_eq!(
                split_cumulative(Amount::new(1), &shorter),
                Err(ArithmeticError::SharesNotOne)
            );
        }
    }

    #[test]
    fn running_parts_sum_to_the_ceiling_of_the_whole(
        steps in prop::collection::vec(0_u128..1 << 120, 0..20), ratio in ratio_up_to_one(),
    ) {
        let (mut before, mut taken) = (Amount::ZERO, Amount::ZERO);
        for step in steps {
            let after = before.checked_add(Amount::new(step)).unwrap();
            let part = cumulative_ceil(before, after, ratio).unwrap();
            taken = taken.checked_add(part).unwrap();
            before = after;
        }
        prop_assert_eq!(Ok(taken), ratio.apply_ceil(before));
    }

    #[test]
    fn running_part_is_a_difference_of_ceilings(a in number(), b in number(), ratio in ratio()) {
        let (before, after) = (a.min(b), a.max(b));
        let ceil = |amount: u128| (rational(ratio) * num_bigint::BigInt::from(amount)).ceil();
        let result = cumulative_ceil(Amount::new(before), Amount::new(after), ratio);
        match ceil(after).to_integer().to_u128() {
            Some(_) => {
                let expected = (ceil(after) - ceil(before)).to_integer().to_u128();
                prop_assert_eq!(result.ok().map(Amount::get), expected);
            }
            None => prop_assert!(result.is_err()),
        }
    }
}

#[test]
fn fee_split_of_the_hanzo_document() {
    // 40/30/20/10 of 7 units: cumulative floors 2, 4, 6, 7.
    let shares = ["0.4", "0.3", "0.2", "0.1"].map(|share| Ratio::parse_decimal(share).unwrap());
    let parts = split_cumulative(Amount::new(7), &shares).unwrap();
    assert_eq!(parts, [2, 2, 2, 1].map(Amount::new));
}

#[test]
fn bad_splits_are_refused() {
    let half = Ratio::new(1, 2).unwrap();
    let refused = Err(ArithmeticError::SharesNotOne);
    assert_eq!(split_cumulative(Amount::new(7), &[]), refused);
    assert_eq!(split_cumulative(Amount::new(7), &[half]), refused);
    assert_eq!(split_cumulative(Amount::new(7), &[half, half, half]), refused);
    assert_eq!(
        cumulative_ceil(Amount::new(2), Amount::new(1), half),
        Err(ArithmeticError::Underflow)
    );
}

proptest! {
    #![proptest_config(cases(1_000, 200_000))]

    #[test]
    fn what_is_spread_is_exact_and_bounded(
        holdings in prop::collection::vec(0_u128..1 << 60, 1..12), share in 0_u128..=1000,
    ) {
        let holdings: Vec<Amount> = holdings.into_iter().map(Amount::new).collect();
        let sum = Amount::sum(holdings.iter().copied()).unwrap();
        let amount = Ratio::new(share, 1000).unwrap().apply_ceil(sum).unwrap();
        let parts = spread(amount, &holdings).unwrap();
        prop_assert_eq!(Amount::sum(parts.iter().copied()).unwrap(), amount);
        for (part, holding) in parts.iter().zip(&holdings) {
            prop_assert!(part <= holding);
        }
    }
}
