//! Errors of `governance`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;
use crate::names::AssetId;
use crate::time::Deadline;
use workmint_amounts::Amount;

numbered_errors! {
    /// Why a proposal or a vote was refused.
    1800;
    /// The network has no governance.
    1 NoGovernance {} => "this network decides nothing by votes";
    /// Too many proposals of the kind are open.
    2 TooManyProposals {
        /// Most of a kind at a time.
        limit: u32,
    } => "at most {limit} proposals of a kind may be open at a time";
    /// The amount is zero.
    3 ZeroAmount {} => "the amount must be at least one base unit";
    /// The treasury does not hold so much.
    4 AboveTreasury {
        /// The asset.
        asset: AssetId,
        /// Base units asked for.
        asked: Amount,
        /// Base units held.
        held: Amount,
    } => "the treasury holds {held} base units of asset number {asset}, {asked} are asked for";
    /// Other parameters are active, or about to be, than those that the proposal changes.
    5 OtherVersion {
        /// The version it was written against.
        base: u64,
        /// The active version.
        active: u64,
    } => "the proposal changes version {base} of the parameters, version {active} is active or \
          about to be replaced";
    /// The upgrade's height is over or too near.
    6 TooSoon {
        /// Height asked for.
        height: u64,
        /// Least height.
        least: u64,
    } => "an upgrade takes effect at height {least} or later, not at {height}";
    /// It is not the next version.
    7 NotNextVersion {
        /// Version asked for.
        version: u32,
        /// Version in force.
        present: u32,
    } => "version {version} is not the next one: {present} is in force";
    /// There is no such proposal, or it has ended.
    8 UnknownProposal {
        /// Its number.
        proposal: u64,
    } => "there is no open proposal number {proposal}";
    /// The vote is not open yet.
    9 VoteNotOpen {} => "the vote opens at the next close of an epoch";
    /// The vote is over.
    10 VoteOver {
        /// Its end.
        ends: Deadline,
    } => "the vote ended at {ends}";
    /// The vote was counted.
    11 VoteCounted {} => "the vote is counted; the proposal waits for its timelock";
    /// The account has voted.
    12 AlreadyVoted {
        /// The voter.
        account: Address,
    } => "account {account} has voted; a vote is never changed";
    /// The account had no power when the vote opened.
    13 NoPower {
        /// The voter.
        account: Address,
    } => "account {account} had no power when the vote opened";
}
