//! Sessions: one customer, one provider, one deposit, many vouchers.
//!
//! The customer signs vouchers for a sum that only grows; the provider redeems the last one when it
//! likes. Price and fee are locked when the session opens. The caller of the core has verified each
//! voucher's signature and says whose it is; chain, session and sum are checked here.
//!
//! Invariants (INV-39): deposited == paid + fees + refunded + what open sessions hold, which is the
//! session locks of all accounts; a session ends once; its number is never used again, so no
//! voucher pays twice or elsewhere.

mod apply;
mod end;
mod events;
mod invariants;
mod messages;
mod state;

pub use apply::{apply_open_session, apply_redeem_voucher, apply_top_up_session};
pub use end::apply_close_session;
pub(crate) use end::end_due_sessions;
pub use events::SessionEvent;
pub(crate) use invariants::{check_sessions, recount_sessions};
pub use messages::{CloseSession, OpenSession, RedeemVoucher, TopUpSession, Voucher};
pub use state::{Session, SessionId, SessionTotals};
