//! Errors of `ledger`, by number; `docs/spec` gives the order in which they are checked.

use super::{LockKind, Pot};
use crate::address::Address;
use crate::error::numbered_errors;
use crate::names::AssetId;
use workmint_amounts::Amount;

numbered_errors! {
    /// Why money did not move.
    100;
    /// There is no such asset.
    1 UnknownAsset {
        /// The asset's number.
        asset: AssetId,
    } => "there is no asset number {asset}";
    /// The amount is zero.
    2 ZeroAmount {} => "the amount must be at least one base unit";
    /// Nothing can be sent to the zero address.
    3 NullRecipient {} => "the zero address cannot receive anything";
    /// The account does not have so much to spend.
    4 InsufficientFunds {
        /// The account.
        account: Address,
        /// Base units needed.
        needed: Amount,
        /// Base units not locked.
        spendable: Amount,
    } => "account {account} can spend {spendable} base units, {needed} are needed";
    /// The lock does not hold so much.
    5 InsufficientLock {
        /// The account.
        account: Address,
        /// The lock.
        kind: LockKind,
        /// Base units needed.
        needed: Amount,
        /// Base units locked.
        locked: Amount,
    } => "account {account} has {locked} base units locked as {kind}, {needed} are needed";
    /// The pot does not hold so much.
    6 InsufficientPot {
        /// The pot.
        pot: Pot,
        /// Base units needed.
        needed: Amount,
        /// Base units held.
        held: Amount,
    } => "pot {pot} holds {held} base units, {needed} are needed";
    /// Issuing so much would exceed the asset's cap.
    7 CapExceeded {
        /// Base units issued so far.
        issued: Amount,
        /// Base units to issue.
        amount: Amount,
        /// The cap.
        cap: Amount,
    } => "issuing {amount} base units on top of {issued} would exceed the cap of {cap}";
    /// No more accounts can be opened.
    8 TooManyAccounts {} => "no more than 2^32 - 1 accounts can be opened";
    /// The owner does not let the sender spend so much.
    9 InsufficientAllowance {
        /// Whose money it is.
        owner: Address,
        /// Who wants to spend it.
        spender: Address,
        /// Base units needed.
        needed: Amount,
        /// Base units allowed.
        allowed: Amount,
    } => "account {owner} lets {spender} spend {allowed} base units, {needed} are needed";
}
