//! What every request passes before its handler: host, origin, rate, body.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::ApiConfig;
use crate::limits::Buckets;
use crate::metrics::{Meters, observe};
use crate::problem::Problem;

/// Who asks: the address rates are counted by. A request extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client(pub IpAddr);

/// Rates by client address. A request extension, for surfaces where one request asks many things.
#[derive(Clone)]
pub struct Rates {
    buckets: Arc<Buckets<IpAddr>>,
    meters: Option<Meters>,
}

impl Rates {
    /// Counts `calls` more of `client`; an error says how long to wait.
    pub fn take(&self, client: Client, calls: u32) -> Result<(), Duration> {
        let taken = self.buckets.take(client.0, calls, Instant::now());
        if let (Err(_), Some(meters)) = (&taken, &self.meters) {
            meters.limited("rate");
        }
        taken
    }
}

#[derive(Clone)]
struct Guard {
    config: Arc<ApiConfig>,
    loopback: bool,
    rates: Rates,
}

/// Puts every guard around the routes, and around all of them what counts requests: those that a
/// guard refuses count too.
pub(super) fn guarded(
    routes: Router,
    config: &Arc<ApiConfig>,
    listen: SocketAddr,
    meters: Option<Meters>,
) -> Router {
    let limits = &config.limits;
    let guard = Guard {
        config: Arc::clone(config),
        loopback: listen.ip().is_loopback(),
        rates: Rates {
            buckets: Arc::new(Buckets::new(limits.per_address, limits.remembered)),
            meters: meters.clone(),
        },
    };
    let routes = routes
        .layer(from_fn_with_state(guard.clone(), whole_body))
        .layer(from_fn_with_state(guard.clone(), in_rate))
        .layer(cors(&config.cors))
        .layer(from_fn_with_state(guard, right_host))
        .layer(CatchPanicLayer::custom(|_| {
            Problem::internal("the request failed inside the node").into_response()
        }));
    match meters {
        Some(meters) => routes.layer(from_fn_with_state(meters, observe)),
        None => routes,
    }
}

/// The client's address: that of the connection, or what one's own proxy says of it. The whole /64
/// of an IPv6 address belongs to one client.
pub(super) fn client_of(peer: SocketAddr, headers: &HeaderMap, forwarded: bool) -> Client {
    let said = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .filter(|_| forwarded)
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok());
    Client(address_of(said.unwrap_or(peer.ip())))
}

/// What a client counts by: its IPv4 address, or the first 64 bits of an IPv6 one, since a client
/// has all that begin with them.
pub(super) fn address_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

fn cors(origins: &[String]) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE]);
    if origins.iter().any(|origin| origin == "*") {
        return layer.allow_origin(AllowOrigin::any());
    }
    let list = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    layer.allow_origin(AllowOrigin::list(list))
}

/// The name in a `Host` header or an origin, without its port.
fn name_of(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    host.split(':').next().unwrap_or(host)
}

fn is_local(name: &str) -> bool {
    let address: Result<IpAddr, _> = name.parse();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback())
}

/// On loopback a request must name this machine: a web page can point its own name at 127.0.0.1,
/// but the browser then sends that name. A WebSocket is not under CORS, so its origin is checked
/// here.
fn refused(guard: &Guard, headers: &HeaderMap) -> Option<Problem> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or("");
    let name = name_of(host);
    let known = guard.config.hosts.iter().any(|host| host == name);
    if guard.loopback && !is_local(name) && !known {
        let detail = "Host: on loopback only localhost, a loopback address or a name of the \
                      setting api.hosts";
        return Some(Problem::forbidden("Host", detail));
    }
    if let (Some(_), Some(origin)) = (text(header::UPGRADE), text(header::ORIGIN)) {
        let listed = |allowed: &String| allowed == "*" || allowed == origin;
        let same = origin.split_once("://").map(|(_, at)| at) == Some(host);
        if !same && !guard.config.cors.iter().any(listed) {
            let detail = "Origin: only this host or an origin of the setting api.cors may open \
                          a WebSocket";
            return Some(Problem::forbidden("Origin", detail));
        }
    }
    None
}

async fn right_host(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match refused(&guard, request.headers()) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

async fn in_rate(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let Some(client) = request.extensions().get::<Client>().copied() else {
        return Problem::internal("no client address").into_response();
    };
    if let Err(wait) = guard.rates.take(client, 1) {
        return too_many(&guard, wait);
    }
    request.extensions_mut().insert(guard.rates);
    next.run(request).await
}

fn too_many(guard: &Guard, wait: Duration) -> Response {
    let rate = guard.config.limits.per_address;
    let detail = format!(
        "at most {} requests a second of one client address, {} at once (the node's setting \
         limits.per_address); wait {} ms",
        rate.per_second,
        rate.burst,
        wait.as_millis(),
    );
    let mut answer = Problem::too_many(detail).into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, retry_after(wait));
    answer
}

/// A wait in the seconds of the header `Retry-After`, never too short.
pub(crate) fn retry_after(wait: Duration) -> HeaderValue {
    HeaderValue::from(wait.as_secs().saturating_add(1))
}

/// Reads the whole body, within its size and time, before the handler starts.
async fn whole_body(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let limits = &guard.config.limits;
    let (head, body) = request.into_parts();
    let read = to_bytes(body, limits.body_bytes);
    match tokio::time::timeout(limits.body_time, read).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Ok(Err(_)) => Problem::too_long(format!(
            "body: at most {} bytes (the node's setting limits.body_bytes)",
            limits.body_bytes,
        ))
        .into_response(),
        Err(_) => Problem::late(format!(
            "body: within {} ms (the node's setting limits.body_seconds)",
            limits.body_time.as_millis(),
        ))
        .into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_without_their_port() {
        for (host, name, local) in [
            ("localhost:8545", "localhost", true),
            ("LOCALHOST", "LOCALHOST", true),
            ("127.0.0.1:1", "127.0.0.1", true),
            ("[::1]:8545", "::1", true),
            ("evil.example:8545", "evil.example", false),
            ("127.0.0.1.evil.example", "127.0.0.1.evil.example", false),
            ("", "", false),
        ] {
            assert_eq!(name_of(host), name, "{host}");
            assert_eq!(is_local(name), local, "{host}");
        }
    }

    #[test]
    fn a_client_is_its_connection_unless_a_proxy_is_trusted() {
        let peer: SocketAddr = "10.0.0.9:5".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 2.2.2.2"));
        assert_eq!(client_of(peer, &headers, false).0, peer.ip());
        let said: IpAddr = "2.2.2.2".parse().unwrap();
        assert_eq!(client_of(peer, &headers, true).0, said);
        let v6: SocketAddr = "[2001:db8:1:2:3:4:5:6]:5".parse().unwrap();
        let prefix: IpAddr = "2001:db8:1:2::".parse().unwrap();
        assert_eq!(client_of(v6, &HeaderMap::new(), true).0, prefix);
    }
}
