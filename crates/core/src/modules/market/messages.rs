//! What a user can ask of `market`.

use crate::address::Address;
use crate::hash::Hash;
use crate::names::ModelId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Prepay for a model, or top up.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OpenDeposit {
    /// The model.
    pub model: ModelId,
    /// Base units of the market's asset, at least 1.
    pub amount: Amount,
    /// Most to pay for a unit from now on, base units.
    pub max_price: Amount,
}

/// End a deposit: what is left returns after the close window.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CloseDeposit {
    /// The model.
    pub model: ModelId,
}

/// Put a single request into escrow: its price is locked and its largest cost reserved of the
/// sender's deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OpenEscrow {
    /// Chosen by the customer; unique among its requests while one of them is remembered.
    pub id: Hash,
    /// The model.
    pub model: ModelId,
    /// Who is to answer.
    pub provider: Address,
    /// Units of the question.
    pub prompt_units: u64,
    /// Most units of the answer; `None`: the network's default.
    pub max_units: Option<u64>,
}

/// Say, as its provider, that a request is answered, and be paid. It may come before the request:
/// it then waits for it, unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FinishEscrow {
    /// The customer.
    pub customer: Address,
    /// The request's id.
    pub id: Hash,
    /// Units of the question; 0 keeps what the customer said.
    pub prompt_units: u64,
    /// Units of the answer.
    pub answer_units: u64,
}

/// Say, as a judge, that a paid answer is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RefuteEscrow {
    /// The customer.
    pub customer: Address,
    /// The request's id.
    pub id: Hash,
}
