//! What happened in `market::jobs`.

use crate::address::Address;
use crate::hash::Hash;
use crate::names::ModelId;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Outcome {
    /// The customer took it back.
    Cancelled,
    /// Nobody accepted it in time.
    NotAccepted,
    /// The provider revealed nothing in time; its bond is lost.
    NotDelivered,
    /// Nobody disputed it.
    Paid,
    /// The provider answered a dispute not in time; half of its bond is the customer's.
    NoEvidence,
    /// Judges found for the customer; half of the provider's bond is the customer's.
    CustomerWon,
    /// Judges found for the provider; half of the customer's bond is the provider's.
    ProviderWon,
    /// Judges did not decide: it is paid, bonds return.
    Undecided,
    /// Its end failed: everybody has got back what was locked.
    Failed,
}

/// What happened in `market::jobs`. Amounts are base units of the market's asset.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// An offer was made or changed.
    Offered {
        /// The provider.
        provider: Address,
        /// The model.
        model: ModelId,
        /// The highest tier.
        tier: u8,
        /// Units of work in an epoch.
        capacity: u64,
    },
    /// An offer ended.
    OfferWithdrawn {
        /// The provider.
        provider: Address,
        /// The model.
        model: ModelId,
    },
    /// A job was created.
    Created {
        /// The customer.
        customer: Address,
        /// Its number of the job.
        number: u64,
        /// The model.
        model: ModelId,
        /// The privacy tier.
        tier: u8,
        /// Price of a unit, locked.
        price: Amount,
        /// Locked of the customer's.
        deposit: Amount,
        /// Most units.
        max_units: u64,
        /// The service level, milliseconds.
        max_latency_ms: u32,
        /// The one provider that may accept it; `None`: whoever offers it.
        asked: Option<Address>,
        /// Until when.
        until: Deadline,
    },
    /// A provider accepted it.
    Accepted {
        /// The customer.
        customer: Address,
        /// Its number of the job.
        number: u64,
        /// The provider.
        provider: Address,
        /// Locked of the provider's.
        bond: Amount,
    },
    /// The provider revealed its result.
    Revealed {
        /// The customer.
        customer: Address,
        /// Its number of the job.
        number: u64,
        /// The provider.
        provider: Address,
        /// Units of work.
        units: u64,
        /// Hash of the result.
        result: Hash,
    },
    /// A reporter measured it.
    Measured {
        /// The customer.
        customer: Address,
        /// Its number of the job.
        number: u64,
        /// The reporter.
        reporter: Address,
        /// Milliseconds to the result.
        latency_ms: u32,
        /// Quality, thousandths.
        quality_permille: u16,
    },
    /// The customer disputed it.
    Disputed {
        /// The customer.
        customer: Address,
        /// Its number of the job.
        number: u64,
        /// The provider.
        provider: Address,
        /// Locked of the customer's, beside the deposit.
        bond: Amount,
        /// Hash of what shows that the result is wrong.
        grounds: Hash,
        /// Until when the provider answers.
        until: Deadline,
    },
    /// The provider answered the dispute.
    EvidencePosted {
        /// The customer.
        customer: Address,
        /// Its number of the job.
        number: u64,
        /// The provider.
        provider: Address,
        /// Hash of what shows that the result is right.
        evidence: Hash,
    },
    /// A judge voted.
    Judged {
        /// The customer.
        customer: Address,
        /// Its number of the job.
        number: u64,
        /// The judge.
        judge: Address,
        /// Whether for the customer.
        for_customer: bool,
    },
    /// It ended: paid + fee + refunded == deposited.
    Ended {
        /// The customer.
        customer: Address,
        /// Its number of the job.
        number: u64,
        /// Who had accepted it.
        provider: Option<Address>,
        /// How.
        outcome: Outcome,
        /// To the provider.
        paid: Amount,
        /// To the pot of fees.
        fee: Amount,
        /// Spendable by the customer again.
        refunded: Amount,
    },
    /// Paid jobs of one model and tier in the epoch that closes.
    Sold {
        /// The model.
        model: ModelId,
        /// The tier.
        tier: u8,
        /// Jobs.
        jobs: u64,
        /// Units of work.
        units: u64,
        /// Paid for them, fees included.
        paid: Amount,
    },
    /// Providers with a paid job in the epoch that closes.
    Providers {
        /// How many.
        active: u64,
    },
    /// What all offers of one model gave in the epoch that closes.
    Capacity {
        /// The model.
        model: ModelId,
        /// Units of work: of each offer the most it gave in the epoch.
        units: u64,
    },
}

impl Event {
    /// The accounts this event is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<Address> {
        match self {
            Self::Offered { provider, .. } | Self::OfferWithdrawn { provider, .. } => {
                vec![*provider]
            }
            Self::Created { customer, .. } => vec![*customer],
            Self::Accepted { customer, provider, .. }
            | Self::Revealed { customer, provider, .. }
            | Self::Disputed { customer, provider, .. }
            | Self::EvidencePosted { customer, provider, .. } => vec![*customer, *provider],
            Self::Measured { customer, reporter: other, .. }
            | Self::Judged { customer, judge: other, .. } => vec![*customer, *other],
            Self::Ended { customer, provider, .. } => {
                [*customer].into_iter().chain(*provider).collect()
            }
            Self::Sold { .. } | Self::Providers { .. } | Self::Capacity { .. } => Vec::new(),
        }
    }
}
