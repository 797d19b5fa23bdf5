//! `rewards`: how a budget becomes rewards.
//!
//! [`plan`] is a pure function of frozen inputs and parameters; the close, the preview, the
//! off-line settler, `explain` and a dry run of new parameters all call it. Mints and moves
//! nothing.
//!
//! Invariants, per stream (INV-05, INV-06): paid + recovered + delegated + forfeited + dust ==
//! budget, exactly;
//! dust is less than the number of scored participants (twice that when shares are scaled down); a
//! share never depends on the order of participants. Per bucket (INV-31): every unit of its
//! budget and of what it owes is accounted for.

mod apply;
mod bonuses;
mod bucket;
mod buckets;
mod counting;
mod emitted;
mod invariants;
mod model_shares;
mod opinions;
mod plan;
mod providers;
mod queries;
mod scores;
mod split;
mod state;
mod statistics;
mod utilisation;
mod validators;
mod worth;

use crate::address::Address;
use crate::error::numbered_errors;
use crate::modules::parameters::Name;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

pub(crate) use apply::{carry_out, end_streams};
pub use bonuses::{BonusTable, NodeBonus};
pub use bucket::{BackpayPaid, BucketLine, BucketPlan, Unpaid, UnpaidReason};
pub(crate) use buckets::{rate_streams, reserved};
pub use counting::{CountedWeights, Move, WeightRule, WeightStep, weight_steps};
pub use emitted::EmissionLine;
pub(crate) use invariants::recount;
pub use model_shares::{MODEL_SCORE_UNIT, ModelPart, ModelTable, ModelTotal};
pub(crate) use opinions::Judged;
pub(crate) use plan::pays_weight;
pub(crate) use plan::plan_judged;
pub use plan::{SettlementPlan, StreamPlan, plan};
pub use providers::{asked_for, network_factor, scores_power};
pub use queries::{BucketState, buckets, first_epoch, utilization};
pub use scores::{Pair, SCORE_UNIT, ScoreBreakdown, Scored, StreamScores, score_of};
pub use split::ShareLine;
pub use state::{Owed, RewardState};
pub use statistics::gini;
pub(crate) use utilisation::{note_utilisation, utilisation};
pub use validators::{bonded_stake, delegators_part};
pub use worth::{MULTIPLIER_UNIT, worth, worth_of};

numbered_errors! {
    /// Why a stream could not be planned.
    1100;
    /// The inputs contradict each other.
    1 BadInputs {
        /// What does not fit.
        what: &'static str,
    } => "the frozen inputs do not fit together: {what}";
    /// The engine computed a split that does not add up.
    2 NotConserved {
        /// The stream.
        stream: Name,
    } => "stream {stream}: what is paid, recovered and forfeited leaves more than rounding";
}

/// What happened in `rewards`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A bucket after a close.
    BucketClosed {
        /// The stream.
        stream: Name,
        /// The epoch.
        epoch: u64,
        /// What it did.
        line: Box<BucketLine>,
    },
    /// Backpay was paid, with the epoch's settlement.
    BackpayPaid {
        /// The stream.
        stream: Name,
        /// The epoch it was owed for.
        owed_for: u64,
        /// Whom.
        account: Address,
        /// Base units.
        amount: Amount,
    },
    /// Something could not be paid and is owed from now on.
    BackpayArose {
        /// The stream.
        stream: Name,
        /// The epoch it is owed for.
        owed_for: u64,
        /// Whom.
        account: Address,
        /// Base units.
        amount: Amount,
    },
    /// Something owed was closed unpaid.
    BackpayClosed {
        /// The stream.
        stream: Name,
        /// The epoch it was owed for.
        owed_for: u64,
        /// Whom.
        account: Address,
        /// Base units.
        amount: Amount,
        /// Why.
        reason: UnpaidReason,
    },
    /// Budget that had rolled over is lost: the stream pays no rate any more.
    RolloverEnded {
        /// The stream.
        stream: Name,
        /// The epoch it was left from.
        epoch: u64,
        /// Base units.
        amount: Amount,
    },
    /// A stream could not be planned; its budget is not minted, a pot is kept.
    StreamQuarantined {
        /// The stream.
        stream: Name,
        /// The epoch.
        epoch: u64,
        /// Code of the error.
        code: u16,
    },
}
