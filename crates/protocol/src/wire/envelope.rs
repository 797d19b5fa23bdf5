//! Signed EIP-1559 transactions: strict decoding and the sender.

use alloy_primitives::{Bytes, U256, keccak256};
use alloy_rlp::Header;
use workmint_core::transaction::DecodedTransaction;
use workmint_core::{Address, Hash};

use super::calls;
use super::chain::ChainSpec;
use super::gas;
use super::refusal::Refusal;
use super::sign::{self, TYPE};

/// Most bytes of a transaction: 128 KiB, as Ethereum's nodes take.
pub const MAX_BYTES: usize = 128 * 1024;

/// The fields of a signed EIP-1559 transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The network it is signed for.
    pub chain_id: u64,
    /// The sender's transaction number, from 0; below 2^64 - 1 (EIP-2681).
    pub nonce: u64,
    /// Tip, wei per gas; at most `max_fee_per_gas`.
    pub max_priority_fee_per_gas: u128,
    /// Most to pay, tip included, wei per gas.
    pub max_fee_per_gas: u128,
    /// Most gas.
    pub gas_limit: u64,
    /// Contract or recipient.
    pub to: Address,
    /// Native value, wei.
    pub value: U256,
    /// Selector and arguments; empty in a native transfer.
    pub input: Bytes,
    /// Parity of y of the signature's point.
    pub y_parity: bool,
    /// Of the signature.
    pub r: U256,
    /// Of the signature, in its lower form.
    pub s: U256,
}

/// A transaction that [`verify`] has verified; there is no other way to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    raw: Bytes,
    hash: Hash,
    envelope: Envelope,
    decoded: DecodedTransaction,
}

impl Verified {
    /// The bytes as they were sent.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Keccak-256 of the bytes: the hash that wallets show.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// What the engine is asked, and by whom.
    #[must_use]
    pub fn decoded(&self) -> &DecodedTransaction {
        &self.decoded
    }

    /// What was signed.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }
}

/// Verifies a signed transaction: one pass over the bytes, one signature.
///
/// What depends on the state is not checked here: nonce, balance, and, at admission, that the gas
/// pays the fee ([`gas::admit`]).
///
/// # Errors
/// [`Refusal`] names the field and what is allowed.
pub fn verify(bytes: &[u8], chain: &ChainSpec) -> Result<Verified, Refusal> {
    let raw = copied(bytes)?;
    let (envelope, signed) = parse(&raw)?;
    if envelope.chain_id != chain.chain_id {
        let (expected, given) = (chain.chain_id, U256::from(envelope.chain_id));
        return Err(Refusal::WrongChain { expected, given });
    }
    let message = calls::decode(&envelope.to, envelope.value, &envelope.input, chain)?;
    let sender = envelope.recover(signed)?;
    let decoded = DecodedTransaction {
        sender,
        nonce: envelope.nonce,
        tip: gas::tip(&envelope, chain),
        fee_limit: gas::fee_limit(&envelope, chain),
        message,
    };
    let hash = Hash(keccak256(&raw).0);
    Ok(Verified { hash, envelope, decoded, raw })
}

impl Envelope {
    /// Decodes the fields without looking whose signature it is, or whether this network knows
    /// what is asked: to show a transaction that was verified before.
    ///
    /// # Errors
    /// [`Refusal`] names the field and what is allowed.
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        parse(&copied(bytes)?).map(|(envelope, _)| envelope)
    }

    fn recover(&self, signed: &[u8]) -> Result<Address, Refusal> {
        let (r, s) = (self.r.to_be_bytes(), self.s.to_be_bytes());
        sign::recover(&sign::digest(signed), (self.y_parity, &r, &s))
    }
}

/// The bytes, if they are not too many and begin as a type 2 transaction.
fn copied(bytes: &[u8]) -> Result<Bytes, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    match bytes.first() {
        None => Err(Refusal::Empty {}),
        Some(&TYPE) => Ok(Bytes::copy_from_slice(bytes)),
        Some(1) => Err(Refusal::AccessListType {}),
        Some(3) => Err(Refusal::Blob {}),
        Some(4) => Err(Refusal::SetCode {}),
        Some(0xc0..=0xff) => Err(Refusal::Legacy {}),
        Some(&given) => Err(Refusal::UnknownType { given }),
    }
}

/// The fields, and the part of the bytes that holds the signed ones.
fn parse(raw: &Bytes) -> Result<(Envelope, &[u8]), Refusal> {
    let mut rest = raw.get(1..).unwrap_or_default();
    let list = payload(&mut rest, "transaction", true)?;
    if !rest.is_empty() {
        return Err(Refusal::Trailing { bytes: rest.len() });
    }
    let mut fields = Fields { rest: list };
    let chain_id = fields.chain_id()?;
    let nonce = fields.small("nonce", "0 to 2^64 - 2", |value| u64::try_from(value).ok())?;
    if nonce == u64::MAX {
        return Err(Refusal::range("nonce", nonce, "0 to 2^64 - 2"));
    }
    let wei = "0 to 2^128 - 1 wei";
    let tip = fields.small("maxPriorityFeePerGas", wei, |value| u128::try_from(value).ok())?;
    let fee = fields.small("maxFeePerGas", wei, |value| u128::try_from(value).ok())?;
    if tip > fee {
        return Err(Refusal::TipAboveFee { tip, fee });
    }
    let gas_limit =
        fields.small("gas limit", "0 to 2^64 - 1", |value| u64::try_from(value).ok())?;
    let to = fields.to()?;
    let value = fields.number("value")?;
    let input = raw.slice_ref(payload(&mut fields.rest, "input", false)?);
    if !payload(&mut fields.rest, "accessList", true)?.is_empty() {
        return Err(Refusal::AccessList {});
    }
    let length = list.len().abs_diff(fields.rest.len());
    let signed = list.get(..length).unwrap_or_default();
    let y_parity = fields.small("yParity", "0 or 1", |value| match u8::try_from(value) {
        Ok(0) => Some(false),
        Ok(1) => Some(true),
        _ => None,
    })?;
    let (r, s) = (fields.number("r")?, fields.number("s")?);
    if !fields.rest.is_empty() {
        let why = format!("{} bytes follow the last field, s", fields.rest.len());
        return Err(Refusal::Rlp { field: "transaction", why });
    }
    let envelope = Envelope {
        chain_id,
        nonce,
        max_priority_fee_per_gas: tip,
        max_fee_per_gas: fee,
        gas_limit,
        to,
        value,
        input,
        y_parity,
        r,
        s,
    };
    Ok((envelope, signed))
}

/// What is left of the list of fields.
struct Fields<'a> {
    rest: &'a [u8],
}

impl Fields<'_> {
    fn number(&mut self, field: &'static str) -> Result<U256, Refusal> {
        let bytes = payload(&mut self.rest, field, false)?;
        if bytes.first() == Some(&0) {
            let why = "the number begins with a zero byte; its one encoding has none".to_owned();
            return Err(Refusal::Rlp { field, why });
        }
        U256::try_from_be_slice(bytes).ok_or_else(|| {
            Refusal::range(field, format!("a number of {} bytes", bytes.len()), "0 to 2^256 - 1")
        })
    }

    fn small<T>(
        &mut self,
        field: &'static str,
        allowed: &str,
        convert: impl Fn(U256) -> Option<T>,
    ) -> Result<T, Refusal> {
        let value = self.number(field)?;
        convert(value).ok_or_else(|| Refusal::range(field, value, allowed))
    }

    fn chain_id(&mut self) -> Result<u64, Refusal> {
        self.small("chainId", "0 to 2^64 - 1", |value| u64::try_from(value).ok())
    }

    fn to(&mut self) -> Result<Address, Refusal> {
        let bytes = payload(&mut self.rest, "to", false)?;
        if bytes.is_empty() {
            return Err(Refusal::Creation {});
        }
        let why = || format!("an address has 20 bytes, this has {}", bytes.len());
        let address = bytes.try_into().map(Address);
        address.map_err(|_| Refusal::Rlp { field: "to", why: why() })
    }
}

/// The content of the next RLP item, in its one valid form.
fn payload<'a>(rest: &mut &'a [u8], field: &'static str, list: bool) -> Result<&'a [u8], Refusal> {
    Header::decode_bytes(rest, list).map_err(|error| {
        use alloy_rlp::Error;
        let why = match error {
            Error::InputTooShort => "the bytes end too early",
            Error::LeadingZero => "a length begins with a zero byte",
            Error::NonCanonicalSingleByte | Error::NonCanonicalSize => {
                "a length is not in its shortest form"
            }
            Error::UnexpectedList => "a list stands where bytes must stand",
            Error::UnexpectedString => "bytes stand where a list must stand",
            _ => "not valid RLP",
        };
        Refusal::Rlp { field, why: why.to_owned() }
    })
}
