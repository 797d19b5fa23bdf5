//! One transaction: its fees, its message, and what it would do.

use crate::error::Error;
use crate::event::Event;
use crate::modules::fees;
use crate::modules::ledger::{AccountHandle, Posting};
use crate::relayed;
use crate::state::{Context, State};
use crate::transaction::{self, DecodedTransaction};
use workmint_amounts::Amount;

/// What a transaction would do now.
#[derive(Debug)]
pub struct Simulated {
    /// Whether it would succeed.
    pub result: Result<(), Error>,
    /// What would happen.
    pub events: Vec<Event>,
    /// Every amount that would move.
    pub postings: Vec<Posting>,
}

/// What a transaction did.
pub(crate) struct Ran {
    /// Flat fee and tip, base units of the fee asset; `None` if it could not even pay: then its
    /// nonce is not used, and nothing has changed.
    pub(crate) paid: Option<Amount>,
    /// Whether it succeeded.
    pub(crate) result: Result<(), Error>,
}

impl State {
    /// What a transaction of so many bytes would do if it were the next one, at the last block's
    /// time; the state is as before. Before the genesis it fails.
    pub fn simulate(&mut self, transaction: &DecodedTransaction, bytes: usize) -> Simulated {
        self.events.clear();
        self.ledger.postings.clear();
        let result = match self.active_parameters() {
            None => Err(Error::Inconsistent { what: "the state has no genesis" }),
            Some(parameters) => {
                let now = self.now();
                let mut context = Context { now, last: now, sender: AccountHandle(0), parameters };
                self.run_transaction(&mut context, transaction, bytes).result
            }
        };
        let (events, postings) = (self.events.clone(), self.ledger.postings.clone());
        self.rollback_block();
        Simulated { result, events, postings }
    }

    /// Runs a transaction of so many bytes. One that fails has paid its fees, unless it could not.
    pub(crate) fn run_transaction(
        &mut self,
        context: &mut Context,
        transaction: &DecodedTransaction,
        bytes: usize,
    ) -> Ran {
        let start = self.mark();
        let rows = self.counted_rows(context);
        let charged = self.charge(context, transaction, bytes);
        let charged = charged.and_then(|paid| self.settle_rows(context, rows).map(|()| paid));
        let paid = match charged {
            Ok(paid) => paid,
            Err(error) => {
                self.rollback_to(&start);
                return Ran { paid: None, result: Err(error) };
            }
        };
        let after_fee = self.mark();
        let rows = self.counted_rows(context);
        let message = &transaction.message;
        let applied = relayed::remember(self, context, message)
            .and_then(|()| transaction::apply(self, context, message));
        let result = applied.and_then(|()| self.settle_rows(context, rows));
        if result.is_err() {
            self.rollback_to(&after_fee);
        }
        Ran { paid: Some(paid), result }
    }

    /// Rows that deposits are locked for; `None` if nothing is locked.
    fn counted_rows(&self, context: &Context) -> Result<Option<u64>, Error> {
        let counted = self.fees.counts_rows(&context.parameters.fees);
        if counted { self.lasting_rows().map(Some) } else { Ok(None) }
    }

    /// Locks or frees for the rows that came or went since `before`.
    fn settle_rows(
        &mut self,
        context: &Context,
        before: Result<Option<u64>, Error>,
    ) -> Result<(), Error> {
        match before? {
            Some(before) => fees::settle_rows(self, context, before, self.lasting_rows()?),
            None => Ok(()),
        }
    }

    /// Checks nonce and fee limit, takes fee and tip, says how much, and counts the transaction.
    fn charge(
        &mut self,
        context: &mut Context,
        transaction: &DecodedTransaction,
        bytes: usize,
    ) -> Result<Amount, Error> {
        let sender = self.ledger.open(transaction.sender)?;
        context.sender = sender;
        let expected = self.ledger.account(sender).map_or(0, |account| account.nonce);
        if transaction.nonce != expected {
            return Err(Error::WrongNonce { expected, given: transaction.nonce });
        }
        let due = fees::due(&context.parameters.fees, &transaction.message, bytes)?;
        let total = fees::with_tip(due, transaction.tip, transaction.fee_limit)?;
        fees::charge(self, context, total)?;
        self.ledger.bump_nonce(sender)?;
        Ok(total)
    }
}
