//! JSON-RPC over WebSocket: calls, and subscriptions with bounded queues.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::stream::{FuturesUnordered, SplitSink, StreamExt};
use futures_util::{SinkExt, future};
use serde_json::{Value, json};
use tokio::sync::{Notify, broadcast, mpsc};
use tokio::task::AbortHandle;
use workmint_node::BlockRecord;

use super::engine::{Caller, Engine};
use super::error::RpcError;
use super::logs::{Asked, Filter};
use super::methods::Method;
use super::params::{self, Params};
use super::read::filter_of;
use super::show;
use crate::server::{Client, Rates, Stopping};

/// Calls of one connection at once; more wait.
const CALLS: usize = 16;
/// Bytes that may wait for a slow reader.
const QUEUED_BYTES: usize = 8 << 20;

/// How long an answer waits before it looks again whether the queue has room.
const FULL: Duration = Duration::from_millis(10);

/// One WebSocket connection.
pub(super) struct Session {
    engine: Arc<Engine>,
    out: mpsc::Sender<Message>,
    queued: AtomicUsize,
    subscriptions: Mutex<HashMap<u64, AbortHandle>>,
    last: AtomicU64,
    cut: Notify,
}

/// What a subscription tells.
enum Topic {
    Heads,
    Logs(Filter),
}

impl Session {
    /// Subscribes or unsubscribes.
    pub(super) fn answer(
        self: &Arc<Self>,
        method: Method,
        params: &Params,
    ) -> Result<Value, RpcError> {
        if method == Method::Unsubscribe {
            params.at_most(1)?;
            let number = params::small(params.quantity(0, "subscription")?, "subscription")?;
            let ended = self.open().remove(&number);
            return match ended {
                Some(task) => {
                    task.abort();
                    Ok(true.into())
                }
                None => Err(RpcError::new(RpcError::MISSING, "subscription: not found")),
            };
        }
        params.at_most(2)?;
        let topic = match params.required::<String>(0, "topic")?.as_str() {
            "newHeads" => Topic::Heads,
            "logs" => Topic::Logs(filter_of::<Asked>(params, 1)?.filter()?),
            _ => return Err(RpcError::param("topic", "newHeads or logs")),
        };
        let most = self.engine.config.limits.subscriptions;
        let mut open = self.open();
        if open.len() >= most {
            let text = format!("subscriptions of one connection: at most {most}");
            return Err(RpcError::new(RpcError::REFUSED, text));
        }
        let number = self.last.fetch_add(1, Relaxed) + 1;
        let blocks = self.engine.node.subscribe();
        let session = Arc::clone(self);
        let task = tokio::spawn(async move { session.tell(number, &topic, blocks).await });
        open.insert(number, task.abort_handle());
        Ok(show::quantity(number))
    }

    fn new(engine: Arc<Engine>, out: mpsc::Sender<Message>) -> Self {
        Self {
            engine,
            out,
            queued: AtomicUsize::new(0),
            subscriptions: Mutex::default(),
            last: AtomicU64::new(0),
            cut: Notify::new(),
        }
    }

    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<u64, AbortHandle>> {
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end_subscriptions(&self) {
        self.open().drain().for_each(|(_, task)| task.abort());
    }

    /// Tells of every block until the reader is too slow.
    async fn tell(
        &self,
        number: u64,
        topic: &Topic,
        mut blocks: broadcast::Receiver<Arc<BlockRecord>>,
    ) {
        let number = show::quantity(number);
        loop {
            match blocks.recv().await {
                Ok(block) => {
                    for item in self.items(topic, &block) {
                        let text = json!({
                            "jsonrpc": "2.0",
                            "method": "eth_subscription",
                            "params": { "subscription": number, "result": item },
                        });
                        if !self.push(text.to_string()) {
                            return;
                        }
                    }
                }
                Err(broadcast::error::RecvError::Closed) => return,
                // Blocks were missed: a gap nobody sees is worse than a new connection.
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    self.cut.notify_one();
                    return;
                }
            }
        }
    }

    fn items(&self, topic: &Topic, block: &BlockRecord) -> Vec<Value> {
        match topic {
            Topic::Heads => vec![Value::Object(self.engine.view().header(block))],
            Topic::Logs(filter) => filter.of_block(block),
        }
    }

    /// Queues a message, or cuts the connection off if its reader is too slow.
    fn push(&self, text: String) -> bool {
        let length = text.len();
        let before = self.queued.fetch_add(length, Relaxed);
        let fits = before == 0 || before.saturating_add(length) <= QUEUED_BYTES;
        if fits && self.out.try_send(Message::Text(text.into())).is_ok() {
            return true;
        }
        self.cut.notify_one();
        false
    }

    /// Queues an answer; a reader that takes none makes its own calls wait.
    async fn reply(&self, text: String) {
        while self.queued.load(Relaxed) > QUEUED_BYTES && !self.out.is_closed() {
            tokio::time::sleep(FULL).await;
        }
        self.queued.fetch_add(text.len(), Relaxed);
        // An error means that the connection is over.
        let _ = self.out.send(Message::Text(text.into())).await;
    }
}

/// Sends what is queued.
async fn write(
    session: Arc<Session>,
    mut sink: SplitSink<WebSocket, Message>,
    mut queue: mpsc::Receiver<Message>,
    every: Duration,
) {
    loop {
        let message = match tokio::time::timeout(every, queue.recv()).await {
            Ok(Some(message)) => message,
            Ok(None) => break,
            Err(_) => Message::Ping(Vec::new().into()),
        };
        if let Message::Text(text) = &message {
            session.queued.fetch_sub(text.len(), Relaxed);
        }
        let last = matches!(message, Message::Close(_));
        if sink.send(message).await.is_err() || last {
            break;
        }
    }
    session.cut.notify_one();
    let _ = sink.close().await;
}

/// Serves one connection until either side ends it.
pub(super) async fn serve(
    socket: WebSocket,
    engine: Arc<Engine>,
    (client, rates): (Client, Rates),
    mut stopping: Stopping,
) {
    let limits = engine.config.limits.clone();
    let _open = engine.meters.websocket();
    let (out, queue) = mpsc::channel(limits.queued_messages.max(1));
    let session = Arc::new(Session::new(Arc::clone(&engine), out));
    let (sink, mut incoming) = socket.split();
    let writer = tokio::spawn(write(Arc::clone(&session), sink, queue, limits.head_time));
    let caller = Caller { rates: Some((client, rates)), session: Some(Arc::clone(&session)) };
    let mut calls = FuturesUnordered::new();
    // Whoever answers no ping for two of them is gone.
    let silence = limits.head_time * 3;
    let (mut stopped, mut end) = (false, None);
    loop {
        let room = calls.len() < CALLS;
        let next = async {
            match room {
                true => tokio::time::timeout(silence, incoming.next()).await.ok().flatten(),
                false => future::pending().await,
            }
        };
        let message = tokio::select! {
            () = stopping.wait() => {
                stopped = true;
                break;
            }
            () = session.cut.notified() => break,
            Some(()) = calls.next(), if !calls.is_empty() => continue,
            message = next => message,
        };
        let body = match message {
            Some(Ok(Message::Text(text))) => text.as_bytes().to_vec(),
            Some(Ok(Message::Binary(bytes))) => bytes.to_vec(),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Err(error)) => {
                end = too_large(&error);
                break;
            }
            Some(Ok(Message::Close(_))) | None => break,
        };
        let (engine, caller, session) = (&engine, &caller, &session);
        calls.push(async move {
            let answer = match caller.take(1) {
                Ok(()) => engine.answer(&body, caller).await,
                Err(error) => Some(super::engine::answer(None, Err(error))),
            };
            if let Some(text) = answer {
                session.reply(text).await;
            }
        });
    }
    session.end_subscriptions();
    let abort = writer.abort_handle();
    if stopped || end.is_some() {
        // What was asked is still answered; then the client is told.
        let end = async {
            while calls.next().await.is_some() {}
            let _ = session.out.send(Message::Close(end)).await;
            let _ = writer.await;
        };
        let _ = tokio::time::timeout(limits.drain_time / 2, end).await;
    }
    abort.abort();
}

/// What a client is told whose message is longer than what is taken.
fn too_large(error: &axum::Error) -> Option<CloseFrame> {
    // The library says it in words only.
    let is_long = error.to_string().starts_with("Space limit exceeded");
    let reason = "the message is longer than what is taken";
    is_long.then(|| CloseFrame { code: close_code::SIZE, reason: reason.into() })
}
