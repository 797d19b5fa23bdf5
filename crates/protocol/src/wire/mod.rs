//! The language of Ethereum: what wallets sign, and what they read back.
//!
//! [`addresses`] says where the system contracts, assets and pots are. [`logs`] turns what happened
//! into logs, and reads logs back; [`errors`] does so with the engine's numbered errors.

pub mod addresses;
pub mod errors;
mod field;
pub mod logs;
mod token;

pub use field::Field;
pub(crate) use field::as_map;
