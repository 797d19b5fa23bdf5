//! Rows that stay until somebody takes them back: storage deposits are locked for them.

use crate::address::Address;
use crate::error::{Error, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::modules::market::jobs;
use crate::modules::opinions::Request;
use crate::state::State;
use crate::transaction::{DecodedTransaction, Message};
use workmint_amounts::Amount;

impl State {
    /// How many lasting rows there are (docs/spec/fees.md).
    ///
    /// # Errors
    /// More than 2^64.
    pub fn lasting_rows(&self) -> Result<u64, Error> {
        let counts = [
            self.registry.participants.len(),
            self.registry.nodes.len(),
            self.market.jobs.offers.len(),
            self.ledger.allowances.len(),
            self.weights.delegations.len(),
            self.weights.refusals.len(),
            self.opinions.children.len(),
            self.opinions.takes.len(),
        ];
        let accounts = u64::from(self.ledger.account_count());
        let sum = counts.iter().try_fold(accounts, |sum, rows| sum.checked_add(*rows as u64));
        Ok(sum.ok_or(OVERFLOW)?)
    }

    /// How many lasting rows a transaction adds if it succeeds as the state stands; 0 if it removes
    /// as many. Nothing is run: whoever takes transactions in asks it of each.
    #[must_use]
    pub fn rows_added_by(&self, transaction: &DecodedTransaction) -> u64 {
        let sender = self.ledger.handle(&transaction.sender);
        let opened = |address: &Address| {
            *address != transaction.sender && self.ledger.handle(address).is_none()
        };
        let of_message = self.new_rows(sender, &transaction.message, opened);
        let all = [sender.is_none()].into_iter().chain(of_message);
        all.map(u64::from).sum()
    }

    /// Which of a message's rows are new, where `opened` says whether an account would be.
    fn new_rows(
        &self,
        sender: Option<AccountHandle>,
        message: &Message,
        opened: impl Fn(&Address) -> bool,
    ) -> [bool; 2] {
        let lacks = |has: &dyn Fn(AccountHandle) -> bool| sender.is_none_or(|own| !has(own));
        let account = |address: &Address| [opened(address), false];
        let row = |has: &dyn Fn(AccountHandle) -> bool| [lacks(has), false];
        if let Message::Transfer(it) = message {
            account(&it.to)
        } else if let Message::TransferFrom(it) = message {
            let owner = self.ledger.handle(&it.from);
            let allowed =
                owner.zip(sender).map(|(owner, own)| self.ledger.allowance(owner, own, it.asset));
            // What is used up is a row less; what has no limit is not.
            let used_up = allowed == Some(it.amount) && it.amount != Amount::MAX;
            [opened(&it.to) && !used_up, false]
        } else if let Message::Approve(it) = message {
            let spender = self.ledger.handle(&it.spender);
            let has = |own| {
                spender
                    .is_some_and(|spender| !self.ledger.allowance(own, spender, it.asset).is_zero())
            };
            if it.amount.is_zero() { [false; 2] } else { [opened(&it.spender), lacks(&has)] }
        } else if let Message::Claim(_) = message {
            let own = sender.and_then(|own| self.registry.participant(own));
            own.map_or([false; 2], |participant| account(&participant.recipient))
        } else if let Message::RegisterParticipant(_) = message {
            row(&|own| self.registry.participants.contains(&own))
        } else if let Message::RegisterNode(it) = message {
            row(&|own| self.registry.nodes.contains(&(own, it.node)))
        } else if let Message::Job(jobs::Message::PutOffer(it)) = message {
            row(&|own| self.market.jobs.offers.contains(&(own, it.model)))
        } else if let Message::DelegateModel(it) = message {
            let has = |own| self.weights.delegations.contains(&(own, it.model));
            [it.to.is_some() && lacks(&has), false]
        } else if let Message::RefuseModel(it) = message {
            let has = |own| self.weights.refusals.contains(&(own, it.model));
            [it.refused && lacks(&has), false]
        } else if let Message::Opinion(Request::SetChildren(_)) = message {
            row(&|own| self.opinions.children.contains(&own))
        } else if let Message::Opinion(Request::SetChildTake(_)) = message {
            row(&|own| self.opinions.takes.contains(&own))
        } else {
            [false; 2]
        }
    }
}
