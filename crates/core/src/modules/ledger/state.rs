//! Accounts, holdings, locks, pots, supply.

use crate::address::Address;
use crate::names::{AssetId, Name};
use crate::table::{DenseTable, Table};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::Amount;

/// Dense number of an account, given when it is first seen; accounts are never removed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct AccountHandle(pub u32);

/// An account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Account {
    /// Its address.
    pub address: Address,
    /// Nonce its next transaction must have.
    pub nonce: u64,
}

/// What an account holds of one asset, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Holding {
    /// Everything it owns.
    pub balance: Amount,
    /// The part of `balance` that some lock binds.
    pub locked: Amount,
}

/// Why a part of a balance cannot be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum LockKind {
    /// Backs weight.
    Collateral,
    /// Collateral on its way out, still slashable.
    Unbonding,
    /// Not yet released.
    Vesting,
    /// Prepaid for work.
    Deposit,
    /// Bond of an open challenge.
    Bond,
    /// Bond of an open challenge of a contribution.
    ContributionBond,
    /// A provider's stake.
    Stake,
    /// Stake on its way out, still slashable.
    UnbondingStake,
    /// What a customer put into jobs.
    Job,
    /// Bonds of providers and disputes of jobs.
    JobBond,
    /// What a customer put into sessions.
    Session,
    /// Deposits of proposals.
    Proposal,
    /// Deposits of rows that the state keeps.
    Storage,
}

impl LockKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Collateral,
        Self::Unbonding,
        Self::Vesting,
        Self::Deposit,
        Self::Bond,
        Self::ContributionBond,
        Self::Stake,
        Self::UnbondingStake,
        Self::Job,
        Self::JobBond,
        Self::Session,
        Self::Proposal,
        Self::Storage,
    ];
}

impl fmt::Display for LockKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Collateral => "collateral",
            Self::Unbonding => "unbonding collateral",
            Self::Vesting => "vesting",
            Self::Deposit => "deposit",
            Self::Bond => "challenge bond",
            Self::ContributionBond => "bond of a contribution's challenge",
            Self::Stake => "stake",
            Self::UnbondingStake => "unbonding stake",
            Self::Job => "deposit of jobs",
            Self::JobBond => "bond of a job",
            Self::Session => "deposit of sessions",
            Self::Proposal => "deposit of a proposal",
            Self::Storage => "storage deposit",
        })
    }
}

/// A named pot: money without an owner, but with a purpose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Pot {
    /// Settled rewards not yet claimed.
    Claims,
    /// Payments for accepted work, until the epoch's close splits them.
    Payments,
    /// Spent by governance only.
    Treasury,
    /// Re-issued before anything is minted.
    Recycling,
    /// Recovered from rewards of those who owe customers for refuted work; a close pays it on.
    Restitution,
    /// Rounding dust of a stream, part of its next budget.
    Carry(Name),
    /// Fees of jobs and sessions, until the epoch's close splits them.
    MarketFees,
    /// What the pool of two assets holds.
    Exchange,
    /// Money a stream of this source pays out, such as a part of the market's fees.
    Named(Name),
    /// What is bonded to validators, and what of it is on its way out.
    Bonds,
    /// Rewards of those who delegated to validators, until they collect them.
    Delegators,
}

impl fmt::Display for Pot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claims => formatter.write_str("claims"),
            Self::Payments => formatter.write_str("payments"),
            Self::Treasury => formatter.write_str("treasury"),
            Self::Recycling => formatter.write_str("recycling"),
            Self::Restitution => formatter.write_str("restitution"),
            Self::Carry(stream) => write!(formatter, "carry/{stream}"),
            Self::MarketFees => formatter.write_str("market fees"),
            Self::Exchange => formatter.write_str("exchange"),
            Self::Named(name) => write!(formatter, "pot/{name}"),
            Self::Bonds => formatter.write_str("bonds"),
            Self::Delegators => formatter.write_str("delegators"),
        }
    }
}

/// One side of a posting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Holder {
    /// What does not exist: source of minting, sink of burning.
    Issuance,
    /// An account.
    Account(AccountHandle),
    /// A pot.
    Pot(Pot),
}

/// Why an amount moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Reason {
    /// First owners.
    Genesis,
    /// One account to another.
    Transfer,
    /// Flat fee of a transaction, or fee of the market.
    Fee,
    /// Payment for accepted work.
    Payment,
    /// A stream's reward.
    Reward,
    /// A claim paid.
    Claim,
    /// A claim that nobody made in time.
    Expired,
    /// What a penalty removed from a reward.
    Forfeit,
    /// Rounding dust.
    Dust,
    /// Slashed collateral.
    Slash,
    /// A challenger's share of a slash.
    Bounty,
    /// The bond of a lost challenge.
    LostBond,
    /// What refuted work had cost, back to its customer.
    Restitution,
    /// A debt to customers, taken out of a reward.
    Recovery,
    /// Burned of released stake.
    UnstakeBurn,
    /// The treasury's, by a vote.
    TreasurySpend,
    /// The deposit of a proposal that missed its quorum, or that few wanted.
    LostDeposit,
    /// Into or out of the pool of two assets.
    Exchange,
    /// Left in a pot that nothing fills and no stream pays.
    EndedPot,
    /// Bonded to a validator, or back from it.
    Bond,
    /// The price of a seat.
    Seat,
}

/// An amount of one asset that moved from one holder to another.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Posting {
    /// The asset.
    pub asset: AssetId,
    /// Giver.
    pub from: Holder,
    /// Taker.
    pub to: Holder,
    /// Base units, at least 1.
    pub amount: Amount,
    /// Why.
    pub reason: Reason,
}

/// Totals of one asset, base units; all but `issued` and `burned` follow from the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Supply {
    /// Ever minted, genesis included.
    pub issued: Amount,
    /// Ever burned.
    pub burned: Amount,
    /// Sum of all balances.
    pub in_accounts: Amount,
    /// Sum of all pots.
    pub in_pots: Amount,
    /// Sum of all locks, by [`LockKind::ALL`].
    pub locked: [Amount; LockKind::ALL.len()],
}

impl Supply {
    /// What exists now: issued - burned.
    #[must_use]
    pub fn existing(&self) -> Amount {
        // Burning takes from holders, and holders only have what was issued.
        self.issued.checked_sub(self.burned).unwrap_or(Amount::ZERO)
    }
}

/// State of `ledger`.
#[derive(Default)]
pub struct Ledger {
    pub(crate) accounts: DenseTable<Account>,
    pub(crate) by_address: Table<Address, AccountHandle>,
    /// One table per asset, indexed by account handle.
    pub(crate) holdings: Vec<DenseTable<Holding>>,
    pub(crate) locks: Table<(AccountHandle, AssetId, LockKind), Amount>,
    pub(crate) pots: Table<(AssetId, Pot), Amount>,
    /// What an owner lets a spender spend, base units, never 0.
    pub(crate) allowances: Table<(AccountHandle, AccountHandle, AssetId), Amount>,
    pub(crate) supply: Table<AssetId, Supply>,
    /// Caps by asset, fixed by the active parameters.
    pub(crate) caps: Vec<Amount>,
    /// Postings of the block under way; output, not state.
    pub(crate) postings: Vec<Posting>,
}

impl Ledger {
    /// The handle of an address, if the account was ever seen.
    #[must_use]
    pub fn handle(&self, address: &Address) -> Option<AccountHandle> {
        self.by_address.get(address).copied()
    }

    /// The account with this handle.
    #[must_use]
    pub fn account(&self, handle: AccountHandle) -> Option<&Account> {
        self.accounts.get(handle.0)
    }

    /// The address of a handle; the zero address if there is no such account.
    #[must_use]
    pub fn address(&self, handle: AccountHandle) -> Address {
        self.account(handle).map_or(Address::ZERO, |account| account.address)
    }

    /// Number of accounts.
    #[must_use]
    pub fn account_count(&self) -> u32 {
        self.accounts.len().unwrap_or(u32::MAX)
    }

    /// What an account holds of an asset.
    #[must_use]
    pub fn holding(&self, handle: AccountHandle, asset: AssetId) -> Holding {
        let table = self.holdings.get(usize::from(asset.0));
        table.and_then(|table| table.get(handle.0)).copied().unwrap_or_default()
    }

    /// What an account may spend: its balance less everything locked.
    #[must_use]
    pub fn spendable(&self, handle: AccountHandle, asset: AssetId) -> Amount {
        let holding = self.holding(handle, asset);
        holding.balance.checked_sub(holding.locked).unwrap_or(Amount::ZERO)
    }

    /// What one lock binds.
    #[must_use]
    pub fn locked(&self, handle: AccountHandle, asset: AssetId, kind: LockKind) -> Amount {
        self.locks.get(&(handle, asset, kind)).copied().unwrap_or(Amount::ZERO)
    }

    /// What a pot holds.
    #[must_use]
    pub fn pot(&self, asset: AssetId, pot: &Pot) -> Amount {
        self.pots.get(&(asset, pot.clone())).copied().unwrap_or(Amount::ZERO)
    }

    /// All pots that hold something.
    pub fn pots(&self) -> impl Iterator<Item = (AssetId, &Pot, Amount)> {
        self.pots.iter().map(|((asset, pot), amount)| (*asset, pot, *amount))
    }

    /// Totals of an asset.
    #[must_use]
    pub fn supply(&self, asset: AssetId) -> Supply {
        self.supply.get(&asset).copied().unwrap_or_default()
    }

    /// The asset's cap.
    #[must_use]
    pub fn cap(&self, asset: AssetId) -> Amount {
        self.caps.get(usize::from(asset.0)).copied().unwrap_or(Amount::ZERO)
    }

    /// Number of assets.
    #[must_use]
    pub fn asset_count(&self) -> usize {
        self.holdings.len()
    }

    /// Postings of the block just applied.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}
