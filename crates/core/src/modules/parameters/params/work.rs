//! Reports, checks, misses, status, reputation.

use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Reports, quorum, challenges, duties, missed requests.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Work {
    /// Reporters that must attest a report; 1 to 64, at most as many as there are reporters.
    pub quorum: u32,
    /// How long an accepted summary can be challenged.
    pub challenge_window: Duration,
    /// Smallest challenge bond, base units of the market's asset.
    pub challenge_bond_minimum: Amount,
    /// The bond is at least this share of the receipt's value; 0 to 1.
    pub challenge_bond_ratio: Ratio,
    /// How long judges have; undecided, the receipt stands.
    pub decision_window: Duration,
    /// Customers that one summary may list; 1 to 4,096.
    pub max_customers_per_summary: u32,
    /// Sampled checks each validator owes of the closed epoch's receipts; 0 switches duties off.
    /// With `sampling`, the most it owes.
    pub checks_per_epoch: u32,
    /// How checks are drawn; `None`: `checks_per_epoch` equal draws, and every one is due.
    pub sampling: Option<Sampling>,
    /// The test of missed requests.
    pub missed_requests: MissedRequests,
    /// What failing it costs.
    pub missed_consequence: MissConsequence,
    /// The sequential test of a participant's conduct; `None`: a lost challenge is punished at
    /// once, and nothing else makes a participant inactive.
    pub status: Option<StatusTest>,
    /// How reputation is earned; `None`: nobody has any.
    pub reputation: Option<ReputationRule>,
    /// Attesting weight must be above this share of the weight of all that a report is not about,
    /// and reporters are not counted, if those that may attest have so much together; if not, they
    /// are counted, but need most of the reporters' weight. `None`: they are always counted. Above
    /// 0, below 1.
    pub quorum_weight: Option<Ratio>,
    /// How long a compute proof is meant to measure, milliseconds: the weight of one that measured
    /// for another time is scaled to this; `None`: weights count as attested.
    pub proof_window_ms: Option<u64>,
}

/// Each receipt is drawn with a probability that falls with its provider's reputation and with
/// traffic and rises with the validator's weight; undone checks are judged by the missed-request
/// test (Gonka's mainnet). Validations expected of one receipt, summed over all validators, are
/// `maximum` for a provider without reputation and the minimum for full reputation. That minimum
/// falls with traffic, piecewise linearly, from `maximum` through `halfway` to `minimum`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sampling {
    /// At full traffic; 0 to `halfway`.
    pub minimum: Ratio,
    /// 0 to 100.
    pub maximum: Ratio,
    /// The minimum at half of full traffic; up to `maximum`.
    pub halfway: Ratio,
    /// Requests of an epoch from which the minimum is `minimum`.
    pub full_traffic: u64,
    /// Requests of an epoch up to which the minimum is `maximum`; below half of full traffic.
    pub low_traffic: u64,
}

/// What failing the missed-request test costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum MissConsequence {
    /// The downtime fraction of collateral.
    Slash,
    /// The epoch's reward.
    Forfeit,
}

/// Sequential probability ratio tests of an epoch's validated and invalidated work and of its
/// answered and missed requests, and a limit of failures in a row (Gonka's mainnet).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StatusTest {
    /// Rate of invalidations of a good provider; above 0, below `bad_invalid`.
    pub good_invalid: Ratio,
    /// Rate of a bad one; below 1.
    pub bad_invalid: Ratio,
    /// Log likelihood ratio from which a provider is invalid; above 0, at most 1,000.
    pub invalid_threshold: Ratio,
    /// Rate of misses of a good provider; above 0, below `bad_downtime`.
    pub good_downtime: Ratio,
    /// Rate of a bad one; below 1.
    pub bad_downtime: Ratio,
    /// Log likelihood ratio from which a provider is inactive; above 0, at most 1,000.
    pub downtime_threshold: Ratio,
    /// Invalid when so many failures in a row are less likely than this for a good provider; 0
    /// switches it off; below 1.
    pub quick_failure: Ratio,
}

/// Reputation 0 to 100: epochs served, less the misses of bad ones.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ReputationRule {
    /// Faultless epochs until full reputation; 1 to 10,000.
    pub epochs_to_full: u64,
    /// An epoch whose share of misses is above this costs; 0 to 1.
    pub miss_cutoff: Ratio,
    /// What such an epoch costs for each share of misses, in epochs of `epochs_to_full`; 0 to 100.
    pub miss_penalty: Ratio,
}

/// When a participant fails its duty to answer. A participant with no request passes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum MissedRequests {
    /// Fails when missed / total is above this (document 001 §2.3 as v0.2.0 of Gonka runs it).
    Ratio {
        /// 0 to 1.
        threshold: Ratio,
    },
    /// Fails when so many misses are less likely than `significance` at a true rate of `rate`.
    Binomial {
        /// The rate of misses that is still good service; above 0, below 1.
        rate: Ratio,
        /// Above 0, below 1; 0.05 is customary.
        significance: Ratio,
    },
    /// Gonka's mainnet: tables of critical values for six rates, significance 0.05; other rates
    /// above 0.5 by the exact binomial tail.
    Tables {
        /// The rate of misses that is still good service; above 0, below 1.
        rate: Ratio,
        /// Whether the rate follows what the whole network missed in the epoch, when that is
        /// worse.
        follows_network: bool,
    },
}
