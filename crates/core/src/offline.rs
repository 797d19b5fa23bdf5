//! Settling one epoch without a chain: for auditors and for other chains.
//!
//! The same formulas and the same plan as a close; what a chain would read from its state comes in
//! as rows.

mod contributions;
mod providers;
mod rows;

pub use contributions::{OfflineContribution, OfflineLiability};
pub use providers::OfflineProvider;

use crate::address::Address;
use crate::error::Error;
use crate::freeze::count_use;
use crate::inputs::{EpochInputs, Lot, Nodes, Participants, Penalty, Row, Utilisation};
use crate::modules::collateral::{required_collateral, slash_amounts};
use crate::modules::emission::Facts;
use crate::modules::ledger::Pot;
use crate::modules::parameters::{MissConsequence, ModelId, Parameters};
use crate::modules::rewards::{self, SettlementPlan};
use crate::modules::settlement::{Record, build_record, moves_of_plan};
use crate::modules::slashing::downtime_fraction;
use crate::modules::weights::fold_reading;
use crate::modules::work::{MissTest, NetworkMisses};
use rows::{append_nodes, rows_of};
use std::fmt;
use workmint_amounts::{Amount, Ratio};

/// One node and model of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfflineNode {
    /// The participant's own number for it.
    pub node: u32,
    /// The model.
    pub model: ModelId,
    /// Weight of the accepted proof.
    pub weight: u64,
}

/// One participant of the epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfflineParticipant {
    /// The account.
    pub account: Address,
    /// Its nodes.
    pub nodes: Vec<OfflineNode>,
    /// Active collateral, base units.
    pub collateral: Amount,
    /// Collateral on its way out, base units; slashable, but without weight. Taken as one holding:
    /// under `down_per_holding` a chain with several withdrawals may slash a unit less on each.
    pub unbonding: Amount,
    /// Requests answered.
    pub requests: u64,
    /// Requests not answered.
    pub missed: u64,
    /// Units of work by model.
    pub units: Vec<(ModelId, u64)>,
    /// Whether its validator is unbonding or jailed.
    pub jailed: bool,
    /// Whether it lost a challenge in the epoch.
    pub refuted: bool,
    /// Whether it was found inactive in the epoch: by the status test, which slashes, unless its
    /// smallest reading is the reason.
    pub inactive: bool,
    /// Its effective weight where another chain fixed it; `None`: computed from nodes and
    /// collateral. Without nodes it is the potential weight too.
    pub effective: Option<u64>,
    /// Smallest reading of its potential weight; `None`: there was none.
    pub confirmed: Option<u64>,
    /// Payments for its work, base units of the market's asset, where another chain counted them;
    /// `None`: units x price.
    pub work: Option<Amount>,
    /// What it owes to customers, base units of the emission's asset.
    pub debt: Amount,
}

/// One epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfflineEpoch {
    /// Its number.
    pub epoch: u64,
    /// Blocks it had.
    pub blocks: u64,
    /// Base units that emission minted in all epochs before.
    pub minted: Amount,
    /// Base units ever issued of the emission's asset.
    pub asset_issued: Amount,
    /// How often a cut-off lowered the rate of `work_subsidy` before.
    pub reductions: u32,
    /// What streams carry from the epoch before, pots that streams pay out, and the recycling pool.
    /// Payments are what the participants' work adds up to.
    pub pots: Vec<(crate::names::AssetId, Pot, Amount)>,
    /// Fees burned in the epoch, base units.
    pub burned_fees: Amount,
    /// In any order, each once. Who only contributed or is owed something need not stand here.
    pub participants: Vec<OfflineParticipant>,
    /// Time of the close, milliseconds: backpay ages until then.
    pub time_ms: u64,
    /// Contributions that become final, in any order.
    pub contributions: Vec<OfflineContribution>,
    /// What streams with a rate owe, in any order.
    pub backpay: Vec<OfflineLiability>,
    /// Budget of earlier epochs that such streams may still use, in any order.
    pub lots: Vec<Lot>,
    /// Who stakes, answered probes or holds shares, in any order, each once.
    pub providers: Vec<OfflineProvider>,
    /// Collateral of a unit of weight when the weights were fixed, base units; `None`: as the
    /// parameters say.
    pub unit_price: Option<Ratio>,
    /// Probes that attestors held.
    pub probes: u32,
    /// Units paid for and offered by epoch, this one last.
    pub utilisation: Vec<Utilisation>,
}

impl OfflineParticipant {
    /// An account without nodes, work, collateral or debt.
    #[must_use]
    pub const fn idle(account: Address) -> Self {
        Self {
            account,
            nodes: Vec::new(),
            collateral: Amount::ZERO,
            unbonding: Amount::ZERO,
            requests: 0,
            missed: 0,
            units: Vec::new(),
            jailed: false,
            refuted: false,
            inactive: false,
            effective: None,
            confirmed: None,
            work: None,
            debt: Amount::ZERO,
        }
    }
}

/// A settled epoch.
#[derive(Clone, Debug)]
pub struct OfflineSettlement {
    /// The frozen inputs, ordered by address.
    pub inputs: EpochInputs,
    /// The plan.
    pub plan: SettlementPlan,
    /// The record with root and claims.
    pub record: Record,
}

/// Why an epoch cannot be settled off-line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfflineError {
    /// An account is listed twice.
    Duplicate(Address),
    /// The pot of payments is given, beside the work that fills it.
    PaymentsGiven,
    /// Contributions, backpay or rolled-over budget of something that pays no rate.
    NoRate {
        /// The stream's place in the parameters.
        stream: u16,
    },
    /// A contribution of a later epoch, or backpay that cannot be owed at the close.
    WrongEpoch {
        /// The account.
        account: Address,
        /// The epoch it names.
        epoch: u64,
    },
    /// A contribution is listed twice.
    ContributionTwice {
        /// The contributor.
        account: Address,
        /// The epoch in which the work was done.
        epoch: u64,
        /// The contributor's own number for it.
        id: u64,
    },
    /// What a stream owes an account for an epoch is listed twice.
    BackpayTwice {
        /// The account.
        account: Address,
        /// The epoch.
        epoch: u64,
    },
    /// Budget rolled over from an epoch is listed twice, or that epoch is not over.
    BadLot {
        /// The stream's place in the parameters.
        stream: u16,
        /// The epoch.
        epoch: u64,
    },
    /// A provider answered more probes than were held.
    TooManyAnswers {
        /// The account.
        account: Address,
        /// Probes it answered.
        answered: u32,
        /// Probes held.
        probes: u32,
    },
    /// A node or units name a model the network does not have.
    UnknownModel {
        /// The account.
        account: Address,
        /// The model's number.
        model: ModelId,
    },
    /// A participant's numbers leave their range.
    Participant {
        /// The account.
        account: Address,
        /// What happened.
        error: Error,
    },
    /// The settlement itself failed.
    Settlement(Error),
}

impl fmt::Display for OfflineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(account) => write!(formatter, "account {account} is listed twice"),
            Self::PaymentsGiven => {
                formatter.write_str("the pot of payments follows from the work, it cannot be given")
            }
            Self::NoRate { stream } => write!(formatter, "stream number {stream} pays no rate"),
            Self::WrongEpoch { account, epoch } => {
                write!(formatter, "account {account} names epoch {epoch}, which does not fit")
            }
            Self::ContributionTwice { account, epoch, id } => {
                write!(formatter, "contribution {epoch}/{account}/{id} is listed twice")
            }
            Self::BackpayTwice { account, epoch } => {
                write!(formatter, "backpay of {account} for epoch {epoch} is listed twice")
            }
            Self::BadLot { stream, epoch } => write!(
                formatter,
                "budget of stream number {stream} from epoch {epoch} is listed twice, or the epoch \
                 is not over"
            ),
            Self::TooManyAnswers { account, answered, probes } => write!(
                formatter,
                "account {account} answered {answered} probes, {probes} were held"
            ),
            Self::UnknownModel { account, model } => {
                write!(formatter, "account {account} names model number {}, unknown", model.0)
            }
            Self::Participant { account, error } => write!(formatter, "account {account}: {error}"),
            Self::Settlement(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for OfflineError {}

/// Settles an epoch. `with_root` builds the Merkle tree.
pub fn settle(
    parameters: &Parameters,
    epoch: OfflineEpoch,
    with_root: bool,
) -> Result<OfflineSettlement, OfflineError> {
    let inputs = freeze(parameters, epoch)?;
    settle_inputs(parameters, inputs, with_root).map_err(OfflineError::Settlement)
}

/// Settles frozen inputs again: what a close of them planned and recorded, bit for bit.
pub fn settle_inputs(
    parameters: &Parameters,
    inputs: EpochInputs,
    with_root: bool,
) -> Result<OfflineSettlement, Error> {
    let plan = rewards::plan(parameters, &inputs)?;
    let recycling = inputs.pot(parameters.emission.asset, &Pot::Recycling);
    let issued = issued_by(&plan, recycling)?;
    let window = parameters.claims.window_epochs;
    let record = build_record(&inputs, &plan, issued, window, with_root)?;
    Ok(OfflineSettlement { inputs, plan, record })
}

/// What a plan mints and re-issues.
fn issued_by(plan: &SettlementPlan, recycling: Amount) -> Result<(Amount, Amount), Error> {
    let mut issued = (Amount::ZERO, Amount::ZERO);
    for moves in moves_of_plan(plan, recycling)?.into_iter().flatten() {
        issued.0 = issued.0.checked_add(moves.minted)?;
        issued.1 = issued.1.checked_add(moves.recycled)?;
    }
    Ok(issued)
}

/// The error if an account stands there twice, in ascending order, or payments that the
/// participants' work says.
fn refuse_ambiguous(epoch: &OfflineEpoch) -> Result<(), OfflineError> {
    let twice = epoch.participants.windows(2).find_map(|pair| match pair {
        [one, next] if one.account == next.account => Some(one.account),
        _ => None,
    });
    if let Some(account) = twice {
        return Err(OfflineError::Duplicate(account));
    }
    if epoch.pots.iter().any(|(_, pot, _)| *pot == Pot::Payments) {
        return Err(OfflineError::PaymentsGiven);
    }
    Ok(())
}

fn freeze(parameters: &Parameters, mut epoch: OfflineEpoch) -> Result<EpochInputs, OfflineError> {
    contributions::add_participants(&mut epoch);
    providers::add_participants(&mut epoch);
    epoch.participants.sort_unstable_by_key(|participant| participant.account);
    refuse_ambiguous(&epoch)?;
    let weights = parameters.weights.at_price(epoch.unit_price);
    let rows = rows_of(parameters, &weights, &epoch)?;
    // As at a close, whoever has no weight does not move the rate for the others.
    let members = rows.iter().filter(|row| row.effective > 0);
    let test = NetworkMisses::of(members.map(|row| (row.missed, row.requests)))
        .and_then(|network| MissTest::for_epoch(&parameters.work.missed_requests, &network))
        .map_err(OfflineError::Settlement)?;
    let mut participants = Participants::default();
    let mut nodes = Nodes::default();
    let mut model_units = vec![0_u64; parameters.models.len()];
    let mut payments = Amount::ZERO;
    for (participant, mut row) in epoch.participants.iter_mut().zip(rows) {
        let account = participant.account;
        let failed = |error: Error| OfflineError::Participant { account, error };
        let required = required_collateral(&weights, epoch.epoch, row.effective);
        judge_misses(parameters, &test, (participant, required), &mut row).map_err(failed)?;
        payments = payments.checked_add(row.work).map_err(|error| failed(error.into()))?;
        for (model, units) in &participant.units {
            if let Some(sum) = model_units.get_mut(usize::from(model.0)) {
                let total = sum.checked_add(*units).ok_or(crate::error::OVERFLOW);
                *sum = total.map_err(|error| failed(error.into()))?;
            }
        }
        let end = append_nodes(&mut nodes, participant);
        participants.push(row, end.map_err(|error| failed(error.into()))?);
    }
    let mut pots = epoch.pots;
    if !payments.is_zero() {
        pots.push((parameters.market.asset, Pot::Payments, payments));
    }
    let rows = contributions::Rows {
        contributions: epoch.contributions,
        backpay: epoch.backpay,
        lots: epoch.lots,
    };
    let work = participants.unpenalised_work();
    let mut inputs = EpochInputs {
        epoch: epoch.epoch,
        height: 0,
        time_ms: epoch.time_ms,
        parameters_version: 0,
        emission: Facts {
            epoch: epoch.epoch,
            blocks: epoch.blocks,
            minted: epoch.minted,
            asset_issued: epoch.asset_issued,
            work: work.map_err(|error| OfflineError::Settlement(error.into()))?,
            reductions: epoch.reductions,
            ..Facts::default()
        },
        pots,
        burned_fees: epoch.burned_fees,
        model_units,
        participants,
        nodes,
        unit_price: epoch.unit_price,
        probes: epoch.probes,
        utilisation: epoch.utilisation,
        ..EpochInputs::default()
    };
    contributions::freeze(parameters, rows, &mut inputs)?;
    providers::freeze(epoch.providers, &mut inputs)?;
    count_use(parameters, &mut inputs).map_err(OfflineError::Settlement)?;
    Ok(inputs)
}

/// Whether the status test made it inactive: a reading alone does so without a slash.
fn inactive_by_misses(
    parameters: &Parameters,
    participant: &OfflineParticipant,
    row: &Row,
) -> Result<bool, Error> {
    if !participant.inactive || parameters.work.status.is_none() {
        return Ok(false);
    }
    let Some(rules) = &parameters.weights.confirmation else {
        return Ok(true);
    };
    let reading = (row.confirmed, 0);
    let folded = fold_reading(rules, row.potential, row.potential, reading)?;
    Ok(folded.is_none_or(|folded| folded.ratio >= rules.inactive_below))
}

/// What misses cost, as at a close: whoever they make inactive is slashed, active and unbonding
/// collateral; failing the missed-request test slashes once too, or costs the reward.
fn judge_misses(
    parameters: &Parameters,
    test: &MissTest,
    (participant, required): (&OfflineParticipant, Amount),
    row: &mut Row,
) -> Result<(), Error> {
    let mut slash = inactive_by_misses(parameters, participant, row)?;
    if test.fails(participant.missed, participant.requests)? {
        match parameters.work.missed_consequence {
            MissConsequence::Slash => slash = true,
            MissConsequence::Forfeit if row.penalty == Penalty::None => {
                row.penalty = Penalty::Downtime;
            }
            MissConsequence::Forfeit => {}
        }
    }
    if slash {
        let rules = &parameters.slashing;
        let holdings = [participant.collateral, participant.unbonding];
        let (missed, answered) = (participant.missed, participant.requests);
        let allowed = test.allowed(missed, answered)?;
        let fraction = downtime_fraction(rules, (missed, answered), allowed)?;
        let taken = slash_amounts(rules, &holdings, fraction, required)?;
        row.slashed = Amount::sum(taken)?;
    }
    Ok(())
}
