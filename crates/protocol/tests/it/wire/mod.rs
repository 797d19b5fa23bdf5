//! Signed transactions, their calls, what they are refused for.

mod abi;
mod golden;
mod refused;
mod round;
mod signed;
mod typed;
mod views;

use workmint_core::genesis::{Allocation, AllocationTo, Genesis};
use workmint_core::modules::registry::Role;
use workmint_core::names::AssetId;
use workmint_protocol::wire::{Call, ChainSpec, SecretKey, U256, Unsigned, address_of};

use crate::kit;

/// The key of 32 bytes of this value.
pub(crate) fn key(byte: u8) -> SecretKey {
    SecretKey::from_slice(&[byte; 32]).expect("a key")
}

/// The toy network; the account of key 1 owns a million cents.
pub(crate) fn genesis() -> Genesis {
    let to = AllocationTo::Account(address_of(&key(1)));
    let mut parameters = kit::toy();
    parameters.assets[0].cap = kit::cents(1_001_000_000);
    let verifiers = (21..24).map(|byte| (Role::Verifier, address_of(&key(byte))));
    Genesis {
        time_ms: 1_000_000_000,
        parameters,
        allocations: vec![Allocation {
            asset: AssetId(0),
            amount: kit::cents(1_000_000),
            to,
            vesting_epochs: 0,
            cliff_epochs: 0,
            at_once: workmint_amounts::Ratio::ONE,
        }],
        roles: verifiers.chain([(Role::Reporter, address_of(&key(20)))]).collect(),
    }
}

pub(crate) fn chain() -> ChainSpec {
    ChainSpec::of(&genesis()).expect("a network")
}

pub(crate) fn unsigned(chain: &ChainSpec, call: Call) -> Unsigned {
    Unsigned {
        chain_id: chain.chain_id,
        nonce: 7,
        max_priority_fee_per_gas: 3,
        max_fee_per_gas: 2_000_000_000,
        gas_limit: 50_000,
        call,
    }
}

pub(crate) fn native(to: u8, value: U256) -> Call {
    Call { to: address_of(&key(to)), value, input: Vec::new() }
}
