//! What contracts answer to `eth_call`: the functions that only read.
//!
//! Each answer is one or a few rows of the state as it stands. `balanceOf` of a token is everything
//! an account owns, `spendableOf` what no lock binds; the native balance of wallets is the latter.

mod accounts;
mod market;
mod network;
mod token;

use alloy_sol_types::{Revert, SolError};
use std::fmt;
use workmint_amounts::ArithmeticError;
use workmint_core::genesis::Genesis;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::time::Deadline;
use workmint_core::{Address, State};

use super::contracts::{self, Contract, Place};
use super::refusal::{Refusal, Selector};

/// Why a view has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewError {
    /// The contract has no such view; it may be a function that changes something.
    UnknownFunction {
        /// The contract.
        contract: &'static str,
        /// The first bytes of the input.
        selector: Selector,
    },
    /// There is no contract at the address.
    NoContract {
        /// The address.
        address: Address,
    },
    /// The arguments are wrong.
    Refused(Refusal),
    /// What was asked for is not there.
    Absent {
        /// What is not there.
        what: String,
    },
    /// A number left its range.
    Failed {
        /// What went wrong.
        why: String,
    },
}

impl ViewError {
    /// Whether no view is called so.
    #[must_use]
    pub fn is_unknown_function(&self) -> bool {
        matches!(self, Self::UnknownFunction { .. })
    }

    /// The text as contracts revert with it: Solidity's `Error(string)`.
    #[must_use]
    pub fn revert_data(&self) -> Vec<u8> {
        Revert::from(self.to_string()).abi_encode()
    }

    fn absent(what: impl Into<String>) -> Self {
        Self::Absent { what: what.into() }
    }

    fn failed(why: impl fmt::Display) -> Self {
        Self::Failed { why: why.to_string() }
    }
}

impl fmt::Display for ViewError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFunction { contract, selector } => {
                write!(formatter, "{contract} has no view with the selector {selector}")
            }
            Self::NoContract { address } => write!(formatter, "there is no contract at {address}"),
            Self::Refused(refusal) => refusal.fmt(formatter),
            Self::Absent { what } => write!(formatter, "there is no {what}"),
            Self::Failed { why } => write!(formatter, "no answer: {why}"),
        }
    }
}

impl std::error::Error for ViewError {}

impl From<Refusal> for ViewError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownFunction { contract, selector } => {
                Self::UnknownFunction { contract, selector }
            }
            other => Self::Refused(other),
        }
    }
}

impl From<ArithmeticError> for ViewError {
    fn from(error: ArithmeticError) -> Self {
        Self::failed(error)
    }
}

/// The answer of a view, as the ABI encodes it.
///
/// # Errors
/// [`ViewError`].
pub fn call(
    state: &State,
    genesis: &Genesis,
    to: &Address,
    input: &[u8],
) -> Result<Vec<u8>, ViewError> {
    match contracts::place_among(to, genesis.parameters.assets.len()) {
        Place::Token(asset) => token::call(state, genesis, asset, input),
        Place::Contract(contract) => of_contract(state, contract, input),
        Place::Reserved | Place::Account => Err(ViewError::NoContract { address: *to }),
    }
}

fn of_contract(state: &State, contract: Contract, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    match contract {
        Contract::Registry => accounts::registry(state, input),
        Contract::Collateral => accounts::collateral(state, input),
        Contract::Settlement => accounts::settlement(state, input),
        Contract::Vesting => accounts::vesting(state, input),
        Contract::Attestation => accounts::attestation(state, input),
        Contract::Stake => accounts::stake(state, input),
        Contract::Validators => accounts::validators(state, input),
        Contract::Market => market::deposits(state, input),
        Contract::Jobs => market::jobs(state, input),
        Contract::Sessions => market::sessions(state, input),
        Contract::Pricing => market::pricing(state, input),
        Contract::Exchange => market::exchange(state, input),
        Contract::Parameters => network::parameters(state, input),
        Contract::Governance => network::governance(state, input),
        Contract::Network => network::network(state, input),
        Contract::Work
        | Contract::Weights
        | Contract::Contributions
        | Contract::Opinions
        | Contract::Slashing
        | Contract::Rewards => Err(unknown(contract.name(), input)),
    }
}

fn unknown(contract: &'static str, input: &[u8]) -> ViewError {
    ViewError::UnknownFunction { contract, selector: Selector::of(input) }
}

/// The account of an address; what nobody has ever used is not there.
fn account(state: &State, address: &Address) -> Result<AccountHandle, ViewError> {
    let found = state.ledger.handle(address);
    found.ok_or_else(|| ViewError::absent(format!("account {address}")))
}

/// Kind and number: 0 none, 1 block time, 2 close of an epoch.
fn of_deadline(deadline: Option<Deadline>) -> (u8, u64) {
    match deadline {
        None => (0, 0),
        Some(Deadline::Time(at)) => (1, at),
        Some(Deadline::Epoch(epoch)) => (2, epoch),
    }
}
