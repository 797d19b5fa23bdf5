//! What somebody who only delegated to validators earned.

use std::sync::Arc;

use serde_json::{Value, json};
use workmint_amounts::{Amount, mul_div_floor};
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::rewards::{SettlementPlan, plan};
use workmint_core::modules::validators::{Delegation, Pool};
use workmint_core::names::{AssetId, Name};
use workmint_core::{Address, State};

use super::Past;
use crate::error::AnswerError;
use crate::network::Network;
use crate::preview::Preview;
use crate::text::{amount_json, asset_of};

/// What one stream gave a validator's delegators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reward {
    /// The stream.
    pub stream: Name,
    /// Its asset.
    pub asset: AssetId,
    /// All of them, base units.
    pub all: Amount,
    /// The explained account, base units, rounded down.
    pub mine: Amount,
}

/// One delegation in an epoch. Amounts are base units of the bonded asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Delegated to.
    pub validator: Address,
    /// What it is worth, with what came in the epoch.
    pub worth: Amount,
    /// Shares that earned in the epoch: its own and all delegators'.
    pub earning: (u128, u128),
    /// Shares that the account has delegated in the epoch and that earn from the next on.
    pub pending: u128,
    /// The validator's share of what they earn.
    pub commission: String,
    /// By stream.
    pub rewards: Vec<Reward>,
}

/// All of an account's delegations in an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegator {
    /// The account.
    pub account: Address,
    /// The epoch.
    pub epoch: u64,
    /// Whether it is settled; otherwise this is a preview.
    pub settled: bool,
    /// By validator.
    pub parts: Vec<Part>,
    /// The parameters of the open epoch.
    pub parameters: Arc<Parameters>,
}

/// What an epoch's close found, and the state after it.
enum Close {
    /// Of the open epoch.
    Preview(Arc<Preview>),
    /// Of a settled one.
    Past { closed: Box<ClosedEpoch>, after: Box<State> },
}

impl Close {
    fn parts(&self) -> (&ClosedEpoch, &State) {
        match self {
            Self::Preview(preview) => (&preview.closed, &preview.after),
            Self::Past { closed, after } => (closed, after),
        }
    }
}

/// Finds what an account had delegated in an epoch; `None` if nothing. A settled epoch's state is
/// found by replaying the journal, if that is allowed.
pub(super) fn find(
    network: &impl Network,
    (epoch, account): (u64, &Address),
    past: Past,
) -> Result<Option<Delegator>, AnswerError> {
    let parameters = network.parameters()?;
    let (known, open) =
        network.read(|state| (state.ledger.handle(account).is_some(), state.chain().epoch));
    if !known || parameters.validators.is_none() {
        return Ok(None);
    }
    let Some(close) = close_of(network, (epoch, open), past)? else {
        return Ok(None);
    };
    let (closed, state) = close.parts();
    let Some(handle) = state.ledger.handle(account) else {
        return Ok(None);
    };
    let plan = plan(&closed.parameters, &closed.inputs).map_err(AnswerError::damage)?;
    let rows = state.validators.delegations(handle);
    let parts = rows.filter_map(|(to, row)| part((closed, state), &plan, (to, row)).transpose());
    let parts = parts.collect::<Result<Vec<Part>, AnswerError>>()?;
    if parts.is_empty() {
        return Ok(None);
    }
    let settled = matches!(close, Close::Past { .. });
    Ok(Some(Delegator { account: *account, epoch, settled, parts, parameters }))
}

fn close_of(
    network: &impl Network,
    (epoch, open): (u64, u64),
    past: Past,
) -> Result<Option<Close>, AnswerError> {
    if epoch >= open
        && let Some(preview) = network.preview_of(epoch)?
    {
        return Ok(Some(Close::Preview(preview)));
    }
    if past == Past::Leave {
        return Err(AnswerError::not_found(
            "account",
            format!(
                "it has neither weight nor work in epoch {epoch}; what it delegated then, only a \
                 replay of the journal tells: workmint explain --data-dir DIR"
            ),
        ));
    }
    let (mut replay, _) = network.replay()?;
    while let Some(block) = replay.next_block()? {
        match block.applied.closed {
            Some(closed) if closed.inputs.epoch == epoch => {
                let (closed, after) = (Box::new(closed), Box::new(replay.into_state()));
                return Ok(Some(Close::Past { closed, after }));
            }
            Some(_) | None => {}
        }
    }
    Ok(None)
}

/// One delegation; `None` if all of it was slashed.
fn part(
    (close, state): (&ClosedEpoch, &State),
    plan: &SettlementPlan,
    (to, row): (AccountHandle, &Delegation),
) -> Result<Option<Part>, AnswerError> {
    let epoch = close.inputs.epoch;
    let validator = state.ledger.address(to);
    let pool = state.validators.pool(to);
    let Some(pool) = pool.filter(|pool| pool.generation == row.generation) else {
        return Ok(None);
    };
    let (mine, pending) = match row.since < epoch {
        true => (row.part.sum().map_err(AnswerError::damage)?, 0),
        false => (row.part.earning, row.part.pending),
    };
    let all = earning(pool, epoch)?;
    let worth =
        row.part.sum().and_then(|shares| pool.worth(shares)).map_err(AnswerError::damage)?;
    Ok(Some(Part {
        validator,
        worth,
        earning: (mine, all),
        pending,
        commission: pool.commission.during(epoch).to_string(),
        rewards: rewards(close, plan, &validator, (mine, all))?,
    }))
}

/// Delegated shares that earned in an epoch which has just been closed.
fn earning(pool: &Pool, epoch: u64) -> Result<u128, AnswerError> {
    if pool.epoch >= epoch {
        return Ok(pool.delegated.earning);
    }
    pool.delegated.sum().map_err(AnswerError::damage)
}

fn rewards(
    close: &ClosedEpoch,
    plan: &SettlementPlan,
    validator: &Address,
    (mine, all): (u128, u128),
) -> Result<Vec<Reward>, AnswerError> {
    let row = close.inputs.participants.find(validator);
    let row = row.and_then(|row| u32::try_from(row).ok());
    let mut found = Vec::new();
    for stream in &plan.streams {
        let given = stream.delegations.iter().find(|(of, _)| Some(*of) == row);
        let Some((_, given)) = given.filter(|_| all > 0) else {
            continue;
        };
        let part = mul_div_floor(given.get(), mine, all).map_err(AnswerError::damage)?;
        let (stream, asset) = (stream.name.clone(), stream.asset);
        found.push(Reward { stream, asset, all: *given, mine: Amount::new(part) });
    }
    Ok(found)
}

impl Delegator {
    /// For machines.
    ///
    /// # Errors
    /// Damage: an asset is unknown.
    pub fn document(&self) -> Result<Value, AnswerError> {
        let parts = self.parts.iter().map(|part| part.document(&self.parameters));
        Ok(json!({
            "network": self.parameters.network.name.as_str(),
            "epoch": self.epoch.to_string(),
            "account": self.account.to_string(),
            "preview": !self.settled,
            "delegations": parts.collect::<Result<Vec<Value>, AnswerError>>()?,
        }))
    }
}

/// The asset that is bonded.
#[must_use]
pub fn bonded(parameters: &Parameters) -> AssetId {
    let bonded = parameters.validators.as_ref().map(|rules| rules.asset);
    bonded.unwrap_or(parameters.emission.asset)
}

impl Part {
    fn document(&self, parameters: &Parameters) -> Result<Value, AnswerError> {
        let reward = |reward: &Reward| {
            let asset = asset_of(parameters, reward.asset)?;
            Ok(json!({
                "stream": reward.stream.as_str(),
                "all_delegators": amount_json(reward.all, asset),
                "paid": amount_json(reward.mine, asset),
            }))
        };
        let rewards = self.rewards.iter().map(reward).collect::<Result<Vec<_>, AnswerError>>()?;
        Ok(json!({
            "validator": self.validator.to_string(),
            "delegated": amount_json(self.worth, asset_of(parameters, bonded(parameters))?),
            "earning_shares": self.earning.0.to_string(),
            "all_earning_shares": self.earning.1.to_string(),
            "pending_shares": self.pending.to_string(),
            "commission": self.commission,
            "rewards": rewards,
        }))
    }
}
