//! Errors of `stake`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;
use crate::hash::Hash;
use workmint_amounts::Amount;

numbered_errors! {
    /// Why stake did not move.
    1700;
    /// The network has no stake.
    1 Off {} => "providers stake nothing on this network";
    /// The amount is zero.
    2 ZeroAmount {} => "the amount must be at least one base unit";
    /// Only participants stake.
    3 NotAParticipant {
        /// The account.
        account: Address,
    } => "account {account} is not a registered participant";
    /// The lock is too long.
    4 LockTooLong {
        /// Milliseconds asked for.
        lock_ms: u64,
        /// Most, milliseconds.
        most_ms: u64,
    } => "lock_ms is {lock_ms}; allowed: 0 to {most_ms}";
    /// A lock may only be extended.
    5 LockShortened {
        /// When the new lock would be over, milliseconds of block time.
        ends_ms: u64,
        /// When the present one is.
        present_ms: u64,
    } => "the lock would end at {ends_ms} ms, before the present one at {present_ms} ms";
    /// Less is staked than asked for.
    6 InsufficientStake {
        /// Base units asked for.
        asked: Amount,
        /// Base units staked.
        active: Amount,
    } => "{active} base units are staked, {asked} were asked for";
    /// The lock is not over.
    7 StillLocked {
        /// When it is, milliseconds of block time.
        ends_ms: u64,
    } => "the stake is locked until block time {ends_ms} ms";
    /// Votes or jobs bind it.
    8 Bound {
        /// How many.
        count: u32,
    } => "{count} open votes and jobs bind the stake";
    /// Too many withdrawals at a time.
    9 TooManyWithdrawals {
        /// Most at a time.
        limit: u32,
    } => "at most {limit} withdrawals may be under way at a time";
    /// The sender is no judge.
    10 NotJudge {} => "the sender does not hold the role judge";
    /// The judge is tied to the provider.
    11 Related {
        /// The provider.
        account: Address,
    } => "the sender is account {account} or tied to it by owner or recipient";
    /// Once per case.
    12 CaseDecided {
        /// The case.
        case: Hash,
    } => "case {case} of this account is decided";
    /// Once per judge.
    13 AlreadySaid {} => "the sender has said so already";
    /// Dust would cost every close more than its owner.
    14 BelowMinimum {
        /// What would be staked, base units.
        left: Amount,
        /// Base units.
        minimum: Amount,
    } => "{left} base units would be staked; allowed: 0, or at least {minimum}";
}
