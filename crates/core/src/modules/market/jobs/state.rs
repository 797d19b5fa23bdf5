//! Offers, jobs, what was sold.

use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::JobRules;
use crate::names::ModelId;
use crate::table::{Single, Table};
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use workmint_amounts::{Amount, Ratio};

/// What a provider offers of one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Offer {
    /// The highest tier.
    pub tier: u8,
    /// Units of work in an epoch.
    pub capacity: u64,
}

/// Names a job: its customer, and that account's number of it, from 0. Never used twice.
pub type JobId = (AccountHandle, u64);

/// A job under way. What it was created under holds to its end, whatever parameters change.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Job {
    /// The model.
    pub model: ModelId,
    /// The privacy tier.
    pub tier: u8,
    /// What the tier multiplies the price by.
    pub multiplier: Ratio,
    /// Price of a unit, base units.
    pub price: Amount,
    /// Most units.
    pub max_units: u64,
    /// The service level, milliseconds.
    pub max_latency_ms: u32,
    /// Locked of the customer's, base units.
    pub deposit: Amount,
    /// Hash of the input.
    pub commitment: Hash,
    /// Who may accept it; `None`: whoever offers it.
    pub asked: Option<AccountHandle>,
    /// The rules it was created under.
    pub rules: JobRules,
    /// How far it is.
    pub stage: Stage,
    /// When this stage is over.
    pub deadline: Deadline,
}

/// Who does a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Taken {
    /// The provider.
    pub provider: AccountHandle,
    /// Its bond, base units.
    pub bond: Amount,
}

/// What a reporter measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Measure {
    /// The reporter.
    pub reporter: AccountHandle,
    /// Milliseconds to the result.
    pub latency_ms: u32,
    /// Quality, thousandths.
    pub quality_permille: u16,
}

/// A revealed result.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Delivery {
    /// Units of work.
    pub units: u64,
    /// Hash of the result.
    pub result: Hash,
    /// One of each reporter that measured it.
    pub measures: Vec<Measure>,
}

/// A dispute under way.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Dispute {
    /// The customer's bond, base units.
    pub bond: Amount,
    /// Hash of what shows that the result is wrong.
    pub grounds: Hash,
    /// Hash of what shows that it is right, once posted.
    pub evidence: Option<Hash>,
    /// Judges for the customer.
    pub for_customer: Vec<AccountHandle>,
    /// Judges for the provider.
    pub for_provider: Vec<AccountHandle>,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Waits for a provider.
    Open,
    /// Waits for the result.
    Accepted(Taken),
    /// Waits for a dispute, or for the end of its window.
    Revealed(Taken, Delivery),
    /// Waits for evidence, then for judges. Boxed: few jobs are, and all of them would be as large.
    Disputed(Taken, Delivery, Box<Dispute>),
}

impl Stage {
    /// In words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted(_) => "accepted",
            Self::Revealed(..) => "revealed",
            Self::Disputed(_, _, dispute) if dispute.evidence.is_none() => "disputed",
            Self::Disputed(..) => "before the judges",
        }
    }

    /// Who does the job, once somebody does.
    #[must_use]
    pub fn taken(&self) -> Option<Taken> {
        match self {
            Self::Open => None,
            Self::Accepted(taken) | Self::Revealed(taken, _) | Self::Disputed(taken, ..) => {
                Some(*taken)
            }
        }
    }

    /// The customer's bond; 0 before a dispute.
    #[must_use]
    pub fn dispute_bond(&self) -> Amount {
        match self {
            Self::Disputed(_, _, dispute) => dispute.bond,
            Self::Open | Self::Accepted(_) | Self::Revealed(..) => Amount::ZERO,
        }
    }
}

/// What all jobs under way lock, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Deposits.
    pub deposits: Amount,
    /// Bonds of both sides.
    pub bonds: Amount,
}

/// Paid jobs of one model and tier in the open epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TierSales {
    /// Jobs.
    pub jobs: u64,
    /// Units of work.
    pub units: u64,
    /// Paid for them, fees included, base units.
    pub paid: Amount,
}

/// Work that was paid for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sale {
    pub(crate) model: ModelId,
    pub(crate) tier: u8,
    pub(crate) units: u64,
    /// Fees included, base units.
    pub(crate) payment: Amount,
    /// Whether it is a job of its own, not a further part of one that counts already.
    pub(crate) is_job: bool,
    /// Whether it may count for the provider: what judges left undecided does not.
    pub(crate) is_merit: bool,
}

/// State of `market::jobs`.
#[derive(Default)]
pub struct JobState {
    pub(crate) offers: Table<(AccountHandle, ModelId), Offer>,
    /// Sum of the capacities offered of a model.
    pub(crate) capacity: Table<ModelId, u64>,
    /// Units that a provider took in the open epoch.
    pub(crate) used: Table<(AccountHandle, ModelId), u64>,
    /// The highest capacity of an offer in the open epoch, where it was lowered since.
    pub(crate) peaks: Table<(AccountHandle, ModelId), u64>,
    /// Units of a model that all providers took in the open epoch.
    pub(crate) taken: Table<ModelId, u64>,
    pub(crate) rows: Table<JobId, Job>,
    pub(crate) due: Table<(Deadline, JobId), ()>,
    /// The number of an account's next job.
    pub(crate) numbers: Table<AccountHandle, u64>,
    pub(crate) totals: Single<Totals>,
    /// Paid jobs of a provider in the open epoch.
    pub(crate) paid: Table<AccountHandle, u64>,
    pub(crate) sales: Table<(ModelId, u8), TierSales>,
    /// What a provider's customers paid in the open epoch, the fee included, base units.
    pub(crate) sold: Table<AccountHandle, Amount>,
}

impl JobState {
    /// What a provider offers of a model.
    #[must_use]
    pub fn offer(&self, provider: AccountHandle, model: ModelId) -> Option<Offer> {
        self.offers.get(&(provider, model)).copied()
    }

    /// All offers.
    pub fn offers(&self) -> impl Iterator<Item = (AccountHandle, ModelId, Offer)> {
        self.offers.iter().map(|((provider, model), offer)| (*provider, *model, *offer))
    }

    /// What one provider offers, by model.
    pub fn offers_of(&self, provider: AccountHandle) -> impl Iterator<Item = (ModelId, Offer)> {
        let range = (provider, ModelId(0))..=(provider, ModelId(u16::MAX));
        self.offers.range(range).map(|((_, model), offer)| (*model, *offer))
    }

    /// Units of each model that were offered in the open epoch: of each offer the most it gave, so
    /// that who lowers one before a close changes nothing.
    #[must_use]
    pub fn supplies(&self) -> BTreeMap<ModelId, u128> {
        let lowered = self.peaks.iter().map(|((provider, model), peak)| {
            let units = self.offer(*provider, *model).map_or(0, |offer| offer.capacity);
            (*model, peak.abs_diff(units.min(*peak)))
        });
        let mut parts: BTreeMap<ModelId, Vec<u64>> = BTreeMap::new();
        for (model, units) in self.capacities().chain(lowered) {
            parts.entry(model).or_default().push(units);
        }
        let sum = |units: Vec<u64>| units.into_iter().map(u128::from).sum();
        parts.into_iter().map(|(model, units)| (model, sum(units))).collect()
    }

    /// Units of a model that all offers give in an epoch.
    #[must_use]
    pub fn capacity(&self, model: ModelId) -> u64 {
        self.capacity.get(&model).copied().unwrap_or(0)
    }

    /// Units of a model that a provider took in the open epoch.
    #[must_use]
    pub fn used(&self, provider: AccountHandle, model: ModelId) -> u64 {
        self.used.get(&(provider, model)).copied().unwrap_or(0)
    }

    /// Units of a model that the open epoch still has room for: what was offered in it less what
    /// was taken.
    #[must_use]
    pub fn room(&self, model: ModelId) -> u64 {
        let taken = self.taken.get(&model).copied().unwrap_or(0);
        let offered = self.supplies().get(&model).copied().unwrap_or(0);
        let offered = u64::try_from(offered).unwrap_or(u64::MAX);
        offered.abs_diff(taken.min(offered))
    }

    /// A job under way.
    #[must_use]
    pub fn job(&self, customer: AccountHandle, number: u64) -> Option<&Job> {
        self.rows.get(&(customer, number))
    }

    /// All jobs under way.
    pub fn jobs(&self) -> impl Iterator<Item = (JobId, &Job)> {
        self.rows.iter().map(|(id, job)| (*id, job))
    }

    /// Jobs under way, of these, by customer and number.
    pub fn jobs_in(
        &self,
        ids: RangeInclusive<JobId>,
    ) -> impl DoubleEndedIterator<Item = (JobId, &Job)> {
        self.rows.range(ids).map(|(id, job)| (*id, job))
    }

    /// The number of an account's next job.
    #[must_use]
    pub fn next_number(&self, customer: AccountHandle) -> u64 {
        self.numbers.get(&customer).copied().unwrap_or(0)
    }

    /// What all jobs under way lock.
    #[must_use]
    pub fn totals(&self) -> Totals {
        *self.totals.get()
    }

    /// Paid jobs of a provider in the open epoch.
    #[must_use]
    pub fn paid_jobs(&self, provider: AccountHandle) -> u64 {
        self.paid.get(&provider).copied().unwrap_or(0)
    }

    /// Providers with a paid job in the open epoch.
    #[must_use]
    pub fn active_providers(&self) -> usize {
        self.paid.len()
    }

    /// What each provider's customers paid for jobs and sessions in the open epoch, the fee
    /// included, base units.
    pub fn sold(&self) -> impl Iterator<Item = (AccountHandle, Amount)> {
        self.sold.iter().map(|(provider, amount)| (*provider, *amount))
    }

    /// Paid jobs of the open epoch by model and tier; average price of a job = paid / jobs.
    pub fn sales(&self) -> impl Iterator<Item = (ModelId, u8, TierSales)> {
        self.sales.iter().map(|((model, tier), sales)| (*model, *tier, *sales))
    }

    /// Units of each model that all offers give in an epoch; models nobody offers are left out.
    pub fn capacities(&self) -> impl Iterator<Item = (ModelId, u64)> {
        self.capacity.iter().map(|(model, units)| (*model, *units))
    }
}
