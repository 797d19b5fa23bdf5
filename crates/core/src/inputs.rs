//! The frozen inputs of one epoch: everything a settlement is computed from, as columns.
//!
//! The close freezes them, plans from them and hands them to storage; `explain`, the preview, the
//! off-line settler and the auditor read the same type. Participants are ordered by address, so
//! that no result depends on the order in which anything arrived.

mod validators;

pub use validators::{ValidatorColumns, ValidatorRow};

use crate::address::Address;
use crate::error::Error;
use crate::modules::emission::Facts;
use crate::modules::ledger::Pot;
use crate::modules::opinions::yuma::Seats;
use crate::modules::work::NetworkMisses;
use crate::names::{AssetId, ModelId};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// Why a participant's score does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Penalty {
    /// It counts.
    #[default]
    None,
    /// It lost a challenge in the epoch, or was found invalid.
    Refuted,
    /// It was found inactive, by the test of its misses or by a reading of its weight.
    Inactive,
    /// It failed the missed-request test.
    Downtime,
}

impl fmt::Display for Penalty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "none",
            Self::Refuted => "lost a challenge",
            Self::Inactive => "was inactive",
            Self::Downtime => "missed too many requests",
        })
    }
}

/// The participants of an epoch, one column per fact, all of one length, ascending by address.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Participants {
    /// Account.
    pub account: Vec<Address>,
    /// Weight of its accepted compute proofs.
    pub potential: Vec<u64>,
    /// Weight that collateral and the power cap let count.
    pub effective: Vec<u64>,
    /// Smallest reading of the potential weight during the epoch; the potential weight if there
    /// was none.
    pub confirmed: Vec<u64>,
    /// Active collateral when the weight was fixed, base units.
    pub collateral: Vec<Amount>,
    /// Requests answered.
    pub requests: Vec<u64>,
    /// Requests not answered.
    pub missed: Vec<u64>,
    /// Units of work.
    pub units: Vec<u64>,
    /// Payments for accepted work, base units of the market's asset.
    pub work: Vec<Amount>,
    /// Such payments of earlier epochs that a stream of payments has still to split, base units:
    /// no other stream counts them again.
    pub unsplit: Vec<Amount>,
    /// Why its score does not count.
    pub penalty: Vec<Penalty>,
    /// Slashed at this close, base units of the collateral's asset.
    pub slashed: Vec<Amount>,
    /// Owed to customers for work invalidated after it was paid, base units of the emission's
    /// asset; recovered from rewards.
    pub debt: Vec<Amount>,
    /// Where its nodes begin in [`Nodes`]; one more entry than there are participants.
    pub first_node: Vec<u32>,
}

/// The nodes behind the weights, grouped by participant: one row per node and model.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Nodes {
    /// The participant's own number for it.
    pub node: Vec<u32>,
    /// Model.
    pub model: Vec<ModelId>,
    /// Weight of the accepted proof.
    pub weight: Vec<u64>,
}

/// A share of reward weight that a participant loses for a model it does not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct WeightPenalty {
    /// Row of the participant.
    pub participant: u32,
    /// Share of its reward weight; 0 to 1.
    pub fraction: Ratio,
}

/// A share of reward weight that goes to whom a participant delegated a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct WeightTransfer {
    /// Row of the participant that gives.
    pub from: u32,
    /// Row of the one that receives.
    pub to: u32,
    /// Share of the giver's reward weight; 0 to 1.
    pub share: Ratio,
}

/// A seed committed for the epoch, kept with its settlement.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SeedSignature {
    /// Row of the participant.
    pub participant: u32,
    /// Hash of the seed.
    pub commitment: crate::hash::Hash,
    /// Signature over it.
    pub signature: Vec<u8>,
}

/// The contributions that become final with an epoch, as columns ascending by stream, participant,
/// epoch of work and id.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Contributions {
    /// The stream's place in the parameters.
    pub stream: Vec<u16>,
    /// Row of the contributor.
    pub participant: Vec<u32>,
    /// The epoch in which the work was done.
    pub epoch: Vec<u64>,
    /// The contributor's own number for it.
    pub id: Vec<u64>,
    /// Tokens; improvement in 10^-9 of the recorded loss; tasks; bytes.
    pub quantity: Vec<u64>,
    /// First multiplier found, 10^-6, before it is clamped.
    pub first: Vec<u32>,
    /// Second multiplier found, 10^-6, before it is clamped.
    pub second: Vec<u32>,
}

/// What a stream owes one participant for one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Liability {
    /// The stream's place in the parameters.
    pub stream: u16,
    /// The epoch whose bucket could not pay.
    pub epoch: u64,
    /// Row of the participant.
    pub participant: u32,
    /// When that epoch closed, milliseconds: age counts from here.
    pub since_ms: u64,
    /// Base units owed, before decay.
    pub owed: Amount,
}

/// Unused budget of an earlier epoch that a stream may still use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Lot {
    /// The stream's place in the parameters.
    pub stream: u16,
    /// The epoch it is left from.
    pub epoch: u64,
    /// Base units.
    pub amount: Amount,
}

/// Who stakes, answers probes or holds shares of the pool, as columns ascending by participant.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Providers {
    /// Row of the participant.
    pub participant: Vec<u32>,
    /// Active stake, base units of the stake's asset.
    pub stake: Vec<Amount>,
    /// Staking power, base units.
    pub power: Vec<Amount>,
    /// Probes of the epoch it answered; at most those held.
    pub answered: Vec<u32>,
    /// Jobs it was paid for in the epoch.
    pub paid: Vec<u64>,
    /// The lowest number of shares of the pool it had in the epoch.
    pub shares: Vec<Amount>,
}

/// One row of [`Providers`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderRow {
    /// Row of the participant.
    pub participant: u32,
    /// Active stake, base units.
    pub stake: Amount,
    /// Staking power, base units.
    pub power: Amount,
    /// Probes it answered.
    pub answered: u32,
    /// Jobs it was paid for.
    pub paid: u64,
    /// The lowest number of shares of the pool.
    pub shares: Amount,
}

impl Providers {
    /// Appends a row; rows must come in ascending order of participant.
    pub fn push(&mut self, row: ProviderRow) {
        self.participant.push(row.participant);
        self.stake.push(row.stake);
        self.power.push(row.power);
        self.answered.push(row.answered);
        self.paid.push(row.paid);
        self.shares.push(row.shares);
    }

    /// The row at this place; `None` beyond the end.
    #[must_use]
    pub fn row(&self, at: usize) -> Option<ProviderRow> {
        Some(ProviderRow {
            participant: *self.participant.get(at)?,
            stake: *self.stake.get(at)?,
            power: *self.power.get(at)?,
            answered: *self.answered.get(at)?,
            paid: *self.paid.get(at)?,
            shares: *self.shares.get(at)?,
        })
    }

    /// All rows, ascending by participant.
    pub fn rows(&self) -> impl Iterator<Item = ProviderRow> {
        (0..self.participant.len()).filter_map(|at| self.row(at))
    }

    /// What is known of a participant.
    #[must_use]
    pub fn of(&self, participant: usize) -> Option<ProviderRow> {
        let participant = u32::try_from(participant).ok()?;
        self.row(self.participant.binary_search(&participant).ok()?)
    }
}

/// Power that counts for a seat and is another's (reference/bittensor.md §1.8, child keys).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LentPower {
    /// The seat it counts for.
    pub seat: u16,
    /// Row of the participant it is of.
    pub of: u32,
    /// Base units.
    pub power: Amount,
}

/// What is frozen of the opinions.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Opinions {
    /// The seats, as Yuma reads them.
    pub seats: Seats,
    /// Row of the participant that holds a seat; `None`: nobody.
    pub holder: Vec<Option<u32>>,
    /// Power lent to seats, ascending by seat and row.
    pub lent: Vec<LentPower>,
    /// What a seat keeps of what it earns with lent power.
    pub take: Vec<Ratio>,
}

/// What customers paid for and providers offered, in all models together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Utilisation {
    /// Units of jobs that were paid.
    pub demand: u128,
    /// Units offered.
    pub supply: u128,
}

/// Everything a settlement is computed from, besides the parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct EpochInputs {
    /// The epoch.
    pub epoch: u64,
    /// Height of the closing block.
    pub height: u64,
    /// Its time, milliseconds.
    pub time_ms: u64,
    /// Version of the parameters the epoch ran under.
    pub parameters_version: u64,
    /// What the emission budget depends on.
    pub emission: Facts,
    /// What pots hold that streams draw on: carries, payments, recycling.
    pub pots: Vec<(AssetId, Pot, Amount)>,
    /// Fees burned in the epoch, base units of the fee asset.
    pub burned_fees: Amount,
    /// Accepted units by model, in the order of the models.
    pub model_units: Vec<u64>,
    /// The participants.
    pub participants: Participants,
    /// What customers paid for jobs and sessions in the epoch, the fee included, base units of the
    /// market's asset: row and amount above 0, ascending by row.
    pub sold: Vec<(u32, Amount)>,
    /// Their nodes.
    pub nodes: Nodes,
    /// Collateral of a unit of weight when the weights were fixed, base units; `None`: as the
    /// parameters say.
    pub unit_price: Option<Ratio>,
    /// Reward weight lost for models not served, in the order it is taken.
    pub weight_penalties: Vec<WeightPenalty>,
    /// Reward weight given with delegated models, in the order it moves.
    pub weight_transfers: Vec<WeightTransfer>,
    /// Seeds committed, ascending by participant.
    pub seeds: Vec<SeedSignature>,
    /// Contributions that become final.
    pub contributions: Contributions,
    /// What streams owe, ascending by stream, epoch and participant.
    pub backpay: Vec<Liability>,
    /// Budget that rolled over, ascending by stream and epoch.
    pub lots: Vec<Lot>,
    /// Providers and holders of shares of the pool.
    pub providers: Providers,
    /// Probes of the epoch that attestors held.
    pub probes: u32,
    /// Demand and supply by epoch, the newest last, the one that closes included; no more epochs
    /// than the longest window of a stream.
    pub utilisation: Vec<Utilisation>,
    /// Validators that bond money.
    pub validators: ValidatorColumns,
    /// Validators' weights on miners; `None` where there are none.
    pub opinions: Option<Opinions>,
}

/// One participant's row, for explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Account.
    pub account: Address,
    /// Weight of its accepted compute proofs.
    pub potential: u64,
    /// Weight that collateral and the power cap let count.
    pub effective: u64,
    /// Smallest reading of the potential weight during the epoch.
    pub confirmed: u64,
    /// Active collateral when the weight was fixed, base units.
    pub collateral: Amount,
    /// Requests answered.
    pub requests: u64,
    /// Requests not answered.
    pub missed: u64,
    /// Units of work.
    pub units: u64,
    /// Payments for accepted work, base units.
    pub work: Amount,
    /// Payments of earlier epochs that are still to be split, base units.
    pub unsplit: Amount,
    /// Why its score does not count.
    pub penalty: Penalty,
    /// Slashed at this close, base units.
    pub slashed: Amount,
    /// Owed to customers, base units.
    pub debt: Amount,
}

impl Row {
    /// The row of an account without weight, work, penalty or debt.
    #[must_use]
    pub const fn idle(account: Address) -> Self {
        Self {
            account,
            potential: 0,
            effective: 0,
            confirmed: 0,
            collateral: Amount::ZERO,
            requests: 0,
            missed: 0,
            units: 0,
            work: Amount::ZERO,
            unsplit: Amount::ZERO,
            penalty: Penalty::None,
            slashed: Amount::ZERO,
            debt: Amount::ZERO,
        }
    }
}

impl Participants {
    /// Number of participants.
    #[must_use]
    pub fn len(&self) -> usize {
        self.account.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.account.is_empty()
    }

    /// The row of an account.
    #[must_use]
    pub fn find(&self, account: &Address) -> Option<usize> {
        self.account.binary_search(account).ok()
    }

    /// One row; `None` beyond the end.
    #[must_use]
    pub fn row(&self, at: usize) -> Option<Row> {
        Some(Row {
            account: *self.account.get(at)?,
            potential: *self.potential.get(at)?,
            effective: *self.effective.get(at)?,
            confirmed: *self.confirmed.get(at)?,
            collateral: *self.collateral.get(at)?,
            requests: *self.requests.get(at)?,
            missed: *self.missed.get(at)?,
            units: *self.units.get(at)?,
            work: *self.work.get(at)?,
            unsplit: *self.unsplit.get(at)?,
            penalty: *self.penalty.get(at)?,
            slashed: *self.slashed.get(at)?,
            debt: *self.debt.get(at)?,
        })
    }

    /// Appends a row with its nodes' end; rows must come in ascending order of address.
    pub fn push(&mut self, row: Row, nodes_end: u32) {
        if self.first_node.is_empty() {
            self.first_node.push(0);
        }
        self.account.push(row.account);
        self.potential.push(row.potential);
        self.effective.push(row.effective);
        self.confirmed.push(row.confirmed);
        self.collateral.push(row.collateral);
        self.requests.push(row.requests);
        self.missed.push(row.missed);
        self.units.push(row.units);
        self.work.push(row.work);
        self.unsplit.push(row.unsplit);
        self.penalty.push(row.penalty);
        self.slashed.push(row.slashed);
        self.debt.push(row.debt);
        self.first_node.push(nodes_end);
    }

    /// Payments for accepted work of those without a penalty, base units of the market's asset:
    /// what a subsidy of work counts.
    pub fn unpenalised_work(&self) -> Result<Amount, ArithmeticError> {
        let rows = self.work.iter().zip(&self.penalty);
        Amount::sum(rows.filter(|(_, penalty)| **penalty == Penalty::None).map(|(work, _)| *work))
    }

    /// The rows of [`Nodes`] that belong to a participant.
    #[must_use]
    pub fn nodes(&self, at: usize) -> std::ops::Range<usize> {
        let edge = |at: Option<usize>| {
            at.and_then(|at| self.first_node.get(at))
                .and_then(|edge| usize::try_from(*edge).ok())
                .unwrap_or(0)
        };
        edge(Some(at))..edge(at.checked_add(1))
    }
}

impl EpochInputs {
    /// What all participants with a weight missed together.
    pub fn network_misses(&self) -> Result<NetworkMisses, Error> {
        let columns = &self.participants;
        let counts = columns.missed.iter().copied().zip(columns.requests.iter().copied());
        let rows = columns.effective.iter().zip(counts);
        NetworkMisses::of(rows.filter(|(weight, _)| **weight > 0).map(|(_, counts)| counts))
    }

    /// What a pot held when the inputs were frozen.
    #[must_use]
    pub fn pot(&self, asset: AssetId, pot: &Pot) -> Amount {
        let mut pots = self.pots.iter();
        pots.find(|(of, name, _)| *of == asset && name == pot)
            .map_or(Amount::ZERO, |(_, _, amount)| *amount)
    }
}
