//! Arguments as the engine's values, and back; each value has one form.

pub(crate) use alloy_primitives::U256;
use alloy_sol_types::SolInterface;
use alloy_sol_types::abi::AbiDecoderConfig;
use workmint_amounts::{Amount, Ratio};

use workmint_core::{Address, Hash};

use super::{CallError, faults};
use crate::wire::contracts;
use crate::wire::refusal::{Refusal, Selector};

pub(crate) type EthAddress = alloy_primitives::Address;
pub(crate) type Word = alloy_primitives::B256;

/// Most memory that arguments may unfold to: far above what any valid input of 128 KiB takes.
const MEMORY: usize = 8 << 20;

/// A call in its one valid encoding: known selector, values in their types' ranges, and bytes that
/// encoding the values gives again (no dirty padding, no other order of the parts, no rest).
pub(crate) fn strict<C: SolInterface>(contract: &'static str, input: &[u8]) -> Result<C, Refusal> {
    let unknown = || Refusal::UnknownFunction { contract, selector: Selector::of(input) };
    let (selector, arguments) = input.split_first_chunk::<4>().ok_or_else(unknown)?;
    if !C::valid_selector(*selector) {
        return Err(unknown());
    }
    let refused = |why: String| faults::arguments(contract, input, why);
    let config = AbiDecoderConfig::new().validate(true).memory_limit(MEMORY);
    let call = C::abi_decode_raw_with_config(*selector, arguments, config)
        .map_err(|error| refused(error.to_string()))?;
    let mut again = Vec::with_capacity(arguments.len());
    call.abi_encode_raw(&mut again);
    if again == arguments {
        return Ok(call);
    }
    let (given, valid) = (arguments.len(), again.len());
    Err(refused(match given == valid {
        true => "not the one valid encoding of these values".to_owned(),
        false => format!("{given} bytes, the one valid encoding of these values has {valid}"),
    }))
}

/// Base units of an argument.
pub(crate) fn amount(field: &str, value: U256) -> Result<Amount, Refusal> {
    wide(field, value, "0 to 2^128 - 1 base units").map(Amount::new)
}

/// A number of 128 bits of an argument.
pub(crate) fn wide(field: &str, value: U256, allowed: &str) -> Result<u128, Refusal> {
    u128::try_from(value).map_err(|_| Refusal::range(field, value, allowed))
}

/// Base units of an argument; the largest of all words: none.
pub(crate) fn optional(field: &str, value: U256) -> Result<Option<Amount>, Refusal> {
    if value == U256::MAX {
        return Ok(None);
    }
    wide(field, value, "0 to 2^128 - 1 base units, or 2^256 - 1").map(|it| Some(Amount::new(it)))
}

pub(crate) fn of_amount(amount: Amount) -> U256 {
    U256::from(amount.get())
}

pub(crate) fn of_optional(amount: Option<Amount>) -> U256 {
    amount.map_or(U256::MAX, of_amount)
}

pub(crate) fn address(value: EthAddress) -> Address {
    Address(value.0.0)
}

/// An address that somebody can have the key of, or of nobody: none of the network's own.
pub(crate) fn owner(field: &'static str, value: EthAddress) -> Result<Address, Refusal> {
    let address = address(value);
    if contracts::is_reserved(&address) {
        return Err(Refusal::Reserved { field, address });
    }
    Ok(address)
}

/// The zero address: none.
pub(crate) fn named(value: EthAddress) -> Option<Address> {
    Some(address(value)).filter(|address| *address != Address::ZERO)
}

pub(crate) fn of_address(address: Address) -> EthAddress {
    EthAddress::from(address.0)
}

pub(crate) fn of_named(
    field: &'static str,
    address: Option<Address>,
) -> Result<EthAddress, CallError> {
    match address {
        Some(Address::ZERO) => Err(CallError::NoForm { field, why: "the zero address says none" }),
        other => Ok(of_address(other.unwrap_or(Address::ZERO))),
    }
}

pub(crate) fn hash(value: Word) -> Hash {
    Hash(value.0)
}

pub(crate) fn of_hash(hash: Hash) -> Word {
    Word::from(hash.0)
}

/// A ratio in lowest terms.
pub(crate) fn ratio(field: &str, numerator: u128, denominator: u128) -> Result<Ratio, Refusal> {
    let given = format!("{numerator}/{denominator}");
    let ratio = Ratio::new(numerator, denominator)
        .map_err(|_| Refusal::range(field, &given, "a fraction with a denominator above 0"))?;
    let (lowest, below) = (ratio.numerator(), ratio.denominator());
    if (lowest, below) == (numerator, denominator) {
        Ok(ratio)
    } else {
        let allowed = format!("a fraction in lowest terms: {lowest}/{below}");
        Err(Refusal::range(field, given, &allowed))
    }
}
