//! Errors of `exchange`, by number; `docs/spec` gives the order in which they are checked.

use crate::error::numbered_errors;
use crate::names::AssetId;
use workmint_amounts::Amount;

numbered_errors! {
    /// Why the pool did not change.
    1500;
    /// The network has no pool.
    1 NoExchange {} => "this network has no exchange";
    /// An amount is zero.
    2 ZeroAmount {} => "the amount must be at least one base unit";
    /// The message came too late.
    3 Late {
        /// Last time it asked for, milliseconds.
        deadline: u64,
        /// Time of the block, milliseconds.
        now: u64,
    } => "the deadline {deadline} is over: the block's time is {now}";
    /// Nobody has put anything into the pool.
    4 EmptyPool {} => "the pool is empty";
    /// The asset is none of the pool's.
    5 NotInPool {
        /// The asset.
        asset: AssetId,
    } => "the pool does not hold asset {asset}";
    /// So little is added that it is worth no share.
    6 TooLittle {
        /// Shares of the first deposit that nobody gets.
        locked: u128,
    } => "this is worth no share (of a first deposit, {locked} shares are nobody's)";
    /// Fewer shares than asked for.
    7 FewerShares {
        /// Shares it would bring.
        shares: u128,
        /// Fewest asked for.
        least: u128,
    } => "this brings {shares} shares, at least {least} were asked for";
    /// The account does not have so many shares.
    8 InsufficientShares {
        /// Shares asked for.
        asked: u128,
        /// Shares it has.
        held: u128,
    } => "the account has {held} shares, {asked} were asked for";
    /// Less would come out than asked for.
    9 LessOut {
        /// What would come out, base units.
        out: Amount,
        /// Least asked for, base units.
        least: Amount,
    } => "this brings {out} base units, at least {least} were asked for";
    /// The pool does not hold more than is asked for.
    10 BeyondPool {
        /// Asked for, base units.
        asked: Amount,
        /// Held, base units.
        held: Amount,
    } => "the pool holds {held} base units, {asked} can never come out";
}
