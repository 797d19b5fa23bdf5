//! What happened: one enum over the events of all modules.

use crate::address::Address;
use crate::modules::{
    attestation, collateral, contributions, exchange, governance, ledger, market, opinions,
    parameters, pricing, registry, rewards, settlement, slashing, stake, validators, vesting,
    weights, work,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A fact of a block, in the order it happened. Events are part of the app hash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Of `ledger`.
    Ledger(ledger::Event),
    /// Of `parameters`.
    Parameters(parameters::Event),
    /// Of `registry`.
    Registry(registry::Event),
    /// Of `vesting`.
    Vesting(vesting::Event),
    /// Of `collateral`.
    Collateral(collateral::Event),
    /// Of `pricing`.
    Pricing(pricing::Event),
    /// Of `slashing`.
    Slashing(slashing::Event),
    /// Of `work`.
    Work(work::Event),
    /// Of `market`.
    Market(market::Event),
    /// Of `weights`.
    Weights(weights::Event),
    /// Of `contributions`.
    Contributions(contributions::Event),
    /// Of `rewards`.
    Rewards(rewards::Event),
    /// Of `settlement`.
    Settlement(settlement::Event),
    /// Of `attestation`.
    Attestation(attestation::Event),
    /// Of `stake`.
    Stake(stake::Event),
    /// Of `governance`.
    Governance(governance::Event),
    /// Of `exchange`.
    Exchange(exchange::Event),
    /// Of `validators`.
    Validators(validators::Event),
    /// Of `opinions`.
    Opinions(opinions::Event),
    /// Epochs that passed without a block; they mint nothing.
    EpochsSkipped {
        /// First skipped epoch.
        first: u64,
        /// Last skipped epoch.
        last: u64,
    },
    /// One item of a close failed; it was put back and everything else went on.
    Quarantined {
        /// The step.
        step: String,
        /// Code of its error.
        code: u16,
    },
}

macro_rules! from_module_event {
    ($($module:ident => $variant:ident),* $(,)?) => {
        $(impl From<$module::Event> for Event {
            fn from(event: $module::Event) -> Self {
                Self::$variant(event)
            }
        })*
    };
}

from_module_event! {
    ledger => Ledger, parameters => Parameters, registry => Registry, vesting => Vesting,
    collateral => Collateral, pricing => Pricing, slashing => Slashing, work => Work,
    contributions => Contributions, market => Market, weights => Weights, rewards => Rewards,
    settlement => Settlement, attestation => Attestation, stake => Stake, governance => Governance,
    exchange => Exchange, validators => Validators, opinions => Opinions,
}

impl From<market::jobs::Event> for Event {
    fn from(event: market::jobs::Event) -> Self {
        Self::Market(market::Event::Job(event))
    }
}

impl Event {
    /// Whether a close says it of the market's whole epoch: document 003's metrics.
    #[must_use]
    pub fn is_of_epoch(&self) -> bool {
        matches!(
            self,
            Self::Market(market::Event::Job(
                market::jobs::Event::Sold { .. }
                    | market::jobs::Event::Providers { .. }
                    | market::jobs::Event::Capacity { .. }
            ))
        )
    }

    /// The accounts this event is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<Address> {
        match self {
            Self::Ledger(ledger::Event::Transferred { from, to, .. }) => vec![*from, *to],
            Self::Ledger(ledger::Event::Approved { owner, spender, .. }) => vec![*owner, *spender],
            Self::Registry(event) => vec![of_registry(event)],
            Self::Vesting(
                vesting::Event::Granted { account, .. } | vesting::Event::Released { account, .. },
            ) => vec![*account],
            Self::Collateral(event) => of_collateral(event).into_iter().collect(),
            Self::Slashing(slashing::Event::Punished { account, .. }) => vec![*account],
            Self::Work(event) => of_work(event),
            Self::Market(
                market::Event::Deposited { customer, .. }
                | market::Event::Paid { customer, .. }
                | market::Event::Closing { customer, .. }
                | market::Event::Refunded { customer, .. },
            ) => vec![*customer],
            Self::Weights(event) => of_weights(event),
            Self::Market(
                market::Event::Opened { customer, provider, .. }
                | market::Event::AnswerWaits { customer, provider, .. }
                | market::Event::Answered { customer, provider, .. }
                | market::Event::Missed { customer, provider, .. }
                | market::Event::AnswerRefuted { customer, provider, .. },
            ) => vec![*customer, *provider],
            Self::Market(market::Event::DebtPaid { debtor, creditor, .. }) => {
                vec![*creditor, *debtor]
            }
            Self::Market(market::Event::Session(event)) => event.accounts(),
            Self::Market(market::Event::Job(event)) => event.accounts(),
            Self::Settlement(event) => of_settlement(event),
            Self::Contributions(event) => of_contributions(event),
            Self::Attestation(event) => event.accounts(),
            Self::Stake(event) => event.accounts(),
            Self::Governance(event) => event.account().into_iter().collect(),
            Self::Exchange(event) => vec![of_exchange(event)],
            Self::Validators(event) => event.accounts(),
            Self::Opinions(event) => event.accounts(),
            Self::Rewards(
                rewards::Event::BackpayPaid { account, .. }
                | rewards::Event::BackpayArose { account, .. }
                | rewards::Event::BackpayClosed { account, .. },
            ) => vec![*account],
            Self::Pricing(pricing::Event::Proposed { account, .. }) => vec![*account],
            Self::Pricing(pricing::Event::PriceChanged { .. })
            | Self::Market(market::Event::FeesSplit { .. })
            | Self::Parameters(_)
            | Self::Rewards(
                rewards::Event::BucketClosed { .. }
                | rewards::Event::RolloverEnded { .. }
                | rewards::Event::StreamQuarantined { .. },
            )
            | Self::EpochsSkipped { .. }
            | Self::Quarantined { .. } => Vec::new(),
        }
    }
}

fn of_registry(event: &registry::Event) -> Address {
    match event {
        registry::Event::ParticipantRegistered { account }
        | registry::Event::ValidatorConfirmed { account, .. }
        | registry::Event::TieConfirmed { account, .. }
        | registry::Event::NodeRegistered { account, .. }
        | registry::Event::NodeRetired { account, .. }
        | registry::Event::RecipientSet { account, .. } => *account,
    }
}

fn of_collateral(event: &collateral::Event) -> Option<Address> {
    match event {
        collateral::Event::Deposited { account, .. }
        | collateral::Event::WithdrawalBegan { account, .. }
        | collateral::Event::Released { account, .. }
        | collateral::Event::Slashed { account, .. }
        | collateral::Event::Suspended { account }
        | collateral::Event::Restored { account } => Some(*account),
        collateral::Event::UnitPriceMoved { .. } => None,
    }
}

fn of_work(event: &work::Event) -> Vec<Address> {
    let of_report = |report: &work::ReportRef| match report {
        work::ReportRef::Summary(key) | work::ReportRef::Proof(key) => key.participant,
        work::ReportRef::Misses(key) => key.participant,
        work::ReportRef::Confirmation(key) => key.participant,
    };
    match event {
        work::Event::Reported { by, report } => vec![*by, of_report(report)],
        work::Event::Accepted { account, .. } | work::Event::StatusFound { account, .. } => {
            vec![*account]
        }
        work::Event::Lapsed { report } => vec![of_report(report)],
        work::Event::Challenged { summary, challenger, .. }
        | work::Event::Refuted { summary, challenger }
        | work::Event::Upheld { summary, challenger, .. } => vec![summary.participant, *challenger],
        work::Event::Undecided { summary } | work::Event::Tallied { summary, .. } => {
            vec![summary.participant]
        }
        work::Event::SeedCommitted { account, .. } | work::Event::ChecksDue { account, .. } => {
            vec![*account]
        }
        work::Event::Checked { account, summary, .. } => vec![*account, summary.participant],
    }
}

fn of_contributions(event: &contributions::Event) -> Vec<Address> {
    use contributions::Event as Of;
    match event {
        Of::Verified { contribution, verifier, .. } => vec![contribution.contributor, *verifier],
        Of::Judged { contribution, judge, .. } => vec![contribution.contributor, *judge],
        Of::Challenged { contribution, challenger, .. }
        | Of::Upheld { contribution, challenger, .. } => {
            vec![contribution.contributor, *challenger]
        }
        Of::Submitted { contribution, .. }
        | Of::Repeated { contribution }
        | Of::Accepted { contribution, .. }
        | Of::Undecided { contribution }
        | Of::Closed { contribution, .. }
        | Of::Settled { contribution, .. } => vec![contribution.contributor],
    }
}

fn of_weights(event: &weights::Event) -> Vec<Address> {
    match event {
        weights::Event::Confirmed { account, .. }
        | weights::Event::ModelRefused { account, .. } => vec![*account],
        weights::Event::ModelDelegated { account, to, .. } => {
            [*account].into_iter().chain(*to).collect()
        }
    }
}

fn of_settlement(event: &settlement::Event) -> Vec<Address> {
    match event {
        settlement::Event::Claimed { account, recipient, .. } => vec![*account, *recipient],
        settlement::Event::ClaimForfeited { account, .. } => vec![*account],
        settlement::Event::ClaimRepaid { account, customer, .. } => vec![*account, *customer],
        settlement::Event::Settled { .. }
        | settlement::Event::Forfeited { .. }
        | settlement::Event::Recovered { .. }
        | settlement::Event::DustForfeited { .. }
        | settlement::Event::Expired { .. } => Vec::new(),
    }
}

fn of_exchange(event: &exchange::Event) -> Address {
    match event {
        exchange::Event::LiquidityAdded { account, .. }
        | exchange::Event::LiquidityRemoved { account, .. }
        | exchange::Event::Swapped { account, .. } => *account,
    }
}
