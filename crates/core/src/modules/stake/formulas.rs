//! Staking power, burns and graded fractions: pure functions of numbers.

use crate::modules::parameters::{Stake, StakeSlashing};
use workmint_amounts::{Amount, ArithmeticError, Ratio, floor_of_products};

/// What a reputation is counted against: 1,000 points double the power.
const FULL_REPUTATION: u128 = 1_000;

/// min(1 + lock / full_lock, most_lock), exact (document 003: 1 + lock / 365 d, at most 2).
pub fn lock_multiplier(rules: &Stake, lock_ms: u64) -> Result<Ratio, ArithmeticError> {
    let lock = Ratio::new(u128::from(lock_ms), u128::from(rules.full_lock_ms))?;
    Ok(Ratio::ONE.checked_add(lock)?.min(rules.most_lock))
}

/// floor(amount x lock x tier x (1 + reputation / 1000)), rounded once, toward zero.
///
/// # Errors
/// Overflow if it exceeds 128 bits.
pub fn staking_power(
    amount: Amount,
    lock: Ratio,
    tier: Ratio,
    reputation: u16,
) -> Result<Amount, ArithmeticError> {
    let points = FULL_REPUTATION
        .checked_add(u128::from(reputation))
        .ok_or(ArithmeticError::Overflow { operation: workmint_amounts::Operation::Add })?;
    let factors = [amount.get(), lock.numerator(), tier.numerator(), points];
    let divisors = [lock.denominator(), tier.denominator(), FULL_REPUTATION];
    // What would be more than 128 bits hold comes back as the limit itself.
    let power = floor_of_products(factors, divisors, u128::MAX)?;
    if power == u128::MAX {
        return Err(ArithmeticError::Overflow { operation: workmint_amounts::Operation::Multiply });
    }
    Ok(Amount::new(power))
}

/// What a released withdrawal loses: ceil(amount x unstake_burn).
pub fn unstake_burn(rules: &Stake, amount: Amount) -> Result<Amount, ArithmeticError> {
    rules.unstake_burn.apply_ceil(amount)
}

/// The fraction of stake that a missed SLA costs: least + (most - least) x missed, exact. `missed`
/// says how far it was missed, 0 just so to 1 completely; more counts as 1.
///
/// # Errors
/// An error if `sla_least` exceeds `sla_most`, which the checker refuses, or numbers grow too long.
pub fn sla_fraction(rules: &StakeSlashing, missed: Ratio) -> Result<Ratio, ArithmeticError> {
    let span = rules.sla_most.checked_sub(rules.sla_least)?;
    rules.sla_least.checked_add(span.checked_mul(missed.min(Ratio::ONE))?)
}
