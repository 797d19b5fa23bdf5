//! The language of Ethereum: what wallets sign, and what they read back.
//!
//! A wallet signs an EIP-1559 transaction that sends native value or calls a system contract.
//! [`verify`] is the one way from such bytes to a transaction that a block may hold: strict RLP,
//! this network's chain id, a low-s signature, a known function, one valid form of its arguments.
//! There is no EVM: every function of `contracts/*.sol` that changes something is one
//! [`workmint_core::Message`].
//!
//! [`contracts`] and [`addresses`] say where the system contracts, assets and pots are. [`logs`]
//! turns what happened into logs, and reads logs back; [`errors`] does so with the engine's
//! numbered errors.

mod abi;
pub mod addresses;
pub mod calls;
pub mod chain;
pub mod contracts;
pub mod envelope;
pub mod errors;
mod field;
pub mod gas;
mod kind;
pub mod logs;
pub mod refusal;
pub mod sign;
mod token;
pub mod typed;
pub mod views;

pub use calls::{Call, CallError, call_of, message_of, signed_call_of};
pub use chain::{AssetSpec, ChainSpec};
pub use envelope::{Envelope, MAX_BYTES, Verified, verify};
pub use field::Field;
pub(crate) use field::as_map;
pub use refusal::Refusal;
pub use sign::{SecretKey, Unsigned, address_of, sign};

pub use alloy_primitives::{Bytes, U256};
pub use kind::{Kind, Words};
