//! Keys, signatures, addresses: secp256k1 as Ethereum uses it.

use alloy_primitives::{Keccak256, U256, keccak256};
use alloy_rlp::{Encodable, Header};
use secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use secp256k1::{Message, SECP256K1};
use workmint_core::Address;

use super::calls::Call;
use super::refusal::Refusal;

pub use secp256k1::SecretKey;

/// Half the order of the curve: the largest `s` of a signature's one valid form (EIP-2).
pub const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

/// The transaction type of EIP-1559.
pub(crate) const TYPE: u8 = 2;

/// An EIP-1559 transaction before its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// The network's.
    pub chain_id: u64,
    /// The sender's transaction number, from 0.
    pub nonce: u64,
    /// Tip, wei per gas.
    pub max_priority_fee_per_gas: u128,
    /// Most to pay, tip included, wei per gas.
    pub max_fee_per_gas: u128,
    /// Most gas.
    pub gas_limit: u64,
    /// What is asked.
    pub call: Call,
}

impl Unsigned {
    fn fields(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.call.input.len() + 160);
        self.chain_id.encode(&mut out);
        self.nonce.encode(&mut out);
        self.max_priority_fee_per_gas.encode(&mut out);
        self.max_fee_per_gas.encode(&mut out);
        self.gas_limit.encode(&mut out);
        self.call.to.as_bytes().encode(&mut out);
        self.call.value.encode(&mut out);
        self.call.input.as_slice().encode(&mut out);
        // The access list.
        Header { list: true, payload_length: 0 }.encode(&mut out);
        out
    }
}

/// The bytes of the signed transaction, as `eth_sendRawTransaction` takes them.
#[must_use]
pub fn sign(key: &SecretKey, unsigned: &Unsigned) -> Vec<u8> {
    let mut fields = unsigned.fields();
    let (y_parity, r, s) = sign_digest(key, &digest(&fields));
    y_parity.encode(&mut fields);
    U256::from_be_bytes(r).encode(&mut fields);
    U256::from_be_bytes(s).encode(&mut fields);
    let mut out = Vec::with_capacity(fields.len() + 5);
    out.push(TYPE);
    Header { list: true, payload_length: fields.len() }.encode(&mut out);
    out.extend(fields);
    out
}

/// What is signed: Keccak-256 of the type and the list of the unsigned fields.
pub(crate) fn digest(fields: &[u8]) -> [u8; 32] {
    let mut head = Vec::with_capacity(10);
    head.push(TYPE);
    Header { list: true, payload_length: fields.len() }.encode(&mut head);
    let mut hasher = Keccak256::new();
    hasher.update(&head);
    hasher.update(fields);
    hasher.finalize().0
}

/// A signature: parity of y, r, s. The library always makes the form with the lower s.
#[must_use]
pub fn sign_digest(key: &SecretKey, digest: &[u8; 32]) -> (bool, [u8; 32], [u8; 32]) {
    let signature = SECP256K1.sign_ecdsa_recoverable(&Message::from_digest(*digest), key);
    let (parity, compact) = signature.serialize_compact();
    let (mut r, mut s) = ([0_u8; 32], [0_u8; 32]);
    r.copy_from_slice(&compact[..32]);
    s.copy_from_slice(&compact[32..]);
    (parity != RecoveryId::Zero, r, s)
}

/// The address of a key: the last 20 bytes of Keccak-256 of the public key.
#[must_use]
pub fn address_of(key: &SecretKey) -> Address {
    of_public(&key.public_key(SECP256K1))
}

/// Who signed a digest.
///
/// # Errors
/// [`Refusal::HighS`], or [`Refusal::Signature`] where no key makes such a signature.
pub fn recover(
    digest: &[u8; 32],
    (y_parity, r, s): (bool, &[u8; 32], &[u8; 32]),
) -> Result<Address, Refusal> {
    let refused = |why| Refusal::Signature { field: "signature", why };
    if *s > HALF_ORDER {
        return Err(Refusal::HighS {});
    }
    let mut compact = [0_u8; 64];
    compact[..32].copy_from_slice(r);
    compact[32..].copy_from_slice(s);
    let parity = if y_parity { RecoveryId::One } else { RecoveryId::Zero };
    let signature = RecoverableSignature::from_compact(&compact, parity)
        .map_err(|_| refused("r and s must be below the order of secp256k1"))?;
    let public = SECP256K1
        .recover_ecdsa(&Message::from_digest(*digest), &signature)
        .map_err(|_| refused("no key makes this signature"))?;
    Ok(of_public(&public))
}

fn of_public(public: &secp256k1::PublicKey) -> Address {
    let point = public.serialize_uncompressed();
    let digest = keccak256(&point[1..]);
    let mut bytes = [0_u8; 20];
    bytes.copy_from_slice(&digest[12..]);
    Address(bytes)
}
