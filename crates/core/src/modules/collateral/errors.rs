//! Errors of `collateral`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;
use workmint_amounts::Amount;

numbered_errors! {
    /// Why collateral did not move.
    600;
    /// The amount is zero.
    1 ZeroAmount {} => "the amount must be at least one base unit";
    /// Only participants hold collateral.
    2 NotAParticipant {
        /// The account.
        account: Address,
    } => "account {account} is not a registered participant";
    /// The participant's validator is unbonding or jailed.
    3 ValidatorInactive {} => "deposits are refused while the participant's validator is inactive";
    /// Less is active than asked for.
    4 InsufficientCollateral {
        /// Base units asked for.
        asked: Amount,
        /// Base units active.
        active: Amount,
    } => "{active} base units of collateral are active, {asked} were asked for";
    /// Too many withdrawals at a time.
    5 TooManyWithdrawals {
        /// Most at a time.
        limit: u32,
    } => "at most {limit} withdrawals may be under way at a time";
}
