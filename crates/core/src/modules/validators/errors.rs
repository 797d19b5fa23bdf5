//! Errors of `validators`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;
use workmint_amounts::{Amount, Ratio};

numbered_errors! {
    /// Why a bond, a delegation or a standing did not change.
    2000;
    /// The network has no validators.
    1 Off {} => "nothing is bonded on this network";
    /// The amount is zero.
    2 ZeroAmount {} => "the amount must be at least one base unit";
    /// Nobody of this address has a pool.
    3 UnknownValidator {
        /// The address.
        validator: Address,
    } => "account {validator} is no validator";
    /// The first bond says the commission.
    4 CommissionMissing {} => "the first bond must say the commission";
    /// Later ones do not.
    5 CommissionGiven {} => "the commission of a validator is set by SetCommission alone";
    /// The network bounds it.
    6 CommissionTooHigh {
        /// The commission asked for.
        commission: Ratio,
        /// Highest allowed now.
        most: Ratio,
    } => "the commission {commission} is out of range; allowed: 0 to {most}";
    /// Too little would be bonded.
    7 BelowMinimum {
        /// What would be, base units.
        left: Amount,
        /// Least, base units.
        minimum: Amount,
    } => "{left} base units would be bonded; allowed: 0, or at least {minimum}";
    /// Less is bonded than asked for.
    8 InsufficientBond {
        /// Base units asked for.
        asked: Amount,
        /// What the sender's shares are worth, base units.
        bonded: Amount,
    } => "{bonded} base units are bonded, {asked} were asked for";
    /// An active validator's own bond stays.
    9 StillActive {
        /// What would be left of its own, base units.
        left: Amount,
        /// Least of an active validator, base units.
        minimum: Amount,
    } => "an active validator keeps {minimum} base units of its own, {left} would be left: retire";
    /// What is one's own is bonded, not delegated.
    10 SelfDelegation {} => "a validator bonds its own money, it cannot delegate to itself";
    /// The validator is in jail.
    11 Jailed {
        /// First epoch in which it can leave.
        until: u64,
    } => "the validator is in jail; it can leave from epoch {until} on";
    /// It is not.
    12 NotJailed {} => "the sender is not in jail";
    /// It is already.
    13 AlreadyAsked {} => "the sender has asked to be active";
    /// It is neither active nor has it asked to be.
    14 NotServing {} => "the sender is not active and has not asked to be";
    /// Too many withdrawals at a time.
    15 TooManyWithdrawals {
        /// Most at a time.
        limit: u32,
    } => "at most {limit} withdrawals from one validator may be under way at a time";
    /// Nothing was delegated.
    16 NoDelegation {
        /// The validator.
        validator: Address,
    } => "the sender has delegated nothing to {validator}";
    /// Nothing is released.
    17 NothingReleased {
        /// The validator.
        validator: Address,
    } => "no withdrawal of the sender from {validator} is released";
    /// A rise by a step must never overflow.
    18 CommissionTooFine {
        /// Denominator of the commission asked for, in lowest terms.
        denominator: u128,
        /// Highest allowed.
        most: u128,
    } => "the commission has the denominator {denominator}; allowed: 1 to {most}";
}
