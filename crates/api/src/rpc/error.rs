//! Errors as Ethereum clients expect them.

use alloy_primitives::hex;
use serde_json::{Value, json};
use workmint_node::SubmitError;

use crate::sending::NotSent;

/// An error of one call: the JSON-RPC number, a text that names the parameter and what is allowed,
/// and what programs need to know besides.
#[derive(Clone, Debug, PartialEq)]
pub struct RpcError {
    /// The JSON-RPC number.
    pub code: i32,
    /// What is wrong, in words.
    pub message: String,
    /// For programs.
    pub data: Option<Value>,
}

impl RpcError {
    /// The body is no JSON.
    pub const PARSE: i32 = -32700;
    /// The JSON is no request, or too much of one.
    pub const REQUEST: i32 = -32600;
    /// There is no such method here.
    pub const METHOD: i32 = -32601;
    /// A parameter is wrong.
    pub const PARAMS: i32 = -32602;
    /// The node failed.
    pub const INTERNAL: i32 = -32603;
    /// The transaction, or what was asked, is refused.
    pub const REFUSED: i32 = -32000;
    /// What was asked for does not exist.
    pub const MISSING: i32 = -32001;
    /// Too busy for it now.
    pub const BUSY: i32 = -32002;
    /// The answer would be too large.
    pub const TOO_LARGE: i32 = -32003;
    /// More than is allowed: requests in a time, logs in an answer.
    pub const LIMIT: i32 = -32005;
    /// A call that a contract reverts; `data` is the custom error.
    pub const REVERT: i32 = 3;

    /// An error without data.
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// A parameter that is wrong: which, and what is allowed.
    pub fn param(name: &str, allowed: &str) -> Self {
        Self::new(Self::PARAMS, format!("{name}: must be {allowed}"))
    }

    /// The node failed; `what` says at what.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::new(Self::INTERNAL, what.to_string())
    }

    /// What a contract reverts with.
    pub fn revert(text: &str, data: &[u8]) -> Self {
        Self {
            code: Self::REVERT,
            message: format!("execution reverted: {text}"),
            data: Some(Value::String(hex::encode_prefixed(data))),
        }
    }

    /// A refused transaction: our number, and for programs whatever `more` holds.
    fn refused(code: u16, message: String, more: &[(&str, Value)]) -> Self {
        let mut data = json!({ "code": code });
        for (name, value) in more {
            data[*name] = value.clone();
        }
        Self { code: Self::REFUSED, message, data: Some(data) }
    }

    /// As JSON-RPC writes it.
    pub(super) fn json(&self) -> Value {
        match &self.data {
            None => json!({ "code": self.code, "message": self.message }),
            Some(data) => json!({ "code": self.code, "message": self.message, "data": data }),
        }
    }
}

impl From<NotSent> for RpcError {
    fn from(not_sent: NotSent) -> Self {
        match not_sent {
            NotSent::Refused(error) => error.into(),
            NotSent::TooMany(_, text) => Self::new(Self::LIMIT, text),
        }
    }
}

impl From<SubmitError> for RpcError {
    fn from(error: SubmitError) -> Self {
        let (code, text) = (error.code(), error.to_string());
        match error {
            SubmitError::Queued { hash } => {
                Self::refused(code, text, &[("hash", hash.to_string().into())])
            }
            SubmitError::Replaced { by } => {
                Self::refused(code, text, &[("by", by.to_string().into())])
            }
            SubmitError::NonceTooLow { expected, .. }
            | SubmitError::NonceTooHigh { expected, .. } => {
                Self::refused(code, text, &[("expected", expected.into())])
            }
            SubmitError::Dropped { code: inner, .. } => {
                Self::refused(code, text, &[("error", inner.into())])
            }
            _ => Self::refused(code, text, &[]),
        }
    }
}
