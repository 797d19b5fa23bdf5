//! Networks: the one that runs, and those that are built in.

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_core::State;
use workmint_networks::{SummaryRow, parse, preset, presets, summary, summary_of};

use super::answer::{Answer, At, Page, Units};
use super::{Asked, Problem, Rest, parameters};

/// One value of a network's file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Value {
    /// The section, with its number in a list.
    #[schema(example = "streams[1]")]
    pub section: String,
    /// The key.
    pub key: String,
    /// The value as the file would write it; amounts in display units.
    pub value: String,
    /// Its unit; empty for words.
    pub unit: String,
    /// What it says.
    pub meaning: String,
}

impl From<SummaryRow> for Value {
    fn from(row: SummaryRow) -> Self {
        Self {
            section: row.section,
            key: row.key.to_owned(),
            value: row.value,
            unit: row.unit,
            meaning: row.meaning.to_owned(),
        }
    }
}

/// An asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct Asset {
    /// Its number.
    pub number: u16,
    /// Its symbol.
    pub symbol: String,
    /// A display unit is 10^decimals base units.
    pub decimals: u8,
}

/// A model.
#[derive(Debug, Serialize, ToSchema)]
pub struct Model {
    /// Its number.
    pub number: u16,
    /// Its id.
    pub id: String,
}

/// The network that runs here.
#[derive(Debug, Serialize, ToSchema)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// What signed transactions must name.
    pub chain_id: u64,
    /// Hash of its genesis.
    pub genesis: String,
    /// Time of the genesis, milliseconds.
    pub genesis_time_ms: u64,
    /// Commitment to the whole history.
    pub app_hash: String,
    /// The open epoch.
    pub epoch: u64,
    /// Version of the parameters in force.
    pub parameters_version: u64,
    /// What fees are paid in.
    pub fee_asset: String,
    /// Its assets.
    pub assets: Vec<Asset>,
    /// Its models.
    pub models: Vec<Model>,
    /// Accounts that were ever seen.
    pub accounts: u32,
    /// Every parameter, with its unit.
    pub parameters: Vec<Value>,
}

/// The network that runs here, with every parameter and its unit.
#[utoipa::path(get, path = "/v1/network", tag = "network",
    responses((status = 200, description = "The network", body = Answer<Network>)))]
pub(super) async fn network(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Network>, Problem> {
    asked.end()?;
    let chain_id = rest.node.chain().chain_id;
    rest.look(move |state| of_state(state, chain_id)).await
}

fn of_state(state: &State, chain_id: u64) -> Result<Answer<Network>, Problem> {
    let parameters = parameters(state)?;
    let chain = state.chain();
    let fee = Units(&parameters).money(parameters.fees.asset, workmint_amounts::Amount::ZERO)?;
    let assets = parameters.assets.iter().zip(0_u16..).map(|(asset, number)| Asset {
        number,
        symbol: asset.symbol.to_string(),
        decimals: asset.decimals,
    });
    let models = parameters.models.iter().zip(0_u16..);
    let models = models.map(|(model, number)| Model { number, id: model.id.to_string() });
    let network = Network {
        name: parameters.network.name.to_string(),
        chain_id,
        genesis: chain.genesis.to_string(),
        genesis_time_ms: chain.genesis_time_ms,
        app_hash: chain.app_hash.to_string(),
        epoch: chain.epoch,
        parameters_version: state.parameters.active().map_or(0, |active| active.version),
        fee_asset: fee.asset,
        assets: assets.collect(),
        models: models.collect(),
        accounts: state.ledger.account_count(),
        parameters: summary_of(&parameters).into_iter().map(Value::from).collect(),
    };
    Ok(Answer::new(At::of(state), network))
}

/// A network that is built in.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuiltIn {
    /// Its name.
    pub name: String,
    /// Its chain id; 0: made from its genesis.
    pub chain_id: u64,
    /// Every parameter, with its unit; genesis and roles too.
    pub parameters: Vec<Value>,
}

/// A name of a built-in network.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuiltInName {
    /// Its name.
    pub name: String,
}

/// The networks that are built in, by name.
#[utoipa::path(get, path = "/v1/networks", tag = "network", params(super::Paging),
    responses((status = 200, description = "Names", body = Page<BuiltInName>)))]
pub(super) async fn networks(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<BuiltInName>, Problem> {
    let limit = asked.limit()?;
    let [first] = asked.cursor()?.unwrap_or_default();
    asked.end()?;
    let at = rest.running.at();
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    let rows = presets().iter().enumerate().skip(first);
    Page::of(
        at,
        limit,
        rows,
        |(at, _)| at.to_string(),
        |(_, preset)| Ok(BuiltInName { name: preset.name.to_owned() }),
    )
}

/// A built-in network, with every parameter and its unit.
#[utoipa::path(get, path = "/v1/networks/{name}", tag = "network",
    params(("name" = String, Path, description = "Its name", min_length = 1, max_length = 64,
        pattern = "^[a-z0-9-]+$")),
    responses((status = 200, description = "The network", body = Answer<BuiltIn>)))]
pub(super) async fn built_in(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<BuiltIn>, Problem> {
    asked.end()?;
    let name = asked.part("name")?;
    let form = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > 64 || !name.bytes().all(form) {
        let detail = "allowed: 1 to 64 characters of a-z, 0-9, -";
        return Err(Problem::parameter("name", detail));
    }
    let Some(preset) = preset(name) else {
        let names: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
        let detail = format!("no network is called {name}; there are: {}", names.join(", "));
        return Err(Problem::missing(detail));
    };
    let broken = |_| Problem::internal("a built-in network does not parse");
    let definition = parse(preset.text, &preset.file()).map_err(broken)?;
    let network = BuiltIn {
        name: name.to_owned(),
        chain_id: definition.parameters.network.chain_id,
        parameters: summary(&definition).into_iter().map(Value::from).collect(),
    };
    Ok(Answer::new(rest.running.at(), network))
}
