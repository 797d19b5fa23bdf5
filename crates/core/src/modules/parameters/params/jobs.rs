//! Jobs, sessions, fees of the market.

use crate::names::Name;
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Single jobs with commit and reveal, bonds and windows on both sides (document 003, security).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct JobRules {
    /// How long a provider has to accept; then the deposit returns.
    pub accept_window: Duration,
    /// How long it has from then on to reveal a result; then the deposit returns and its bond is
    /// lost.
    pub result_window: Duration,
    /// How long the customer has from then on to dispute it; then it is paid.
    pub dispute_window: Duration,
    /// How long a provider has to post evidence once disputed; then it loses.
    pub evidence_window: Duration,
    /// How long judges have from then on; then it is paid.
    pub decision_window: Duration,
    /// A bond, of provider and of who disputes, is at least this, base units; at least 1.
    pub bond_minimum: Amount,
    /// It is at least this share of the deposit, rounded up; 0 to 1.
    pub bond_ratio: Ratio,
    /// Quality without evidence is 1; attested quality is at least this; above 0, at most 1.
    pub least_quality: Ratio,
    /// It is at most this; 1 to 10. Deposits are for this quality.
    pub most_quality: Ratio,
    /// Most units of one job; 1 to 2^32.
    pub max_units: u64,
    /// A job of at least this payment, base units, counts for its provider: it raises reputation
    /// and opens pots that need a paid job.
    pub counts_from: Amount,
}

/// Sessions: one deposit, many vouchers.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SessionRules {
    /// From a customer's close to the end, in which vouchers are still redeemed.
    pub close_window: Duration,
    /// A session lasts at most this.
    pub max_length: Duration,
}

/// The market's fee, out of each payment of a job or session, and where it goes at each close.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MarketFee {
    /// Share of a payment, rounded up; 0 to 1.
    pub rate: Ratio,
    /// Parts of the collected fees in order, split by cumulative floor; shares sum to 1.
    pub split: Vec<FeeShare>,
}

/// A part of the market's fees.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FeeShare {
    /// Where it goes.
    pub to: FeeTo,
    /// Above 0, at most 1.
    pub share: Ratio,
}

/// Where a part of the market's fees goes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum FeeTo {
    /// Burned.
    Burn,
    /// The treasury pot.
    Treasury,
    /// The pot of this name, which a stream pays out.
    Pot(Name),
}
