//! Listens, guards every connection, and stops in order.

mod guard;
mod stream;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use workmint_node::Node;

use crate::config::ApiConfig;
use crate::limits::{Connections, Slot};
use crate::metrics::Meters;
use crate::rest::Rest;
use crate::rpc::{self, Engine};
use crate::sending::Sending;
use crate::{admin, health, metrics, rest};
pub(crate) use guard::retry_after;
pub use guard::{Client, Rates};
use stream::Guarded;

/// Why the surface cannot open.
#[derive(Debug)]
pub enum ServeError {
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
    /// The operator's surface may only listen on loopback.
    AdminNotLoopback(SocketAddr),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
            Self::AdminNotLoopback(address) => write!(
                f,
                "admin: {address} is not a loopback address; allowed: 127.0.0.0/8 and ::1",
            ),
        }
    }
}

impl std::error::Error for ServeError {}

/// Tells long answers (WebSockets, event streams) that the server stops.
#[derive(Clone)]
pub struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Returns when the server stops.
    pub async fn wait(&mut self) {
        // An error means that the server is gone.
        let _ = self.0.wait_for(|stopping| *stopping).await;
    }
}

/// A running surface. Dropped, it stops listening and lets open requests be cut off.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    listening: JoinHandle<()>,
    admin: Option<Box<Server>>,
    asked: Arc<watch::Sender<bool>>,
}

impl Server {
    /// The address it listens on; with port 0 asked for, the port it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the operator's surface listens, if it does.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(|admin| admin.address)
    }

    /// Returns when the operator's surface was asked to stop the process; never without one.
    pub async fn stop_asked(&self) {
        // The sender is here: there is no error.
        let _ = self.asked.subscribe().wait_for(|asked| *asked).await;
    }

    /// Takes no new connections, lets open requests end, and returns when all have or their time is
    /// over.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Some(admin) = &self.admin {
            admin.stop.send_replace(true);
        }
        let _ = self.listening.await;
        if let Some(admin) = self.admin {
            let _ = admin.listening.await;
        }
    }
}

/// Serves at `config.listen`, behind all guards, the routes that `routes` makes; long answers end
/// when the [`Stopping`] it is given says so. What is asked and refused counts in `meters`.
///
/// # Errors
/// [`ServeError::Listen`].
pub async fn serve_routes(
    config: Arc<ApiConfig>,
    meters: Option<Meters>,
    routes: impl FnOnce(Stopping) -> Router,
) -> Result<Server, ServeError> {
    let bind = |error| ServeError::Listen(config.listen, error);
    let listener = TcpListener::bind(config.listen).await.map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let (stop, receiver) = watch::channel(false);
    let stopping = Stopping(receiver);
    let listening = Listening {
        routes: guard::guarded(routes(stopping.clone()), &config, address, meters.clone()),
        connections: Connections::new(&config.limits),
        meters,
        config,
        stopping,
    };
    Ok(Server {
        address,
        stop,
        listening: tokio::spawn(listening.accept_all(listener)),
        admin: None,
        asked: Arc::new(watch::Sender::new(false)),
    })
}

/// Shows a node: JSON-RPC over HTTP and WebSocket, REST, metrics, health, and, if the configuration
/// says so, the operator's surface on a port of its own.
///
/// # Errors
/// [`ServeError`]; nothing listens then.
pub async fn serve(node: Node, config: ApiConfig) -> Result<Server, ServeError> {
    let config = Arc::new(config);
    let asked = Arc::new(watch::Sender::new(false));
    let admin = match config.admin {
        Some(listen) => {
            Some(admin::serve(node.clone(), &config, listen, Arc::clone(&asked)).await?)
        }
        None => None,
    };
    let (all, meters) = (Arc::clone(&config), Meters::of(&node));
    let counted = Some(meters.clone());
    let server =
        serve_routes(config, counted, |stopping| routes(&node, all, &meters, &stopping)).await?;
    Ok(Server { admin: admin.map(Box::new), asked, ..server })
}

/// Every route of the public surface.
fn routes(node: &Node, config: Arc<ApiConfig>, meters: &Meters, stopping: &Stopping) -> Router {
    let heavy = config.limits.heavy;
    let counting = (Sending::new(node.clone(), &config.limits, meters.clone()), meters.clone());
    let rest = rest::router(Rest::new(node.clone(), counting.clone(), stopping.clone(), heavy));
    let engine = Engine::metered(node.clone(), config, rest.clone(), counting);
    rpc::router(engine, stopping.clone())
        .merge(rest)
        .merge(metrics::router(meters.clone()))
        .merge(health::router(node.clone()))
        .fallback(async || rest::Problem::no_path())
}

struct Listening {
    routes: Router,
    connections: Arc<Connections>,
    meters: Option<Meters>,
    config: Arc<ApiConfig>,
    stopping: Stopping,
}

impl Listening {
    async fn accept_all(mut self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                () = self.stopping.wait() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                // Over the limit a connection is closed at once: waiting would hold up the others.
                Ok((stream, peer)) => {
                    match (self.connections.slot(guard::address_of(peer.ip())), &self.meters) {
                        (Some(slot), _) => self.start(stream, peer, slot),
                        (None, Some(meters)) => meters.limited("connections"),
                        (None, None) => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        drop(listener);
        let drained = self.connections.none_left();
        if tokio::time::timeout(self.config.limits.drain_time, drained).await.is_err() {
            let open = self.connections.len();
            tracing::warn!(open, "connections were cut off at the stop");
        }
    }

    fn start(&self, stream: TcpStream, peer: SocketAddr, slot: Slot) {
        let limits = &self.config.limits;
        // Small answers must not wait for the reader's acknowledgement.
        let _ = stream.set_nodelay(true);
        let stream = Guarded::new(stream, limits.write_time, slot);
        let routes = self.routes.clone();
        let forwarded = self.config.forwarded;
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            let client = guard::client_of(peer, request.headers(), forwarded);
            request.extensions_mut().insert(client);
            routes.clone().oneshot(request)
        });
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_time)
            .max_buf_size(limits.head_bytes.max(8_192));
        let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut stopping = self.stopping.clone();
        tokio::spawn(async move {
            tokio::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stopping.wait() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}
