//! Participants, allowances, backpay, proposals.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::governance::{Kind, Proposal, Stage};
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::registry::Participant;
use workmint_core::names::AssetId;
use workmint_core::{Address, State};

use super::{Page, Query, active, handle, model_name, page, unknown};
use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// Participants, in the order in which their accounts were first seen.
///
/// # Errors
/// [`AnswerError::BadInput`] of the fields `after` and `limit`.
pub fn participants(state: &State, query: &Query<'_>) -> Result<Page, AnswerError> {
    let (parameters, limit) = (active(state)?, query.limit()?);
    let after = query.key("ADDRESS", |text| handle(state, text))?;
    page(
        state.registry.participants_after(after),
        limit,
        |of, row| Ok(Some(one_participant(state, &parameters, *of, row))),
        |of| state.ledger.address(*of).to_string(),
    )
}

/// One participant.
///
/// # Errors
/// [`AnswerError::NotFound`] of the field `account`.
pub fn participant(state: &State, account: &Address) -> Result<Value, AnswerError> {
    let parameters = active(state)?;
    let of = state.ledger.handle(account).ok_or_else(|| unknown("account", account))?;
    let row = state
        .registry
        .participant(of)
        .ok_or_else(|| AnswerError::not_found("account", format!("{account} is no participant")))?;
    Ok(one_participant(state, &parameters, of, row))
}

fn one_participant(
    state: &State,
    parameters: &Parameters,
    of: AccountHandle,
    row: &Participant,
) -> Value {
    let account = state.ledger.address(of);
    let nodes = state.registry.nodes(of).map(|(number, node)| {
        let models = node.models.iter().map(|model| model_name(parameters, *model));
        json!({ "node": number.to_string(), "models": models.collect::<Vec<String>>() })
    });
    let weights = state.weights.current();
    let at = weights.account.binary_search(&account).ok();
    let of_weight = |column: &[u64]| {
        let found = at.and_then(|at| column.get(at)).copied();
        found.unwrap_or(0).to_string()
    };
    json!({
        "account": account.to_string(),
        "owner": row.owner.to_string(),
        "recipient": row.recipient.to_string(),
        "validator": row.validator.map(|validator| validator.to_string()),
        "nodes": nodes.collect::<Vec<Value>>(),
        "weights_of_epoch": weights.epoch.to_string(),
        "potential_weight": of_weight(&weights.potential),
        "effective_weight": of_weight(&weights.effective),
    })
}

/// What owners let others spend, by owner, spender and asset; of one owner if `account` is given.
///
/// # Errors
/// [`AnswerError::BadInput`] of the fields `after` and `limit`, [`AnswerError::NotFound`] of
/// `account`.
pub fn allowances(state: &State, query: &Query<'_>) -> Result<Page, AnswerError> {
    let (parameters, limit, asked) = (active(state)?, query.limit()?, query.handle(state)?);
    let after = query.key("OWNER.SPENDER.ASSET", |text| {
        let mut parts = text.splitn(3, '.');
        let owner = handle(state, parts.next()?)?;
        let spender = handle(state, parts.next()?)?;
        Some((owner, spender, AssetId(parts.next()?.parse().ok()?)))
    })?;
    let last = |before: u32| (AccountHandle(before), AccountHandle(u32::MAX), AssetId(u16::MAX));
    let from = match (asked, after) {
        (Some(of), Some(after)) if after.0 >= of => Some(after),
        (Some(of), _) => of.0.checked_sub(1).map(last),
        (None, after) => after,
    };
    let rows = state.ledger.allowances_after(from);
    let rows = rows.take_while(|((owner, ..), _)| asked.is_none_or(|of| of == *owner));
    page(
        rows,
        limit,
        |(owner, spender, asset), amount| {
            let unlimited = amount == Amount::new(u128::MAX);
            Ok(Some(json!({
                "owner": state.ledger.address(*owner).to_string(),
                "spender": state.ledger.address(*spender).to_string(),
                "allowance": amount_json(amount, asset_of(&parameters, *asset)?),
                "unlimited": unlimited,
            })))
        },
        |(owner, spender, asset)| {
            let address = |of: AccountHandle| state.ledger.address(of);
            format!("{}.{}.{}", address(*owner), address(*spender), asset.0)
        },
    )
}

/// What streams owe, by stream, epoch and account, before decay; to one account if `account` is
/// given.
///
/// # Errors
/// As [`allowances`].
pub fn backpay(state: &State, query: &Query<'_>) -> Result<Page, AnswerError> {
    let (parameters, limit, asked) = (active(state)?, query.limit()?, query.handle(state)?);
    let asset = asset_of(&parameters, parameters.emission.asset)?;
    // The stream's name may hold dots, so it stands last.
    let after = query.key("EPOCH.ACCOUNT.STREAM", |text| {
        let mut parts = text.splitn(3, '.');
        let epoch = parts.next()?.parse().ok()?;
        let account = handle(state, parts.next()?)?;
        Some((parts.next()?.parse().ok()?, epoch, account))
    })?;
    page(
        state.rewards.backpay_after(after),
        limit,
        |(stream, epoch, account), owed| {
            if asked.is_some_and(|of| of != *account) {
                return Ok(None);
            }
            Ok(Some(json!({
                "stream": stream.as_str(),
                "owed_for": epoch.to_string(),
                "account": state.ledger.address(*account).to_string(),
                "since_ms": owed.since_ms.to_string(),
                "owed": amount_json(owed.amount, asset),
            })))
        },
        |(stream, epoch, account)| format!("{epoch}.{}.{stream}", state.ledger.address(*account)),
    )
}

/// Proposals that have not ended, by number.
///
/// # Errors
/// [`AnswerError::BadInput`] of the fields `after` and `limit`.
pub fn proposals(state: &State, query: &Query<'_>) -> Result<Page, AnswerError> {
    let (parameters, limit) = (active(state)?, query.limit()?);
    let after = query.key("NUMBER", |text| text.parse::<u64>().ok())?;
    page(
        state.governance.proposals_after(after),
        limit,
        |number, row| one_proposal(state, &parameters, *number, row).map(Some),
        u64::to_string,
    )
}

/// One proposal that has not ended.
///
/// # Errors
/// [`AnswerError::NotFound`] of the field `proposal`.
pub fn proposal(state: &State, number: u64) -> Result<Value, AnswerError> {
    let parameters = active(state)?;
    let none = || {
        let what = format!("there is no proposal {number} under way; ended ones are history");
        AnswerError::not_found("proposal", what)
    };
    let row = state.governance.proposal(number).ok_or_else(none)?;
    one_proposal(state, &parameters, number, row)
}

fn one_proposal(
    state: &State,
    parameters: &Parameters,
    number: u64,
    row: &Proposal,
) -> Result<Value, AnswerError> {
    let (kind, asks) = match &*row.kind {
        Kind::Parameters { base, .. } => {
            ("parameters", json!({ "written_against_version": base.to_string() }))
        }
        Kind::Spend { to, asset, amount } => {
            let amount = amount_json(*amount, asset_of(parameters, *asset)?);
            ("spend", json!({ "to": to.to_string(), "amount": amount }))
        }
        Kind::Upgrade { version, height } => {
            ("upgrade", json!({ "version": version.to_string(), "height": height.to_string() }))
        }
    };
    let (stage, until, total) = match row.stage {
        Stage::Waiting => ("waits for its vote", None, None),
        Stage::Voting { total, ends, .. } => ("voting", Some(ends), Some(total)),
        Stage::Passed { executes } => ("passed", Some(executes), None),
    };
    let tally = state.governance.tally(number).map(|tally| {
        json!({
            "yes": tally.yes.to_string(),
            "no": tally.no.to_string(),
            "abstain": tally.abstain.to_string(),
        })
    });
    Ok(json!({
        "number": number.to_string(),
        "proposer": state.ledger.address(row.proposer).to_string(),
        "kind": kind,
        "asks": asks,
        "deposit": amount_json(row.deposit, asset_of(parameters, row.asset)?),
        "stage": stage,
        "until": until.map(|until| until.to_string()),
        "power_in_all": total.map(|total| total.to_string()),
        "tally": tally,
    }))
}
