//! Weights, the collateral behind them, and what slashes take.

use super::Destination;
use crate::names::AssetId;
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Ratio;

/// Document 001 §2.1: how potential weight becomes effective weight.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Weights {
    /// Share of potential weight that needs no collateral; 0 to 1.
    pub base_weight_ratio: Ratio,
    /// Collateral (base units) that activates one unit of weight; above 0.
    pub collateral_per_weight_unit: Ratio,
    /// Up to and including this epoch all potential weight is effective.
    pub grace_until_epoch: Option<u64>,
    /// No participant's weight may exceed a share of all; `None`: no limit.
    pub power_cap: Option<PowerCap>,
    /// Confirmation of weights while they count; `None`: there is none.
    pub confirmation: Option<Confirmation>,
    /// What models a participant does not serve cost it; `None`: nothing.
    pub participation: Option<Participation>,
    /// Share of nodes that go on serving while others prove their compute, and keep their weight;
    /// 0 to 0.5.
    pub kept_share: Ratio,
    /// How the collateral of a unit of weight follows rewards; `None`: it stays
    /// `collateral_per_weight_unit`.
    pub unit_price: Option<UnitPrice>,
}

/// Prices of a unit of weight that moved are multiples of 1 / this of a base unit.
pub const PRICE_UNIT: u128 = 1_000_000_000;

/// The collateral of a unit of weight follows what a unit of weight earned: `multiple` x the mean
/// reward of the last `window` epochs, a step an epoch. It starts at `collateral_per_weight_unit`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct UnitPrice {
    /// Epochs over which rewards are averaged; 1 to 1,024.
    pub window_epochs: u32,
    /// Epochs of mean reward that a unit of weight must back; above 0, at most 10,000.
    pub multiple: Ratio,
    /// Most that a close changes it by, as a share of it; above 0, below 1.
    pub largest_step: Ratio,
    /// It never falls below this, base units per unit of weight; above 0.
    pub minimum: Ratio,
    /// It never rises above this.
    pub maximum: Ratio,
}

/// Largest share of all capped weights that one participant may have, by the number of
/// participants with a weight. One alone is never capped. What is cut off is given to nobody.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PowerCap {
    /// Of two participants; 0.5 to 1.
    pub of_two: Ratio,
    /// Of three; 1/3 to 1.
    pub of_three: Ratio,
    /// Of four and more; 0.25 to 1.
    pub of_many: Ratio,
}

/// Readings of a participant's weight during the epoch. The smallest one counts; whoever falls
/// too far behind its weight is inactive.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Confirmation {
    /// Inactive below this share of the weight it should have; 0 to 1.
    pub inactive_below: Ratio,
    /// A reading is divided by this before it is compared: measuring costs some; above 0, at
    /// most 1.
    pub tolerance: Ratio,
}

/// What a model costs a participant that does not serve it. A model counts as served only if
/// enough participants have weight for it and enough of all weight is for it: or else one small
/// proof would tax the whole network.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Participation {
    /// Share of reward weight lost for a model it refused; 0 to 1.
    pub refused: Ratio,
    /// Share lost for a model it neither serves, delegates nor refused; 0 to 1.
    pub absent: Ratio,
    /// Share that goes to whom it delegated the model; 0 to 1.
    pub delegated: Ratio,
    /// Fewest participants with weight for a model that counts; 1 to 1,000. Less than 1 by the
    /// model's factor is no weight.
    pub minimum_members: u32,
    /// Smallest share of all potential weight that a model has that counts; 0 to 1.
    pub minimum_share: Ratio,
}

/// Document 001 §2.2: deposits that back weight.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Collateral {
    /// The asset deposited.
    pub asset: AssetId,
    /// How long a withdrawal stays slashable before it is released.
    pub unbonding: Duration,
    /// Withdrawals a participant may have under way at a time; 1 to 256.
    pub max_withdrawals: u32,
}

/// Document 001 §2.3: fractions of active and unbonding collateral taken for offences; 0 to 1.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Slashing {
    /// For a refuted report.
    pub invalid_work: Ratio,
    /// For failing the missed-request test.
    pub downtime: Ratio,
    /// For missing every request; between the two in proportion to the share missed. `None`:
    /// `downtime` whatever was missed; at least that, at most 1.
    pub downtime_most: Option<Ratio>,
    /// Most of a slash that a successful challenger receives; 0 to 0.5.
    pub reporter_share: Ratio,
    /// Where the rest goes.
    pub destination: Destination,
    /// How the sum is rounded.
    pub rounding: SlashRounding,
    /// What the fraction is taken of.
    pub base: SlashBase,
    /// Evidence of a consensus fault older than this is refused.
    pub evidence_max_age: Duration,
}

/// How a slash is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum SlashRounding {
    /// Up, on the sum of active and unbonding, then spread over the holdings.
    UpOnSum,
    /// Down, on each holding.
    DownPerHolding,
}

/// What a slash fraction is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum SlashBase {
    /// All active and unbonding collateral.
    All,
    /// As much of it as the participant's weight requires, spread over all holdings; all of it
    /// while nothing is required (Gonka's mainnet). The share of each holding is a multiple of
    /// 10^-18, rounded half to even.
    Required,
}
