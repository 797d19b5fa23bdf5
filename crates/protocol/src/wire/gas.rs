//! Flat fees in the words of wallets: gas, its price, its limit.
//!
//! The engine takes a flat fee per message and a fee per byte, no gas. Wallets multiply: gas used x
//! price. So the price is chosen such that every possible fee is a whole number of gas, and the
//! product is the fee to the last wei.

use alloy_primitives::U256;
use workmint_amounts::Amount;
pub use workmint_core::modules::parameters::LEAST_GAS;
use workmint_core::modules::parameters::{GAS_OF_MEASURE, Parameters};

use super::calls::Call;
use super::chain::ChainSpec;
use super::envelope::Envelope;
use super::refusal::Refusal;

/// The price of one gas, wei: with `g` = the greatest common divisor of all possible fees in wei,
/// `g / 25,000` where that is whole, else `g`. Without fees 1.
#[must_use]
pub fn price_wei(parameters: &Parameters, chain: &ChainSpec) -> U256 {
    price_of(parameters.fees.measure(), chain)
}

/// The same where every fee is a whole multiple of `measure`, base units of the fee asset.
#[must_use]
pub fn price_of(measure: Amount, chain: &ChainSpec) -> U256 {
    if measure.is_zero() {
        return U256::from(1);
    }
    let wei = chain.to_wei(measure);
    let (price, rest) = wei.div_rem(U256::from(GAS_OF_MEASURE));
    if rest.is_zero() { price } else { wei }
}

/// The gas that a fee takes: due / price, which is whole for every fee of the network. A fee above
/// 2^64 - 1 gas counts as that.
#[must_use]
pub fn gas_of(due: Amount, parameters: &Parameters, chain: &ChainSpec) -> u64 {
    gas_at(due, price_wei(parameters, chain), chain)
}

/// The same at a price that divides the fee, wei, at least 1.
#[must_use]
pub fn gas_at(due: Amount, price: U256, chain: &ChainSpec) -> u64 {
    let gas = chain.to_wei(due).checked_div(price).unwrap_or(U256::MAX);
    u64::try_from(gas).unwrap_or(u64::MAX)
}

/// What to answer a wallet that asks for the gas of a transaction with this fee: at least 21,000.
#[must_use]
pub fn estimate(due: Amount, parameters: &Parameters, chain: &ChainSpec) -> u64 {
    gas_of(due, parameters, chain).max(LEAST_GAS)
}

/// Most the sender pays, tip included: floor(maxFeePerGas x gas limit / scale), base units of the
/// fee asset.
#[must_use]
pub fn fee_limit(envelope: &Envelope, chain: &ChainSpec) -> Amount {
    product(envelope.max_fee_per_gas, envelope, chain)
}

/// The tip: floor(maxPriorityFeePerGas x gas limit / scale), base units of the fee asset. What the
/// fee leaves of [`fee_limit`] bounds what is charged of it.
#[must_use]
pub fn tip(envelope: &Envelope, chain: &ChainSpec) -> Amount {
    product(envelope.max_priority_fee_per_gas, envelope, chain)
}

/// Whether a transaction's gas pays the fee due under these parameters. Checked when it is taken
/// in; a block then only holds it to its [`fee_limit`], which parameters of a later epoch may have
/// made too low.
///
/// # Errors
/// [`Refusal::PriceTooLow`], [`Refusal::GasTooLow`].
pub fn admit(
    envelope: &Envelope,
    due: Amount,
    parameters: &Parameters,
    chain: &ChainSpec,
) -> Result<(), Refusal> {
    let price = price_wei(parameters, chain);
    let given = envelope.max_fee_per_gas;
    if U256::from(given) < price && !due.is_zero() {
        return Err(Refusal::PriceTooLow { given, price });
    }
    let (given, needed) = (envelope.gas_limit, gas_of(due, parameters, chain));
    if given < needed {
        return Err(Refusal::GasTooLow { given, needed });
    }
    Ok(())
}

/// Bytes of the longest signed transaction with this call: what a fee per byte is estimated with.
#[must_use]
pub fn longest(call: &Call) -> usize {
    // Type 1, list 4; chain id, nonce, gas limit 9 each; two prices 17 each; to 21; value at most
    // 33; length of the input 4; access list 1; parity 1; r and s 33 each.
    1 + 4 + 9 * 3 + 17 * 2 + 21 + 33 + 4 + call.input.len() + 1 + 1 + 33 * 2
}

fn product(price: u128, envelope: &Envelope, chain: &ChainSpec) -> Amount {
    // Below 2^128 x 2^64.
    chain.floor_from_wei(U256::from(price) * U256::from(envelope.gas_limit))
}
