//! Adapters: what a seat costs.

use workmint_amounts::{Amount, Ratio, halving_floor, mul_div_floor};
use workmint_core::modules::opinions::{PriceAt, price_at, risen};
use workmint_core::modules::parameters::{Destination, SeatRegistration};

use super::read;
use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

const fn of(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "pricing", function, run }
}

const OTHER_SUBNETS: &str = "there is one network: no subnet is priced or bought";
const LEGACY: &str = "upstream's earlier rule: the price answered to a target of registrations";

pub(super) const ADAPTERS: &[Adapter] = &[
    of("decay_factor_q32", factor),
    of("mul_by_q32", |case| {
        let value: u64 = read::one(&case.input().at("value"))?;
        let factor: u64 = read::one(&case.input().at("factor_q32"))?;
        let ours = mul_div_floor(u128::from(value), u128::from(factor), ONE)?;
        same("product", ours, read::one(&case.expected())?)
    }),
    of("burn_decay_sequence", sequence),
    of("bump_registration_price", bump),
    of("update_moving_price", |_| Ok(Verdict::NotCovered(OTHER_SUBNETS))),
    of("get_network_lock_cost", |_| Ok(Verdict::NotCovered(OTHER_SUBNETS))),
    of("swap_fee_amount", |_| Ok(Verdict::NotCovered(OTHER_SUBNETS))),
    of("legacy_upgraded_difficulty", |_| Ok(Verdict::NotCovered(LEGACY))),
    of("legacy_upgraded_burn", |_| Ok(Verdict::NotCovered(LEGACY))),
];

/// 1 in 32 binary digits.
const ONE: u128 = 1 << 32;
/// Parts of 2^32 by which the peer's factor may exceed the exact one: it is the largest whose
/// power, rounded down at each of at most 2 log2(half-life) products, is not above a half. Each
/// rounding loses at most a part of 2^31 of the power it happens in, and together they lose less
/// than twice the half-life such parts of the whole: a factor larger by less than 4 parts makes up
/// for it, and exact halves lie between two.
const TOO_LARGE: u128 = 5;

fn factor(case: &Case) -> Outcome {
    let half_life = read::one(&case.input().at("half_life"))?;
    let ours = halving_floor(ONE, 1, half_life)?;
    let theirs: u128 = read::one(&case.expected())?;
    if ours == theirs {
        return Ok(Verdict::Passed);
    }
    require(
        "within 5 parts of the exact factor",
        theirs > ours && theirs <= ours + TOO_LARGE,
        true,
    )?;
    Ok(Verdict::Deviates(Decision::ExactDecay))
}

fn rules(
    limits: &Node<'_>,
    half_life_blocks: u64,
    rise: Ratio,
) -> Result<SeatRegistration, Mismatch> {
    let minimum = limits.at("min").amount()?;
    Ok(SeatRegistration {
        initial: minimum,
        minimum,
        maximum: limits.at("max").amount()?,
        half_life_blocks,
        rise,
        burned_share: Ratio::ONE,
        rest: Destination::Burn,
        immunity_blocks: 0,
    })
}

fn sequence(case: &Case) -> Outcome {
    let input = case.input();
    let rules = rules(&input, read::one(&input.at("half_life"))?, Ratio::ONE)?;
    let last = PriceAt { price: input.at("burn0").amount()?, height: 0 };
    if !(rules.minimum..=rules.maximum).contains(&last.price) {
        return Ok(Verdict::NotCovered("a price outside its limits does not exist"));
    }
    let theirs: Vec<u128> = read::column(&case.expected())?;
    require("blocks", theirs.len(), read::one(&input.at("blocks"))?)?;
    let mut all_same = true;
    for (height, theirs) in (1_u64..).zip(theirs) {
        let ours = price_at(&rules, last, height)?.get();
        let (least, most) = (rules.minimum.get(), rules.maximum.get());
        let blocks = u128::from(height);
        // Rounded down once too often in every block, by a factor that is the exact one rounded
        // down, or a little too large.
        let lost = ((ours + 1) * blocks).div_ceil(1 << 31) + blocks;
        let lowest = ours.saturating_sub(lost).clamp(least, most);
        let gained = ((ours + 1) * (TOO_LARGE + 1) * blocks).div_ceil(1 << 31);
        let highest = (ours + 1 + gained).clamp(least, most);
        require("within rounding", (lowest..=highest).contains(&theirs), true)?;
        all_same &= ours == theirs;
    }
    Ok(if all_same { Verdict::Passed } else { Verdict::Deviates(Decision::ExactDecay) })
}

fn bump(case: &Case) -> Outcome {
    let input = case.input();
    // A factor below 1 counts as 1 upstream; here it is refused.
    let rise = Ratio::new(read::one(&input.at("mult"))?, 1 << 64)?.max(Ratio::ONE);
    let ours: Amount = risen(&rules(&input, 1, rise)?, input.at("burn").amount()?)?;
    same("price", ours, case.expected().amount()?)
}
