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

/// Units of question and answer together.
fn together(prompt_units: u64, answer_units: u64) -> Result<u128, AnyError> {
    Ok(u128::from(prompt_units).checked_add(u128::from(answer_units)).ok_or(OVERFLOW)?)
}

/// (units of the question + units of the answer) x price, exactly; base units. No request can cost
/// more than `most`, the amount of the asset there can be.
pub fn cost(
    prompt_units: u64,
    answer_units: u64,
    price: Amount,
    most: Amount,
) -> Result<Amount, AnyError> {
    let amount = price.checked_mul(together(prompt_units, answer_units)?)?;
    if amount > most { Err(Error::AboveCap { amount, cap: most }.into()) } else { Ok(amount) }
}

impl Terms {
    /// Units reserved: of the question and most of the answer. An error above 2^64.
    fn units(&self) -> Result<u64, AnyError> {
        Ok(self.prompt_units.checked_add(self.max_units).ok_or(OVERFLOW)?)
    }

    /// What is reserved: (units of the question + most units of the answer) x price, exactly.
    pub fn escrow(&self, most: Amount) -> Result<Amount, AnyError> {
        self.units()?;
        cost(self.prompt_units, self.max_units, self.price, most)
    }

    /// What an answer pays: its cost, at most the escrow; the rest returns.
    pub fn settle(&self, answer: Answer, most: Amount) -> Result<Payment, AnyError> {
        let prompt_units =
            if answer.prompt_units == 0 { self.prompt_units } else { answer.prompt_units };
        let cost = cost(prompt_units, answer.answer_units, self.price, most)?;
        let (escrow, reserved) = (self.escrow(most)?, self.units()?);
        let units = together(prompt_units, answer.answer_units)?.min(u128::from(reserved));
        let units = u64::try_from(units).map_err(|_| OVERFLOW)?;
        let paid = cost.min(escrow);
        let refunded = escrow.checked_sub(paid)?;
        Ok(Payment { prompt_units, units, cost, paid, refunded })
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
