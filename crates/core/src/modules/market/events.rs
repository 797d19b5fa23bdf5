//! What happened in `market`.

use super::SessionEvent;
use crate::address::Address;
use crate::hash::Hash;
use crate::names::ModelId;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// How a refuted payment returns to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Return {
    /// At once: from payments not split yet, or from what the provider had not claimed.
    Paid,
    /// What is missing comes from the provider's later rewards: it owes it.
    Owed,
    /// What is missing not at all: rewards are of another asset.
    Lost,
}

/// What happened in `market`. Amounts are base units of the market's asset.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A deposit was opened or topped up.
    Deposited {
        /// The customer.
        customer: Address,
        /// The model.
        model: ModelId,
        /// Added.
        amount: Amount,
        /// Left afterwards.
        left: Amount,
    },
    /// Final work was paid.
    Paid {
        /// The customer.
        customer: Address,
        /// The model.
        model: ModelId,
        /// Paid.
        amount: Amount,
    },
    /// The deposit ends at the close after this deadline.
    Closing {
        /// The customer.
        customer: Address,
        /// The model.
        model: ModelId,
        /// The deadline.
        ends: Deadline,
    },
    /// The deposit ended.
    Refunded {
        /// The customer.
        customer: Address,
        /// The model.
        model: ModelId,
        /// What was left, spendable again.
        amount: Amount,
    },
    /// A request was put into escrow.
    Opened {
        /// The customer.
        customer: Address,
        /// Its id.
        id: Hash,
        /// Who is to answer.
        provider: Address,
        /// The model.
        model: ModelId,
        /// Price of a unit, locked.
        price: Amount,
        /// Reserved.
        escrow: Amount,
    },
    /// An answer waits for its request.
    AnswerWaits {
        /// The customer.
        customer: Address,
        /// The request's id.
        id: Hash,
        /// Who answered.
        provider: Address,
    },
    /// A request was answered and paid.
    Answered {
        /// The customer.
        customer: Address,
        /// Its id.
        id: Hash,
        /// Who answered.
        provider: Address,
        /// Units of work.
        units: u64,
        /// Paid.
        paid: Amount,
        /// Free again.
        refunded: Amount,
    },
    /// A request found no answer in time.
    Missed {
        /// The customer.
        customer: Address,
        /// Its id.
        id: Hash,
        /// Who was to answer.
        provider: Address,
        /// Free again.
        refunded: Amount,
        /// Whether it counts as missed by the provider.
        counts: bool,
    },
    /// Judges found a paid answer worthless.
    AnswerRefuted {
        /// The customer.
        customer: Address,
        /// The request's id.
        id: Hash,
        /// Who answered.
        provider: Address,
        /// What had been paid.
        amount: Amount,
        /// What of it the customer has not got back at once.
        missing: Amount,
        /// How it returns.
        returned: Return,
    },
    /// A debt, or a part of it, was paid from the debtor's rewards.
    DebtPaid {
        /// The debtor.
        debtor: Address,
        /// The customer.
        creditor: Address,
        /// Paid.
        amount: Amount,
        /// Still owed to this customer, of the same epoch.
        left: Amount,
    },
    /// Of single jobs.
    Job(super::jobs::Event),
    /// A close split the fees of jobs and sessions.
    FeesSplit {
        /// All of them.
        total: Amount,
        /// What each part of the rule got, in its order.
        parts: Vec<Amount>,
    },
    /// Of a session.
    Session(SessionEvent),
}
