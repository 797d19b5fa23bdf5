//! Errors of the HTTP surface as RFC 9457 says: `application/problem+json`.

use std::fmt::Display;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not answered. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; stable.
    #[serde(rename = "type")]
    #[schema(example = "urn:workmint:problem:invalid-parameter")]
    pub kind: String,
    /// The kind in words; stable.
    pub title: String,
    /// The answer's status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong with this request, and what is allowed.
    pub detail: String,
    /// The engine's number of the error, where it is one of the engine's.
    pub code: Option<u16>,
    /// The parameter, header or part of the body that is wrong.
    pub field: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, title: &str, detail: impl Display) -> Self {
        Self {
            kind: format!("urn:workmint:problem:{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.to_string(),
            code: None,
            field: None,
        }
    }

    /// A parameter that is missing, unknown, malformed or out of range.
    pub fn parameter(field: &str, detail: impl Display) -> Self {
        let title = "a parameter is not allowed";
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "invalid-parameter", title, detail);
        problem.field = Some(field.to_owned());
        problem
    }

    /// A body that cannot be read.
    pub fn body(detail: impl Display) -> Self {
        let title = "the body cannot be read";
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "invalid-body", title, detail);
        problem.field = Some("body".to_owned());
        problem
    }

    /// Parameters that are good each, but not with each other.
    pub fn contradiction(field: &str, detail: impl Display) -> Self {
        let (kind, title) = ("contradiction", "parameters contradict each other");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind, title, detail).of(field)
    }

    /// A header names a machine or an origin that is not let in.
    pub fn forbidden(header: &str, detail: impl Display) -> Self {
        let title = "the host or origin is not let in";
        Self::new(StatusCode::FORBIDDEN, "wrong-host", title, detail).of(header)
    }

    /// What was asked for is not here.
    pub fn missing(detail: impl Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is no such thing here", detail)
    }

    /// A path that is not one of the interface.
    #[must_use]
    pub fn no_path() -> Self {
        let detail = "GET /openapi.json lists every path";
        Self::new(StatusCode::NOT_FOUND, "no-such-path", "there is no such path", detail)
    }

    /// A method that a path has not.
    #[must_use]
    pub fn no_method() -> Self {
        let title = "the path has no such method";
        let detail = "the header Allow names its methods";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "no-such-method", title, detail)
    }

    /// A request that only makes sense as an upgrade.
    #[must_use]
    pub fn no_upgrade() -> Self {
        let (status, title) = (StatusCode::UPGRADE_REQUIRED, "an upgrade is needed");
        let detail = "POST takes JSON-RPC here; GET takes an upgrade to a WebSocket only";
        Self::new(status, "upgrade-required", title, detail)
    }

    /// The network has no such part.
    pub fn not_of_network(detail: impl Display) -> Self {
        let title = "the network has no such part";
        Self::new(StatusCode::NOT_FOUND, "not-of-this-network", title, detail)
    }

    /// Well formed, but refused by the rules of the network; with the engine's number of the error.
    pub fn refused(code: Option<u16>, detail: impl Display) -> Self {
        let title = "the network's rules refuse it";
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", title, detail);
        problem.code = code;
        problem
    }

    /// Too much of such work is under way, or the node stops.
    pub fn busy(detail: impl Display) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "try again later", detail)
    }

    /// A client asks too often, or an account sends too many transactions.
    pub fn too_many(detail: impl Display) -> Self {
        let (status, title) = (StatusCode::TOO_MANY_REQUESTS, "too many in too short a time");
        Self::new(status, "too-many", title, detail)
    }

    /// The body does not come.
    pub fn late(detail: impl Display) -> Self {
        let title = "the body did not come in time";
        Self::new(StatusCode::REQUEST_TIMEOUT, "late", title, detail).of("body")
    }

    /// The body is too long.
    pub fn too_long(detail: impl Display) -> Self {
        let title = "the body is too long";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-long", title, detail).of("body")
    }

    /// The body is of a media type that is not taken.
    pub fn media_type(detail: impl Display) -> Self {
        let (status, title) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "the media type is not taken");
        Self::new(status, "media-type", title, detail)
    }

    /// Something here is broken.
    pub fn internal(detail: impl Display) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "internal", "the node could not answer", detail)
    }

    /// The parameter it is about.
    #[must_use]
    pub fn of(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            tracing::warn!(status = self.status, detail = %self.detail, "request not answered");
        }
        // Strings and numbers alone: this cannot fail.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        (status, [kind], body).into_response()
    }
}

macro_rules! engine_errors {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                Self::internal(error)
            }
        })*
    };
}

engine_errors! {
    workmint_amounts::ArithmeticError,
    workmint_core::Error,
}
