//! What happened, as the logs that Ethereum wallets and indexers read.
//!
//! Every amount that moved is an ERC-20 `Transfer` of its asset's contract: whoever adds them up
//! has every balance, every pot and the supply. Every event of the engine is a Solidity event of
//! its module's contract (`contracts/I<Module>Events.sol`). A transfer that an account asked for is
//! told by its `Transfer` alone.

mod describe;
mod engine;
mod spec;
mod tokens;
mod values;

mod attestation;
mod collateral;
mod contributions;
mod exchange;
mod governance;
mod jobs;
mod market;
mod opinions;
mod parameters;
mod pricing;
mod registry;
mod rewards;
mod sessions;
mod settlement;
mod slashing;
mod stake;
mod validators;
mod vesting;
mod weights;
mod work;

use super::addresses;
use super::kind::{Kind, Words};
use borsh::{BorshDeserialize, BorshSerialize};
use spec::{events, spec};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use values::Value;
use workmint_core::modules::ledger::{AccountHandle, Holder, Ledger, Posting, Reason};
use workmint_core::names::AssetId;
use workmint_core::{Address, Event, Hash};

pub use describe::{Described, describe};
pub use spec::{EventField, EventSpec};

/// A log as Ethereum knows it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Log {
    /// The contract that says it.
    pub address: Address,
    /// The event, then its indexed fields.
    pub topics: Vec<Hash>,
    /// The other fields.
    pub data: Vec<u8>,
}

/// The logs of these events and postings: first every amount that moved, then what happened.
///
/// `ledger` names the accounts; any state that followed will do, since accounts are never removed.
#[must_use]
pub fn logs_of(events: &[Event], postings: &[Posting], ledger: &Ledger) -> Vec<Log> {
    let moved = postings.iter().map(|posting| tokens::transfer(posting, ledger));
    moved.chain(events.iter().filter_map(log_of)).collect()
}

/// The logs of what there is before the first block: every holding of every account and pot, as if
/// minted to it. `ledger` is the one that genesis made.
#[must_use]
pub fn logs_of_genesis(ledger: &Ledger) -> Vec<Log> {
    let assets = (0..=u16::MAX).take(ledger.asset_count()).map(AssetId);
    let accounts = assets.flat_map(|asset| {
        let handles = (0..ledger.account_count()).map(AccountHandle);
        handles.map(move |handle| {
            (asset, Holder::Account(handle), ledger.holding(handle, asset).balance)
        })
    });
    let pots = ledger.pots().map(|(asset, pot, held)| (asset, Holder::Pot(pot.clone()), held));
    let minted = accounts.chain(pots).filter(|(.., amount)| !amount.is_zero());
    let posting = |(asset, to, amount)| {
        let (from, reason) = (Holder::Issuance, Reason::Genesis);
        tokens::transfer(&Posting { asset, from, to, amount, reason }, ledger)
    };
    minted.map(posting).collect()
}

fn log_of(event: &Event) -> Option<Log> {
    Some(match event {
        Event::Ledger(event) => return tokens::log(event),
        Event::Parameters(event) => parameters::log(event),
        Event::Registry(event) => registry::log(event),
        Event::Vesting(event) => vesting::log(event),
        Event::Collateral(event) => collateral::log(event),
        Event::Pricing(event) => pricing::log(event),
        Event::Slashing(event) => slashing::log(event),
        Event::Work(event) => work::log(event),
        Event::Market(event) => market::log(event),
        Event::Weights(event) => weights::log(event),
        Event::Contributions(event) => contributions::log(event),
        Event::Rewards(event) => rewards::log(event),
        Event::Settlement(event) => settlement::log(event),
        Event::Attestation(event) => attestation::log(event),
        Event::Stake(event) => stake::log(event),
        Event::Governance(event) => governance::log(event),
        Event::Exchange(event) => exchange::log(event),
        Event::Validators(event) => validators::log(event),
        Event::Opinions(event) => opinions::log(event),
        Event::EpochsSkipped { .. } | Event::Quarantined { .. } => engine::log(event)?,
    })
}

/// The declarations of every event there is, by interface.
#[must_use]
pub fn catalogue() -> &'static [EventSpec] {
    static ALL: LazyLock<Vec<EventSpec>> = LazyLock::new(|| {
        let modules = [
            tokens::specs,
            engine::specs,
            parameters::specs,
            registry::specs,
            vesting::specs,
            collateral::specs,
            pricing::specs,
            slashing::specs,
            work::specs,
            market::specs,
            jobs::specs,
            sessions::specs,
            weights::specs,
            contributions::specs,
            rewards::specs,
            settlement::specs,
            attestation::specs,
            stake::specs,
            governance::specs,
            exchange::specs,
            validators::specs,
            opinions::specs,
        ];
        modules.iter().flat_map(|specs| specs()).collect()
    });
    &ALL
}

/// Every enum that events use.
#[must_use]
pub fn enums() -> Vec<&'static Words> {
    values::enums()
}

/// The declaration of the event that a contract says under a topic.
fn spec_of(address: &Address, topic: &Hash) -> Option<&'static EventSpec> {
    static BY_TOPIC: LazyLock<BTreeMap<(Address, Hash), &'static EventSpec>> =
        LazyLock::new(|| {
            catalogue().iter().map(|spec| ((spec.address, spec.topic), spec)).collect()
        });
    let said_by = match addresses::asset_of(address) {
        Some(_) => Address::ZERO,
        None => *address,
    };
    BY_TOPIC.get(&(said_by, *topic)).copied()
}
