//! Contributions, what they are worth, and the buckets that pay them (document 002).

use crate::names::Name;
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Most of anything in one submission, and the largest loss, 10^-9: sums over all of them stay far
/// below 2^128.
pub const MAX_QUANTITY: u64 = 1 << 48;

/// Work that its contributor claims for a stream with a rate: how it is verified.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Contributions {
    /// Epochs after the one in which the work was done in which it may still be submitted; 0 to
    /// 1,000.
    pub submit_window_epochs: u64,
    /// Verdicts of verifiers of different families that decide a contribution; 1 to 64, at most as
    /// many as there are verifiers.
    pub verifiers: u32,
    /// Of those, the fewest that must approve; above half of `verifiers`, at most all.
    pub approvals: u32,
    /// A verdict that is less sure than this counts as against; 0 to 1.
    pub confidence: Ratio,
    /// How long verifiers have after the submission; then it is closed unpaid.
    pub verify_window: Duration,
    /// How long an accepted contribution can be challenged before it is paid.
    pub challenge_window: Duration,
    /// Bond of a challenge, base units of the emission's asset.
    pub challenge_bond: Amount,
    /// How long judges have; undecided, the contribution stands.
    pub decision_window: Duration,
    /// How many may be submitted in a time; `None`: as many as one likes.
    pub rate_limit: Option<RateLimit>,
    /// Who may contribute by reputation; `None`: everybody, and no reputation is kept.
    pub reputation: Option<ContributorReputation>,
}

/// How many contributions a node may submit. A repeated submission does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RateLimit {
    /// Most in one interval; 1 to 1,000,000.
    pub most: u32,
    /// The interval, milliseconds, from the node's first submission on; 1 s to 366 days.
    pub interval_ms: u64,
    /// How long a node that has used up its interval must wait from its last submission on,
    /// milliseconds; 0 to 366 days. The interval must be over too.
    pub cooldown_ms: u64,
}

/// Reputation of a contributor, in points: the sum of five parts (`ReputationScore` of Blyan,
/// reference/blyan-hanzo-moderntensor.md §1A.5).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ContributorReputation {
    /// Points for each accepted improvement; 0 to 100.
    pub per_contribution: Ratio,
    /// Most points for them; 0 to 100.
    pub most_contributions: Ratio,
    /// Points for verdicts that were all right; 0 to 100.
    pub accuracy: Ratio,
    /// Points for each factor of ten of collateral, display units; 0 to 100.
    pub per_stake_decade: Ratio,
    /// Most points for collateral; 0 to 100.
    pub most_stake: Ratio,
    /// Days from the first submission on for one point; above 0, at most 3,650.
    pub days_per_point: Ratio,
    /// Most points for age; 0 to 100.
    pub most_age: Ratio,
    /// Points of whoever was never refuted; 0 to 100.
    pub clean: Ratio,
    /// Points lost for each refuted contribution, down to no points for this part; 0 to 100.
    pub per_violation: Ratio,
    /// Contributors with fewer points are refused; 0 to 100.
    pub least: Ratio,
    /// Contributors with less active collateral are refused, base units.
    pub least_stake: Amount,
}

/// A step function: the value of the last step whose `from` is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Steps {
    /// 1 to 64 steps, `from` strictly ascending, the first at 0.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Step {
    /// Where it begins.
    pub from: Ratio,
    /// Its value.
    pub value: Ratio,
}

impl Steps {
    /// The value at `at`; 0 below the first step.
    #[must_use]
    pub fn at(&self, at: Ratio) -> Ratio {
        let reached = self.steps.iter().take_while(|step| step.from <= at);
        reached.last().map_or(Ratio::ZERO, |step| step.value)
    }
}

/// What a contribution is worth: floor(rate x quantity / unit x multipliers), each multiplier
/// clamped to its range (document 002, reward rates).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RateScore {
    /// What is contributed.
    pub kind: ContributionKind,
    /// Base units of the stream's asset for one unit of the kind.
    pub rate: Amount,
    /// Quality of tokens and datasets, difficulty of an improvement, complexity of tasks.
    pub first: Multiplier,
    /// Applicability of an improvement, diversity of a dataset; 1 to 1 for other kinds.
    pub second: Multiplier,
    /// An accepted contribution is worth at least this, base units.
    pub minimum: Amount,
    /// It is worth at most this, base units.
    pub maximum: Amount,
    /// An improvement below this is worth nothing: a share of the model's recorded loss, 0 to 1.
    pub least_improvement: Ratio,
}

/// What is contributed, and its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum ContributionKind {
    /// Tokens processed; rated by 1,000.
    Tokens,
    /// A lower loss of a model than its recorded one; rated by 1 % of that.
    Improvement,
    /// Validation tasks; rated each.
    Tasks,
    /// A dataset, paid once; rated by 10^9 bytes.
    Dataset,
}

impl ContributionKind {
    /// Quantity that the stream's rate pays for: 1,000 tokens; 1 % of the recorded loss, in 10^-9
    /// of it; one task; 10^9 bytes.
    #[must_use]
    pub const fn unit(self) -> u64 {
        match self {
            Self::Tokens => 1_000,
            Self::Improvement => 10_000_000,
            Self::Tasks => 1,
            Self::Dataset => 1_000_000_000,
        }
    }

    /// The keys of the file for its first and second multiplier; without a key it has none.
    #[must_use]
    pub const fn multipliers(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Tokens => ("quality", None),
            Self::Improvement => ("difficulty", Some("applicability")),
            Self::Tasks => ("complexity", None),
            Self::Dataset => ("quality", Some("diversity")),
        }
    }
}

/// A multiplier of a contribution's worth.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Multiplier {
    /// Least; 0 to `max`.
    pub min: Ratio,
    /// Most; up to 100.
    pub max: Ratio,
    /// Where it comes from. Never from the contributor.
    pub rule: MultiplierRule,
}

/// Where a multiplier comes from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum MultiplierRule {
    /// The lower median of what the verifiers that approve measured.
    Measured,
    /// By the share of verifiers that approve.
    Consensus {
        /// Values by that share.
        steps: Steps,
        /// With fewer verdicts than this the multiplier is `few_value`; 0 to 64.
        few: u32,
        /// See `few`.
        few_value: Ratio,
    },
    /// By the improvement, a share of the recorded loss: 0.05 is 5 %.
    ByImprovement(Steps),
}

/// The bounds of a stream's bucket, shares of what emission offers in an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Bucket {
    /// Never lent to others while unused; 0 to the stream's share.
    pub floor: Ratio,
    /// With borrowed budget an epoch pays at most this and what rolled over; the stream's share to
    /// 1.
    pub ceiling: Ratio,
    /// Backpay of a stream with a smaller number borrows first; 0 to 255.
    pub priority: u8,
}

/// What all buckets have in common.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Buckets {
    /// Epochs for which unused budget stays usable; 0 to 10,000.
    pub rollover_epochs: u64,
    /// One recipient takes at most this share of what a stream pays for an epoch while others of it
    /// are unpaid; above 0, at most 1.
    pub max_recipient_share: Ratio,
    /// What happens to what a bucket cannot pay; `None`: it is closed unpaid.
    pub backpay: Option<Backpay>,
    /// What operators are warned of; settles nothing. `None`: only of streams that fail.
    pub alerts: Option<BucketAlerts>,
}

/// What operators of a network with buckets are warned of.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct BucketAlerts {
    /// Streams that should use their budget, each with a rate, none twice.
    pub streams: Vec<Name>,
    /// They should pay at least this share of their targets in 24 hours; 0 to 1.
    pub least_utilization: Ratio,
    /// All streams together should owe at most this, base units of the emission's asset.
    pub high_backpay: Amount,
    /// More than this is critical; at least `high_backpay`.
    pub critical_backpay: Amount,
}

/// What a bucket could not pay stays owed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Backpay {
    /// Older backpay is closed unpaid, milliseconds; 1 s to 3,660 days.
    pub max_age_ms: u64,
    /// What a unit owed is still worth, by its age in days: values 0 to 1, falling.
    pub decay: Steps,
    /// Most that a stream may owe, in epochs of its share of what the schedule gives; the newest
    /// above it is closed unpaid; 1 to 1,000,000.
    pub max_periods: u64,
    /// Most of what a stream pays that goes to backpay while new contributions wait; 0 to 1.
    pub share: Ratio,
}

/// A budget of inflation that follows activity and backlog (`calculate_dynamic_budget` of Blyan).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DynamicBudget {
    /// Whether the rate is of what is issued of the asset, rather than of the base.
    pub of_supply: bool,
    /// Contributors in the last epoch with which activity is 1; at least 1.
    pub full_activity: u64,
    /// Least activity; 0 to `most_activity`.
    pub least_activity: Ratio,
    /// Most activity; up to 10.
    pub most_activity: Ratio,
    /// Factor by backlog: backpay owed, in days of the plain budget.
    pub backlog: Steps,
    /// The epoch gets at least this share of the plain amount; 0 to `most`.
    pub least: Ratio,
    /// At most this share of it; up to 10.
    pub most: Ratio,
}
