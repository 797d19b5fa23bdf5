//! What a job costs, pays, is bonded with. Pure.

use crate::address::Address;
use crate::hash::Hash;
use crate::modules::parameters::JobRules;
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// Thousandths in 1.
const PERMILLE: u128 = 1_000;

/// What a customer locks: ceil(price x max_units x tier x most_quality), so that no quality costs
/// more (DESIGN, market).
pub fn deposit(
    rules: &JobRules,
    (price, max_units): (Amount, u64),
    multiplier: Ratio,
) -> Result<Amount, ArithmeticError> {
    let base = price.checked_mul(u128::from(max_units))?;
    multiplier.checked_mul(rules.most_quality)?.apply_ceil(base)
}

/// What a job pays, fee included: min(floor(price x units x tier x quality), deposit). Document
/// 003: `earnings_per_job = base_rate x quality_multiplier x tier_bonus`, for each unit.
pub fn payment(
    (price, units): (Amount, u64),
    multiplier: Ratio,
    quality: Ratio,
    deposit: Amount,
) -> Result<Amount, ArithmeticError> {
    let base = price.checked_mul(u128::from(units))?;
    Ok(multiplier.checked_mul(quality)?.apply_floor(base)?.min(deposit))
}

/// The bond of either side: max(minimum, ceil(ratio x deposit)).
pub fn bond(rules: &JobRules, deposit: Amount) -> Result<Amount, ArithmeticError> {
    Ok(rules.bond_ratio.apply_ceil(deposit)?.max(rules.bond_minimum))
}

/// The lower median; `None` of nothing.
pub fn median<T: Ord>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    values.into_iter().nth(last >> 1)
}

/// How far a service level was missed: 0 in time, else min((latency - most) / most, 1). A level of
/// 0 ms counts as 1 ms.
pub fn lateness(latency_ms: u32, max_latency_ms: u32) -> Result<Ratio, ArithmeticError> {
    let most = max_latency_ms.max(1);
    match latency_ms.checked_sub(most) {
        None => Ok(Ratio::ZERO),
        Some(late) if late >= most => Ok(Ratio::ONE),
        Some(late) => Ratio::new(u128::from(late), u128::from(most)),
    }
}

/// The quality that is paid, of the reporters' medians. A result in time has the measured quality;
/// a late one at most 1, less in proportion: x max_latency / latency. Never outside the rules'
/// bounds.
pub fn quality(
    rules: &JobRules,
    quality_permille: u16,
    (latency_ms, max_latency_ms): (u32, u32),
) -> Result<Ratio, ArithmeticError> {
    let measured = Ratio::new(u128::from(quality_permille), PERMILLE)?;
    let found = if latency_ms > max_latency_ms {
        let pace = Ratio::new(u128::from(max_latency_ms), u128::from(latency_ms))?;
        measured.min(Ratio::ONE).checked_mul(pace)?
    } else {
        measured
    };
    Ok(found.max(rules.least_quality).min(rules.most_quality))
}

/// Binds a result to the chain, the job and the provider: H(genesis, customer, number, commitment,
/// provider, result).
#[must_use]
pub fn result_seal(
    genesis: &Hash,
    (customer, number): (&Address, u64),
    commitment: &Hash,
    (provider, result): (&Address, &Hash),
) -> Hash {
    let number = number.to_be_bytes();
    let parts: [&[u8]; 6] =
        [&genesis.0, &customer.0, &number, &commitment.0, &provider.0, &result.0];
    Hash::of("workmint job result v1", &parts)
}
