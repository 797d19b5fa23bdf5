//! Deposits, prices, claims.

use super::{Destination, JobRules, MarketFee, SessionRules};
use crate::names::AssetId;
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Prepaid deposits of customers.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Market {
    /// The asset customers pay in.
    pub asset: AssetId,
    /// How long a deposit stays chargeable after its owner closes it.
    pub close_window: Duration,
    /// Escrow of single requests on deposits; `None`: there is none.
    pub escrow: Option<EscrowRules>,
    /// Single jobs; `None`: there are none.
    pub jobs: Option<JobRules>,
    /// Sessions; `None`: there are none.
    pub sessions: Option<SessionRules>,
    /// The fee on payments of jobs and sessions; `None`: nothing.
    pub fee: Option<MarketFee>,
}

/// Escrow of single requests.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct EscrowRules {
    /// Units of answer that a request without a limit reserves; at least 1.
    pub default_max_units: u64,
    /// How long a provider has to answer; then all of it is refunded and the request is missed.
    pub expiry: Duration,
}

/// How the price of a unit of work moves.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Pricing {
    /// Not at all: each model's `price_per_unit`.
    Fixed,
    /// Per model, by utilisation (Gonka's dynamic pricing).
    StabilityZone(StabilityZone),
    /// A unit of compute costs the median of what providers ask, weighted by effective weight; a
    /// unit of work `compute_per_unit` times as much.
    UnitOfCompute {
        /// Price of a unit of compute until somebody asks another, base units.
        initial: Amount,
    },
    /// Per model, by what is asked against what is offered (document 003, `update_price`).
    Imbalance(Imbalance),
    /// Per model, by what is asked against what is offered and the queue it left (document 003,
    /// Hamiltonian pricing).
    Hamiltonian(Hamiltonian),
}

/// Each step a price moves by `elasticity` x (demand - supply) / supply.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Imbalance {
    /// Share of the price for each whole supply of excess; above 0, at most 10.
    pub elasticity: Ratio,
    /// How often and how far.
    pub moves: PriceMoves,
}

/// Each step the excess joins the queue, and a price moves by `stiffness` x queue + `damping` x
/// excess, both in supplies of one step.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Hamiltonian {
    /// Share of the price for each supply in the queue; above 0, at most 1.
    pub stiffness: Ratio,
    /// Share of the price for each supply of excess; above 0, at most 1.
    pub damping: Ratio,
    /// The queue is held within this, either way, supplies of one step; above 0, at most 1,000.
    pub most_queue: Ratio,
    /// How often and how far.
    pub moves: PriceMoves,
}

/// How often a price moves, and its limits.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PriceMoves {
    /// Steps of equal length in an epoch, whatever the number of its blocks; 1 to 10,000, at most
    /// one a block or millisecond.
    pub steps_per_epoch: u32,
    /// A step changes a price by at most this share of it; above 0, below 1.
    pub largest_step: Ratio,
    /// The price never falls below this, base units; at least 1.
    pub minimum: Amount,
    /// It never rises above this, base units.
    pub maximum: Amount,
}

/// Within the zone a price stays; outside it moves by `elasticity` x the distance, each step.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StabilityZone {
    /// Lower bound of utilisation; 0 to `upper`.
    pub lower: Ratio,
    /// Upper bound of utilisation; at most 1.
    pub upper: Ratio,
    /// Share of the price for each unit of distance; 0 to 1.
    pub elasticity: Ratio,
    /// When prices move.
    pub step: PriceStep,
    /// Steps over which utilisation is averaged; 1 to 10,000.
    pub window: u32,
    /// The price never falls below this, base units; at least 1.
    pub minimum: Amount,
    /// It never rises above this, base units.
    pub maximum: Amount,
    /// Before this epoch the price is `grace_price`; in it, each model's `price_per_unit`.
    pub grace_end_epoch: u64,
    /// Base units.
    pub grace_price: Amount,
    /// What happens to fractions of a base unit.
    pub rounding: PriceRounding,
}

/// When prices move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum PriceStep {
    /// With every block; needs epochs counted in blocks.
    Block,
    /// At every close.
    Epoch,
}

/// What happens to fractions of a base unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum PriceRounding {
    /// They are kept, to 10^-9 base units; quotes are to the nearest: a price can rise from 1.
    Keep,
    /// They are cut off each step: below 50 base units a price can never rise (Gonka's mainnet,
    /// issue 1450).
    Truncate,
}

/// How settled rewards reach their owners.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Claims {
    /// Pull: the owner claims. Push: paid at the close.
    pub mode: ClaimMode,
    /// Epochs after the settled one at whose last close a claim expires; 1 to 1,024.
    pub window_epochs: u64,
    /// Where expired claims go.
    pub unclaimed: Destination,
    /// Epochs over which a claimed reward, and what delegators collect, vests; 0 pays at once; at
    /// most 3,650.
    pub vesting_epochs: u64,
    /// Share of a claimed reward that vests, rounded down; the rest is paid at once; 0 to 1.
    pub vesting_share: Ratio,
    /// When what does not divide by the epochs vests, of claims and genesis allocations. Grants
    /// keep the rule they were made under.
    pub vesting_remainder: VestingRemainder,
}

/// See [`Claims::vesting_remainder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum VestingRemainder {
    /// Spread over the epochs: by epoch k, floor(amount x k / epochs) has vested.
    Spread,
    /// With the first epoch; each epoch floor(amount / epochs) (Gonka's mainnet).
    First,
}

/// See [`Claims::mode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ClaimMode {
    /// The owner claims.
    Pull,
    /// Paid at the close, through the same record.
    Push,
}
