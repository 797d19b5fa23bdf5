//! Adapters: the numbers themselves (encointer/substrate-fixed 0.6.0), and the curve of liquid
//! alpha.

use workmint_core::modules::opinions::yuma::subtensor::fixed::{
    I32F32, I64F64, I96F32, Signed, U64F64, U96F32, Unsigned,
};
use workmint_core::modules::opinions::yuma::subtensor::liquid::Curve;

use super::read::{self, Number};
use crate::conformance::case::Case;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, same};

const fn operation(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "fixed_ops", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    operation("I32F32::saturating_add", |case| small(case, |a, b| Some(a.plus(b)))),
    operation("I32F32::saturating_sub", |case| small(case, |a, b| Some(a.minus(b)))),
    operation("I32F32::saturating_mul", |case| small(case, |a, b| Some(a.times(b)))),
    operation("I32F32::saturating_div", |case| small(case, I32F32::saturating_over)),
    operation("I32F32::checked_div", |case| small(case, I32F32::checked_over)),
    operation("I32F32::safe_div", |case| small(case, |a, b| Some(a.over(b)))),
    operation("I32F32::floor", |case| small_of(case, "a", |a| Some(a.floor()))),
    operation("I32F32::round (ties away from zero)", |case| {
        small_of(case, "a", |a| Some(a.round()))
    }),
    operation("I32F32::saturating_to_num<u16>", |case| {
        let ours = read::one::<I32F32>(&case.input().at("a"))?.whole_u16();
        same("number", ours, read::one(&case.expected())?)
    }),
    operation("I32F32::saturating_to_num<u64>", |case| {
        let ours = read::one::<I32F32>(&case.input().at("a"))?.whole_u64();
        same("number", ours, read::one(&case.expected())?)
    }),
    operation("I64F64->I32F32 saturating_from_num", |case| {
        let ours = read::one::<I64F64>(&case.input().at("a"))?.to_i32f32();
        same("number", ours, read::one(&case.expected())?)
    }),
    operation("I96F32::from(I32F32)", |case| {
        let ours = I96F32::from(read::one::<I32F32>(&case.input().at("a"))?).to_bits();
        same("bits", ours, read::one(&case.expected())?)
    }),
    operation("exp<I32F32,I32F32>", |case| small_of(case, "a", I32F32::exp)),
    operation("ln<I32F32,I32F32>", |case| small_of(case, "a", I32F32::ln)),
    operation("log2<I32F32,I32F32>", |case| small_of(case, "a", I32F32::log2)),
    operation("math::exp_safe", |case| small_of(case, "input", |a| Some(a.exp_safe()))),
    operation("math::safe_ln", |case| {
        small_of(case, "value", |a| Some(a.ln().unwrap_or_default()))
    }),
    operation("I64F64::saturating_mul", |case| signed::<64>(case, |a, b| Some(a.times(b)))),
    operation("I64F64::checked_div", |case| signed::<64>(case, Signed::checked_over)),
    operation("I96F32::saturating_mul", |case| signed::<32>(case, |a, b| Some(a.times(b)))),
    operation("I96F32::checked_div", |case| signed::<32>(case, Signed::checked_over)),
    operation("U64F64::saturating_mul", |case| unsigned(case, |a, b: U64F64| Some(a.times(b)))),
    operation("U64F64::checked_div", |case| unsigned(case, U64F64::checked_over)),
    operation("U96F32::saturating_mul", |case| unsigned(case, |a, b: U96F32| Some(a.times(b)))),
    operation("U96F32::saturating_sub", |case| unsigned(case, |a, b: U96F32| Some(a.minus(b)))),
    operation("U96F32::checked_div", |case| unsigned(case, U96F32::checked_over)),
    Adapter { file: "", function: "alpha_sigmoid", run: curve },
];

/// The number of a record, or `None` where the peer has none.
fn given<T: Number>(case: &Case) -> Result<Option<T>, Mismatch> {
    read::option(case.expected().value()?)
}

fn small(case: &Case, run: fn(I32F32, I32F32) -> Option<I32F32>) -> Outcome {
    let input = case.input();
    same("number", run(read::one(&input.at("a"))?, read::one(&input.at("b"))?), given(case)?)
}

fn small_of(case: &Case, key: &str, run: fn(I32F32) -> Option<I32F32>) -> Outcome {
    same("number", run(read::one(&case.input().at(key))?), given(case)?)
}

fn signed<const F: u32>(
    case: &Case,
    run: fn(Signed<F>, Signed<F>) -> Option<Signed<F>>,
) -> Outcome {
    let of = |key: &str| read::one(&case.input().at(key)).map(Signed::from_bits);
    same("bits", run(of("a")?, of("b")?).map(Signed::to_bits), given(case)?)
}

fn unsigned<const F: u32>(
    case: &Case,
    run: fn(Unsigned<F>, Unsigned<F>) -> Option<Unsigned<F>>,
) -> Outcome {
    let of = |key: &str| read::one(&case.input().at(key)).map(Unsigned::from_bits);
    same("bits", run(of("a")?, of("b")?).map(Unsigned::to_bits), given(case)?)
}

fn curve(case: &Case) -> Outcome {
    let input = case.input();
    let of = |key: &str| read::one::<I32F32>(&input.at(key));
    let curve = Curve::new(of("alpha_low")?, of("alpha_high")?, of("alpha_sigmoid_steepness")?);
    let ours = curve.alpha(of("consensus")?, of("weight")?, of("bond")?);
    same("alpha", ours, read::one(&case.expected())?)
}
