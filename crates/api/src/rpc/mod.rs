//! JSON-RPC as Ethereum's wallets, libraries and tools speak it, over HTTP and WebSocket.
//!
//! A dispatcher of our own: the calls of a batch run at the same time, so that a hundred
//! transactions of one batch share blocks; one entry ([`Engine::answer`]) takes bytes and gives
//! bytes, so that a fuzzer needs no socket; and every limit is in one place.

mod calls;
mod engine;
mod error;
mod logs;
mod methods;
mod paid;
mod params;
mod questions;
mod read;
mod request;
mod send;
mod show;
mod socket;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Router, routing::MethodRouter};

pub use engine::{Caller, Engine};
pub use error::RpcError;
pub use methods::{Kind, Method};
pub use send::Faucet;

use crate::problem::Problem;
use crate::server::{Client, Rates, Stopping};

#[derive(Clone)]
struct Rpc {
    engine: Arc<Engine>,
    stopping: Stopping,
}

/// `POST /` and `POST /rpc`, and the upgrade of `GET /rpc` to a WebSocket.
pub(crate) fn router(engine: Arc<Engine>, stopping: Stopping) -> Router {
    let calls: MethodRouter<Rpc> = post(over_http);
    Router::new()
        .route("/", calls.clone())
        .route("/rpc", calls.get(over_socket).fallback(async || Problem::no_method()))
        .with_state(Rpc { engine, stopping })
}

/// Another content type is refused: a web page can send it without asking this server first.
async fn over_http(
    State(rpc): State<Rpc>,
    Extension(client): Extension<Client>,
    Extension(rates): Extension<Rates>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Problem::media_type("Content-Type: must be application/json").into_response();
    }
    let caller = Caller { rates: Some((client, rates)), session: None };
    match rpc.engine.answer(&body, &caller).await {
        Some(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn over_socket(
    State(rpc): State<Rpc>,
    Extension(client): Extension<Client>,
    Extension(rates): Extension<Rates>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return ([(header::UPGRADE, "websocket")], Problem::no_upgrade()).into_response();
    };
    let most = rpc.engine.config.limits.body_bytes;
    upgrade
        .max_message_size(most)
        .max_frame_size(most)
        .on_upgrade(move |socket| socket::serve(socket, rpc.engine, (client, rates), rpc.stopping))
}
