//! What is measured, as Prometheus reads it.
//!
//! [`Meters`] holds what requests count; `chain` reads the network when it is scraped, and
//! `process` the machine. Labels come from closed lists (routes, methods, outcomes, error
//! numbers, streams, assets), so the number of series is bounded.

mod chain;
mod classic;
mod http;
mod process;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use workmint_node::Node;

pub use http::observe;

/// Upper bounds of durations, seconds: half a millisecond to ten seconds.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Upper bounds of the time between blocks, seconds: ten milliseconds to an hour.
const INTERVALS: [f64; 13] =
    [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 600.0, 3600.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Called {
    method: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Method {
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Transport {
    transport: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Limit {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
    code: u16,
}

type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

/// What requests and blocks count. Cheap to clone.
#[derive(Clone)]
pub struct Meters(Arc<Inner>);

struct Inner {
    registry: Mutex<Registry>,
    answered: Family<Answered, Counter>,
    requests: Durations<Request>,
    called: Family<Called, Counter>,
    calls: Durations<Method>,
    clients: Family<Transport, gauge::Gauge>,
    limited: Family<Limit, Counter>,
    transactions: Family<Outcome, Counter>,
    interval: Histogram,
}

impl fmt::Debug for Meters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Meters")
    }
}

/// Counts one more of something until it is dropped.
#[derive(Debug)]
pub struct Gauge(gauge::Gauge);

impl Drop for Gauge {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Meters {
    fn default() -> Self {
        let inner = Inner {
            registry: Mutex::new(Registry::default()),
            answered: Family::default(),
            requests: Family::new_with_constructor(seconds),
            called: Family::default(),
            calls: Family::new_with_constructor(seconds),
            clients: Family::default(),
            limited: Family::default(),
            transactions: Family::default(),
            interval: Histogram::new(INTERVALS),
        };
        let mut all = Registry::default();
        let clients = "WebSocket connections and event streams that are open";
        all.register("http_requests", "HTTP requests answered", inner.answered.clone());
        let help = "Time from a request's head to its answer's head";
        let requests = inner.requests.clone();
        all.register_with_unit("http_request_duration", help, Unit::Seconds, requests);
        all.register("rpc_requests", "JSON-RPC calls answered", inner.called.clone());
        let (help, calls) = ("Time a JSON-RPC call took", inner.calls.clone());
        all.register_with_unit("rpc_request_duration", help, Unit::Seconds, calls);
        all.register("workmint_clients", clients, inner.clients.clone());
        let help =
            "Requests, transactions and connections refused because they were too many, by limit";
        all.register("workmint_limited_requests", help, inner.limited.clone());
        let help = "Transactions in blocks since the start, by outcome and number of the error";
        all.register("workmint_transactions", help, inner.transactions.clone());
        let (help, interval) = ("Time between two blocks", inner.interval.clone());
        all.register_with_unit("workmint_block_interval", help, Unit::Seconds, interval);
        all.register_collector(Box::new(process::Process));
        *inner.registry.lock().unwrap_or_else(PoisonError::into_inner) = all;
        Self(Arc::new(inner))
    }
}

impl Meters {
    /// Meters that also read a node: its chain when they are scraped, its blocks as they come.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        let meters = Self::default();
        let collector = Box::new(chain::Chain::new(node.clone()));
        meters.registry(|registry| registry.register_collector(collector));
        tokio::spawn(chain::count_blocks(node.clone(), meters.clone()));
        meters
    }

    fn registry<T>(&self, with: impl FnOnce(&mut Registry) -> T) -> T {
        // A scrape that panicked has left nothing half done.
        with(&mut self.0.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One call of JSON-RPC; `method` is of the closed list of methods, or `other`.
    pub fn call(&self, method: &'static str, succeeded: bool, took: Duration) {
        let outcome = if succeeded { "ok" } else { "error" };
        self.0.called.get_or_create(&Called { method, outcome }).inc();
        self.0.calls.get_or_create(&Method { method }).observe(took.as_secs_f64());
    }

    /// Something refused by a limit of this name, one of a closed list: `rate`, `account`,
    /// `connections`, `faucet`.
    pub fn limited(&self, limit: &'static str) {
        self.0.limited.get_or_create(&Limit { limit }).inc();
    }

    /// A WebSocket that opened; it counts until the answer is dropped.
    #[must_use]
    pub fn websocket(&self) -> Gauge {
        self.client("websocket")
    }

    /// A stream of events that opened; it counts until the answer is dropped.
    #[must_use]
    pub fn event_stream(&self) -> Gauge {
        self.client("event_stream")
    }

    fn client(&self, transport: &'static str) -> Gauge {
        let open = self.0.clients.get_or_create_owned(&Transport { transport });
        open.inc();
        Gauge(open)
    }

    fn answered(&self, method: &'static str, route: &str, status: StatusCode, took: Duration) {
        let route = route.to_owned();
        let answered = Answered { method, route: route.clone(), status: status.as_u16() };
        self.0.answered.get_or_create(&answered).inc();
        self.0.requests.get_or_create(&Request { method, route }).observe(took.as_secs_f64());
    }

    /// All that is measured, in the format `OpenMetrics` 1.0.
    ///
    /// # Errors
    /// If a collector fails to encode.
    pub fn open_metrics(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        self.registry(|registry| encode(&mut text, registry))?;
        Ok(text)
    }
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const CLASSIC: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `GET /metrics`: `OpenMetrics` 1.0 for who accepts it, else the classic text format.
pub fn router(meters: Meters) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(meters)
}

async fn scrape(State(meters): State<Meters>, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let open = accepted.is_some_and(|accepted| accepted.contains("application/openmetrics-text"));
    // Reading the state waits for a block that is being applied: not on a thread that answers.
    let text = tokio::task::spawn_blocking(move || meters.open_metrics()).await;
    let Ok(Ok(text)) = text else {
        tracing::warn!("the metrics could not be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (kind, text) =
        if open { (OPEN_METRICS, text) } else { (CLASSIC, classic::from_open_metrics(&text)) };
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}
