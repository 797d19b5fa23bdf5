//! `market`: customers' prepaid deposits, the escrow of single requests on them, sessions, the
//! market's fee.
//!
//! A deposit is a lock on its owner's account for one model, up to a price. Accepted work reserves
//! a part of it, final work is paid from it, refuted work frees it again. A single request reserves
//! its largest cost when it is opened, and pays when it is answered. What was paid for an answer
//! that turns out worthless returns to the customer, or is owed by the provider.
//!
//! Invariants (INV-10, INV-28): deposited == paid + refunded + what is left; reserved <= left; the
//! sum of what is left is the deposit locks of all accounts; a deposit ends once; paid + refunded
//! == escrow for every request, which is paid at most once; everything remembered is forgotten at a
//! deadline.

mod apply;
mod escrow;
mod events;
mod fee;
mod formulas;
mod invariants;
pub mod jobs;
mod messages;
mod refute;
mod sessions;
mod state;

use crate::address::Address;
use crate::error::numbered_errors;
use crate::hash::Hash;
use crate::time::Deadline;
use workmint_amounts::Amount;

pub use apply::{apply_close, apply_open};
pub(crate) use apply::{pay, refund_due, release, require_funds, reserve};
pub use escrow::{apply_finish_escrow, apply_open_escrow};
pub(crate) use escrow::{due, end_close, end_due, escrowed, oldest_answer};
pub use events::{Event, Return};
pub use fee::{FeeTotals, fee_parts, of_payment};
pub(crate) use fee::{check_fees, split_fees, take_fee};
pub use formulas::{Answer, Opening, Payment, Terms, cost};
pub(crate) use invariants::{check_totals, recount, recount_requests};
pub use messages::{CloseDeposit, FinishEscrow, OpenDeposit, OpenEscrow, RefuteEscrow};
pub use refute::{RefutedAnswer, apply_refute_escrow};
pub(crate) use refute::{conclude_refutation, note_recovered, pay_debts};
pub use sessions::{
    CloseSession, OpenSession, RedeemVoucher, Session, SessionEvent, SessionId, SessionTotals,
    TopUpSession, Voucher, apply_close_session, apply_open_session, apply_redeem_voucher,
    apply_top_up_session,
};
pub(crate) use sessions::{check_sessions, end_due_sessions, recount_sessions};
pub use state::{
    AnswerId, Dealings, DebtId, Deposit, Due, MarketState, Request, RequestId, Stage, WaitingAnswer,
};

numbered_errors! {
    /// Why a deposit was not opened, charged or closed, or a request not opened, answered, refuted.
    900;
    /// The amount is zero.
    1 ZeroAmount {} => "the amount must be at least one base unit";
    /// There is no such model.
    2 UnknownModel {} => "there is no such model";
    /// The customer has no deposit for the model.
    3 NoDeposit {
        /// The customer.
        customer: Address,
    } => "customer {customer} has no deposit for the model";
    /// The customer does not pay so much for a unit.
    4 PriceAboveLimit {
        /// Price of a unit, base units.
        price: Amount,
        /// The customer's limit.
        limit: Amount,
    } => "a unit costs {price} base units, the customer pays at most {limit}";
    /// The deposit does not cover the charge.
    5 DepositTooSmall {
        /// The customer.
        customer: Address,
        /// Base units charged.
        charge: Amount,
        /// Base units neither paid, reserved nor refunded.
        available: Amount,
    } => "the deposit of {customer} has {available} base units left, {charge} are charged";
    /// The deposit is being closed.
    6 Closing {} => "the deposit is being closed; open a new one when it has ended";
    /// The network has no escrow of single requests.
    7 NoEscrow {} => "single requests are not put into escrow here";
    /// A number is out of range.
    8 OutOfRange {
        /// The field and its range.
        rule: &'static str,
    } => "{rule}";
    /// The provider is no participant, or has no node for the model.
    9 NotServed {
        /// The provider.
        provider: Address,
    } => "{provider} does not serve the model";
    /// The customer has a request of this id.
    10 AlreadyOpened {} => "the customer has a request of this id, open or answered not long ago";
    /// The customer named another provider.
    11 NotProvider {} => "the request was opened with another provider";
    /// The answer is known.
    12 AlreadyAnswered {} => "the request is answered already";
    /// A request would cost more than there can be.
    13 AboveCap {
        /// Base units.
        amount: Amount,
        /// The asset's cap.
        cap: Amount,
    } => "the request costs {amount} base units, the asset's cap is {cap}";
    /// Only a paid answer whose time to be refuted is not over can be.
    14 NotRefutable {} => "there is no such paid answer, it is refuted, or its window is over";
    /// The sender lacks the role.
    15 NotJudge {} => "only an account with the role judge may do this";
    /// The sender is related to the provider or the customer.
    16 ConflictOfInterest {
        /// Whom the sender is related to.
        with: Address,
    } => "the sender shares account, owner or recipient with {with}";
    /// The judge has voted.
    17 AlreadyVoted {} => "the judge has voted on this answer";
    /// A customer that was never seen.
    18 UnknownCustomer {
        /// The customer.
        customer: Address,
    } => "there is no account {customer}";
    /// The network has no sessions.
    70 NoSessions {} => "there are no sessions here";
    /// The provider is no participant.
    71 NotParticipant {
        /// The provider.
        provider: Address,
    } => "{provider} is not a participant";
    /// The end of a session is not one it can have.
    72 SessionEnd {
        /// Asked.
        asked: Deadline,
        /// The latest.
        latest: Deadline,
    } => "a session cannot end at {asked}; allowed: after now, at most {latest}";
    /// The customer has no open session of this number.
    73 NoSession {
        /// The customer.
        customer: Address,
        /// The number.
        session: u64,
    } => "customer {customer} has no open session {session}";
    /// The session is being closed, or its time is over.
    74 SessionClosing {} => "the session is being closed or its time is over";
    /// The sender is neither its customer nor its provider, or not the one who may do this.
    75 NotSessionParty {} => "the session is of others";
    /// The voucher is signed by somebody else.
    76 WrongSigner {
        /// Who signed.
        signer: Address,
        /// The customer.
        customer: Address,
    } => "the voucher is signed by {signer}, the session's customer is {customer}";
    /// The voucher is for another chain.
    77 OtherChain {
        /// Number of this chain.
        chain_id: u64,
        /// Its genesis.
        genesis: Hash,
    } => "the voucher is not for chain {chain_id} with genesis {genesis}";
    /// The voucher gives nothing more.
    78 StaleVoucher {
        /// Its sum, base units.
        cumulative: Amount,
        /// Taken so far.
        taken: Amount,
        /// The deposit.
        deposit: Amount,
    } => "{taken} of the deposit of {deposit} is taken: a voucher for {cumulative} gives no more";
}
