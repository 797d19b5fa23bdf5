//! A chain in memory for checks that follow blocks: epochs of five blocks, one transaction a block
//! at most.

use std::sync::Arc;
use workmint_amounts::{Amount, Ratio};
use workmint_core::block::{Applied, Block, Commitments, RawTransaction};
use workmint_core::genesis::{Allocation, AllocationTo, Genesis};
use workmint_core::modules::parameters::{EpochLength, Parameters};
use workmint_core::modules::registry::Role;
use workmint_core::names::AssetId;
use workmint_core::transaction::LOCAL_CODEC;
use workmint_core::{Address, DecodedTransaction, Message, State};
use workmint_networks::preset;

pub(super) fn who(number: u64) -> Address {
    Address::derived(&number.to_be_bytes())
}

/// What account 99 governs.
pub(super) fn network() -> Parameters {
    let mut parameters = preset("gonka-mainnet").unwrap().definition().unwrap().parameters;
    parameters.network.epoch_length = EpochLength::Blocks(5);
    parameters.work.proof_window_ms = None;
    parameters.governance = None;
    parameters
}

/// Each of these accounts has so many base units of an asset.
pub(super) fn genesis(
    parameters: Parameters,
    numbers: impl Iterator<Item = u64>,
    (asset, units): (AssetId, u128),
) -> State {
    let allocation = |number| Allocation {
        cliff_epochs: 0,
        at_once: Ratio::ZERO,
        asset,
        amount: Amount::new(units),
        to: AllocationTo::Account(who(number)),
        vesting_epochs: 0,
    };
    let roles = [Role::Reporter, Role::Judge]
        .into_iter()
        .flat_map(|role| (1..=3).map(move |number| (role, who(100 + number))));
    let roles = roles.chain([(Role::Governor, who(99))]).collect();
    let allocations = numbers.map(allocation).collect();
    State::genesis(&Genesis { time_ms: 0, parameters, allocations, roles }).unwrap()
}

/// A block as it ran.
pub(super) struct Ran {
    pub(super) block: Block,
    pub(super) decoded: Vec<DecodedTransaction>,
    pub(super) applied: Applied,
    pub(super) rules: Arc<Parameters>,
}

/// The sender's next transaction.
pub(super) fn signed(state: &State, sender: Address, message: Message) -> DecodedTransaction {
    let handle = state.ledger.handle(&sender);
    let nonce = handle.map_or(0, |handle| state.ledger.account(handle).unwrap().nonce);
    DecodedTransaction::new(sender, nonce, message)
}

/// The next block, a second later.
pub(super) fn next(state: &mut State, one: Option<DecodedTransaction>) -> Ran {
    let decoded: Vec<DecodedTransaction> = one.into_iter().collect();
    let raw = |one: &DecodedTransaction| RawTransaction {
        codec: LOCAL_CODEC,
        bytes: one.encode_local().unwrap(),
    };
    let (rules, chain) = (state.active_parameters().unwrap(), state.chain());
    let block = Block {
        height: chain.height + 1,
        time_ms: chain.time_ms + 1_000,
        transactions: decoded.iter().map(raw).collect(),
        evidence: Vec::new(),
        votes: Vec::new(),
        proposer: None,
    };
    let applied = state.apply_block(&block, &decoded, Commitments::Off).unwrap().0;
    Ran { block, decoded, applied, rules }
}
