//! Whether the node lives, and whether it can serve: what supervisors and load balancers ask.

use std::sync::{Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use workmint_node::Node;

use crate::problem::Problem;

/// A node with more durable blocks that are not indexed is not ready: it would answer late.
const MOST_LAG: u64 = 1_000;

/// What is checked, and how it stands.
#[derive(Serialize)]
struct Report {
    /// `ok`, or what is wrong.
    status: &'static str,
    /// Height of the last durable block.
    height: u64,
    /// Durable blocks that are not in the index yet.
    index_lag_blocks: u64,
    /// Whether the thread that makes blocks lives and its last write was durable.
    producing: bool,
    /// The machine's clock less the last block's time.
    clock_lead_ms: i64,
    #[serde(skip)]
    clock_right: bool,
    /// Whether transactions are taken.
    accepting: bool,
    /// Whether the data directory can be written.
    writable: bool,
    /// Milliseconds since the start.
    uptime_ms: u64,
}

impl Report {
    fn of(node: &Node, writable: bool) -> Self {
        let status = node.status();
        Self {
            status: "ok",
            height: status.head.height,
            index_lag_blocks: status.head.height.saturating_sub(status.indexed),
            producing: status.healthy,
            clock_lead_ms: status.clock_lead_ms,
            clock_right: status.clock_right,
            accepting: status.ready,
            writable,
            uptime_ms: status.uptime_ms,
        }
    }

    /// Why no block that is right can be made, if none can.
    fn stuck(&self) -> Option<&'static str> {
        match (self.producing, self.clock_right) {
            (false, _) => Some("no blocks can be made"),
            (true, false) if self.clock_lead_ms < 0 => Some("the clock is behind the last block"),
            (true, false) => Some("no block is made: the clock is too far ahead of the last"),
            (true, true) => None,
        }
    }

    fn answer(mut self, wrong: Option<&'static str>) -> Response {
        let code = match wrong {
            Some(what) => {
                self.status = what;
                StatusCode::SERVICE_UNAVAILABLE
            }
            None => StatusCode::OK,
        };
        (code, Json(self)).into_response()
    }
}

/// How a node stands, read on a thread that may wait for what holds its mempool or its disk.
async fn report(node: Node, is_writable: fn(&Node) -> bool) -> Option<Report> {
    let read = move || Report::of(&node, is_writable(&node));
    tokio::task::spawn_blocking(read).await.ok()
}

fn failed() -> Response {
    Problem::internal("the node could not be asked").into_response()
}

/// `GET /health` and `GET /ready`.
pub fn router(node: Node) -> Router {
    Router::new().route("/health", get(health)).route("/ready", get(ready)).with_state(node)
}

/// Whether the node lives: if not, it should be started again.
async fn health(State(node): State<Node>) -> Response {
    let Some(report) = report(node, |_| true).await else { return failed() };
    let wrong = report.stuck();
    report.answer(wrong)
}

/// Whether the node can serve: if not, ask another one, and this one again later.
async fn ready(State(node): State<Node>) -> Response {
    let Some(report) = report(node, is_writable).await else { return failed() };
    let wrong = if report.stuck().is_some() {
        report.stuck()
    } else if !report.accepting {
        Some("no transactions are taken")
    } else if !report.writable {
        Some("the data directory cannot be written")
    } else if report.index_lag_blocks > MOST_LAG {
        Some("the index is behind")
    } else {
        None
    };
    report.answer(wrong)
}

/// Whether a file can be made in the data directory. One request tries at a time: all use one name.
fn is_writable(node: &Node) -> bool {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let path = node.dir().join(".writable");
    let written = std::fs::write(&path, b"ok").is_ok();
    // A full disk takes the name of a file, but not its bytes: both count.
    written && std::fs::remove_file(&path).is_ok()
}
