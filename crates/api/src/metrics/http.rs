//! Every request: counted, timed, named in the log.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::Meters;

/// The header that names a request in the log; a client may choose it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Requests since the start.
static NUMBER: AtomicU64 = AtomicU64::new(1);

/// Counts and times a request, and writes a line of the log with its id. Paths are logged as routes
/// and queries not at all: what clients ask about is theirs.
pub async fn observe(State(meters): State<Meters>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method_of(request.method());
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("other", MatchedPath::as_str).to_owned();
    let id = id_of(&request);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let mut response = next.run(request).await;
    let (status, took) = (response.status(), started.elapsed());
    meters.answered(method, &route, status, took);
    let id_text = id.to_str().unwrap_or_default();
    let (status_code, micros) = (status.as_u16(), took.as_micros());
    tracing::info!(
        request_id = id_text,
        method,
        route,
        status = status_code,
        took_us = micros,
        "request"
    );
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The client's id if it is 1 to 64 letters, digits and dashes, else a new one.
fn id_of(request: &Request) -> HeaderValue {
    let given = request.headers().get(REQUEST_ID).filter(|value| {
        let bytes = value.as_bytes();
        let good = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        (1..=64).contains(&bytes.len()) && bytes.iter().all(good)
    });
    given.cloned().unwrap_or_else(|| HeaderValue::from(NUMBER.fetch_add(1, Ordering::Relaxed)))
}

/// A method as a label: clients can invent others.
fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
