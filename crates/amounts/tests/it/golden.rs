//! Exact floors computed elsewhere at 4096 bits: see `golden/generate.py`.

use workmint_amounts::{
    ArithmeticError, Operation, Ratio, SignedRatio, exp_decay_floor, exp_floor, pow_floor,
    sqrt_floor, sqrt_ratio_floor,
};

type Row<'a> = (u128, &'a str, u64, &'a str);

fn rows(file: &str) -> impl Iterator<Item = Row<'_>> {
    file.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let [scale, argument, count, floor] = *line.split(',').collect::<Vec<_>>() else {
            panic!("malformed row: {line}");
        };
        (scale.parse().unwrap(), argument, count.parse().unwrap(), floor)
    })
}

fn expected(floor: &str, operation: Operation) -> Result<u128, ArithmeticError> {
    match floor {
        "overflow" => Err(ArithmeticError::Overflow { operation }),
        digits => Ok(digits.parse().unwrap()),
    }
}

#[test]
fn exponentials() {
    let mut count = 0;
    for row @ (scale, rate, steps, floor) in rows(include_str!("../../golden/exp.csv")) {
        let rate: SignedRatio = rate.parse().unwrap();
        let expected = expected(floor, Operation::Exponential);
        assert_eq!(exp_decay_floor(scale, rate, steps), expected, "{row:?}");
        if steps == 1 {
            assert_eq!(exp_floor(scale, rate), expected, "{row:?}");
        }
        count += 1;
    }
    assert_eq!(count, 593);
}

#[test]
fn powers() {
    let mut count = 0;
    for row @ (scale, base, exponent, floor) in rows(include_str!("../../golden/pow.csv")) {
        let base: Ratio = base.parse().unwrap();
        let expected = expected(floor, Operation::Power);
        assert_eq!(pow_floor(scale, base, exponent), expected, "{row:?}");
        count += 1;
    }
    assert_eq!(count, 948);
}

#[test]
fn square_roots() {
    let mut count = 0;
    for row @ (scale, ratio, _, floor) in rows(include_str!("../../golden/sqrt.csv")) {
        let ratio: Ratio = ratio.parse().unwrap();
        let expected = expected(floor, Operation::SquareRoot);
        assert_eq!(sqrt_ratio_floor(scale, ratio), expected, "{row:?}");
        if scale == 1 && ratio.denominator() == 1 {
            assert_eq!(Ok(sqrt_floor(ratio.numerator())), expected, "{row:?}");
        }
        count += 1;
    }
    assert_eq!(count, 558);
}
