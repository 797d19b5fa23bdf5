//! What happened to sessions.

use crate::address::Address;
use crate::names::ModelId;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What happened to a session. Amounts are base units of the market's asset.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum SessionEvent {
    /// It was opened.
    Opened {
        /// The customer.
        customer: Address,
        /// Its number.
        session: u64,
        /// Who works.
        provider: Address,
        /// The model.
        model: ModelId,
        /// Price of a unit, locked.
        price: Amount,
        /// Put in.
        deposit: Amount,
        /// When it ends by itself.
        expires: Deadline,
    },
    /// The customer added to its deposit.
    ToppedUp {
        /// The customer.
        customer: Address,
        /// Its number.
        session: u64,
        /// Added.
        amount: Amount,
        /// Put in by now.
        deposit: Amount,
    },
    /// A voucher was redeemed.
    Redeemed {
        /// The customer.
        customer: Address,
        /// Its number.
        session: u64,
        /// Who was paid.
        provider: Address,
        /// Paid, the fee taken off.
        paid: Amount,
        /// The fee of this payment.
        fee: Amount,
        /// What the session holds now.
        left: Amount,
    },
    /// The customer ends it; vouchers are redeemed until this deadline.
    Closing {
        /// The customer.
        customer: Address,
        /// Its number.
        session: u64,
        /// Who should redeem its last voucher.
        provider: Address,
        /// The deadline; the session's own end may come first.
        ends: Deadline,
    },
    /// It ended.
    Ended {
        /// The customer.
        customer: Address,
        /// Its number.
        session: u64,
        /// Who worked.
        provider: Address,
        /// Everything paid to the provider.
        paid: Amount,
        /// All fees.
        fee: Amount,
        /// What was left, spendable again.
        refunded: Amount,
    },
}

impl SessionEvent {
    /// The accounts this event is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<Address> {
        match self {
            Self::Opened { customer, provider, .. }
            | Self::Redeemed { customer, provider, .. }
            | Self::Closing { customer, provider, .. }
            | Self::Ended { customer, provider, .. } => vec![*customer, *provider],
            Self::ToppedUp { customer, .. } => vec![*customer],
        }
    }
}
