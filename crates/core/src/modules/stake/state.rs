//! Positions, withdrawals under way, what binds them, reputations, cases of malice.

use super::formulas::{lock_multiplier, staking_power};
use crate::fewest::Fewest;
use crate::hash::Hash;
use crate::modules::attestation;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Parameters;
use crate::state::State;
use crate::table::Table;
use crate::time::{Deadline, Now};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// What a provider staked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Position {
    /// Base units of the staked asset, above 0.
    pub amount: Amount,
    /// The lock of its last deposit, milliseconds.
    pub lock_ms: u64,
    /// Block time at which that lock is over, milliseconds.
    pub locked_until_ms: u64,
    /// The least of it in the open epoch.
    pub fewest: Fewest,
}

/// A case of malice.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MaliceCase {
    /// Judges that found malice.
    pub found_by: Vec<AccountHandle>,
    /// When it is forgotten without a majority; `None`: there was one, it is kept for ever.
    pub lapses: Option<Deadline>,
}

/// State of `stake`; amounts are base units of the staked asset.
#[derive(Default)]
pub struct StakeState {
    pub(crate) positions: Table<AccountHandle, Position>,
    pub(crate) withdrawals: Table<(AccountHandle, Deadline), Amount>,
    /// The same withdrawals by deadline, so that a close touches only those that are due.
    pub(crate) due: Table<(Deadline, AccountHandle), ()>,
    /// Open votes and jobs of an account: with any its stake cannot be withdrawn.
    pub(crate) bound: Table<AccountHandle, u32>,
    /// 1 to 1,000.
    pub(crate) reputations: Table<AccountHandle, u16>,
    /// Pairs of provider and customer that counted in the open epoch.
    pub(crate) customers: Table<(AccountHandle, AccountHandle), ()>,
    pub(crate) cases: Table<(AccountHandle, Hash), MaliceCase>,
    /// Cases without a majority by deadline.
    pub(crate) open_cases: Table<(Deadline, AccountHandle, Hash), ()>,
}

impl StakeState {
    /// Writes what an account has staked in `epoch`, the open one; nothing removes the row.
    pub(super) fn write(
        &mut self,
        (account, epoch): (AccountHandle, u64),
        amount: Amount,
        (lock_ms, locked_until_ms): (u64, u64),
    ) {
        if amount.is_zero() {
            // Whoever comes back in the same epoch had none in it, as a missing row says.
            self.positions.remove(&account);
            return;
        }
        let (before, kept) = self
            .position(account)
            .map_or((Amount::ZERO, Fewest::default()), |row| (row.amount, row.fewest));
        let fewest = kept.after(epoch, before.get(), amount.get());
        self.positions.put(account, Position { amount, lock_ms, locked_until_ms, fewest });
    }

    /// The account's position.
    #[must_use]
    pub fn position(&self, account: AccountHandle) -> Option<&Position> {
        self.positions.get(&account)
    }

    /// All positions, by account.
    pub fn positions(&self) -> impl Iterator<Item = (AccountHandle, &Position)> {
        self.positions.iter().map(|(account, position)| (*account, position))
    }

    /// The account's withdrawals under way, by deadline.
    pub fn withdrawals(&self, account: AccountHandle) -> impl Iterator<Item = (Deadline, Amount)> {
        let range = (account, Deadline::Time(0))..=(account, Deadline::Epoch(u64::MAX));
        self.withdrawals.range(range).map(|((_, deadline), amount)| (*deadline, *amount))
    }

    /// Sum of the account's withdrawals under way.
    pub fn unbonding(&self, account: AccountHandle) -> Result<Amount, ArithmeticError> {
        Amount::sum(self.withdrawals(account).map(|(_, amount)| amount))
    }

    /// Open votes and jobs that bind the account's stake.
    #[must_use]
    pub fn bound(&self, account: AccountHandle) -> u32 {
        self.bound.get(&account).copied().unwrap_or(0)
    }

    /// The provider's reputation, 0 to 1,000.
    #[must_use]
    pub fn reputation(&self, account: AccountHandle) -> u16 {
        self.reputations.get(&account).copied().unwrap_or(0)
    }
}

/// What the account has staked and does not withdraw, base units.
#[must_use]
pub fn active(state: &State, account: AccountHandle) -> Amount {
    state.stake.position(account).map_or(Amount::ZERO, |position| position.amount)
}

/// What earns in the open epoch: the least that the account had staked at any time of it, base
/// units; 0 below the minimum stake. What comes for the close alone earns nothing.
#[must_use]
pub fn earning(
    state: &State,
    parameters: &Parameters,
    account: AccountHandle,
    now: &Now,
) -> Amount {
    let (Some(rules), Some(position)) = (&parameters.stake, state.stake.position(account)) else {
        return Amount::ZERO;
    };
    let least = Amount::new(position.fewest.during(now.epoch, position.amount.get()));
    if least < rules.minimum { Amount::ZERO } else { least }
}

/// The account's staking power now, base units: stake x lock x tier x reputation, rounded down
/// once; 0 below the minimum stake and where nothing is staked.
///
/// # Errors
/// Overflow if the power exceeds 128 bits, which the checker rules out.
pub fn power(
    state: &State,
    parameters: &Parameters,
    account: AccountHandle,
    now: &Now,
) -> Result<Amount, ArithmeticError> {
    power_of(state, parameters, (account, active(state, account)), now)
}

/// The same of what [`earning`] says.
///
/// # Errors
/// As [`power`].
pub fn earning_power(
    state: &State,
    parameters: &Parameters,
    account: AccountHandle,
    now: &Now,
) -> Result<Amount, ArithmeticError> {
    power_of(state, parameters, (account, earning(state, parameters, account, now)), now)
}

fn power_of(
    state: &State,
    parameters: &Parameters,
    (account, amount): (AccountHandle, Amount),
    now: &Now,
) -> Result<Amount, ArithmeticError> {
    let (Some(rules), Some(position)) = (&parameters.stake, state.stake.position(account)) else {
        return Ok(Amount::ZERO);
    };
    if amount < rules.minimum {
        return Ok(Amount::ZERO);
    }
    let lock = if now.time_ms < position.locked_until_ms {
        lock_multiplier(rules, position.lock_ms)?
    } else {
        Ratio::ONE
    };
    let tier = attestation::tier(state, account, now);
    let tier = attestation::multiplier(parameters.attestation.as_ref(), tier);
    staking_power(amount, lock, tier, state.stake.reputation(account))
}
