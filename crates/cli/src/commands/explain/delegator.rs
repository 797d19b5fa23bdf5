//! What somebody who only delegated to validators earned.

use std::path::Path;

use serde_json::{Value, json};
use workmint_amounts::{Amount, mul_div_floor};
use workmint_core::inputs::EpochInputs;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::modules::rewards::{SettlementPlan, plan};
use workmint_core::modules::validators::{Delegation, Pool};
use workmint_core::names::{AssetId, Name};
use workmint_core::{Address, State};
use workmint_storage::store::View;

use super::page::Page;
use crate::failure::Failure;
use crate::output::Out;
use crate::output::{amount_json, asset_of, counted, grouped, print_json, shown};
use crate::source::close_copy;

/// What one stream gave a validator's delegators.
struct Reward {
    stream: Name,
    asset: AssetId,
    /// All of them, base units.
    all: Amount,
    /// The explained account, base units, rounded down.
    mine: Amount,
}

/// One delegation in an epoch. Amounts are base units of the bonded asset.
struct Part {
    validator: Address,
    /// What it is worth, with what came in the epoch.
    worth: Amount,
    /// Shares that earned in the epoch: its own and all delegators'.
    earning: (u128, u128),
    /// What the account has delegated in the epoch and earns from the next on.
    pending: u128,
    commission: String,
    rewards: Vec<Reward>,
}

/// All of an account's delegations in an epoch.
pub(crate) struct Delegator {
    account: Address,
    epoch: u64,
    settled: bool,
    parts: Vec<Part>,
}

/// What an epoch's close found, and the state after it.
struct Close {
    parameters: std::sync::Arc<Parameters>,
    inputs: std::sync::Arc<EpochInputs>,
    state: State,
}

/// Finds what an account had delegated in an epoch; `None` if nothing. A settled epoch's state is
/// found by replaying the journal.
pub(crate) fn find(
    view: &View,
    dir: &Path,
    epoch: u64,
    account: &Address,
) -> Result<Option<Delegator>, Failure> {
    let parameters = view.state().active_parameters();
    let known = view.state().ledger.handle(account).is_some();
    if !known || parameters.is_none_or(|all| all.validators.is_none()) {
        return Ok(None);
    }
    let settled = epoch < view.state().chain().epoch;
    let Some(close) = close_of(view, dir, epoch)? else {
        return Ok(None);
    };
    let Some(handle) = close.state.ledger.handle(account) else {
        return Ok(None);
    };
    let plan = plan(&close.parameters, &close.inputs).map_err(Failure::damage)?;
    let rows = close.state.validators.delegations(handle);
    let parts = rows.filter_map(|(to, row)| part(&close, &plan, (to, row)).transpose());
    let parts = parts.collect::<Result<Vec<Part>, Failure>>()?;
    if parts.is_empty() {
        return Ok(None);
    }
    Ok(Some(Delegator { account: *account, epoch, settled, parts }))
}

fn close_of(view: &View, dir: &Path, epoch: u64) -> Result<Option<Close>, Failure> {
    if epoch == view.state().chain().epoch {
        let preview = close_copy(view.state())?;
        let (parameters, inputs) = (preview.closed.parameters, preview.closed.inputs);
        return Ok(Some(Close { parameters, inputs, state: preview.after }));
    }
    let (mut replay, _) = View::replay(dir)?;
    while let Some(block) = replay.next_block()? {
        match block.applied.closed {
            Some(closed) if closed.inputs.epoch == epoch => {
                let (parameters, inputs) = (closed.parameters, closed.inputs);
                return Ok(Some(Close { parameters, inputs, state: replay.into_state() }));
            }
            Some(_) | None => {}
        }
    }
    Ok(None)
}

/// One delegation; `None` if all of it was slashed.
fn part(
    close: &Close,
    plan: &SettlementPlan,
    (to, row): (AccountHandle, &Delegation),
) -> Result<Option<Part>, Failure> {
    let epoch = close.inputs.epoch;
    let validator = close.state.ledger.address(to);
    let pool = close.state.validators.pool(to);
    let Some(pool) = pool.filter(|pool| pool.generation == row.generation) else {
        return Ok(None);
    };
    let (mine, pending) = match row.since < epoch {
        true => (row.part.sum().map_err(Failure::damage)?, 0),
        false => (row.part.earning, row.part.pending),
    };
    let all = earning(pool, epoch)?;
    let worth = row.part.sum().and_then(|shares| pool.worth(shares)).map_err(Failure::damage)?;
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
fn earning(pool: &Pool, epoch: u64) -> Result<u128, Failure> {
    if pool.epoch >= epoch {
        return Ok(pool.delegated.earning);
    }
    pool.delegated.sum().map_err(Failure::damage)
}

fn rewards(
    close: &Close,
    plan: &SettlementPlan,
    validator: &Address,
    (mine, all): (u128, u128),
) -> Result<Vec<Reward>, Failure> {
    let row = close.inputs.participants.find(validator);
    let row = row.and_then(|row| u32::try_from(row).ok());
    let mut found = Vec::new();
    for stream in &plan.streams {
        let given = stream.delegations.iter().find(|(of, _)| Some(*of) == row);
        let Some((_, given)) = given.filter(|_| all > 0) else {
            continue;
        };
        let part = mul_div_floor(given.get(), mine, all).map_err(Failure::damage)?;
        let (stream, asset) = (stream.name.clone(), stream.asset);
        found.push(Reward { stream, asset, all: *given, mine: Amount::new(part) });
    }
    Ok(found)
}

/// Tells it.
pub(crate) fn print(view: &View, found: &Delegator, as_json: bool) -> Result<(), Failure> {
    let parameters = view.state().active_parameters();
    let parameters = parameters.ok_or_else(|| Failure::damage("the state has no parameters"))?;
    let bonded = parameters.validators.as_ref().map(|rules| rules.asset);
    let bonded = asset_of(&parameters, bonded.unwrap_or(parameters.emission.asset))?;
    if as_json {
        return print_json(&document(&parameters, bonded, found)?);
    }
    let mut page = Page::new(Out::stdout());
    let (epoch, network) = (grouped(found.epoch), &parameters.network.name);
    let validators = counted(found.parts.len() as u64, "validator");
    page.head(&match found.settled {
        true => {
            format!("Epoch {epoch} of {network}: {} had money with {validators}.", found.account)
        }
        false => format!(
            "Preview of epoch {epoch} of {network}, which is still open: {} has money with \
             {validators}. What it would earn if nothing more happened before it ends:",
            found.account
        ),
    })?;
    for part in &found.parts {
        tell(&mut page, &parameters, bonded, part)?;
    }
    page.finish()
}

fn tell(
    page: &mut Page,
    parameters: &Parameters,
    bonded: &Asset,
    part: &Part,
) -> Result<(), Failure> {
    page.section(&format!("Delegated to {}", part.validator))?;
    let (mine, all) = part.earning;
    page.say(&format!(
        "{} are there after the close. {} of {} delegated shares earned in the epoch were yours. \
         The validator keeps {} of what they earn.",
        shown(part.worth, bonded),
        grouped(mine),
        grouped(all),
        part.commission
    ))?;
    if part.pending > 0 {
        let pending = counted(part.pending, "share");
        page.say(&format!("{pending} came in the epoch and earn from the next one on."))?;
    }
    if part.rewards.is_empty() {
        page.say("The epoch paid this validator's delegators nothing.")?;
    }
    for reward in &part.rewards {
        let asset = asset_of(parameters, reward.asset)?;
        page.say(&format!(
            "Stream \"{}\": all of its delegators x your shares / all, rounded down; the rest of \
             the base unit waits for the next reward:",
            reward.stream
        ))?;
        page.sum(&format!(
            "{} x {} / {} = {}",
            shown(reward.all, asset),
            grouped(mine),
            grouped(all),
            shown(reward.mine, asset)
        ))?;
    }
    Ok(())
}

fn document(parameters: &Parameters, bonded: &Asset, found: &Delegator) -> Result<Value, Failure> {
    let reward = |reward: &Reward| {
        let asset = asset_of(parameters, reward.asset)?;
        Ok(json!({
            "stream": reward.stream.as_str(),
            "all_delegators": amount_json(reward.all, asset),
            "paid": amount_json(reward.mine, asset),
        }))
    };
    let part = |part: &Part| {
        let rewards: Result<Vec<Value>, Failure> = part.rewards.iter().map(reward).collect();
        Ok(json!({
            "validator": part.validator.to_string(),
            "delegated": amount_json(part.worth, bonded),
            "earning_shares": part.earning.0.to_string(),
            "all_earning_shares": part.earning.1.to_string(),
            "pending_shares": part.pending.to_string(),
            "commission": part.commission,
            "rewards": rewards?,
        }))
    };
    let parts: Result<Vec<Value>, Failure> = found.parts.iter().map(part).collect();
    Ok(json!({
        "network": parameters.network.name.as_str(),
        "epoch": found.epoch.to_string(),
        "account": found.account.to_string(),
        "preview": !found.settled,
        "delegations": parts?,
    }))
}
