//! `market::jobs`: single jobs with commit and reveal, bonds and deadlines on both sides.
//!
//! A customer creates a job at the price of the moment and locks its largest cost; a provider with
//! an offer accepts it with a bond, and reveals a result bound to itself and the job; reporters
//! measure it; who disputes puts up a bond too, and judges decide. Whoever is silent loses nothing
//! but what it promised: no deadline ever leaves money locked.
//!
//! Invariants (INV-36): paid + fee + refunded == deposited for every job, which ends once; the
//! deposits and bonds of all jobs are exactly their locks; every job has one deadline; a job's
//! number is never used twice.

mod apply;
mod backing;
mod capacity;
mod disputes;
mod events;
mod formulas;
mod invariants;
mod messages;
mod offers;
mod queries;
mod settle;
mod state;
mod terms;

use crate::address::Address;
use crate::error::numbered_errors;
use crate::time::Deadline;
use workmint_amounts::Amount;

pub(crate) use apply::apply;
pub use apply::{apply_accept, apply_attest_quality, apply_cancel, apply_create, apply_reveal};
pub(crate) use capacity::prune;
pub use disputes::{apply_dispute, apply_judge, apply_post_evidence};
pub use events::{Event, Outcome};
pub use formulas::{bond, deposit, lateness, median, payment, quality, result_seal};
pub(crate) use invariants::{check_totals, recount};
pub use messages::{
    AcceptJob, AttestQuality, CancelJob, CreateJob, DisputeJob, JudgeJob, Message, PostEvidence,
    PutOffer, RevealResult, WithdrawOffer,
};
pub use offers::{apply_put_offer, apply_withdraw_offer};
pub use queries::{Available, available};
pub(crate) use settle::{due, end_close, end_due, note_sale};
pub(crate) use state::Sale;
pub use state::{
    Delivery, Dispute, Job, JobId, JobState, Measure, Offer, Stage, Taken, TierSales, Totals,
};
pub use terms::Terms;

numbered_errors! {
    /// Why an offer or a job was not made, accepted, revealed, measured, disputed, judged.
    950;
    /// The network has no jobs.
    1 NoJobs {} => "there are no jobs here";
    /// There is no such model.
    2 UnknownModel {} => "there is no such model";
    /// There is no such privacy tier.
    3 UnknownTier {
        /// Number of tiers.
        tiers: usize,
    } => "there are {tiers} privacy tiers, numbered from 0";
    /// A number is out of range.
    4 OutOfRange {
        /// The field and its range.
        rule: &'static str,
        /// Least.
        least: u64,
        /// Most.
        most: u64,
    } => "{rule} is {least} to {most}";
    /// The sender is no participant.
    5 NotAParticipant {
        /// The sender.
        account: Address,
    } => "{account} is not a participant";
    /// Too little is staked to take jobs.
    6 StakeTooSmall {
        /// Base units.
        active: Amount,
        /// Base units.
        minimum: Amount,
    } => "{active} base units are staked, taking jobs needs {minimum}";
    /// No tier, or a lower one, is attested.
    7 TierNotAttested {
        /// The tier asked for.
        asked: u8,
        /// The tier that is attested.
        attested: u8,
    } => "tier {attested} is attested, not {asked}";
    /// The sender does not offer this.
    8 NoOffer {} => "the sender has no offer for the model and tier";
    /// The offer's capacity of the epoch is taken.
    9 CapacityTaken {
        /// Units still free in the open epoch.
        free: u64,
    } => "the offer has {free} units left in this epoch";
    /// The deposit exceeds what the customer spends at most.
    10 AboveMaxSpend {
        /// The deposit, base units.
        deposit: Amount,
        /// The limit, base units.
        max_spend: Amount,
    } => "the job's deposit is {deposit} base units, the customer spends at most {max_spend}";
    /// A free job would bind a provider for nothing.
    11 FreeJob {} => "a job costs at least one base unit";
    /// There is no such job, or it is over.
    12 NoJob {} => "there is no such job, or it has ended";
    /// The job is at another stage.
    13 WrongStage {
        /// What the job is.
        stage: &'static str,
    } => "the job is {stage}";
    /// The job is for another provider.
    14 NotProvider {} => "the job is for another provider";
    /// The sender is related to the provider or the customer.
    15 ConflictOfInterest {
        /// Whom the sender is related to.
        with: Address,
    } => "the sender shares account, owner or recipient with {with}";
    /// The result is not bound to this provider and job.
    16 WrongSeal {} => "the seal is not the hash of job, provider and result";
    /// The sender lacks the role.
    17 NotReporter {} => "only an account with the role reporter may do this";
    /// The sender lacks the role.
    18 NotJudge {} => "only an account with the role judge may do this";
    /// The sender has measured or voted.
    19 AlreadyDone {} => "the sender has done this already";
    /// The stage is over, and the job ends in one of the next blocks. Sessions have 970 to 978.
    29 Late {
        /// When it was over.
        deadline: Deadline,
    } => "the job's stage was over at {deadline}; it ends in one of the next blocks";
}
