//! The first page: what answers here, and where to go on.

use axum::extract::State as Shared;
use serde::Serialize;

use super::answer::Answer;
use super::{Asked, Problem, Rest};

/// What answers here.
#[derive(Debug, Serialize)]
pub struct Root {
    /// In words.
    pub about: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// Name of the network.
    pub network: String,
    /// What signed transactions must name.
    pub chain_id: u64,
    /// The open epoch.
    pub epoch: u64,
    /// Where to go on.
    pub links: Links,
}

/// Paths of this server.
#[derive(Debug, Serialize)]
pub struct Links {
    /// The network: its assets, models and parameters; the first path of `/v1`.
    pub network: &'static str,
    /// The description of every path of `/v1` and `/rewards`.
    pub openapi: &'static str,
    /// JSON-RPC by POST, and WebSocket.
    pub rpc: &'static str,
    /// Whether the node lives.
    pub health: &'static str,
    /// Whether the node can serve.
    pub ready: &'static str,
    /// For Prometheus.
    pub metrics: &'static str,
}

const LINKS: Links = Links {
    network: "/v1/network",
    openapi: "/openapi.json",
    rpc: "/rpc",
    health: "/health",
    ready: "/ready",
    metrics: "/metrics",
};

/// What answers here: the network, where it stands, and the paths to go on with.
pub(super) async fn root(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Root>, Problem> {
    asked.end()?;
    let (chain, head) = (rest.node.chain(), rest.node.head());
    let root = Root {
        about: "A Workmint node: verified work in, exact rewards out",
        version: env!("CARGO_PKG_VERSION"),
        network: chain.name.to_string(),
        chain_id: chain.chain_id,
        epoch: head.epoch,
        links: LINKS,
    };
    Ok(Answer::new(head.into(), root))
}
