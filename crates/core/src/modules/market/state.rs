//! Deposits, requests in escrow, debts.

use super::jobs::JobState;
use super::{Answer, FeeTotals, Session, SessionId, SessionTotals, Terms};
use crate::due::first_time;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::names::ModelId;
use crate::table::{Single, Table};
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError};

/// A customer's deposit for one model, base units of the market's asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Deposit {
    /// Ever put in.
    pub deposited: Amount,
    /// Ever paid for final work.
    pub paid: Amount,
    /// Reserved for work under way.
    pub reserved: Amount,
    /// Most the customer pays for a unit.
    pub max_price: Amount,
    /// When it ends, once its owner closes it.
    pub ends: Option<Deadline>,
}

impl Deposit {
    /// What is left: deposited - paid.
    pub fn left(&self) -> Result<Amount, ArithmeticError> {
        self.deposited.checked_sub(self.paid)
    }

    /// What can still be charged: left - reserved.
    pub fn available(&self) -> Result<Amount, ArithmeticError> {
        self.left()?.checked_sub(self.reserved)
    }
}

/// Names a request in the state: its customer, and the id that chose.
pub type RequestId = (AccountHandle, Hash);

/// A request in escrow, or one that was.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Request {
    /// The model.
    pub model: ModelId,
    /// Who is to answer.
    pub provider: AccountHandle,
    /// What the customer agreed to.
    pub terms: Terms,
    /// How far it is.
    pub stage: Stage,
}

/// How far a request is.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Waits for its answer.
    Open {
        /// Reserved of the deposit, base units.
        escrow: Amount,
        /// When it is refunded unanswered.
        expires: Deadline,
    },
    /// Paid. Remembered until it cannot be refuted any more, so that it is paid once.
    Answered {
        /// The epoch it counts in.
        epoch: u64,
        /// Units of work.
        units: u64,
        /// Paid, base units.
        paid: Amount,
        /// Until when judges can refute it.
        refutable: Deadline,
        /// Judges that say it is worth nothing.
        refuted_by: Vec<AccountHandle>,
    },
    /// Refuted. Remembered as long.
    Refuted {
        /// When it is forgotten.
        forgotten: Deadline,
    },
}

/// Names an answer that waits for its request: customer, id, provider.
pub type AnswerId = (AccountHandle, Hash, AccountHandle);

/// An answer that came before its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct WaitingAnswer {
    /// What the provider says.
    pub answer: Answer,
    /// When it is forgotten.
    pub expires: Deadline,
}

/// What happens when a deadline is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Due {
    /// A request expires, or is forgotten.
    Request(RequestId),
    /// An answer that found no request is forgotten.
    Answer(AnswerId),
}

/// What a provider did with requests of one customer in the open epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Dealings {
    /// Answered.
    pub answered: u64,
    /// Missed, at most as many.
    pub missed: u64,
}

/// Names a debt: debtor, the epoch it was made in, creditor. The oldest of a debtor come first.
pub type DebtId = (AccountHandle, u64, AccountHandle);

/// State of `market`.
#[derive(Default)]
pub struct MarketState {
    pub(crate) deposits: Table<(AccountHandle, ModelId), Deposit>,
    /// Sum of what is left of all deposits.
    pub(crate) totals: Single<Amount>,
    pub(crate) requests: Table<RequestId, Request>,
    pub(crate) answers: Table<AnswerId, WaitingAnswer>,
    pub(crate) due: Table<(Deadline, Due), ()>,
    /// What providers owe customers for refuted answers of settled epochs, base units.
    pub(crate) debts: Table<DebtId, Amount>,
    /// By provider and customer; a row for each customer that was answered.
    pub(crate) dealings: Table<(AccountHandle, AccountHandle), Dealings>,
    /// What the pot of restitution holds from a debtor, base units: nothing after a close, but for
    /// what could not be paid on.
    pub(crate) recovered: Table<AccountHandle, Amount>,
    /// Fees of jobs and sessions since genesis.
    pub(crate) fees: Single<FeeTotals>,
    pub(crate) sessions: Table<SessionId, Session>,
    pub(crate) session_due: Table<(Deadline, SessionId), ()>,
    /// Sessions a customer ever opened: the number of its next one.
    pub(crate) session_numbers: Table<AccountHandle, u64>,
    pub(crate) session_totals: Single<SessionTotals>,
    /// Offers and single jobs.
    pub jobs: JobState,
}

impl MarketState {
    /// The earliest deadline that is a time: of a request, an answer, a session or a job.
    /// Milliseconds since 1970. Blocks at or after it end what is due, transactions or not.
    #[must_use]
    pub fn first_deadline_ms(&self) -> Option<u64> {
        let queues =
            [first_time(&self.due), first_time(&self.session_due), first_time(&self.jobs.due)];
        queues.into_iter().flatten().min()
    }

    /// Fees of jobs and sessions since genesis.
    #[must_use]
    pub fn fees(&self) -> FeeTotals {
        *self.fees.get()
    }

    /// The deposit of a customer for a model.
    #[must_use]
    pub fn deposit(&self, customer: AccountHandle, model: ModelId) -> Option<&Deposit> {
        self.deposits.get(&(customer, model))
    }

    /// A customer's request, while it is remembered.
    #[must_use]
    pub fn request(&self, customer: AccountHandle, id: Hash) -> Option<&Request> {
        self.requests.get(&(customer, id))
    }

    /// All requests remembered.
    pub fn requests(&self) -> impl Iterator<Item = (RequestId, &Request)> {
        self.requests.iter().map(|(id, request)| (*id, request))
    }

    /// Number of answers that wait for their request.
    #[must_use]
    pub fn waiting_count(&self) -> usize {
        self.answers.len()
    }

    /// What an account owes, oldest debt first: the epoch it was made in, the creditor, base units.
    pub fn debts(
        &self,
        debtor: AccountHandle,
    ) -> impl Iterator<Item = (u64, AccountHandle, Amount)> {
        let range = (debtor, 0, AccountHandle(0))..=(debtor, u64::MAX, AccountHandle(u32::MAX));
        self.debts.range(range).map(|((_, epoch, creditor), amount)| (*epoch, *creditor, *amount))
    }

    /// Everything an account owes, base units. An error above 2^128.
    pub fn debt(&self, debtor: AccountHandle) -> Result<Amount, ArithmeticError> {
        Amount::sum(self.debts(debtor).map(|(_, _, amount)| amount))
    }

    /// What a provider did with a customer's requests in the open epoch.
    #[must_use]
    pub fn dealings(&self, provider: AccountHandle, customer: AccountHandle) -> Dealings {
        self.dealings.get(&(provider, customer)).copied().unwrap_or_default()
    }

    /// What is still to be recovered from a debtor: its debt less what was recovered and not paid
    /// on, base units. An error if the debt is above 2^128.
    pub fn outstanding(&self, debtor: AccountHandle) -> Result<Amount, ArithmeticError> {
        let held = self.recovered.get(&debtor).copied().unwrap_or_default();
        Ok(self.debt(debtor)?.checked_sub(held).unwrap_or(Amount::ZERO))
    }

    /// All deposits.
    pub fn deposits(&self) -> impl Iterator<Item = (AccountHandle, ModelId, &Deposit)> {
        self.deposits.iter().map(|((customer, model), deposit)| (*customer, *model, deposit))
    }
}
