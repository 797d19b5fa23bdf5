//! From the bytes of a body to the bytes of its answer, without any socket.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use alloy_primitives::keccak256;
use axum::Router;
use futures_util::future::join_all;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use workmint_core::Address;
use workmint_node::Node;

use super::error::RpcError;
use super::methods::{Kind, Method};
use super::params::Params;
use super::request::{self, Body, Request, Unreadable};
use super::show;
use super::socket::Session;
use crate::config::ApiConfig;
use crate::limits::{Buckets, Limits, Rate};
use crate::metrics::Meters;
use crate::sending::Sending;
use crate::server::{Client, Rates};

/// Calls that read at once, of all clients: each has a thread of its own meanwhile.
const READS: usize = 32;
/// The same of calls that read many blocks: they have places of their own, so that others go on.
const SCANS: usize = 4;

/// Who calls, as far as it matters to the answer.
#[derive(Clone, Default)]
pub struct Caller {
    /// Whose rate the calls of a batch count for.
    pub(super) rates: Option<(Client, Rates)>,
    /// The WebSocket connection, if it is one.
    pub(super) session: Option<Arc<Session>>,
}

impl Caller {
    /// Counts `calls` more.
    pub(super) fn take(&self, calls: usize) -> Result<(), RpcError> {
        let Some((client, rates)) = &self.rates else {
            return Ok(());
        };
        let calls = u32::try_from(calls).unwrap_or(u32::MAX);
        rates.take(*client, calls).map_err(|wait: Duration| {
            let text = format!("too many calls; wait {} ms", wait.as_millis());
            RpcError::new(RpcError::LIMIT, text)
        })
    }
}

/// Buckets of the faucet: so many times its rate an hour.
fn gifts<K: Eq + Hash>(limits: &Limits, times: u32) -> Buckets<K> {
    let gifts = limits.faucet_per_hour.saturating_mul(times);
    let rate = Rate { per_second: gifts, burst: gifts };
    Buckets::per(Duration::from_secs(3_600), rate, limits.remembered)
}

/// Answers JSON-RPC.
pub struct Engine {
    pub(super) node: Node,
    pub(super) config: Arc<ApiConfig>,
    pub(super) rest: Router,
    pub(super) sending: Arc<Sending>,
    /// Gifts of the faucet by account, and by client.
    pub(super) gifts: (Buckets<Address>, Buckets<Client>),
    reads: Arc<Semaphore>,
    scans: Arc<Semaphore>,
    pub(super) meters: Meters,
}

impl Engine {
    /// Answers for a node; `rest` are the routes of the REST interface, whose answers some methods
    /// give under another name.
    #[must_use]
    pub fn new(node: Node, config: Arc<ApiConfig>, rest: Router) -> Arc<Self> {
        let meters = Meters::default();
        let sending = Sending::new(node.clone(), &config.limits, meters.clone());
        Self::metered(node, config, rest, (sending, meters))
    }

    /// The same, counting its calls, and its transactions with those of others.
    pub(crate) fn metered(
        node: Node,
        config: Arc<ApiConfig>,
        rest: Router,
        (sending, meters): (Arc<Sending>, Meters),
    ) -> Arc<Self> {
        let [reads, scans] = [READS, SCANS].map(|places| Arc::new(Semaphore::new(places)));
        let gifts = (gifts(&config.limits, 1), gifts(&config.limits, 10));
        Arc::new(Self { node, config, rest, sending, gifts, reads, scans, meters })
    }

    /// The answer to a body: one call or a batch, whose calls run at the same time. `None` if it
    /// holds notifications only.
    pub async fn answer(self: &Arc<Self>, body: &[u8], caller: &Caller) -> Option<String> {
        let limits = &self.config.limits;
        let list = match request::read(body, limits.json_depth, limits.batch) {
            Err(error) => return Some(answer(None, Err(error))),
            Ok(Body::One(one)) => {
                let budget = AtomicUsize::new(limits.answer_bytes);
                return self.one(one, caller, &budget).await;
            }
            Ok(Body::Batch(list)) => list,
        };
        // The body counted as one call already.
        if let Err(error) = caller.take(list.len().saturating_sub(1)) {
            return Some(answer(None, Err(error)));
        }
        let budget = AtomicUsize::new(limits.answer_bytes);
        let calls = list.into_iter().map(|one| self.one(one, caller, &budget));
        let answers: Vec<String> = join_all(calls).await.into_iter().flatten().collect();
        (!answers.is_empty()).then(|| format!("[{}]", answers.join(",")))
    }

    async fn one(
        self: &Arc<Self>,
        request: Result<Request, Unreadable>,
        caller: &Caller,
        budget: &AtomicUsize,
    ) -> Option<String> {
        let Request { id, method, params } = match request {
            Ok(request) => request,
            Err(Unreadable { id, error }) => return Some(answer(id.as_deref(), Err(error))),
        };
        let too_large = || {
            let text =
                format!("a body's answers: at most {} bytes", self.config.limits.answer_bytes);
            Err(RpcError::new(RpcError::TOO_LARGE, text))
        };
        let result = match budget.load(Relaxed) {
            0 => too_large(),
            _ => {
                let began = Instant::now();
                let result = self.call(&method, params, caller).await;
                let name = Method::named(&method).map_or("other", Method::name);
                self.meters.call(name, result.is_ok(), began.elapsed());
                result
            }
        };
        let id = id?;
        let text = answer(Some(&id), result);
        let left = budget.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(text.len()));
        if left.is_err() {
            budget.store(0, Relaxed);
            return Some(answer(Some(&id), too_large()));
        }
        Some(text)
    }

    async fn call(
        self: &Arc<Self>,
        name: &str,
        params: Params,
        caller: &Caller,
    ) -> Result<Value, RpcError> {
        let Some(method) = Method::named(name) else {
            let name: String = name.chars().take(64).collect();
            let text = format!("the method {name} does not exist");
            return Err(RpcError::new(RpcError::METHOD, text));
        };
        if method.kind() != Kind::Rest {
            params.in_order(name)?;
        }
        match method.kind() {
            Kind::Instant => self.instant(method, &params),
            Kind::Read => {
                let engine = Arc::clone(self);
                on_thread(&self.reads, move || engine.reads(method, &params)).await
            }
            Kind::Scan => {
                let engine = Arc::clone(self);
                let scan = move || match method {
                    Method::GetLogs => engine.get_logs(&params),
                    _ => engine.fee_history(&params),
                };
                on_thread(&self.scans, scan).await
            }
            Kind::Send => self.sends(method, &params, caller).await,
            Kind::Rest => self.asks_rest(method, &params).await,
            Kind::Session => match &caller.session {
                Some(session) => session.answer(method, &params),
                None => {
                    let text = "subscriptions need a WebSocket connection: ws://HOST/rpc";
                    Err(RpcError::new(RpcError::METHOD, text))
                }
            },
        }
    }

    fn instant(&self, method: Method, params: &Params) -> Result<Value, RpcError> {
        if method == Method::Sha3 {
            params.at_most(1)?;
            return Ok(show::data(keccak256(params.data(0, "data")?).as_slice()));
        }
        params.at_most(0)?;
        Ok(match method {
            Method::ChainId => show::quantity(self.node.chain().chain_id),
            Method::NetVersion => self.node.chain().chain_id.to_string().into(),
            Method::NetListening => true.into(),
            Method::NetPeerCount => show::quantity(0_u8),
            Method::Accounts => Vec::<Value>::new().into(),
            Method::ClientVersion => concat!("workmint/", env!("CARGO_PKG_VERSION")).into(),
            // eth_syncing: one node is never behind itself.
            _ => false.into(),
        })
    }
}

/// Runs what may wait for the state or the disk on a thread that may wait, once it has a place.
async fn on_thread(
    places: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<Value, RpcError> + Send + 'static,
) -> Result<Value, RpcError> {
    let permit = Arc::clone(places).acquire_owned().await.map_err(RpcError::internal)?;
    let done = tokio::task::spawn_blocking(move || {
        let answer = work();
        drop(permit);
        answer
    });
    done.await.map_err(|_| RpcError::internal("the call failed inside the node"))?
}

/// One answer of a body.
pub(super) fn answer(id: Option<&RawValue>, result: Result<Value, RpcError>) -> String {
    let id = id.map_or("null", RawValue::get);
    match result {
        Ok(value) => format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{value}}}"#),
        Err(error) => {
            format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{}}}"#, error.json())
        }
    }
}
