//! Bytes as JSON-RPC requests.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::error::RpcError;
use super::params::Params;

/// One call of a body.
#[derive(Debug)]
pub(super) struct Request {
    /// What the answer is marked with; a notification has none and gets no answer.
    pub(super) id: Option<Box<RawValue>>,
    pub(super) method: String,
    pub(super) params: Params,
}

/// A call that cannot be made, with the mark its answer must carry.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) id: Option<Box<RawValue>>,
    pub(super) error: RpcError,
}

/// What a body asks.
#[derive(Debug)]
pub(super) enum Body {
    One(Result<Request, Unreadable>),
    Batch(Vec<Result<Request, Unreadable>>),
}

#[derive(Deserialize)]
#[serde(expecting = "a request object")]
struct Fields<'a> {
    jsonrpc: Option<String>,
    #[serde(borrow)]
    method: Option<&'a RawValue>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    /// `Some(None)` is null; a missing one is a notification.
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
}

fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

/// Reads a body: JSON of bounded depth, one call or a batch of bounded length.
pub(super) fn read(body: &[u8], depth: usize, batch: usize) -> Result<Body, RpcError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| RpcError::new(RpcError::PARSE, "body: must be UTF-8"))?;
    if deeper_than(text.as_bytes(), depth) {
        return Err(RpcError::new(
            RpcError::REQUEST,
            format!("body: JSON may be nested {depth} deep"),
        ));
    }
    let not_json =
        |error: serde_json::Error| RpcError::new(RpcError::PARSE, format!("body: {error}"));
    if !text.trim_start().starts_with('[') {
        let one: &RawValue = serde_json::from_str(text).map_err(not_json)?;
        return Ok(Body::One(request(one)));
    }
    let list: Vec<&RawValue> = serde_json::from_str(text).map_err(not_json)?;
    if list.is_empty() || list.len() > batch {
        return Err(RpcError::new(
            RpcError::REQUEST,
            format!("batch: 1 to {batch} calls, here are {}", list.len()),
        ));
    }
    Ok(Body::Batch(list.into_iter().map(request).collect()))
}

fn request(raw: &RawValue) -> Result<Request, Unreadable> {
    let refused = |id: Option<&RawValue>, text: String| Unreadable {
        id: id.map(ToOwned::to_owned),
        error: RpcError::new(RpcError::REQUEST, text),
    };
    let fields: Fields<'_> = serde_json::from_str(raw.get())
        .map_err(|error| refused(None, format!("request: {error}")))?;
    if fields.id.is_some_and(|id| !is_mark(id)) {
        return Err(refused(None, "id: must be a string, a number or null".to_owned()));
    }
    if fields.jsonrpc.as_deref() != Some("2.0") {
        return Err(refused(fields.id, "jsonrpc: must be \"2.0\"".to_owned()));
    }
    let method = fields.method.and_then(|raw| serde_json::from_str(raw.get()).ok());
    let Some(method) = method else {
        return Err(refused(fields.id, "method: must be a string".to_owned()));
    };
    let id = fields.id.map(ToOwned::to_owned);
    match Params::read(fields.params) {
        Ok(params) => Ok(Request { id, method, params }),
        Err(error) => Err(Unreadable { id, error }),
    }
}

/// Whether an answer can be marked with it: one that parsers stumble over, such as 1e999 or half of
/// a surrogate pair, would make the answer unreadable.
fn is_mark(id: &RawValue) -> bool {
    match serde_json::from_str(id.get()) {
        Ok(Value::Null | Value::String(_) | Value::Number(_)) => true,
        Ok(Value::Bool(_) | Value::Array(_) | Value::Object(_)) | Err(_) => false,
    }
}

/// Whether brackets are nested deeper than this. Counted before parsing, so that no parser has to
/// stand the depth.
pub(super) fn deeper_than(text: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_that_of_brackets_outside_of_strings() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(!deeper_than(nested(64).as_bytes(), 64));
        assert!(deeper_than(nested(65).as_bytes(), 64));
        assert!(!deeper_than(br#"["[[[[\"[[[", {}]"#, 2));
        assert!(deeper_than(br#"["\\", {"a": []}]"#, 2));
        assert!(deeper_than("[".repeat(1 << 20).as_bytes(), 64));
    }

    #[test]
    fn ids_are_kept_as_they_were_written() {
        for id in ["1", "-1.50", "\"a\\u0041\"", "null", "18446744073709551616"] {
            let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"m"}}"#);
            let Body::One(Ok(read)) = read(body.as_bytes(), 8, 8).unwrap() else {
                panic!("one request");
            };
            assert_eq!(read.id.unwrap().get(), id);
        }
        let Body::One(Ok(read)) = read(br#"{"jsonrpc":"2.0","method":"m"}"#, 8, 8).unwrap() else {
            panic!("one notification");
        };
        assert!(read.id.is_none());
    }

    #[test]
    fn what_is_no_request_is_told_in_words() {
        let Body::Batch(list) = read(b"[1]", 8, 8).unwrap() else { panic!("a batch") };
        let error = list.into_iter().next().unwrap().unwrap_err().error;
        assert!(error.message.contains("expected a request object"), "{}", error.message);
    }

    #[test]
    fn what_is_no_request_is_refused_with_its_number() {
        let code = |body: &str| match read(body.as_bytes(), 8, 2) {
            Err(error) => error.code,
            Ok(Body::One(Err(unreadable))) => unreadable.error.code,
            Ok(Body::Batch(list)) => match list.into_iter().next() {
                Some(Err(unreadable)) => unreadable.error.code,
                _ => 0,
            },
            Ok(Body::One(Ok(_))) => 0,
        };
        for (body, expected) in [
            ("", -32700),
            ("{", -32700),
            ("nonsense", -32700),
            (r#"{"jsonrpc":"2.0","id":1,"method":"m"} x"#, -32700),
            ("[]", -32600),
            ("[1]", -32600),
            ("[1,1,1]", -32600),
            ("{}", -32600),
            ("\"m\"", -32600),
            ("[[[[[[[[[]]]]]]]]]", -32600),
            (r#"{"jsonrpc":"1.0","id":1,"method":"m"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":{},"method":"m"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":true,"method":"m"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1e999,"method":"m"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":"\ud800","method":"m"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1,"method":5}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1,"method":"m","method":"n"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1,"method":"m","params":5}"#, -32602),
            (r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{}}"#, 0),
            (r#"{"jsonrpc":"2.0","id":1,"method":"m","params":null}"#, 0),
        ] {
            assert_eq!(code(body), expected, "{body}");
        }
    }
}
