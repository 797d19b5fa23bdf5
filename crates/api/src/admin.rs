//! The operator's surface: off by default, on loopback only, on a port of its own.
//!
//! Every request that changes something must be JSON: a web page cannot send that here without
//! asking first, and is refused then.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use workmint_node::{Node, Status};

use crate::config::ApiConfig;
use crate::problem::Problem;
use crate::server::{ServeError, Server, serve_routes};

#[derive(Clone)]
struct Admin {
    node: Node,
    config: Arc<ApiConfig>,
    stop: Arc<watch::Sender<bool>>,
}

/// Opens the surface at `listen`; `stop` is set when a stop is asked for.
pub(crate) async fn serve(
    node: Node,
    config: &ApiConfig,
    listen: SocketAddr,
    stop: Arc<watch::Sender<bool>>,
) -> Result<Server, ServeError> {
    if !listen.ip().is_loopback() {
        return Err(ServeError::AdminNotLoopback(listen));
    }
    let config = ApiConfig {
        listen,
        cors: Vec::new(),
        hosts: Vec::new(),
        forwarded: false,
        ..config.clone()
    };
    let config = Arc::new(config);
    let admin = Admin { node, config: Arc::clone(&config), stop };
    let routes = Router::new()
        .route("/", get(paths))
        .route("/status", get(status))
        .route("/log-level", post(log_level))
        .route("/mempool/drop", post(drop_waiting))
        .route("/snapshots", get(snapshots).post(ask_snapshot))
        .route("/stop", post(stop_node))
        .with_state(admin);
    serve_routes(config, None, |_| routes).await
}

/// What there is: method, path, what it does.
const PATHS: [(&str, &str, &str); 6] = [
    ("GET", "/status", "how the node stands: height, clock, waiting transactions, index"),
    ("POST", "/log-level", "set what is logged: {\"level\": \"info,workmint_api=debug\"}"),
    ("POST", "/mempool/drop", "drop the transactions that wait"),
    ("GET", "/snapshots", "the snapshots there are"),
    ("POST", "/snapshots", "take one at the close of the open epoch"),
    ("POST", "/stop", "stop the node in order"),
];

/// The first page. What changes something is JSON: `Content-Type: application/json`.
async fn paths() -> Response {
    let all = PATHS.iter();
    let all =
        all.map(|(method, path, does)| json!({ "method": method, "path": path, "does": does }));
    Json(json!({
        "about": "The operator's surface of a Workmint node",
        "content_type": "application/json",
        "paths": all.collect::<Vec<Value>>(),
    }))
    .into_response()
}

/// A body of JSON, or why not.
fn json_body(headers: &HeaderMap, body: &Bytes) -> Result<Value, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
        let text = "Content-Type: must be application/json";
        return Err(Problem::media_type(text));
    }
    if body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|error| Problem::body(format!("body: {error}")))
}

/// How the node stands; on a thread that may wait for who holds the mempool.
async fn status(State(admin): State<Admin>) -> Response {
    match tokio::task::spawn_blocking(move || admin.node.status()).await {
        Ok(status) => Json(told(&status)).into_response(),
        Err(error) => Problem::internal(error).into_response(),
    }
}

fn told(status: &Status) -> Value {
    json!({
        "height": status.head.height,
        "time_ms": status.head.time_ms,
        "clock_lead_ms": status.clock_lead_ms,
        "clock_right": status.clock_right,
        "app_hash": status.head.hash.to_string(),
        "epoch": status.head.epoch,
        "healthy": status.healthy,
        "ready": status.ready,
        "waiting_transactions": status.pending,
        "waiting_bytes": status.pending_bytes,
        "waiting_for_a_nonce": status.gapped,
        "indexed_height": status.indexed,
        "uptime_ms": status.uptime_ms,
        "transactions": status.transactions.0,
        "failed_transactions": status.transactions.1,
        "refused_transactions": status.refused,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Level {
    level: String,
}

async fn log_level(State(admin): State<Admin>, headers: HeaderMap, body: Bytes) -> Response {
    let body = match json_body(&headers, &body) {
        Ok(body) => body,
        Err(refused) => return refused.into_response(),
    };
    let Ok(Level { level }) = serde_json::from_value(body) else {
        let text = "level: a log filter, such as {\"level\": \"debug\"}";
        return Problem::body(text).of("level").into_response();
    };
    let Some(set) = &admin.config.log_level else {
        return Problem::missing("the log level of this process is fixed").into_response();
    };
    match set(&level) {
        Ok(()) => Json(json!({ "level": level })).into_response(),
        Err(why) => Problem::body(format!("level: {why}")).of("level").into_response(),
    }
}

async fn drop_waiting(State(admin): State<Admin>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = json_body(&headers, &body) {
        return refused.into_response();
    }
    match tokio::task::spawn_blocking(move || admin.node.drop_waiting()).await {
        Ok(dropped) => Json(json!({ "dropped": dropped })).into_response(),
        Err(error) => Problem::internal(error).into_response(),
    }
}

/// What there is; on a thread that may wait for the disk.
async fn snapshots(State(admin): State<Admin>) -> Response {
    let found = tokio::task::spawn_blocking(move || admin.node.snapshots()).await;
    let found = found.map_err(|error| error.to_string());
    match found.and_then(|found| found.map_err(|error| error.to_string())) {
        Ok((files, asked)) => {
            let all = files.iter().map(|file| {
                let path = file.path.display().to_string();
                json!({ "height": file.height, "bytes": file.bytes, "path": path })
            });
            Json(json!({ "asked": asked, "snapshots": all.collect::<Vec<Value>>() }))
                .into_response()
        }
        Err(why) => Problem::internal(why).into_response(),
    }
}

async fn ask_snapshot(State(admin): State<Admin>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = json_body(&headers, &body) {
        return refused.into_response();
    }
    match tokio::task::spawn_blocking(move || admin.node.ask_snapshot()).await {
        Ok(epoch) => (StatusCode::ACCEPTED, Json(json!({ "taken_at_close_of_epoch": epoch })))
            .into_response(),
        Err(error) => Problem::internal(error).into_response(),
    }
}

async fn stop_node(State(admin): State<Admin>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = json_body(&headers, &body) {
        return refused.into_response();
    }
    admin.stop.send_replace(true);
    (StatusCode::ACCEPTED, Json(json!({ "stopping": true }))).into_response()
}
