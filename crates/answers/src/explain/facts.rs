//! Everything an explanation is told from.

use std::sync::Arc;

use workmint_amounts::{Amount, Ratio};
use workmint_core::epoch::ClosedEpoch;
use workmint_core::explain::{Explanation, StreamStep, explain};
use workmint_core::inputs::{EpochInputs, Row};
use workmint_core::modules::parameters::{Parameters, Payee, Source};
use workmint_core::modules::rewards::{SettlementPlan, plan};
use workmint_core::modules::settlement::Record;
use workmint_core::modules::weights::Breakdown;
use workmint_core::offline::settle_inputs;
use workmint_core::{Address, State};

use crate::error::AnswerError;
use crate::network::Network;

/// One participant's epoch.
pub struct Facts {
    /// What the epoch ran under.
    pub parameters: Arc<Parameters>,
    /// What it was computed from.
    pub inputs: Arc<EpochInputs>,
    /// What the whole settlement does.
    pub plan: SettlementPlan,
    /// The participant's part.
    pub explanation: Explanation,
    /// What the close records; of a preview what it would record.
    pub record: Arc<Record>,
    /// Whether the epoch is settled; otherwise this is a preview.
    pub settled: bool,
    /// The participant's reputation now, 0 to 100, where the network knows one.
    pub reputation: Option<u64>,
}

/// Collects them; `None` if there is nothing to explain. A settled epoch is settled again from its
/// frozen inputs, outside of any lock: that costs as much as its close did, without the tree.
///
/// # Errors
/// [`AnswerError::BadInput`] for an epoch to come, [`AnswerError::NotFound`] for a skipped one;
/// damage.
pub fn gather(
    network: &impl Network,
    epoch: u64,
    account: &Address,
) -> Result<Option<Facts>, AnswerError> {
    let reputation = network.read(|state| reputation(state, account))?;
    // Closed since it was asked for, it is one of those below.
    if begun(network, epoch)? == Epoch::Open
        && let Some(preview) = network.preview_of(epoch)?
    {
        let facts = of_preview(&preview.closed, account)?;
        return Ok(facts.map(|facts| Facts { reputation, ..facts }));
    }
    let stored = network.epoch_inputs(epoch)?;
    let parameters = Arc::new(stored.parameters);
    let settled = settle_inputs(&parameters, stored.inputs, false).map_err(AnswerError::damage)?;
    let explanation = told(&parameters, &settled.inputs, &settled.plan, account)?;
    Ok(explanation.map(|explanation| Facts {
        explanation,
        parameters,
        plan: settled.plan,
        inputs: Arc::new(settled.inputs),
        record: Arc::new(settled.record),
        settled: true,
        reputation,
    }))
}

/// How far an epoch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epoch {
    /// It is under way.
    Open,
    /// It was settled.
    Settled,
}

/// How far an epoch is.
///
/// # Errors
/// [`AnswerError::BadInput`] if it has not begun, [`AnswerError::NotFound`] if it was skipped.
pub fn begun(network: &impl Network, epoch: u64) -> Result<Epoch, AnswerError> {
    let (open, settled) =
        network.read(|state| (state.chain().epoch, state.settlement.header(epoch).is_some()));
    if epoch > open {
        return Err(AnswerError::BadInput {
            field: "epoch",
            value: String::new(),
            what: format!("epoch {epoch} has not begun"),
            allowed: format!("0 to {open}, the open epoch"),
        });
    }
    match (epoch == open, settled) {
        (true, _) => Ok(Epoch::Open),
        (false, true) => Ok(Epoch::Settled),
        (false, false) => Err(AnswerError::not_found(
            "epoch",
            format!("epoch {epoch} passed without a block: it was skipped and paid nothing"),
        )),
    }
}

/// The reputation of an account now; `None` where the network knows none.
fn reputation(state: &State, account: &Address) -> Result<Option<u64>, AnswerError> {
    let parameters = state.active_parameters();
    let rule = parameters.as_ref().and_then(|all| all.work.reputation.as_ref());
    let (Some(rule), Some(handle)) = (rule, state.ledger.handle(account)) else {
        return Ok(None);
    };
    state.work.reputation(handle).score(rule).map(Some).map_err(AnswerError::damage)
}

/// The facts of a close that has not happened; `None` if the account has no part in it.
///
/// # Errors
/// Damage.
pub fn of_preview(closed: &ClosedEpoch, account: &Address) -> Result<Option<Facts>, AnswerError> {
    let plan = plan(&closed.parameters, &closed.inputs).map_err(AnswerError::damage)?;
    let explanation = told(&closed.parameters, &closed.inputs, &plan, account)?;
    Ok(explanation.map(|explanation| Facts {
        parameters: Arc::clone(&closed.parameters),
        plan,
        inputs: Arc::clone(&closed.inputs),
        explanation,
        record: Arc::clone(&closed.record),
        settled: false,
        reputation: None,
    }))
}

/// Why there is nothing to tell about an account.
pub fn nothing(network: &impl Network, epoch: u64, account: &Address) -> AnswerError {
    let known = network.read(|state| state.ledger.handle(account).is_some());
    let why = match known {
        false => format!("the network does not know the account {account}"),
        true => format!("{account} has neither weight nor work in epoch {epoch}"),
    };
    AnswerError::not_found("account", why)
}

fn told(
    parameters: &Parameters,
    inputs: &EpochInputs,
    plan: &SettlementPlan,
    account: &Address,
) -> Result<Option<Explanation>, AnswerError> {
    let explained = explain(parameters, inputs, plan, account).map_err(AnswerError::damage)?;
    Ok(explained.or_else(|| direct_only(parameters, plan, account)))
}

/// An account that works nothing but is named by a direct stream.
fn direct_only(
    parameters: &Parameters,
    plan: &SettlementPlan,
    account: &Address,
) -> Option<Explanation> {
    let payee = Some(Payee::Account(*account));
    let streams: Vec<StreamStep> = parameters
        .streams
        .iter()
        .zip(&plan.streams)
        .filter(|(_, planned)| planned.payee == payee)
        .map(|(stream, planned)| StreamStep {
            name: planned.name.clone(),
            asset: planned.asset,
            from_emission: matches!(stream.source, Source::Emission { .. }),
            budget: planned.budget,
            carried_in: planned.carried_in,
            score: 0,
            counted: 0,
            breakdown: None,
            models: Vec::new(),
            denominator: 0,
            denominator_rule: stream.denominator,
            uncut: planned.uncut,
            share: planned.paid,
            forfeited: Amount::ZERO,
            recovered: Amount::ZERO,
            delegated: Amount::ZERO,
            paid: planned.paid,
            rate: None,
            provider: None,
            validator: None,
            quarantined: planned.quarantined,
        })
        .collect();
    let first = streams.first()?;
    let paid = Amount::sum(streams.iter().map(|step| step.paid)).ok()?;
    let nothing = Breakdown { potential: 0, base: 0, eligible: 0, activated: 0, effective: 0 };
    Some(Explanation {
        epoch: plan.epoch,
        row: Row::idle(*account),
        weight: nothing,
        collateral_per_weight_unit: parameters.weights.collateral_per_weight_unit,
        validator_active: true,
        capped_at: None,
        nodes: Vec::new(),
        weight_steps: Vec::new(),
        others: Vec::new(),
        scheduled: plan.emission.scheduled,
        emission_budget: plan.emission.budget,
        bound_by: plan.emission.bound_by,
        missed_test_failed: false,
        missed_allowed: Ratio::ONE,
        downtime_fraction: parameters.slashing.downtime,
        totals: vec![(first.asset, paid)],
        streams,
    })
}
