//! A validator's pool: units, shares, and what a share earned.

use crate::error::OVERFLOW;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError, Fixed, Ratio, mul_div_ceil, mul_div_floor};

/// Shares of a pool: those that earn in the open epoch and those that came in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Part {
    /// There since the epoch began.
    pub earning: u128,
    /// Added in the epoch they are counted for; they earn from the one after it on.
    pub pending: u128,
}

impl Part {
    /// All of them.
    pub fn sum(&self) -> Result<u128, ArithmeticError> {
        self.earning.checked_add(self.pending).ok_or(OVERFLOW)
    }

    /// With more that came in the open epoch.
    pub(super) fn plus(self, shares: u128) -> Result<Self, ArithmeticError> {
        let pending = self.pending.checked_add(shares).ok_or(OVERFLOW)?;
        Ok(Self { pending, ..self })
    }

    /// Without some that leave: those that came in the open epoch go first, as if they had never
    /// been there.
    pub(super) fn minus(self, shares: u128) -> Result<Self, ArithmeticError> {
        let from_pending = shares.min(self.pending);
        let rest = shares.checked_sub(from_pending).ok_or(ArithmeticError::Underflow)?;
        Ok(Self {
            earning: self.earning.checked_sub(rest).ok_or(ArithmeticError::Underflow)?,
            pending: self.pending.checked_sub(from_pending).ok_or(ArithmeticError::Underflow)?,
        })
    }

    /// Without exactly these.
    pub(super) fn without(self, taken: Self) -> Result<Self, ArithmeticError> {
        Ok(Self {
            earning: self.earning.checked_sub(taken.earning).ok_or(ArithmeticError::Underflow)?,
            pending: self.pending.checked_sub(taken.pending).ok_or(ArithmeticError::Underflow)?,
        })
    }

    /// As an epoch after the one that `pending` is of begins.
    pub(super) fn next(self) -> Result<Self, ArithmeticError> {
        Ok(Self { earning: self.sum()?, pending: 0 })
    }
}

/// What a validator keeps of its delegators' rewards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Commission {
    /// As it was last.
    pub last: Ratio,
    /// What it is set to, and the first epoch of that.
    pub set: Option<(Ratio, u64)>,
}

impl Commission {
    /// That of an epoch: the open one or the next.
    #[must_use]
    pub fn during(&self, epoch: u64) -> Ratio {
        self.set.filter(|(_, from)| epoch >= *from).map_or(self.last, |(set, _)| set)
    }
}

/// Whether a validator would be active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Wish {
    /// It would not.
    Rest,
    /// It would, and asked in this epoch.
    Serve(u64),
    /// It is active and would not be, since this epoch.
    Leave(u64),
}

/// A time in jail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Jail {
    /// Epoch of the last fault.
    pub since: u64,
    /// First epoch in which it can be left.
    pub until: u64,
}

/// A validator's pool. Units are base units of the bonded asset.
///
/// `tokens` never exceed the shares: they are equal at first, slashes take tokens only, and what
/// rounding leaves when somebody goes stays below a share. So no share is ever worth more than a
/// base unit, and whoever bonds loses less than one to rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pool {
    /// Base units bonded.
    pub tokens: Amount,
    /// Shares of the validator itself.
    pub own: Part,
    /// Shares of all its delegators.
    pub delegated: Part,
    /// The epoch that pending shares came in.
    pub epoch: u64,
    /// Counts how often everything was slashed: shares of an earlier generation are worth nothing.
    pub generation: u64,
    /// Delegators with shares of this generation.
    pub holders: u64,
    /// What one delegated share has earned since the beginning, base units of the emission's asset.
    pub per_share: Fixed,
    /// What divisions left; part of the next reward.
    pub remainder: Fixed,
    /// What delegators have not collected, with the remainder; base units of the emission's asset.
    pub unclaimed: Amount,
    /// What the validator keeps of its delegators' rewards.
    pub commission: Commission,
    /// Whether it would be active.
    pub wish: Wish,
    /// Since when it is in jail; `None`: it is not.
    pub jail: Option<Jail>,
}

impl Pool {
    pub(super) fn new(commission: Ratio, epoch: u64) -> Self {
        Self {
            tokens: Amount::ZERO,
            own: Part::default(),
            delegated: Part::default(),
            epoch,
            generation: 0,
            holders: 0,
            per_share: Fixed::ZERO,
            remainder: Fixed::ZERO,
            unclaimed: Amount::ZERO,
            commission: Commission { last: commission, set: None },
            wish: Wish::Rest,
            jail: None,
        }
    }

    /// As it stands in the open epoch.
    pub(super) fn at(self, epoch: u64) -> Result<Self, ArithmeticError> {
        if self.epoch >= epoch {
            return Ok(self);
        }
        let (own, delegated) = (self.own.next()?, self.delegated.next()?);
        Ok(Self { own, delegated, epoch, ..self })
    }

    /// All shares.
    pub fn shares(&self) -> Result<u128, ArithmeticError> {
        self.own.sum()?.checked_add(self.delegated.sum()?).ok_or(OVERFLOW)
    }

    /// floor(tokens x shares / all): what some shares are worth, base units.
    pub fn worth(&self, shares: u128) -> Result<Amount, ArithmeticError> {
        worth((self.tokens, self.shares()?), shares)
    }

    /// What the validator's own bond is worth, base units.
    pub fn own_worth(&self) -> Result<Amount, ArithmeticError> {
        self.worth(self.own.sum()?)
    }

    /// Bonded throughout an epoch, the open one: all, and of which delegated; base units. What came
    /// in it does not count, nor what left, and slashes do.
    pub fn throughout(&self, epoch: u64) -> Result<(Amount, Amount), ArithmeticError> {
        let pool = self.at(epoch)?;
        let earning = pool.own.earning.checked_add(pool.delegated.earning).ok_or(OVERFLOW)?;
        Ok((pool.worth(earning)?, pool.worth(pool.delegated.earning)?))
    }

    /// Shares for base units that are added, rounded down; at least as many as units.
    pub(super) fn shares_for(&self, amount: Amount) -> Result<u128, ArithmeticError> {
        shares_for((self.tokens, self.shares()?), amount)
    }

    /// Shares that go with base units taken out, rounded up. They are worth exactly those units.
    pub(super) fn shares_of(&self, amount: Amount) -> Result<u128, ArithmeticError> {
        mul_div_ceil(amount.get(), self.shares()?, self.tokens.get())
    }
}

/// floor(units x shares / all shares); 0 where there are none.
pub(super) fn worth((units, all): (Amount, u128), shares: u128) -> Result<Amount, ArithmeticError> {
    if all == 0 {
        return Ok(Amount::ZERO);
    }
    Ok(Amount::new(mul_div_floor(units.get(), shares, all)?))
}

/// floor(amount x all shares / units); the first are one for each unit.
pub(super) fn shares_for(
    (units, all): (Amount, u128),
    amount: Amount,
) -> Result<u128, ArithmeticError> {
    if all == 0 { Ok(amount.get()) } else { mul_div_floor(amount.get(), all, units.get()) }
}

/// What somebody delegated to a validator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Delegation {
    /// Its shares. Pending ones have their checkpoint.
    pub part: Part,
    /// The epoch that pending shares came in.
    pub since: u64,
    /// The pool's generation that the shares are of.
    pub generation: u64,
    /// What one share had earned when this was last settled.
    pub seen: Fixed,
}
