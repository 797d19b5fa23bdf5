//! What is minted when.

use super::DynamicBudget;
use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio, SignedRatio};

/// What is minted when.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Emission {
    /// The asset minted.
    pub asset: AssetId,
    /// The rule that gives an epoch's amount.
    pub schedule: Schedule,
    /// Most that emission may ever mint.
    pub allocation: Amount,
    /// The first epoch that emits; earlier epochs emit nothing.
    pub genesis_epoch: u64,
    /// What the network's use makes of an epoch's amount; `None`: nothing (document 004 §3.2).
    pub utility: Option<Utility>,
    /// Share of requests to answer; what falls short of it is not minted; 0: no quota; at most 1.
    pub quota: Ratio,
    /// Effective weight from which an epoch gets its whole amount, with less in proportion; 0: any.
    pub reference_weight: u64,
}

/// Document 004 §3.2: an epoch's amount x min(t x (w1 + w2 x difficulty + w3 x participation), 1),
/// t = min(tasks / max_tasks, 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Utility {
    /// Tasks of an epoch that count in full; at least 1.
    pub max_tasks: u64,
    /// Weight of tasks, w1. The three sum to exactly 1.
    pub tasks: Ratio,
    /// Weight of the tasks' difficulty, w2.
    pub difficulty: Ratio,
    /// Weight of the validators' participation, w3.
    pub participation: Ratio,
    /// Whether no task means no emission; otherwise the document's sum: w1 x t + w2 x difficulty +
    /// w3 x participation.
    pub gate: bool,
}

/// An emission schedule. `n` counts epochs from the emission's genesis epoch.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Schedule {
    /// floor(initial x exp(rate x n)): Gonka tokenomics V2 (document 000 §4.2).
    Exponential {
        /// Amount of epoch n = 0.
        initial: Amount,
        /// Decay per epoch, -1 to 0.
        rate: SignedRatio,
    },
    /// `reward` for each block of the epoch, minted at its close.
    FixedPerBlock {
        /// Amount per block.
        reward: Amount,
    },
    /// floor((allocation - issued) x rate).
    RemainingFraction {
        /// Share of what is left, above 0, at most 1.
        rate: Ratio,
    },
    /// floor(initial x factor^k) for the k-th period, spread over its epochs by cumulative floor
    /// (Gonka's mainnet: periods of one epoch; Hanzo: of a year).
    Geometric {
        /// Amount of period k = 0.
        initial: Amount,
        /// Each period's amount as a share of the last one's, 0 to 2.
        factor: Ratio,
        /// Epochs of a period, at least 1.
        period_epochs: u64,
    },
    /// Gonka's rewards before document 000 (§2.2, §7.4): a subsidy in proportion to the epoch's
    /// work, work / (1 - rate), whose rate falls at each cut-off of the allocation.
    WorkSubsidy {
        /// Rate before the first cut-off, 0 to below 1.
        rate: Ratio,
        /// Distance of cut-offs as a share of the allocation, above 0, at most 1.
        interval: Ratio,
        /// Share of the rate that a cut-off removes, 0 to 1; the rest is rounded to 4 decimals.
        reduction: Ratio,
    },
    /// floor(base x rate) a year, spread over its epochs by cumulative floor, so that a year sums
    /// exactly (document 002, daily budget distribution).
    Inflation {
        /// What the rate is of, base units.
        base: Amount,
        /// Rate a year; 0 to 10.
        rate: Ratio,
        /// Epochs of a year, at least 1.
        year_epochs: u64,
        /// How the epoch's amount follows activity and backlog; `None`: not at all.
        dynamic: Option<DynamicBudget>,
    },
    /// floor(initial / 2^k), k = min(n / interval, most_halvings), nothing below `minimum`
    /// (document 004 §3.2).
    Halving {
        /// Amount of epoch n = 0.
        initial: Amount,
        /// Epochs between halvings, at least 1.
        interval_epochs: u64,
        /// Halvings after which the amount stays; 0 to 127.
        most_halvings: u32,
        /// An amount below this is not emitted, base units.
        minimum: Amount,
    },
    /// Each block floor(initial / 2^k), k = the halvings that what is issued has passed: the k-th
    /// is at `of` x (1 - 2^-k). What was recycled does not count as issued (Bittensor).
    HalvingByIssuance {
        /// Amount of a block before the first halving.
        initial: Amount,
        /// What the halvings approach, base units; at least 1.
        of: Amount,
        /// Halvings from which a block gets nothing; 1 to 127.
        most_halvings: u32,
    },
}
