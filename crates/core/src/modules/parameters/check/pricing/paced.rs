//! Prices that move in steps of equal time: `imbalance` and `hamiltonian`.

use super::super::super::{EpochLength, Hamiltonian, Imbalance, PriceMoves};
use super::super::checker::{Checker, brief};
use super::{bounds, outside};
use workmint_amounts::{Amount, Ratio};

/// A share of a price that is rounded to 10^-9 base units should not vanish in 10^-9 of it.
const UNIT: u128 = 1_000_000_000;

pub(super) fn imbalance(checker: &mut Checker<'_>, rules: &Imbalance) {
    above_zero(checker, "elasticity", rules.elasticity, 10);
    moves(checker, &rules.moves);
    range(checker, &rules.moves, false);
    settles(checker, "pricing.elasticity", 2, Some(rules.elasticity));
}

pub(super) fn hamiltonian(checker: &mut Checker<'_>, rules: &Hamiltonian) {
    above_zero(checker, "stiffness", rules.stiffness, 1);
    above_zero(checker, "damping", rules.damping, 1);
    above_zero(checker, "most_queue", rules.most_queue, 1_000);
    moves(checker, &rules.moves);
    range(checker, &rules.moves, true);
    for (key, ratio) in [("stiffness", rules.stiffness), ("damping", rules.damping)] {
        if !ratio.is_zero() && ratio.floor_mul(UNIT).is_ok_and(|share| share == 0) {
            let message = "below 10^-9 it moves no price";
            checker.warning(&format!("pricing.{key}"), message);
        }
    }
    let twice = rules.damping.checked_add(rules.damping);
    let sum = twice.and_then(|twice| rules.stiffness.checked_add(twice));
    settles(checker, "pricing.damping", 4, sum.ok());
}

fn above_zero(checker: &mut Checker<'_>, key: &str, value: Ratio, most: u128) {
    let fits = !value.is_zero() && value <= Ratio::from_integer(most);
    let allowed = format!("above 0, at most {most}");
    checker.ratio(fits, &format!("pricing.{key}"), value, &allowed);
}

/// Up to which answer of customers the rule settles: `most` / `divisor` (docs/spec/pricing.md §4).
fn settles(checker: &mut Checker<'_>, path: &str, most: u128, divisor: Option<Ratio>) {
    let least = divisor.and_then(|sum| Ratio::from_integer(most).checked_div(sum).ok());
    if let Some(least) = least {
        let message = format!(
            "prices settle where 1 % more lowers demand by less than {} %; beyond that they swing",
            brief(least)
        );
        checker.fact(path, message);
    }
}

fn moves(checker: &mut Checker<'_>, moves: &PriceMoves) {
    let PriceMoves { steps_per_epoch, largest_step, minimum, maximum } = *moves;
    let steps = u64::from(steps_per_epoch);
    let (length, what) = match checker.parameters.network.epoch_length {
        EpochLength::Blocks(length) => (length, "block"),
        EpochLength::Time(length) => (length, "millisecond"),
    };
    checker.count("pricing.steps_per_epoch", steps, 1, 10_000);
    if steps > length {
        let message = format!("an epoch has {length} of them: at most one step a {what}");
        checker.error("pricing.steps_per_epoch", message, &format!("1 to {length}"));
    }
    let inside = !largest_step.is_zero() && largest_step < Ratio::ONE;
    checker.ratio(inside, "pricing.largest_step", largest_step, "above 0, below 1");
    bounds(checker, minimum, maximum);
    outside(checker, minimum, maximum);
}

/// How fast a price may go from one bound to the other, and what opposite steps leave of it.
fn range(checker: &mut Checker<'_>, moves: &PriceMoves, cancels: bool) {
    if moves.minimum == moves.maximum && !Amount::is_zero(moves.minimum) {
        return checker.fact("pricing.maximum", "prices never move: it is the minimum");
    }
    let step = moves.largest_step;
    let most = format!(
        "a price rises by at most {} of itself, {} times an epoch",
        brief(step),
        moves.steps_per_epoch
    );
    let squared = step.min(Ratio::ONE).checked_mul(step.min(Ratio::ONE));
    let message = match squared.and_then(Ratio::complement) {
        Ok(left) if !cancels => format!(
            "{most}, and falls by as much: one of each leaves {} of it, so that prices drift down \
             where demand swings",
            brief(left)
        ),
        Ok(_) | Err(_) => format!("{most}, and falls by so much that one of each cancel"),
    };
    checker.fact("pricing.largest_step", message);
    if checker.parameters.market.jobs.is_none() {
        let message = "without [market.jobs] demand is work done, and supply the weight of nodes \
                       times units per weight";
        checker.fact("pricing.rule", message);
    }
}
