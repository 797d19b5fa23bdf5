//! What a user can ask of sessions.

use crate::address::Address;
use crate::hash::Hash;
use crate::names::ModelId;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Open a session. Its number is the customer's next one, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OpenSession {
    /// Who works.
    pub provider: Address,
    /// The model.
    pub model: ModelId,
    /// Base units of the market's asset, at least 1.
    pub deposit: Amount,
    /// Most to pay for a unit, base units; `None`: whatever it costs now.
    pub max_price: Option<Amount>,
    /// When it ends by itself, counted like the network's longest session; `None`: as late as the
    /// network allows.
    pub expires: Option<Deadline>,
}

/// Add to the deposit of an open session of the sender. There is no way to lower it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TopUpSession {
    /// Number of the session.
    pub session: u64,
    /// Base units, at least 1.
    pub amount: Amount,
}

/// What a customer signs off the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Voucher {
    /// The network.
    pub chain_id: u64,
    /// Hash of its genesis.
    pub genesis: Hash,
    /// Number of the signer's session.
    pub session: u64,
    /// Everything the provider may have of the session, base units, fee included.
    pub cumulative: Amount,
    /// Whose signature the caller found.
    pub signer: Address,
}

/// Be paid, as the session's provider, up to a voucher's sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RedeemVoucher {
    /// The customer.
    pub customer: Address,
    /// The last voucher; older ones are worth nothing any more.
    pub voucher: Voucher,
}

/// End a session: at once as its provider, after the close window as its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CloseSession {
    /// The customer.
    pub customer: Address,
    /// Number of its session.
    pub session: u64,
}
