//! Parameters of a call: strict hexadecimal forms, errors that name parameter and form.

use alloy_primitives::{U256, hex};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use workmint_core::{Address, Hash};

use super::error::RpcError;

const QUANTITY: &str = "a quantity: 0x and hexadecimal digits without leading zeros (zero is 0x0)";
const DATA: &str = "data: 0x and an even number of hexadecimal digits";
const ADDRESS: &str = "an address: 0x and 40 hexadecimal digits";
const HASH: &str = "a hash: 0x and 64 hexadecimal digits";
const TAG: &str = "a block: latest, pending, safe, finalized, earliest, a height as a quantity, or \
     {\"blockNumber\"} or {\"blockHash\"}";

/// The parameters of one call.
#[derive(Debug, Default)]
pub(super) struct Params {
    list: Vec<Box<RawValue>>,
    /// They came as an object, which is the one row of the list.
    named: bool,
}

/// A block that a caller names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockId {
    /// The last one: there are no others between it and the next.
    Latest,
    /// The last one and what waits.
    Pending,
    /// That of a height.
    Height(u64),
    /// That of a hash.
    Hash(Hash),
}

impl Params {
    /// A list of parameters; an object holds the parameters of methods that take named ones. An
    /// empty one is none.
    pub(super) fn read(raw: Option<&RawValue>) -> Result<Self, RpcError> {
        let Some(raw) = raw.filter(|raw| raw.get() != "null") else {
            return Ok(Self::default());
        };
        let wrong = || RpcError::param("params", "a list, or an object of named parameters");
        if raw.get().starts_with('{') {
            let given: Map<String, Value> = serde_json::from_str(raw.get()).map_err(|_| wrong())?;
            return Ok(match given.is_empty() {
                true => Self::default(),
                false => Self { list: vec![raw.to_owned()], named: true },
            });
        }
        let list = serde_json::from_str(raw.get()).map_err(|_| wrong())?;
        Ok(Self { list, named: false })
    }

    /// Refuses named parameters of a method that knows them by their place.
    pub(super) fn in_order(&self, method: &str) -> Result<(), RpcError> {
        if self.named {
            let text = format!("params: {method} takes a list, not named parameters");
            return Err(RpcError::new(RpcError::PARAMS, text));
        }
        Ok(())
    }

    /// Refuses more parameters than the method has.
    pub(super) fn at_most(&self, count: usize) -> Result<(), RpcError> {
        if self.list.len() > count {
            let text = format!("params: at most {count}, here are {}", self.list.len());
            return Err(RpcError::new(RpcError::PARAMS, text));
        }
        Ok(())
    }

    fn get(&self, index: usize) -> Option<&str> {
        self.list.get(index).map(|raw| raw.get()).filter(|text| *text != "null")
    }

    /// A parameter of any type; `allowed` says what it must be.
    pub(super) fn optional<T: DeserializeOwned>(
        &self,
        index: usize,
        name: &str,
    ) -> Result<Option<T>, RpcError> {
        let Some(text) = self.get(index) else {
            return Ok(None);
        };
        serde_json::from_str(text)
            .map(Some)
            .map_err(|error| RpcError::new(RpcError::PARAMS, format!("{name}: {error}")))
    }

    /// The same of one that must be there.
    pub(super) fn required<T: DeserializeOwned>(
        &self,
        index: usize,
        name: &str,
    ) -> Result<T, RpcError> {
        self.optional(index, name)?
            .ok_or_else(|| RpcError::new(RpcError::PARAMS, format!("{name}: missing")))
    }

    fn text(&self, index: usize, name: &str, allowed: &str) -> Result<String, RpcError> {
        let Some(raw) = self.get(index) else {
            return Err(RpcError::param(name, allowed));
        };
        serde_json::from_str(raw).map_err(|_| RpcError::param(name, allowed))
    }

    pub(super) fn address(&self, index: usize, name: &str) -> Result<Address, RpcError> {
        address(&self.text(index, name, ADDRESS)?, name)
    }

    pub(super) fn hash(&self, index: usize, name: &str) -> Result<Hash, RpcError> {
        hash(&self.text(index, name, HASH)?, name)
    }

    pub(super) fn data(&self, index: usize, name: &str) -> Result<Vec<u8>, RpcError> {
        data(&self.text(index, name, DATA)?, name)
    }

    pub(super) fn quantity(&self, index: usize, name: &str) -> Result<U256, RpcError> {
        quantity(&self.text(index, name, QUANTITY)?, name)
    }

    /// A quantity below 2^64.
    pub(super) fn number(&self, index: usize, name: &str) -> Result<u64, RpcError> {
        small(self.quantity(index, name)?, name)
    }

    /// A block; the last one if the parameter is not there.
    pub(super) fn block(&self, index: usize, name: &str) -> Result<BlockId, RpcError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Named {
            block_number: Option<String>,
            block_hash: Option<String>,
        }
        let Some(raw) = self.get(index) else {
            return Ok(BlockId::Latest);
        };
        if let Ok(text) = serde_json::from_str::<String>(raw) {
            return tag(&text, name);
        }
        match serde_json::from_str(raw) {
            Ok(Named { block_number: Some(number), block_hash: None }) => {
                let height = small(quantity(&number, name)?, name)?;
                Ok(BlockId::Height(height))
            }
            Ok(Named { block_number: None, block_hash: Some(text) }) => {
                Ok(BlockId::Hash(hash(&text, name)?))
            }
            _ => Err(RpcError::param(name, TAG)),
        }
    }
}

/// A block as a text names it.
pub(super) fn tag(text: &str, name: &str) -> Result<BlockId, RpcError> {
    Ok(match text {
        "latest" | "safe" | "finalized" => BlockId::Latest,
        "pending" => BlockId::Pending,
        "earliest" => BlockId::Height(0),
        _ if text.len() == 66 => BlockId::Hash(hash(text, name)?),
        _ => {
            let number = quantity(text, name).map_err(|_| RpcError::param(name, TAG))?;
            BlockId::Height(small(number, name)?)
        }
    })
}

pub(super) fn address(text: &str, name: &str) -> Result<Address, RpcError> {
    text.parse().map_err(|error| RpcError::new(RpcError::PARAMS, format!("{name}: {error}")))
}

pub(super) fn hash(text: &str, name: &str) -> Result<Hash, RpcError> {
    let bytes = text.strip_prefix("0x").and_then(workmint_core::address::hex_bytes);
    bytes.map(Hash).ok_or_else(|| RpcError::param(name, HASH))
}

pub(super) fn data(text: &str, name: &str) -> Result<Vec<u8>, RpcError> {
    let digits = text.strip_prefix("0x");
    let bytes = digits.and_then(|digits| hex::decode(digits).ok());
    // The decoder would take a second prefix.
    bytes
        .filter(|bytes| text.len() == 2 + 2 * bytes.len())
        .ok_or_else(|| RpcError::param(name, DATA))
}

pub(super) fn quantity(text: &str, name: &str) -> Result<U256, RpcError> {
    let wrong = || RpcError::param(name, QUANTITY);
    let digits = text.strip_prefix("0x").ok_or_else(wrong)?;
    let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    if digits.is_empty() || !hexadecimal || leading_zero {
        return Err(wrong());
    }
    if digits.len() > 64 {
        return Err(RpcError::param(name, "below 2^256"));
    }
    U256::from_str_radix(digits, 16).map_err(|_| wrong())
}

/// A quantity below 2^64.
pub(super) fn small(value: U256, name: &str) -> Result<u64, RpcError> {
    u64::try_from(value).map_err(|_| RpcError::param(name, "below 2^64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_object_is_no_parameter_and_named_ones_are_not_in_order() {
        let read = |json: &str| {
            let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
            Params::read(Some(&raw)).unwrap()
        };
        for none in ["{}", "{ }", "[]", "null"] {
            read(none).at_most(0).unwrap();
            read(none).in_order("eth_chainId").unwrap();
        }
        let named = read(r#"{"address":"0x"}"#).in_order("eth_getBalance").unwrap_err();
        assert_eq!(named.message, "params: eth_getBalance takes a list, not named parameters");
        read(r#"[{"to":"0x"}]"#).in_order("eth_call").unwrap();
    }

    #[test]
    fn quantities_have_one_form() {
        for (text, value) in [("0x0", 0), ("0x1", 1), ("0xff", 255), ("0xFF", 255)] {
            assert_eq!(quantity(text, "q").unwrap(), U256::from(value), "{text}");
        }
        let most = format!("0x{}", "f".repeat(64));
        assert_eq!(quantity(&most, "q").unwrap(), U256::MAX);
        for text in ["", "0x", "1", "0x00", "0x01", "0xg", "0x-1", "0x+1", "0x1_0", " 0x1", "0X1"] {
            let error = quantity(text, "amount").unwrap_err();
            assert_eq!(error.code, RpcError::PARAMS);
            assert!(error.message.starts_with("amount: must be a quantity"), "{}", error.message);
        }
        let above = format!("0x1{}", "0".repeat(64));
        assert_eq!(quantity(&above, "q").unwrap_err().message, "q: must be below 2^256");
    }

    #[test]
    fn data_has_an_even_length_and_one_prefix() {
        assert_eq!(data("0x", "d").unwrap(), Vec::<u8>::new());
        assert_eq!(data("0x00fF", "d").unwrap(), vec![0, 255]);
        for text in ["", "00", "0x0", "0x0x00", "0xzz", "0x00 "] {
            assert!(data(text, "d").is_err(), "{text}");
        }
    }

    #[test]
    fn blocks_are_named_in_every_way_ethereum_knows() {
        let read = |json: &str| {
            let raw: Box<RawValue> = serde_json::from_str(&format!("[{json}]")).unwrap();
            Params::read(Some(&raw)).unwrap().block(0, "block")
        };
        let hash = format!("0x{}", "11".repeat(32));
        assert_eq!(read("null"), Ok(BlockId::Latest));
        assert_eq!(read("\"finalized\""), Ok(BlockId::Latest));
        assert_eq!(read("\"pending\""), Ok(BlockId::Pending));
        assert_eq!(read("\"earliest\""), Ok(BlockId::Height(0)));
        assert_eq!(read("\"0x10\""), Ok(BlockId::Height(16)));
        assert_eq!(read(r#"{"blockNumber":"0x10"}"#), Ok(BlockId::Height(16)));
        let expected = Ok(BlockId::Hash(Hash([0x11; 32])));
        assert_eq!(read(&format!("{{\"blockHash\":\"{hash}\"}}")), expected);
        for wrong in ["16", "\"16\"", "\"0x010\"", "\"\"", "{}", "[]", "true", "\"newest\""] {
            assert_eq!(read(wrong).unwrap_err().code, RpcError::PARAMS, "{wrong}");
        }
    }
}
