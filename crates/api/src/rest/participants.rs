//! Participants: weight, collateral, stake, nodes, claims.

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_core::State;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::registry::Participant as Row;
use workmint_core::modules::stake;

use super::answer::{Answer, At, Ends, Money, Page, Units};
use super::claims::{Entry, entry};
use super::{Asked, Paging, Problem, Rest, handle, parameters};

/// Most nodes, withdrawals and claims shown of one participant.
const MOST: usize = 1_000;

/// A participant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Participant {
    /// Its account.
    pub account: String,
    /// Who controls it.
    pub owner: String,
    /// Who receives its claims.
    pub recipient: String,
    /// Its validator.
    pub validator: Option<String>,
    /// Number of its nodes.
    pub nodes: u32,
    /// Weight of its nodes in the open epoch, a whole number as text.
    pub potential_weight: String,
    /// Weight that collateral and the power cap let count, a whole number as text.
    pub effective_weight: String,
    /// Collateral that backs weight.
    pub collateral: Money,
    /// Whether its collateral gives no weight because its validator was jailed.
    pub jailed: bool,
    /// Staked and not on its way out; null where nothing is staked.
    pub stake: Option<Money>,
}

/// A participant in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipantInFull {
    /// In short.
    #[serde(flatten)]
    pub participant: Participant,
    /// Its nodes, at most 1,000.
    pub node_list: Vec<Node>,
    /// Collateral on its way out, at most 1,000.
    pub unbonding: Vec<Leaving>,
    /// Stake on its way out, at most 1,000.
    pub unstaking: Vec<Leaving>,
    /// Reputation as a provider, 0 to 1,000.
    pub reputation: u16,
    /// What it may still claim, by epoch, at most 1,000.
    pub claims: Vec<OpenClaim>,
}

/// A node.
#[derive(Debug, Serialize, ToSchema)]
pub struct Node {
    /// The participant's own number for it.
    pub node: u32,
    /// Models it serves.
    pub models: Vec<String>,
}

/// Money on its way out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Leaving {
    /// How much.
    pub amount: Money,
    /// When it is free.
    pub ends: Ends,
}

/// What may be claimed of an epoch.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenClaim {
    /// The epoch.
    pub epoch: u64,
    /// The epoch at whose close it expires.
    pub expires_after: u64,
    /// What.
    #[serde(flatten)]
    pub entry: Entry,
}

/// Participants, in the order in which their accounts were first seen.
#[utoipa::path(get, path = "/v1/participants", tag = "participants", params(Paging),
    responses((status = 200, description = "Participants", body = Page<Participant>)))]
pub(super) async fn participants(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Participant>, Problem> {
    let limit = asked.limit()?;
    let [first] = asked.cursor()?.unwrap_or_default();
    asked.end()?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        let rows = state.registry.participants_from(handle(first));
        let key = |(account, _): &(AccountHandle, &Row)| account.0.to_string();
        let item = |(account, row)| short(state, &parameters, account, row);
        Page::of(At::of(state), limit, rows, key, item)
    })
    .await
}

/// A participant in full.
#[utoipa::path(get, path = "/v1/participants/{address}", tag = "participants",
    params(super::AddressPart),
    responses((status = 200, description = "The participant", body = Answer<ParticipantInFull>)))]
pub(super) async fn participant(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<ParticipantInFull>, Problem> {
    asked.end()?;
    let address = asked.address_part("address")?;
    rest.look(move |state| {
        let account = state.ledger.handle(&address);
        let found = account.and_then(|of| Some((of, state.registry.participant(of)?)));
        let missing = || Problem::missing(format!("{address} is no participant")).of("address");
        let (account, row) = found.ok_or_else(missing)?;
        Ok(Answer::new(At::of(state), full(state, account, row)?))
    })
    .await
}

fn short(
    state: &State,
    parameters: &Parameters,
    account: AccountHandle,
    row: &Row,
) -> Result<Participant, Problem> {
    let address = state.ledger.address(account);
    let weights = state.weights.current();
    let units = Units(parameters);
    let staked = parameters
        .stake
        .as_ref()
        .map(|rules| units.money(rules.asset, stake::active(state, account)));
    Ok(Participant {
        account: address.to_string(),
        owner: row.owner.to_string(),
        recipient: row.recipient.to_string(),
        validator: row.validator.map(|validator| validator.to_string()),
        nodes: row.nodes,
        potential_weight: weights.potential_of(&address).to_string(),
        effective_weight: weights.effective_of(&address).to_string(),
        collateral: units.money(parameters.collateral.asset, state.collateral.active(account))?,
        jailed: state.collateral.is_jailed(account),
        stake: staked.transpose()?,
    })
}

fn full(state: &State, account: AccountHandle, row: &Row) -> Result<ParticipantInFull, Problem> {
    let parameters = parameters(state)?;
    let units = Units(&parameters);
    let nodes = state.registry.nodes(account).take(MOST).map(|(node, row)| {
        let models = row.models.iter().map(|model| units.model(*model));
        Ok(Node { node, models: models.collect::<Result<_, Problem>>()? })
    });
    let unbonding = state.collateral.withdrawals(account).take(MOST).map(|(ends, amount)| {
        let amount = units.money(parameters.collateral.asset, amount)?;
        Ok(Leaving { amount, ends: ends.into() })
    });
    let unstaking = state.stake.withdrawals(account).take(MOST).map(|(ends, amount)| {
        let rules = parameters.stake.as_ref();
        let asset = rules.map_or(parameters.collateral.asset, |rules| rules.asset);
        Ok(Leaving { amount: units.money(asset, amount)?, ends: ends.into() })
    });
    Ok(ParticipantInFull {
        participant: short(state, &parameters, account, row)?,
        node_list: nodes.collect::<Result<_, Problem>>()?,
        unbonding: unbonding.collect::<Result<_, Problem>>()?,
        unstaking: unstaking.collect::<Result<_, Problem>>()?,
        reputation: state.stake.reputation(account),
        claims: claims(state, &state.ledger.address(account))?,
    })
}

/// What an account may still claim, by epoch.
pub(super) fn claims(
    state: &State,
    account: &workmint_core::Address,
) -> Result<Vec<OpenClaim>, Problem> {
    let mut open = Vec::new();
    for record in state.settlement.open_records() {
        for at in record.entries.of(account) {
            let entry = entry(state, record, at)?;
            if !entry.claimed && open.len() < MOST {
                let (epoch, expires_after) = (record.header.epoch, record.expires_after);
                open.push(OpenClaim { epoch, expires_after, entry });
            }
        }
    }
    Ok(open)
}
