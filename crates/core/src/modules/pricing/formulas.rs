//! Prices, utilisation, the weighted median: pure functions of numbers.

use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::parameters::{PriceMoves, PriceRounding, Pricing, StabilityZone};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError, Ratio, floor_of_sum, mul_div_remainder};

/// Loads and utilisation are rounded to 16 digits, half up, as in the peer's decimals: 10^16.
const DIGITS: u128 = 10_000_000_000_000_000;

/// A price in 10^-9 base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct FinePrice(pub u128);

impl FinePrice {
    /// Fine units in a base unit.
    const SCALE: u128 = 1_000_000_000;
    /// The most that is rounded down.
    const BELOW_HALF: u128 = 499_999_999;

    /// A whole price.
    ///
    /// # Errors
    /// Overflow above 2^128 / 10^9 base units.
    pub fn of(price: Amount) -> Result<Self, ArithmeticError> {
        price.checked_mul(Self::SCALE).map(|fine| Self(fine.get()))
    }

    /// What customers are quoted: base units, to the nearest, half up. Bounds are whole, so that no
    /// quote leaves them.
    #[must_use]
    pub fn quoted(self) -> Amount {
        // Half a unit lower, a half is the least that is rounded up.
        let lower = self.0.checked_sub(Self::BELOW_HALF);
        Amount::new(lower.map_or(0, |lower| lower.div_ceil(Self::SCALE)))
    }

    /// Whole base units, rounded down.
    fn whole(self) -> u128 {
        self.0.checked_div(Self::SCALE).unwrap_or(0)
    }

    /// Within the bounds of the rules.
    pub(super) fn within(self, bounds: Bounds) -> Result<Self, ArithmeticError> {
        // No fine price is above a maximum that has none.
        let most = Self::of(bounds.maximum).unwrap_or(self);
        Ok(self.min(most).max(Self::of(bounds.minimum)?))
    }

    /// Multiplied by 1 + share, or divided by it, to the nearest, half up: opposite steps cancel,
    /// but for rounding.
    pub(super) fn scaled(self, rises: bool, share: Ratio) -> Result<Self, ArithmeticError> {
        let up = Ratio::ONE.checked_add(share)?;
        let factor = if rises { up } else { Ratio::ONE.checked_div(up)? };
        self.times(factor)
    }

    /// To the nearest, half up.
    fn times(self, factor: Ratio) -> Result<Self, ArithmeticError> {
        floor_of_sum((self.0, factor), (1, Ratio::new(1, 2)?)).map(Self)
    }

    /// Changed by a share of itself, to the nearest, half up; a fall of all of it or more gives 0.
    pub(super) fn changed(self, rises: bool, share: Ratio) -> Result<Self, ArithmeticError> {
        let factor = if rises {
            Ratio::ONE.checked_add(share)?
        } else {
            share.min(Ratio::ONE).complement()?
        };
        self.times(factor)
    }
}

/// Between what a price stays, base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// It never falls below this.
    pub(super) minimum: Amount,
    /// It never rises above this.
    pub(super) maximum: Amount,
}

impl From<&StabilityZone> for Bounds {
    fn from(rules: &StabilityZone) -> Self {
        Self { minimum: rules.minimum, maximum: rules.maximum }
    }
}

impl From<&PriceMoves> for Bounds {
    fn from(moves: &PriceMoves) -> Self {
        Self { minimum: moves.minimum, maximum: moves.maximum }
    }
}

impl Bounds {
    /// Those of a rule that moves prices of models; `None` under the others.
    pub(super) fn of(pricing: &Pricing) -> Option<Self> {
        match pricing {
            Pricing::StabilityZone(rules) => Some(rules.into()),
            Pricing::Imbalance(rules) => Some((&rules.moves).into()),
            Pricing::Hamiltonian(rules) => Some((&rules.moves).into()),
            Pricing::Fixed | Pricing::UnitOfCompute { .. } => None,
        }
    }
}

/// The sum of a window's loads after one step: a load enters, those whose time is over leave.
///
/// # Errors
/// Overflow; underflow if more leaves than the window holds.
pub fn slide(
    sum: u128,
    entering: u64,
    leaving: impl IntoIterator<Item = u64>,
) -> Result<u128, ArithmeticError> {
    let all = sum.checked_add(u128::from(entering)).ok_or(OVERFLOW)?;
    let left = |all: u128, load| all.checked_sub(u128::from(load));
    leaving.into_iter().try_fold(all, left).ok_or(ArithmeticError::Underflow)
}

/// The mean load of a step: sum / window, where steps that are missing counted nothing; rounded to
/// 16 digits, half up. A window of 0 steps has no load.
///
/// # Errors
/// Overflow above 2^128 / 10^16.
pub fn mean_load(sum: u128, window: u32) -> Result<Ratio, ArithmeticError> {
    Ratio::new(mean_digits(sum, window)?, DIGITS)
}

/// [`mean_load`] in units of 10^-16.
fn mean_digits(sum: u128, window: u32) -> Result<u128, ArithmeticError> {
    if window == 0 { Ok(0) } else { nearest(sum, DIGITS, u128::from(window)) }
}

/// a x b / divisor to the nearest, half up.
fn nearest(a: u128, b: u128, divisor: u128) -> Result<u128, ArithmeticError> {
    let (floor, rest) = mul_div_remainder(a, b, divisor)?;
    // The rest is below the divisor.
    let up = divisor.checked_sub(rest).is_some_and(|above| rest >= above);
    if up { floor.checked_add(1).ok_or(OVERFLOW) } else { Ok(floor) }
}

/// Mean load of a step as a share of what a step could do, rounded to 16 digits, half up: not
/// clamped. Without capacity nothing is utilised.
///
/// # Errors
/// Overflow, as [`mean_load`].
pub fn utilisation(sum: u128, window: u32, capacity: Ratio) -> Result<Ratio, ArithmeticError> {
    if capacity.is_zero() {
        return Ok(Ratio::ZERO);
    }
    let mean = mean_digits(sum, window)?;
    Ratio::new(nearest(mean, capacity.denominator(), capacity.numerator())?, DIGITS)
}

/// What a step can do: the weight of the nodes x units per weight of an epoch, over its steps.
///
/// # Errors
/// Overflow of the product; division by zero without steps.
pub fn capacity_of_step(
    weight: u128,
    units_per_weight: u64,
    steps: u64,
) -> Result<Ratio, ArithmeticError> {
    let in_epoch = weight.checked_mul(u128::from(units_per_weight)).ok_or(OVERFLOW)?;
    Ratio::new(in_epoch, u128::from(steps))
}

/// What a price is multiplied by: 1 - (lower - u) x elasticity below the zone, at least 0;
/// 1 + (u - upper) x elasticity above it, u at most 1; `None` inside.
fn factor(rules: &StabilityZone, utilisation: Ratio) -> Result<Option<Ratio>, ArithmeticError> {
    let used = utilisation.min(Ratio::ONE);
    if used < rules.lower {
        let fall = rules.lower.checked_sub(used)?.checked_mul(rules.elasticity)?;
        return fall.min(Ratio::ONE).complement().map(Some);
    }
    if used > rules.upper {
        let rise = used.checked_sub(rules.upper)?.checked_mul(rules.elasticity)?;
        return Ratio::ONE.checked_add(rise).map(Some);
    }
    Ok(None)
}

/// The price after one step. Inside the zone it is what it was; outside it moves, and is then
/// within minimum and maximum. With [`PriceRounding::Truncate`] whole base units are moved and
/// rounded down (Gonka's `CalculateModelDynamicPrice`); with [`PriceRounding::Keep`] 10^-9 base
/// units are moved and rounded to the nearest, half up, so that rounding favours no direction.
///
/// # Errors
/// Overflow of the price, or of the rules' ratios.
pub fn next_price(
    rules: &StabilityZone,
    price: FinePrice,
    utilisation: Ratio,
) -> Result<FinePrice, ArithmeticError> {
    let Some(factor) = factor(rules, utilisation)? else {
        return Ok(price);
    };
    let moved = match rules.rounding {
        PriceRounding::Truncate => FinePrice::of(Amount::new(factor.floor_mul(price.whole())?))?,
        PriceRounding::Keep => price.times(factor)?,
    };
    moved.within(rules.into())
}

/// The price in an epoch under the rules of a zone, before any step of it: before the end of grace
/// the grace price, in its last epoch the model's own price, then what the price has moved to. A
/// price that never moved starts from the model's own.
///
/// # Errors
/// Overflow of the model's own price.
pub fn price_at(
    rules: &StabilityZone,
    epoch: u64,
    base: Amount,
    moved: Option<FinePrice>,
) -> Result<FinePrice, ArithmeticError> {
    if epoch < rules.grace_end_epoch {
        return FinePrice::of(rules.grace_price);
    }
    match moved {
        Some(price) if epoch > rules.grace_end_epoch => Ok(price),
        None if epoch > rules.grace_end_epoch => FinePrice::of(base)?.within(rules.into()),
        Some(_) | None => FinePrice::of(base),
    }
}

/// What a price has moved to after the step that gives the price of `epoch`: nothing up to the end
/// of grace. `load` is the sum of the window, `capacity` that of a step.
///
/// # Errors
/// As [`next_price`] and [`utilisation`].
pub fn stepped(
    rules: &StabilityZone,
    epoch: u64,
    (base, moved): (Amount, Option<FinePrice>),
    (load, capacity): (u128, Ratio),
) -> Result<Option<FinePrice>, ArithmeticError> {
    if epoch <= rules.grace_end_epoch {
        return Ok(None);
    }
    let used = utilisation(load, rules.window, capacity)?;
    next_price(rules, price_at(rules, epoch, base, moved)?, used)?.within(rules.into()).map(Some)
}

/// The first price, ascending, at which the weights so far reach (W + 1) / 2, rounded down, of all
/// weights W; `None` without any weight. Those of one price count in the order given, which changes
/// nothing.
///
/// # Errors
/// Overflow of the sum of weights.
pub fn weighted_median(proposals: &[(Amount, u64)]) -> Result<Option<Amount>, AnyError> {
    let mut sorted = proposals.to_vec();
    sorted.sort_by_key(|(price, _)| *price);
    let add = |sum: u128, (_, weight): &(Amount, u64)| sum.checked_add(u128::from(*weight));
    let all = sorted.iter().try_fold(0_u128, add).ok_or(OVERFLOW)?;
    let half = all.checked_add(1).ok_or(OVERFLOW)? >> 1;
    let mut so_far = 0_u128;
    for proposal in &sorted {
        so_far = add(so_far, proposal).ok_or(OVERFLOW)?;
        if so_far >= half && all > 0 {
            return Ok(Some(proposal.0));
        }
    }
    Ok(None)
}
