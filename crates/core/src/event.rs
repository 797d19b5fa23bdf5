//! What happened: one enum over the events of all modules.

use crate::modules::{
    collateral, ledger, market, parameters, registry, rewards, settlement, slashing, vesting, work,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A fact of a block, in the order it happened. Events are part of the app hash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Of `ledger`.
    Ledger(ledger::Event),
    /// Of `parameters`.
    Parameters(parameters::Event),
    /// Of `registry`.
    Registry(registry::Event),
    /// Of `vesting`.
    Vesting(vesting::Event),
    /// Of `collateral`.
    Collateral(collateral::Event),
    /// Of `slashing`.
    Slashing(slashing::Event),
    /// Of `work`.
    Work(work::Event),
    /// Of `market`.
    Market(market::Event),
    /// Of `rewards`.
    Rewards(rewards::Event),
    /// Of `settlement`.
    Settlement(settlement::Event),
    /// Epochs that passed without a block; they mint nothing.
    EpochsSkipped {
        /// First skipped epoch.
        first: u64,
        /// Last skipped epoch.
        last: u64,
    },
    /// One item of a close failed; it was put back and everything else went on.
    Quarantined {
        /// The step.
        step: String,
        /// Code of its error.
        code: u16,
    },
}

macro_rules! from_module_event {
    ($($module:ident => $variant:ident),* $(,)?) => {
        $(impl From<$module::Event> for Event {
            fn from(event: $module::Event) -> Self {
                Self::$variant(event)
            }
        })*
    };
}

from_module_event! {
    ledger => Ledger, parameters => Parameters, registry => Registry, vesting => Vesting,
    collateral => Collateral, slashing => Slashing, work => Work, market => Market,
    rewards => Rewards, settlement => Settlement,
}
