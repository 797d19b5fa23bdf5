//! What a single request costs, reserves and pays: pure functions of numbers.

use super::{Error, Request};
use crate::error::{Error as AnyError, OVERFLOW};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What a customer agreed to when it opened a request. The price is locked here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Terms {
    /// Price of a unit, base units of the market's asset.
    pub price: Amount,
    /// Units of the question, as the customer counts them.
    pub prompt_units: u64,
    /// Most units of the answer.
    pub max_units: u64,
}

/// What a provider says of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Answer {
    /// Units of the question; 0: as the customer counts them.
    pub prompt_units: u64,
    /// Units of the answer.
    pub answer_units: u64,
}

/// What an answered request pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Units of the question that count.
    pub prompt_units: u64,
    /// Units of work: those of question and answer, at most those reserved.
    pub units: u64,
    /// Units of question and answer x price, base units.
    pub cost: Amount,
    /// The cost, at most the escrow.
    pub paid: Amount,
    /// The rest of the escrow.
    pub refunded: Amount,
}

/// What opening a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Reserved, base units.
    pub escrow: Amount,
    /// What is paid of it at once, if the answer was there first.
    pub payment: Option<Payment>,
}

/// units x price. No request can cost more than `most`, the amount of the asset there can be.
fn value(units: u64, price: Amount, most: Amount) -> Result<Amount, AnyError> {
    let amount = price.checked_mul(u128::from(units))?;
    if amount > most { Err(Error::AboveCap { amount, cap: most }.into()) } else { Ok(amount) }
}

/// (units of the question + units of the answer) x price, exactly; base units.
pub fn cost(
    prompt_units: u64,
    answer_units: u64,
    price: Amount,
    most: Amount,
) -> Result<Amount, AnyError> {
    value(prompt_units.checked_add(answer_units).ok_or(OVERFLOW)?, price, most)
}

impl Terms {
    /// What is reserved: (units of the question + most units of the answer) x price, exactly.
    pub fn escrow(&self, most: Amount) -> Result<Amount, AnyError> {
        cost(self.prompt_units, self.max_units, self.price, most)
    }

    /// What an answer pays: its cost, at most the escrow; the rest returns.
    pub fn settle(&self, answer: Answer, most: Amount) -> Result<Payment, AnyError> {
        let prompt_units =
            if answer.prompt_units == 0 { self.prompt_units } else { answer.prompt_units };
        let said = prompt_units.checked_add(answer.answer_units).ok_or(OVERFLOW)?;
        let reserved = self.prompt_units.checked_add(self.max_units).ok_or(OVERFLOW)?;
        let (cost, escrow) = (value(said, self.price, most)?, self.escrow(most)?);
        let paid = cost.min(escrow);
        let refunded = escrow.checked_sub(paid)?;
        Ok(Payment { prompt_units, units: said.min(reserved), cost, paid, refunded })
    }

    /// Opens a request on these terms. `known` is the customer's request of this id, `waiting` an
    /// answer of the provider that came first: it is paid at once.
    pub fn open(
        &self,
        known: Option<&Request>,
        waiting: Option<Answer>,
        most: Amount,
    ) -> Result<Opening, AnyError> {
        if known.is_some() {
            return Err(Error::AlreadyOpened {}.into());
        }
        let payment = waiting.map(|answer| self.settle(answer, most)).transpose()?;
        Ok(Opening { escrow: self.escrow(most)?, payment })
    }
}
